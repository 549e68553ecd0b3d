"""Whether the live picture could be had: asked for as a player does, and then left alone."""

import asyncio
from enum import StrEnum
from http import HTTPStatus

from . import rtsp
from .address import stream_url
from .errors import MalformedResponseError
from .login import Login

_TIMEOUT = 5.0


class LivePicture(StrEnum):
    """What keeps the live picture away."""

    NO_OBJECTION = "no_objection"
    """Nothing that the owner could mend: it can be had, or the camera cannot give it just now."""
    UNREACHABLE = "unreachable"
    """Nothing that speaks RTSP answers."""
    LOGIN_REFUSED = "login_refused"
    """The account may not see it, or is not what it was."""
    FORBIDDEN = "forbidden"
    """The account is known and may not see it."""


_MEANINGS: dict[int, LivePicture] = {
    HTTPStatus.UNAUTHORIZED: LivePicture.LOGIN_REFUSED,
    HTTPStatus.FORBIDDEN: LivePicture.FORBIDDEN,
}


async def check_live_picture(host: str, port: int, login: Login) -> LivePicture:
    """Ask for the description of a stream, and hang up.

    It takes one connection for a moment, and one login. Raises why a login is not to be tried now.
    """
    # The main stream of the first sensor.
    url = stream_url(host, port, 0, 0)
    login.raise_if_refused()
    try:
        async with asyncio.timeout(_TIMEOUT):
            reader, writer = await asyncio.open_connection(host, port)
        try:
            return await _ask(reader, writer, url, login)
        finally:
            writer.close()
    except OSError, EOFError, asyncio.LimitOverrunError, MalformedResponseError:
        return LivePicture.UNREACHABLE


async def _ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, url: str, login: Login
) -> LivePicture:
    writer.write(rtsp.describe(url, 1))
    answer = await _answer(reader)
    digest = rtsp.digest(answer, login.username, login.password, url)
    if answer.status != HTTPStatus.UNAUTHORIZED or digest is None:
        # Another way to log in might show the password to whoever listens.
        return LivePicture.NO_OBJECTION
    async with login.elsewhere():
        writer.write(rtsp.describe(url, 2, digest))
        answer = await _answer(reader)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            login.note_refusal_elsewhere()
    return _MEANINGS.get(answer.status, LivePicture.NO_OBJECTION)


async def _answer(reader: asyncio.StreamReader) -> rtsp.Answer:
    async with asyncio.timeout(_TIMEOUT):
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(rtsp.body_length(head))
    return rtsp.parse_answer(head)
