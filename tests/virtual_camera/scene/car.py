"""A passing car: a body of panels with windows, wheels, lights and number plates."""

from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, sin

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .canvas import Color
from .car_body import SILL, WHEELS, car_body, shaded
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
_DARK: Color = (30, 31, 34)


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

    def axes(self) -> Floats:
        """Return the car's own axes as rows: ahead, to the left and up."""
        return np.array((self.heading, self.leftward, (0.0, 0.0, 1.0)), np.float32)

    def world(self, points: object) -> Floats:
        """Return the places of points given in the car's own axes."""
        return np.asarray(points, np.float32) @ self.axes() + np.asarray(self.middle, np.float32)

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
        towards = np.asarray(CAMERA, np.float32) - self.world([at_point])[0]
        return float((np.asarray(normal, np.float32) @ self.axes()) @ towards) > 0

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
    for wheel in WHEELS:
        _draw_wheel(sprite, car, wheel, near)
    if car.faces((1.0, 0.0, 0.0), (2.16, 0.0, 0.5)):
        _draw_front(sprite, car, plate)
    else:
        _draw_rear(sprite, car, plate)


def _draw_body(sprite: Sprite, car: Car, paint: Color) -> None:
    body = car_body()
    count = len(body.glass)
    places = car.world(body.centres)
    towards = np.asarray(CAMERA, np.float32) - places
    normals = body.normals @ car.axes()
    pixels = car.pixels(body.corners.reshape(-1, 3))
    seen = np.einsum("ni,ni->n", normals, towards) > 0
    away = np.einsum("ni,ni->n", towards, towards)
    for number in sorted(range(count), key=lambda panel: -float(away[panel])):
        if seen[number]:
            color = shaded(
                body.normals[number],
                float(body.centres[number][2]),
                paint,
                glass=body.glass[number],
            )
            sprite.polygon(pixels[4 * number : 4 * number + 4], color)


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
        (-2.0, near * 0.87, SILL),
        (2.0, near * 0.84, SILL),
        (2.0, near * 0.87, SILL + 0.1),
        (-2.0, near * 0.89, SILL + 0.1),
    ]
    sprite.polygon(car.pixels(skirt), _DARK)


def _circle(u: float, v: float, z: float, radius: float) -> list[Point]:
    return [(u + radius * cos(a * pi / 16), v, z + radius * sin(a * pi / 16)) for a in range(32)]


def _draw_wheel_wells(sprite: Sprite, car: Car, side: int) -> None:
    for u in WHEELS:
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
