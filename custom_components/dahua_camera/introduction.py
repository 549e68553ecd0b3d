"""Asking a camera who it is, as an entry's data says how, and handing it over to the set-up."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from typing import Any, Self

from aiohttp import ClientSession

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from .causes import find_cause
from .connection import create_http, create_session
from .const import DOMAIN, LOGGER
from .dahua.camera import DahuaCamera
from .dahua.errors import DahuaError
from .dahua.state import CameraInfo

# An entry is set up as soon as the dialog ends; one that is loaded has to be unloaded first.
KEPT_SECONDS = 15.0


class Introduced:
    """A camera that has just told who it is; as a context closed, unless it is handed over."""

    def __init__(
        self, camera: DahuaCamera, session: ClientSession, data: Mapping[str, Any]
    ) -> None:
        """Hold a camera with its session, and the data that led to it."""
        self.camera = camera
        self.session = session
        self._data = dict(data)
        self._is_handed_over = False
        self._kept_until = 0.0
        self._taken = asyncio.Event()

    @property
    def info(self) -> CameraInfo:
        """What it has told of itself."""
        return self.camera.info

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if not self._is_handed_over:
            await self.session.close()

    @callback
    def hand_over(self, hass: HomeAssistant) -> None:
        """Keep it for the entry that is set up next with these data."""
        self._is_handed_over = True
        self._kept_until = hass.loop.time() + KEPT_SECONDS
        hass.data.setdefault(_KEPT, {})[self.info.serial] = self
        hass.async_create_background_task(
            self._close_unless_taken(hass), f"{DOMAIN} keeps what introduced itself"
        )

    async def _close_unless_taken(self, hass: HomeAssistant) -> None:
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(KEPT_SECONDS):
                    await self._taken.wait()
        finally:
            if not self._taken.is_set():
                if hass.data[_KEPT].get(self.info.serial) is self:
                    del hass.data[_KEPT][self.info.serial]
                await self.session.close()

    @callback
    def take(self, hass: HomeAssistant, entry: ConfigEntry) -> bool:
        """Tell whether this is an entry's camera, which it belongs to from then on."""
        if self._data != entry.data or hass.loop.time() > self._kept_until:
            return False
        self._taken.set()
        del hass.data[_KEPT][self.info.serial]
        return True


_KEPT: HassKey[dict[str, Introduced]] = HassKey(f"{DOMAIN}_introduced")


@callback
def take_introduced(hass: HomeAssistant, entry: ConfigEntry) -> Introduced | None:
    """Return an entry's camera if it has just introduced itself, once; it is the entry's then."""
    kept = hass.data.get(_KEPT, {}).get(str(entry.unique_id))
    return kept if kept and kept.take(hass, entry) else None


async def introduce(data: Mapping[str, Any]) -> tuple[Introduced | None, DahuaError | None]:
    """Return a camera that tells who it is, or why it does not; None if nobody knows."""
    try:
        async with AsyncExitStack() as stack:
            session = await stack.enter_async_context(create_session(data))
            camera = await DahuaCamera.connect(create_http(session, data))
            stack.pop_all()
            return Introduced(camera, session, data), None
    except DahuaError as error:
        return None, await find_cause(data, error)
    except Exception:  # noqa: BLE001
        LOGGER.exception("Unexpected error while connecting to a camera")
        return None, None
