"""The spotter's picture while nobody is there, to compare a passer-by with."""

import asyncio

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from .const import LOGGER
from .dahua.camera import DahuaCamera
from .dahua.errors import DahuaError
from .passer_by import passer_by_color

# After the last movement leaves and doors come to rest too.
_SETTLING = 5.0
# Light and shadows wander: an older picture tells nothing any more.
_AGE = 900.0


class EmptyScene:
    """Keeps a recent still of a sensor, taken while nothing moves."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, camera: DahuaCamera, channel: int
    ) -> None:
        """Prepare to watch one sensor."""
        self._hass = hass
        self._entry = entry
        self._camera = camera
        self._channel = channel
        self._picture: bytes | None = None
        self._taken = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._calm: object | None = None
        """Stands for one period in which nothing moves; None while something does."""

    @callback
    def settle(self) -> None:
        """Note that nothing moves; a still is taken soon, and again whenever it is too old."""
        if self._calm is None:
            self._calm = object()
            self._wake(_SETTLING)

    @callback
    def disturb(self) -> None:
        """Note that something moves, or that nobody looks any more: no still is taken."""
        self._calm = None
        if self._timer:
            self._timer.cancel()
            self._timer = None

    @callback
    def _wake(self, seconds: float) -> None:
        @callback
        def look() -> None:
            self._timer = None
            self._entry.async_create_background_task(
                self._hass, self._look(), f"empty scene of {self._entry.title}"
            )

        self._timer = self._hass.loop.call_later(seconds, look)

    async def _look(self) -> None:
        calm = self._calm
        try:
            picture = await self._camera.still(self._channel, fresh=True)
        except DahuaError as error:
            LOGGER.debug("%s: no still of the empty scene: %s", self._entry.title, error)
        else:
            if self._calm is calm:
                self._picture, self._taken = picture, self._hass.loop.time()
        if self._calm is calm:
            self._wake(_AGE)

    async def color_of(self, picture: bytes | None) -> str | None:
        """Return the colour of whoever is in a picture; None where that is not certain."""
        empty = self._picture
        if picture is None or empty is None or self._hass.loop.time() - self._taken > 2 * _AGE:
            return None
        return await self._hass.async_add_executor_job(passer_by_color, picture, empty)
