"""Stills: one request serves all who ask for the same picture at the same time."""

import asyncio
from time import monotonic

from .http import CameraHttp, counted_from_one

# A camera makes about one still a second.
_FRESH = 1.0


class Stills:
    """The latest still of each channel; a camera is asked for one picture at a time."""

    def __init__(self, http: CameraHttp) -> None:
        self._http = http
        self._latest: dict[int, tuple[float, bytes]] = {}
        self._pending: dict[int, asyncio.Task[bytes]] = {}

    async def get(self, channel: int, *, fresh: bool = False) -> bytes:
        """Return a JPEG that is at most a second old; all who wait share one request.

        A fresh one is requested after this call, and after the one that is being taken.
        """
        if fresh:
            if pending := self._pending.get(channel):
                await asyncio.wait([pending])
        elif latest := self._latest.get(channel):
            taken, picture = latest
            if monotonic() - taken < _FRESH:
                return picture
        task = self._pending.get(channel)
        if task is None:
            task = asyncio.create_task(self._fetch(channel))
            self._pending[channel] = task
            task.add_done_callback(lambda _: self._pending.pop(channel, None))
        return await asyncio.shield(task)

    async def _fetch(self, channel: int) -> bytes:
        query = f"channel={counted_from_one(channel)}"
        picture = await self._http.get_picture("snapshot.cgi", query)
        self._latest[channel] = (monotonic(), picture)
        return picture

    async def close(self) -> None:
        """Give up what is still on its way."""
        pending = list(self._pending.values())
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
