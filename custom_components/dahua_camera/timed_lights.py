"""Lights that burn for a time, after which everything is as it was before."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from .const import DOMAIN, LOGGER
from .dahua.camera import DahuaCamera
from .dahua.errors import DahuaError
from .dahua.state import Emitter

_VERSION = 1
_TRY_AGAIN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class _Hold:
    """What is lit on one channel until `until` (UTC, ISO 8601), and what was there before."""

    until: str
    before: dict[str, str]
    written: dict[str, str]


class TimedLights:
    """The timed lights of one camera; they outlive a restart of Home Assistant."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        camera: DahuaCamera,
        on_change: Callable[[], None],
    ) -> None:
        """Prepare; `on_change` is called when lights went back by themselves."""
        self._hass = hass
        self._entry = entry
        self._camera = camera
        self._on_change = on_change
        self._store = _store(hass, entry)
        self._holds: dict[int, _Hold] = {}
        self._timers: dict[int, CALLBACK_TYPE] = {}

    async def start(self) -> None:
        """Take up what was lit before Home Assistant ended."""
        self._entry.async_on_unload(self._stop)
        for channel, hold in (await self._store.async_load() or {}).items():
            self._holds[int(channel)] = _Hold(**hold)
            self._schedule(int(channel))

    async def illuminate(
        self, channel: int, emitter: Emitter, level: int, duration: timedelta
    ) -> None:
        """Light an emitter at a level for a time; a second call extends the first."""
        before, written = await self._camera.preview_light(channel, emitter, level)
        if hold := self._holds.get(channel):
            before |= hold.before
            written = hold.written | written
        until = dt_util.utcnow() + duration
        self._holds[channel] = _Hold(until.isoformat(), before, written)
        # Kept before anything is lit: a power cut in between must not leave the light on.
        await self._save()
        self._schedule(channel)
        await self._camera.light(channel, emitter, level)

    @callback
    def release(self, channel: int) -> None:
        """Leave a channel as it is: somebody has taken over its light."""
        self._cancel(channel)
        if self._holds.pop(channel, None):
            self._entry.async_create_task(self._hass, self._save())

    @callback
    def _schedule(self, channel: int) -> None:
        until = dt_util.parse_datetime(self._holds[channel].until, raise_on_error=True)
        self._wake(channel, until)

    @callback
    def _wake(self, channel: int, moment: datetime) -> None:
        @callback
        def end(_: datetime) -> None:
            del self._timers[channel]
            # Unloading cancels it; what is then not put back yet is kept for the next start.
            self._entry.async_create_background_task(
                self._hass, self._end(channel), f"end of the timed light of {self._entry.title}"
            )

        self._cancel(channel)
        self._timers[channel] = async_track_point_in_utc_time(self._hass, end, moment)

    async def _end(self, channel: int) -> None:
        """Put back what was there; as often as it takes."""
        hold = self._holds[channel]
        try:
            await self._camera.put_back(hold.before, hold.written)
        except DahuaError as error:
            LOGGER.debug("%s: light is not put back yet: %s", self._entry.title, error)
            if self._holds.get(channel) is hold:
                self._wake(channel, dt_util.utcnow() + _TRY_AGAIN)
            return
        if self._holds.get(channel) is hold:
            del self._holds[channel]
            await self._save()
        self._on_change()

    async def _save(self) -> None:
        await self._store.async_save({str(c): asdict(hold) for c, hold in self._holds.items()})

    @callback
    def _cancel(self, channel: int) -> None:
        if cancel := self._timers.pop(channel, None):
            cancel()

    @callback
    def _stop(self) -> None:
        for channel in tuple(self._timers):
            self._cancel(channel)


def _store(hass: HomeAssistant, entry: ConfigEntry) -> Store[dict[str, dict[str, Any]]]:
    return Store(hass, _VERSION, f"{DOMAIN}.{entry.entry_id}.timed_lights", private=True)


async def async_forget_timed_lights(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Remove what is kept for an entry that is removed."""
    await _store(hass, entry).async_remove()
