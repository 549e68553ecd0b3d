"""The colour of whoever passed by: what differs between a still with and one without; blocks."""

from collections import Counter
from collections.abc import Iterable

from PIL import Image, ImageChops, ImageFilter, ImageStat

from .dahua.colors import Rgb, paint_color
from .pictures import read_picture

# Large enough for a car across the street, small enough to be looked at pixel by pixel.
_SIZE = (480, 270)
_DIFFERENT = 36
_LEAST, _MOST = 60, _SIZE[0] * _SIZE[1] // 3
_LARGE_PART = 3
# The brightest percents of a scene are taken for its white: walls, clouds, markings.
_WHITE_PERCENT = 3
# Below the first, nothing shows its colour; below the second, much is dark that is not black.
_LEAST_WHITE, _DAYLIGHT_WHITE = 90, 215
_PAINT_SHARE, _ONLY_SHARE, _BLACK_SHARE = 0.3, 0.7, 0.45
_BLACK = 0.36
# How far apart the compression drives the parts of a grey pixel, 0 to 255.
_GRAIN = 2.0

type _Place = tuple[int, int]


def passer_by_color(still_with: bytes, still_without: bytes) -> str | None:
    """Return the name of the colour that is in one still of a scene (JPEG) and not in the other.

    None where the scene is too dark or shown in grey, where nothing or nearly everything differs,
    and where no colour stands out: a guess is worse than no answer.
    """
    seen, empty = read_picture(still_with, _SIZE), read_picture(still_without, _SIZE)
    if seen is None or empty is None:
        return None
    seen, empty = (
        seen.resize(_SIZE, Image.Resampling.BOX),
        empty.resize(_SIZE, Image.Resampling.BOX),
    )
    white = _white(empty)
    if max(white) < _LEAST_WHITE or not _shows_colors(empty):
        return None
    places = _places(_difference(seen, empty))
    if not _LEAST <= len(places) <= _MOST:
        return None
    colors = _balanced(seen, places, white)
    before = _balanced(empty, places, white)
    return _paint(colors, before) or (_black(colors) if min(white) >= _DAYLIGHT_WHITE else None)


def _white(picture: Image.Image) -> Rgb:
    """Return what white looks like in the light of a scene, 0 to 255."""
    bright = _SIZE[0] * _SIZE[1] * _WHITE_PERCENT // 100
    levels = []
    for band in picture.split():
        counted = 0
        for level, count in reversed(list(enumerate(band.histogram()))):
            counted += count
            if counted > bright:
                levels.append(max(level, 1))
                break
    red, green, blue = levels
    return (red, green, blue)


def _shows_colors(picture: Image.Image) -> bool:
    """Tell a picture in colour from one in black and white, as cameras make them by infrared."""
    red, _, blue = picture.split()
    (mean,) = ImageStat.Stat(ImageChops.difference(red, blue)).mean
    return mean > _GRAIN


def _difference(one: Image.Image, other: Image.Image) -> Image.Image:
    """Return a mask of what differs clearly, without the grain of the compression."""
    red, green, blue = ImageChops.difference(one, other).split()
    strongest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    mask = strongest.point([255 * (level > _DIFFERENT) for level in range(256)])
    return mask.filter(ImageFilter.MinFilter(3))


def _places(mask: Image.Image) -> list[_Place]:
    """Return the places of the large parts of a mask; a clock in the picture is small."""
    width = mask.width
    left = {(index % width, index // width) for index, level in enumerate(mask.tobytes()) if level}
    parts = []
    while left:
        waiting = [left.pop()]
        part = []
        while waiting:
            x, y = place = waiting.pop()
            part.append(place)
            near = {(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)} & left
            left -= near
            waiting.extend(near)
        parts.append(part)
    largest = max(map(len, parts), default=0)
    return [place for part in parts if len(part) * _LARGE_PART >= largest for place in part]


def _balanced(picture: Image.Image, places: Iterable[_Place], white: Rgb) -> list[Rgb]:
    """Return pixels as they would be in white light, each part 0 to 1 or a little more."""
    pixels, (full_red, full_green, full_blue) = picture.tobytes(), white
    starts = (3 * (x + picture.width * y) for x, y in places)
    return [
        (pixels[at] / full_red, pixels[at + 1] / full_green, pixels[at + 2] / full_blue)
        for at in starts
    ]


def _paint(colors: Iterable[Rgb], before: Iterable[Rgb]) -> str | None:
    """Return the paint that is seen on much of what differs, and hardly any other is."""
    # Ground in a beam or a shadow keeps its colour: that is nobody's paint.
    names = [
        None if (name := paint_color(now)) == paint_color(then) else name
        for now, then in zip(colors, before, strict=True)
    ]
    counted = Counter(name for name in names if name)
    if not counted:
        return None
    name, count = counted.most_common(1)[0]
    share = count / len(names)
    certain = count >= _LEAST and share >= _PAINT_SHARE and count >= counted.total() * _ONLY_SHARE
    return name if certain else None


def _black(colors: list[Rgb]) -> str | None:
    """Return black where most of what differs is; white, silver and grey look too much alike."""
    dark = sum(max(color) < _BLACK for color in colors)
    return "black" if dark >= len(colors) * _BLACK_SHARE else None
