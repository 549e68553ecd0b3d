"""How actors pass: where along the street each one is as it goes from left to right."""

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from tests.virtual_camera.view import Actor, ActorKind

from .lens import WIDE, Floats
from .world import at


@dataclass(frozen=True, slots=True)
class Passage:
    """A way parallel to the street.

    `t` is its distance when walked to the right, `back` when walked to the left; `edges`
    are where in the wide picture it begins and ends, 0 and 1 being the picture's sides.
    """

    t: float
    back: float
    edges: tuple[float, float]


class Place(NamedTuple):
    """A place by the street, and the metres that an actor has come to reach it."""

    t: float
    s: float
    come: float


PASSAGES = {
    ActorKind.PERSON: Passage(7.9, 7.9, (-0.02, 1.03)),
    ActorKind.CAT: Passage(5.9, 5.9, (-0.02, 1.03)),
    ActorKind.BICYCLE: Passage(10.2, 10.2, (-0.03, 1.06)),
    ActorKind.CAR: Passage(12.5, 15.2, (-0.03, 1.12)),
}


@cache
def _timetable(t: float, edges: tuple[float, float]) -> tuple[Floats, Floats]:
    """Return rising progress and the s that belongs to each.

    Half of the progress counts metres and half counts pixels of the wide picture: nobody
    crawls in the distance nor dashes through the foreground.
    """
    s = np.linspace(9.0 * t, -1.2 * t, 800, dtype=np.float32)
    across, _, depth = WIDE.project([at(t, float(place)) for place in s], (1, 1)).T
    inside = (depth > 0.5) & (across >= edges[0]) & (across <= edges[1])
    s, across = s[inside], across[inside]
    metres = (s[0] - s) / (s[0] - s[-1])
    pixels = (across - across[0]) / (across[-1] - across[0])
    return ((metres + pixels) / 2).astype(np.float32), s


def place_of(actor: Actor) -> Place:
    """Return where an actor is."""
    passage = PASSAGES[actor.kind]
    t = passage.back if actor.leftwards else passage.t
    progress, places = _timetable(t, passage.edges)
    share = 1 - actor.progress if actor.leftwards else actor.progress
    s = float(np.interp(share, progress, places))
    begin = float(places[-1] if actor.leftwards else places[0])
    return Place(t, s, abs(s - begin))
