"""A passing car: a body of panels with windows, wheels, lights and number plates."""

from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, sin

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .canvas import Color
from .lens import CAMERA, Floats, Lens, Point
from .sprite import Box, Pixel, Sprite, box_around
from .world import ALONG, at

COLORS: dict[str, Color] = {
    "silver": (190, 196, 202),
    "white": (236, 238, 240),
    "black": (40, 42, 48),
    "grey": (122, 128, 136),
    "gray": (122, 128, 136),
    "red": (178, 34, 36),
    "blue": (38, 78, 156),
    "green": (40, 102, 70),
    "yellow": (228, 186, 46),
    "orange": (216, 112, 40),
    "brown": (104, 72, 52),
}
_GLASS: Color = (44, 56, 66)
_DARK: Color = (30, 31, 34)

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
_SILL = 0.24
_WHEELS = (1.36, -1.34)


@dataclass(frozen=True, slots=True)
class Panel:
    """A flat panel in the car's own axes: ahead, to the left and up."""

    corners: tuple[Point, ...]
    color: Color | None


def _section(number: int, side: int) -> list[Point]:
    """Return the points of one side of a section from the sill to the middle of the top."""
    u, shoulder, top, half, narrow = _SECTIONS[number]
    low = _SILL + (0.10 if number in (0, len(_SECTIONS) - 1) else 0.0)
    return [
        (u, side * half * 0.95, low),
        (u, side * half * 1.01, (low + shoulder) / 2),
        (u, side * half * 0.985, shoulder),
        (u, side * narrow, top - 0.035),
        (u, side * narrow * 0.72, top - 0.006),
        (u, 0.0, top),
    ]


@lru_cache(maxsize=1)
def _panels() -> tuple[Panel, ...]:
    """Return the panels of the body; those without a colour take the car's."""
    panels: list[Panel] = []
    for number in range(len(_SECTIONS) - 1):
        for side in (1, -1):
            before, after = _section(number, side), _section(number + 1, side)
            for band in range(len(before) - 1):
                corners = (before[band], before[band + 1], after[band + 1], after[band])
                panels.append(Panel(corners, _panel_color(number, band)))
    for number in (0, len(_SECTIONS) - 1):
        outline = _section(number, 1) + list(reversed(_section(number, -1)))
        panels.append(Panel(tuple(outline), None))
    return tuple(panels)


def _panel_color(number: int, band: int) -> Color | None:
    glazed = _WINDSCREEN[0] <= number < _REAR_WINDOW[1]
    if band == 2 and glazed:
        return _GLASS
    if band > 2 and number in (_WINDSCREEN[0], _REAR_WINDOW[0]):
        return _GLASS
    return None


@dataclass(frozen=True, slots=True)
class Car:
    """A car in a picture: where its middle is and which way it drives."""

    lens: Lens
    size: tuple[int, int]
    middle: Point
    heading: Point

    @property
    def leftward(self) -> Point:
        """The direction of the car's own left-hand side."""
        return (-self.heading[1], self.heading[0], 0.0)

    def world(self, points: object) -> Floats:
        """Return the places of points given in the car's own axes."""
        axes = np.array((self.heading, self.leftward, (0.0, 0.0, 1.0)), np.float32)
        return np.asarray(points, np.float32) @ axes + np.asarray(self.middle, np.float32)

    def pixels(self, points: object) -> list[Pixel]:
        """Return the pixels of points given in the car's own axes."""
        return [
            (float(x), float(y)) for x, y, _ in self.lens.project(self.world(points), self.size)
        ]

    def box(self) -> Box | None:
        """Return the box that the car covers; None while it is out of sight."""
        corners = [(u, v, z) for u in (-2.3, 2.3) for v in (-1, 1) for z in (0.0, 1.5)]
        projected = self.lens.project(self.world(corners), self.size)
        if projected[:, 2].min() < 1.0:
            return None
        return box_around([(float(x), float(y)) for x, y, _ in projected], 10, self.size)

    def faces(self, normal: Point, at_point: Point) -> bool:
        """Return whether a side with that normal, in the car's axes, shows itself."""
        axes = np.array((self.heading, self.leftward, (0.0, 0.0, 1.0)), np.float32)
        towards = np.asarray(CAMERA, np.float32) - self.world([at_point])[0]
        return float((np.asarray(normal, np.float32) @ axes) @ towards) > 0

    def distance(self) -> float:
        """Return how far the nearest part of the car is, level, in metres."""
        corners = self.world([(u, v, 0.0) for u in (-2.2, 0.0, 2.2) for v in (-0.9, 0.9)])
        return float(np.hypot(corners[:, 0], corners[:, 1]).min())


def car_at(lens: Lens, size: tuple[int, int], t: float, s: float, *, leftwards: bool) -> Car:
    """Return the car in its lane."""
    sign = 1 if leftwards else -1
    return Car(lens, size, at(t, s), (ALONG[0] * sign, ALONG[1] * sign, 0.0))


def draw_car(sprite: Sprite, car: Car, color: str, plate: str) -> None:
    """Draw the car with its wheels, lights and number plate."""
    paint = COLORS.get(color.lower(), COLORS["silver"])
    outline = [(2.2, 0.95, 0), (2.2, -0.95, 0), (-2.2, -0.95, 0), (-2.2, 0.95, 0)]
    scale = car.lens.focal * car.size[0] / max(car.distance(), 1.0)
    sprite.shadow(car.pixels(outline), max(1.0, scale * 0.09), 0.72)
    near = 1 if car.faces((0.0, 1.0, 0.0), (0.0, 0.9, 0.5)) else -1
    _draw_wheel_wells(sprite, car, -near)
    _draw_body(sprite, car, paint)
    _draw_pillars(sprite, car, near, paint)
    for wheel in _WHEELS:
        _draw_wheel(sprite, car, wheel, near)
    if car.faces((1.0, 0.0, 0.0), (2.16, 0.0, 0.5)):
        _draw_front(sprite, car, plate)
    else:
        _draw_rear(sprite, car, plate)


def _draw_body(sprite: Sprite, car: Car, paint: Color) -> None:
    shapes = []
    for panel in _panels():
        corners = np.asarray(panel.corners, np.float32)
        normal = np.cross(corners[1] - corners[0], corners[2] - corners[1])
        length = float(np.linalg.norm(normal))
        if length < 1e-6:
            continue
        normal /= length
        centre = corners.mean(axis=0)
        if float(normal @ (centre - np.array((0.0, 0.0, 0.6), np.float32))) < 0:
            normal = -normal
        place = car.world([centre])[0]
        if not car.faces((float(normal[0]), float(normal[1]), float(normal[2])), tuple(centre)):
            continue
        away = float(np.linalg.norm(place - np.asarray(CAMERA, np.float32)))
        shapes.append((away, panel, normal, float(centre[2])))
    for _, panel, normal, height in sorted(shapes, key=lambda shape: -shape[0]):
        sprite.polygon(car.pixels(panel.corners), _shaded(panel.color, paint, normal, height))


def _shaded(color: Color | None, paint: Color, normal: Floats, height: float) -> Color:
    """Return a panel's colour: bright where it faces the sky, dark towards the road."""
    up, ahead = float(normal[2]), float(normal[0])
    if color is not None:
        shine = 0.75 + 0.75 * max(0.0, up) + 0.15 * ahead
        return (int(color[0] * shine), int(color[1] * shine), int(color[2] * shine))
    tone = 0.70 + 0.38 * up + 0.05 * ahead + 0.10 * min(1.0, height)
    lift = 16 if up > 0.6 else 0
    return (
        min(255, int(paint[0] * tone + lift)),
        min(255, int(paint[1] * tone + lift)),
        min(255, int(paint[2] * tone + lift)),
    )


def _draw_pillars(sprite: Sprite, car: Car, near: int, paint: Color) -> None:
    dark = (int(paint[0] * 0.62), int(paint[1] * 0.62), int(paint[2] * 0.62))
    for low, high in ((-0.42, -0.38), (-1.36, -1.18)):
        bottom, top = (0.945, 0.90), (1.42, 0.615)
        sprite.polygon(
            car.pixels(
                [
                    (low - 0.05, near * bottom[1], bottom[0]),
                    (low + 0.05, near * bottom[1], bottom[0]),
                    (high + 0.05, near * top[1], top[0]),
                    (high - 0.05, near * top[1], top[0]),
                ]
            ),
            dark,
        )
    for u in (0.86, -0.40, -1.42):
        seam = [
            (u - 0.008, near * 0.915, 0.34),
            (u + 0.008, near * 0.915, 0.34),
            (u + 0.008, near * 0.905, 0.88),
            (u - 0.008, near * 0.905, 0.88),
        ]
        sprite.polygon(car.pixels(seam), dark)
    for u in (-0.25, -1.22):
        handle = [
            (u - 0.09, near * 0.915, 0.78),
            (u + 0.09, near * 0.915, 0.78),
            (u + 0.09, near * 0.912, 0.81),
            (u - 0.09, near * 0.912, 0.81),
        ]
        sprite.polygon(car.pixels(handle), dark)
    mirror = [
        (0.78, near * 0.93, 0.92),
        (0.62, near * 1.06, 0.92),
        (0.62, near * 1.06, 1.05),
        (0.80, near * 0.94, 1.04),
    ]
    sprite.polygon(car.pixels(mirror), dark)
    skirt = [
        (-2.0, near * 0.87, _SILL),
        (2.0, near * 0.84, _SILL),
        (2.0, near * 0.87, _SILL + 0.1),
        (-2.0, near * 0.89, _SILL + 0.1),
    ]
    sprite.polygon(car.pixels(skirt), _DARK)


def _circle(u: float, v: float, z: float, radius: float) -> list[Point]:
    return [(u + radius * cos(a * pi / 16), v, z + radius * sin(a * pi / 16)) for a in range(32)]


def _draw_wheel_wells(sprite: Sprite, car: Car, side: int) -> None:
    for u in _WHEELS:
        sprite.polygon(car.pixels(_circle(u, side * 0.80, 0.32, 0.32)), _DARK)


def _draw_wheel(sprite: Sprite, car: Car, u: float, near: int) -> None:
    sprite.polygon(car.pixels(_circle(u, near * 0.912, 0.345, 0.385)), (18, 18, 20))
    sprite.polygon(car.pixels(_circle(u, near * 0.86, 0.32, 0.325)), (34, 34, 36))
    sprite.polygon(car.pixels(_circle(u, near * 0.895, 0.32, 0.32)), (40, 40, 43))
    sprite.polygon(car.pixels(_circle(u, near * 0.90, 0.32, 0.215)), (156, 160, 166))
    travelled = car.middle[0] / 0.32
    for spoke in range(5):
        angle = travelled + spoke * 2 * pi / 5
        gap = [
            (u + r * cos(angle + w), near * 0.902, 0.32 + r * sin(angle + w))
            for r, w in ((0.19, -0.34), (0.19, 0.34), (0.07, 0.2), (0.07, -0.2))
        ]
        sprite.polygon(car.pixels(gap), (64, 66, 70))


def _lamp(sprite: Sprite, car: Car, points: list[Point], color: Color) -> None:
    sprite.polygon(car.pixels(points), color)


def _draw_front(sprite: Sprite, car: Car, plate: str) -> None:
    grille = [(2.172, 0.40, 0.36), (2.172, -0.40, 0.36), (2.168, -0.46, 0.53), (2.168, 0.46, 0.53)]
    sprite.polygon(car.pixels(grille), _DARK)
    for side in (1, -1):
        lens = [
            (2.165, side * 0.46, 0.54),
            (2.11, side * 0.74, 0.58),
            (2.05, side * 0.77, 0.68),
            (2.12, side * 0.50, 0.655),
        ]
        _lamp(sprite, car, lens, (226, 232, 238))
        fog = [
            (2.165, side * 0.47, 0.37),
            (2.14, side * 0.62, 0.37),
            (2.14, side * 0.62, 0.44),
            (2.165, side * 0.47, 0.44),
        ]
        sprite.polygon(car.pixels(fog), (54, 56, 60))
    _draw_plate(sprite, car, plate, 2.18, (0.385, 0.505))


def _draw_rear(sprite: Sprite, car: Car, plate: str) -> None:
    bumper = [(-2.17, 0.70, 0.34), (-2.17, -0.70, 0.34), (-2.17, -0.72, 0.46), (-2.17, 0.72, 0.46)]
    sprite.polygon(car.pixels(bumper), _DARK)
    for side in (1, -1):
        lens = [
            (-2.165, side * 0.44, 0.70),
            (-2.10, side * 0.76, 0.72),
            (-2.06, side * 0.78, 0.88),
            (-2.15, side * 0.50, 0.84),
        ]
        _lamp(sprite, car, lens, (190, 24, 26))
    _draw_plate(sprite, car, plate, -2.18, (0.56, 0.68))


def _draw_plate(sprite: Sprite, car: Car, plate: str, u: float, z: tuple[float, float]) -> None:
    if not plate:
        return
    side = 0.29 if u < 0 else -0.29
    corners = [(u, side, z[1]), (u, -side, z[1]), (u, -side, z[0]), (u, side, z[0])]
    sprite.quadrangle(number_plate(plate), car.pixels(corners))


@lru_cache(maxsize=16)
def number_plate(text: str) -> Image.Image:
    """Return a number plate: black on white with a blue field at its left."""
    picture = Image.new("RGB", (464, 96), (24, 26, 28))
    paint = ImageDraw.Draw(picture)
    paint.rounded_rectangle((4, 4, 459, 91), 10, fill=(244, 244, 240))
    paint.rectangle((6, 6, 44, 89), fill=(28, 70, 160))
    font = ImageFont.load_default(size=78)
    length = paint.textlength(text, font=font)
    letters = Image.new("L", (max(1, round(length)) + 8, 92), 0)
    ImageDraw.Draw(letters).text((4, 46), text, font=font, fill=255, anchor="lm", stroke_width=2)
    if letters.width > 400:
        letters = letters.resize((400, 92), Image.Resampling.LANCZOS)
    picture.paste((20, 20, 24), (46 + (410 - letters.width) // 2, 2), letters)
    return picture
