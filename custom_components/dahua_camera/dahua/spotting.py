"""One passer-by before two sensors: what the first spots and the second identifies, as one.

Spots and what the identifier tells come in, with the time in seconds of any monotonic clock;
steps come out: somebody is being captured, is known for what he is, is captured. There is no I/O.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf

from .sightings import IVS_TYPES, PlateReading, Sighting
from .state import ObjectKind

UNIDENTIFIED, PERSON, VEHICLE, FACE, PLATE = (
    "unidentified",
    "person",
    "vehicle",
    "face",
    "plate",
)
_RANKS = (UNIDENTIFIED, PERSON, VEHICLE, FACE, PLATE)
# Nothing more telling than these is waited for.
_CERTAIN = frozenset({FACE, PLATE})
_VEHICLES = frozenset({VEHICLE, PLATE})
_TYPES = {
    ObjectKind.PERSON: PERSON,
    ObjectKind.BICYCLE: PERSON,
    ObjectKind.VEHICLE: VEHICLE,
    ObjectKind.FACE: FACE,
}
# What the identifier tells before a spot is kept in bounds.
_MOST_EARLY = 20

type Fact = Sighting | PlateReading


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long is waited for what, in seconds.

    `grace` is for what belongs to a plate or a face that has been read, `quiet` how long both
    sensors are at rest before nothing more is expected, `before` how much earlier than the spot
    the identifier may have told of the same passer-by.
    """

    cool_down: float = 5.0
    time_out: float = 15.0
    grace: float = 1.5
    quiet: float = 3.0
    before: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What two sensors found out about a passer-by; `seconds_to_identification` from the spot."""

    type: str
    plate: str | None = None
    color: str | None = None
    vehicle_type: str | None = None
    make: str | None = None
    direction: str | None = None
    speed: int | None = None
    rules: tuple[str, ...] = ()
    seconds_to_identification: float | None = None

    @property
    def is_vehicle(self) -> bool:
        """Whether it was a vehicle, with or without a plate."""
        return self.type in _VEHICLES


@dataclass(frozen=True, slots=True)
class Begun:
    """Somebody new was spotted."""

    number: int


@dataclass(frozen=True, slots=True)
class Recognized:
    """Somebody is known better than before: now he shows himself best to the identifier."""

    number: int
    type: str


@dataclass(frozen=True, slots=True)
class Completed:
    """All that is expected of somebody has been told."""

    number: int
    findings: Findings


type Step = Begun | Recognized | Completed


@dataclass(slots=True)
class _Passage:
    """A capture in the making."""

    number: int
    begun: float
    heard: float
    calm_since: float | None = None
    type: str = UNIDENTIFIED
    identified: float | None = None
    reading: PlateReading | None = None
    sightings: list[Sighting] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)

    @property
    def is_certain(self) -> bool:
        """Whether nothing more telling can come."""
        return self.type in _CERTAIN

    def deadline(self, patience: Patience) -> float:
        """Return when nothing more is expected."""
        if self.is_certain and self.identified is not None:
            return self.identified + patience.grace
        rest = inf if self.calm_since is None else max(self.calm_since, self.heard)
        return min(rest + patience.quiet, self.begun + patience.time_out)

    def take(self, fact: Fact, at: float) -> bool:
        """Take in what the identifier tells; return whether that makes him better known."""
        self.heard = max(self.heard, at)
        if isinstance(fact, PlateReading):
            self.reading = self.reading or fact
            return self._is(PLATE, at)
        self.sightings.append(fact)
        if fact.type in IVS_TYPES:
            self.note_rule(fact.rule)
        return fact.object_type is not None and self._is(_TYPES[fact.object_type], at)

    def note_rule(self, rule: str | None) -> None:
        """Remember the name of a rule that fired."""
        if rule and rule not in self.rules:
            self.rules.append(rule)

    def _is(self, seen: str, at: float) -> bool:
        if _RANKS.index(seen) <= _RANKS.index(self.type):
            return False
        self.type, self.identified = seen, max(at, self.begun)
        return True

    @property
    def drives(self) -> set[bool]:
        """Whether a vehicle was seen (True), or somebody else (False), or both."""
        seen = {s.object_type is ObjectKind.VEHICLE for s in self.sightings if s.object_type}
        return seen | {True} if self.reading else seen

    def findings(self) -> Findings:
        """Return what is known: what comes with a plate first, then what came first."""
        reading, is_vehicle = self.reading, self.type in _VEHICLES
        # Whoever else is about has a way and a speed of his own.
        subjects = [
            s for s in self.sightings if (s.object_type is ObjectKind.VEHICLE) is is_vehicle
        ]
        told: list[Fact] = [*([reading] if reading else ()), *subjects]
        colors = [*([reading.vehicle_color] if reading else ()), *(s.color for s in subjects)]
        return Findings(
            type=self.type,
            plate=reading.plate if reading else None,
            color=_first(colors) if is_vehicle else None,
            vehicle_type=reading.vehicle_type if reading else None,
            make=reading.make if reading else None,
            direction=_first(fact.direction for fact in told),
            speed=_first(fact.speed for fact in told),
            rules=tuple(self.rules),
            seconds_to_identification=(
                None if self.identified is None else self.identified - self.begun
            ),
        )


class SpottingTracker:
    """Makes one capture of each passer-by; every method returns the steps that it leads to."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._count = 0
        self._open: _Passage | None = None
        self._last: _Passage | None = None
        self._completed_at = -inf
        self._moving = False
        self._early: deque[tuple[float, Fact]] = deque(maxlen=_MOST_EARLY)

    @property
    def is_open(self) -> bool:
        """Whether somebody is being captured."""
        return self._open is not None

    def next_deadline(self) -> float | None:
        """Return when `advance` has something to do; None while nobody is being captured."""
        return self._open.deadline(self._patience) if self._open else None

    def advance(self, now: float) -> list[Step]:
        """Complete what is due."""
        if self._open and self._open.deadline(self._patience) <= now:
            return self._complete(self._open, now)
        return []

    def conclude(self, now: float) -> list[Step]:
        """Complete whoever is being captured with what is known: nothing more will be told."""
        return self._complete(self._open, now) if self._open else []

    def spot(self, now: float, rule: str | None = None) -> list[Step]:
        """Take that the spotter sees somebody; `rule` is the name of its rule that fired.

        Who was known for certain before the picture came to rest is somebody else; short of
        that the spot belongs to whoever is being captured.
        """
        steps = self.advance(now)
        was_moving, self._moving = self._moving, True
        passage = self._open
        if passage and passage.is_certain and passage.calm_since is not None:
            steps += self._complete(passage, now)
            passage = None
        if passage is None:
            if was_moving and now - self._completed_at < self._patience.cool_down:
                return steps
            passage = self._begin(now, steps)
        passage.calm_since = None
        passage.note_rule(rule)
        return steps

    def calm(self, now: float) -> list[Step]:
        """Take that nothing moves before the spotter any more."""
        steps = self.advance(now)
        self._moving = False
        if self._open:
            self._open.calm_since = now
        return steps

    def hear(self, fact: Fact, now: float) -> list[Step]:
        """Take what the identifier tells."""
        steps = self.advance(now)
        passage = self._open
        if passage and _is_another(fact, passage):
            steps += self._complete(passage, now)
            passage = self._begin(now, steps)
        elif passage is None and self._moving and self._is_news(fact, now):
            passage = self._begin(now, steps)
        if passage:
            _take(passage, fact, now, steps)
        elif not self._moving and not self._is_aftertalk(fact, now):
            self._early.append((now, fact))
        return steps

    def _begin(self, now: float, steps: list[Step]) -> _Passage:
        """Begin a capture, with what the identifier told a moment ago."""
        self._count += 1
        self._open = passage = _Passage(self._count, begun=now, heard=now)
        steps.append(Begun(passage.number))
        for at, fact in self._early:
            if now - at <= self._patience.before and not _is_another(fact, passage):
                _take(passage, fact, at, steps)
        self._early.clear()
        if not self._moving:
            # Whoever came with another plate just as the picture came to rest.
            passage.calm_since = now
        return passage

    def _complete(self, passage: _Passage, now: float) -> list[Step]:
        self._last, self._open, self._completed_at = passage, None, now
        return [Completed(passage.number, passage.findings())]

    def _is_aftertalk(self, fact: Fact, now: float) -> bool:
        """Tell whether a fact is about whoever was captured a moment ago."""
        recent = now - self._completed_at < self._patience.cool_down
        return self._last is not None and recent and not _is_another(fact, self._last)

    def _is_news(self, fact: Fact, now: float) -> bool:
        """Tell whether somebody else is identified while the picture has not come to rest.

        Another plate always is; who was not identified in time is better captured twice than
        not at all; whoever else comes along is of another kind and comes later.
        """
        last = self._last
        if last is None or _is_another(fact, last):
            return True
        if isinstance(fact, PlateReading):
            return last.reading is None
        if fact.object_type is None or last.type == UNIDENTIFIED:
            return fact.object_type is not None
        drives = fact.object_type is ObjectKind.VEHICLE
        return drives not in last.drives and not self._is_aftertalk(fact, now)


def _take(passage: _Passage, fact: Fact, at: float, steps: list[Step]) -> None:
    if passage.take(fact, at):
        steps.append(Recognized(passage.number, passage.type))


def _is_another(fact: Fact, passage: _Passage) -> bool:
    """Tell whether a fact cannot be about somebody: he bears another number plate."""
    if not isinstance(fact, PlateReading) or passage.reading is None:
        return False
    return fact.plate != passage.reading.plate


def _first[T](values: Iterable[T | None]) -> T | None:
    """Return the first value that is known."""
    return next((value for value in values if value is not None), None)
