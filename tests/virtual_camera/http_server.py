"""A bare HTTP/1.1 server whose every byte, delay and broken connection is under control."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from itertools import count
import socket
import ssl
import struct
from urllib.parse import unquote

from .port import Port

_MAX_BODY = 8 * 1024 * 1024
_MAX_BACKLOG = 1024 * 1024

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came in; header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The target up to the query, percent-decoded."""
        return unquote(self.target.partition("?")[0])

    @property
    def raw_query(self) -> str:
        """What follows the question mark, as sent."""
        return self.target.partition("?")[2]


@dataclass(frozen=True, slots=True)
class Response:
    """One answer; `close` ends the connection after it."""

    status: int = 200
    body: bytes = b""
    content_type: str | None = "text/plain;charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    close: bool = False

    def render(self) -> bytes:
        """Return the bytes on the wire."""
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}"]
        if self.content_type:
            lines.append(f"Content-Type: {self.content_type}")
        lines.append(f"Content-Length: {len(self.body)}")
        lines.extend(f"{name}: {value}" for name, value in self.headers)
        lines.append(f"Connection: {'close' if self.close else 'keep-alive'}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + self.body


class BrokenConnectionError(Exception):
    """The camera tears the connection down instead of answering."""


@dataclass(eq=False, slots=True)
class Connection:
    """One client's connection; a stalled one says nothing more and never closes by itself."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    secure: bool = False
    kind: str = "http"
    number: int = field(default_factory=lambda: next(_numbers))
    stalled: bool = False
    over_limit: bool = False
    on_head: Callable[[], None] = lambda: None
    """Called when an answer without end has begun."""

    def send(self, data: bytes) -> None:
        """Write at once; a client that does not read is dropped, a stalled one gets nothing."""
        if self.stalled or self.writer.is_closing():
            return
        self.writer.write(data)
        if self.writer.transport.get_write_buffer_size() > _MAX_BACKLOG:
            self.abort()

    def close(self) -> None:
        """End the connection in an orderly way, with a FIN."""
        self.writer.close()

    def abort(self) -> None:
        """End the connection with a reset."""
        if not self.writer.is_closing():
            raw: socket.socket = self.writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def until_gone(self, *, answer_with_reset: Callable[[], bool]) -> None:
        """Swallow what the client sends, until it leaves or the camera would reset it."""
        while await self.reader.read(65536):
            if answer_with_reset():
                self.abort()
                return


type Handler = Callable[[Request, Connection], Awaitable[Response | None]]
"""Answers a request; None says that the connection has been used up as a stream."""


class HttpServer:
    """Listens on one port and keeps that port over a restart."""

    def __init__(
        self,
        handler: Handler,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        idle_seconds: Callable[[], float] = lambda: 30.0,
        on_open: Callable[[Connection], None] = lambda _: None,
    ) -> None:
        self.connections: set[Connection] = set()
        self.tls = tls
        self._port = Port(host, port)
        self._handler = handler
        self._idle_seconds = idle_seconds
        self._on_open = on_open
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """Where it listens; a free port is chosen at the first start if none was named."""
        return self._port.number

    @property
    def listening(self) -> bool:
        """Whether new connections are taken."""
        return self._server is not None

    async def listen(self) -> None:
        """Open the port. Raises OSError where it is taken."""
        self._port.keep()
        self._server = await asyncio.start_server(
            self._accept, self._port.host, self.port, limit=256 * 1024
        )

    def refuse_connections(self) -> None:
        """Close the port and leave open connections alone."""
        if self._server:
            loop = asyncio.get_running_loop()
            for each in self._server.sockets:
                loop.remove_reader(each.fileno())
            # A connection that has just been accepted still needs the server.
            loop.call_soon(self._server.close)
            self._server = None

    async def stop(self) -> None:
        """Close the port and every connection; returns when nothing is left."""
        self.refuse_connections()
        self._port.release()
        for connection in self.connections:
            connection.abort()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        # The port is closed with the loop's next turn.
        await asyncio.sleep(0)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._note_end)

    def _note_end(self, task: asyncio.Task[None]) -> None:
        """Forget a connection; a mistake of the camera's own is told at once."""
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            context = {"message": "the virtual camera stumbled", "exception": error, "task": task}
            task.get_loop().call_exception_handler(context)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(reader, writer, secure=self.tls is not None)
        self.connections.add(connection)
        self._on_open(connection)
        try:
            if self.tls:
                await _shake_hands(writer, self.tls)
            await self._converse(connection)
        except ConnectionError, TimeoutError, ssl.SSLError, asyncio.IncompleteReadError:
            pass
        except BrokenConnectionError:
            connection.abort()
        finally:
            self.connections.discard(connection)
            if connection.stalled:
                connection.abort()
            connection.close()
            try:
                await writer.wait_closed()
            except ConnectionError, ssl.SSLError:
                pass
            except asyncio.CancelledError:
                connection.abort()

    async def _converse(self, connection: Connection) -> None:
        while not connection.writer.is_closing():
            request = await self._receive(connection)
            if request is None:
                return
            response = await self._handler(request, connection)
            if connection.stalled:
                await self._play_dead(connection, heard=False)
                return
            if response is None:
                return
            connection.send(response.render())
            await connection.writer.drain()
            if response.close or request.headers.get("connection", "").lower() == "close":
                return

    async def _receive(self, connection: Connection) -> Request | None:
        """Read one request; None where the connection is over."""
        try:
            async with asyncio.timeout(self._idle_seconds()):
                head = await connection.reader.readuntil(b"\r\n\r\n")
        except TimeoutError, asyncio.LimitOverrunError:
            head = b""
        if connection.stalled:
            await self._play_dead(connection, heard=bool(head))
            return None
        if not head:
            return None
        request = _parse_head(head)
        if request is None:
            connection.send(Response(400, b"Error\r\nBad Request!\r\n", close=True).render())
            return None
        length = int(request.headers.get("content-length", "0"))
        return replace(request, body=await connection.reader.readexactly(length))

    async def _play_dead(self, connection: Connection, *, heard: bool) -> None:
        """Say nothing on a half-open connection, until a camera that is back resets it."""
        if heard and self.listening:
            connection.abort()
        else:
            await connection.until_gone(answer_with_reset=lambda: self.listening)


async def _shake_hands(writer: asyncio.StreamWriter, tls: ssl.SSLContext) -> None:
    """Begin TLS; ConnectionResetError where the client is gone by the end of the handshake."""
    plain = writer.transport
    try:
        await writer.start_tls(tls)
    except AttributeError:
        # The writer is left without anything to close then.
        setattr(writer, "_transport", plain)  # noqa: B010
        raise ConnectionResetError from None


def _parse_head(head: bytes) -> Request | None:
    request_line, *lines = head[:-4].decode("latin-1").split("\r\n")
    words = request_line.split(" ")
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines)
    }
    length = headers.get("content-length", "0")
    if len(words) != 3 or not length.isdecimal() or int(length) > _MAX_BODY:
        return None
    return Request(words[0], words[1], headers, b"")
