"""What is found out about one passer-by before two sensors, and how long that is waited for.

Times are in seconds of any monotonic clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf

from .sightings import IVS_TYPES, PlateReading, Sighting
from .state import ObjectKind


class CaptureType(StrEnum):
    """What a passer-by was found to be, the most telling first."""

    PLATE = "plate"
    FACE = "face"
    VEHICLE = "vehicle"
    PERSON = "person"
    UNIDENTIFIED = "unidentified"


_RANKS = tuple(CaptureType)
# Nothing more telling than these is waited for.
_CERTAIN = frozenset({CaptureType.FACE, CaptureType.PLATE})
_VEHICLES = frozenset({CaptureType.VEHICLE, CaptureType.PLATE})
_TYPES = {
    ObjectKind.PERSON: CaptureType.PERSON,
    ObjectKind.BICYCLE: CaptureType.PERSON,
    ObjectKind.VEHICLE: CaptureType.VEHICLE,
    ObjectKind.FACE: CaptureType.FACE,
}

type Fact = Sighting | PlateReading


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureTiming:
    """How long a capture waits for what, in seconds.

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

    type: CaptureType
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


@dataclass(slots=True)
class Passage:
    """A capture in the making."""

    number: int
    begun: float
    heard: float
    calm_since: float | None = None
    type: CaptureType = CaptureType.UNIDENTIFIED
    identified: float | None = None
    reading: PlateReading | None = None
    sightings: list[Sighting] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)

    @property
    def is_certain(self) -> bool:
        """Whether nothing more telling can come."""
        return self.type in _CERTAIN

    def deadline(self, timing: CaptureTiming) -> float:
        """Return when nothing more is expected."""
        if self.is_certain and self.identified is not None:
            return self.identified + timing.grace
        calm = inf if self.calm_since is None else max(self.calm_since, self.heard)
        return min(calm + timing.quiet, self.begun + timing.time_out)

    def take(self, fact: Fact, at: float) -> bool:
        """Take in what the identifier tells; return whether they are known better by it."""
        self.heard = max(self.heard, at)
        if isinstance(fact, PlateReading):
            self.reading = self.reading or fact
            return self._is(CaptureType.PLATE, at)
        self.sightings.append(fact)
        if fact.type in IVS_TYPES:
            self.note_rule(fact.rule)
        return fact.object_type is not None and self._is(_TYPES[fact.object_type], at)

    def note_rule(self, rule: str | None) -> None:
        """Remember the name of a rule that fired."""
        if rule and rule not in self.rules:
            self.rules.append(rule)

    def _is(self, seen: CaptureType, at: float) -> bool:
        if _RANKS.index(seen) >= _RANKS.index(self.type):
            return False
        self.type, self.identified = seen, max(at, self.begun)
        return True

    def excludes(self, fact: Fact) -> bool:
        """Tell whether a fact is about somebody else: it is of another number plate."""
        if not isinstance(fact, PlateReading) or self.reading is None:
            return False
        return fact.plate != self.reading.plate

    def saw(self, *, vehicle: bool) -> bool:
        """Tell whether a vehicle was seen, or else somebody who is none."""
        if vehicle and self.reading:
            return True
        kinds = (s.object_type for s in self.sightings if s.object_type)
        return any((kind is ObjectKind.VEHICLE) is vehicle for kind in kinds)

    def findings(self) -> Findings:
        """Return what is known: what comes with a plate first, then what came first."""
        reading, is_vehicle = self.reading, self.type in _VEHICLES
        # Whoever else is about has a direction and a speed of their own.
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


def _first[T](values: Iterable[T | None]) -> T | None:
    """Return the first value that is known."""
    return next((value for value in values if value is not None), None)
