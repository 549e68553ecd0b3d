"""A flat figure that stands upright in the world, turned to the camera: its own axes.

`x` runs ahead of the figure, `z` up from the ground, both in metres.
"""

from dataclasses import dataclass

from .lens import Lens
from .sprite import Pixel, Sprite, box_around
from .world import at


@dataclass(frozen=True, slots=True)
class Figure:
    """Where a figure stands in a picture; pixels to the metre, ahead and upwards."""

    foot: Pixel
    ahead: Pixel
    upward: float
    distance: float

    def pixel(self, x: float, z: float) -> Pixel:
        """Return the pixel of a point of the figure."""
        return (
            self.foot[0] + x * self.ahead[0],
            self.foot[1] + x * self.ahead[1] - z * self.upward,
        )

    def sprite(self, size: tuple[int, int], half: float, height: float) -> Sprite | None:
        """Return an empty sprite with room for the figure; None where it is out of sight."""
        corners = [self.pixel(x, z) for x in (-half, half) for z in (-0.12, height)]
        box = box_around(corners, self.upward * 0.25, size)
        return Sprite(box, fine=2 if self.upward > 150 else 3) if box else None


def figure_at(lens: Lens, size: tuple[int, int], t: float, s: float, step: float) -> Figure | None:
    """Return the figure at a place by the street, heading towards `s + step`.

    None where the place is behind or beside the camera.
    """
    place, ahead, above = lens.project([at(t, s), at(t, s + step), at(t, s, 1.0)], size)
    if place[2] < 1.0:
        return None
    scale = abs(1.0 / step)
    x, y, _ = place
    return Figure(
        foot=(float(x), float(y)),
        ahead=(float(ahead[0] - x) * scale, float(ahead[1] - y) * scale),
        upward=float(y - above[1]),
        distance=float((at(t, s)[0] ** 2 + at(t, s)[1] ** 2) ** 0.5),
    )
