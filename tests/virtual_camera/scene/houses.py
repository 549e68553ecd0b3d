"""The houses on the other side of the street."""

from collections.abc import Sequence
from dataclasses import dataclass

from .canvas import Canvas, Color, Material
from .world import ACROSS, ALONG, FAR_FRONTS, at

_TO_STREET = (-ACROSS[0], -ACROSS[1], 0.0)
_TO_RIGHT = (-ALONG[0], -ALONG[1], 0.0)
_GLASS = (66, 82, 96)


type Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Opening:
    """A window, door or garage on a front: its middle and sill, its size in metres."""

    s: float
    z: float
    width: float
    height: float
    lit: float = 0.0
    kind: str = "window"


@dataclass(frozen=True, slots=True)
class House:
    """A house with its ridge along the street; `s` is the near end and the far end."""

    s: tuple[float, float]
    eaves: float
    ridge: float
    wall: Color
    roof: Color
    openings: Sequence[Opening]
    depth: float = 8.0


HOUSES = (
    House(
        (31.0, 43.0),
        4.9,
        8.2,
        (196, 182, 160),
        (112, 74, 62),
        (
            Opening(33.5, 0.9, 1.8, 1.3, 0.0),
            Opening(38.0, 0.9, 1.8, 1.3, 0.8),
            Opening(41.0, 0.9, 1.4, 1.3),
            Opening(33.5, 3.2, 1.5, 1.2, 0.7),
            Opening(37.5, 3.2, 1.5, 1.2),
            Opening(41.0, 3.2, 1.2, 1.2),
        ),
    ),
    House(
        (6.6, 18.4),
        5.1,
        8.9,
        (232, 224, 208),
        (96, 66, 58),
        (
            Opening(12.1, 0.1, 1.15, 2.15, 0.35, "door"),
            Opening(9.0, 0.8, 2.3, 1.45, 1.0),
            Opening(15.6, 0.8, 2.3, 1.45, 0.0),
            Opening(8.3, 3.35, 1.35, 1.25, 0.0),
            Opening(11.0, 3.35, 1.1, 1.25, 0.65),
            Opening(13.6, 3.35, 1.1, 1.25, 0.0),
            Opening(16.4, 3.35, 1.35, 1.25, 0.0),
        ),
    ),
    House(
        (-11.0, 2.2),
        4.5,
        7.9,
        (206, 176, 150),
        (74, 78, 88),
        (
            Opening(-1.2, 0.1, 1.15, 2.15, 0.3, "door"),
            Opening(-4.6, 0.1, 2.9, 2.2, 0.0, "garage"),
            Opening(0.8, 0.85, 1.6, 1.35, 0.85),
            Opening(0.4, 2.95, 1.4, 1.15, 0.0),
            Opening(-2.2, 2.95, 1.4, 1.15, 0.55),
            Opening(-5.6, 2.95, 1.4, 1.15),
        ),
    ),
)


def paint_houses(canvas: Canvas) -> None:
    """Paint every house, the far ones first."""
    for house in HOUSES:
        _paint_walls(canvas, house)
        _paint_roof(canvas, house)
        for opening in house.openings:
            _paint_opening(canvas, opening)


def _paint_walls(canvas: Canvas, house: House) -> None:
    near, far = house.s
    back, middle = FAR_FRONTS + house.depth, FAR_FRONTS + house.depth / 2
    end = canvas.surface(_TO_RIGHT, at(FAR_FRONTS, near), Material.PLASTER)
    gable = (
        (FAR_FRONTS, 0.0),
        (back, 0.0),
        (back, house.eaves),
        (middle, house.ridge),
        (FAR_FRONTS, house.eaves),
    )
    canvas.polygon([at(t, near, z) for t, z in gable], house.wall, end)
    front = canvas.surface(_TO_STREET, at(FAR_FRONTS, near), Material.PLASTER)
    _rectangle(canvas, FAR_FRONTS, (house.s, (0.0, house.eaves)), house.wall, front)
    plinth = (int(house.wall[0] * 0.62), int(house.wall[1] * 0.6), int(house.wall[2] * 0.6))
    _rectangle(canvas, FAR_FRONTS - 0.01, ((near, far), (0.0, 0.5)), plinth, front)
    for drop in range(8):
        tone = 0.64 + 0.045 * drop
        shade = (int(house.wall[0] * tone), int(house.wall[1] * tone), int(house.wall[2] * tone))
        top = house.eaves - 0.07 * drop
        _rectangle(canvas, FAR_FRONTS - 0.01, (house.s, (top - 0.07, top)), shade, front)


def _paint_roof(canvas: Canvas, house: House) -> None:
    near, far = house.s[0] - 0.45, house.s[1] + 0.45
    half = house.depth / 2
    rise = house.ridge - house.eaves
    edge = FAR_FRONTS - 0.5
    low = house.eaves - 0.5 * rise / half
    middle = FAR_FRONTS + half
    slope = canvas.surface(
        (-ACROSS[0] * rise, -ACROSS[1] * rise, half), at(edge, near, low), Material.TILES
    )
    corners = (
        (edge, near, low),
        (edge, far, low),
        (middle, far, house.ridge),
        (middle, near, house.ridge),
    )
    trim = canvas.surface(_TO_RIGHT, at(edge, near), Material.SMOOTH)
    barge = ((edge, low), (middle, house.ridge), (middle, house.ridge - 0.22), (edge, low - 0.22))
    canvas.polygon([at(t, s, z) for t, s, z in corners], house.roof, slope)
    canvas.polygon([at(t, near, z) for t, z in barge], (222, 216, 206), trim)
    gutter = canvas.surface(_TO_STREET, at(edge, near), Material.SMOOTH)
    _rectangle(canvas, edge, ((near, far), (low - 0.16, low + 0.02)), (206, 202, 196), gutter)
    _paint_chimney(canvas, house, middle)


def _paint_chimney(canvas: Canvas, house: House, middle: float) -> None:
    s = house.s[0] + (house.s[1] - house.s[0]) * 0.72
    front = canvas.surface(_TO_STREET, at(middle - 0.3, s), Material.BRICK)
    side = canvas.surface(_TO_RIGHT, at(middle, s - 0.4), Material.BRICK)
    top = house.ridge + 0.85
    canvas.polygon(
        [
            at(middle - 0.3, s - 0.4, house.ridge - 0.4),
            at(middle + 0.3, s - 0.4, house.ridge - 0.4),
            at(middle + 0.3, s - 0.4, top),
            at(middle - 0.3, s - 0.4, top),
        ],
        (128, 86, 72),
        side,
    )
    _rectangle(
        canvas, middle - 0.3, ((s - 0.4, s + 0.4), (house.ridge - 0.5, top)), (148, 100, 84), front
    )


def _rectangle(
    canvas: Canvas, t: float, box: tuple[Span, Span], color: Color, surface: int
) -> None:
    """Paint an upright rectangle that faces the street; `box` is its reach in s and in z."""
    s, z = box
    corners = ((s[0], z[0]), (s[1], z[0]), (s[1], z[1]), (s[0], z[1]))
    canvas.polygon([at(t, place, height) for place, height in corners], color, surface)


def _paint_opening(canvas: Canvas, opening: Opening) -> None:
    t = FAR_FRONTS - 0.02
    half = opening.width / 2
    s, z = (opening.s - half, opening.s + half), (opening.z, opening.z + opening.height)
    trim = canvas.surface(_TO_STREET, at(t, 0.0), Material.SMOOTH)
    frame = (240, 238, 232)
    _rectangle(canvas, t, ((s[0] - 0.1, s[1] + 0.1), (z[0] - 0.06, z[1] + 0.1)), frame, trim)
    if opening.kind == "garage":
        _paint_garage(canvas, s, z, trim)
        return
    if opening.kind == "door":
        _rectangle(canvas, t, (s, z), (92, 58, 44), trim)
        pane = canvas.surface(_TO_STREET, at(t, 0.0), Material.GLASS, glow=opening.lit)
        _rectangle(canvas, t, ((s[0] + 0.3, s[1] - 0.3), (z[0] + 1.2, z[1] - 0.2)), _GLASS, pane)
        roof = canvas.surface((0.0, 0.0, 1.0), (0.0, 0.0, z[1] + 0.55), Material.SMOOTH)
        canvas.polygon(
            [
                at(t, s[0] - 0.4, z[1] + 0.55),
                at(t - 0.9, s[0] - 0.4, z[1] + 0.42),
                at(t - 0.9, s[1] + 0.4, z[1] + 0.42),
                at(t, s[1] + 0.4, z[1] + 0.55),
            ],
            (96, 92, 90),
            roof,
        )
        return
    pane = canvas.surface(_TO_STREET, at(t, 0.0), Material.GLASS, glow=opening.lit)
    _rectangle(canvas, t, (s, z), _GLASS, pane)
    if opening.lit:
        cloth = canvas.surface(_TO_STREET, at(t, 0.0), Material.CURTAIN, glow=opening.lit * 0.5)
        for side in ((s[0], s[0] + opening.width * 0.2), (s[1] - opening.width * 0.2, s[1])):
            _rectangle(canvas, t, (side, z), (122, 112, 104), cloth)
    bars = 3 if opening.width > 2 else 2
    for number in range(1, bars):
        place = s[0] + opening.width * number / bars
        _rectangle(canvas, t, ((place - 0.035, place + 0.035), z), frame, trim)
    _rectangle(canvas, t, (s, (z[1] - 0.42, z[1] - 0.36)), frame, trim)


def _paint_garage(
    canvas: Canvas, s: tuple[float, float], z: tuple[float, float], surface: int
) -> None:
    t = FAR_FRONTS - 0.02
    _rectangle(canvas, t, (s, z), (150, 156, 162), surface)
    height = z[1] - z[0]
    for number in range(1, 5):
        line = z[0] + height * number / 5
        _rectangle(canvas, t, (s, (line - 0.02, line + 0.02)), (122, 128, 134), surface)
