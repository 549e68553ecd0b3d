"""Where somebody appears in a sensor's picture, in the camera's grid of 0 to 8191."""

from .view import Actor, ActorKind

GRID = 8191
# The part of the world's width that the tight sensor looks at.
TIGHT_BEGIN, TIGHT_END = 0.3, 0.7

_SIZES = {
    ActorKind.PERSON: (0.06, 0.32),
    ActorKind.CAR: (0.24, 0.24),
    ActorKind.BICYCLE: (0.12, 0.24),
    ActorKind.CAT: (0.06, 0.08),
}
_GROUND = 0.88


def position(actor: Actor, *, wide: bool) -> float:
    """Return where an actor's middle is, 0 at the left edge and 1 at the right one."""
    along = 1 - actor.progress if actor.leftwards else actor.progress
    return along if wide else (along - TIGHT_BEGIN) / (TIGHT_END - TIGHT_BEGIN)


def is_in_view(actor: Actor, *, wide: bool) -> bool:
    """Tell whether an actor is in the picture, even with only a half."""
    return 0 <= position(actor, wide=wide) <= 1


def bounding_box(actor: Actor, *, wide: bool) -> list[int]:
    """Return left, top, right and bottom on the grid."""
    width, height = _SIZES[actor.kind]
    scale = 1.0 if wide else 2.0
    middle = position(actor, wide=wide)
    corners = (
        middle - width * scale / 2,
        _GROUND - height * scale,
        middle + width * scale / 2,
        _GROUND,
    )
    return [round(min(max(corner, 0.0), 1.0) * GRID) for corner in corners]


def center(box: list[int]) -> list[int]:
    """Return the middle of a box."""
    return [(box[0] + box[2]) // 2, (box[1] + box[3]) // 2]
