"""What the camera has on its card: a clip and a still for each event."""

import asyncio
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import override

from . import dhav, picture
from .encoder import VideoEncoder
from .event_stream import Event, EventFollower
from .machine import Machine
from .view import Actor, ActorKind, StreamSettings, View

_CLIP = StreamSettings(640, 360, 5.0, 400, "H.264", audio=False)
_CLIP_FRAMES = 20
_PAST_HOURS = range(2, 26, 2)
_LENGTH = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Recording:
    """One file; the channel counts from 0, times are the camera's wall clock."""

    channel: int
    start: datetime
    end: datetime
    event: str
    type: str

    @property
    def path(self) -> str:
        """Where the file lies on the card."""
        day = f"/mnt/sd/{self.start:%F}/{self.channel + 1:03d}"
        if self.type == "jpg":
            return f"{day}/jpg/{self.start:%H/%M/%S}[M][0@0][0].jpg"
        return f"{day}/dav/{self.start:%H}/{self.start:%H.%M.%S}-{self.end:%H.%M.%S}[M][0@0][0].dav"


class Card(EventFollower):
    """The card: a day of past events, and from then on whatever the camera reports."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._files: list[Recording] = []
        self.finders: dict[int, Iterator[Recording] | None] = {}
        now = machine.clock.now().replace(microsecond=0)
        for hours in _PAST_HOURS:
            for channel, hardware in enumerate(machine.hardware):
                code = "VideoMotion" if "motion" in hardware.analytics else "CrossLineDetection"
                self._record(channel, now - timedelta(hours=hours), code)
        machine.hub.followers.add(self)

    @override
    def follow(self, event: Event) -> None:
        """Record what begins, for as long as the card turns."""
        channel = event.index
        if event.action == "Start" and channel is not None and self._machine.has_channel(channel):
            now = self._machine.clock.now().replace(microsecond=0)
            self._record(channel, now, event.code)
            if self._machine.profile.switches.noisy:
                self._announce(self._files[-1])

    def find(
        self,
        channel: int,
        start: datetime,
        end: datetime,
        types: Collection[str] = (),
        events: Collection[str] = (),
    ) -> list[Recording]:
        """Return the files that touch a span of time, earliest first."""
        if not self._machine.profile.storage:
            return []
        found = [
            file
            for file in self._files
            if file.channel == channel
            and file.start <= end
            and file.end >= start
            and (not types or file.type in types)
            and (not events or file.event in events)
        ]
        return sorted(found, key=lambda file: (file.start, file.type))

    def at_path(self, path: str) -> Recording | None:
        """Return the file of a path."""
        return next((file for file in self._files if file.path == path), None)

    async def content(self, file: Recording) -> bytes:
        """Return a file's bytes."""
        view = replace(self._machine.view(file.channel), clock=file.start)
        loop = asyncio.get_running_loop()
        draw = _still if file.type == "jpg" else _clip
        return await loop.run_in_executor(self._machine.painter, draw, view)

    def length(self, file: Recording) -> int:
        """Return how many bytes the camera says that a file has."""
        return 162_334 if file.type == "jpg" else 4_194_304

    def _announce(self, file: Recording) -> None:
        data = {
            "Event": file.event,
            "File": file.path,
            "Index": file.channel,
            "MountOn": "/mnt/sd",
            "Size": self.length(file),
            "StoragePoint": "Temporary",
        }
        self._machine.hub.emit(Event("NewFile", "Pulse", 0, data))

    def _record(self, channel: int, start: datetime, event: str) -> None:
        still = Recording(channel, start, start, event, "jpg")
        self._files += [Recording(channel, start, start + _LENGTH, event, "dav"), still]


def _still(view: View) -> bytes:
    return picture.jpeg(_with_passer_by(view, 0.5), (_CLIP.width, _CLIP.height))


@lru_cache(maxsize=8)
def _clip(view: View) -> bytes:
    encoder = VideoEncoder(_CLIP)
    frames = []
    for number in range(_CLIP_FRAMES):
        moment = view.clock + timedelta(seconds=number / _CLIP.frame_rate)
        shown = _with_passer_by(replace(view, clock=moment), 0.35 + 0.3 * number / _CLIP_FRAMES)
        size = (_CLIP.width, _CLIP.height)
        encoded = encoder.encode(picture.render(shown, size), key=number == 0)
        frames.append(
            dhav.frame(
                encoded.units,
                key=encoded.key,
                number=number,
                channel=view.channel,
                moment=moment,
                size=size,
                frame_rate=int(_CLIP.frame_rate),
            )
        )
    return b"".join(frames)


def _with_passer_by(view: View, progress: float) -> View:
    return replace(view, actors=(Actor(ActorKind.PERSON, progress),))
