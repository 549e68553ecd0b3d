"""Light for a time goes back, whatever becomes of the camera and its entry meanwhile."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.dahua_camera.const import DOMAIN
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
from tests.integration.helpers import until
from tests.integration.illumination import illuminate, load, settings
from tests.virtual_camera import VirtualCamera


async def test_light_goes_back_after_a_restart_in_between(
    hass: HomeAssistant, camera: VirtualCamera, hass_storage: dict[str, Any]
) -> None:
    entry = await load(hass, camera)
    before = settings(camera)
    await illuminate(hass, camera, 0, duration=1)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert camera.channels[0].leds["warm"] == 100
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: settings(camera) == before)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_light_of_a_camera_that_is_removed_goes_back(
    hass: HomeAssistant, camera: VirtualCamera, hass_storage: dict[str, Any]
) -> None:
    entry = await load(hass, camera)
    before = settings(camera)
    await illuminate(hass, camera, 0, duration=600)
    assert camera.channels[0].leds["warm"] == 100
    await hass.config_entries.async_remove(entry.entry_id)
    assert settings(camera) == before
    assert not [key for key in hass_storage if entry.entry_id in key]


async def test_camera_that_has_got_the_address_of_a_removed_one_is_left_alone(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    entry = await load(hass, camera)
    await illuminate(hass, camera, 0, duration=600)
    hass.config_entries.async_update_entry(entry, unique_id="ANOTHER")
    assert not await hass.config_entries.async_reload(entry.entry_id)
    lit = settings(camera)
    await hass.config_entries.async_remove(entry.entry_id)
    assert settings(camera) == lit


async def test_camera_that_is_away_can_be_removed_although_it_is_lit(
    hass: HomeAssistant, camera: VirtualCamera, caplog: pytest.LogCaptureFixture
) -> None:
    entry = await load(hass, camera)
    await illuminate(hass, camera, 0, duration=600)
    camera.set_fault("refuse", path="/cgi-bin/", status=503, body="")
    await hass.config_entries.async_remove(entry.entry_id)
    assert not hass.config_entries.async_entries(DOMAIN)
    assert "could not restore temporary settings before removal" in caplog.text


async def test_light_of_a_camera_that_is_switched_off_goes_back(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    entry = await load(hass, camera)
    before = settings(camera)
    await illuminate(hass, camera, 0, duration=600)
    disabled = ConfigEntryDisabler.USER
    assert await hass.config_entries.async_set_disabled_by(entry.entry_id, disabled)
    assert settings(camera) == before


async def test_camera_that_is_reloaded_while_it_is_being_lit_goes_back(
    hass: HomeAssistant, camera: VirtualCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = await load(hass, camera)
    before = settings(camera)
    temporary = entry.runtime_data.temporary
    save = temporary._save

    async def save_and_unload() -> None:
        await save()
        assert await hass.config_entries.async_unload(entry.entry_id)

    monkeypatch.setattr(temporary, "_save", save_and_unload)
    with pytest.raises(HomeAssistantError):
        await illuminate(hass, camera, 0, duration=1)
    assert not temporary._timers
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: not entry.runtime_data.temporary.held)
    assert settings(camera) == before
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_camera_that_is_away_at_the_end_is_put_back_when_it_returns(
    hass: HomeAssistant,
    camera: VirtualCamera,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "custom_components.dahua_camera.temporary._TRY_AGAIN", timedelta(seconds=0.2)
    )
    before = settings(camera)
    await illuminate(hass, camera, 0, duration=1)
    camera.set_fault("refuse", path="/cgi-bin/configManager.cgi", status=503, body="")
    temporary = entry.runtime_data.temporary
    await until(lambda: not temporary._timers)
    await until(lambda: temporary._timers)
    assert settings(camera) != before
    camera.clear_fault("refuse")
    await until(lambda: settings(camera) == before)


async def test_camera_that_does_not_take_back_what_it_had_is_seldom_asked(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    before = settings(camera)
    await illuminate(hass, camera, 0, duration=1)
    temporary = entry.runtime_data.temporary
    camera.set_fault("ignore_writes")
    camera.requests.clear()
    await until(lambda: any("setConfig" in request["target"] for request in camera.requests))
    await until(lambda: temporary._timers and not temporary._locks[0].locked())
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=5))
    assert temporary._timers, "it is not tried again yet"
    camera.clear_fault("ignore_writes")
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=11))
    await until(lambda: settings(camera) == before)
