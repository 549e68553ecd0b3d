"""One passer-by before two sensors: what the first spots and the second identifies, as one.

Spots and what the identifier tells come in, with the time in seconds of any monotonic clock;
steps come out: somebody is being captured, is recognized, is captured. There is no I/O.
"""

from collections import deque
from dataclasses import dataclass
from math import inf

from .passage import CaptureTiming, CaptureType, Fact, Findings, Passage
from .sightings import PlateReading
from .state import ObjectKind

# What the identifier tells before a spot is kept in bounds.
_MOST_EARLY = 20


@dataclass(frozen=True, slots=True)
class Begun:
    """Somebody new was spotted."""

    number: int


@dataclass(frozen=True, slots=True)
class Recognized:
    """Somebody is known better than before: now the identifier sees them best."""

    number: int
    type: CaptureType


@dataclass(frozen=True, slots=True)
class Completed:
    """All that is expected of somebody has been told."""

    number: int
    findings: Findings


type Step = Begun | Recognized | Completed


class SpottingTracker:
    """Makes one capture of each passer-by; every method returns the steps that it leads to."""

    def __init__(self, timing: CaptureTiming) -> None:
        self._timing = timing
        self._count = 0
        self._open: Passage | None = None
        self._last: Passage | None = None
        self._completed_at = -inf
        self._moving = False
        self._early: deque[tuple[float, Fact]] = deque(maxlen=_MOST_EARLY)

    @property
    def is_open(self) -> bool:
        """Whether somebody is being captured."""
        return self._open is not None

    def next_deadline(self) -> float | None:
        """Return when `advance` has something to do; None while nobody is being captured."""
        return self._open.deadline(self._timing) if self._open else None

    def advance(self, now: float) -> list[Step]:
        """Complete what is due."""
        if self._open and self._open.deadline(self._timing) <= now:
            return self._complete(self._open, now)
        return []

    def conclude(self, now: float) -> list[Step]:
        """Complete whoever is being captured with what is known: nothing more will be told."""
        return self._complete(self._open, now) if self._open else []

    def join(self) -> None:
        """Note that something was moving already when this began."""
        self._moving = True

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
            if was_moving and now - self._completed_at < self._timing.cool_down:
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
        if passage and passage.excludes(fact):
            steps += self._complete(passage, now)
            passage = self._begin(now, steps)
        elif passage is None and self._moving and self._is_news(fact, now):
            passage = self._begin(now, steps)
        if passage:
            _take(passage, fact, now, steps)
        elif not self._moving and not self._is_aftertalk(fact, now):
            self._early.append((now, fact))
        return steps

    def _begin(self, now: float, steps: list[Step]) -> Passage:
        """Begin a capture, with what the identifier told a moment ago."""
        self._count += 1
        self._open = passage = Passage(self._count, begun=now, heard=now)
        steps.append(Begun(passage.number))
        for at, fact in self._early:
            if now - at <= self._timing.before and not passage.excludes(fact):
                _take(passage, fact, at, steps)
        self._early.clear()
        if not self._moving:
            # Whoever came with another plate just as the picture came to rest.
            passage.calm_since = now
        return passage

    def _complete(self, passage: Passage, now: float) -> list[Step]:
        self._last, self._open, self._completed_at = passage, None, now
        return [Completed(passage.number, passage.findings())]

    def _is_aftertalk(self, fact: Fact, now: float) -> bool:
        """Tell whether a fact is about whoever was captured a moment ago."""
        recent = now - self._completed_at < self._timing.cool_down
        return self._last is not None and recent and not self._last.excludes(fact)

    def _is_news(self, fact: Fact, now: float) -> bool:
        """Tell whether somebody else is identified while the picture has not come to rest.

        Another plate always is; who was not identified in time is better captured twice than
        not at all; whoever else comes along is of another kind and comes later.
        """
        last = self._last
        if isinstance(fact, PlateReading):
            return last is None or last.reading is None or last.excludes(fact)
        if last is None or last.type is CaptureType.UNIDENTIFIED or fact.object_type is None:
            return fact.object_type is not None
        is_vehicle = fact.object_type is ObjectKind.VEHICLE
        return not last.saw(vehicle=is_vehicle) and not self._is_aftertalk(fact, now)


def _take(passage: Passage, fact: Fact, at: float, steps: list[Step]) -> None:
    if passage.take(fact, at):
        steps.append(Recognized(passage.number, passage.type))
