"""Stills: one request serves all who ask for the same picture at the same time."""

import asyncio
from dataclasses import dataclass
from functools import partial
from time import monotonic

from .address import counted_from_one
from .http import CameraHttp
from .priority_lock import Priority

# A camera makes about one still a second.
_FRESH = 1.0


@dataclass(frozen=True, slots=True)
class _Still:
    """A picture, when it was asked for, and when it came."""

    asked: float
    taken: float
    picture: bytes


class Stills:
    """The latest still of each channel; a camera is asked for one picture at a time."""

    def __init__(self, http: CameraHttp) -> None:
        self._http = http
        self._latest: dict[int, _Still] = {}
        self._pending: dict[int, asyncio.Task[bytes]] = {}
        self._tasks: set[asyncio.Task[bytes]] = set()
        self._ageing: dict[int, asyncio.TimerHandle] = {}

    async def get(
        self, channel: int, *, fresh: bool = False, priority: Priority = Priority.POLL
    ) -> bytes:
        """Return a JPEG that is at most a second old; all who wait share one request.

        A fresh one is asked of the camera after this call, whoever then asks for it first.
        """
        if not fresh:
            latest = self._latest.get(channel)
            if latest and monotonic() - latest.taken < _FRESH:
                return latest.picture
        task = None if fresh else self._pending.get(channel)
        if task is None:
            task = asyncio.create_task(self._fetch(channel, priority))
            self._pending[channel] = task
            self._tasks.add(task)
            task.add_done_callback(partial(self._forget, channel))
        # Who stops waiting does not take the picture from the others.
        await asyncio.wait([task])
        return task.result()

    async def _fetch(self, channel: int, priority: Priority) -> bytes:
        wanted = asked = monotonic()

        def asked_for_since() -> bytes | None:
            nonlocal asked
            asked = monotonic()
            latest = self._latest.get(channel)
            return latest.picture if latest and latest.asked >= wanted else None

        query = f"channel={counted_from_one(channel)}"
        picture = await self._http.get_picture(
            "snapshot.cgi", query, priority=priority, known=asked_for_since
        )
        latest = self._latest.get(channel)
        if latest is None or latest.picture is not picture:
            self._latest[channel] = _Still(asked, monotonic(), picture)
        return picture

    def _forget(self, channel: int, task: asyncio.Task[bytes]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            # Where nobody waits any more, nobody misses the picture that could not be had.
            task.exception()
        if self._pending.get(channel) is task:
            del self._pending[channel]
            self._let_age(channel)

    def _let_age(self, channel: int) -> None:
        if channel in self._ageing:
            self._ageing[channel].cancel()
        self._ageing[channel] = asyncio.get_running_loop().call_later(_FRESH, self._drop, channel)

    def _drop(self, channel: int) -> None:
        """Drop a picture that is too old to be given out; those who wait may still share it."""
        if channel not in self._pending:
            del self._ageing[channel]
            self._latest.pop(channel, None)

    async def close(self) -> None:
        """Give up what is still on its way, and forget what came."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            # Also for what has just come, which begins to age a moment later.
            await asyncio.wait(self._tasks.copy())
        for timer in self._ageing.values():
            timer.cancel()
        self._latest.clear()
