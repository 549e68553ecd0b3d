"""Which detections are on: events and time in, changes out.

Nothing here ever sticks: a pulse ends by itself, a start that is never stopped is put up for
verification, and after the stream was down the camera's own list decides. The clock is passed
in, in seconds of any monotonic clock; there is no I/O.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from .alarms import alarm_of
from .events import Action, Event
from .sightings import event_id, kind_of
from .state import CameraState, Rule

MOTION = "motion"
MOTION_CODE = "VideoMotion"

PULSE_HOLD = 5.0
VERIFY_AFTER = 600.0


@dataclass(frozen=True, slots=True)
class Detection:
    """What one sensor shows: `motion` or `rule_<id>` on a channel."""

    channel: int
    key: str


def rule_key(rule_id: int) -> str:
    """Return the key of a rule's detection; it outlives a new name of the rule."""
    return f"rule_{rule_id}"


def region_key(region_id: int) -> str:
    """Return the key of a motion region's detection."""
    return f"region_{region_id}"


@dataclass(frozen=True, slots=True)
class _Source:
    """What holds a detection on: something of a code on a channel.

    `holder` is the camera's number of the event, or of the motion window.
    """

    code: str
    channel: int
    detection: Detection
    holder: int | None


class DetectionTracker:
    """Follows the camera's events; knows which detections are on."""

    def __init__(self) -> None:
        self._state = CameraState()
        self._held: dict[_Source, float] = {}
        self._pulsed: set[_Source] = set()
        self._heard: dict[tuple[str, int], float] = {}

    def set_state(self, state: CameraState) -> None:
        """Take over which rules there are, to tell whose an event is."""
        self._state = state

    def is_on(self, detection: Detection) -> bool:
        """Tell whether anything holds a detection on."""
        return any(source.detection == detection for source in self._held)

    def apply(self, event: Event, now: float) -> set[Detection]:
        """Take an event at time `now`; return the detections that went on or off by it."""
        sources = self._sources_of(event)
        if not sources:
            return set()
        self._heard[event.code, event.index] = now
        before = {source.detection: self.is_on(source.detection) for source in sources}
        for source in sources:
            match event.action:
                case Action.START:
                    self._hold(source, now + VERIFY_AFTER, pulsed=False)
                case Action.PULSE:
                    self._hold(source, now + PULSE_HOLD, pulsed=True)
                case Action.STOP:
                    self._stop(source)
        return {
            detection for detection, was_on in before.items() if self.is_on(detection) != was_on
        }

    def _hold(self, source: _Source, until: float, *, pulsed: bool) -> None:
        if pulsed and source in self._held and source not in self._pulsed:
            return
        self._held[source] = until
        if pulsed:
            self._pulsed.add(source)
        else:
            self._pulsed.discard(source)

    def _stop(self, source: _Source) -> None:
        """End the event that a stop names; one that names none of ours ends them all."""
        if source in self._held:
            self._release([source])
        else:
            self._release(
                [
                    held
                    for held in self._held
                    if (held.code, held.detection) == (source.code, source.detection)
                ]
            )

    def _release(self, sources: Iterable[_Source]) -> None:
        for source in sources:
            del self._held[source]
            self._pulsed.discard(source)

    def next_deadline(self) -> float | None:
        """Return when `expire` has something to do; None while nothing is on."""
        return min(self._held.values(), default=None)

    def expire(self, now: float) -> tuple[set[Detection], set[str]]:
        """End the pulses whose time is over.

        Returns the detections that went off, and the codes to verify with the camera because
        a start has been on for long.
        """
        over = [source for source, until in self._held.items() if until <= now]
        pulses = [source for source in over if source in self._pulsed]
        self._release(pulses)
        to_verify = set()
        for source in over:
            if source in self._held:
                self._held[source] = now + VERIFY_AFTER
                to_verify.add(source.code)
        return {s.detection for s in pulses if not self.is_on(s.detection)}, to_verify

    def verifiable_codes(self) -> set[str]:
        """Return the codes whose truth the camera is to be asked for after a gap."""
        codes = {source.code for source in self._held}
        for channel in self._state.channels:
            if channel.motion and channel.motion.enabled:
                codes.add(MOTION_CODE)
            codes.update(rule.type for rule in channel.working_rules if rule.enabled)
        return codes

    def confirm(self, code: str, channels: set[int], asked: float, now: float) -> set[Detection]:
        """Take over the camera's own list of the channels on which a code is active.

        `asked` is when the list was asked for: an event heard since then knows better. Pulses
        are not on that list and end by themselves. Returns what went on or off.
        """
        silent = {
            channel
            for channel in range(len(self._state.channels))
            if self._heard.get((code, channel), -inf) < asked
        }
        held = [s for s in self._held if s.code == code and s not in self._pulsed]
        ended = [s for s in held if s.channel in silent - channels]
        self._release(ended)
        changed = {s.detection for s in ended if not self.is_on(s.detection)}
        for channel in (channels & silent) - {s.channel for s in held}:
            for source in self._sources_of(Event(code, Action.START, channel)):
                if not self.is_on(source.detection):
                    changed.add(source.detection)
                self._hold(source, now + VERIFY_AFTER, pulsed=False)
        return changed

    def clear(self) -> set[Detection]:
        """Forget everything that is on; returns what went off."""
        changed = {source.detection for source in self._held}
        self._held.clear()
        self._pulsed.clear()
        return changed

    def _sources_of(self, event: Event) -> list[_Source]:
        """Return what an event holds on; nothing for what no sensor shows."""
        if not 0 <= event.index < len(self._state.channels):
            return []
        found: list[tuple[str, int | None]] = []
        number = event_id(event)
        if event.code == MOTION_CODE:
            windows = _windows(event)
            found += [(MOTION, window) for window in windows] or [(MOTION, None)]
            found += [(region_key(window), window) for window in windows]
        if alarm := alarm_of(event):
            found.append((alarm.value, None))
        if rule := _rule_of(event, self._state.channels[event.index].ivs_rules):
            found.append((rule_key(rule.id), number))
        if kind := kind_of(event):
            found.append((kind.value, number))
        return [
            _Source(event.code, event.index, Detection(event.index, key), holder)
            for key, holder in found
        ]


def _windows(event: Event) -> list[int]:
    """Return the numbers of the motion windows that an event is about; none if it tells none."""
    windows = event.data.get("Id")
    return [w for w in windows if isinstance(w, int)] if isinstance(windows, list) else []


def _rule_of(event: Event, rules: tuple[Rule, ...]) -> Rule | None:
    """Find the rule that an event is of: by its name, then by its number, then as the only one."""
    candidates = [rule for rule in rules if rule.type == event.code]
    name = event.data.get("Name")
    for rule in candidates:
        if name and rule.name == str(name).strip():
            return rule
    number = event.data.get("CfgRuleId", event.data.get("RuleID"))
    for rule in candidates:
        if number is not None and rule.id == number:
            return rule
    return candidates[0] if len(candidates) == 1 and not (name or number is not None) else None
