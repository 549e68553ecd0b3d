"""The picture of one sensor: what its `View` looks like, as pixels or as a JPEG."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .scene.actors import draw_actors
from .scene.caption import draw_caption
from .scene.grade import Look, backdrop
from .view import View


def render(view: View, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return the picture of a view as height by width by RGB; `size` is (width, height)."""
    scene = backdrop(_look(view, size))
    pixels = scene.pixels.copy()
    draw_actors(pixels, scene, view.actors)
    draw_caption(pixels, view.title, view.clock)
    return pixels


def jpeg(view: View, size: tuple[int, int], quality: int = 88) -> bytes:
    """Return the picture of a view as a JPEG file."""
    with BytesIO() as file:
        Image.fromarray(render(view, size)).save(file, "JPEG", quality=quality)
        return file.getvalue()


def _look(view: View, size: tuple[int, int]) -> Look:
    """Return what the still scene depends on, in steps too small to be noticed."""
    return Look(
        wide=view.wide,
        zoom=0.0 if view.wide else round(min(max(view.zoom, 0.0), 1.0), 3),
        size=size,
        darkness=round(view.darkness, 2),
        infrared=0 if view.color else view.infrared,
        warm=view.warm,
        color=view.color,
        blur=round(view.blur, 2),
    )
