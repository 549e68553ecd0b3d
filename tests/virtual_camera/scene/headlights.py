"""What a car's lamps do to a dark picture: a beam on the road, a shine around each lamp."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from .blend import open_view, shine
from .canvas import Color
from .car import Car
from .grade import Backdrop
from .lens import Point
from .sprite import Box, Pixel, box_around

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
# Light is soft: it is drawn this many times smaller than the picture.
_COARSE = 4
_HALO = 96


def cast_beam(pixels: Bytes, backdrop: Backdrop, car: Car) -> None:
    """Light the road ahead of a car."""
    projected = car.lens.project(car.world(_BEAM), car.size)
    if projected[:, 2].min() < 1.5:
        return
    points = [(float(x), float(y)) for x, y, _ in projected]
    soft = max(3.0, 0.25 * car.lens.focal * car.size[0] / max(car.distance(), 2.0))
    box = box_around(points, soft * 3, car.size)
    if box is None:
        return
    size = (max(1, (box[2] - box[0]) // _COARSE), max(1, (box[3] - box[1]) // _COARSE))
    outline = [((x - box[0]) / _COARSE, (y - box[1]) / _COARSE) for x, y in points]
    light = Image.new("L", size, 0)
    ImageDraw.Draw(light).polygon(outline, fill=92)
    light = light.filter(ImageFilter.GaussianBlur(soft / _COARSE))
    light = ImageChops.multiply(light, _ground_within(backdrop, box, size))
    _shine(pixels, backdrop, (box, car.distance() - 2.5), light, _WHITE)


def shine_lamps(pixels: Bytes, backdrop: Backdrop, car: Car) -> None:
    """Draw the shine around the head lamps or the tail lamps, whichever face the camera."""
    ahead = car.faces((1.0, 0.0, 0.0), (2.16, 0.0, 0.6))
    lamps, color, reach = (_FRONT, _WHITE, 0.62) if ahead else (_REAR, _RED, 0.30)
    for x, y, depth in car.lens.project(car.world(lamps), car.size):
        if depth < 1.5:
            continue
        radius = max(3.0, reach * car.lens.focal * car.size[0] / float(depth))
        centre = (float(x), float(y))
        box = box_around([centre], radius, car.size)
        if box is not None:
            light = _halo_within(box, centre, radius)
            _shine(pixels, backdrop, (box, car.distance() - 0.4), light, color)


def _ground_within(backdrop: Backdrop, box: Box, size: tuple[int, int]) -> Image.Image:
    """Return where a box of the picture shows the ground: 255, else 0."""
    left, top, right, bottom = backdrop.crop
    across = (right - left) / backdrop.look.size[0]
    down = (bottom - top) / backdrop.look.size[1]
    part = (
        left + box[0] * across,
        top + box[1] * down,
        left + box[2] * across,
        top + box[3] * down,
    )
    return backdrop.master.ground.resize(size, Image.Resampling.BILINEAR, box=part)


@cache
def _halo() -> Image.Image:
    """Return a lamp's shine, bright in the middle."""
    side = (np.arange(_HALO) + 0.5) / _HALO * 2 - 1
    away = np.hypot(side[:, None], side[None, :])
    light = 0.75 * np.clip(1 - away, 0, 1) ** 3 + np.clip(1 - away * 4.0, 0, 1)
    return Image.fromarray((np.clip(light, 0, 1) * 255).astype(np.uint8))


def _halo_within(box: Box, centre: Pixel, radius: float) -> Image.Image:
    """Return the part of a lamp's shine that a box of the picture shows."""
    scale = _HALO / (2 * radius)
    left, top = (box[0] - centre[0] + radius) * scale, (box[1] - centre[1] + radius) * scale
    right, bottom = left + (box[2] - box[0]) * scale, top + (box[3] - box[1]) * scale
    size = (box[2] - box[0], box[3] - box[1])
    way = (left, top, left, bottom, right, bottom, right, top)
    return _halo().transform(size, Image.Transform.QUAD, way, Image.Resampling.BILINEAR)


def _shine(
    pixels: Bytes, backdrop: Backdrop, place: tuple[Box, float], light: Image.Image, color: Color
) -> None:
    """Add light of a colour to a box at a distance, where nothing stands before it."""
    box, distance = place
    free = open_view(backdrop, box, distance, light.size)
    if free is not None:
        light = ImageChops.multiply(light, free)
    tint = color if backdrop.look.color else (sum(color) // 3,) * 3
    parts = [light.point([step * part // 255 for step in range(256)]) for part in tint]
    shine(pixels, box, Image.merge("RGB", parts))
