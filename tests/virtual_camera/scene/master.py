"""A sensor's still scene in full detail: what it shows and how each light falls on it."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from . import light
from .canvas import Canvas, Material
from .ground import ground_colors
from .lens import CAMERA, Floats, Lens
from .scenery import paint_scenery
from .texture import PATTERNS, noise, street_axes
from .world import FAR_FRONTS, FAR_WALK, FENCE, LAMPS, SUN, at

type Bytes = NDArray[np.uint8]

MASTER_SIZE = (1920, 1080)
MAPS = ("sky", "sun", "lamps", "warm", "infrared", "glow", "haze")
FARTHEST = 400.0
WARM_REACH, INFRARED_REACH = 9.0, 13.0


def warm_cone(lens: Lens) -> float:
    """Return the opening of the beam of the warm LEDs beside a lens, in radians."""
    return 0.58 if lens.focal < 1 else 0.30


def infrared_cone(lens: Lens) -> float:
    """Return the opening of the beam of the infrared LEDs beside a lens, in radians."""
    return 0.46 if lens.focal < 1 else 0.21


@dataclass(frozen=True, slots=True)
class Master:
    """Pictures of `MASTER_SIZE`: colours, one map for each light, and the distance.

    The maps hold the square root of the intensity, 255 for 1; `distance` is level, in
    metres; `heavens` and `ground` are 255 where there is nothing else, 0 elsewhere.
    """

    lens: Lens
    colors: Image.Image
    maps: dict[str, Image.Image]
    heavens: Image.Image
    ground: Image.Image
    distance: NDArray[np.float16]


@lru_cache(maxsize=4)
def master_of(lens: Lens) -> Master:
    """Return what the lens sees when nobody is there."""
    canvas = Canvas(lens, MASTER_SIZE)
    paint_scenery(canvas)
    ids = np.asarray(canvas.ids)
    scene = _geometry(canvas, ids, lens.rays(MASTER_SIZE))
    maps = _maps(canvas, lens, ids, scene)
    return Master(
        lens=lens,
        colors=Image.fromarray(_textured(canvas, ids, scene.places)),
        maps={name: Image.fromarray(_coded(values)) for name, values in maps.items()},
        heavens=Image.fromarray(np.where(scene.sky, np.uint8(255), np.uint8(0))),
        ground=Image.fromarray(np.where(ids == 1, np.uint8(255), np.uint8(0))),
        distance=scene.distance.astype(np.float16),
    )


@dataclass(frozen=True, slots=True)
class _Geometry:
    """What each pixel shows: the place in the world, its normal, its level distance."""

    places: Floats
    normals: Floats
    distance: Floats
    sky: NDArray[np.bool_]


def _coded(values: Floats) -> Bytes:
    return (np.sqrt(np.clip(values, 0.0, 1.0)) * 255 + 0.5).astype(np.uint8)


def _geometry(canvas: Canvas, ids: Bytes, rays: Floats) -> _Geometry:
    normals = np.array([surface.normal for surface in canvas.surfaces], np.float32)[ids]
    offsets = np.array([surface.offset for surface in canvas.surfaces], np.float32)[ids]
    camera = np.asarray(CAMERA, np.float32)
    reach = offsets - normals @ camera
    slant = np.einsum("...i,...i->...", normals, rays)
    slant = np.where(np.abs(slant) < 1e-5, np.float32(-1e-5), slant)
    along = np.clip(reach / slant, 0.1, 1e4)
    places = camera + along[..., None] * rays
    sky = _materials(canvas, ids) == Material.SKY
    level = np.minimum(np.hypot(places[..., 0], places[..., 1]), FARTHEST)
    return _Geometry(places, normals, np.where(sky, FARTHEST, level), sky)


def _materials(canvas: Canvas, ids: Bytes) -> Bytes:
    materials: Bytes = np.array([surface.material for surface in canvas.surfaces], np.uint8)[ids]
    return materials


def _textured(canvas: Canvas, ids: Bytes, places: Floats) -> Bytes:
    materials = _materials(canvas, ids)
    colors = np.asarray(canvas.colors).astype(np.float32)
    ground = materials == Material.GROUND
    colors[ground] = ground_colors(places[ground])
    for material, pattern in PATTERNS.items():
        where = materials == material
        if where.any():
            found = places[where]
            t, s = street_axes(found)
            colors[where] *= pattern(t, s, found[:, 2])[:, None]
    return np.clip(colors, 0, 255).astype(np.uint8)


def _maps(canvas: Canvas, lens: Lens, ids: Bytes, scene: _Geometry) -> dict[str, Floats]:
    forward = lens.axes()[2]
    places, normals = scene.places, scene.normals
    glow = np.array([surface.glow for surface in canvas.surfaces], np.float32)[ids]
    maps = {
        "sky": light.sky_light(normals) * _nooks(places),
        "sun": light.sun_light(normals) * _shadows(lens, ids == 1),
        "lamps": _doubled(light.lamp_light(places[::2, ::2], normals[::2, ::2])) * 0.8,
        "warm": light.camera_light(places, normals, forward, warm_cone(lens), WARM_REACH),
        "infrared": light.camera_light(
            places, normals, forward, infrared_cone(lens), INFRARED_REACH
        ),
        "haze": 1 - np.exp(-scene.distance / 420.0),
    }
    maps = {name: np.where(scene.sky, 0.0, values) for name, values in maps.items()}
    maps["glow"] = np.maximum(glow, _halos(lens, scene.distance))
    return maps


def _doubled(values: Floats) -> Floats:
    """Return a map at twice its size; enough for light that changes slowly."""
    return values.repeat(2, axis=0).repeat(2, axis=1)


def _nooks(places: Floats) -> Floats:
    """Return how open to the sky each place is: darker at the foot of walls and hedges."""
    t, _ = street_axes(places)
    z = places[..., 2]
    low = np.exp(-np.maximum(z, 0.0) / 0.5)
    shade = np.ones_like(t)
    for line in (FENCE, FAR_FRONTS, FAR_WALK[1] + 0.1):
        shade -= 0.34 * low * np.exp(-np.abs(t - line) / 0.45)
    return shade


def _shadows(lens: Lens, ground: NDArray[np.bool_]) -> Floats:
    """Return 0 where houses, hedges and trees keep the sun off the ground, else 1."""
    picture = Image.new("L", MASTER_SIZE, 255)
    paint = ImageDraw.Draw(picture)

    def cast(point: tuple[float, float, float]) -> tuple[float, float, float]:
        x, y, z = point
        return (x - SUN[0] / SUN[2] * z, y - SUN[1] / SUN[2] * z, 0.0)

    def shade(points: list[tuple[float, float, float]]) -> None:
        projected = lens.project([cast(point) for point in points], MASTER_SIZE)
        if projected[:, 2].min() > 0.2:
            paint.polygon([(float(x), float(y)) for x, y, _ in projected], fill=70)

    for begin, end in ((-7.5, 5.2), (10.0, 34.0)):
        shade(
            [
                at(FENCE, begin),
                at(FENCE, end),
                at(FENCE, end, 1.15),
                at(FENCE + 0.7, end, 1.15),
                at(FENCE + 0.7, begin, 1.15),
                at(FENCE + 0.7, begin),
            ]
        )
    for t, s, height, crown in (
        (6.0, 17.2, 4.6, 2.0),
        (18.9, 21.6, 4.1, 1.5),
        (18.9, 4.4, 3.8, 1.4),
        (18.9, 33, 5, 2),
    ):
        angles = np.linspace(0, 2 * np.pi, 40)
        centre = at(t, s, height)
        shade(
            [
                (
                    centre[0] + crown * float(np.cos(a)) * (1 + 0.12 * float(np.sin(a * 7))),
                    centre[1] + crown * 0.9 * float(np.sin(a)) * (1 + 0.1 * float(np.cos(a * 9))),
                    height,
                )
                for a in angles
            ]
        )
    soft = np.asarray(picture.filter(ImageFilter.GaussianBlur(5)), np.float32) / 255
    return np.where(ground, soft, np.float32(1))


def _halos(lens: Lens, distance: Floats) -> Floats:
    """Return the shine of the air and the glass around each lamp that is in sight."""
    width, height = MASTER_SIZE
    total = np.zeros((height, width), np.float32)
    places = np.array([lamp.place for lamp in LAMPS], np.float32)
    for lamp, (x, y, depth) in zip(LAMPS, lens.project(places, MASTER_SIZE), strict=True):
        reach = lamp.strength * 2.0 * lens.focal * width / max(float(depth), 1.0) * 0.55
        if depth < 1 or not (-reach < x < width + reach and -reach < y < height + reach):
            continue
        column, row = min(max(int(x), 0), width - 1), min(max(int(y), 0), height - 1)
        near = distance[max(0, row - 14) : row + 15, max(0, column - 14) : column + 15]
        if near.min() < depth - 3.5:
            continue
        left, right = max(0, int(x - reach)), min(width, int(x + reach) + 1)
        top, bottom = max(0, int(y - reach)), min(height, int(y + reach) + 1)
        across = (np.arange(left, right, dtype=np.float32) - x) / reach
        down = (np.arange(top, bottom, dtype=np.float32) - y) / reach
        away = np.sqrt(across[None, :] ** 2 + down[:, None] ** 2)
        shine = np.clip(1 - away, 0, 1) ** 3 * 0.42 * lamp.strength
        total[top:bottom, left:right] = np.maximum(total[top:bottom, left:right], shine)
    return total


def clouds(rays: Floats) -> Floats:
    """Return how much cloud each direction of the sky shows, 0 to 1."""
    up = np.maximum(rays[..., 2], 0.02)
    u, v = rays[..., 0] / up, rays[..., 1] / up
    cover = noise(u, v * 1.2, 34.0) + 0.35 * noise(u + 5, v, 11.0)
    return np.clip(cover * 1.25 - 0.05, 0.0, 1.0) * np.clip(rays[..., 2] * 6, 0.0, 1.0)
