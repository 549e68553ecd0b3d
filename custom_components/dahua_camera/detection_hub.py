"""Events from the camera to the entities that show them, and to no others."""

import asyncio
from collections.abc import Iterable

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from .const import LOGGER
from .dahua.camera import DahuaCamera
from .dahua.detections import Detection, DetectionTracker
from .dahua.errors import DahuaError
from .dahua.event_sample import EventSample
from .dahua.event_stream import EventStream
from .dahua.events import Event

# Shorter gaps than this are not worth a flicker of every sensor.
HOLD_AFTER_LOSS = 10.0


class DetectionHub:
    """Follows the event stream of one camera for as long as its entry is loaded.

    Sensors are available while the stream is up and the truth has been fetched since it came
    up; a short loss they sit out with their last states.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, camera: DahuaCamera) -> None:
        """Prepare to follow a camera."""
        self.available = False
        self.sample = EventSample()
        self._hass = hass
        self._entry = entry
        self._camera = camera
        self._tracker = DetectionTracker()
        self._listeners: dict[Detection, set[CALLBACK_TYPE]] = {}
        self._deadline: asyncio.TimerHandle | None = None
        self._loss: asyncio.TimerHandle | None = None
        self.stream = EventStream(
            camera.http,
            on_event=self._handle_event,
            on_connected=self._handle_connected,
            on_lost=self._handle_lost,
        )

    @callback
    def start(self) -> None:
        """Follow the events until the entry is unloaded."""
        self._entry.async_on_unload(self._stop_timers)
        self._entry.async_create_background_task(
            self._hass, self.stream.run(), f"event stream of {self._entry.title}"
        )

    @callback
    def listen(self, detection: Detection, update: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `update` when a detection goes on or off or becomes unavailable."""
        self._listeners.setdefault(detection, set()).add(update)

        @callback
        def remove() -> None:
            self._listeners[detection].discard(update)

        return remove

    def is_on(self, detection: Detection) -> bool:
        """Tell whether the camera is detecting this now."""
        return self._tracker.is_on(detection)

    @callback
    def _handle_event(self, event: Event) -> None:
        self.sample.note(event)
        self._tracker.set_state(self._camera.state)
        changed = self._tracker.apply(event, self._hass.loop.time())
        self._tell(changed)
        self._schedule_expiry()

    @callback
    def _handle_connected(self) -> None:
        if self._loss is not None:
            self._loss.cancel()
            self._loss = None
        if self.stream.connections > 1:
            LOGGER.info("%s: event stream is back", self._entry.title)
        self._entry.async_create_background_task(
            self._hass, self._resynchronise(), f"resynchronise {self._entry.title}"
        )

    @callback
    def _handle_lost(self, error: DahuaError) -> None:
        LOGGER.info("%s: event stream lost: %s", self._entry.title, error)
        self._loss = self._hass.loop.call_later(HOLD_AFTER_LOSS, self._give_up)

    @callback
    def _give_up(self) -> None:
        """Stop believing in the last states."""
        self._loss = None
        self.available = False
        self._tracker.clear()
        self._schedule_expiry()
        self._tell(self._listeners)

    async def _resynchronise(self) -> None:
        """Ask the camera for the truth, as it does not repeat what was missed."""
        self._tracker.set_state(self._camera.state)
        for code in self._tracker.verifiable_codes():
            await self._verify(code)
        if self.stream.connected and not self.available:
            self.available = True
            self._tell(self._listeners)

    async def _verify(self, code: str) -> None:
        """Compare what is on by a code with the camera's own list."""
        asked = self._hass.loop.time()
        try:
            channels = await self._camera.active_channels(code)
        except DahuaError as error:
            # What cannot be verified does not stay on.
            LOGGER.debug("%s: %s cannot be verified: %s", self._entry.title, code, error)
            channels = set()
        self._tell(self._tracker.confirm(code, channels, asked, self._hass.loop.time()))
        self._schedule_expiry()

    @callback
    def _tell(self, detections: Iterable[Detection]) -> None:
        for detection in tuple(detections):
            for update in tuple(self._listeners.get(detection, ())):
                update()

    @callback
    def _schedule_expiry(self) -> None:
        """Wake up when the first detection ends by itself or is to be verified."""
        deadline = self._tracker.next_deadline()
        if self._deadline is not None:
            if deadline == self._deadline.when():
                return
            self._deadline.cancel()
            self._deadline = None
        if deadline is not None:
            self._deadline = self._hass.loop.call_at(deadline, self._expire)

    @callback
    def _expire(self) -> None:
        self._deadline = None
        ended, to_verify = self._tracker.expire(self._hass.loop.time())
        self._tell(ended)
        for code in to_verify:
            self._entry.async_create_background_task(
                self._hass, self._verify(code), f"verify {code} of {self._entry.title}"
            )
        self._schedule_expiry()

    @callback
    def _stop_timers(self) -> None:
        for timer in (self._deadline, self._loss):
            if timer is not None:
                timer.cancel()
