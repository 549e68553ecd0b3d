"""Detections: the sensors say what the camera is detecting, whatever happens to the stream."""

import asyncio
from collections import Counter
from collections.abc import Callable
import logging

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dahua_camera import verification
from custom_components.dahua_camera.dahua import detections, event_stream
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.integration.helpers import call, entity_id, entry_for, state_of, until
from tests.virtual_camera import VirtualCamera

MOTION = {"Id": [0], "RegionName": ["Drive"]}
HUB = "custom_components.dahua_camera.detection_hub"
LINE = {"Class": "Normal", "EventID": 7, "Name": "Gate line", "RuleID": 4}
REGION = {"Class": "Normal", "EventID": 8, "Name": "Yard", "RuleID": 5}


@pytest.fixture
def shows(hass: HomeAssistant, camera: VirtualCamera) -> Callable[[str, str], bool]:
    """Tell whether a binary sensor has a state."""

    def is_state(key: str, state: str) -> bool:
        return state_of(hass, "binary_sensor", f"{camera.serial}_{key}").state == state

    return is_state


type Shows = Callable[[str, str], bool]


def put_rule(camera: VirtualCamera, **values: str) -> None:
    """Draw another rule on the first sensor."""
    for key, value in {"Class": "Normal", "Enable": "true", **values}.items():
        camera.machine.store.put(f"VideoAnalyseRule[0][6].{key}", value)


async def test_start_and_stop_turn_their_sensor_on_and_off_and_no_other(
    camera: VirtualCamera, entry: MockConfigEntry, shows: Shows
) -> None:
    for key in ("0_rule_4", "0_rule_5", "1_motion"):
        assert shows(key, "off")
    await camera.emit("VideoMotion", "Start", 1, MOTION)
    await until(lambda: shows("1_motion", "on"))
    assert shows("0_rule_4", "off")
    await camera.emit("CrossLineDetection", "Start", 0, LINE)
    await until(lambda: shows("0_rule_4", "on"))
    assert shows("0_rule_5", "off")
    await camera.emit("VideoMotion", "Stop", 1, MOTION)
    await until(lambda: shows("1_motion", "off"))
    await camera.emit("CrossLineDetection", "Stop", 0, LINE)
    await until(lambda: shows("0_rule_4", "off"))


async def test_scenario_of_the_camera_shows_in_both_sensors(
    camera: VirtualCamera, entry: MockConfigEntry, shows: Shows
) -> None:
    camera.background(camera.scenario("person_crosses", speed=10))
    await until(lambda: shows("1_motion", "on"))
    await until(lambda: shows("0_rule_4", "on"))
    await until(lambda: shows("0_rule_4", "off"))
    await until(lambda: shows("1_motion", "off"))


async def test_pulse_ends_by_itself(
    camera: VirtualCamera,
    entry: MockConfigEntry,
    shows: Shows,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(detections, "PULSE_HOLD", 0.2)
    await camera.emit("CrossLineDetection", "Pulse", 0, LINE)
    await until(lambda: shows("0_rule_4", "on"))
    await until(lambda: shows("0_rule_4", "off"), seconds=1)


async def test_start_that_never_stops_is_verified_and_cleared(
    camera: VirtualCamera,
    entry: MockConfigEntry,
    shows: Shows,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(detections, "VERIFY_AFTER", 0.2)
    await camera.emit("VideoMotion", "Start", 1, MOTION)
    await until(lambda: shows("1_motion", "on"))
    await until(lambda: "getEventIndexes&code=VideoMotion" in camera.requests[-1]["target"])
    assert shows("1_motion", "on"), "the camera still lists it"
    await camera.emit("VideoMotion", "Stop", 1, MOTION, deliver=False)
    await until(lambda: shows("1_motion", "off"), seconds=2)


async def test_slow_camera_is_asked_about_one_doubt_at_a_time(
    camera: VirtualCamera,
    entry: MockConfigEntry,
    shows: Shows,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(detections, "VERIFY_AFTER", 0.02)
    camera.set_fault("slow", seconds=0.3, path="getEventIndexes")
    await camera.emit("VideoMotion", "Start", 1, MOTION)
    await until(lambda: shows("1_motion", "on"))
    await camera.emit("VideoMotion", "Stop", 1, MOTION, deliver=False)
    camera.requests.clear()
    await until(lambda: shows("1_motion", "off"))
    assert len([r for r in camera.requests if "getEventIndexes" in r["target"]]) <= 3


def questions(camera: VirtualCamera, code: str) -> int:
    """Count how often a camera has told whether a code is active."""
    target = f"getEventIndexes&code={code}"
    return sum(target in r["target"] and r["status"] == 200 for r in camera.requests)


async def test_intruder_who_is_told_again_under_new_numbers_ends_with_one_stop(
    hass: HomeAssistant, socket_enabled: None
) -> None:
    async with VirtualCamera(overlays=("renumbered_starts",)) as camera:
        entry = entry_for(camera)
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        await until(lambda: entry.runtime_data.detections.available)
        counts = entry.runtime_data.detections.sample.counts

        def on() -> list[bool]:
            keys = ("0_rule_5", "0_vehicle")
            sensors = (f"{camera.serial}_{key}" for key in keys)
            return [state_of(hass, "binary_sensor", each).state == "on" for each in sensors]

        camera.background(camera.scenario("car_passes", speed=4))
        await until(lambda: all(on()))
        camera.requests.clear()
        await until(lambda: not any(on()))
        assert counts["CrossRegionDetection"] > 2, "several starts and a stop"
        assert questions(camera, "CrossRegionDetection") == 1
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_those_who_truly_overlap_are_on_until_the_last_is_gone(
    camera: VirtualCamera, entry: MockConfigEntry, shows: Shows
) -> None:
    for number in (1, 2):
        await camera.emit("CrossRegionDetection", "Start", 0, REGION | {"EventID": number})
    await until(lambda: shows("0_rule_5", "on"))
    camera.requests.clear()
    await camera.emit("CrossRegionDetection", "Stop", 0, REGION | {"EventID": 1})
    await until(lambda: questions(camera, "CrossRegionDetection"))
    await until(lambda: entry.runtime_data.detections.verification.is_over)
    assert shows("0_rule_5", "on")
    await camera.emit("CrossRegionDetection", "Stop", 0, REGION | {"EventID": 2})
    await until(lambda: shows("0_rule_5", "off"))
    assert questions(camera, "CrossRegionDetection") == 1


async def test_crowd_that_disperses_is_no_storm_of_questions(
    camera: VirtualCamera, entry: MockConfigEntry, shows: Shows
) -> None:
    numbers = range(15)
    for number in numbers:
        await camera.emit("CrossRegionDetection", "Start", 0, REGION | {"EventID": number})
    await until(lambda: shows("0_rule_5", "on"))
    camera.requests.clear()
    for number in numbers:
        await camera.emit("CrossRegionDetection", "Stop", 0, REGION | {"EventID": number})
        await asyncio.sleep(0.05)
    await until(lambda: shows("0_rule_5", "off"))
    await until(lambda: entry.runtime_data.detections.verification.is_over)
    assert 1 <= questions(camera, "CrossRegionDetection") <= 5


async def test_stop_while_the_stream_is_down_is_not_missed(
    camera: VirtualCamera, entry: MockConfigEntry, shows: Shows
) -> None:
    await camera.emit("VideoMotion", "Start", 1, MOTION)
    await camera.emit("CrossRegionDetection", "Start", 0, REGION)
    await until(lambda: shows("1_motion", "on") and shows("0_rule_5", "on"))
    camera.set_fault("drop_stream", once=True)
    await until(lambda: not camera.state()["subscribers"])
    await camera.emit("VideoMotion", "Stop", 1, MOTION)
    await until(lambda: shows("1_motion", "off"))
    assert shows("0_rule_5", "on"), "the camera still lists it"


async def test_start_while_the_stream_is_down_is_not_missed(
    camera: VirtualCamera, entry: MockConfigEntry, shows: Shows
) -> None:
    camera.set_fault("drop_stream", once=True)
    await until(lambda: not camera.state()["subscribers"])
    await camera.emit("VideoMotion", "Start", 1, MOTION)
    await until(lambda: shows("1_motion", "on"))


async def test_truth_of_a_connection_that_is_gone_is_not_waited_for(
    camera: VirtualCamera, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = entry.runtime_data.detections.stream
    monkeypatch.setattr(event_stream, "FIRST_RETRY", 0.01)
    monkeypatch.setattr(event_stream, "LONGEST_RETRY", 0.01)
    monkeypatch.setattr(stream, "_retry", 0.01)
    camera.set_fault("slow", seconds=0.05, path="getEventIndexes")
    camera.requests.clear()
    for number in range(2, 10):
        camera.set_fault("drop_stream", once=True)
        await until(lambda: stream.connections == number)  # noqa: B023
    await until(lambda: entry.runtime_data.detections.verification.is_over)
    asked = [r for r in camera.requests if "getEventIndexes" in r["target"]]
    assert 6 <= len(asked) <= 24, "and not six for each connection"


@pytest.mark.parametrize(("status", "body"), [(500, ""), (400, "Error\r\nBad Request!\r\n")])
async def test_camera_that_cannot_tell_at_first_is_asked_again(
    camera: VirtualCamera,
    entry: MockConfigEntry,
    shows: Shows,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    body: str,
) -> None:
    monkeypatch.setattr(verification, "PAUSES_UNTIL_TOLD", (0.1, 0.1))
    await camera.emit("CrossRegionDetection", "Start", 0, REGION)
    await until(lambda: shows("0_rule_5", "on"))
    camera.set_fault("refuse", path="getEventIndexes", status=status, body=body)
    camera.set_fault("drop_stream", once=True)
    await until(lambda: not camera.state()["subscribers"])
    await camera.emit("CrossRegionDetection", "Stop", 0, REGION)
    await camera.emit("VideoMotion", "Start", 1, MOTION)
    await until(lambda: shows("0_rule_5", "off"))
    assert shows("1_motion", "off")
    await camera.emit("CrossLineDetection", "Start", 0, LINE)
    await until(lambda: shows("0_rule_4", "on"))

    def asked() -> int:
        return sum("getEventIndexes&code=VideoMotion" in r["target"] for r in camera.requests)

    already = asked()
    await until(lambda: asked() > already + 3)
    camera.clear_fault("refuse")
    await until(lambda: shows("1_motion", "on"))
    assert shows("0_rule_4", "on"), "what was heard since needs no proof"


@pytest.mark.parametrize("breaks", [0, 5])
async def test_what_began_while_the_camera_was_starting_is_not_missed(
    hass: HomeAssistant, camera: VirtualCamera, monkeypatch: pytest.MonkeyPatch, breaks: int
) -> None:
    monkeypatch.setattr(verification, "PAUSES_UNTIL_TOLD", (0.5, 0.5, 0.5))
    monkeypatch.setattr(event_stream, "FIRST_RETRY", 0.05)
    monkeypatch.setattr(event_stream, "LONGEST_RETRY", 0.05)
    camera.set_fault("refuse", path="getEventIndexes", status=200, body="Error\r\n")
    await camera.emit("VideoMotion", "Start", 1, MOTION, deliver=False)
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    hub = entry.runtime_data.detections
    await until(lambda: hub.available)
    for connections in range(2, breaks + 2):
        camera.set_fault("drop_stream", once=True)
        await until(lambda count=connections: hub.stream.connections == count)
        camera.requests.clear()
        await until(
            lambda: any(
                r["target"].endswith("code=VideoMotion") and r["status"] for r in camera.requests
            )
        )
        await asyncio.sleep(0.05)
    motion = ("binary_sensor", f"{camera.serial}_1_motion")
    assert state_of(hass, *motion).state == "off"
    camera.clear_fault("refuse")
    await until(lambda: state_of(hass, *motion).state == "on")
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("body", ["Error\r\n", "Error\r\nBad Request!\r\n"])
async def test_camera_without_a_list_is_not_asked_for_ever(
    hass: HomeAssistant, camera: VirtualCamera, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    monkeypatch.setattr(verification, "PAUSES_UNTIL_TOLD", (0.1, 0.1))
    camera.set_fault("refuse", path="getEventIndexes", status=400, body=body)
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    hub = entry.runtime_data.detections
    await until(lambda: hub.available and hub.verification.is_over)
    asked = Counter(r["target"] for r in camera.requests if "getEventIndexes" in r["target"])
    assert set(asked.values()) == {3}
    camera.set_fault("drop_stream", once=True)
    await until(lambda: hub.stream.connections == 2 and hub.verification.is_over)
    asked = Counter(r["target"] for r in camera.requests if "getEventIndexes" in r["target"])
    assert set(asked.values()) == {4}, "and once a connection from then on"
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_doubt_that_the_camera_cannot_dispel_at_once_is_dispelled_later(
    camera: VirtualCamera, entry: MockConfigEntry, shows: Shows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "PAUSES_UNTIL_TOLD", (0.1, 0.1))
    monkeypatch.setattr(detections, "VERIFY_AFTER", 0.2)
    camera.set_fault("refuse", path="getEventIndexes", status=500, body="")
    await camera.emit("VideoMotion", "Start", 1, MOTION)
    await until(lambda: shows("1_motion", "on"))
    await until(lambda: shows("1_motion", "off"))
    camera.clear_fault("refuse")
    await until(lambda: shows("1_motion", "on"))


async def test_no_start_is_believed_for_ever_by_a_camera_that_never_tells(
    camera: VirtualCamera, entry: MockConfigEntry, shows: Shows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "PAUSES_UNTIL_TOLD", (0.7,))
    monkeypatch.setattr(detections, "VERIFY_AFTER", 0.2)
    camera.set_fault("refuse", path="getEventIndexes", status=500, body="")
    for _ in range(3):
        await camera.emit("VideoMotion", "Start", 1, MOTION)
        await until(lambda: shows("1_motion", "on"))
        await until(lambda: shows("1_motion", "off"))
    camera.requests.clear()

    def asked() -> list[float]:
        return [r["time"] for r in camera.requests if r["status"] == 500]

    await until(lambda: len(asked()) > 1)
    assert asked()[1] - asked()[0] > 0.5, "however many doubts, they are one question"


async def test_alarm_that_began_or_ended_while_the_stream_was_down_is_not_missed(
    camera: VirtualCamera, all_entities_enabled: None, entry: MockConfigEntry, shows: Shows
) -> None:
    await camera.emit("VideoLoss", "Start", 1)
    await until(lambda: shows("1_video_lost", "on"))
    camera.set_fault("drop_stream", once=True)
    await until(lambda: not camera.state()["subscribers"])
    await camera.emit("VideoLoss", "Stop", 1)
    await camera.emit("VideoBlind", "Start", 0)
    await until(lambda: shows("1_video_lost", "off") and shows("0_tampering", "on"))
    assert shows("1_tampering", "off")


async def test_stream_that_ends_as_soon_as_it_begins_is_asked_for_ever_less(
    camera: VirtualCamera, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = entry.runtime_data.detections.stream
    monkeypatch.setattr(event_stream, "FIRST_RETRY", 0.3)
    monkeypatch.setattr(stream, "_retry", 0.3)
    camera.set_fault("drop_stream")
    await until(lambda: stream.connections >= 4)
    assert stream._retry >= 4 * 0.3


async def test_stream_that_is_gone_for_long_makes_the_sensors_unavailable(
    camera: VirtualCamera,
    entry: MockConfigEntry,
    shows: Shows,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(f"{HUB}.HOLD_AFTER_LOSS", 0.5)
    monkeypatch.setattr(event_stream, "LONGEST_RETRY", 0.3)
    await camera.emit("VideoMotion", "Start", 1, MOTION)
    await until(lambda: shows("1_motion", "on"))
    camera.set_fault("drop_stream")
    await until(lambda: shows("1_motion", "unavailable"))
    assert shows("0_rule_4", "unavailable")
    camera.clear_fault("drop_stream")
    await until(lambda: shows("1_motion", "on"))
    assert shows("0_rule_4", "off")
    assert caplog.text.count(": event stream lost: ") == 1
    assert caplog.text.count("event stream restored") == 1


async def test_silent_stream_is_noticed(
    camera: VirtualCamera,
    entry: MockConfigEntry,
    shows: Shows,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A half-open connection carries no bytes and no end; only time tells."""
    monkeypatch.setattr(event_stream, "SILENCE", 0.7)
    camera.set_fault("drop_stream", once=True)
    await until(lambda: entry.runtime_data.detections.stream.connections == 2)
    camera.set_fault("stall_stream")
    await until(lambda: not entry.runtime_data.detections.stream.connected)
    camera.clear_fault("stall_stream")
    await until(lambda: entry.runtime_data.detections.stream.connected)


async def test_noise_instead_of_events_is_a_steady_state(
    camera: VirtualCamera,
    entry: MockConfigEntry,
    shows: Shows,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(event_stream, "SILENCE", 0.7)
    monkeypatch.setattr(f"{HUB}.HOLD_AFTER_LOSS", 0.2)
    camera.set_fault("garbage_stream")
    camera.set_fault("drop_stream", once=True)
    await until(lambda: shows("1_motion", "unavailable"))
    camera.clear_fault("garbage_stream")
    await until(lambda: shows("1_motion", "off"), seconds=20)
    assert "Traceback" not in caplog.text


async def test_code_that_nobody_knows_is_logged_once_and_without_what_it_told(
    camera: VirtualCamera, entry: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "custom_components.dahua_camera")
    for code in ("TimeChange", "StorageFailure", "VideoAbnormalDetection", "TrafficJunction"):
        await camera.emit(code, "Pulse")
    for _ in range(3):
        await camera.emit("CrossLineDetection", "Start", 0, LINE)
        await camera.emit("Unheard", "Start", 0, {"Somebody": "Margarethe"})
        await camera.emit("Unheard", "Stop", 1)
        await camera.emit("Un\r\nheard" + "!" * 1000, "Pulse")
    sample = entry.runtime_data.detections.sample
    await until(lambda: sample.counts.get("Unheard") == 6)
    await camera.emit("VideoMotion", "Start", 1, MOTION)
    await until(lambda: "VideoMotion" in sample.counts)
    told = [line for line in caplog.messages if "unknown event code" in line]
    assert told[0] == "Housing: unknown event code 'Unheard'"
    assert told[1].startswith(r"Housing: unknown event code 'Un\r\nheard!!!")
    assert len(told) == 2
    assert len(told[1]) < 100
    assert "Margarethe" not in caplog.text


@pytest.mark.parametrize("size", [1, 20])
async def test_stream_in_small_pieces_loses_nothing(
    camera: VirtualCamera, entry: MockConfigEntry, shows: Shows, size: int
) -> None:
    camera.set_fault("split_stream", bytes=size)
    for _ in range(3):
        await camera.emit("CrossLineDetection", "Start", 0, LINE | {"Name": "Gate; line=1"})
        await until(lambda: shows("0_rule_4", "on"))
        await camera.emit("CrossLineDetection", "Stop", 0, LINE | {"Name": "Gate; line=1"})
        await until(lambda: shows("0_rule_4", "off"))


async def test_events_that_nothing_shows_move_nothing(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry, shows: Shows
) -> None:
    states = {state.entity_id: state for state in hass.states.async_all()}
    for code, index in (
        ("VideoMotionInfo", 1),
        ("AlarmLocal", 1),
        ("VideoMotion", 7),
        ("CrossLineDetection", 1),
        ("NoSuchCode", 0),
    ):
        await camera.emit(code, "Start", index, {"Name": "Nobody"})
    await camera.emit("VideoMotion", "Start", 1)
    await until(lambda: shows("1_motion", "on"))
    showing = {
        entity_id(hass, platform, f"{camera.serial}_1_{key}")
        for platform, key in (
            ("binary_sensor", "motion"),
            ("event", "detection"),
            ("image", "last_detection"),
        )
    }
    for state in hass.states.async_all():
        if state.entity_id not in showing:
            assert states[state.entity_id] is state


async def test_sensors_come_go_and_are_renamed_with_the_rules(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    registry = er.async_get(hass)
    coordinator = entry.runtime_data.coordinator
    gate = entity_id(hass, "binary_sensor", f"{camera.serial}_0_rule_4")

    put_rule(camera, Id="11", Name="Door", Type="CrossLineDetection")
    camera.machine.store.put("VideoAnalyseRule[0][4].Name", "Front gate")
    await coordinator.async_refresh()
    await hass.async_block_till_done()
    assert state_of(hass, "binary_sensor", f"{camera.serial}_0_rule_11").name == "Gate Door"
    assert state_of(hass, "binary_sensor", f"{camera.serial}_0_rule_4").name == "Gate Front gate"
    assert entity_id(hass, "binary_sensor", f"{camera.serial}_0_rule_4") == gate

    camera.machine.store.put("VideoAnalyseRule[0][6].Class", "HeatMap")
    await coordinator.async_refresh()
    await hass.async_block_till_done()
    unique_id = f"{camera.serial}_0_rule_11"
    assert not registry.async_get_entity_id("binary_sensor", "dahua_camera", unique_id)


async def test_rule_that_is_switched_off_leaves_the_other_of_its_type_its_events(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry, shows: Shows
) -> None:
    put_rule(camera, Id="6", Name="Fence", Type="CrossLineDetection")
    await entry.runtime_data.coordinator.async_refresh()
    await hass.async_block_till_done()
    fence = entity_id(hass, "switch", f"{camera.serial}_0_rule_6_enabled")
    await call(hass, "switch.turn_off", fence)
    await camera.emit("CrossLineDetection", "Start", 0)
    await until(lambda: shows("0_rule_4", "on"))
    await camera.emit("CrossLineDetection", "Stop", 0)
    await until(lambda: shows("0_rule_4", "off"))
    camera.set_fault("drop_stream", once=True)
    await until(lambda: not camera.state()["subscribers"])
    await camera.emit("CrossLineDetection", "Start", 0)
    await until(lambda: shows("0_rule_4", "on"))
    assert shows("0_rule_6", "off")


@pytest.mark.parametrize("hand", ["here", "at the camera"])
async def test_rule_that_is_switched_off_holds_its_sensor_on_no_longer(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry, shows: Shows, hand: str
) -> None:
    await camera.emit("CrossLineDetection", "Start", 0, LINE)
    await camera.emit("CrossRegionDetection", "Start", 0, REGION)
    await until(lambda: shows("0_rule_4", "on") and shows("0_rule_5", "on"))
    if hand == "here":
        gate = entity_id(hass, "switch", f"{camera.serial}_0_rule_4_enabled")
        await call(hass, "switch.turn_off", gate)
    else:
        camera.machine.store.put("VideoAnalyseRule[0][4].Enable", "false")
        await entry.runtime_data.coordinator.async_refresh()
    assert shows("0_rule_4", "off")
    assert shows("0_rule_5", "on")


async def test_sensors_rest_with_the_smart_plan_and_come_back_with_it(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    rests = [("binary_sensor", "0_rule_4"), ("switch", "0_rule_4_enabled")]
    rests += [("binary_sensor", f"0_{kind}") for kind in ("person", "vehicle", "bicycle")]
    ids = [entity_id(hass, platform, f"{camera.serial}_{key}") for platform, key in rests]

    async def choose(plan: str) -> None:
        camera.machine.store.put("VideoAnalyseGlobal[0].Scene.Type", plan)
        await entry.runtime_data.coordinator.async_refresh()
        await hass.async_block_till_done()

    await camera.emit("CrossLineDetection", "Start", 0, LINE)
    await until(lambda: state_of(hass, "binary_sensor", f"{camera.serial}_0_rule_4").state == "on")
    await choose("FaceDetection")
    assert not any(map(hass.states.get, ids))
    assert state_of(hass, "binary_sensor", f"{camera.serial}_1_motion").state == "off"
    await choose("Normal")
    assert [entity_id(hass, platform, f"{camera.serial}_{key}") for platform, key in rests] == ids
    assert state_of(hass, "binary_sensor", f"{camera.serial}_0_rule_4").state == "off", (
        "what was on then is not known to be on now"
    )


async def test_sensors_of_rules_that_were_deleted_while_nobody_looked_are_gone(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    registry = er.async_get(hass)
    rules = [("binary_sensor", "0_rule_4"), ("switch", "0_rule_4_enabled")]
    known = [entity_id(hass, platform, f"{camera.serial}_{key}") for platform, key in rules]
    registry.async_update_entity(known[0], name="My gate")
    kept = {each.entity_id for each in registry.entities.values()} - set(known)

    async def reload_with(rule_class: str) -> set[str]:
        assert await hass.config_entries.async_unload(entry.entry_id)
        camera.machine.store.put("VideoAnalyseRule[0][4].Class", rule_class)
        assert await hass.config_entries.async_setup(entry.entry_id)
        return {each.entity_id for each in registry.entities.values()}

    assert await reload_with("HeatMap") == kept
    assert await reload_with("Normal") == kept | set(known)
    assert state_of(hass, "binary_sensor", f"{camera.serial}_0_rule_4").name == "My gate"


async def test_disabled_sensor_with_a_new_id_goes_with_its_rule(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    registry = er.async_get(hass)
    unique_id = f"{camera.serial}_0_rule_4"
    sensor = entity_id(hass, "binary_sensor", unique_id)
    registry.async_update_entity(sensor, disabled_by=er.RegistryEntryDisabler.USER)
    await hass.async_block_till_done()
    registry.async_update_entity(sensor, new_entity_id="binary_sensor.old_gate")
    camera.machine.store.put("VideoAnalyseRule[0][4].Class", "HeatMap")
    await entry.runtime_data.coordinator.async_refresh()
    await hass.async_block_till_done()
    assert not registry.async_get_entity_id("binary_sensor", "dahua_camera", unique_id)


async def test_reboot_is_sat_out_and_seen_through(
    camera: VirtualCamera,
    entry: MockConfigEntry,
    shows: Shows,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(f"{HUB}.HOLD_AFTER_LOSS", 0.3)
    await camera.emit("VideoMotion", "Start", 1, MOTION)
    await until(lambda: shows("1_motion", "on"))
    camera.background(camera.reboot(seconds=0.8))
    await until(lambda: shows("1_motion", "unavailable"))
    await until(lambda: shows("1_motion", "off"))
    await camera.emit("VideoMotion", "Start", 1, MOTION)
    await until(lambda: shows("1_motion", "on"))
