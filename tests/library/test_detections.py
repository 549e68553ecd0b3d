"""The tracker: nothing sticks, whatever comes."""

from dataclasses import replace

from hypothesis import given, strategies as st
import pytest

from custom_components.dahua_camera.dahua.detections import (
    PULSE_HOLD,
    STORAGE,
    VERIFY_AFTER,
    Detection,
    DetectionTracker,
)
from custom_components.dahua_camera.dahua.events import Event
from custom_components.dahua_camera.dahua.state import (
    CameraState,
    ChannelState,
    MotionDetection,
    ObjectKind,
    Rule,
)

GATE = Rule(4, 4, "Gate", "CrossLineDetection", "Normal", enabled=True)
FENCE = Rule(5, 6, "Fence", "CrossLineDetection", "Normal", enabled=True)
YARD = Rule(6, 5, "Yard", "CrossRegionDetection", "Normal", enabled=True)
FACE = Rule(0, 1, "Face", "FaceDetection", "FaceDetection", enabled=True)
STATE = CameraState(
    channels=(
        ChannelState(rules=(FACE, GATE, FENCE, YARD), scenes=("Normal",)),
        ChannelState(motion=MotionDetection(enabled=True)),
    )
)
MOTION = Detection(1, "motion")
PERSON = Detection(0, "person")
REGIONS = {Detection(1, "region_0"), Detection(1, "region_1")}
GATE_ON, FENCE_ON, YARD_ON = (Detection(0, f"rule_{number}") for number in (4, 6, 5))


@pytest.fixture
def tracker() -> DetectionTracker:
    tracker = DetectionTracker()
    tracker.set_state(STATE)
    return tracker


def motion(action: str) -> Event:
    return Event("VideoMotion", action, 1)


def line(action: str, number: int | None = None, **data: object) -> Event:
    if number is not None:
        data["EventID"] = number
    return Event("CrossLineDetection", action, 0, data)


def test_start_and_stop(tracker: DetectionTracker) -> None:
    assert tracker.apply(motion("Start"), 0) == {MOTION}
    assert tracker.is_on(MOTION)
    assert tracker.apply(motion("Start"), 1) == set()
    assert tracker.apply(motion("Stop"), 2) == {MOTION}
    assert not tracker.is_on(MOTION)
    assert tracker.apply(motion("Stop"), 3) == set()
    assert tracker.next_deadline() is None


@pytest.mark.parametrize(
    ("data", "detection"),
    [
        ({"Name": "Gate"}, GATE_ON),
        ({"Name": " Fence "}, FENCE_ON),
        ({"Name": "Gate", "RuleID": 6}, GATE_ON),
        ({"Name": "renamed", "RuleID": 6}, FENCE_ON),
        ({"Name": "renamed", "CfgRuleId": 4, "RuleID": 1}, GATE_ON),
        ({"RuleID": 99}, None),
        ({}, None),
    ],
)
def test_rule_is_found_by_name_then_by_number(
    tracker: DetectionTracker, data: dict[str, object], detection: Detection | None
) -> None:
    assert tracker.apply(line("Start", **data), 0) == ({detection} if detection else set())


def test_event_without_data_is_the_only_rule_of_its_type(tracker: DetectionTracker) -> None:
    assert tracker.apply(Event("CrossRegionDetection", "Start", 0), 0) == {YARD_ON}


def watching(*rules: Rule) -> CameraState:
    return CameraState(channels=(ChannelState(rules=rules, scenes=("Normal",)), ChannelState()))


OLD_FENCE = replace(FENCE, enabled=False)


def test_rule_that_is_switched_off_does_not_blind_the_other_of_its_type() -> None:
    tracker = DetectionTracker()
    tracker.set_state(watching(GATE, OLD_FENCE))
    assert tracker.apply(line("Start"), 0) == {GATE_ON}
    assert tracker.apply(line("Stop"), 1) == {GATE_ON}
    assert tracker.confirm("CrossLineDetection", {0}, 2, 3) == {GATE_ON}


def test_only_rule_fires_whatever_was_last_read_of_it() -> None:
    tracker = DetectionTracker()
    tracker.set_state(watching(OLD_FENCE))
    assert tracker.apply(line("Start"), 0) == {FENCE_ON}
    tracker.set_state(watching(GATE, OLD_FENCE))
    assert tracker.apply(line("Start", Name="Fence"), 1) == set()
    assert tracker.is_on(FENCE_ON)


def test_what_is_switched_off_ends_with_all_that_it_held(tracker: DetectionTracker) -> None:
    human = {"Name": "Gate", "Object": {"ObjectType": "Human"}}
    tracker.apply(line("Start", 1, **human), 0)
    tracker.apply(line("Start", 2, Name="Fence"), 0)
    tracker.apply(motion("Start"), 0)
    switched_off = replace(STATE.channels[0], rules=(replace(GATE, enabled=False), FENCE))
    assert tracker.set_state(replace(STATE, channels=(switched_off, STATE.channels[1]))) == {
        GATE_ON,
        PERSON,
    }
    resting = ChannelState(motion=MotionDetection(enabled=False))
    assert tracker.set_state(replace(STATE, channels=(ChannelState(), resting))) == {
        FENCE_ON,
        MOTION,
    }


def test_what_no_rule_owns_ends_with_the_last_rule_of_its_type(tracker: DetectionTracker) -> None:
    tracker.apply(line("Start", Object={"ObjectType": "Human"}), 0)
    assert tracker.set_state(watching(GATE, OLD_FENCE)) == set()
    assert tracker.set_state(watching(OLD_FENCE)) == {PERSON}


@pytest.mark.parametrize("index", [-1, 2, 99])
def test_channel_that_does_not_exist(tracker: DetectionTracker, index: int) -> None:
    assert tracker.apply(Event("VideoMotion", "Start", index), 0) == set()


def test_two_objects_hold_one_rule_until_both_are_gone(tracker: DetectionTracker) -> None:
    tracker.apply(line("Start", 1, Name="Gate"), 0)
    tracker.apply(line("Start", 2, Name="Gate"), 1)
    assert tracker.apply(line("Stop", 1, Name="Gate"), 2) == set()
    assert tracker.apply(line("Stop", 2, Name="Gate"), 3) == {GATE_ON}


def test_stop_with_a_number_that_never_started_ends_the_rule(tracker: DetectionTracker) -> None:
    tracker.apply(line("Start", 1, Name="Gate"), 0)
    assert tracker.apply(line("Stop", 9, Name="Gate"), 1) == {GATE_ON}


def test_stop_of_one_rule_leaves_the_other_of_its_type(tracker: DetectionTracker) -> None:
    tracker.apply(line("Start", Name="Gate"), 0)
    tracker.apply(line("Start", Name="Fence"), 0)
    assert tracker.apply(line("Stop", Name="Gate"), 1) == {GATE_ON}
    assert tracker.is_on(FENCE_ON)


def test_stop_without_data_ends_rule_and_kind(tracker: DetectionTracker) -> None:
    human = {"Name": "Gate", "Object": {"ObjectType": "Human"}}
    assert tracker.apply(line("Start", 1, **human), 0) == {GATE_ON, PERSON}
    assert tracker.apply(line("Stop"), 1) == {GATE_ON, PERSON}


def test_stop_by_number_ends_all_that_the_event_held(tracker: DetectionTracker) -> None:
    human = {"Name": "Gate", "Object": {"ObjectType": "Human"}}
    tracker.apply(line("Start", 1, **human), 0)
    assert tracker.apply(line("Stop", 1), 1) == {GATE_ON, PERSON}


def test_stop_without_windows_ends_every_region(tracker: DetectionTracker) -> None:
    tracker.apply(Event("VideoMotion", "Start", 1, {"Id": [0, 1]}), 0)
    assert tracker.apply(motion("Stop"), 1) == {MOTION, *REGIONS}


def test_stop_of_a_window_that_was_not_told_ends_every_region(tracker: DetectionTracker) -> None:
    tracker.apply(Event("VideoMotion", "Start", 1, {"Id": [0, 1]}), 0)
    assert tracker.apply(Event("VideoMotion", "Stop", 1, {"Id": [3]}), 1) == {MOTION, *REGIONS}


def test_stop_that_may_mean_either_rule_asks_the_camera_at_once(tracker: DetectionTracker) -> None:
    tracker.apply(line("Start", Name="Gate"), 0)
    tracker.apply(line("Start", Name="Fence"), 0)
    assert tracker.apply(line("Stop"), 5) == set()
    assert tracker.next_deadline() == 5
    assert tracker.expire(5) == (set(), {"CrossLineDetection"})
    assert tracker.confirm("CrossLineDetection", set(), 5, 6) == {GATE_ON, FENCE_ON}


def test_what_the_list_turned_on_ends_with_the_number_heard_later(
    tracker: DetectionTracker,
) -> None:
    region = {"Name": "Yard", "EventID": 3}
    tracker.confirm("CrossRegionDetection", {0}, 0, 1)
    tracker.apply(Event("CrossRegionDetection", "Start", 0, region), 2)
    assert tracker.apply(Event("CrossRegionDetection", "Stop", 0, region), 3) == {YARD_ON}


def test_what_outlived_a_gap_is_doubted_when_its_neighbour_ends(
    tracker: DetectionTracker,
) -> None:
    tracker.apply(line("Start", 1, Name="Gate"), 0)
    tracker.confirm("CrossLineDetection", {0}, 1, 1)
    tracker.apply(line("Start", 2, Name="Fence"), 2)
    assert tracker.apply(line("Stop", 2, Name="Fence"), 3) == {FENCE_ON}
    assert tracker.expire(3) == (set(), {"CrossLineDetection"})
    assert tracker.confirm("CrossLineDetection", set(), 3, 4) == {GATE_ON}


def region(action: str, number: int) -> Event:
    seen = {"Name": "Yard", "EventID": number, "Object": {"ObjectType": "Human"}}
    return Event("CrossRegionDetection", action, 0, seen)


def test_camera_is_asked_at_once_whether_somebody_stays_when_another_goes(
    tracker: DetectionTracker,
) -> None:
    for number in (1, 2, 3):
        tracker.apply(region("Start", number), 10.0 * number)
    assert tracker.apply(region("Stop", 3), 40) == set()
    assert tracker.next_deadline() == 40
    assert tracker.expire(40) == (set(), {"CrossRegionDetection"})
    assert tracker.confirm("CrossRegionDetection", {0}, 40, 41) == set()
    assert tracker.next_deadline() == 41 + VERIFY_AFTER, "they truly overlap"
    assert tracker.apply(region("Stop", 2), 50) == set()
    assert tracker.expire(50) == (set(), {"CrossRegionDetection"})
    assert tracker.confirm("CrossRegionDetection", set(), 50, 51) == {YARD_ON, PERSON}


def test_neighbour_that_ends_leaves_another_rule_s_detection_beyond_doubt(
    tracker: DetectionTracker,
) -> None:
    tracker.apply(line("Start", 1, Name="Gate"), 0)
    tracker.apply(line("Start", 2, Name="Fence"), 1)
    assert tracker.apply(line("Stop", 2, Name="Fence"), 2) == {FENCE_ON}
    assert tracker.next_deadline() == VERIFY_AFTER


def test_camera_that_never_tells_is_not_asked_who_stays(tracker: DetectionTracker) -> None:
    assert tracker.confirm("CrossRegionDetection", None, 0, 0) == set()
    for number in (1, 2):
        tracker.apply(region("Start", number), number)
    assert tracker.apply(region("Stop", 1), 3) == set()
    assert tracker.next_deadline() == 2 + VERIFY_AFTER
    assert tracker.confirm("CrossRegionDetection", {0}, 4, 5) == set()
    tracker.apply(region("Start", 3), 6)
    assert tracker.apply(region("Stop", 2), 7) == set()
    assert tracker.next_deadline() == 7, "by now it tells"


def test_what_is_listed_is_asked_for_again_all_together(tracker: DetectionTracker) -> None:
    for number in range(10):
        tracker.apply(region("Start", number), 30.0 * number)
    assert tracker.expire(VERIFY_AFTER) == (set(), {"CrossRegionDetection"})
    assert tracker.confirm("CrossRegionDetection", {0}, VERIFY_AFTER, VERIFY_AFTER) == set()
    assert tracker.next_deadline() == 2 * VERIFY_AFTER


def test_camera_that_counts_on_is_not_remembered_without_end(tracker: DetectionTracker) -> None:
    for number in range(10_000):
        tracker.apply(region("Start", number), number / 100)
    assert len(tracker._holds) < 100
    assert tracker.apply(region("Stop", 9_999), 100) == set()
    tracker.expire(100)
    assert tracker.confirm("CrossRegionDetection", set(), 100, 100) == {YARD_ON, PERSON}


def test_neighbour_heard_since_the_list_was_asked_for_saves_nobody(
    tracker: DetectionTracker,
) -> None:
    tracker.apply(line("Start", Name="Gate"), 0)
    tracker.apply(line("Start", Name="Fence"), 5)
    assert tracker.confirm("CrossLineDetection", set(), 4, 6) == {GATE_ON}
    assert tracker.is_on(FENCE_ON)


def test_pulse_ends_by_itself_and_the_next_extends_it(tracker: DetectionTracker) -> None:
    assert tracker.apply(line("Pulse", Name="Gate"), 0) == {GATE_ON}
    assert tracker.apply(line("Pulse", Name="Gate"), 3) == set()
    assert tracker.next_deadline() == 3 + PULSE_HOLD
    assert tracker.expire(PULSE_HOLD) == (set(), set())
    assert tracker.expire(3 + PULSE_HOLD) == ({GATE_ON}, set())
    assert tracker.next_deadline() is None


def test_pulse_does_not_shorten_a_start(tracker: DetectionTracker) -> None:
    tracker.apply(line("Start", Name="Gate"), 0)
    tracker.apply(line("Pulse", Name="Gate"), 1)
    assert tracker.expire(1 + PULSE_HOLD) == (set(), set())
    assert tracker.is_on(GATE_ON)


def test_start_that_never_stops_is_put_up_for_verification(tracker: DetectionTracker) -> None:
    tracker.apply(motion("Start"), 0)
    assert tracker.expire(VERIFY_AFTER) == (set(), {"VideoMotion"})
    assert tracker.confirm("VideoMotion", {1}, VERIFY_AFTER, VERIFY_AFTER + 1) == set()
    assert tracker.is_on(MOTION)
    assert tracker.confirm("VideoMotion", set(), VERIFY_AFTER, VERIFY_AFTER + 1) == {MOTION}
    assert not tracker.is_on(MOTION)


def test_list_of_the_camera_turns_on_what_was_missed(tracker: DetectionTracker) -> None:
    assert tracker.confirm("VideoMotion", {1}, 0, 1) == {MOTION}
    assert tracker.confirm("CrossRegionDetection", {0}, 0, 1) == {YARD_ON}
    assert tracker.confirm("CrossLineDetection", {0}, 0, 1) == set(), "two rules: which one?"


def test_event_heard_since_the_list_was_asked_for_knows_better(tracker: DetectionTracker) -> None:
    tracker.apply(motion("Start"), 5)
    assert tracker.confirm("VideoMotion", set(), 4, 6) == set()
    assert tracker.is_on(MOTION)
    tracker.apply(motion("Stop"), 7)
    assert tracker.confirm("VideoMotion", {1}, 6, 8) == set()
    assert not tracker.is_on(MOTION)


def test_list_does_not_end_pulses(tracker: DetectionTracker) -> None:
    tracker.apply(line("Pulse", Name="Gate"), 0)
    assert tracker.confirm("CrossLineDetection", set(), 1, 1) == set()


def test_codes_to_verify_are_those_that_are_configured_or_on(tracker: DetectionTracker) -> None:
    configured = {"VideoMotion", "CrossLineDetection", "CrossRegionDetection"}
    assert tracker.verifiable_codes() == configured
    smart = ChannelState(smart_motion=frozenset({ObjectKind.PERSON}))
    tracker.set_state(CameraState(channels=(smart,)))
    assert tracker.verifiable_codes() == {"SmartMotionHuman"}
    tracker.set_state(CameraState())
    assert tracker.verifiable_codes() == set()


def test_rule_of_a_smart_plan_that_is_off_is_nobodys() -> None:
    tracker = DetectionTracker()
    tracker.set_state(CameraState(channels=(ChannelState(rules=(GATE,), scenes=("HeatMap",)),)))
    assert tracker.apply(line("Start", Name="Gate"), 0) == set()


def test_storage_is_a_problem_until_each_device_is_well(tracker: DetectionTracker) -> None:
    def device(action: str, number: int) -> Event:
        return Event("StorageFailure", action, number)

    assert tracker.apply(device("Start", 0), 0) == {STORAGE}
    assert tracker.apply(device("Start", 5), 1) == set()
    assert tracker.apply(device("Stop", 0), 2) == set()
    assert tracker.apply(device("Stop", 5), 3) == {STORAGE}
    assert tracker.confirm("StorageFailure", {5}, 4, 5) == {STORAGE}
    assert tracker.confirm("StorageFailure", {5}, 6, 7) == set()
    assert tracker.confirm("StorageFailure", set(), 8, 9) == {STORAGE}


def test_clear(tracker: DetectionTracker) -> None:
    tracker.apply(motion("Start"), 0)
    tracker.apply(line("Pulse", Name="Gate"), 0)
    assert tracker.is_on(MOTION)
    assert tracker.is_on(GATE_ON)
    tracker.clear()
    assert not tracker.is_on(MOTION)
    assert not tracker.is_on(GATE_ON)


EVENTS = st.tuples(
    st.sampled_from(["Start", "Stop", "Pulse", "State"]),
    st.sampled_from(["Gate", "Fence", None]),
    st.none() | st.integers(1, 3),
)


@given(st.lists(st.tuples(EVENTS, st.floats(0, 400))))
def test_told_changes_add_up_and_nothing_outlives_the_last_verification(
    steps: list[tuple[tuple[str, str | None, int | None], float]],
) -> None:
    tracker = DetectionTracker()
    tracker.set_state(STATE)
    shown: dict[Detection, bool] = {}
    now = 0.0

    def flip(changed: set[Detection]) -> None:
        for detection in changed:
            shown[detection] = not shown.get(detection, False)

    for (action, name, number), pause in steps:
        now += pause
        flip(tracker.expire(now)[0])
        event = motion(action) if name is None else line(action, number, Name=name)
        flip(tracker.apply(event, now))
        for detection in (MOTION, GATE_ON, FENCE_ON):
            assert tracker.is_on(detection) is shown.get(detection, False)
    ended, codes = tracker.expire(now + VERIFY_AFTER)
    flip(ended)
    for code in codes:
        flip(tracker.confirm(code, set(), now + VERIFY_AFTER, now + VERIFY_AFTER))
    assert not any(shown.values())
