"""How bright each source of light makes a place: the same rules for pixels and for actors.

Every function takes places and normals as arrays whose last axis is x, y, z and returns an
intensity of 0 to about 1 for each.
"""

import numpy as np

from .lens import CAMERA, Floats
from .world import LAMPS, SUN


def _facing(towards: Floats, normals: Floats, wrap: float) -> Floats:
    """Return how squarely surfaces face a light, softened so that none goes quite black."""
    cosine = np.einsum("...i,...i->...", towards, normals)
    share: Floats = np.clip((cosine + wrap) / (1 + wrap), 0.0, 1.0)
    return share


def sky_light(normals: Floats) -> Floats:
    """Return the light of the whole sky, most of it from above."""
    return 0.62 + 0.38 * normals[..., 2]


def sun_light(normals: Floats) -> Floats:
    """Return the light of the sun without shadows."""
    sun = np.asarray(SUN, np.float32) / np.float32(np.linalg.norm(SUN))
    return np.clip(normals @ sun, 0.0, 1.0)


def lamp_light(places: Floats, normals: Floats) -> Floats:
    """Return the light of all the lamps of the scene together."""
    total = np.zeros(places.shape[:-1], np.float32)
    for lamp in LAMPS:
        towards = np.asarray(lamp.place, np.float32) - places
        square = np.einsum("...i,...i->...", towards, towards)
        near = square < (6 * lamp.reach) ** 2
        square, towards = square[near], towards[near]
        towards /= np.sqrt(square)[..., None] + 1e-3
        fall = lamp.strength / (1.0 + square / (lamp.reach * lamp.reach)) ** 1.6
        total[near] += fall * _facing(towards, normals[near], 0.25)
    return total


def camera_light(
    places: Floats, normals: Floats, forward: Floats, cone: float, reach: float
) -> Floats:
    """Return the light of LEDs beside the lens.

    `forward` is where the lens points, `cone` the angle in radians at which the beam has
    fallen to about a third, `reach` the distance in metres at which it has halved.
    """
    towards = np.asarray(CAMERA, np.float32) - places
    square = np.einsum("...i,...i->...", towards, towards)
    towards /= np.sqrt(square)[..., None] + 1e-3
    cosine = np.clip(-(towards @ forward), -1.0, 1.0)
    beam = np.exp((cosine - 1.0) * 2.0 / (cone * cone))
    intensity: Floats = beam / (1.0 + square / (reach * reach)) * _facing(towards, normals, 0.55)
    return intensity
