"""The pictures of one passer-by: taken when they are spotted, and again when recognized."""

import asyncio

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from .const import LOGGER
from .dahua.camera import DahuaCamera
from .dahua.errors import DahuaError
from .dahua.priority_lock import Priority

# A picture that takes longer shows something else.
_LONGEST_WAIT = 9.0


class CapturePictures:
    """The latest still of each sensor, one taken after the other."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, camera: DahuaCamera) -> None:
        """Prepare to take stills of a camera's sensors."""
        self._hass = hass
        self._entry = entry
        self._camera = camera
        self._wanted: dict[int, None] = {}
        self._taken: dict[int, bytes] = {}
        self._task: asyncio.Task[None] | None = None

    @callback
    def take(self, *channels: int) -> None:
        """Take a still of each sensor as soon as the camera can; it replaces an earlier one."""
        self._wanted |= dict.fromkeys(channels)
        if self._task is None or self._task.done():
            self._task = self._entry.async_create_background_task(
                self._hass, self._take(), f"stills of a capture of {self._entry.title}"
            )

    async def _take(self) -> None:
        while self._wanted:
            channel = next(iter(self._wanted))
            del self._wanted[channel]
            try:
                self._taken[channel] = await self._camera.still(
                    channel, fresh=True, priority=Priority.COMMAND
                )
            except DahuaError as error:
                LOGGER.debug("%s: no still for a capture: %s", self._entry.title, error)

    async def settled(self) -> None:
        """Return when all stills are taken, or have had time enough."""
        if self._task:
            await asyncio.wait([self._task], timeout=_LONGEST_WAIT)

    def of(self, channel: int) -> bytes | None:
        """Return the latest still of a sensor; None where there is none."""
        return self._taken.get(channel)
