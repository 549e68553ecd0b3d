"""Patterns of surfaces, as factors around 1 by which their colours are multiplied."""

from functools import cache

import numpy as np

from .canvas import Material
from .lens import Floats
from .world import ACROSS, ALONG, FAR_FRONTS

_SIDE = 1024


@cache
def _grain() -> Floats:
    """Return a tile of soft noise between -1 and 1 that repeats without a seam."""
    chance = np.random.default_rng(7)
    spectrum = np.fft.rfft2(chance.standard_normal((_SIDE, _SIDE)))
    up = np.fft.fftfreq(_SIDE)[:, None]
    across = np.fft.rfftfreq(_SIDE)[None, :]
    frequency = np.hypot(up, across) * _SIDE
    frequency[0, 0] = 1e9
    waves = np.fft.irfft2(spectrum / np.maximum(frequency, 6.0) ** 1.1, s=(_SIDE, _SIDE))
    grain: Floats = np.clip(waves / (waves.std() * 2.4), -1.0, 1.0).astype(np.float32)
    return grain


def noise(u: Floats, v: Floats, repeats: float) -> Floats:
    """Return soft noise between -1 and 1 that repeats after so many metres."""
    scale = _SIDE / repeats
    column = (u * scale).astype(np.int64) & (_SIDE - 1)
    row = (v * scale).astype(np.int64) & (_SIDE - 1)
    values: Floats = _grain()[row, column]
    return values


def joints(u: Floats, spacing: float, width: float) -> Floats:
    """Return 1 within the joints of a row of slabs, else 0."""
    inside: Floats = (np.mod(u, spacing) < width).astype(np.float32)
    return inside


def street_axes(places: Floats) -> tuple[Floats, Floats]:
    """Return the (t, s) of places."""
    across = np.array((ACROSS[0], ACROSS[1], 0.0), np.float32)
    along = np.array((ALONG[0], ALONG[1], 0.0), np.float32)
    return places @ across, places @ along


def _plaster(t: Floats, s: Floats, z: Floats) -> Floats:
    factor: Floats = 1 + 0.035 * noise(s + t, z, 6.0)
    return factor


def _brick(t: Floats, s: Floats, z: Floats) -> Floats:
    row = np.floor(z / 0.1)
    seams = np.maximum(joints(z, 0.1, 0.014), joints(s + t + row * 0.13, 0.26, 0.014))
    factor: Floats = (1 + 0.09 * noise(s + t, z, 3.0)) * (1 - 0.17 * seams)
    return factor


def _tiles(t: Floats, s: Floats, z: Floats) -> Floats:
    slope = np.hypot(t - FAR_FRONTS, z)
    row = np.floor(slope / 0.34)
    shade = 1 - 0.20 * (np.mod(slope, 0.34) / 0.34) ** 3
    column = 0.05 * np.sin((s + row * 0.15) * (2 * np.pi / 0.3))
    factor: Floats = (shade + column) * (1 + 0.08 * noise(s, slope, 5.0))
    return factor


def _hedge(t: Floats, s: Floats, z: Floats) -> Floats:
    clumps = noise(s * 1.0 + t * 0.7, z + t, 2.6) + 0.7 * noise(s + t, z * 1.1 + t, 0.9)
    factor: Floats = (1 + 0.30 * clumps) * np.clip(0.55 + 0.55 * z, 0.55, 1.08)
    return factor


def _leaves(t: Floats, s: Floats, z: Floats) -> Floats:
    factor: Floats = 1 + 0.08 * noise(s + z, z + t, 2.3)
    return factor


def _far(t: Floats, s: Floats, z: Floats) -> Floats:
    factor: Floats = 1 + 0.10 * noise(s + t * 0.3, z * 1.3, 40.0)
    return factor


def _pane(t: Floats, s: Floats, z: Floats) -> Floats:
    factor: Floats = 0.82 + 0.11 * np.clip(z - 0.8, 0.0, 2.0) + 0.10 * noise(s + t, z * 0.4, 7.0)
    return factor


def _folds(t: Floats, s: Floats, z: Floats) -> Floats:
    factor: Floats = 1 + 0.14 * np.sin((s + 0.02 * z + t) * (2 * np.pi / 0.11))
    return factor


PATTERNS = {
    Material.PLASTER: _plaster,
    Material.BRICK: _brick,
    Material.TILES: _tiles,
    Material.HEDGE: _hedge,
    Material.LEAVES: _leaves,
    Material.GLASS: _pane,
    Material.CURTAIN: _folds,
    Material.FAR: _far,
}
