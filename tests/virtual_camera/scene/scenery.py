"""Everything that stands still: painted from the horizon to the foreground."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, pi, sin
import random

from .canvas import Canvas, Color, Material, unit
from .houses import paint_houses
from .lens import Point
from .world import ACROSS, ALONG, FENCE, GATE, PILLAR_LAMPS, STREET_LAMPS, at

FACING: Point = (-ACROSS[0], -ACROSS[1], 0.0)
SIDEWAYS: Point = (-ALONG[0], -ALONG[1], 0.0)
UP: Point = (0.0, 0.0, 1.0)
_HEDGE: Color = (56, 92, 44)
_HEDGE_HEIGHT = 0.85


@dataclass(frozen=True, slots=True)
class Box:
    """An upright box: from where to where in t, in s and in height."""

    t: tuple[float, float]
    s: tuple[float, float]
    z: tuple[float, float]


def paint_scenery(canvas: Canvas) -> None:
    """Paint the whole scene without anybody in it."""
    _paint_horizon(canvas)
    for t, s, height in (
        (40, 30, 9.0),
        (38, 46, 10.0),
        (36, 19.5, 8.5),
        (37, 4.0, 9.5),
        (35, -7, 9.0),
    ):
        _paint_tree(canvas, at(t, s), height, 2.9, seed=int(s * 7) + 100)
    paint_houses(canvas)
    _paint_front_gardens(canvas)
    for lamp in sorted(STREET_LAMPS, key=lambda lamp: -lamp.place[1]):
        _paint_street_lamp(canvas, lamp.place)
    _paint_tree(canvas, at(18.9, 33.0), 6.8, 2.0, seed=11)
    _paint_tree(canvas, at(18.9, 21.6), 5.6, 1.55, seed=12)
    _paint_tree(canvas, at(18.9, 4.4), 5.2, 1.4, seed=13)
    _paint_fence(canvas)
    for s in (14.6, 13.2, 11.3, 3.6, 2.5, 1.2):
        _paint_shrub(canvas, at(8.3, s), 0.42, seed=int(s * 10))
    _paint_tree(canvas, at(6.0, 17.2), 6.4, 2.1, seed=5)


def _paint_horizon(canvas: Canvas) -> None:
    """Paint two rows of distant trees, as far as the picture is wide."""
    chance = random.Random(3)
    for distance, tallest, color in ((150.0, 17.0, (92, 116, 108)), (95.0, 10.5, (66, 92, 70))):
        ridge = canvas.surface((0.0, -1.0, 0.0), (0.0, distance, 0.0), Material.FAR)
        phases = [chance.uniform(0, 2 * pi) for _ in range(6)]
        tops: list[Point] = []
        for step in range(421):
            x = distance * (-1.5 + 3.0 * step / 420)
            wave = sum(
                sin(x / distance * 6 * (1.9**n) + phase) / (1.55**n)
                for n, phase in enumerate(phases)
            )
            tops.append((x, distance, tallest * (0.62 + 0.16 * wave)))
        base = [(tops[-1][0], distance, -1.0), (tops[0][0], distance, -1.0)]
        canvas.polygon([*tops, *base], color, ridge)


def _paint_box(canvas: Canvas, box: Box, color: Color, material: Material) -> None:
    """Paint the three faces of an upright box that the camera can see."""
    t, s, z = box.t, box.s, box.z
    bright = (min(255, color[0] + 9), min(255, color[1] + 11), min(255, color[2] + 8))
    corner = at(t[0], s[0], z[1])
    lid = ((t[0], s[0], z[1]), (t[0], s[1], z[1]), (t[1], s[1], z[1]), (t[1], s[0], z[1]))
    end = ((t[0], s[0], z[0]), (t[1], s[0], z[0]), (t[1], s[0], z[1]), (t[0], s[0], z[1]))
    front = ((t[0], s[0], z[0]), (t[0], s[1], z[0]), (t[0], s[1], z[1]), (t[0], s[0], z[1]))
    for normal, corners, shade in (
        (UP, lid, bright),
        (SIDEWAYS, end, color),
        (FACING, front, color),
    ):
        surface = canvas.surface(normal, corner, material)
        canvas.polygon([at(*place) for place in corners], shade, surface)


def _paint_front_gardens(canvas: Canvas) -> None:
    """Paint the low hedges on the other side of the street, with gaps for paths and drives."""
    for begin, end in ((47.0, 31.0), (28.4, 20.0), (17.2, 13.0), (11.2, 3.4), (0.0, -7.5)):
        _paint_box(
            canvas, Box((18.3, 19.0), (end, begin), (0.0, 0.85)), (62, 96, 48), Material.HEDGE
        )


def _paint_street_lamp(canvas: Canvas, head: Point) -> None:
    """Paint a lamp post with its arm over the road."""
    color = (70, 76, 84)
    post = canvas.surface((0.0, -1.0, 0.0), head, Material.SMOOTH)
    lit = canvas.surface((0.0, -1.0, 0.0), head, Material.SMOOTH, glow=1.0)
    foot = (head[0] + ACROSS[0] * 1.4, head[1] + ACROSS[1] * 1.4)
    canvas.polygon(
        [
            (foot[0] - 0.07, foot[1], 0.0),
            (foot[0] + 0.07, foot[1], 0.0),
            (foot[0] + 0.04, foot[1], 5.75),
            (foot[0] - 0.04, foot[1], 5.75),
        ],
        color,
        post,
    )
    canvas.polygon(
        [
            (foot[0], foot[1], 5.62),
            (foot[0], foot[1], 5.75),
            (head[0], head[1], 5.8),
            (head[0], head[1], 5.72),
        ],
        color,
        post,
    )
    x, y, z = head
    canvas.polygon(
        [
            (x - 0.35, y, z + 0.06),
            (x + 0.3, y, z + 0.06),
            (x + 0.22, y, z + 0.17),
            (x - 0.27, y, z + 0.17),
        ],
        (88, 94, 102),
        post,
    )
    canvas.polygon(
        [(x - 0.33, y, z + 0.06), (x + 0.28, y, z + 0.06), (x + 0.24, y, z), (x - 0.29, y, z)],
        (255, 240, 214),
        lit,
    )


def _leaf_places(seed: int, count: int) -> Iterator[tuple[float, float, float]]:
    """Yield points within the unit disc and a grain of chance, in a stable order."""
    chance = random.Random(seed)
    for _ in range(count):
        angle, reach = chance.uniform(0, 2 * pi), chance.random() ** 0.6
        yield cos(angle) * reach, sin(angle) * reach, chance.random()


def _paint_tree(canvas: Canvas, foot: Point, height: float, crown: float, seed: int) -> None:
    """Paint a leafy tree with a round, ragged crown, light above and dark below."""
    towards = unit((-foot[0], -foot[1], 0.0))
    bark = canvas.surface(towards, foot, Material.SMOOTH)
    x, y, _ = foot
    canvas.polygon(
        [
            (x - 0.16, y, 0.0),
            (x + 0.16, y, 0.0),
            (x + 0.07, y, height * 0.72),
            (x - 0.07, y, height * 0.72),
        ],
        (84, 68, 54),
        bark,
    )
    leaves = canvas.surface((towards[0], towards[1], 0.9), (x, y, height * 0.7), Material.LEAVES)
    centre = height - crown * 0.98
    chance = random.Random(seed)
    boughs = [(0.0, 0.12, 0.72)]
    for number in range(9):
        angle = 2 * pi * number / 9 + chance.uniform(-0.2, 0.2)
        reach = chance.uniform(0.44, 0.56)
        boughs.append((cos(angle) * reach, sin(angle) * reach * 0.92, chance.uniform(0.30, 0.44)))
    dabs = [
        (bough, across, above, grain)
        for number, bough in enumerate(boughs)
        for across, above, grain in _leaf_places(seed * 31 + number, round(52 * crown * crown))
    ]
    blobs = []
    for (aside, up, size), across, above, grain in sorted(dabs, key=lambda dab: dab[2] + dab[3]):
        tone = 0.50 + 0.30 * above + 0.34 * grain - 0.16 * across + 0.16 * up - 0.08 * aside
        color = (int(82 * tone + 6), int(122 * tone + 4), int(44 * tone + 8))
        place = (x + (aside + across * size) * crown, y, centre + (up + above * size) * crown)
        blobs.append((place, 0.045 + 0.065 * grain, color))
    canvas.discs(blobs, leaves)


def _paint_shrub(canvas: Canvas, foot: Point, size: float, seed: int) -> None:
    """Paint a low flowering shrub."""
    leaves = canvas.surface((-foot[0], -foot[1], 9.0), foot, Material.LEAVES)
    petals = ((214, 120, 140), (226, 188, 96), (190, 150, 214))[seed % 3]
    for across, above, grain in sorted(_leaf_places(seed, 60), key=lambda blob: blob[1] + blob[2]):
        tone = 0.7 + 0.3 * above + 0.3 * grain
        place = (foot[0] + across * size, foot[1], size * (0.62 + 0.55 * above))
        color = (int(60 * tone), int(98 * tone), int(48 * tone))
        canvas.disc(place, size * (0.12 + 0.1 * grain), color, leaves)
        if grain > 0.72 and above > -0.3:
            canvas.disc(place, size * 0.075, petals, leaves)


def _paint_fence(canvas: Canvas) -> None:
    """Paint our hedge, the gate in it and its two pillars."""
    _paint_box(
        canvas,
        Box((FENCE, FENCE + 0.7), (GATE[1] + 0.5, 34.0), (0.0, _HEDGE_HEIGHT)),
        _HEDGE,
        Material.HEDGE,
    )
    _paint_gate(canvas)
    for pillar in sorted(PILLAR_LAMPS, key=lambda lamp: -lamp.place[1]):
        _paint_pillar(canvas, pillar.place)
    # In pieces, because a piece that reaches behind the lens is left out.
    for piece in ((0.0, GATE[0] - 0.5), (-4.0, 0.0), (-7.5, -4.0), (-11.0, -7.5)):
        box = Box((FENCE, FENCE + 0.7), piece, (0.0, _HEDGE_HEIGHT))
        _paint_box(canvas, box, _HEDGE, Material.HEDGE)


def _paint_pillar(canvas: Canvas, lamp: Point) -> None:
    s = lamp[0] * ALONG[0] + lamp[1] * ALONG[1]
    _paint_box(
        canvas,
        Box((FENCE - 0.22, FENCE + 0.22), (s - 0.22, s + 0.22), (0.0, 1.55)),
        (178, 166, 150),
        Material.BRICK,
    )
    _paint_box(
        canvas,
        Box((FENCE - 0.28, FENCE + 0.28), (s - 0.28, s + 0.28), (1.55, 1.64)),
        (206, 200, 190),
        Material.SMOOTH,
    )
    lit = canvas.surface((0.0, -1.0, 0.3), lamp, Material.SMOOTH, glow=0.9)
    canvas.disc((lamp[0], lamp[1], 1.78), 0.13, (255, 238, 205), lit)


def _paint_gate(canvas: Canvas) -> None:
    """Paint two leaves of upright bars that rise towards the middle."""
    iron = canvas.surface(FACING, at(FENCE, GATE[0]), Material.SMOOTH)
    color = (52, 56, 62)
    middle = sum(GATE) / 2
    half = (GATE[1] - GATE[0]) / 2 - 0.04

    def top(s: float) -> float:
        return 1.12 + 0.22 * cos((s - middle) / half * pi / 2)

    def bar(begin: float, end: float, low: float, high: float) -> None:
        corners = ((begin, low), (end, low), (end, high), (begin, high))
        canvas.polygon([at(FENCE, s, z) for s, z in corners], color, iron)

    bars = 26
    for number in range(bars + 1):
        s = middle - half + 2 * half * number / bars
        thick = 0.045 if number in (0, bars // 2, bars) else 0.018
        bar(s - thick, s + thick, 0.08, top(s) + 0.07)
    bar(middle - half, middle + half, 0.16, 0.23)
    bar(middle - half, middle + half, 0.82, 0.88)
    steps = 24
    for number in range(steps):
        s = middle - half + 2 * half * number / steps
        after = s + 2 * half / steps
        corners = ((s, top(s) - 0.05), (after, top(after) - 0.05), (after, top(after)), (s, top(s)))
        canvas.polygon([at(FENCE, place, z) for place, z in corners], color, iron)
