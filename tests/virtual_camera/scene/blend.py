"""Laying sprites and shine over a picture, behind whatever stands nearer."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .grade import Backdrop
from .lens import Floats
from .master import MASTER_SIZE
from .sprite import Box, Sprite

type Bytes = NDArray[np.uint8]

_LUMA = np.array((0.299, 0.587, 0.114), np.float32)


def open_view(backdrop: Backdrop, box: Box, distance: float) -> Floats | None:
    """Return how much of each pixel of a box shows what is at a distance in metres, 0 to 1.

    None where nothing nearer stands in the way at all.
    """
    left, top, right, bottom = backdrop.crop
    across = (right - left) / backdrop.look.size[0] / MASTER_SIZE[0]
    down = (bottom - top) / backdrop.look.size[1] / MASTER_SIZE[1]
    height, width = backdrop.master.distance.shape
    x0, x1 = (int((left / MASTER_SIZE[0] + side * across) * width) for side in (box[0], box[2]))
    y0, y1 = (int((top / MASTER_SIZE[1] + side * down) * height) for side in (box[1], box[3]))
    farther = backdrop.master.distance[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)] > distance
    if farther.all():
        return None
    mask = Image.fromarray(farther.astype(np.uint8) * np.uint8(255))
    size = (box[2] - box[0], box[3] - box[1])
    return np.asarray(mask.resize(size, Image.Resampling.BILINEAR), np.float32) / 255


def lay(pixels: Bytes, backdrop: Backdrop, sprite: Sprite, table: Bytes, distance: float) -> None:
    """Lay a sprite, lit by the table, into the picture."""
    drawn = sprite.reduced()
    left, top, right, bottom = sprite.box
    share = drawn[..., 3].astype(np.float32) / 255
    free = open_view(backdrop, sprite.box, distance)
    if free is not None:
        share *= free
    colors = drawn[..., :3]
    if not backdrop.look.color:
        colors = np.repeat((colors @ _LUMA).astype(np.uint8)[..., None], 3, axis=-1)
    seen = np.stack([table[colors[..., part], part] for part in range(3)], axis=-1)
    area = pixels[top:bottom, left:right]
    mixed = area + share[..., None] * (seen.astype(np.float32) - area)
    area[...] = (mixed + 0.5).astype(np.uint8)


def shine(pixels: Bytes, box: Box, light: Floats) -> None:
    """Add light, height by width by 3 from 0 to 1, to a box of the picture."""
    left, top, right, bottom = box
    area = pixels[top:bottom, left:right]
    area[...] = (255 - (255 - area.astype(np.float32)) * (1 - np.clip(light, 0, 1)) + 0.5).astype(
        np.uint8
    )
