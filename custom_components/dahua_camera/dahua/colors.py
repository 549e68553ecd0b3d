"""The names of colours, as cameras tell them of what they see: pure."""

from colorsys import rgb_to_hsv

NAMED_COLORS = {
    "black": (0, 0, 0),
    "white": (255, 255, 255),
    "gray": (128, 128, 128),
    "silver": (192, 192, 192),
    "red": (200, 0, 0),
    "yellow": (230, 210, 0),
    "green": (0, 140, 0),
    "blue": (0, 0, 200),
    "brown": (120, 70, 20),
    "orange": (240, 130, 0),
}

# Upper ends of hues, in parts of the circle; between blue and red there is no name of ours.
_HUES = (
    (14 / 360, "red"),
    (42 / 360, "orange"),
    (70 / 360, "yellow"),
    (170 / 360, "green"),
    (262 / 360, "blue"),
    (335 / 360, None),
    (1.0, "red"),
)
_BLACK, _COLORLESS, _BRIGHT_ORANGE = 0.2, 0.25, 0.6
# Window panes mirror the sky, paler than any blue paint.
_BLUE_PAINT = 0.6

type Rgb = tuple[float, float, float]


def nearest_color(measured: Rgb) -> str:
    """Return the name that is nearest to what was measured: red, green and blue, 0 to 255."""
    return min(
        NAMED_COLORS,
        key=lambda name: sum(
            (ours - theirs) ** 2 for ours, theirs in zip(NAMED_COLORS[name], measured, strict=True)
        ),
    )


def paint_color(seen: Rgb) -> str | None:
    """Return the name of a paint from a pixel as white light would show it, 0 to 1.

    None for what is dark, grey or of a hue without a name: that may be anything in this light.
    """
    hue, saturation, brightness = rgb_to_hsv(*(min(part, 1.0) for part in seen))
    if brightness < _BLACK or saturation < _COLORLESS:
        return None
    name = next(name for end, name in _HUES if hue <= end)
    if name == "orange" and saturation < _BRIGHT_ORANGE:
        return "brown"
    if name == "blue" and saturation < _BLUE_PAINT:
        return None
    return name
