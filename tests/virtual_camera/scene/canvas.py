"""Polygons of the world painted from far to near, remembering what each pixel shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, auto

import numpy as np
from PIL import Image, ImageDraw

from .lens import CAMERA, Lens, Point

type Color = tuple[int, int, int]


class Material(IntEnum):
    """What a surface is made of; the ground is divided later, by place."""

    SKY = 0
    GROUND = auto()
    PLASTER = auto()
    BRICK = auto()
    TILES = auto()
    HEDGE = auto()
    LEAVES = auto()
    SMOOTH = auto()
    GLASS = auto()
    CURTAIN = auto()
    FAR = auto()


@dataclass(frozen=True, slots=True)
class Surface:
    """A plane of one material: the points p with normal · p = offset."""

    normal: Point
    offset: float
    material: Material
    glow: float = 0.0


def unit(vector: Sequence[float]) -> Point:
    """Return a vector of length one."""
    x, y, z = (float(value) for value in np.asarray(vector) / np.linalg.norm(vector))
    return (x, y, z)


@dataclass(slots=True)
class Canvas:
    """The colours, by neutral light, and the surface of each pixel."""

    lens: Lens
    size: tuple[int, int]
    colors: Image.Image = field(init=False)
    ids: Image.Image = field(init=False)
    surfaces: list[Surface] = field(init=False)
    _known: dict[Surface, int] = field(init=False)
    _paint: ImageDraw.ImageDraw = field(init=False)
    _mark: ImageDraw.ImageDraw = field(init=False)

    def __post_init__(self) -> None:
        """Begin with sky above and bare ground below."""
        self.colors = Image.new("RGB", self.size)
        self.ids = Image.new("L", self.size, 1)
        self._paint = ImageDraw.Draw(self.colors)
        self._mark = ImageDraw.Draw(self.ids)
        sky = Surface((0.0, -1.0, 0.0), -1e4, Material.SKY)
        ground = Surface((0.0, 0.0, 1.0), 0.0, Material.GROUND)
        self.surfaces = [sky, ground]
        self._known = {sky: 0, ground: 1}
        horizon = float(self.lens.project([(0.0, 1e6, CAMERA[2])], self.size)[0, 1])
        self._mark.rectangle((0, -1, self.size[0], max(horizon, -1)), fill=0)

    def surface(
        self, normal: Sequence[float], through: Point, material: Material, glow: float = 0.0
    ) -> int:
        """Return the number of the plane with that normal through that point."""
        x, y, z = unit(normal)
        offset = x * through[0] + y * through[1] + z * through[2]
        found = Surface((x, y, z), round(offset, 3), material, glow)
        if found not in self._known:
            self._known[found] = len(self.surfaces)
            self.surfaces.append(found)
        return self._known[found]

    def polygon(self, points: Iterable[Point], color: Color, surface: int) -> None:
        """Paint a flat polygon; one that reaches behind the lens is left out."""
        projected = self.lens.project(list(points), self.size)
        if projected[:, 2].min() < 0.2:
            return
        outline = [(float(x), float(y)) for x, y, _ in projected]
        self._paint.polygon(outline, fill=color)
        self._mark.polygon(outline, fill=surface)

    def disc(self, place: Point, radius: float, color: Color, surface: int) -> None:
        """Paint a round blob of that radius in metres."""
        self.discs([(place, radius, color)], surface)

    def discs(self, blobs: Sequence[tuple[Point, float, Color]], surface: int) -> None:
        """Paint many blobs in their order: the place, radius and colour of each."""
        projected = self.lens.project([place for place, _, _ in blobs], self.size)
        for (x, y, depth), (_, radius, color) in zip(projected.tolist(), blobs, strict=True):
            if depth > 0.2:
                reach = radius * self.lens.focal * self.size[0] / depth
                box = (x - reach, y - reach, x + reach, y + reach)
                self._paint.ellipse(box, fill=color)
                self._mark.ellipse(box, fill=surface)
