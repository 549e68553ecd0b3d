"""The one picture of a capture: what both sensors saw, side by side, and a caption; blocks."""

from io import BytesIO

from PIL import Image, ImageDraw, ImageOps

from .lettering import Lettering
from .pictures import read_picture

# Pixels; chosen so that the caption can be read on a telephone as wide as a hand.
_HEIGHT = 540
_USUAL_WIDTH, _MOST_WIDTH, _LEAST_WIDTH = 960, 1440, 240
_GAP = 6
_MARGIN = 28
_HEADLINE, _DETAIL = 76, 44
_BAR = 168
_HEADLINE_AT, _DETAIL_AT = 78, 140
_QUALITY = 86
_BACKGROUND, _ABSENT, _CROSS = "#111417", "#1d2226", "#39424a"
_LETTERS, _QUIET_LETTERS = "#ffffff", "#c3ccd4"


def compose(spotter: bytes | None, identifier: bytes | None, caption: str) -> bytes:
    """Return a JPEG of two at equal height, left the spotter's; `caption` is written below.

    The first line of the caption is its headline. A picture that is missing or damaged leaves its
    place empty.
    """
    left, right = _panel(spotter), _panel(identifier)
    width = left.width + _GAP + right.width
    whole = Image.new("RGB", (width, _HEIGHT + _BAR), _BACKGROUND)
    whole.paste(left, (0, 0))
    whole.paste(right, (left.width + _GAP, 0))
    _write(whole, caption)
    with BytesIO() as file:
        whole.save(file, "JPEG", quality=_QUALITY)
        return file.getvalue()


def _panel(content: bytes | None) -> Image.Image:
    """Return a picture at the common height, or an empty place of the usual width."""
    picture = read_picture(content, (_USUAL_WIDTH, _HEIGHT))
    if picture is None:
        return _empty_place()
    width = round(picture.width * _HEIGHT / picture.height)
    # What is extremely wide or narrow loses its ends rather than its neighbour its room.
    return ImageOps.fit(picture, (min(max(width, _LEAST_WIDTH), _MOST_WIDTH), _HEIGHT))


def _empty_place() -> Image.Image:
    place = Image.new("RGB", (_USUAL_WIDTH, _HEIGHT), _ABSENT)
    middle, arm = (_USUAL_WIDTH // 2, _HEIGHT // 2), _HEIGHT // 8
    draw = ImageDraw.Draw(place)
    for direction in (1, -1):
        start = (middle[0] - arm, middle[1] - direction * arm)
        end = (middle[0] + arm, middle[1] + direction * arm)
        draw.line((start, end), fill=_CROSS, width=8)
    return place


def _write(whole: Image.Image, caption: str) -> None:
    headline, _, detail = caption.partition("\n")
    draw = ImageDraw.Draw(whole)
    for text, pixels, baseline, color in (
        (headline, _HEADLINE, _HEADLINE_AT, _LETTERS),
        (detail, _DETAIL, _DETAIL_AT, _QUIET_LETTERS),
    ):
        lettering = Lettering.of_size(pixels)
        line = lettering.fitted(" ".join(text.split()), whole.width - 2 * _MARGIN)
        lettering.write(draw, (_MARGIN, _HEIGHT + baseline), line, color)
