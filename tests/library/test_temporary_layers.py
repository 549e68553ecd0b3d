"""What several set for a while, one on top of the other, goes back to what was there before."""

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.dahua_camera.dahua.layers import (
    ZOOM_KEY,
    Layers,
    Subject,
    is_any,
    is_on_the_way,
    is_same,
)
from custom_components.dahua_camera.dahua.state import LensState

KEYS = ("Lighting[0].Mode", "Lighting[0].Light", "Shutter[0].Value1")
SUBJECTS = {KEYS[0]: Subject.WARM_LIGHT, KEYS[1]: Subject.WARM_LIGHT, KEYS[2]: Subject.SHUTTER}
PURPOSES = ("illumination", "capture")


class Sensor:
    """A camera's tables, and who sets what in them for a while."""

    def __init__(self) -> None:
        self.held = dict.fromkeys(KEYS, "before")
        self.layers = Layers()

    def hold(self, purpose: str, values: dict[str, str]) -> None:
        for key, value in values.items():
            found = {key: self.held[key]}
            self.layers.put(purpose, "later", SUBJECTS[key], found, {key: value})
            self.held[key] = value

    def end(self, purpose: str) -> None:
        if purpose not in self.layers.until:
            return
        before, ours = self.layers.restoration(purpose)
        for key, value in before.items():
            if is_any(key, self.held[key], ours[key]):
                self.held[key] = value
        self.layers.remove(purpose)


def test_what_is_held_twice_goes_back_in_any_order() -> None:
    for first, second in (PURPOSES, PURPOSES[::-1]):
        for ended in (PURPOSES, PURPOSES[::-1]):
            sensor = Sensor()
            sensor.hold(first, {KEYS[0]: "Manual", KEYS[1]: "50"})
            sensor.hold(second, {KEYS[0]: "Manual", KEYS[1]: "100"})
            sensor.end(ended[0])
            assert sensor.held[KEYS[0]] == "Manual"
            assert sensor.held[KEYS[1]] == ("50" if ended[0] == second else "100")
            sensor.end(ended[1])
            assert sensor.held == dict.fromkeys(KEYS, "before")
            assert sensor.layers.held == {}


@pytest.mark.parametrize(("found", "held"), [("before", {KEYS[1]}), ("stuck", set(KEYS[:2]))])
def test_what_was_tried_and_undone_is_not_held(found: str, held: set[str]) -> None:
    layers = Layers()
    before = dict.fromkeys(KEYS, "before")
    layers.put("capture", "later", Subject.WARM_LIGHT, before, {KEYS[0]: "Manual"})
    now = before | {KEYS[0]: found}
    layers.put("capture", "later", Subject.WARM_LIGHT, now, {KEYS[1]: "100"})
    assert set(layers.held) == held
    assert layers.restoration("capture")[0] == dict.fromkeys(held, "before")


def test_hand_on_the_camera_itself_wins() -> None:
    sensor = Sensor()
    sensor.hold("capture", {KEYS[0]: "Manual", KEYS[2]: "1.0"})
    sensor.held[KEYS[0]] = "Off"
    sensor.end("capture")
    assert sensor.held == {KEYS[0]: "Off", KEYS[1]: "before", KEYS[2]: "before"}


def test_what_a_hand_chose_in_between_is_what_a_later_hold_goes_back_to() -> None:
    sensor = Sensor()
    sensor.hold("illumination", {KEYS[0]: "Manual"})
    sensor.held[KEYS[0]] = "Off"
    sensor.hold("capture", {KEYS[0]: "Manual"})
    sensor.end("illumination")
    sensor.end("capture")
    assert sensor.held[KEYS[0]] == "Off"


def test_released_subject_stays_and_the_others_go_back() -> None:
    sensor = Sensor()
    sensor.hold("capture", {KEYS[0]: "Manual", KEYS[2]: "1.0"})
    assert sensor.layers.release(Subject.WARM_LIGHT).held
    assert not sensor.layers.release(Subject.WARM_LIGHT).held
    sensor.end("capture")
    assert sensor.held == {KEYS[0]: "Manual", KEYS[1]: "before", KEYS[2]: "before"}


def test_subject_that_was_not_taken_over_after_all_goes_back() -> None:
    sensor = Sensor()
    sensor.hold("capture", {KEYS[0]: "Manual"})
    released = sensor.layers.release(Subject.WARM_LIGHT, Subject.SHUTTER)
    assert sensor.layers.until == {}
    sensor.layers.resume(released)
    sensor.end("capture")
    assert sensor.held == dict.fromkeys(KEYS, "before")


@pytest.mark.parametrize(
    ("key", "one", "other", "same"),
    [
        ("Light", "100", "100", True),
        ("Light", "100", "99", False),
        ("Value1", "1.000000", "1", True),
        ("Value1", "3.999900", "4.0", True),
        ("Value1", "4.0", "8.0", False),
        ("Mode", "Manual", "Off.", False),
        (ZOOM_KEY, "0.2000", "0.2100", True),
        (ZOOM_KEY, "0.2000", "0.3000", False),
    ],
)
def test_values_are_compared_as_the_camera_keeps_them(
    key: str, one: str, other: str, same: bool
) -> None:
    assert is_same(key, one, other) is same
    assert is_same(key, other, one) is same


@pytest.mark.parametrize(
    ("zoom", "expected"), [(0.6, True), (0.61, True), (0.4, True), (0.2, True), (0.8, False)]
)
def test_lens_that_got_stuck_on_its_way_is_told_from_one_that_was_moved(
    zoom: float, expected: bool
) -> None:
    lens = LensState(zoom=zoom, focus=0.5, moving=False)
    assert is_on_the_way(lens, before=0.2, written=0.6) is expected


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(PURPOSES),
        st.none() | st.dictionaries(st.sampled_from(KEYS), st.sampled_from("abc"), min_size=1),
    ),
    max_size=15,
)


@given(ACTIONS)
@settings(max_examples=300)
def test_whatever_is_held_and_ended_everything_goes_back(
    actions: list[tuple[str, dict[str, str] | None]],
) -> None:
    sensor = Sensor()
    for purpose, values in actions:
        if values is None:
            sensor.end(purpose)
        else:
            sensor.hold(purpose, values)
    for purpose in PURPOSES:
        sensor.end(purpose)
    assert sensor.held == dict.fromkeys(KEYS, "before")
    assert sensor.layers.held == {}
    assert sensor.layers.until == {}
