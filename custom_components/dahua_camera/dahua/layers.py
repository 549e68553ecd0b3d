"""What is set on one sensor for a while only: whose it is, and what it goes back to.

Several may set the same thing for a while, one on top of the other; below them all is what was
there before. Where the camera holds something else than was set last, somebody has taken over.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import isclose

from .state import LensState

ZOOM_KEY = "zoom"
# Motors do not come to rest exactly where they were sent.
ZOOM_TOLERANCE = 0.02
# The camera stores times and other broken numbers with a few digits.
_ROUNDING = 0.02


class Subject(StrEnum):
    """What can be set for a while."""

    IMAGE_PROFILE = "image_profile"
    SHUTTER = "shutter"
    LIGHT = "light"
    ZOOM = "zoom"


type Values = dict[str, str]
"""What is set, by the camera's keys; the zoom, 0 to 1, by a key of ours."""


@dataclass(slots=True)
class Layer:
    """What is set for one purpose until `until` (UTC, ISO 8601), by subject."""

    until: str
    values: dict[Subject, Values] = field(default_factory=dict)

    @property
    def all(self) -> Values:
        """All values, whatever their subject."""
        return {key: value for values in self.values.values() for key, value in values.items()}


class Layers:
    """All that is set for a while on one sensor; the latest layer is on top."""

    def __init__(self) -> None:
        self.base: Values = {}
        self.layers: dict[str, Layer] = {}

    def put(
        self, purpose: str, until: str, subject: Subject, found: Mapping[str, str], written: Values
    ) -> None:
        """Put values on top that are about to be written, over what the camera holds now."""
        for key, value in found.items():
            top = self._top(key, self.layers.values())
            if top is not None and not is_same(key, value, top):
                # A hand came in between: what it chose is what to go back to.
                self._forget(key)
                top = None
            if top is None:
                self.base[key] = value
        layer = self.layers.pop(purpose, None) or Layer(until)
        layer.until = until
        layer.values[subject] = layer.values.get(subject, {}) | written
        self.layers[purpose] = layer

    def restoration(self, purpose: str) -> tuple[Values, Values]:
        """Return what to go back to when a purpose ends, and what it had written there."""
        layer = self.layers[purpose]
        others = [other for name, other in self.layers.items() if name != purpose]
        above = self._above(purpose)
        before, written = {}, {}
        for key, value in layer.all.items():
            if self._top(key, above) is not None:
                continue
            below = self._top(key, others)
            target = self.base.get(key) if below is None else below
            if target is not None:
                before[key], written[key] = target, value
        return before, written

    def remove(self, purpose: str) -> None:
        """Forget a purpose that has ended."""
        self.layers.pop(purpose, None)
        kept = {key for layer in self.layers.values() for key in layer.all}
        self.base = {key: value for key, value in self.base.items() if key in kept}

    def release(self, subject: Subject) -> bool:
        """Leave a subject as it is, because somebody has taken it over; tell whether it was set."""
        was_set = False
        for layer in self.layers.values():
            for key in layer.values.pop(subject, {}):
                self.base.pop(key, None)
                was_set = True
        self.layers = {name: layer for name, layer in self.layers.items() if layer.values}
        return was_set

    def _above(self, purpose: str) -> list[Layer]:
        names = list(self.layers)
        return [self.layers[name] for name in names[names.index(purpose) + 1 :]]

    def _top(self, key: str, layers: Iterable[Layer]) -> str | None:
        found = [layer.all[key] for layer in layers if key in layer.all]
        return found[-1] if found else None

    def _forget(self, key: str) -> None:
        for layer in self.layers.values():
            for values in layer.values.values():
                values.pop(key, None)


def is_same(key: str, one: str, other: str) -> bool:
    """Tell whether two values of a key are the same, as far as the camera keeps it."""
    if one == other:
        return True
    if "." not in one + other:
        return False
    try:
        numbers = float(one), float(other)
    except ValueError:
        return False
    if key == ZOOM_KEY:
        return isclose(*numbers, abs_tol=ZOOM_TOLERANCE)
    return isclose(*numbers, rel_tol=_ROUNDING)


def is_on_the_way(lens: LensState, before: float, written: float) -> bool:
    """Tell whether a resting lens is where it was sent, or got stuck on the way there."""
    near, far = sorted((before, written))
    return near - ZOOM_TOLERANCE <= lens.zoom <= far + ZOOM_TOLERANCE
