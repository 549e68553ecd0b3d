"""The body of a car as flat panels, in its own axes: ahead, to the left and up, in metres."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from .canvas import Color
from .lens import Floats, Point

_GLASS: Color = (44, 56, 66)

# Sections from the front bumper to the rear one: place along the car; height of the shoulder
# and of the top; half the width of the body and of the top. All in metres.
_SECTIONS = (
    (2.16, 0.56, 0.58, 0.60, 0.56),
    (2.10, 0.66, 0.69, 0.74, 0.66),
    (1.92, 0.74, 0.79, 0.83, 0.70),
    (1.45, 0.82, 0.88, 0.88, 0.74),
    (0.98, 0.88, 0.95, 0.90, 0.75),
    (0.92, 0.89, 0.97, 0.90, 0.72),
    (0.18, 0.93, 1.40, 0.91, 0.60),
    (-0.15, 0.94, 1.455, 0.91, 0.60),
    (-0.60, 0.95, 1.465, 0.91, 0.60),
    (-1.10, 0.97, 1.42, 0.90, 0.60),
    (-1.72, 0.99, 1.10, 0.88, 0.64),
    (-1.80, 0.99, 1.06, 0.87, 0.66),
    (-2.02, 0.96, 1.00, 0.83, 0.68),
    (-2.14, 0.82, 0.86, 0.77, 0.66),
    (-2.16, 0.62, 0.64, 0.74, 0.64),
)
_WINDSCREEN = (5, 6)
_REAR_WINDOW = (9, 10)
SILL = 0.24
WHEELS = (1.36, -1.34)


@dataclass(frozen=True, slots=True)
class Body:
    """All the panels: corners n by 4 by 3, normals and centres n by 3, whether each is glass."""

    corners: Floats
    normals: Floats
    centres: Floats
    glass: tuple[bool, ...]


def _section(number: int, side: int) -> list[Point]:
    """Return the points of one side of a section from the sill to the middle of the top."""
    u, shoulder, top, half, narrow = _SECTIONS[number]
    low = SILL + (0.10 if number in (0, len(_SECTIONS) - 1) else 0.0)
    return [
        (u, side * half * 0.95, low),
        (u, side * half * 1.01, (low + shoulder) / 2),
        (u, side * half * 0.985, shoulder),
        (u, side * narrow, top - 0.035),
        (u, side * narrow * 0.72, top - 0.006),
        (u, 0.0, top),
    ]


@cache
def car_body() -> Body:
    """Return the body; every car has the same one, in its own colour."""
    corners: list[tuple[Point, ...]] = []
    glass: list[bool] = []
    for number in range(len(_SECTIONS) - 1):
        for side in (1, -1):
            before, after = _section(number, side), _section(number + 1, side)
            for band in range(len(before) - 1):
                corners.append((before[band], before[band + 1], after[band + 1], after[band]))
                glass.append(_is_glass(number, band))
    for number in (0, len(_SECTIONS) - 1):
        left, right = _section(number, 1), _section(number, -1)
        for band in range(len(left) - 1):
            corners.append((left[band], left[band + 1], right[band + 1], right[band]))
            glass.append(False)
    return _measured(np.array(corners, np.float32), glass)


def _measured(corners: Floats, glass: list[bool]) -> Body:
    across = corners[:, 1] - corners[:, 0] + corners[:, 2] - corners[:, 3]
    along = corners[:, 3] - corners[:, 0] + corners[:, 2] - corners[:, 1]
    normals = np.cross(across, along)
    centres = corners.mean(axis=1)
    outward = np.einsum("ni,ni->n", normals, centres - np.array((0.0, 0.0, 0.6), np.float32))
    normals *= np.sign(outward)[:, None]
    length = np.linalg.norm(normals, axis=1)
    solid = length > 1e-7
    return Body(
        corners[solid],
        normals[solid] / length[solid, None],
        centres[solid],
        tuple(pane for pane, kept in zip(glass, solid, strict=True) if kept),
    )


def _is_glass(number: int, band: int) -> bool:
    if band == 2:
        return _WINDSCREEN[0] <= number < _REAR_WINDOW[1]
    return band > 2 and number in (_WINDSCREEN[0], _REAR_WINDOW[0])


def shaded(normal: Floats, height: float, paint: Color, *, glass: bool) -> Color:
    """Return a panel's colour: bright where it faces the sky, dark towards the road."""
    up, ahead = float(normal[2]), float(normal[0])
    if glass:
        shine = 0.75 + 0.75 * max(0.0, up) + 0.15 * ahead
        return (int(_GLASS[0] * shine), int(_GLASS[1] * shine), int(_GLASS[2] * shine))
    tone = 0.70 + 0.38 * up + 0.05 * ahead + 0.10 * min(1.0, height)
    lift = 16 if up > 0.6 else 0
    red, green, blue = (min(255, int(part * tone + lift)) for part in paint)
    return (red, green, blue)
