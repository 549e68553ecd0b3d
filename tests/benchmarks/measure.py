"""Timing: the best of several runs, and one thing in relation to another of the same run."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

_RUNS = 7


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `ratio` is to what `beside` names, measured in the same run."""

    name: str
    value: float
    unit: str
    ratio: float | None = None
    beside: str = ""


def best_seconds(work: Callable[[], object], floor: Callable[[], object]) -> tuple[float, float]:
    """Return the best times of two pieces of work that take turns, in seconds."""
    best = [float("inf"), float("inf")]
    for _ in range(_RUNS):
        for index, each in enumerate((work, floor)):
            start = perf_counter()
            each()
            best[index] = min(best[index], perf_counter() - start)
    return best[0], best[1]
