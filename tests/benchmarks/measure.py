"""What is measured, beside what, and what it should be."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import Any, Literal, override

_RUNS = 15


@dataclass(frozen=True, slots=True)
class Aim:
    """What a result, or its ratio to what it is compared with, should be at most or at least."""

    limit: float
    of: Literal["ours", "ratio"] = "ours"
    least: bool = False

    @override
    def __str__(self) -> str:
        sign, unit = "≥" if self.least else "≤", " ×" if self.of == "ratio" else ""
        return f"{sign} {self.limit:.4g}{unit}"


@dataclass(frozen=True, slots=True)
class Row:
    """One result; `theirs` is the same measure of what `beside` names, taken in the same run."""

    subject: str
    measure: str
    ours: float
    unit: str
    beside: str | None = None
    theirs: float | None = None
    aim: Aim | None = None

    @property
    def ratio(self) -> float | None:
        """How many times theirs ours is; None where there is nothing to compare with."""
        return self.ours / self.theirs if self.theirs else None

    @property
    def met(self) -> bool | None:
        """Whether the aim is met; None where there is none."""
        if self.aim is None:
            return None
        value = self.ours if self.aim.of == "ours" else self.ratio
        if value is None:
            return None
        return value >= self.aim.limit if self.aim.least else value <= self.aim.limit

    def as_dict(self) -> dict[str, Any]:
        """Return what goes into JSON."""
        aim = self.aim and {
            "of": self.aim.of,
            "at_least" if self.aim.least else "at_most": self.aim.limit,
        }
        return {
            "subject": self.subject,
            "measure": self.measure,
            "unit": self.unit,
            "ours": self.ours,
            "beside": self.beside,
            "theirs": self.theirs,
            "ratio": self.ratio,
            "aim": aim,
            "met": self.met,
        }


def best_seconds(*works: Callable[[], object]) -> list[float]:
    """Return the best times of pieces of work that take turns, in seconds."""
    best = [float("inf")] * len(works)
    for _ in range(_RUNS):
        for index, work in enumerate(works):
            start = perf_counter()
            work()
            best[index] = min(best[index], perf_counter() - start)
    return best


class Stopwatch:
    """Time and CPU of this process, in seconds, since it was made."""

    def __init__(self) -> None:
        self._start = perf_counter()
        self._cpu = process_time()

    @property
    def seconds(self) -> float:
        """Time."""
        return perf_counter() - self._start

    @property
    def cpu(self) -> float:
        """CPU of all threads."""
        return process_time() - self._cpu
