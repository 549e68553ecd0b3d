"""What is set on one sensor for a while only: whose it is, and what it goes back to.

Several may set the same thing for a while, one on top of the other; below them all is what was
there before. Where the camera holds something else than was set last, somebody has taken over.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import isclose

from .state import Emitter, LensState

ZOOM_KEY = "zoom"
# Motors do not come to rest exactly where they were sent; the owner's steps are smaller than that.
LENS_TOLERANCE = 0.02
# The camera stores times and other broken numbers with a few digits.
_ROUNDING = 0.02


class Subject(StrEnum):
    """What can be set for a while."""

    IMAGE_PROFILE = "image_profile"
    SHUTTER = "shutter"
    WARM_LIGHT = "warm_light"
    INFRARED = "infrared"
    ZOOM = "zoom"


LIGHT_SUBJECTS = {Emitter.WARM: Subject.WARM_LIGHT, Emitter.INFRARED: Subject.INFRARED}

type Values = dict[str, str]
"""What is set, by the camera's keys; the zoom, 0 to 1, by a key of ours."""


@dataclass(slots=True)
class Held:
    """One value: what was there before (`base`), and on top of it who set what, latest last."""

    subject: Subject
    base: str
    stack: Values
    found: str
    """What the camera held when that was set: still there where the command did not arrive."""

    @property
    def top(self) -> str:
        """What was set last."""
        return [self.base, *self.stack.values()][-1]

    @property
    def ours(self) -> tuple[str, str]:
        """What the camera may hold without anybody having taken over."""
        return self.top, self.found


class Layers:
    """All that is set for a while on one sensor.

    `until` tells of each purpose when it ends (UTC, ISO 8601), `held` what is set, by key.
    """

    def __init__(
        self, until: Mapping[str, str] | None = None, held: Mapping[str, Held] | None = None
    ) -> None:
        self.until = dict(until or {})
        self.held = dict(held or {})

    def put(
        self,
        purpose: str,
        until: str,
        subject: Subject,
        found: Mapping[str, str],
        written: Mapping[str, str],
    ) -> None:
        """Put values on top that are about to be written, over what the camera holds now.

        What is found besides them was tried before; where that is undone, it is not held any more.
        """
        for key in found.keys() - written.keys():
            if (tried := self.held.get(key)) and is_same(key, found[key], tried.base):
                tried.stack.pop(purpose, None)
        self.held = {key: held for key, held in self.held.items() if held.stack}
        self.until[purpose] = until
        for key, value in written.items():
            if (before := found.get(key)) is None:
                continue
            held = self.held.get(key)
            if held is None or not is_any(key, before, held.ours):
                # What a hand chose in between is what to go back to.
                held = self.held[key] = Held(subject, before, {}, before)
            held.found = before
            held.stack.pop(purpose, None)
            held.stack[purpose] = value

    def is_held(self, purpose: str, subject: Subject) -> bool:
        """Tell whether a purpose has set anything of a subject."""
        return any(held.subject is subject and purpose in held.stack for held in self.held.values())

    def restoration(self, purpose: str) -> tuple[Values, dict[str, tuple[str, str]]]:
        """Return the values to restore when a purpose ends, and what the camera may hold by it.

        Of the latter, the value that was written last comes first.
        """
        before, ours = {}, {}
        for key, held in self.held.items():
            if purpose in held.stack and purpose == list(held.stack)[-1]:
                before[key] = [held.base, *held.stack.values()][-2]
                ours[key] = held.ours
        return before, ours

    def remove(self, purpose: str) -> None:
        """Forget a purpose that has ended."""
        self.until.pop(purpose, None)
        for held in self.held.values():
            held.stack.pop(purpose, None)
        self.held = {key: held for key, held in self.held.items() if held.stack}

    def release(self, *subjects: Subject) -> Layers:
        """Leave subjects as they are, because somebody takes them over; return what was set."""
        taken = {key: held for key, held in self.held.items() if held.subject in subjects}
        self.held = {key: held for key, held in self.held.items() if key not in taken}
        released = Layers(_of_purposes(self.until, taken), taken)
        if taken:
            self.until = _of_purposes(self.until, self.held)
        return released

    def resume(self, released: Layers) -> None:
        """Go on with what was left to somebody who did not take it over after all."""
        self.until = released.until | self.until
        self.held = released.held | self.held


def _of_purposes(until: Mapping[str, str], held: Mapping[str, Held]) -> Values:
    """Return when those purposes end that have set something."""
    purposes = {purpose for each in held.values() for purpose in each.stack}
    return {purpose: end for purpose, end in until.items() if purpose in purposes}


def is_any(key: str, one: str, others: Iterable[str]) -> bool:
    """Tell whether a value of a key is the same as any of others."""
    return any(is_same(key, one, other) for other in others)


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
        return isclose(*numbers, abs_tol=LENS_TOLERANCE)
    return isclose(*numbers, rel_tol=_ROUNDING)


def is_on_the_way(lens: LensState, before: float, written: float) -> bool:
    """Tell whether a resting lens is where it was sent, or got stuck on the way there."""
    near, far = sorted((before, written))
    return near - LENS_TOLERANCE <= lens.zoom <= far + LENS_TOLERANCE
