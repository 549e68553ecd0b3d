"""The ground, divided by place: lawn, our drive, pavements, kerbs and road."""

import numpy as np
from numpy.typing import NDArray

from .lens import Floats
from .texture import joints, noise, street_axes
from .world import FAR_FRONTS, FAR_WALK, FENCE, GATE, NEAR_WALK, ROAD, drive_centre

_LAWN = (84, 122, 54)
_SLABS = (158, 154, 146)
_PAVERS = (164, 142, 122)
_EDGING = (196, 188, 176)
_ASPHALT = (92, 94, 98)
_KERB = (186, 184, 178)
_PAINT = (226, 226, 220)
_SOIL = (82, 64, 48)
_CROSSINGS = (
    (FENCE, ROAD[0], GATE),
    (FAR_WALK[1], FAR_FRONTS, (-6.4, -3.0)),
    (FAR_WALK[1], FAR_FRONTS, (11.4, 12.8)),
)


def _bent_centre(t: Floats) -> Floats:
    table = np.linspace(0.0, FENCE, 64)
    return np.interp(t, table, [drive_centre(float(place)) for place in table]).astype(np.float32)


def ground_colors(places: Floats) -> Floats:
    """Return the colour of each n by 3 place on the ground, 0 to 255."""
    t, s = street_axes(places)
    x, y = places[:, 0], places[:, 1]
    colors = _lawn(t, s, x, y)
    _lay(colors, (t > FENCE - 0.75) & (t < FENCE + 0.8), _SOIL, 1 + 0.25 * noise(x, y, 2.0))
    _lay_drive(colors, t, s)
    slabs = 1 - 0.20 * np.maximum(
        joints(t, 0.55, 0.018), joints(s + np.floor(t / 0.55) * 0.3, 0.8, 0.018)
    )
    slabs *= 1 + 0.07 * noise(x, y, 9.0)
    for begin, end in (NEAR_WALK, FAR_WALK):
        _lay(colors, (t >= begin) & (t < end), _SLABS, slabs)
    _lay_road(colors, t, s, noise(x, y, 14.0), noise(x, y, 2.2))
    pavers = _pavers(t, s)
    for begin, end, (first, last) in _CROSSINGS:
        _lay(colors, (t >= begin) & (t < end) & (s > first) & (s < last), _PAVERS, pavers)
    for begin, end in ((ROAD[0] - 0.16, ROAD[0]), (ROAD[1], ROAD[1] + 0.16)):
        _lay(colors, (t >= begin) & (t < end), _KERB, 1 - 0.2 * joints(s, 1.0, 0.03))
    return colors


def _lay(
    colors: Floats, where: NDArray[np.bool_], color: tuple[int, int, int], factor: Floats
) -> None:
    colors[where] = np.asarray(color, np.float32) * factor[where, None]


def _lawn(t: Floats, s: Floats, x: Floats, y: Floats) -> Floats:
    mown = 1 + 0.055 * np.tanh(6 * np.sin((s * 0.92 + t * 0.39) * (2 * np.pi / 1.9)))
    tufts = 1 + 0.13 * noise(x, y, 7.0) + 0.10 * noise(y, x, 1.3)
    colors: Floats = np.asarray(_LAWN, np.float32) * (mown * tufts)[:, None]
    return colors


def _pavers(t: Floats, s: Floats) -> Floats:
    row = np.floor(t / 0.22)
    seams = np.maximum(joints(t, 0.22, 0.016), joints(s + row * 0.11, 0.33, 0.016))
    stone = 0.06 * np.sin(row * 12.9 + np.floor((s + row * 0.11) / 0.33) * 78.2)
    factor: Floats = (1 + stone) * (1 - 0.24 * seams) * (1 + 0.06 * noise(s, t, 6.0))
    return factor


def _lay_drive(colors: Floats, t: Floats, s: Floats) -> None:
    half = (GATE[1] - GATE[0]) / 2
    aside = np.abs(s - _bent_centre(t))
    ours = t < FENCE + 0.4
    _lay(colors, ours & (aside < half), _EDGING, 1 - 0.2 * joints(t, 0.5, 0.02))
    _lay(colors, ours & (aside < half - 0.14), _PAVERS, _pavers(t, s))


def _lay_road(colors: Floats, t: Floats, s: Floats, patches: Floats, grit: Floats) -> None:
    road = (t >= ROAD[0]) & (t < ROAD[1])
    middle = sum(ROAD) / 2
    lane = np.abs(np.abs(t - middle) - (ROAD[1] - ROAD[0]) / 4)
    worn = 1 - 0.06 * np.exp(-((lane - 0.7) ** 2) / 0.08)
    gutter = 1 - 0.14 * np.exp(-((np.minimum(t - ROAD[0], ROAD[1] - t)) ** 2) / 0.03)
    _lay(colors, road, _ASPHALT, (1 + 0.07 * patches + 0.05 * grit) * worn * gutter)
    dashes = road & (np.abs(t - middle) < 0.06) & (np.mod(s, 6.0) < 3.0)
    _lay(colors, dashes, _PAINT, 1 + 0.1 * grit)
