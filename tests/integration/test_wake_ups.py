"""What an event costs us: timers and tasks, counted. Times would tell more of the machine."""

from collections import Counter
from collections.abc import Callable
from time import monotonic
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dahua_camera import detection_hub
from custom_components.dahua_camera.dahua import observed_camera, table_reader, tables
from custom_components.dahua_camera.dahua.detections import PULSE_HOLD
from custom_components.dahua_camera.dahua.events import Event
from custom_components.dahua_camera.dahua.interpretation import interpret
from custom_components.dahua_camera.dahua.sightings import PlateReading, plate_of
from homeassistant.core import HomeAssistant
from tests.integration.helpers import until
from tests.virtual_camera import VirtualCamera
from tests.virtual_camera.event_format import HEARTBEAT
from tests.virtual_camera.event_hub import part

_MANY = 300


class WakeUps:
    """Counts what is scheduled by the integration from now on."""

    def __init__(
        self, hass: HomeAssistant, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.timers: Counter[str] = Counter()
        self.tasks: Counter[str] = Counter()
        call_at, create_task = hass.loop.call_at, entry.async_create_background_task

        def note_timer(when: float, work: Callable[..., object], *args: Any, **more: Any) -> Any:
            if getattr(work, "__module__", "").startswith("custom_components"):
                self.timers[work.__name__] += 1
            return call_at(when, work, *args, **more)

        def note_task(target: Any, work: Any, name: str, **more: Any) -> Any:
            self.tasks[name] += 1
            return create_task(target, work, name, **more)

        monkeypatch.setattr(hass.loop, "call_at", note_timer)
        monkeypatch.setattr(entry, "async_create_background_task", note_task)


@pytest.fixture
def wake_ups(
    hass: HomeAssistant, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> WakeUps:
    return WakeUps(hass, entry, monkeypatch)


async def _all_heard(camera: VirtualCamera, entry: MockConfigEntry) -> None:
    """Return when everything that was sent before has arrived."""
    await camera.emit("Barrier", "Pulse", 0)
    await until(lambda: "Barrier" in entry.runtime_data.detections.sample.counts)


async def test_what_nobody_shows_wakes_nobody(
    camera: VirtualCamera, entry: MockConfigEntry, wake_ups: WakeUps
) -> None:
    for _ in range(_MANY):
        await camera.emit("VideoMotionInfo", "State", 1)
        for stream in camera.machine.hub.streams:
            stream.send(part(HEARTBEAT))
    await _all_heard(camera, entry)
    assert not wake_ups.timers
    assert not wake_ups.tasks


async def test_motion_that_comes_and_goes_sets_one_timer_and_asks_for_few_stills(
    camera: VirtualCamera, entry: MockConfigEntry, wake_ups: WakeUps
) -> None:
    camera.requests.clear()
    started = monotonic()
    for _ in range(_MANY):
        await camera.emit("VideoMotion", "Start", 1, {"Id": [0]})
        await camera.emit("VideoMotion", "Stop", 1, {"Id": [0]})
    await _all_heard(camera, entry)
    assert wake_ups.timers == {"_expire": 1}
    stills = [request for request in camera.requests if "snapshot" in request["target"]]
    # One at once, and then one a second, however fast the machine.
    assert len(stills) <= 1 + monotonic() - started
    assert wake_ups.tasks.total() <= 1 + monotonic() - started


async def test_pulses_that_extend_each_other_share_a_timer(
    camera: VirtualCamera, entry: MockConfigEntry, wake_ups: WakeUps
) -> None:
    started = monotonic()
    for _ in range(_MANY):
        await camera.emit("CrossLineDetection", "Pulse", 0, {"Name": "Gate line", "RuleID": 4})
    await _all_heard(camera, entry)
    assert wake_ups.timers["_expire"] <= 1 + (monotonic() - started) / PULSE_HOLD


async def test_plates_are_looked_for_only_where_somebody_shows_them(
    camera: VirtualCamera, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: Counter[int] = Counter()

    def note(event: Event) -> PlateReading | None:
        searched[event.index] += 1
        return plate_of(event)

    monkeypatch.setattr(detection_hub, "plate_of", note)
    await camera.emit("VideoMotion", "Start", 1, {"Id": [0]})
    await camera.emit("TrafficJunction", "Pulse", 0, {"TrafficCar": {"PlateNumber": "B AB 123"}})
    await _all_heard(camera, entry)
    assert searched.keys() == {0}


def test_lines_of_tables_are_taken_apart_once(camera_tables: str) -> None:
    tables._take_apart.cache_clear()
    for _ in range(5):
        tables.parse_tables(camera_tables)
    assert tables._take_apart.cache_info().misses == camera_tables.count("\n")


async def test_polls_that_find_nothing_new_read_no_table_again(
    camera: VirtualCamera, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    coordinator = entry.runtime_data.coordinator
    await coordinator.async_refresh()
    camera.requests.clear()
    done: Counter[str] = Counter()

    def counted[**P, R](work: Callable[P, R]) -> Callable[P, R]:
        def count(*args: P.args, **more: P.kwargs) -> R:
            done[work.__name__] += 1
            return work(*args, **more)

        return count

    monkeypatch.setattr(table_reader, "parse_tables", counted(tables.parse_tables))
    monkeypatch.setattr(observed_camera, "interpret", counted(interpret))
    for _ in range(3):
        await coordinator.async_refresh()
    assert sum("getConfig" in request["target"] for request in camera.requests) == 3
    assert not done
    known = coordinator.camera
    assert known._tables
    assert all(known.reader.latest[name] is table for name, table in known._tables.items())
    camera.machine.store.put("VideoInMode[0].Mode", "0")
    await coordinator.async_refresh()
    assert done == {"parse_tables": 1, "interpret": 2}


@pytest.fixture
def camera_tables() -> str:
    return "".join(f"table.T[{row}].Part[{n}].Key={n}\r\n" for row in range(20) for n in range(50))
