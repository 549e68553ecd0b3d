"""As many entities as a camera has, and nothing behind them: what Home Assistant itself needs."""

import asyncio
from collections.abc import Callable

import voluptuous as vol

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType
from homeassistant.util.hass_dict import HassKey

DOMAIN = "bench_entities"
CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)
LISTENERS: HassKey[list[Callable[[int], None]]] = HassKey(DOMAIN)
_PLAY = vol.Schema({vol.Required("rate"): vol.Coerce(float), vol.Required("count"): int})


async def async_setup(hass: HomeAssistant, _config: ConfigType) -> bool:
    """Offer to let what shows events change, so many times a second."""
    listeners = hass.data[LISTENERS] = []

    async def play(call: ServiceCall) -> None:
        for number in range(call.data["count"]):
            for take in listeners:
                take(number)
            await asyncio.sleep(1 / call.data["rate"])

    hass.services.async_register(DOMAIN, "play", play, _PLAY)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Add the entities of one camera."""
    await hass.config_entries.async_forward_entry_setups(entry, [Platform.SENSOR])
    return True
