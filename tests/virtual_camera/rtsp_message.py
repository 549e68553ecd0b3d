"""RTSP messages: reading requests from a connection, writing responses."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

SERVER = "Rtsp Server/3.0"
_MAX_HEAD = 16 * 1024
_MAX_BODY = 64 * 1024
_REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    454: "Session Not Found",
    455: "Method Not Valid in This State",
    461: "Unsupported Transport",
    501: "Not Implemented",
    505: "RTSP Version Not Supported",
}


class BadRequestError(Exception):
    """What came is no RTSP request."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request; the names of its headers are in lower case."""

    method: str
    url: str
    version: str
    headers: Mapping[str, str]


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """Return the next request, or None at the end of the connection.

    The interleaved packets that clients send back in between are read and dropped. Raises
    BadRequestError.
    """
    while True:
        try:
            first = await reader.readexactly(1)
            if first == b"$":
                frame = await reader.readexactly(3)
                await reader.readexactly(int.from_bytes(frame[1:]))
                continue
            if first in b"\r\n":
                continue
            head = first + await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return None
        except asyncio.LimitOverrunError as error:
            raise BadRequestError from error
        request = _parsed(head)
        await _skip_body(reader, request)
        return request


def _parsed(head: bytes) -> Request:
    if len(head) > _MAX_HEAD:
        raise BadRequestError
    try:
        first, *lines = head.decode("utf-8").rstrip("\r\n").split("\r\n")
        method, url, version = first.split(" ")
    except ValueError as error:
        raise BadRequestError from error
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise BadRequestError
        headers[name.strip().lower()] = value.strip()
    if not version.startswith("RTSP/"):
        raise BadRequestError
    return Request(method, url, version, headers)


async def _skip_body(reader: asyncio.StreamReader, request: Request) -> None:
    length = request.headers.get("content-length", "0")
    if not length.isascii() or not length.isdecimal() or int(length) > _MAX_BODY:
        raise BadRequestError
    try:
        await reader.readexactly(int(length))
    except asyncio.IncompleteReadError as error:
        raise BadRequestError from error


def response(
    status: int, sequence: str | None, headers: Mapping[str, str] | None = None, body: str = ""
) -> bytes:
    """Return a response ready to be written."""
    lines = [f"RTSP/1.0 {status} {_REASONS[status]}"]
    if sequence is not None:
        lines.append(f"CSeq: {sequence}")
    lines.append(f"Server: {SERVER}")
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body:
        lines.append(f"Content-Length: {len(body.encode())}")
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()
