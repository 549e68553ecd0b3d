"""The action `illuminate`: light for a time, then everything as it was."""

from datetime import datetime
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.dahua_camera.const import DOMAIN
from custom_components.dahua_camera.temporary import Purpose
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from tests.integration.helpers import call, entity_id, follow_day, state_of, until
from tests.integration.illumination import illuminate, load, settings
from tests.virtual_camera import VirtualCamera


@pytest.mark.parametrize("variant", ["mfw7442k1", "mfw7442k1+lighting_scheme+near_far_lights"])
@pytest.mark.parametrize(
    ("channel", "light", "lamp"),
    [(0, "warm_light", "warm"), (0, "infrared", "infrared"), (1, "warm_light", "warm")],
)
async def test_light_burns_for_its_time_and_everything_goes_back(
    hass: HomeAssistant,
    socket_enabled: None,
    variant: str,
    channel: int,
    light: str,
    lamp: str,
) -> None:
    async with VirtualCamera(variant) as camera:
        entry = await load(hass, camera)
        before = settings(camera)
        await illuminate(hass, camera, channel, light=light, brightness=80, duration=1)
        assert camera.channels[channel].leds[lamp] == 80
        assert state_of(hass, "switch", f"{camera.serial}_{channel}_{light}").state == "on"
        await until(lambda: settings(camera) == before)
        await until(
            lambda: (
                state_of(hass, "switch", f"{camera.serial}_{channel}_{light}").state
                == ("unknown" if light == "infrared" else "off")
            )
        )
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_light_burns_on_when_a_schedule_changes_the_profile(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    follow_day(camera)
    camera.machine.clock.set(datetime(2026, 1, 5, 12))
    entry = await load(hass, camera)
    before = settings(camera)
    await illuminate(hass, camera, 0, brightness=80, duration=600)
    camera.machine.clock.set(datetime(2026, 1, 5, 20))
    assert camera.channels[0].live_profile == 1
    assert camera.channels[0].leds["warm"] == 80
    await entry.runtime_data.temporary.end(0, Purpose.ILLUMINATION)
    assert settings(camera) == before
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_target_without_the_light_is_refused(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    with pytest.raises(ServiceValidationError, match="has this light"):
        await illuminate(hass, camera, 1, light="infrared", duration=1)
    with pytest.raises(ServiceValidationError, match="has this light"):
        await call(hass, f"{DOMAIN}.illuminate", "camera.nobody", duration=1)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"duration": 0},
        {"duration": "forever"},
        {"duration": 1, "brightness": 0},
        {"duration": 1, "brightness": 101},
        {"duration": 1, "light": "laser"},
        {"duration": 100_000},
    ],
)
async def test_nonsense_is_refused(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry, data: dict[str, Any]
) -> None:
    before = settings(camera)
    with pytest.raises(vol.Invalid):
        await illuminate(hass, camera, 0, **data)
    assert settings(camera) == before


async def test_camera_that_is_away_does_not_leave_the_others_dark(
    hass: HomeAssistant, socket_enabled: None
) -> None:
    async with VirtualCamera("single_infrared") as one, VirtualCamera("dual_turret") as other:
        entries = [await load(hass, camera) for camera in (one, other)]
        targets = [entity_id(hass, "camera", f"{camera.serial}_0_main") for camera in (one, other)]
        data = {"entity_id": targets, "light": "infrared", "brightness": 80, "duration": 600}
        # In whichever order they are lit, one of the two comes first.
        for away, there in ((one, other), (other, one)):
            away.set_fault("refuse", path="/cgi-bin/configManager.cgi", status=503, body="")
            with pytest.raises(HomeAssistantError):
                await hass.services.async_call(DOMAIN, "illuminate", data, blocking=True)
            assert there.channels[0].leds["infrared"] == 80
            away.clear_fault("refuse")
        for entry in entries:
            assert await hass.config_entries.async_unload(entry.entry_id)


async def test_camera_that_ignores_the_light_is_an_error(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    camera.set_fault("ignore_writes", table="Lighting_V2")
    with pytest.raises(HomeAssistantError, match="did not change Lighting_V2"):
        await illuminate(hass, camera, 0, duration=600)
