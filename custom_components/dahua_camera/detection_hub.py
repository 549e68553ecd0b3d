"""Events from the camera to the entities that show them, and to no others."""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from .condition import RequestKind, condition_of
from .const import LOGGER
from .dahua.alarms import ALARM_CODES, codes_of
from .dahua.camera import DahuaCamera
from .dahua.clock import CLOCK_CODES
from .dahua.detections import STORAGE, STORAGE_CODES, Detection, DetectionTracker
from .dahua.errors import DahuaError
from .dahua.event_sample import EventSample
from .dahua.event_stream import EventStream
from .dahua.events import Action, Event
from .dahua.repetitions import Repetitions
from .dahua.sightings import SIGHTING_CODES, PlateReading, Sighting, plate_of, sighting_of
from .dahua.state import Alarm
from .deferred import Deferred
from .listeners import Listeners
from .verification import Verification

# Shorter gaps than this are not worth a flicker of every sensor.
HOLD_AFTER_LOSS = 10.0

_KNOWN_CODES = SIGHTING_CODES | STORAGE_CODES | CLOCK_CODES | ALARM_CODES
_BEGINNINGS = frozenset({Action.START, Action.PULSE})


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
        self._repetitions = Repetitions()
        self.verification = Verification(hass, entry, camera, self._confirm)
        self._on_change: Listeners[Detection] = Listeners()
        self._on_availability: Listeners[None] = Listeners()
        self._on_connection: Listeners[None] = Listeners()
        self._on_sighting: Listeners[int, Sighting] = Listeners()
        self._on_plate: Listeners[int, PlateReading] = Listeners()
        self._deferred = Deferred(hass.loop)
        self._deadline: asyncio.TimerHandle | None = None
        self._loss: asyncio.TimerHandle | None = None
        self._has_given_up = False
        self._condition = condition_of(hass, entry)
        self.stream = EventStream(
            camera.http,
            on_event=self._handle_event,
            on_connected=self._handle_connected,
            on_lost=self._handle_lost,
            on_refused=self._handle_refused,
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
        """Call `update` when a detection goes on or off."""
        return self._on_change.add(detection, update)

    @callback
    def listen_for_availability(self, update: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `update` when the stream is lost for long, and when it can be trusted again."""
        return self._on_availability.add(None, update)

    @callback
    def listen_for_connection(self, update: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call `update` when the stream is up or lost, however short."""
        return self._on_connection.add(None, update)

    @callback
    def listen_for_sightings(self, channel: int, tell: Callable[[Sighting], None]) -> CALLBACK_TYPE:
        """Call `tell` for everybody and everything that a channel sees, once each."""
        return self._on_sighting.add(channel, tell)

    @callback
    def listen_for_plates(
        self, channel: int, tell: Callable[[PlateReading], None]
    ) -> CALLBACK_TYPE:
        """Call `tell` for every number plate that a channel reads, once each."""
        return self._on_plate.add(channel, tell)

    def is_on(self, detection: Detection) -> bool:
        """Tell whether the camera is detecting this now."""
        return self._tracker.is_on(detection)

    @callback
    def follow_settings(self) -> None:
        """Take over what the camera looks for; what it does no longer holds nothing on."""
        self._tell(self._tracker.set_state(self._camera.state))

    @callback
    def _handle_event(self, event: Event) -> None:
        """Tell of the first detection of an event at once, and of everything else right after."""
        self._deferred.flush()
        self.follow_settings()
        now = self._hass.loop.time()
        changed = tuple(self._tracker.apply(event, now))
        self._tell(changed[:1])
        came_on = any(map(self._tracker.is_on, changed))
        self._deferred.schedule(
            partial(self._handle_deferred, event, now, changed[1:], came_on=came_on)
        )

    @callback
    def _handle_deferred(
        self, event: Event, now: float, others: Iterable[Detection], *, came_on: bool
    ) -> None:
        """Handle what else follows from an event: other detections, and whoever was seen."""
        self._tell(others)
        self._schedule_expiry()
        if self.sample.note(event):
            self._note_code(event.code)
        if event.code in STORAGE_CODES:
            self._camera.storage.doubt()
        if event.code in CLOCK_CODES:
            self._camera.clock.doubt()
        if event.action in _BEGINNINGS:
            self._announce(event, now, came_on=came_on)

    @callback
    def _note_code(self, code: str) -> None:
        """Log a code that comes for the first time, where nobody knows what it means."""
        rules = (rule for channel in self._camera.state.channels for rule in channel.ivs_rules)
        if code not in _KNOWN_CODES and all(rule.type != code for rule in rules):
            LOGGER.debug("%s: unknown event code %.60r", self._entry.title, code)

    @callback
    def _announce(self, event: Event, now: float, *, came_on: bool) -> None:
        """Tell of what an event shows, unless the camera only repeats itself."""
        if self._repetitions.is_repeated(event, now, came_on=came_on):
            return
        channel = event.index
        if channel in self._on_sighting and (sighting := sighting_of(event)):
            self._on_sighting.call(channel, sighting)
        if channel in self._on_plate and (reading := plate_of(event)):
            self._on_plate.call(channel, reading)

    @callback
    def _handle_connected(self) -> None:
        if self._loss is not None:
            self._loss.cancel()
            self._loss = None
        if self.stream.gap > HOLD_AFTER_LOSS:
            # Long enough for a restart, after which the camera counts its events anew.
            self._repetitions.forget()
        self._condition.record(RequestKind.EVENTS, None)
        self._on_connection.call(None)
        self.follow_settings()
        codes = self._tracker.verifiable_codes() | self._watched_codes()
        self.verification.resynchronise(codes, self._trust)

    @callback
    def _handle_lost(self, error: DahuaError) -> None:
        LOGGER.debug("%s: event stream interrupted: %s", self._entry.title, error)
        self.verification.stop()
        self._on_connection.call(None)
        self._loss = self._hass.loop.call_later(HOLD_AFTER_LOSS, self._give_up, error)

    @callback
    def _handle_refused(self, error: DahuaError) -> None:
        self._condition.record(RequestKind.EVENTS, error)
        if self._loss is None and not self._has_given_up:
            self._loss = self._hass.loop.call_later(HOLD_AFTER_LOSS, self._give_up, error)

    @callback
    def _give_up(self, error: DahuaError) -> None:
        """Stop believing in the last states."""
        LOGGER.info("%s: event stream lost: %s", self._entry.title, error)
        self._loss = None
        self._has_given_up = True
        self._camera.is_doubted = True
        self._tracker.clear()
        self._schedule_expiry()
        self._set_available(False)

    @callback
    def _trust(self) -> None:
        """Believe in the events again, now that the camera was asked what was missed."""
        if self.available:
            return
        if self._has_given_up:
            self._has_given_up = False
            LOGGER.info("%s: event stream restored", self._entry.title)
        self._set_available(True)

    def _watched_codes(self) -> set[str]:
        """Return the codes of the alarms, and of the storage, that some sensor shows."""
        shown = {detection.key for detection in self._on_change}
        codes = codes_of({alarm for alarm in Alarm if alarm in shown})
        return codes | STORAGE_CODES if STORAGE in self._on_change else codes

    @callback
    def _set_available(self, available: bool) -> None:
        self.available = available
        self._on_availability.call(None)

    @callback
    def _confirm(self, code: str, channels: set[int] | None, asked: float) -> None:
        """Take over what the camera lists as active."""
        self.follow_settings()
        self._tell(self._tracker.confirm(code, channels, asked, self._hass.loop.time()))
        self._schedule_expiry()

    @callback
    def _tell(self, detections: Iterable[Detection]) -> None:
        for detection in detections:
            self._on_change.call(detection)

    @callback
    def _schedule_expiry(self) -> None:
        """Wake up when the first detection ends by itself or is to be verified."""
        deadline = self._tracker.next_deadline()
        if deadline is None:
            return
        if self._deadline is not None:
            if self._deadline.when() <= deadline:
                # Woken too early it sees to the rest; a timer for each event would cost more.
                return
            self._deadline.cancel()
        self._deadline = self._hass.loop.call_at(deadline, self._expire)

    @callback
    def _expire(self) -> None:
        self._deadline = None
        ended, to_verify = self._tracker.expire(self._hass.loop.time())
        self._tell(ended)
        self.verification.doubt(to_verify)
        self._schedule_expiry()

    @callback
    def _stop_timers(self) -> None:
        self._deferred.cancel()
        for timer in (self._deadline, self._loss):
            if timer is not None:
                timer.cancel()
