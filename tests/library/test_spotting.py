"""One capture of each passer-by: complete, of the right kind, and never twice."""

from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from custom_components.dahua_camera.dahua.passage import CaptureTiming, Fact, Findings
from custom_components.dahua_camera.dahua.sightings import PlateReading, Sighting
from custom_components.dahua_camera.dahua.spotting import (
    Begun,
    Completed,
    Recognized,
    SpottingTracker,
    Step,
)
from custom_components.dahua_camera.dahua.state import ObjectKind

TIMING = CaptureTiming(cool_down=5, time_out=15, grace=1.5, quiet=3, before=2)

CAR = Sighting(0, "vehicle", object_type=ObjectKind.VEHICLE, color="red", speed=30)
PLATE = PlateReading(0, "AB1", vehicle_color="silver", vehicle_type="van", make="Ford")
PERSON = Sighting(0, "line_crossed", rule="Gate", object_type=ObjectKind.PERSON, direction="enter")
CYCLIST = Sighting(0, "bicycle", object_type=ObjectKind.BICYCLE)
FACE = Sighting(0, "face", object_type=ObjectKind.FACE)


class Story:
    """Tells a tracker what happens, and remembers what comes of it."""

    def __init__(self, timing: CaptureTiming = TIMING) -> None:
        self.tracker = SpottingTracker(timing)
        self.steps: list[Step] = []
        self.begun_at: list[float] = []
        self.completed_at: list[float] = []

    def _until(self, now: float) -> None:
        while (deadline := self.tracker.next_deadline()) is not None and deadline <= now:
            self._take(deadline, self.tracker.advance(deadline))

    def _take(self, now: float, steps: list[Step]) -> None:
        self.steps += steps
        self.begun_at += [now for step in steps if isinstance(step, Begun)]
        self.completed_at += [now for step in steps if isinstance(step, Completed)]

    def spot(self, now: float, rule: str | None = None) -> None:
        self._until(now)
        self._take(now, self.tracker.spot(now, rule))

    def calm(self, now: float) -> None:
        self._until(now)
        self._take(now, self.tracker.calm(now))

    def hear(self, now: float, *facts: Fact) -> None:
        self._until(now)
        for fact in facts:
            self._take(now, self.tracker.hear(fact, now))

    def end(self) -> list[Findings]:
        """Let all time pass and return what was captured."""
        self._until(1e9)
        assert not self.tracker.is_open
        return [step.findings for step in self.steps if isinstance(step, Completed)]

    def recognized(self) -> list[str]:
        return [step.type for step in self.steps if isinstance(step, Recognized)]


def test_car_is_captured_with_its_plate_soon_after_it_was_read() -> None:
    story = Story()
    story.spot(100)
    story.hear(102, CAR, PLATE)
    story.hear(103, replace(PERSON, object_type=ObjectKind.VEHICLE, type="line_crossed"))
    story.calm(109)
    [car] = story.end()
    assert car == Findings(
        type="plate",
        plate="AB1",
        color="silver",
        vehicle_type="van",
        make="Ford",
        direction="enter",
        speed=30,
        rules=("Gate",),
        seconds_to_identification=2,
    )
    assert story.completed_at == [103.5]
    assert story.recognized() == ["vehicle", "plate"]


def test_who_is_not_identified_is_captured_when_all_is_quiet() -> None:
    story = Story()
    story.spot(100)
    story.calm(104)
    [nobody] = story.end()
    assert nobody == Findings(type="unidentified")
    assert story.completed_at == [107]


def test_what_never_ends_is_captured_at_the_time_out() -> None:
    story = Story()
    story.spot(100)
    for second in range(100, 140):
        story.hear(second, Sighting(0, "motion"))
    assert [found.type for found in story.end()] == ["unidentified"]
    assert story.completed_at == [115]


def test_quiet_waits_for_what_the_identifier_still_tells() -> None:
    story = Story()
    story.spot(100)
    story.calm(103)
    story.hear(105, PERSON)
    [person] = story.end()
    assert story.completed_at == [108]
    assert (person.type, person.rules, person.direction) == ("person", ("Gate",), "enter")
    assert person.color is None


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([PERSON, CAR], "vehicle"),
        ([CAR, PERSON], "vehicle"),
        ([CYCLIST], "person"),
        ([FACE, PERSON], "face"),
        ([CAR, FACE], "face"),
        ([FACE, PLATE], "plate"),
        ([Sighting(0, "motion")], "unidentified"),
    ],
)
def test_most_telling_kind_wins(facts: list[Fact], expected: str) -> None:
    story = Story()
    story.spot(100)
    story.hear(101, *facts)
    [found] = story.end()
    assert found.type == expected


def test_speed_of_a_pedestrian_is_not_that_of_the_car() -> None:
    story = Story()
    story.spot(100)
    story.hear(101, replace(PERSON, speed=4), CAR)
    [car] = story.end()
    assert (car.type, car.speed, car.color, car.direction) == ("vehicle", 30, "red", None)


def test_two_cars_in_a_row_are_two_captures() -> None:
    story = Story()
    story.spot(100)
    story.hear(102, PLATE)
    story.calm(104)
    story.spot(104.5)
    story.hear(106, replace(PLATE, plate="CD2"))
    story.calm(108)
    assert [found.plate for found in story.end()] == ["AB1", "CD2"]


def test_second_car_in_a_picture_without_rest_is_a_capture_of_its_own() -> None:
    story = Story()
    story.spot(100)
    story.hear(102, PLATE)
    story.hear(102.5, replace(PLATE, plate="CD2"))
    story.hear(110, replace(PLATE, plate="EF3"))
    story.calm(120)
    assert [found.plate for found in story.end()] == ["AB1", "CD2", "EF3"]
    assert story.completed_at[0] == 102.5


def test_same_car_is_captured_once_however_often_it_is_told() -> None:
    story = Story()
    story.spot(100)
    for second in range(101, 130):
        story.hear(second, CAR, PLATE)
    story.calm(130)
    story.hear(131, PLATE)
    assert [found.plate for found in story.end()] == ["AB1"]


def test_plate_that_is_read_after_the_time_out_is_not_lost() -> None:
    story = Story()
    story.spot(100)
    story.hear(120, PLATE)
    story.calm(125)
    assert [found.type for found in story.end()] == ["unidentified", "plate"]


def test_person_who_follows_a_car_is_captured_after_the_cool_down() -> None:
    story = Story()
    story.spot(100)
    story.hear(101, PLATE)
    story.hear(104, PERSON)
    story.hear(109, PERSON)
    story.calm(112)
    assert [found.type for found in story.end()] == ["plate", "person"]


def test_trigger_that_flickers_in_a_moving_picture_begins_nothing_within_the_cool_down() -> None:
    story = Story()
    story.spot(100)
    story.hear(101, PLATE)
    story.spot(104)
    story.spot(107)
    assert [found.type for found in story.end()] == ["plate"]
    story.spot(108)
    story.calm(110)
    assert [found.type for found in story.end()] == ["plate", "unidentified"]


def test_who_is_being_captured_at_the_end_is_captured_with_what_is_known() -> None:
    story = Story()
    story.spot(100)
    story.hear(101, PERSON)
    [completed] = story.tracker.conclude(102)
    assert isinstance(completed, Completed)
    assert (completed.findings.type, completed.findings.rules) == ("person", ("Gate",))
    assert not story.tracker.is_open
    assert story.tracker.conclude(103) == []


def test_spot_while_somebody_is_captured_belongs_to_him() -> None:
    story = Story()
    story.spot(100, "Drive")
    story.calm(102)
    story.spot(103, "Door")
    story.hear(105, PERSON)
    story.calm(107)
    [person] = story.end()
    assert person.rules == ("Drive", "Door", "Gate")
    assert story.completed_at == [110]


def test_what_the_identifier_told_a_moment_before_counts() -> None:
    story = Story()
    story.hear(98.5, CAR)
    story.hear(99, PLATE)
    story.spot(100)
    [car] = story.end()
    assert (car.plate, car.speed, car.seconds_to_identification) == ("AB1", 30, 0)


def test_what_the_identifier_told_long_before_does_not() -> None:
    story = Story()
    story.hear(90, PLATE)
    story.spot(100)
    story.calm(101)
    assert [found.type for found in story.end()] == ["unidentified"]


def test_aftertalk_about_one_car_is_not_told_of_the_next() -> None:
    story = Story()
    story.spot(100)
    story.hear(101, PLATE)
    story.calm(103)
    story.hear(104, CAR, PLATE)
    story.spot(105)
    story.hear(106, replace(PLATE, plate="CD2", vehicle_color=None))
    first, second = story.end()
    assert (first.plate, second.plate) == ("AB1", "CD2")
    assert (second.speed, second.color) == (None, None)


FACTS = st.one_of(
    st.sampled_from([CAR, PERSON, CYCLIST, FACE, Sighting(0, "motion")]),
    st.sampled_from("ABC").map(lambda plate: PlateReading(0, plate)),
)
HAPPENINGS = st.lists(
    st.tuples(
        st.floats(0, 20),
        st.one_of(st.just("spot"), st.just("calm"), FACTS),
    ),
    max_size=40,
)


def check_order(steps: list[Step]) -> None:
    """Fail unless everybody is begun and completed once, and known only in between."""
    open_number, expected = None, 1
    for step in steps:
        match step:
            case Begun(number):
                assert (open_number, number) == (None, expected)
                open_number, expected = number, expected + 1
            case Recognized(number):
                assert open_number == number
            case Completed(number):
                assert open_number == number
                open_number = None


@given(HAPPENINGS)
def test_whatever_happens_everybody_is_captured_once(
    happenings: list[tuple[float, str | Fact]],
) -> None:
    story, now = Story(), 0.0
    for pause, happening in happenings:
        now += pause
        if happening == "spot":
            story.spot(now)
        elif happening == "calm":
            story.calm(now)
        elif not isinstance(happening, str):
            story.hear(now, happening)
    captured = story.end()
    check_order(story.steps)
    for found in captured:
        assert (found.type == "plate") == (found.plate is not None)
        assert (found.type == "unidentified") == (found.seconds_to_identification is None)
        assert (found.seconds_to_identification or 0) >= 0
    longest = TIMING.time_out + TIMING.grace
    for begun_at, completed_at in zip(story.begun_at, story.completed_at, strict=True):
        assert begun_at <= completed_at <= begun_at + longest
