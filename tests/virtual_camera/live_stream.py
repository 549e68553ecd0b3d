"""One live stream of one sensor: encoded once for everybody, only while somebody watches."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import count
import time

from .encoder import SAMPLE_RATE, SAMPLES_PER_FRAME, AudioEncoder, EncodedPicture, VideoEncoder
from .picture import render
from .view import PictureSource, StreamSettings, View


@dataclass(frozen=True, slots=True)
class Moment:
    """What a stream gives at one time: a picture and the sound up to it.

    `seconds` counts from the start of the stream, `wall_clock` is Unix time; each sound
    frame comes with its own time in seconds.
    """

    seconds: float
    wall_clock: float
    picture: EncodedPicture
    sound: tuple[tuple[float, bytes], ...]


class Watcher:
    """Somebody who watches a stream."""

    def __init__(self, take: Callable[[Moment], None], ended: Callable[[], None]) -> None:
        self.take = take
        self.ended = ended
        self.has_begun = False


class LiveStream:
    """Paints, encodes and hands out one stream as long as it has watchers."""

    def __init__(
        self, source: PictureSource, executor: Executor, channel: int, subtype: int
    ) -> None:
        self._source = source
        self._executor = executor
        self._channel = channel
        self._subtype = subtype
        self._watchers: set[Watcher] = set()
        self._task: asyncio.Task[None] | None = None
        self._wanted = asyncio.Event()

    def join(self, watcher: Watcher) -> None:
        """Let somebody watch, beginning with the next picture."""
        self._watchers.add(watcher)
        if self._task is None:
            self._wanted = asyncio.Event()
            self._task = asyncio.create_task(self._run(self._wanted))

    def leave(self, watcher: Watcher) -> None:
        """Let somebody go; the last one turns off the encoder."""
        self._watchers.discard(watcher)
        if not self._watchers:
            self._wanted.set()

    async def stop(self) -> None:
        """Send everybody away and wait until the encoder rests."""
        self._dismiss()
        if self._task is not None:
            await asyncio.wait([self._task])

    def _dismiss(self) -> None:
        watchers, self._watchers = self._watchers, set()
        self._wanted.set()
        for watcher in watchers:
            watcher.ended()

    async def _run(self, over: asyncio.Event) -> None:
        try:
            while self._watchers:
                over.clear()
                await self._encode(over)
        finally:
            self._task = None
            self._dismiss()

    async def _encode(self, over: asyncio.Event) -> None:
        """Encode until nobody watches; everybody is sent away when the settings change."""
        settings = self._source.stream_settings(self._channel, self._subtype)
        if settings is None:
            self._dismiss()
            return
        loop = asyncio.get_running_loop()
        studio = _Studio(settings)
        begin = loop.time()
        wall_clock = time.time()
        for number in count():
            seconds = number / settings.frame_rate
            await _sleep_until(begin + seconds, over)
            if over.is_set():
                return
            if self._source.stream_settings(self._channel, self._subtype) != settings:
                self._dismiss()
                return
            key = any(not watcher.has_begun for watcher in self._watchers)
            view = self._source.view(self._channel)
            moment = await loop.run_in_executor(
                self._executor, studio.moment, view, seconds, wall_clock + seconds, key
            )
            self.hand_out(moment)
            late = loop.time() - begin - seconds
            if late > 1:
                begin += late
                wall_clock += late

    def hand_out(self, moment: Moment) -> None:
        """Give everybody what was encoded; newcomers from a key picture on."""
        for watcher in tuple(self._watchers):
            watcher.has_begun = watcher.has_begun or moment.picture.key
            if watcher.has_begun:
                watcher.take(moment)


async def _sleep_until(moment: float, over: asyncio.Event) -> None:
    """Wait for a time of the event loop's clock, or until it is over."""
    try:
        async with asyncio.timeout_at(moment):
            await over.wait()
    except TimeoutError:
        return


class _Studio:
    """The encoders of a stream; used by one thread at a time."""

    def __init__(self, settings: StreamSettings) -> None:
        self._settings = settings
        self._video = VideoEncoder(settings)
        self._audio = AudioEncoder() if settings.audio else None
        self._sound_frames = 0
        self._sound_sent = 0

    def moment(self, view: View, seconds: float, wall_clock: float, key: bool) -> Moment:
        """Paint and encode one picture and the sound up to it."""
        pixels = render(view, (self._settings.width, self._settings.height))
        picture = self._video.encode(pixels, key=key)
        return Moment(seconds, wall_clock, picture, tuple(self._sound_up_to(seconds)))

    def _sound_up_to(self, seconds: float) -> list[tuple[float, bytes]]:
        if self._audio is None:
            return []
        sound = []
        while self._sound_frames * SAMPLES_PER_FRAME < (seconds + 0.05) * SAMPLE_RATE:
            self._sound_frames += 1
            for frame in self._audio.encode():
                sound.append((self._sound_sent * SAMPLES_PER_FRAME / SAMPLE_RATE, frame))
                self._sound_sent += 1
        return sound
