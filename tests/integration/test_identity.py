"""Who answers after an absence: the same camera, one with new firmware, or another."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.dahua_camera.const import DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
from tests.integration.helpers import entity_id, state_of, until
from tests.integration.searches import another
from tests.virtual_camera import VirtualCamera

WHO_IS_IT = ("getSystemInfo", "getSoftwareVersion")


def asked(camera: VirtualCamera) -> Counter[str]:
    """Return how often a camera was asked who it is."""
    targets = [request["target"] for request in camera.requests if request["status"] == 200]
    return Counter(name for target in targets for name in WHO_IS_IT if name in target)


async def lose(hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry) -> None:
    """Let a poll go without an answer."""
    camera.set_fault("refuse", path="getConfig", status=500, body="Error\r\n")
    await entry.runtime_data.coordinator.async_refresh()
    assert not entry.runtime_data.coordinator.last_update_success
    camera.clear_fault("refuse")


async def test_camera_that_was_away_is_asked_once_whether_it_is_the_same(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    coordinator, loaded = entry.runtime_data.coordinator, entry.runtime_data
    camera.requests.clear()
    await coordinator.async_refresh()
    assert not asked(camera)

    await lose(hass, camera, entry)
    for _ in range(3):
        await coordinator.async_refresh()
        assert coordinator.last_update_success
    await hass.async_block_till_done()
    assert asked(camera) == dict.fromkeys(WHO_IS_IT, 1)
    assert entry.runtime_data is loaded


async def test_restart_that_no_poll_has_noticed_is_noticed_by_its_events(
    hass: HomeAssistant,
    camera: VirtualCamera,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.dahua_camera.detection_hub.HOLD_AFTER_LOSS", 0.1)
    camera.requests.clear()
    await camera.reboot(seconds=0.3)
    await until(lambda: sum(asked(camera).values()) >= len(WHO_IS_IT))
    await entry.runtime_data.coordinator.async_refresh()
    assert asked(camera) == dict.fromkeys(WHO_IS_IT, 1)


async def test_settings_are_back_with_the_events(
    hass: HomeAssistant,
    camera: VirtualCamera,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.dahua_camera.detection_hub.HOLD_AFTER_LOSS", 0.1)
    coordinator, detections = entry.runtime_data.coordinator, entry.runtime_data.detections
    away = asyncio.create_task(camera.reboot(seconds=1))
    await until(lambda: not detections.available)
    await coordinator.async_refresh()
    assert not coordinator.last_update_success
    await away
    await until(lambda: detections.available)
    await until(lambda: coordinator.last_update_success)


async def test_new_firmware_is_told_and_its_abilities_are_found(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    loaded = entry.runtime_data
    await lose(hass, camera, entry)
    camera.install_firmware("2.860.0000000.1.R")
    # It brings the first sensor another sub stream.
    camera.machine.store.put("Encode[0].ExtraFormat[1].VideoEnable", "true")
    camera.machine.store.put("Encode[0].ExtraFormat[1].Video.Compression", "H.264")
    for _ in range(2):
        assert entry.runtime_data is loaded, "it was asked while it may still be starting"
        await loaded.coordinator.async_refresh()
    await until(lambda: entry.state is ConfigEntryState.LOADED and entry.runtime_data is not loaded)
    registry = dr.async_get(hass)
    housing = registry.async_get_device_by_identifier((DOMAIN, camera.serial), entry.entry_id)
    assert housing
    assert housing.sw_version == "2.860.0000000.1.R"
    entity_id(hass, "camera", f"{camera.serial}_0_sub_2")
    await until(lambda: entry.runtime_data.detections.available)
    assert state_of(hass, "switch", f"{camera.serial}_0_warm_light").state != "unavailable"

    # Once is enough.
    loaded = entry.runtime_data
    camera.set_fault("drop_stream", once=True)
    await entry.runtime_data.coordinator.async_refresh()
    await hass.async_block_till_done()
    assert entry.runtime_data is loaded


@pytest.mark.parametrize("status", [501, 500, 200])
async def test_camera_that_does_not_tell_who_it_is_now_is_believed(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry, status: int
) -> None:
    coordinator, loaded = entry.runtime_data.coordinator, entry.runtime_data
    await lose(hass, camera, entry)
    camera.set_fault("refuse", path="getSystemInfo", status=status, body="")
    await coordinator.async_refresh()
    assert coordinator.last_update_success
    camera.clear_fault("refuse")
    camera.requests.clear()
    await coordinator.async_refresh()
    await hass.async_block_till_done()
    assert asked(camera) == dict.fromkeys(WHO_IS_IT, 1)
    assert entry.runtime_data is loaded


async def test_another_camera_that_took_the_address_is_not_taken_for_it(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    light = entity_id(hass, "switch", f"{camera.serial}_0_warm_light")
    await camera.stop()
    await entry.runtime_data.coordinator.async_refresh()
    async with another(http_port=camera.http_port) as stranger:
        assert stranger.http_port == camera.http_port
        await entry.runtime_data.coordinator.async_refresh()
        await until(lambda: entry.state is ConfigEntryState.SETUP_RETRY)
        assert "different serial number" in str(entry.reason)
        assert hass.states.get(light).state == "unavailable"
        assert not hass.config_entries.flow.async_progress()
        await until(lambda: stranger.state()["connections"] == 0)
        # What was asked with the nonce of the one that is gone.
        assert stranger.state()["logins"]["rejected"] <= 1

    async with another(http_port=camera.http_port, serial=camera.serial):
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=2))
        await until(lambda: entry.state is ConfigEntryState.LOADED)
        assert hass.states.get(light).state == "off"
        assert await hass.config_entries.async_unload(entry.entry_id)
