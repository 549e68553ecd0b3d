"""The least that shows a camera's motion: follow the stream, find the code, write the state.

With `entities` it is the least that shows as much as the integration does: the same event is
motion, a region and an event of Home Assistant's own kinds of entities, and its data are read.
"""

from collections.abc import Callable
import json
import re
from typing import Any

from aiohttp import ClientSession, ClientTimeout, DigestAuthMiddleware
from yarl import URL

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.discovery import async_load_platform
from homeassistant.helpers.typing import ConfigType
from homeassistant.util.hass_dict import HassKey

DOMAIN = "bench_floor"
type Take = Callable[[bool, Any], None]
LISTENERS: HassKey[list[Take]] = HassKey(DOMAIN)
_MOTION = re.compile(
    rb"Code=VideoMotion;action=(Start|Stop)(?:;index=\d+;data=(\{.*?\n\}))?", re.DOTALL
)
_ATTRIBUTES = {"device_class": "motion", "friendly_name": "Motion"}


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Follow the camera at `url`."""
    settings = dict(config[DOMAIN])
    with_entities = settings.pop("entities")
    hass.data[LISTENERS] = []
    if with_entities:
        for platform in (Platform.BINARY_SENSOR, Platform.EVENT):
            await async_load_platform(hass, platform, DOMAIN, {}, config)
    else:

        @callback
        def write(on: bool, _: Any) -> None:
            hass.states.async_set("binary_sensor.motion", "on" if on else "off", _ATTRIBUTES)

        hass.data[LISTENERS].append(write)
    following = _follow(hass, reads=with_entities, **settings)
    hass.async_create_background_task(following, DOMAIN)
    return True


async def _follow(
    hass: HomeAssistant, url: str, username: str, password: str, *, reads: bool
) -> None:
    request = URL(f"{url}/cgi-bin/eventManager.cgi?action=attach&codes=[All]&heartbeat=5")
    login, forever = DigestAuthMiddleware(username, password), ClientTimeout(total=None)
    async with (
        ClientSession(middlewares=(login,), timeout=forever) as session,
        session.get(request) as response,
    ):
        rest = b""
        async for chunk in response.content.iter_any():
            rest, end = rest + chunk, 0
            for match in _MOTION.finditer(rest):
                end = match.end()
                data = json.loads(match[2]) if reads else None
                for take in hass.data[LISTENERS]:
                    take(match[1] == b"Start", data)
            rest = rest[max(end, len(rest) - 64) :]
