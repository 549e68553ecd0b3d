"""The names of colours, as cameras tell them of what they see: pure."""

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

type Rgb = tuple[float, float, float]


def nearest_color(measured: Rgb) -> str:
    """Return the name that is nearest to what was measured: red, green and blue, 0 to 255."""
    return min(
        NAMED_COLORS,
        key=lambda name: sum(
            (ours - theirs) ** 2 for ours, theirs in zip(NAMED_COLORS[name], measured, strict=True)
        ),
    )
