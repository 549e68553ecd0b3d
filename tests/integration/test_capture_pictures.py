"""The composed picture of a capture, its caption, and the colour of whoever passed by."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from random import Random

from PIL import Image, ImageChops, ImageFont
import pytest

from custom_components.dahua_camera import lettering
from custom_components.dahua_camera.captions import Captions
from custom_components.dahua_camera.capture import CaptureFacts
from custom_components.dahua_camera.composition import compose
from custom_components.dahua_camera.dahua.passage import CaptureType
from custom_components.dahua_camera.lettering import Lettering
from custom_components.dahua_camera.passer_by import passer_by_color
from homeassistant.core import HomeAssistant
from tests.virtual_camera.picture import jpeg
from tests.virtual_camera.view import Actor, ActorKind, View

RED, BLUE = "#c01010", "#1020c0"
CAPTION_HEIGHT = 168


def plain(color: str, size: tuple[int, int] = (1600, 900)) -> bytes:
    """Return a JPEG of one colour."""
    with BytesIO() as file:
        Image.new("RGB", size, color).save(file, "JPEG")
        return file.getvalue()


def opened(content: bytes) -> Image.Image:
    """Return a composed picture; it must be a whole JPEG."""
    picture = Image.open(BytesIO(content))
    assert picture.format == "JPEG"
    picture.load()
    return picture


def is_near(picture: Image.Image, at: tuple[int, int], color: str) -> bool:
    """Tell whether a pixel has a colour, apart from what the compression did to it."""
    wanted = Image.new("RGB", (1, 1), color)
    found = picture.crop((*at, at[0] + 1, at[1] + 1))
    return max(high for _, high in ImageChops.difference(wanted, found).getextrema()) < 12


def written(caption: str) -> Image.Image:
    """Return the bar with the caption."""
    whole = opened(compose(None, None, caption))
    return whole.crop((0, whole.height - CAPTION_HEIGHT, whole.width, whole.height))


def test_both_pictures_stand_side_by_side() -> None:
    picture = opened(compose(plain(RED, (2688, 1520)), plain(BLUE, (704, 576)), "AB 123 CD"))
    height = picture.height - CAPTION_HEIGHT
    assert is_near(picture, (40, 40), RED)
    assert is_near(picture, (round(height * 2688 / 1520) - 10, height - 10), RED)
    assert is_near(picture, (picture.width - 1, 0), BLUE)
    assert is_near(picture, (picture.width - round(height * 704 / 576) + 10, height - 10), BLUE)


@pytest.mark.parametrize(
    "damaged",
    [None, b"", b"no picture", plain(BLUE)[:400], plain(BLUE)[:-500], b"\xff\xd8\xff\xe0" * 50],
)
def test_missing_or_damaged_picture_leaves_its_place_empty(damaged: bytes | None) -> None:
    whole = opened(compose(plain(RED), plain(BLUE), "x"))
    for picture, red_at in (
        (opened(compose(plain(RED), damaged, "x")), 40),
        (opened(compose(damaged, plain(RED), "x")), whole.width - 40),
    ):
        assert picture.size == whole.size
        assert is_near(picture, (red_at, 40), RED)
        assert not is_near(picture, (whole.width - red_at, 40), BLUE)


def test_any_damage_to_a_jpeg_is_survived() -> None:
    chance = Random(7)
    sound = jpeg(view(), (320, 180))
    for _ in range(20):
        damaged = bytearray(sound)
        for _ in range(chance.randrange(1, 8)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        del damaged[chance.randrange(len(damaged)) :]
        opened(compose(bytes(damaged), sound, "x"))
        assert passer_by_color(bytes(damaged), sound) is None


@pytest.mark.parametrize("size", [(1, 1), (4000, 10), (10, 4000), (120, 90)])
def test_odd_sizes_leave_room_for_the_neighbour(size: tuple[int, int]) -> None:
    picture = opened(compose(plain(RED, size), plain(BLUE), "x"))
    assert 1100 < picture.width < 2500
    assert is_near(picture, (picture.width - 40, 40), BLUE)


def test_caption_can_be_read_on_a_telephone() -> None:
    headline = written("AB 123 CD\n").convert("L").point(lambda level: 255 * (level > 128))
    _, top, _, bottom = headline.getbbox() or (0, 0, 0, 0)
    # Of a picture as wide as a telephone, 400 points: letters of 10 points and more.
    assert (bottom - top) * 400 / headline.width > 10


def test_every_caption_looks_different() -> None:
    captions = ("AB 123 CD", "AB 123 CE", "Ж 007", "Я 007", "ŁÓDŹ", "LODZ", "AB 123 CD\n14:03")
    assert len({written(each).tobytes() for each in captions}) == len(captions)


@pytest.mark.parametrize(
    "caption",
    ["", "\n", "京A·12345", "ابج", "W" * 5000, "🚗" * 300, "a\x00b\r\t\n\n\nc", "\ud800"],
    ids=lambda caption: ascii(caption[:12]),
)
def test_any_caption_is_written_within_the_picture(caption: str) -> None:
    bar = written(caption)
    assert bar.size == written("x").size
    edge = bar.crop((bar.width - 8, 0, bar.width, bar.height)).convert("L")
    assert edge.getextrema()[1] < 60


@pytest.fixture
def no_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system without any font, and without Home Assistant's own pages."""
    monkeypatch.setattr(lettering, "_font_files", lambda: iter(()))


def test_letters_go_without_accents_where_no_font_has_them(no_fonts: None) -> None:
    assert written("ÉÜŠ 1").tobytes() == written("EUS 1").tobytes()
    assert written("京 1").tobytes() != written(" 1").tobytes()


def test_another_font_helps_out() -> None:
    poor = ImageFont.load_default(40)
    rich = next(Lettering.of_size(40)._runs("Ж"))[0]
    both = Lettering((poor, rich))
    assert [(font is rich, run) for font, run in both._runs("AЖ1")] == [
        (False, "A"),
        (True, "Ж"),
        (False, "1"),
    ]


async def test_captions_tell_what_is_known(hass: HomeAssistant) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")
    captions = await Captions.load(hass)
    moment = datetime(2026, 7, 1, 22, 3, 12, tzinfo=UTC)
    facts = CaptureFacts(
        id="",
        spotted_at=moment,
        type=CaptureType.PLATE,
        plate="AB 123 CD",
        color="gray",
        direction="left_to_right",
        speed=38,
    )
    assert captions.caption(facts) == (
        "AB 123 CD\n2026-07-02 00:03:12 · Gray · Left to right · 38 km/h"
    )
    assert captions.title(facts) == "00:03:12 — AB 123 CD · Gray · Left to right · 38 km/h"
    bare = CaptureFacts(id="", spotted_at=moment, type=CaptureType.UNIDENTIFIED)
    assert captions.caption(bare) == "Unidentified\n2026-07-02 00:03:12"
    vague = CaptureFacts(id="", spotted_at=moment, type=CaptureType.VEHICLE, color="turquoise")
    assert captions.title(vague) == "00:03:12 — Vehicle · turquoise"


@pytest.mark.parametrize("kind", CaptureType)
async def test_every_type_has_a_word(hass: HomeAssistant, kind: CaptureType) -> None:
    captions = await Captions.load(hass)
    facts = CaptureFacts(id="", spotted_at=datetime.now(UTC), type=kind)
    assert captions.headline(facts) != kind


def view(
    *, darkness: float = 0.0, warm: int = 0, color: bool = True, actor: Actor | None = None
) -> View:
    """Return what the wide sensor sees."""
    return View(
        channel=1,
        title="Wide",
        clock=datetime(2026, 11, 22, 14, 3, 12 if actor else 30),
        darkness=darkness,
        infrared=0,
        warm=warm,
        color=color,
        wide=True,
        actors=(actor,) if actor else (),
    )


@cache
def still(actor: Actor | None = None, darkness: float = 0.0, warm: int = 0) -> bytes:
    """Return a still of the wide sensor; it shows colour."""
    return jpeg(view(darkness=darkness, warm=warm, actor=actor), (1280, 720))


def car(color: str, progress: float) -> Actor:
    """Return a car in the street."""
    return Actor(ActorKind.CAR, progress, color=color, plate="AB 123 CD")


PAINTS = ("red", "blue", "green", "yellow", "orange", "brown")
PLACES = (0.3, 0.4, 0.5, 0.6)


@pytest.mark.parametrize("color", [*PAINTS, "black"])
def test_color_of_a_car_by_day(color: str) -> None:
    told = {passer_by_color(still(car(color, each)), still()) for each in PLACES}
    # From behind a gate, black is not certain.
    assert color in told <= {color, None}


def lights() -> Iterator[tuple[float, int]]:
    """Return darkness and warm light from noon to a lit night."""
    yield from ((0.0, 0), (0.3, 0), (0.5, 0), (0.7, 0), (0.8, 50), (1.0, 100))


@pytest.mark.parametrize(("darkness", "warm"), lights())
def test_no_color_is_wrong_in_any_light(darkness: float, warm: int) -> None:
    empty = still(None, darkness, warm)
    for color in (*PAINTS, "black", "white", "silver", "gray"):
        for place in (0.4, 0.6):
            told = passer_by_color(still(car(color, place), darkness, warm), empty)
            assert told in {color, None}, (color, place)


@pytest.mark.parametrize("color", PAINTS)
def test_warm_light_shows_colors(color: str) -> None:
    told = {
        passer_by_color(still(car(color, each), 1.0, 100), still(None, 1.0, 100))
        for each in (0.4, 0.5, 0.6, 0.7)
    }
    assert color in told


def test_night_has_no_colors() -> None:
    assert passer_by_color(still(car("red", 0.4), 1.0), still(None, 1.0)) is None


def test_black_and_white_has_no_colors() -> None:
    def gray(actor: Actor | None = None) -> bytes:
        return jpeg(view(color=False, actor=actor), (1280, 720))

    for color in ("red", "black"):
        assert passer_by_color(gray(car(color, 0.4)), gray()) is None


def test_nothing_has_no_color() -> None:
    assert passer_by_color(still(), still()) is None


def test_light_that_was_switched_on_has_no_color() -> None:
    assert passer_by_color(still(None, 1.0, 100), still(None, 1.0)) is None
    assert passer_by_color(still(None, 1.0), still(None, 1.0, 100)) is None
