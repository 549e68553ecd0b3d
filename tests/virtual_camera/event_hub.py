"""The event manager: what is going on now, and the streams of those who listen."""

import asyncio
from collections.abc import Callable
import math
import time

from .event_format import BOUNDARY, HEARTBEAT, EventFormat, event_body, part
from .event_stream import STREAM_HEAD, Event, EventFollower, Stream, Subscription
from .faults import Faults, Parameters
from .http_server import Connection

_GARBAGE = (
    b"\0\0\0\xff\xfe line noise \x80\x81\r\n",
    part(b'Code=NewFile;action=Pulse;index=0;data={\n   "File" : "/mnt/sd/20'),
    part(b'Code=Unheard;action=Pulse;index=0;data={\n   "Name" : "\xc3\x28\xa0\xff"\n}\n'),
    b"--" + BOUNDARY + b"\r\nContent-Type: text/plain\r\nContent-Length:0\r\n\r\n"
    b"Code=IntelliFrame;action=Pulse;index=0\r\n\r\n",
    b"--" + BOUNDARY + b"\r\nContent-Length:nonsense\r\n\r\nHeartbeat\r\n\r\n",
)
_NOISE = ("VideoMotionInfo", "State"), ("IntelliFrame", "Pulse"), ("MDResult", "Pulse")

type _Key = tuple[str, int | None, str, int | None]
"""Code, index, name and number of something that goes on."""


class EventHub:
    """Remembers what is active and tells every stream."""

    def __init__(
        self,
        faults: Faults,
        event_format: EventFormat,
        *,
        chunked: bool = False,
        late_head: bool = False,
        stream_seconds: float = 0.0,
    ) -> None:
        self.streams: set[Stream] = set()
        self.followers: set[EventFollower] = set()
        self._active: dict[_Key, Event] = {}
        self._faults = faults
        self._format = event_format
        self._chunked = chunked
        self._late_head = late_head
        self._stream_seconds = stream_seconds
        self._garbage = 0
        self._flood: asyncio.Task[None] | None = None
        faults.listen(self._on_fault)

    def emit(self, event: Event, *, deliver: bool = True) -> float:
        """Note what begins or ends and write it to every listener; returns when that was.

        The time is the wall clock in seconds. An event that is not delivered happened to the
        camera all the same.
        """
        self._note(event)
        sent_at = time.time()
        if not deliver:
            return sent_at
        body: bytes | None = None
        for stream in list(self.streams):
            if not stream.subscription.wants(event):
                continue
            if body is None:
                body = part(self._body(event), event_format=self._format)
            if self._faults.take("garbage_stream"):
                stream.send(_GARBAGE[self._garbage % len(_GARBAGE)])
                self._garbage += 1
            stream.send(body)
            sent_at = time.time()
        for follower in list(self.followers):
            follower.follow(event)
        return sent_at

    def active_channels(self, code: str) -> list[int]:
        """Return the indices on which something of this code goes on."""
        return sorted({index or 0 for each, index, *_ in self._active if each == code})

    def active(self) -> list[Event]:
        """Return everything that began and has not ended."""
        return list(self._active.values())

    def forget(self) -> None:
        """Forget what was going on, as a restart does."""
        self._active.clear()

    async def serve(self, connection: Connection, subscription: Subscription) -> None:
        """Keep one listener supplied until it leaves or is thrown out."""
        split = self._faults.active("split_stream")
        stream = Stream(
            connection,
            subscription,
            chunked=self._chunked,
            piece_size=split["bytes"] if split else 0,
        )
        connection.kind = "event_stream"
        encoding = "Transfer-Encoding: chunked\r\n" if self._chunked else ""
        head = STREAM_HEAD.format(encoding=encoding, boundary=BOUNDARY.decode())
        if self._late_head:
            stream.head = head.encode()
        else:
            connection.send(head.encode())
            connection.on_head()
            if subscription.heartbeat:
                stream.send(part(HEARTBEAT))
        self.streams.add(stream)
        try:
            for name in ("drop_stream", "stall_stream"):
                if parameters := self._faults.active(name):
                    self._on_fault(name, parameters)
            await self._beat(stream)
        finally:
            self.streams.discard(stream)
            stream.stop()

    async def _beat(self, stream: Stream) -> None:
        loop = asyncio.get_running_loop()
        seconds = stream.subscription.heartbeat or math.inf
        beat = loop.time() + seconds
        end = loop.time() + (self._stream_seconds or math.inf)
        while not stream.connection.stalled:
            next_turn = min(beat, end)
            try:
                async with asyncio.timeout_at(next_turn if next_turn < math.inf else None):
                    if not await stream.connection.reader.read(4096):
                        return
            except TimeoutError:
                if loop.time() >= end:
                    return
                stream.send(part(HEARTBEAT, event_format=self._format))
                beat += seconds

    def _body(self, event: Event) -> bytes:
        data = event.data
        if not self._format.data or (event.action == "Stop" and not self._format.stop_data):
            data = None
        return event_body(event.code, event.action, event.index, data, json_style=self._format.json)

    def _note(self, event: Event) -> None:
        data = event.data or {}
        name, number = str(data.get("Name", "")), data.get("EventID")
        key = (event.code, event.index, name, number)
        if event.action == "Start":
            self._active[key] = event
        elif event.action == "Stop":
            matching = [
                each
                for each in self._active
                if each[:2] == key[:2] and name in ("", each[2]) and number in (None, each[3])
            ]
            for each in matching:
                del self._active[each]

    def _on_fault(self, name: str, parameters: Parameters | None) -> None:
        match name:
            case "split_stream":
                for stream in self.streams:
                    stream.piece_size = parameters["bytes"] if parameters else 0
            case "drop_stream" if parameters:
                self._strike(name, parameters, Connection.close)
            case "stall_stream" if parameters:
                self._strike(name, parameters, _stall)
            case "flood":
                self._set_flood(parameters)

    def _strike(
        self, name: str, parameters: Parameters, blow: Callable[[Connection], None]
    ) -> None:
        for stream in self.streams:
            blow(stream.connection)
        if parameters["once"] and self.streams:
            self._faults.clear(name)

    def _set_flood(self, parameters: Parameters | None) -> None:
        if self._flood:
            self._flood.cancel()
            self._flood = None
        if parameters:
            rate = parameters["events_per_second"]
            self._flood = asyncio.get_running_loop().create_task(self._pour(rate))

    async def _pour(self, rate: float) -> None:
        loop = asyncio.get_running_loop()
        start, sent = loop.time(), 0
        while True:
            due = int((loop.time() - start) * rate) - sent
            for number in range(sent, sent + due):
                code, action = _NOISE[number % len(_NOISE)]
                self.emit(Event(code, action))
            sent += due
            await asyncio.sleep(1 / min(rate, 200))

    async def stop(self) -> None:
        """End what runs by itself."""
        if self._flood:
            flood, self._flood = self._flood, None
            flood.cancel()
            await asyncio.gather(flood, return_exceptions=True)


def _stall(connection: Connection) -> None:
    connection.stalled = True
