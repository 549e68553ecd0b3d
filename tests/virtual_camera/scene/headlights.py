"""What a car's lamps do to a dark picture: a beam on the road, a shine around each lamp."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from .blend import open_view, shine
from .canvas import Color
from .car import Car
from .grade import Backdrop
from .lens import Floats, Point
from .sprite import box_around

type Bytes = NDArray[np.uint8]

_BEAM: tuple[Point, ...] = (
    (2.2, 0.7, 0.0),
    (7.0, 2.2, 0.0),
    (9.0, 1.2, 0.0),
    (9.0, -1.2, 0.0),
    (7.0, -2.2, 0.0),
    (2.2, -0.7, 0.0),
)
_FRONT: tuple[Point, ...] = ((2.13, 0.61, 0.62), (2.13, -0.61, 0.62))
_REAR: tuple[Point, ...] = ((-2.14, 0.63, 0.79), (-2.14, -0.63, 0.79))
_WHITE: Color = (255, 244, 222)
_RED: Color = (255, 44, 36)


def _tint(light: Floats, color: Color, *, in_color: bool) -> Floats:
    part = np.asarray(color, np.float32) / 255
    tinted: Floats = light[..., None] * (part if in_color else part.mean())
    return tinted


def cast_beam(pixels: Bytes, backdrop: Backdrop, car: Car) -> None:
    """Light the road ahead of a car."""
    projected = car.lens.project(car.world(_BEAM), car.size)
    if projected[:, 2].min() < 1.5:
        return
    points = [(float(x), float(y)) for x, y, _ in projected]
    soft = max(3.0, 0.5 * car.lens.focal * car.size[0] / max(car.distance(), 2.0))
    box = box_around(points, soft * 2, car.size)
    if box is None:
        return
    picture = Image.new("L", (box[2] - box[0], box[3] - box[1]), 0)
    ImageDraw.Draw(picture).polygon([(x - box[0], y - box[1]) for x, y in points], fill=92)
    light = np.asarray(picture.filter(ImageFilter.GaussianBlur(soft * 0.55)), np.float32) / 255
    free = open_view(backdrop, box, car.distance() - 2.5)
    shine(
        pixels,
        box,
        _tint(light if free is None else light * free, _WHITE, in_color=backdrop.look.color),
    )


def shine_lamps(pixels: Bytes, backdrop: Backdrop, car: Car) -> None:
    """Draw the shine around the head lamps or the tail lamps, whichever face the camera."""
    ahead = car.faces((1.0, 0.0, 0.0), (2.16, 0.0, 0.6))
    lamps, color, reach, strength = (
        (_FRONT, _WHITE, 0.62, 1.0) if ahead else (_REAR, _RED, 0.30, 0.8)
    )
    for x, y, depth in car.lens.project(car.world(lamps), car.size):
        if depth < 1.5:
            continue
        radius = max(3.0, reach * car.lens.focal * car.size[0] / float(depth))
        box = box_around([(float(x), float(y))], radius, car.size)
        if box is None:
            continue
        across = (np.arange(box[0], box[2], dtype=np.float32) + 0.5 - float(x)) / radius
        down = (np.arange(box[1], box[3], dtype=np.float32) + 0.5 - float(y)) / radius
        away = np.sqrt(across[None, :] ** 2 + down[:, None] ** 2)
        light = strength * (0.75 * np.clip(1 - away, 0, 1) ** 3 + np.clip(1 - away * 4.0, 0, 1))
        free = open_view(backdrop, box, car.distance() - 0.4)
        shine(
            pixels,
            box,
            _tint(light if free is None else light * free, color, in_color=backdrop.look.color),
        )
