"""Events, those who asked for them, and the bytes on their way."""

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .http_server import Connection

_PIECE_SECONDS = 0.0005
STREAM_HEAD = (
    "HTTP/1.1 200 OK\r\n"
    "Cache-Control: no-cache\r\n"
    "Pragma: no-cache\r\n"
    "Expires: Thu, 01 Dec 2099 16:00:00 GMT\r\n"
    "Connection: Keep-Alive\r\n"
    "{encoding}"
    "Content-Type: multipart/x-mixed-replace; boundary={boundary}\r\n"
    "\r\n"
)


@dataclass(frozen=True, slots=True)
class Event:
    """One event; `index` is a channel for channel codes, counted from 0."""

    code: str
    action: str
    index: int | None = 0
    data: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """What one listener asked for; no codes and no channel mean all of them.

    Without a heartbeat, in seconds, none is sent.
    """

    codes: frozenset[str] | None = None
    channel: int | None = None
    heartbeat: float | None = None

    def wants(self, event: Event) -> bool:
        """Tell whether the listener gets this event."""
        if self.channel is not None and event.index not in (None, self.channel):
            return False
        return self.codes is None or event.code in self.codes


@dataclass(eq=False, slots=True)
class Stream:
    """The bytes on their way to one listener."""

    connection: Connection
    subscription: Subscription
    chunked: bool = False
    piece_size: int = 0
    head: bytes = b""
    """What has to be said before the first part."""
    _waiting: deque[bytes] = field(default_factory=deque)
    _pump: asyncio.TimerHandle | None = None

    def send(self, data: bytes) -> None:
        """Write a part: at once, or in pieces that arrive one after the other."""
        if self.chunked:
            data = f"{len(data):x}\r\n".encode() + data + b"\r\n"
        if self.head:
            data, self.head = self.head + data, b""
            self.connection.on_head()
        if not self.piece_size and not self._waiting:
            self.connection.send(data)
            return
        size = self.piece_size or len(data)
        self._waiting.extend(data[start : start + size] for start in range(0, len(data), size))
        if self._pump is None:
            self._send_piece()

    def stop(self) -> None:
        """Forget what has not been written yet."""
        self._waiting.clear()
        if self._pump:
            self._pump.cancel()

    def _send_piece(self) -> None:
        self._pump = None
        if not self._waiting:
            return
        self.connection.send(self._waiting.popleft())
        loop = asyncio.get_running_loop()
        self._pump = loop.call_later(_PIECE_SECONDS, self._send_piece)


class EventFollower:
    """Somebody inside the camera who wants to know of every event."""

    def follow(self, event: Event) -> None:
        """Take note of one event."""
        raise NotImplementedError


def codes_of(text: str) -> frozenset[str] | None:
    """Read `[VideoMotion,CrossLineDetection]`; None for all codes."""
    codes = frozenset(code.strip() for code in text.strip("[] ").split(",") if code.strip())
    return None if not codes or codes & {"All", "*"} else codes
