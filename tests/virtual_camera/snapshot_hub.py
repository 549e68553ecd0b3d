"""The snapshot manager: for each event its data as lines, then the still taken with it."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, override

from .event_format import BOUNDARY, HEARTBEAT, part
from .event_stream import STREAM_HEAD, Event, EventFollower
from .http_server import Connection
from .machine import Machine
from .tables import flatten

_JPEG_START = b"\xff\xd8"
_COMMENT = b"--" + BOUNDARY + b"\r\n"


@dataclass(eq=False, slots=True)
class SnapshotStream(EventFollower):
    """One listener: which codes and which channel it wants, and what waits to be sent."""

    machine: Machine
    connection: Connection
    codes: frozenset[str] | None
    channel: int | None
    heartbeat: float
    _waiting: asyncio.Queue[Event] = field(default_factory=asyncio.Queue)

    @override
    def follow(self, event: Event) -> None:
        """Queue an event that a still belongs to."""
        if event.action == "Stop" or event.index is None:
            return
        if not self.machine.has_channel(event.index) or not self._takes_stills(event):
            return
        if self.channel in (None, event.index) and (self.codes is None or event.code in self.codes):
            self._waiting.put_nowait(event)

    def _takes_stills(self, event: Event) -> bool:
        """Tell whether the rule or the motion detection behind an event takes stills."""
        store, channel = self.machine.store, event.index
        if event.code == "VideoMotion":
            return store.flag(f"MotionDetect[{channel}].EventHandler.SnapshotEnable")
        name = (event.data or {}).get("Name")
        for row in range(store.count(f"VideoAnalyseRule[{channel}]")):
            rule = f"VideoAnalyseRule[{channel}][{row}]"
            if store.text(f"{rule}.Name") == name:
                return store.flag(f"{rule}.EventHandler.SnapshotEnable")
        return False

    async def serve(self) -> None:
        """Keep the listener supplied until it leaves."""
        self.connection.kind = "snapshot_stream"
        head = STREAM_HEAD.format(encoding="", boundary=BOUNDARY.decode())
        self.connection.send(head.encode() + part(HEARTBEAT))
        self.connection.on_head()
        self.machine.hub.followers.add(self)
        leaving = asyncio.ensure_future(self.connection.reader.read(4096))
        try:
            while not leaving.done():
                await self._turn(leaving)
        finally:
            self.machine.hub.followers.discard(self)
            leaving.cancel()
            await asyncio.gather(leaving, return_exceptions=True)

    async def _turn(self, leaving: asyncio.Future[bytes]) -> None:
        coming = asyncio.ensure_future(self._waiting.get())
        either: set[asyncio.Future[Any]] = {coming, leaving}
        done, _ = await asyncio.wait(
            either, timeout=self.heartbeat, return_when=asyncio.FIRST_COMPLETED
        )
        if coming in done:
            await self._send(coming.result())
            return
        coming.cancel()
        if not done:
            self.connection.send(part(HEARTBEAT))

    async def _send(self, event: Event) -> None:
        picture = with_comment(await self.machine.still(event.index or 0), _COMMENT)
        self.connection.send(part(describe(event)))
        self.connection.send(part(picture, "image/jpeg"))


def describe(event: Event) -> bytes:
    """Return an event's data as the snapshot manager prints it: flat lines with CRLF."""
    rows = {
        "Events[0].EventBaseInfo.Code": event.code,
        "Events[0].EventBaseInfo.Action": event.action,
        "Events[0].EventBaseInfo.Index": str(event.index),
        "Events[0].Channel": str(event.index),
    }
    rows |= flatten(dict(event.data or {}), "Events[0]")
    return "".join(f"{key}={value}\r\n" for key, value in rows.items()).encode()


def with_comment(jpeg: bytes, comment: bytes) -> bytes:
    """Return a JPEG that carries a comment, right after its start."""
    length = (len(comment) + 2).to_bytes(2)
    return _JPEG_START + b"\xff\xfe" + length + comment + jpeg.removeprefix(_JPEG_START)
