"""Actors on foot or on two wheels, drawn from the side as they pass."""

from collections.abc import Callable
from itertools import pairwise
from math import cos, pi, radians, sin

from .canvas import Color
from .figure import Figure
from .sprite import Sprite

_JACKET: Color = (186, 66, 48)
_JACKET_SHADE: Color = (140, 46, 36)
_TROUSERS: Color = (52, 62, 88)
_TROUSERS_SHADE: Color = (36, 44, 64)
_SHOES: Color = (44, 38, 36)
_SKIN: Color = (214, 164, 132)
_SKIN_SHADE: Color = (178, 130, 104)
_HAIR: Color = (66, 46, 34)
_BAG: Color = (58, 84, 92)

STRIDE = 1.45


def draw_person(sprite: Sprite, figure: Figure, walked: float) -> None:
    """Draw somebody walking who has come that many metres."""
    phase = walked / STRIDE * 2 * pi
    hip = 0.90 + 0.018 * cos(2 * phase)
    shoulder = hip + 0.52
    _shade_ground(sprite, figure, 0.34, 0.13)
    _arm(sprite, figure, shoulder, sin(phase), (_JACKET_SHADE, _SKIN_SHADE))
    _leg(sprite, figure, hip, phase + pi, _TROUSERS_SHADE)
    _leg(sprite, figure, hip, phase, _TROUSERS)
    _torso(sprite, figure, hip, shoulder)
    _head(sprite, figure, 0.05, shoulder + 0.21)
    _arm(sprite, figure, shoulder, -sin(phase), (_JACKET, _SKIN))


def _shade_ground(sprite: Sprite, figure: Figure, half: float, deep: float) -> None:
    flat = [
        figure.pixel(half * 1.25 * cos(a * pi / 10) + 0.08, -deep * sin(a * pi / 10))
        for a in range(20)
    ]
    sprite.shadow(flat, max(0.8, figure.upward * 0.045), 0.62)


def _lean(begin: tuple[float, float], length: float, angle: float) -> tuple[float, float]:
    """Return the end of a limb that hangs from `begin`, swung ahead by degrees."""
    return begin[0] + length * sin(radians(angle)), begin[1] - length * cos(radians(angle))


def _leg(sprite: Sprite, figure: Figure, hip: float, phase: float, color: Color) -> None:
    thigh = 25 * sin(phase) + 3
    bend = 7 + 46 * max(0.0, cos(phase)) ** 1.4
    top = (0.0, hip)
    knee = _lean(top, 0.43, thigh)
    ankle = _lean(knee, 0.41, thigh - bend)
    toe = (
        ankle[0] + 0.17 * cos(radians(bend * 0.45)),
        ankle[1] - 0.035 - 0.05 * sin(radians(bend)),
    )
    unit = figure.upward
    sprite.limb(
        figure.pixel(ankle[0] - 0.03, ankle[1] - 0.03),
        figure.pixel(*toe),
        0.10 * unit,
        0.07 * unit,
        _SHOES,
    )
    sprite.limb(figure.pixel(*top), figure.pixel(*knee), 0.19 * unit, 0.135 * unit, color)
    sprite.limb(figure.pixel(*knee), figure.pixel(*ankle), 0.135 * unit, 0.09 * unit, color)


def _torso(sprite: Sprite, figure: Figure, hip: float, shoulder: float) -> None:
    unit = figure.upward
    sprite.limb(
        figure.pixel(-0.15, hip + 0.18),
        figure.pixel(-0.14, shoulder - 0.06),
        0.17 * unit,
        0.15 * unit,
        _BAG,
    )
    sprite.limb(
        figure.pixel(0.0, hip + 0.02),
        figure.pixel(0.015, shoulder - 0.03),
        0.235 * unit,
        0.26 * unit,
        _JACKET,
    )
    sprite.limb(
        figure.pixel(-0.055, hip + 0.05),
        figure.pixel(-0.05, shoulder - 0.04),
        0.12 * unit,
        0.13 * unit,
        _JACKET_SHADE,
    )
    sprite.limb(
        figure.pixel(0.025, hip + 0.05),
        figure.pixel(0.04, shoulder - 0.04),
        0.15 * unit,
        0.17 * unit,
        _JACKET,
    )


def _head(sprite: Sprite, figure: Figure, x: float, z: float) -> None:
    unit = figure.upward
    sprite.limb(
        figure.pixel(x - 0.03, z - 0.17),
        figure.pixel(x - 0.01, z - 0.05),
        0.11 * unit,
        0.10 * unit,
        _SKIN_SHADE,
    )
    sprite.disc(figure.pixel(x - 0.005, z + 0.005), 0.115 * unit, _HAIR, squeeze=0.92)
    sprite.disc(figure.pixel(x + 0.025, z - 0.02), 0.095 * unit, _SKIN, squeeze=0.84)
    sprite.disc(figure.pixel(x + 0.10, z - 0.03), 0.022 * unit, _SKIN)
    sprite.disc(figure.pixel(x - 0.015, z + 0.055), 0.088 * unit, _HAIR, squeeze=1.02)
    sprite.disc(figure.pixel(x - 0.055, z - 0.005), 0.062 * unit, _HAIR)


def _arm(
    sprite: Sprite, figure: Figure, shoulder: float, swing: float, colors: tuple[Color, Color]
) -> None:
    color, skin = colors
    unit = figure.upward
    top = (0.0, shoulder - 0.05)
    elbow = _lean(top, 0.29, 24 * swing)
    hand = _lean(elbow, 0.25, 24 * swing + 20 + 8 * swing)
    sprite.disc(figure.pixel(*_lean(elbow, 0.28, 24 * swing + 20 + 8 * swing)), 0.045 * unit, skin)
    sprite.limb(figure.pixel(*top), figure.pixel(*elbow), 0.125 * unit, 0.095 * unit, color)
    sprite.limb(figure.pixel(*elbow), figure.pixel(*hand), 0.095 * unit, 0.075 * unit, color)


def draw_bicycle(sprite: Sprite, figure: Figure, ridden: float) -> None:
    """Draw a cyclist who has come that many metres."""
    unit = figure.upward
    squeeze = abs(figure.ahead[0]) / unit
    _shade_ground(sprite, figure, 0.8, 0.12)
    pedal = ridden / 4.2 * 2 * pi
    crank, saddle, bar = (0.02, 0.32), (-0.20, 0.93), (0.42, 0.98)
    rear, front = (-0.50, 0.34), (0.55, 0.34)
    _rider_leg(sprite, figure, crank, pedal + pi, _TROUSERS_SHADE)
    for wheel in (rear, front):
        sprite.ring(figure.pixel(*wheel), 0.34 * unit, (34, 34, 36), 0.035 * unit, squeeze)
        sprite.ring(figure.pixel(*wheel), 0.305 * unit, (150, 154, 160), 0.014 * unit, squeeze)
        sprite.disc(figure.pixel(*wheel), 0.03 * unit, (120, 124, 128))
    frame: Color = (40, 118, 132)
    for begin, end in (
        (rear, crank), (rear, (-0.15, 0.78)), (crank, (-0.15, 0.78)), (crank, (0.36, 0.72)),
        ((-0.15, 0.78), (0.34, 0.80)), ((0.34, 0.86), front), ((-0.17, 0.82), saddle),
        ((0.34, 0.80), (0.36, 1.0)),
    ):  # fmt: skip
        sprite.limb(figure.pixel(*begin), figure.pixel(*end), 0.036 * unit, 0.034 * unit, frame)
    sprite.limb(figure.pixel(0.34, 1.0), figure.pixel(*bar), 0.03 * unit, 0.03 * unit, (40, 40, 44))
    sprite.limb(
        figure.pixel(-0.32, 0.93), figure.pixel(-0.08, 0.95), 0.07 * unit, 0.04 * unit, (40, 36, 36)
    )
    _rider_leg(sprite, figure, crank, pedal, _TROUSERS)
    sprite.limb(
        figure.pixel(-0.19, 1.0), figure.pixel(0.05, 1.42), 0.24 * unit, 0.25 * unit, (64, 120, 88)
    )
    sprite.limb(
        figure.pixel(0.05, 1.42), figure.pixel(0.17, 1.16), 0.11 * unit, 0.085 * unit, (48, 96, 70)
    )
    sprite.limb(
        figure.pixel(0.17, 1.16), figure.pixel(0.41, 1.03), 0.085 * unit, 0.065 * unit, (48, 96, 70)
    )
    _head(sprite, figure, 0.15, 1.66)
    sprite.disc(figure.pixel(0.135, 1.735), 0.105 * unit, (226, 226, 222), squeeze=1.2)
    sprite.disc(figure.pixel(0.16, 1.67), 0.09 * unit, _SKIN, squeeze=0.85)


def _rider_leg(
    sprite: Sprite, figure: Figure, crank: tuple[float, float], angle: float, color: Color
) -> None:
    unit = figure.upward
    hip = (-0.18, 0.99)
    foot = (crank[0] + 0.17 * sin(angle), crank[1] + 0.05 + 0.17 * cos(angle))
    reach = ((foot[0] - hip[0]) ** 2 + (foot[1] - hip[1]) ** 2) ** 0.5
    aside = max(0.0, 0.205 - (reach / 2) ** 2) ** 0.5
    middle = ((hip[0] + foot[0]) / 2, (hip[1] + foot[1]) / 2)
    knee = (
        middle[0] - (foot[1] - hip[1]) / reach * aside,
        middle[1] + (foot[0] - hip[0]) / reach * aside,
    )
    sprite.limb(
        figure.pixel(*foot),
        figure.pixel(foot[0] + 0.13, foot[1] - 0.01),
        0.09 * unit,
        0.06 * unit,
        _SHOES,
    )
    sprite.limb(figure.pixel(*hip), figure.pixel(*knee), 0.18 * unit, 0.13 * unit, color)
    sprite.limb(figure.pixel(*knee), figure.pixel(*foot), 0.13 * unit, 0.085 * unit, color)


def draw_cat(sprite: Sprite, figure: Figure, walked: float) -> None:
    """Draw a ginger cat that has come that many metres."""
    unit = figure.upward
    phase = walked / 0.42 * 2 * pi
    coat: Color = (196, 128, 66)
    shade: Color = (150, 94, 48)
    _shade_ground(sprite, figure, 0.26, 0.07)
    for x, turn, color in (
        (-0.17, pi, shade),
        (0.15, 0.0, shade),
        (-0.15, 0.0, coat),
        (0.17, pi, coat),
    ):
        knee = (x + 0.035 * sin(phase + turn), 0.115)
        paw = (x + 0.075 * sin(phase + turn), 0.018 + 0.025 * max(0.0, cos(phase + turn)))
        sprite.limb(figure.pixel(x, 0.22), figure.pixel(*knee), 0.075 * unit, 0.05 * unit, color)
        sprite.limb(figure.pixel(*knee), figure.pixel(*paw), 0.05 * unit, 0.038 * unit, color)
    tail = [(-0.22 - 0.04 * n, 0.26 + 0.016 * n * n + 0.012 * sin(phase / 2 + n)) for n in range(5)]
    for begin, end in pairwise(tail):
        sprite.limb(figure.pixel(*begin), figure.pixel(*end), 0.05 * unit, 0.042 * unit, coat)
    sprite.limb(
        figure.pixel(-0.17, 0.245), figure.pixel(0.16, 0.25), 0.165 * unit, 0.15 * unit, coat
    )
    for x in (-0.12, -0.04, 0.04):
        sprite.limb(
            figure.pixel(x, 0.31), figure.pixel(x + 0.01, 0.25), 0.022 * unit, 0.016 * unit, shade
        )
    sprite.limb(
        figure.pixel(-0.13, 0.19),
        figure.pixel(0.13, 0.195),
        0.05 * unit,
        0.05 * unit,
        (220, 176, 128),
    )
    sprite.limb(figure.pixel(0.17, 0.27), figure.pixel(0.25, 0.335), 0.11 * unit, 0.09 * unit, coat)
    for x in (0.235, 0.285):
        ear = [
            figure.pixel(x - 0.026, 0.385),
            figure.pixel(x + 0.026, 0.38),
            figure.pixel(x + 0.002, 0.445),
        ]
        sprite.polygon(ear, coat)
    sprite.disc(figure.pixel(0.265, 0.345), 0.066 * unit, coat, squeeze=1.05)
    sprite.disc(figure.pixel(0.31, 0.328), 0.03 * unit, (224, 190, 150))


type Walker = Callable[[Sprite, Figure, float], None]
