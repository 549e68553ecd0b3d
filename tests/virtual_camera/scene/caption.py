"""What a camera writes into its own picture: the title and the clock, white on a black edge."""

from datetime import datetime
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

type Bytes = NDArray[np.uint8]


@lru_cache(maxsize=64)
def _lettering(text: str, height: int) -> Bytes:
    """Return a text as RGBA pixels, every digit equally wide so that a clock stands still."""
    font = ImageFont.load_default(size=height)
    edge = max(1, round(height / 14))
    digit = max(font.getlength(sign) for sign in "0123456789")
    steps = [digit if sign.isdigit() else font.getlength(sign) for sign in text]
    picture = Image.new("RGBA", (round(sum(steps)) + 4 * edge, round(height * 1.4)), (0, 0, 0, 0))
    paint = ImageDraw.Draw(picture)
    for layer in ((0, 0, 0, 205), (255, 255, 255, 255)):
        x = 2.0 * edge
        for sign, step in zip(text, steps, strict=True):
            place = (x + step / 2, height * 0.68)
            width = edge if layer[0] == 0 else 0
            paint.text(place, sign, font=font, fill=layer, anchor="mm", stroke_width=width)
            x += step
    return np.asarray(picture)


def draw_caption(pixels: Bytes, title: str, clock: datetime) -> None:
    """Write the clock at the top right and the title at the bottom left."""
    height, width = pixels.shape[:2]
    size = max(9, round(height / 24))
    margin = round(size * 0.55)
    if title:
        text = _lettering(title, size)
        _put(pixels, text, margin, height - margin - text.shape[0])
    text = _lettering(clock.strftime("%Y-%m-%d %H:%M:%S"), size)
    _put(pixels, text, width - margin - text.shape[1], margin)


def _put(pixels: Bytes, text: Bytes, left: int, top: int) -> None:
    area = pixels[max(0, top) : top + text.shape[0], max(0, left) : left + text.shape[1]]
    text = text[: area.shape[0], : area.shape[1]]
    share = text[..., 3:].astype(np.float32) / 255
    area[...] = (area + share * (text[..., :3].astype(np.float32) - area) + 0.5).astype(np.uint8)
