"""Words that the tests of lights lit for a time speak in."""

import asyncio
from datetime import timedelta
from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.dahua_camera.const import DOMAIN
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.integration.helpers import call, entity_id, entry_for
from tests.virtual_camera import VirtualCamera

_LIGHT_TABLES = ("Lighting_V2", "LightingScheme")


def settings(camera: VirtualCamera) -> dict[str, str]:
    """Return all that a light depends on, as the camera stores it."""
    store = camera.machine.store
    return {
        key: value for table in _LIGHT_TABLES if table in store for key, value in store.under(table)
    }


async def illuminate(hass: HomeAssistant, camera: VirtualCamera, channel: int, **data: Any) -> None:
    """Light a sensor for a time."""
    target = entity_id(hass, "camera", f"{camera.serial}_{channel}_main")
    await call(hass, f"{DOMAIN}.illuminate", target, **data)


async def pass_time(hass: HomeAssistant, seconds: float) -> None:
    """Let what is due in some seconds happen now, as far as it happens at once."""
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=seconds))
    await asyncio.sleep(0.2)


async def load(hass: HomeAssistant, camera: VirtualCamera) -> MockConfigEntry:
    """Return the camera's entry, loaded; whoever asks unloads it."""
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    return entry
