"""What a sensor looks at and how it shows it: the words between physics and picture."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class ActorKind(StrEnum):
    """Who may pass through the scene."""

    PERSON = "person"
    CAR = "car"
    BICYCLE = "bicycle"
    CAT = "cat"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody crossing the scene, in the world that all sensors share.

    `progress` runs from 0 (about to enter on the left) to 1 (gone on the right);
    `color` is the name of a vehicle's colour, `plate` what its number plate reads.
    """

    kind: ActorKind
    progress: float
    leftwards: bool = False
    color: str = "silver"
    plate: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """One sensor's view at one moment.

    `darkness` is 0 (noon) to 1 (a night without any light); `infrared` and `warm` are the
    LED levels that really burn, 0 to 100; `color` tells whether the picture is in colour;
    `zoom` and `focus` are the lens positions, 0 to 1, `blur` how far focus is from sharp, 0 to 1.
    """

    channel: int
    title: str
    clock: datetime
    darkness: float
    infrared: int
    warm: int
    color: bool
    wide: bool
    zoom: float = 0.0
    focus: float = 0.0
    blur: float = 0.0
    actors: tuple[Actor, ...] = ()


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """How one stream of one sensor is encoded: pixels, frames per second, kbit per second."""

    width: int
    height: int
    frame_rate: float
    bit_rate: int
    codec: str
    audio: bool


class PictureSource(Protocol):
    """The camera as the picture side sees it; channels count from 0."""

    def view(self, channel: int) -> View:
        """Return what the sensor sees at this moment."""

    def stream_settings(self, channel: int, subtype: int) -> StreamSettings | None:
        """Return how a stream is encoded; None where the channel or stream is absent or off."""

    def snapshot_size(self, channel: int) -> tuple[int, int]:
        """Return the width and height of a still in pixels."""
