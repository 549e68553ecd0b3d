"""Which detections are on: events and time in, changes out.

Nothing here ever sticks: a pulse ends by itself, a start that is never stopped is put up for
verification, and after the stream was down the camera's own list decides. The clock is passed
in, in seconds of any monotonic clock; there is no I/O.
"""

from collections.abc import Collection, Iterable, Iterator, Set as AbstractSet
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from .alarms import alarm_of
from .events import Action, Event
from .rules import rule_of
from .sightings import event_id, kind_of
from .state import IVS, CameraState
from .vocabulary import MOTION_CODE, SMART_MOTION_CODES

MOTION = "motion"

PULSE_HOLD = 5.0
VERIFY_AFTER = 600.0

# No rule has more objects at once; some cameras number the same one anew, again and again.
_MOST_NUMBERS = 20


# Looked up several times for each event: a NamedTuple is hashed in C.
class Detection(NamedTuple):
    """What one entity shows, on a channel.

    `key` is `motion`, `region_<id>`, `rule_<id>`, an ObjectKind, an Alarm or `storage_problem`.
    """

    channel: int
    key: str


# One of the whole camera.
STORAGE = Detection(0, "storage_problem")
STORAGE_CODES = frozenset({"StorageFailure", "StorageLowSpace", "StorageNotExist"})


def rule_key(rule_id: int) -> str:
    """Return the key of a rule's detection; it outlives a new name of the rule."""
    return f"rule_{rule_id}"


def region_key(region_id: int) -> str:
    """Return the key of a motion region's detection."""
    return f"region_{region_id}"


class _Watch(NamedTuple):
    """What a camera looks for: a code on a channel, and of what rule where several share it."""

    code: str
    channel: int
    subject: str | None = None


class _Cause(NamedTuple):
    """What holds a detection on: something of a code on a channel.

    `subject` is the rule or the alarm, as far as the event tells it; `number` is the camera's
    number of the event, of the motion window or of the storage device.
    """

    code: str
    subject: str | None
    number: int | None
    detection: Detection

    @property
    def place(self) -> tuple[str, int]:
        """Code and channel: all that the camera's own list tells."""
        return self.code, self.detection.channel

    @property
    def watch(self) -> _Watch:
        """What the camera looks for as long as this may go on."""
        return _Watch(self.code, self.detection.channel, self.subject)

    @property
    def identity(self) -> tuple[str | None, int | None]:
        """What start and stop of the same thing share."""
        return self.subject, self.number


@dataclass(slots=True)
class _Hold:
    """Since when, and until when, a cause is believed."""

    heard: float
    until: float
    pulsed: bool = False
    inherited: bool = False
    """Whether only the camera's list tells of it, and no event since."""


class DetectionTracker:
    """Follows the camera's events; knows which detections are on."""

    def __init__(self) -> None:
        self._state = CameraState()
        self._watches: frozenset[_Watch] = frozenset()
        self._holds: dict[_Cause, _Hold] = {}
        self._heard: dict[tuple[str, int], float] = {}
        self._unlisted: set[str] = set()
        self._on: frozenset[Detection] = frozenset()

    def set_state(self, state: CameraState) -> set[Detection]:
        """Take over which rules there are, to tell whose an event is.

        Returns the detections that went off because they are not looked for any more.
        """
        if state is self._state:
            return set()
        before, self._watches = self._watches, frozenset(_watches(state))
        self._state = state
        # What was on without having been looked for was switched on since that was read.
        ended = before - self._watches
        return self._release([cause for cause in self._holds if cause.watch in ended])

    def is_on(self, detection: Detection) -> bool:
        """Tell whether anything holds a detection on."""
        return detection in self._on

    def apply(self, event: Event, now: float) -> AbstractSet[Detection]:
        """Take an event at time `now`; return the detections that went on or off by it.

        They come in order: a sensor's motion before that of its regions.
        """
        place = (event.code, _channel_of(event.code, event.index))
        causes = self._causes_of(event)
        held = [cause for cause in self._holds if cause.place == place]
        if not causes and not held:
            return frozenset()
        self._heard[place] = now
        before = self._on
        match event.action:
            case Action.START:
                self._start(causes, held, now)
            case Action.PULSE:
                self._pulse(causes, now)
            case Action.STOP:
                self._stop(_ended(event, causes, held), held, now)
        self._note_what_is_on()
        changed = before ^ self._on
        concerned = (cause.detection for cause in (*causes, *held))
        return dict.fromkeys(each for each in concerned if each in changed).keys()

    def _start(self, causes: Iterable[_Cause], held: Iterable[_Cause], now: float) -> None:
        known = {cause.subject for cause in causes if cause.number is not None}
        for cause in held:
            # What was held without a number is now known by it.
            if cause.number is None and cause.subject in known:
                del self._holds[cause]
        self._holds |= {cause: _Hold(now, now + VERIFY_AFTER) for cause in causes}
        for cause in causes:
            self._forget_old_numbers(cause, held)

    def _forget_old_numbers(self, cause: _Cause, held: Iterable[_Cause]) -> None:
        """Keep in bounds what holds the same on as a cause under other numbers."""
        others = [
            other
            for other in held
            if (other.subject, other.detection) == (cause.subject, cause.detection)
            and (hold := self._holds.get(other))
            and not hold.pulsed
        ]
        if len(others) > _MOST_NUMBERS:
            del self._holds[min(others, key=lambda other: self._holds[other].heard)]

    def _pulse(self, causes: Iterable[_Cause], now: float) -> None:
        for cause in causes:
            before = self._holds.get(cause)
            if before is None or before.pulsed:
                self._holds[cause] = _Hold(now, now + PULSE_HOLD, pulsed=True)

    def _stop(self, ended: Collection[_Cause], held: Iterable[_Cause], now: float) -> None:
        """End causes; the camera is to be asked about those that this leaves in doubt.

        Some cameras tell of who stays under a new number each time, and of his end by the last
        one only, so that what is left of a rule is in doubt, if the camera lists what goes on.
        """
        self._release(ended)
        subjects = {cause.subject for cause in ended if cause.code not in self._unlisted}
        for cause in held:
            hold = self._holds.get(cause)
            if hold is None or hold.pulsed:
                continue
            if hold.inherited or not ended or cause.subject in subjects:
                hold.until = now

    def _release(self, causes: Iterable[_Cause]) -> set[Detection]:
        """End causes; returns the detections that went off."""
        ended = list(causes)
        for cause in ended:
            del self._holds[cause]
        self._note_what_is_on()
        return {cause.detection for cause in ended if not self.is_on(cause.detection)}

    def _note_what_is_on(self) -> None:
        """Keep the set of what is on: it is asked for more often than it changes."""
        self._on = frozenset(cause.detection for cause in self._holds)

    def next_deadline(self) -> float | None:
        """Return when `expire` has something to do; None while nothing is on."""
        return min((hold.until for hold in self._holds.values()), default=None)

    def expire(self, now: float) -> tuple[set[Detection], set[str]]:
        """End the pulses whose time is over.

        Returns the detections that went off, and the codes to verify with the camera because
        a start has been on for long or is in doubt.
        """
        over = {cause: hold for cause, hold in self._holds.items() if hold.until <= now}
        off = self._release(cause for cause, hold in over.items() if hold.pulsed)
        started = {cause: hold for cause, hold in over.items() if not hold.pulsed}
        for hold in started.values():
            hold.until = now + VERIFY_AFTER
        return off, {cause.code for cause in started}

    def verifiable_codes(self) -> set[str]:
        """Return the codes to ask the camera about after a gap."""
        return {cause.code for cause in self._holds} | {watch.code for watch in self._watches}

    def confirm(
        self, code: str, listed: Collection[int] | None, asked: float, now: float
    ) -> set[Detection]:
        """Take over the camera's own list of the channels on which a code is active.

        None stands for a camera that does not tell: nothing heard before stays on. `asked` is
        when the list was asked for: an event heard since then knows better. Pulses are not on
        that list and end by themselves. Returns what went on or off.
        """
        if listed is None:
            self._unlisted.add(code)
        else:
            self._unlisted.discard(code)
        channels = {_channel_of(code, index) for index in listed or ()}
        held = [c for c, hold in self._holds.items() if c.code == code and not hold.pulsed]
        confirmed = [cause for cause in held if cause.detection.channel in channels]
        for cause in confirmed:
            hold = self._holds[cause]
            hold.inherited = True
            # All of them together, unless there is a doubt that is not asked about yet.
            if hold.until > now:
                hold.until = now + VERIFY_AFTER
        unlisted = [cause for cause in held if cause.detection.channel not in channels]
        changed = self._release([c for c in unlisted if self._holds[c].heard <= asked])
        before = self._on
        for channel in channels - {cause.detection.channel for cause in confirmed}:
            if self._heard.get((code, channel), -inf) > asked:
                continue
            for cause in self._causes_of(Event(code, Action.START, channel)):
                self._holds[cause] = _Hold(now, now + VERIFY_AFTER, inherited=True)
        self._note_what_is_on()
        return changed | (self._on - before)

    def clear(self) -> None:
        """Forget everything that is on."""
        self._release(self._holds)

    def _causes_of(self, event: Event) -> list[_Cause]:
        """Return what an event holds on; nothing for what no sensor shows."""
        channel = _channel_of(event.code, event.index)
        if not 0 <= channel < len(self._state.channels):
            return []
        subject = None
        found: list[tuple[str, int | None]] = []
        number = event_id(event)
        if event.code == MOTION_CODE:
            windows = _windows(event)
            found += [(MOTION, window) for window in windows] or [(MOTION, None)]
            found += [(region_key(window), window) for window in windows]
        elif alarm := alarm_of(event):
            subject = alarm.value
        elif event.code in STORAGE_CODES:
            found.append((STORAGE.key, event.index))
        elif rule := rule_of(event, self._state.channels[channel].ivs_rules):
            subject = rule_key(rule.id)
        if subject is not None:
            found.append((subject, number))
        if kind := kind_of(event):
            found.append((kind.value, number))
        return [
            _Cause(event.code, subject, number, Detection(channel, key)) for key, number in found
        ]


def _watches(state: CameraState) -> Iterator[_Watch]:
    """Yield what a camera looks for."""
    for index, channel in enumerate(state.channels):
        if channel.motion and channel.motion.enabled:
            yield _Watch(MOTION_CODE, index)
        for code, kind in SMART_MOTION_CODES.items():
            if kind in channel.smart_motion:
                yield _Watch(code, index)
        for rule in channel.working_rules:
            if rule.enabled:
                yield _Watch(rule.type, index)
                if rule.rule_class == IVS:
                    yield _Watch(rule.type, index, rule_key(rule.id))


def _channel_of(code: str, index: int) -> int:
    """Return the channel that an index means; events of storage count its devices by it."""
    return STORAGE.channel if code in STORAGE_CODES else index


def _ended(event: Event, causes: Iterable[_Cause], held: list[_Cause]) -> list[_Cause]:
    """Return which causes of a code on a channel a stop ends.

    By number first; what has none, or one that never started, ends all of its rule or alarm. A
    stop that tells neither ends the only one there is.
    """
    named = {cause.identity for cause in causes if cause.number is not None}
    if exact := [cause for cause in held if cause.identity in named]:
        return exact
    number = event_id(event)
    if same := [cause for cause in held if number is not None and cause.number == number]:
        return same
    subjects = {cause.subject for cause in causes}
    if akin := [cause for cause in held if cause.subject in subjects]:
        return akin
    is_clear = number is None and len({cause.subject for cause in held}) == 1
    return held if is_clear else []


def _windows(event: Event) -> list[int]:
    """Return the numbers of the motion windows that an event is about; none if it tells none."""
    windows = event.data.get("Id")
    return [w for w in windows if isinstance(w, int)] if isinstance(windows, list) else []
