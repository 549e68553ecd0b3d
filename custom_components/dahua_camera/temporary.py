"""Settings that hold for a time, after which everything is as it was before."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from .const import DOMAIN, LOGGER
from .dahua.camera import DahuaCamera
from .dahua.errors import CameraBusyError, CannotConnectError, DahuaError
from .dahua.layers import ZOOM_KEY, Held, Layers, Subject, Values, is_on_the_way
from .preparation import Preparation, steps

_VERSION = 1
# A camera that is away may be back soon; one that does not take what it had is seldom asked.
_TRY_AGAIN = timedelta(seconds=30)
_TRY_AGAIN_WHEN_REFUSED = timedelta(minutes=10)
_AWAY = (CannotConnectError, CameraBusyError)


class Purpose(StrEnum):
    """What settings are held for; each purpose has its own time on each sensor."""

    ILLUMINATION = "illumination"
    CAPTURE = "capture"


type _Place = tuple[int, Purpose]


class TemporarySettings:
    """What is set for a time on one camera; it outlives a restart of Home Assistant."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        camera: DahuaCamera,
        on_change: Callable[[], None],
    ) -> None:
        """Prepare; `on_change` is called when settings were made, and when they went back."""
        self._hass = hass
        self._entry = entry
        self._camera = camera
        self._on_change = on_change
        self._store = store_of(hass, entry)
        self._sensors = {channel.index: Layers() for channel in camera.info.channels}
        self._locks = {channel.index: asyncio.Lock() for channel in camera.info.channels}
        self._timers: dict[_Place, CALLBACK_TYPE] = {}
        self._is_stopped = False

    @property
    def held(self) -> set[_Place]:
        """What is set for a time: the sensors and purposes."""
        return {
            (channel, Purpose(purpose))
            for channel, sensor in self._sensors.items()
            for purpose in sensor.until
        }

    async def start(self) -> None:
        """Take up what was set before Home Assistant ended."""
        self._entry.async_on_unload(self._stop)
        await self.load()
        for place in self.held:
            self._schedule(place)

    async def load(self) -> None:
        """Know what was set before, and do nothing about it."""
        for channel, kept in (await self._store.async_load() or {}).items():
            if int(channel) in self._sensors:
                self._sensors[int(channel)] = _layers(kept)

    async def end_for_good(self) -> None:
        """Put back all that is set for a time, as nobody will be there when that is over."""
        self._stop()
        for place in self.held:
            await self._end(place)

    async def hold(
        self, channel: int, purpose: Purpose, wanted: Preparation, duration: timedelta
    ) -> None:
        """Set a sensor for a time; a second call for the same purpose extends the first.

        What cannot be set does not keep the rest from being set; the first error is raised then.
        """
        end = dt_util.utcnow() + duration
        problem: DahuaError | None = None
        async with self._locks[channel]:
            until = self._at_least_until((channel, purpose), end)
            for step in steps(self._camera, channel, wanted):
                try:
                    await step.command(partial(self._keep, (channel, purpose), until, step.subject))
                except DahuaError as error:
                    problem = problem or error
            if wanted.zoom is not None:
                try:
                    await self._zoom(channel, purpose, until, wanted.zoom)
                except DahuaError as error:
                    problem = problem or error
        self._on_change()
        if problem:
            raise problem

    def _at_least_until(self, place: _Place, end: datetime) -> str:
        """Return the later of `end` and when a purpose ends as it is now (ISO 8601)."""
        channel, purpose = place
        known = self._sensors[channel].until.get(purpose)
        if known and dt_util.parse_datetime(known, raise_on_error=True) > end:
            return known
        return end.isoformat()

    async def _zoom(self, channel: int, purpose: Purpose, until: str, zoom: float) -> None:
        lens = self._camera.lens(channel)
        found = {ZOOM_KEY: f"{(await lens.rest()).zoom:.4f}"}
        written = {ZOOM_KEY: f"{zoom:.4f}"}
        if await self._keep((channel, purpose), until, Subject.ZOOM, found, written):
            await lens.zoom_to(zoom)

    async def _keep(
        self,
        place: _Place,
        until: str,
        subject: Subject,
        found: Mapping[str, str],
        written: Mapping[str, str],
    ) -> bool:
        """Note what is about to be replaced: a power cut in between must not leave it so.

        Returns False where a hand has taken the subject over in that moment.
        """
        channel, purpose = place
        sensor = self._sensors[channel]
        sensor.put(purpose, until, subject, found, written)
        was_held = sensor.is_held(purpose, subject)
        # First, as an automation that starts anew cancels its call wherever that waits.
        self._schedule(place)
        await self._save()
        return sensor.is_held(purpose, subject) or not was_held

    async def end(self, channel: int, purpose: Purpose) -> None:
        """Put back now what was there before, or as soon as the camera lets it happen."""
        if (channel, purpose) in self.held or self._locks[channel].locked():
            await self._end((channel, purpose))

    @asynccontextmanager
    async def left_to_hand(self, channel: int, *subjects: Subject) -> AsyncIterator[None]:
        """Leave subjects to somebody who takes them over, for good unless that fails."""
        sensor = self._sensors[channel]
        released = sensor.release(*subjects)
        for place in self._timers.keys() - self.held:
            self._cancel(place)
        try:
            yield
        except BaseException:
            sensor.resume(released)
            for purpose in released.until:
                self._schedule((channel, Purpose(purpose)))
            raise
        if released.held:
            await self._save()

    @callback
    def _schedule(self, place: _Place) -> None:
        channel, purpose = place
        until = self._sensors[channel].until[purpose]
        self._wake(place, dt_util.parse_datetime(until, raise_on_error=True))

    @callback
    def _wake(self, place: _Place, moment: datetime) -> None:
        channel, purpose = place
        until = self._sensors[channel].until[purpose]

        @callback
        def end(_: datetime) -> None:
            del self._timers[place]
            # Unloading cancels it; what is then not put back yet is kept for the next start.
            self._entry.async_create_background_task(
                self._hass,
                self._end(place, until),
                f"end of a timed setting of {self._entry.title}",
            )

        self._cancel(place)
        if self._is_stopped:
            return
        self._timers[place] = async_track_point_in_utc_time(self._hass, end, moment)

    async def _end(self, place: _Place, until: str | None = None) -> None:
        """Put back what was there, as often as it takes; not if `until` was put off meanwhile."""
        channel, purpose = place
        sensor = self._sensors[channel]
        async with self._locks[channel]:
            if until is not None and sensor.until.get(purpose) != until:
                return
            self._cancel(place)
            if purpose not in sensor.until:
                return
            try:
                await self._put_back(channel, *sensor.restoration(purpose))
            except DahuaError as error:
                LOGGER.debug(
                    "%s: temporary settings not restored yet: %s", self._entry.title, error
                )
                if purpose in sensor.until:
                    pause = _TRY_AGAIN if isinstance(error, _AWAY) else _TRY_AGAIN_WHEN_REFUSED
                    self._wake(place, dt_util.utcnow() + pause)
                return
            sensor.remove(purpose)
            await self._save()
        self._on_change()

    async def _put_back(
        self, channel: int, before: Values, ours: Mapping[str, Sequence[str]]
    ) -> None:
        zoom = before.pop(ZOOM_KEY, None)
        if before:
            await self._camera.put_back(before, ours)
        if zoom is not None:
            lens = self._camera.lens(channel)
            if is_on_the_way(await lens.rest(), float(zoom), float(ours[ZOOM_KEY][0])):
                await lens.zoom_to(float(zoom))

    async def _save(self) -> None:
        await self._store.async_save(
            {
                str(channel): {
                    "until": dict(sensor.until),
                    "held": {key: asdict(held) for key, held in sensor.held.items()},
                }
                for channel, sensor in self._sensors.items()
                if sensor.until
            }
        )

    @callback
    def _cancel(self, place: _Place) -> None:
        if cancel := self._timers.pop(place, None):
            cancel()

    @callback
    def _stop(self) -> None:
        self._is_stopped = True
        for place in tuple(self._timers):
            self._cancel(place)


def _layers(kept: Mapping[str, Any]) -> Layers:
    held = {
        key: Held(Subject(each["subject"]), each["base"], each["stack"], each["found"])
        for key, each in kept["held"].items()
    }
    return Layers(kept["until"], held)


def store_of(hass: HomeAssistant, entry: ConfigEntry) -> Store[dict[str, dict[str, Any]]]:
    """Return the store of what is set for a time, sensor by sensor."""
    return Store(hass, _VERSION, f"{DOMAIN}.{entry.entry_id}.temporary", private=True)
