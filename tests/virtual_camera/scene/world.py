"""Where things stand: a street runs past the camera, aslant, behind a fence and a gate.

Along the street positions are told as (t, s): `t` metres away from the camera's side of
the street and `s` metres along it, growing into the distance to the left.
"""

from dataclasses import dataclass
from math import cos, radians, sin

from .lens import Point

_SLANT = radians(60)
ACROSS = (cos(_SLANT), sin(_SLANT))
ALONG = (-sin(_SLANT), cos(_SLANT))

FENCE = 9.0
NEAR_WALK = (9.35, 11.0)
ROAD = (11.0, 16.6)
FAR_WALK = (16.6, 18.2)
FAR_FRONTS = 22.5

GATE = (5.7, 9.5)


def at(t: float, s: float, z: float = 0.0) -> Point:
    """Return the world's x, y, z of a place by the street."""
    return (t * ACROSS[0] + s * ALONG[0], t * ACROSS[1] + s * ALONG[1], z)


@dataclass(frozen=True, slots=True)
class Lamp:
    """A lamp of the scene itself: where it hangs, how far its light reaches in metres."""

    place: Point
    reach: float
    strength: float


STREET_LAMPS = (
    Lamp(at(16.0, 15.0, 5.6), reach=5.5, strength=1.9),
    Lamp(at(16.0, 42.0, 5.6), reach=5.5, strength=1.9),
    Lamp(at(16.0, -9.0, 5.6), reach=5.5, strength=1.6),
)
PILLAR_LAMPS = (
    Lamp(at(FENCE, GATE[0] - 0.25, 1.9), reach=1.7, strength=0.75),
    Lamp(at(FENCE, GATE[1] + 0.25, 1.9), reach=1.7, strength=0.75),
)
PORCH_LAMPS = (
    Lamp(at(FAR_FRONTS - 0.35, 12.1, 2.6), reach=2.2, strength=1.0),
    Lamp(at(FAR_FRONTS - 0.35, -1.2, 2.6), reach=2.2, strength=0.9),
)
LAMPS = STREET_LAMPS + PILLAR_LAMPS + PORCH_LAMPS
SUN: Point = (-0.74, -0.34, 0.58)


def drive_centre(t: float) -> float:
    """Return where the middle of our drive is, in s, at a distance t."""
    bend = max(0.0, FENCE - t)
    return (GATE[0] + GATE[1]) / 2 - 0.85 * bend - 0.045 * bend * bend
