"""A small picture of an actor, drawn large and reduced, so that its edges are smooth."""

from dataclasses import dataclass, field
from math import ceil, floor, hypot

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from .canvas import Color

type Pixel = tuple[float, float]
type Box = tuple[int, int, int, int]

# A soft shadow is drawn this many times smaller than the picture.
_SHADOW_COARSE = 3


@dataclass(slots=True)
class Sprite:
    """A transparent picture over the box left, top, right, bottom of the whole picture.

    Everything is drawn in pixels of the whole picture; `fine` is how much larger the
    drawing is than the picture.
    """

    box: Box
    fine: int = 3
    image: Image.Image = field(init=False)
    _paint: ImageDraw.ImageDraw = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nothing."""
        left, top, right, bottom = self.box
        size = ((right - left) * self.fine, (bottom - top) * self.fine)
        self.image = Image.new("RGBA", size, (0, 0, 0, 0))
        self._paint = ImageDraw.Draw(self.image)

    def _place(self, point: Pixel) -> Pixel:
        return ((point[0] - self.box[0]) * self.fine, (point[1] - self.box[1]) * self.fine)

    def polygon(self, points: list[Pixel], color: Color) -> None:
        """Draw a filled polygon."""
        self._paint.polygon([self._place(point) for point in points], fill=(*color, 255))

    def disc(self, centre: Pixel, radius: float, color: Color, *, squeeze: float = 1.0) -> None:
        """Draw a filled circle, `squeeze` times as wide as it is high."""
        x, y = self._place(centre)
        reach = radius * self.fine
        box = (x - reach * squeeze, y - reach, x + reach * squeeze, y + reach)
        self._paint.ellipse(box, fill=(*color, 255))

    def ring(
        self, centre: Pixel, radius: float, color: Color, width: float, squeeze: float
    ) -> None:
        """Draw a circle's outline."""
        x, y = self._place(centre)
        reach = radius * self.fine
        box = (x - reach * squeeze, y - reach, x + reach * squeeze, y + reach)
        self._paint.ellipse(box, outline=(*color, 255), width=max(1, round(width * self.fine)))

    def limb(self, begin: Pixel, end: Pixel, thick: float, thin: float, color: Color) -> None:
        """Draw a rounded limb that tapers from `thick` to `thin` (widths)."""
        dx, dy = end[0] - begin[0], end[1] - begin[1]
        length = hypot(dx, dy) or 1.0
        nx, ny = -dy / length, dx / length
        self.polygon(
            [
                (begin[0] + nx * thick / 2, begin[1] + ny * thick / 2),
                (end[0] + nx * thin / 2, end[1] + ny * thin / 2),
                (end[0] - nx * thin / 2, end[1] - ny * thin / 2),
                (begin[0] - nx * thick / 2, begin[1] - ny * thick / 2),
            ],
            color,
        )
        self.disc(begin, thick / 2, color)
        self.disc(end, thin / 2, color)

    def shadow(self, outline: list[Pixel], softness: float, strength: float) -> None:
        """Lay a soft shadow below all that is drawn afterwards; softness is in pixels."""
        coarse = self.fine * _SHADOW_COARSE
        width, height = (max(1, side // coarse) for side in self.image.size)
        shade = Image.new("L", (width, height), 0)
        points = [
            ((x - self.box[0]) / _SHADOW_COARSE, (y - self.box[1]) / _SHADOW_COARSE)
            for x, y in outline
        ]
        ImageDraw.Draw(shade).polygon(points, fill=round(255 * strength))
        shade = shade.filter(ImageFilter.GaussianBlur(softness / _SHADOW_COARSE))
        self.image.putalpha(shade.resize(self.image.size, Image.Resampling.BILINEAR))

    def quadrangle(self, picture: Image.Image, corners: list[Pixel]) -> None:
        """Lay a picture over four corners: top left, top right, bottom right, bottom left."""
        placed = [self._place(corner) for corner in corners]
        left = floor(min(x for x, _ in placed))
        top = floor(min(y for _, y in placed))
        size = (
            max(1, ceil(max(x for x, _ in placed)) - left),
            max(1, ceil(max(y for _, y in placed)) - top),
        )
        targets = [(x - left, y - top) for x, y in placed]
        width, height = picture.size
        sources: list[Pixel] = [(0, 0), (width, 0), (width, height), (0, height)]
        laid = picture.convert("RGBA").transform(
            size,
            Image.Transform.PERSPECTIVE,
            _perspective(targets, sources),
            Image.Resampling.BICUBIC,
        )
        self.image.alpha_composite(laid, *_inside(left, top, laid, self.image))

    def reduced(self) -> Image.Image:
        """Return the sprite in pixels of the whole picture."""
        return self.image.reduce(self.fine)


def _inside(
    left: int, top: int, laid: Image.Image, image: Image.Image
) -> tuple[tuple[int, int], tuple[int, int, int, int]]:
    """Return where to lay a picture and which part of it, if it juts out of the image."""
    source = (max(0, -left), max(0, -top))
    room = (image.width - max(0, left), image.height - max(0, top))
    right = min(laid.width, source[0] + max(0, room[0]))
    bottom = min(laid.height, source[1] + max(0, room[1]))
    return (max(0, left), max(0, top)), (*source, max(source[0], right), max(source[1], bottom))


def _perspective(targets: list[Pixel], sources: list[Pixel]) -> list[float]:
    """Return the eight numbers that take each target point back to its source point."""
    rows: list[tuple[float, ...]] = []
    values: list[float] = []
    for (x, y), (u, v) in zip(targets, sources, strict=True):
        rows.append((x, y, 1, 0, 0, 0, -u * x, -u * y))
        rows.append((0, 0, 0, x, y, 1, -v * x, -v * y))
        values += [u, v]
    numbers = np.linalg.lstsq(np.array(rows, float), np.array(values, float), rcond=None)[0]
    return [float(number) for number in numbers]


def box_around(points: list[Pixel], margin: float, size: tuple[int, int]) -> Box | None:
    """Return the box around points within the picture; None where it shows nothing of them."""
    left = max(0, floor(min(x for x, _ in points) - margin))
    top = max(0, floor(min(y for _, y in points) - margin))
    right = min(size[0], ceil(max(x for x, _ in points) + margin))
    bottom = min(size[1], ceil(max(y for _, y in points) + margin))
    return (left, top, right, bottom) if right - left > 1 and bottom - top > 1 else None
