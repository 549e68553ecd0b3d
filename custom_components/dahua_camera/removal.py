"""Restoring what was set for a time, before a camera is removed from Home Assistant."""

import asyncio

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from .condition import condition_of
from .connection import create_http, create_session
from .const import LOGGER
from .dahua.camera import DahuaCamera
from .dahua.errors import DahuaError
from .temporary import TemporarySettings, store_of

# Seconds; the removal waits for it.
_TIMEOUT = 15.0


async def async_restore_before_removal(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Put back what is still set for a time, if the camera can be reached; forget it anyway."""
    store = store_of(hass, entry)
    if await store.async_load() and not condition_of(hass, entry).lock:
        try:
            async with asyncio.timeout(_TIMEOUT), create_session(entry.data) as session:
                http = create_http(session, entry.data)
                camera = await DahuaCamera.connect(http, entry.unique_id)
                settings = TemporarySettings(hass, entry, camera, lambda: None)
                await settings.load()
                await settings.end_for_good()
        except (DahuaError, TimeoutError) as error:
            LOGGER.warning(
                "%s: could not restore temporary settings before removal: %s", entry.title, error
            )
    await store.async_remove()
