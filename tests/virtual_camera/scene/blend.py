"""Laying sprites and shine over a picture, behind whatever stands nearer."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

from .grade import Backdrop
from .sprite import Box, Sprite

type Bytes = NDArray[np.uint8]


def open_view(
    backdrop: Backdrop, box: Box, distance: float, size: tuple[int, int]
) -> Image.Image | None:
    """Return where a box of the picture shows what is at a distance in metres: 255, else 0.

    The answer has the given size. None where nothing nearer stands in the way at all.
    """
    left, top, right, bottom = backdrop.crop
    across = (right - left) / backdrop.look.size[0]
    down = (bottom - top) / backdrop.look.size[1]
    columns = slice(int(left + box[0] * across), int(left + box[2] * across) + 1)
    rows = slice(int(top + box[1] * down), int(top + box[3] * down) + 1)
    farther = backdrop.master.distance[rows, columns] > np.float16(distance)
    if farther.all():
        return None
    mask = Image.fromarray(farther.view(np.uint8) * np.uint8(255))
    return mask.resize(size, Image.Resampling.BILINEAR)


def lay(pixels: Bytes, backdrop: Backdrop, sprite: Sprite, table: Bytes, distance: float) -> None:
    """Lay a sprite, lit by the table, into the picture."""
    drawn = sprite.reduced()
    share = drawn.getchannel("A")
    free = open_view(backdrop, sprite.box, distance, drawn.size)
    if free is not None:
        share = ImageChops.multiply(share, free)
    colors = drawn.convert("RGB")
    if not backdrop.look.color:
        colors = colors.convert("L").convert("RGB")
    left, top, right, bottom = sprite.box
    area = Image.fromarray(pixels[top:bottom, left:right])
    area.paste(colors.point(table.T.ravel().tolist()), mask=share)
    pixels[top:bottom, left:right] = np.asarray(area)


def shine(pixels: Bytes, box: Box, light: Image.Image) -> None:
    """Add light to a box of the picture, where it fills none of the brightness that is there.

    `light` is an RGB picture of any size.
    """
    left, top, right, bottom = box
    area = Image.fromarray(pixels[top:bottom, left:right])
    light = light.resize(area.size, Image.Resampling.BILINEAR)
    pixels[top:bottom, left:right] = np.asarray(ImageChops.screen(area, light))
