"""How a sensor is prepared for what is to be seen, and the commands that do it."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial

from .dahua.camera import DahuaCamera
from .dahua.channel import Channel
from .dahua.exposure import plan_shutter
from .dahua.illumination import plan_on
from .dahua.layers import LIGHT_SUBJECTS, Subject
from .dahua.profile_choice import Note
from .dahua.state import Emitter, ImageProfile, Plan, Shutter


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """How a sensor is to be set for a time; what is None stays as it is.

    `level` is the brightness of the light, 0 to 100, as set by default; `zoom` is 0 to 1.
    """

    image_profile: ImageProfile | None = None
    shutter: Shutter | None = None
    light: Emitter | None = None
    level: int | None = None
    zoom: float | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to set in the tables: what it concerns, and what does it.

    That has noted beforehand what it writes, and writes nothing that is not to be.
    """

    subject: Subject
    command: Callable[[Note], Awaitable[None]]


def steps(camera: DahuaCamera, channel: int, wanted: Preparation) -> Iterator[Step]:
    """Yield what to set in the tables; the profile first, as it decides on the rest."""
    if profile := wanted.image_profile:
        yield Step(
            Subject.IMAGE_PROFILE,
            partial(camera.set_image_profile, channel, profile),
        )
    if shutter := wanted.shutter:
        yield Step(
            Subject.SHUTTER,
            partial(
                _note_and_send,
                camera,
                channel,
                lambda now: plan_shutter(now.state, shutter, now.profiles),
                partial(camera.set_shutter, channel, shutter),
            ),
        )
    if light := wanted.light:
        yield Step(
            LIGHT_SUBJECTS[light],
            partial(
                _note_and_send,
                camera,
                channel,
                lambda now: plan_on(
                    now.state, light, now.coming_profiles, wanted.level, whole=True
                ),
                partial(camera.keep_lit, channel, light, wanted.level),
            ),
        )


async def _note_and_send(
    camera: DahuaCamera,
    channel: int,
    make_plan: Callable[[Channel], Plan],
    command: Callable[[], Awaitable[None]],
    note: Note,
) -> None:
    if await note(*await camera.preview(channel, make_plan)):
        await command()
