"""What the camera records to: shown where there is any, asked for seldom, told of by events."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dahua_camera.const import DOMAIN
from custom_components.dahua_camera.dahua import event_stream
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.integration.helpers import entity_id, entry_for, state_of, until
from tests.virtual_camera import VirtualCamera

HUB = "custom_components.dahua_camera.detection_hub"
QUESTION = "storageDevice.cgi?action=getDeviceAllInfo"
NO_CARD = {"path": QUESTION, "status": 400, "body": "Error\r\n"}


def problem(hass: HomeAssistant, camera: VirtualCamera) -> str:
    return state_of(hass, "binary_sensor", f"{camera.serial}_storage_problem").state


def times_asked(camera: VirtualCamera) -> int:
    return sum(QUESTION in request["target"] for request in camera.requests)


async def load(hass: HomeAssistant, camera: VirtualCamera) -> MockConfigEntry:
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    return entry


async def poll_doubting(entry: MockConfigEntry) -> None:
    """Poll as a quarter of an hour later."""
    coordinator = entry.runtime_data.coordinator
    coordinator.camera.storage.doubt()
    await coordinator.async_refresh()


async def test_sound_card_shows_how_full_it_is(
    hass: HomeAssistant, camera: VirtualCamera, all_entities_enabled: None, entry: MockConfigEntry
) -> None:
    used = state_of(hass, "sensor", f"{camera.serial}_storage_used")
    assert float(used.state) == pytest.approx(100 * 21474836480 / 31902400512, abs=0.05)
    assert problem(hass, camera) == "off"


async def test_it_is_asked_for_at_set_up_and_then_seldom(
    camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    for _ in range(10):
        await entry.runtime_data.coordinator.async_refresh()
    assert times_asked(camera) == 1


async def test_poll_that_asks_for_it_costs_no_more_than_others(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    await hass.async_block_till_done(wait_background_tasks=False)
    camera.requests.clear()
    for _ in range(4):
        await poll_doubting(entry)
    assert times_asked(camera) == 2, "in turn with the lens"
    assert len(camera.requests) == 8


async def test_nobody_looks_at_it_and_nobody_asks(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    registry = er.async_get(hass)
    sensor = entity_id(hass, "binary_sensor", f"{camera.serial}_storage_problem")
    registry.async_update_entity(sensor, disabled_by=er.RegistryEntryDisabler.USER)
    await hass.async_block_till_done(wait_background_tasks=False)
    camera.requests.clear()
    for _ in range(3):
        await poll_doubting(entry)
    assert times_asked(camera) == 0


async def test_camera_without_a_card_has_no_such_entities(
    hass: HomeAssistant, socket_enabled: None
) -> None:
    async with VirtualCamera(overlays=("no_card",)) as camera:
        entry = await load(hass, camera)
        found = {e.unique_id for e in er.async_get(hass).entities.values() if e.platform == DOMAIN}
        assert found
        assert not any("storage" in unique_id for unique_id in found)
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_broken_card_is_a_problem(hass: HomeAssistant, socket_enabled: None) -> None:
    async with VirtualCamera(overlays=("broken_card",)) as camera:
        entry = await load(hass, camera)
        assert problem(hass, camera) == "on"
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_card_that_is_taken_out_is_a_problem_also_after_a_restart(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    camera.set_fault("refuse", **NO_CARD)
    await poll_doubting(entry)
    assert problem(hass, camera) == "on"
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert problem(hass, camera) == "on"
    camera.clear_fault("refuse")
    for _ in range(2):
        await poll_doubting(entry)
    assert problem(hass, camera) == "off"


async def test_camera_that_cannot_tell_now_takes_nothing_else_down(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    camera.set_fault("refuse", path=QUESTION, status=500, body="Error\r\nInternal Error!\r\n")
    await poll_doubting(entry)
    assert problem(hass, camera) == "unavailable"
    assert state_of(hass, "switch", f"{camera.serial}_0_warm_light").state == "off"
    camera.clear_fault("refuse")
    for _ in range(2):
        await entry.runtime_data.coordinator.async_refresh()
    assert problem(hass, camera) == "off"


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("StorageFailure", {"Name": "/dev/mmc0p1"}),
        ("StorageNotExist", {}),
        ("StorageLowSpace", {"Name": "/dev/mmc0p1", "Percent": 5}),
    ],
)
async def test_events_are_told_at_once(
    hass: HomeAssistant,
    camera: VirtualCamera,
    entry: MockConfigEntry,
    code: str,
    data: dict[str, Any],
) -> None:
    camera.requests.clear()
    await camera.emit(code, "Start", 0, data)
    await until(lambda: problem(hass, camera) == "on")
    for _ in range(2):
        await entry.runtime_data.coordinator.async_refresh()
    assert times_asked(camera) == 1, "what happened has the truth fetched with the next polls"
    assert problem(hass, camera) == "on"
    await camera.emit(code, "Stop", 0, data)
    await until(lambda: problem(hass, camera) == "off")


@pytest.mark.parametrize("index", [1, 9])
async def test_events_count_devices_and_not_channels(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry, index: int
) -> None:
    await camera.emit("StorageLowSpace", "Start", index, {"Percent": 5})
    await until(lambda: problem(hass, camera) == "on")
    await camera.emit("StorageLowSpace", "Stop", index)
    await until(lambda: problem(hass, camera) == "off")


@pytest.mark.parametrize("index", [0, 1])
async def test_what_only_an_event_told_outlives_a_loss_of_the_events(
    hass: HomeAssistant,
    camera: VirtualCamera,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    index: int,
) -> None:
    detections = entry.runtime_data.detections
    monkeypatch.setattr(f"{HUB}.HOLD_AFTER_LOSS", 0.3)
    monkeypatch.setattr(event_stream, "LONGEST_RETRY", 0.3)
    await camera.emit("StorageLowSpace", "Start", index, {"Percent": 5})
    await until(lambda: problem(hass, camera) == "on")
    camera.set_fault("drop_stream")
    await until(lambda: not detections.available)
    camera.clear_fault("drop_stream")
    await until(lambda: detections.available)
    assert problem(hass, camera) == "on"
    await camera.emit("StorageLowSpace", "Stop", index)
    await until(lambda: problem(hass, camera) == "off")


async def test_what_only_an_event_told_outlives_a_reload(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    await camera.emit("StorageLowSpace", "Start", 0, {"Percent": 5})
    await until(lambda: problem(hass, camera) == "on")
    assert await hass.config_entries.async_reload(entry.entry_id)
    await until(lambda: problem(hass, camera) == "on")
