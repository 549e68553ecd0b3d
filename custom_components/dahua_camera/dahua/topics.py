"""What an entity may show, and so what has to be read for it; no more than that is polled."""

from enum import StrEnum
from typing import NamedTuple


class Topic(StrEnum):
    """What can be read of a camera, whichever tables or questions that takes."""

    PROFILE = "profile"
    LIGHT = "light"
    DAY_NIGHT = "day_night"
    SHUTTER = "shutter"
    MOTION = "motion"
    RULES = "rules"
    DETECTION = "detection"
    """Everything that decides which detections there are."""
    LENS = "lens"
    STORAGE = "storage"


class Shown(NamedTuple):
    """A topic that somebody looks at, on a channel or on the camera as a whole."""

    topic: Topic
    channel: int | None = None
