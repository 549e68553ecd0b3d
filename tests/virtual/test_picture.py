"""The picture shows what the physics says: light, its colour, who passes, where the lens is."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
import pytest

from tests.virtual_camera.picture import jpeg, render
from tests.virtual_camera.view import Actor, ActorKind, View

SIZE = (640, 360)
VIEW = View(
    channel=0,
    title="Gate",
    clock=datetime(2026, 10, 27, 18, 30, tzinfo=UTC),
    darkness=0.0,
    infrared=0,
    warm=0,
    color=True,
    wide=False,
)
WIDE = replace(VIEW, channel=1, title="Street", wide=True)
both_sensors = pytest.mark.parametrize("view", [VIEW, WIDE], ids=["tight", "wide"])

type Picture = NDArray[np.uint8]


def brightness(picture: Picture) -> float:
    return float(picture.mean())


def difference(one: Picture, other: Picture) -> NDArray[np.int16]:
    return np.abs(one.astype(np.int16) - other.astype(np.int16)).max(axis=-1)


@both_sensors
@pytest.mark.parametrize("size", [SIZE, (1280, 720), (704, 576)])
def test_size_and_kind(view: View, size: tuple[int, int]) -> None:
    picture = render(view, size)
    assert picture.shape == (size[1], size[0], 3)
    assert picture.dtype == np.uint8


@both_sensors
def test_the_darker_the_scene_the_darker_the_picture(view: View) -> None:
    steps = [brightness(render(replace(view, darkness=d), SIZE)) for d in (0, 0.5, 0.8, 1)]
    assert steps == sorted(steps, reverse=True)
    assert steps[0] > 100
    assert steps[-1] < 12


@both_sensors
def test_warm_light_brightens_the_night_with_its_own_colour(view: View) -> None:
    night = replace(view, darkness=0.9)
    dark, dim, bright = (render(replace(night, warm=warm), SIZE) for warm in (0, 30, 100))
    assert brightness(dark) + 5 < brightness(dim)
    assert brightness(dim) + 5 < brightness(bright)
    red, _, blue = (bright.astype(float) - dark).mean(axis=(0, 1))
    assert red > 1.3 * blue


def test_infrared_is_seen_without_the_filter_only() -> None:
    night = replace(VIEW, darkness=1.0)
    dark = render(replace(night, color=False), SIZE)
    lit = render(replace(night, color=False, infrared=100), SIZE)
    assert brightness(lit) > brightness(dark) + 40
    with_filter = render(replace(night, infrared=100), SIZE)
    assert np.array_equal(with_filter, render(night, SIZE))


def test_infrared_is_brightest_in_the_middle() -> None:
    picture = render(replace(VIEW, darkness=1.0, color=False, infrared=100), SIZE)
    middle = picture[120:240, 220:420].mean()
    assert middle > 1.4 * picture[:, :60].mean()
    assert middle > 1.4 * picture[:, -60:].mean()


@both_sensors
@pytest.mark.parametrize("darkness", [0.0, 0.8])
def test_black_and_white_has_no_colour(view: View, darkness: float) -> None:
    grey = render(replace(view, darkness=darkness, color=False, warm=40), SIZE)
    assert np.ptp(grey, axis=-1).max() == 0
    colored = render(replace(view, darkness=darkness, warm=40), SIZE)
    assert np.ptp(colored, axis=-1).mean() > 5


@both_sensors
@pytest.mark.parametrize("kind", ActorKind)
@pytest.mark.parametrize("leftwards", [False, True])
def test_actors_pass_through_both_pictures(view: View, kind: ActorKind, leftwards: bool) -> None:
    empty = render(view, SIZE)
    seen = []
    for step in range(21):
        actor = Actor(kind, step / 20, leftwards=leftwards, plate="B DH 7442")
        changed = difference(render(replace(view, actors=(actor,)), SIZE), empty) > 12
        if changed.sum() > 20:
            seen.append(float(np.flatnonzero(changed.any(axis=0)).mean()))
    assert len(seen) >= 3
    assert seen == sorted(seen, reverse=leftwards)


def test_the_wide_sensor_sees_somebody_longer_and_smaller() -> None:
    counts, sizes = [], []
    for view in (VIEW, WIDE):
        empty = render(view, SIZE)
        areas = []
        for step in range(21):
            actors = (Actor(ActorKind.PERSON, step / 20),)
            changed = difference(render(replace(view, actors=actors), SIZE), empty) > 12
            areas.append(int(changed.sum()))
        counts.append(sum(area > 20 for area in areas))
        sizes.append(max(areas))
    assert counts[1] > counts[0]
    assert sizes[0] > 2 * sizes[1]


def test_somebody_stands_in_the_light_that_falls_there() -> None:
    night = replace(VIEW, darkness=0.9, actors=(Actor(ActorKind.PERSON, 0.55),))
    nobody = replace(night, actors=())
    body = (
        difference(render(replace(night, warm=100), SIZE), render(replace(nobody, warm=100), SIZE))
        > 25
    )
    assert body.sum() > 500
    lit = render(replace(night, warm=100), SIZE)[body].mean()
    assert lit > 2 * render(night, SIZE)[body].mean()


def test_the_car_has_its_colour_and_its_plate() -> None:
    def car(color: str, plate: str) -> Picture:
        actor = Actor(ActorKind.CAR, 0.4, color=color, plate=plate)
        return render(replace(VIEW, actors=(actor,)), (1280, 720))

    red, blue = car("red", "B DH 7442"), car("blue", "B DH 7442")
    paint = difference(red, blue) > 60
    assert paint.sum() > 5000
    assert red[paint].mean(axis=0)[0] > red[paint].mean(axis=0)[2] + 60
    assert blue[paint].mean(axis=0)[2] > blue[paint].mean(axis=0)[0] + 60
    other_plate = difference(red, car("red", "M XY 1983")) > 40
    assert other_plate.sum() > 60
    rows = np.flatnonzero(other_plate.any(axis=1))
    assert rows[-1] - rows[0] < 40


def test_zoom_magnifies_the_middle() -> None:
    whole = Image.fromarray(render(replace(VIEW, title=""), (1280, 720)))
    near = render(replace(VIEW, title="", zoom=0.5), SIZE)
    middle = np.asarray(whole.crop((320, 180, 960, 540)))
    below_the_clock = slice(60, None)
    assert difference(near, middle)[below_the_clock].mean() < 12
    assert difference(near, np.asarray(whole.resize(SIZE)))[below_the_clock].mean() > 25


def test_a_fixed_lens_does_not_zoom() -> None:
    assert np.array_equal(render(replace(WIDE, zoom=0.7), SIZE), render(WIDE, SIZE))


@both_sensors
def test_blur_takes_the_edges_away(view: View) -> None:
    def edges(picture: Picture) -> float:
        return float(np.abs(np.diff(picture.astype(np.int16), axis=1)).mean())

    assert edges(render(replace(view, blur=0.6), SIZE)) < 0.4 * edges(render(view, SIZE))


def test_title_and_clock_are_written_into_the_picture() -> None:
    plain = render(replace(VIEW, title=""), SIZE)
    titled = difference(render(VIEW, SIZE), plain)
    assert titled[300:, :200].max() > 100
    assert titled[:300].max() == 0
    later = replace(VIEW, title="", clock=VIEW.clock.replace(second=59))
    ticked = difference(render(later, SIZE), plain)
    assert ticked[:60, 400:].max() > 100
    assert ticked[60:].max() == 0


@both_sensors
def test_jpeg_shows_the_same(view: View) -> None:
    with Image.open(BytesIO(jpeg(view, SIZE))) as picture:
        assert picture.format == "JPEG"
        assert picture.size == SIZE
        assert difference(np.asarray(picture), render(view, SIZE)).mean() < 8
