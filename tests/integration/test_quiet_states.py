"""What does not change is not written: neither the recorder nor any listener is bothered."""

from collections import Counter
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import Event, HomeAssistant, callback
from tests.integration.helpers import entity_id, state_of, until
from tests.virtual_camera import VirtualCamera
from tests.virtual_camera.event_format import HEARTBEAT
from tests.virtual_camera.event_hub import part

_SEEN = {"EventID": 7, "Name": "Gate line", "Object": {"ObjectType": "Human"}, "RuleID": 4}
_MANY = 500


class Writes:
    """Counts by entity what is written, and apart from it what thereby changed."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.counts: Counter[str] = Counter()
        self.changes: Counter[str] = Counter()
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._note_change)
        # What is only reported again is told to those who filter for it.
        all_of_it = callback(lambda _: True)
        hass.bus.async_listen(EVENT_STATE_REPORTED, self._note, event_filter=all_of_it)

    @callback
    def _note(self, event: Event[Any]) -> None:
        self.counts[event.data["entity_id"]] += 1

    @callback
    def _note_change(self, event: Event[Any]) -> None:
        self._note(event)
        self.changes[event.data["entity_id"]] += 1


@pytest.fixture
def writes(hass: HomeAssistant, all_entities_enabled: None, entry: MockConfigEntry) -> Writes:
    return Writes(hass)


async def _all_heard(camera: VirtualCamera, entry: MockConfigEntry) -> None:
    """Return when everything that was sent before has arrived."""
    counts = entry.runtime_data.detections.sample.counts
    before = counts.get("Barrier", 0)
    await camera.emit("Barrier", "Pulse", 0)
    await until(lambda: counts.get("Barrier", 0) > before)


async def test_what_is_written_without_need_would_be_noticed(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry, writes: Writes
) -> None:
    motion = entity_id(hass, "binary_sensor", f"{camera.serial}_1_motion")
    entry.runtime_data.detections._set_available(True)
    assert writes.counts[motion] == 1


async def test_flood_of_what_nobody_shows_writes_nothing(
    camera: VirtualCamera, entry: MockConfigEntry, writes: Writes
) -> None:
    heard = entry.runtime_data.detections.sample.counts
    camera.set_fault("flood", events_per_second=500.0)
    await until(lambda: heard.get("VideoMotionInfo", 0) > 200)
    camera.clear_fault("flood")
    for number in range(_MANY):
        await camera.emit("VideoMotionInfo", "State", 1)
        await camera.emit(f"Unknown{number % 50}", "Start", 0, {"Name": "Gate line"})
        await camera.emit("AlarmLocal", ("Start", "Stop")[number % 2], 0)
        await camera.emit("VideoMotion", "Stop", 1)
        for stream in camera.machine.hub.streams:
            stream.send(part(HEARTBEAT))
    await _all_heard(camera, entry)
    assert not writes.counts


async def test_repeated_starts_write_what_changed_and_no_more(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry, writes: Writes
) -> None:
    image = f"{camera.serial}_{{}}_last_detection"
    for _ in range(_MANY):
        await camera.emit("VideoMotion", "Start", 1, {"Id": [0], "RegionName": ["Drive"]})
        await camera.emit("CrossLineDetection", "Start", 0, _SEEN)
    await _all_heard(camera, entry)
    for channel in (0, 1):
        unique_id = image.format(channel)
        await until(lambda: state_of(hass, "image", unique_id).state != "unknown")  # noqa: B023
    showing = {
        entity_id(hass, platform, f"{camera.serial}_{key}")
        for platform, key in (
            ("binary_sensor", "0_rule_4"),
            ("binary_sensor", "0_person"),
            ("binary_sensor", "1_motion"),
            ("binary_sensor", "1_region_0"),
            ("event", "0_detection"),
            ("event", "1_detection"),
            ("image", "0_last_detection"),
            ("image", "1_last_detection"),
        )
    }
    assert writes.counts == dict.fromkeys(showing, 1)


async def test_pulses_that_extend_each_other_write_once(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry, writes: Writes
) -> None:
    for _ in range(_MANY):
        await camera.emit("CrossLineDetection", "Pulse", 0, _SEEN)
    await _all_heard(camera, entry)
    assert writes.counts[entity_id(hass, "binary_sensor", f"{camera.serial}_0_rule_4")] == 1
    assert writes.counts[entity_id(hass, "event", f"{camera.serial}_0_detection")] == 1


async def test_poll_of_unchanged_tables_writes_nothing(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry, writes: Writes
) -> None:
    for _ in range(5):
        before = len(camera.requests)
        await entry.runtime_data.coordinator.async_refresh()
        await hass.async_block_till_done()
        assert len(camera.requests) > before
    assert not writes.counts


async def test_poll_of_a_changed_table_writes_only_what_shows_it(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry, writes: Writes
) -> None:
    camera.machine.store.put("MotionDetect[1].Enable", "false")
    await entry.runtime_data.coordinator.async_refresh()
    await hass.async_block_till_done()
    switch = entity_id(hass, "switch", f"{camera.serial}_1_motion_detection")
    assert writes.changes == {switch: 1}


async def test_short_loss_of_the_stream_writes_nothing(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry, writes: Writes
) -> None:
    stream = entry.runtime_data.detections.stream
    camera.set_fault("drop_stream", once=True)
    await until(lambda: stream.connections == 2)
    await _all_heard(camera, entry)
    sensor = entity_id(hass, "binary_sensor", f"{camera.serial}_event_stream")
    assert not writes.counts.keys() - {sensor}
