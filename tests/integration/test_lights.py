"""The light switches: what they say is what the LEDs of the virtual camera do."""

from datetime import datetime
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.integration.helpers import call, entity_id, entry_for, follow_day, state_of, until
from tests.virtual_camera import VirtualCamera

LAMPS = [(0, "warm_light", "warm"), (0, "infrared", "infrared"), (1, "warm_light", "warm")]


@pytest.mark.parametrize(("channel", "key", "lamp"), LAMPS)
@pytest.mark.parametrize("darkness", [0.0, 1.0])
async def test_switch_lights_and_darkens(
    hass: HomeAssistant,
    camera: VirtualCamera,
    entry: MockConfigEntry,
    channel: int,
    key: str,
    lamp: str,
    darkness: float,
) -> None:
    camera.scene.darkness = darkness
    unique_id = f"{camera.serial}_{channel}_{key}"
    switch = entity_id(hass, "switch", unique_id)

    await call(hass, "switch.turn_on", switch)
    assert camera.channels[channel].leds[lamp] > 0
    assert state_of(hass, "switch", unique_id).state == "on"

    await call(hass, "switch.turn_off", switch)
    assert camera.channels[channel].leds[lamp] == 0
    assert state_of(hass, "switch", unique_id).state == "off"


async def test_switch_follows_the_camera_s_schedule_within_a_poll(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    follow_day(camera)
    store = camera.machine.store
    store.put("Lighting_V2[0][1][1].Mode", "Manual")
    store.put("Lighting_V2[0][1][1].MiddleLight[0].Light", "70")
    camera.machine.clock.set(datetime(2026, 1, 5, 18, 29, 57))
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    unique_id = f"{camera.serial}_0_warm_light"
    assert state_of(hass, "switch", unique_id).state == "off"

    night = datetime(2026, 1, 5, 18, 30, 2)
    await until(lambda: camera.machine.clock.now() > night)
    assert camera.channels[0].leds["warm"] == 70
    await entry.runtime_data.coordinator.async_refresh()
    assert state_of(hass, "switch", unique_id).state == "on"
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    "refusal", [{"status": 400}, {"status": 403, "body": "Error\r\nAuthorization Failed!\r\n"}]
)
async def test_switch_says_what_the_led_does_after_half_of_a_command_was_refused(
    hass: HomeAssistant, socket_enabled: None, refusal: dict[str, Any]
) -> None:
    async with VirtualCamera("dual_turret") as camera:
        entry = entry_for(camera)
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        unique_id = f"{camera.serial}_0_warm_light"
        switch = entity_id(hass, "switch", unique_id)
        await call(hass, "switch.turn_on", switch)
        assert camera.channels[0].leds["warm"] > 0

        scheme = "/cgi-bin/configManager.cgi?action=setConfig&LightingScheme"
        camera.set_fault("refuse", path=scheme, **refusal)
        with pytest.raises(HomeAssistantError):
            await call(hass, "switch.turn_off", switch)
        assert camera.channels[0].leds["warm"] == 0
        assert state_of(hass, "switch", unique_id).state == "off"
        assert state_of(hass, "select", f"{unique_id}_control").state == "off"
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_light_follows_a_clock_that_was_set(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    follow_day(camera)
    camera.machine.store.put("Lighting_V2[0][1][1].Mode", "Manual")
    camera.machine.store.put("Lighting_V2[0][1][1].NearLight[0].Light", "60")
    camera.machine.clock.set(datetime(2026, 1, 5, 12))
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: entry.runtime_data.detections.available)
    unique_id = f"{camera.serial}_0_warm_light"
    assert state_of(hass, "switch", unique_id).state == "off"
    camera.machine.change_time(datetime(2026, 1, 5, 22))
    assert camera.channels[0].leds["warm"] > 0
    await until(lambda: "TimeChange" in entry.runtime_data.detections.sample.counts)
    for _ in range(3):
        await entry.runtime_data.coordinator.async_refresh()
    assert state_of(hass, "switch", unique_id).state == "on"
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_light_that_a_schedule_lights_is_shown_at_once(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    follow_day(camera)
    camera.machine.store.put("Lighting_V2[0][1][1].Mode", "Manual")
    camera.machine.store.put("Lighting_V2[0][1][1].NearLight[0].Light", "60")
    camera.machine.clock.set(datetime(2026, 1, 5, 18, 29, 57))
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    unique_id = f"{camera.serial}_0_warm_light"
    assert state_of(hass, "switch", unique_id).state == "off"
    await until(lambda: camera.channels[0].leds["warm"] > 0)
    polls = entry.runtime_data.coordinator.camera.http.traffic.requests
    await until(lambda: state_of(hass, "switch", unique_id).state == "on", 2)
    assert entry.runtime_data.coordinator.camera.http.traffic.requests == polls
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_light_that_is_lit_in_the_last_second_of_a_profile_burns_on_in_the_next(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    follow_day(camera)
    camera.machine.clock.set(datetime(2026, 1, 5, 18, 29, 57))
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    unique_id = f"{camera.serial}_0_warm_light"
    last_second, night = datetime(2026, 1, 5, 18, 30), datetime(2026, 1, 5, 18, 30, 1)
    await until(lambda: camera.machine.clock.now() >= last_second)
    await call(hass, "switch.turn_on", entity_id(hass, "switch", unique_id))
    await until(lambda: camera.machine.clock.now() > night)
    assert camera.channels[0].live_profile == 1
    assert camera.channels[0].leds["warm"] > 0
    assert state_of(hass, "switch", unique_id).state == "on"
    assert await hass.config_entries.async_unload(entry.entry_id)
