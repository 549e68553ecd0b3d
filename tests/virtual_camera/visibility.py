"""Where somebody appears in a sensor's picture, in the camera's grid of 0 to 8191."""

from dataclasses import dataclass

from .scene.lens import lens_of
from .scene.passage import place_of
from .scene.world import at
from .view import Actor, ActorKind

GRID = 8191
_ASPECT = (16, 9)
# Length along the way and height, in metres.
_SIZES = {
    ActorKind.PERSON: (0.7, 1.85),
    ActorKind.CAR: (4.4, 1.5),
    ActorKind.BICYCLE: (1.8, 1.9),
    ActorKind.CAT: (0.9, 0.5),
}


@dataclass(frozen=True, slots=True)
class Appearance:
    """Somebody's outline as parts of the picture, 0 to 1, cut off at its edges."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def x(self) -> float:
        """Where the middle is from the left."""
        return (self.left + self.right) / 2

    @property
    def y(self) -> float:
        """Where the middle is from the top."""
        return (self.top + self.bottom) / 2

    @property
    def box(self) -> list[int]:
        """Left, top, right and bottom on the grid."""
        return [round(edge * GRID) for edge in (self.left, self.top, self.right, self.bottom)]


def appearance(actor: Actor, *, wide: bool, zoom: float = 0.0) -> Appearance | None:
    """Return how somebody appears to a sensor; None where they are out of its sight."""
    length, height = _SIZES[actor.kind]
    place = place_of(actor)
    corners = [
        at(place.t, place.s + along, up)
        for along in (-length / 2, length / 2)
        for up in (0.0, height)
    ]
    pixels = lens_of(wide=wide, zoom=zoom).project(corners, _ASPECT)
    if min(pixels[:, 2]) <= 0:
        return None
    columns, rows = pixels[:, 0] / _ASPECT[0], pixels[:, 1] / _ASPECT[1]
    middle = float(columns.mean())
    if not 0 <= middle <= 1 or rows.max() <= 0 or rows.min() >= 1:
        return None
    edges = (columns.min(), rows.min(), columns.max(), rows.max())
    return Appearance(*(min(max(float(edge), 0.0), 1.0) for edge in edges))


def center(box: list[int]) -> list[int]:
    """Return the middle of a box."""
    return [(box[0] + box[2]) // 2, (box[1] + box[3]) // 2]
