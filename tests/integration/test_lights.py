"""The light switches: what they say is what the LEDs of the virtual camera do."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from tests.integration.helpers import call, entity_id, state_of
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
