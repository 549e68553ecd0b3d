"""The least that shows a camera's motion: follow the stream, find the code, write the state."""

import re

from aiohttp import ClientSession, ClientTimeout, DigestAuthMiddleware
from yarl import URL

from homeassistant.core import HomeAssistant
from homeassistant.helpers.typing import ConfigType

DOMAIN = "bench_floor"
_MOTION = re.compile(rb"Code=VideoMotion;action=(Start|Stop)")
_ATTRIBUTES = {"device_class": "motion", "friendly_name": "Motion"}


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Follow the camera at `url`."""
    hass.async_create_background_task(_follow(hass, **config[DOMAIN]), DOMAIN)
    return True


async def _follow(
    hass: HomeAssistant, url: str, username: str, password: str, more: list[list[str]]
) -> None:
    """Write the motion, and as many `more` states as somebody else does at its start and stop."""
    request = URL(f"{url}/cgi-bin/eventManager.cgi?action=attach&codes=[All]&heartbeat=5")
    login, forever = DigestAuthMiddleware(username, password), ClientTimeout(total=None)
    async with (
        ClientSession(middlewares=(login,), timeout=forever) as session,
        session.get(request) as response,
    ):
        rest, number = b"", 0
        async for chunk in response.content.iter_any():
            rest, end = rest + chunk, 0
            for match in _MOTION.finditer(rest):
                end, on = match.end(), match[1] == b"Start"
                hass.states.async_set("binary_sensor.motion", "on" if on else "off", _ATTRIBUTES)
                for entity_id in more[not on] if more else ():
                    number += 1
                    hass.states.async_set(entity_id, str(number), _ATTRIBUTES)
            rest = rest[max(end, len(rest) - 64) :]
