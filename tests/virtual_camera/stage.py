"""The world before the camera: how dark it is and who is in it."""

from dataclasses import dataclass, field

from .view import Actor, ActorKind

TARGETS = frozenset({ActorKind.PERSON, ActorKind.CAR, ActorKind.BICYCLE})


@dataclass(slots=True)
class Scene:
    """Everything outside the housing; `darkness` is 0 (noon) to 1 (a moonless night)."""

    darkness: float = 0.0
    actors: dict[int, Actor] = field(default_factory=dict)

    def darken(self, darkness: float) -> None:
        """Set how dark it is; raises ValueError outside 0 to 1."""
        if not 0 <= darkness <= 1:
            message = f"darkness {darkness} is outside 0…1"
            raise ValueError(message)
        self.darkness = darkness

    def everyone(self) -> tuple[Actor, ...]:
        """Return who is in the scene, earliest first."""
        return tuple(self.actors.values())
