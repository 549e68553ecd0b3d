"""Whether the live picture could be had: right about the camera, and harmless to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from custom_components.dahua_camera.dahua import rtsp, rtsp_check
from custom_components.dahua_camera.dahua.errors import MalformedResponseError
from custom_components.dahua_camera.dahua.login import Login
from custom_components.dahua_camera.dahua.rtsp_check import LivePicture, check_live_picture
from tests.integration.helpers import until
from tests.virtual_camera import VirtualCamera

_URL = "rtsp://192.0.2.10:554/cam/realmonitor?channel=1&subtype=0"
_CHALLENGE = (
    b"RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\n"
    b'WWW-Authenticate: %b realm="Login to 9C0A", nonce="0a1b"%b\r\n\r\n'
)


async def _no_other_reason(_: bool) -> None:
    """Know nothing of the web login."""


def login_of(username: str, password: str) -> Login:
    """Return an account that nobody uses but the check."""
    return Login(username, password, _no_other_reason)


async def check(camera: VirtualCamera, **changes: str) -> LivePicture:
    account = {"username": camera.username, "password": camera.password} | changes
    return await check_live_picture(camera.host, camera.rtsp_port, login_of(**account))


@asynccontextmanager
async def serving(*answers: bytes, heard: list[str] | None = None) -> AsyncIterator[int]:
    """Something that gives these answers at a port, and then hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            request = await reader.readuntil(b"\r\n\r\n")
            if heard is not None:
                heard.append(request.decode())
            writer.write(answer)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1") as server:
        yield server.sockets[0].getsockname()[1]


async def test_picture_that_can_be_had_is_no_matter(camera: VirtualCamera) -> None:
    assert await check(camera) is LivePicture.NO_OBJECTION
    assert camera.state()["logins"]["rejected"] == 0
    await until(lambda: camera.state()["connections"] == 0)


async def test_wrong_account_is_refused_and_tried_once(camera: VirtualCamera) -> None:
    assert await check(camera, password="wrong") is LivePicture.LOGIN_REFUSED
    assert camera.state()["logins"]["rejected"] == 1


async def test_port_where_nothing_listens_is_unreachable(camera: VirtualCamera) -> None:
    camera.set_fault("no_rtsp")
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        while await check(camera) is not LivePicture.UNREACHABLE:
            await asyncio.sleep(0.01)
    camera.clear_fault("no_rtsp")
    async with asyncio.timeout(5):
        while await check(camera) is not LivePicture.NO_OBJECTION:
            await asyncio.sleep(0.01)


async def test_stream_that_is_off_is_no_matter_of_the_account(camera: VirtualCamera) -> None:
    camera.machine.store.put("Encode[0].MainFormat[0].VideoEnable", "false")
    assert await check(camera) is LivePicture.NO_OBJECTION


@pytest.mark.parametrize(
    "answers",
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n",),
        (b"RTSP/1.0 401 Unauth",),
        (b"\xff" * 70_000,),
        (),
        (_CHALLENGE % (b"Digest", b""),),
    ],
)
async def test_what_does_not_speak_rtsp_is_unreachable(
    socket_enabled: None, answers: tuple[bytes, ...]
) -> None:
    async with serving(*answers) as port:
        found = await check_live_picture("127.0.0.1", port, login_of("admin", "secret"))
    assert found is LivePicture.UNREACHABLE


async def test_what_takes_the_connection_and_says_nothing_is_unreachable(
    socket_enabled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rtsp_check, "_TIMEOUT", 0.1)
    silence = asyncio.Event()

    async def listen(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await silence.wait()
        writer.close()

    async with await asyncio.start_server(listen, "127.0.0.1") as server:
        port = server.sockets[0].getsockname()[1]
        found = await check_live_picture("127.0.0.1", port, login_of("admin", "secret"))
        silence.set()
    assert found is LivePicture.UNREACHABLE


@pytest.mark.parametrize(
    ("scheme", "more"),
    [
        (b"Basic", b""),
        (b"Digest", b', algorithm="SHA-512"'),
        (b"Digest", b', qop="auth"'),
    ],
)
async def test_password_is_never_shown_to_what_asks_for_it_otherwise(
    socket_enabled: None, scheme: bytes, more: bytes
) -> None:
    heard: list[str] = []
    async with serving(_CHALLENGE % (scheme, more), heard=heard) as port:
        found = await check_live_picture("127.0.0.1", port, login_of("admin", "secret"))
    assert found is LivePicture.NO_OBJECTION
    assert len(heard) == 1
    assert "secret" not in heard[0]
    assert "Authorization" not in heard[0]


async def test_account_that_is_known_and_may_not_is_told_from_a_wrong_one(
    socket_enabled: None,
) -> None:
    last = b"RTSP/1.0 403 Forbidden\r\nCSeq: 2\r\n\r\n"
    async with serving(_CHALLENGE % (b"Digest", b""), last) as port:
        found = await check_live_picture("127.0.0.1", port, login_of("admin", "secret"))
    assert found is LivePicture.FORBIDDEN


@pytest.mark.parametrize("status", [404, 453, 500, 503])
async def test_camera_that_cannot_just_now_is_no_matter(socket_enabled: None, status: int) -> None:
    last = f"RTSP/1.0 {status} Sorry\r\nCSeq: 2\r\nContent-Length: 2\r\n\r\nno".encode()
    async with serving(_CHALLENGE % (b"Digest", b""), last) as port:
        found = await check_live_picture("127.0.0.1", port, login_of("admin", "secret"))
    assert found is LivePicture.NO_OBJECTION


@pytest.mark.parametrize(
    ("more", "response"),
    [
        ("", "30dfa45e54f0973ba2508a066c76f870"),
        (', opaque="", algorithm=MD5', "30dfa45e54f0973ba2508a066c76f870"),
    ],
)
def test_login_is_what_the_camera_expects(more: str, response: str) -> None:
    challenge = f'Digest realm="Login to 9C0A",nonce="0a1b"{more}'
    login = rtsp.digest(rtsp.Answer(401, ("Basic realm=x", challenge)), "admin", "secret", _URL)
    assert login
    assert f'response="{response}"' in login
    assert f'uri="{_URL}"' in login
    assert ('opaque=""' in login) is bool(more)


def test_head_is_read_however_it_is_written() -> None:
    head = b'RTSP/1.0 401 Unauthorized\r\nwww-authenticate:Digest realm="a: b"\r\nCSeq: 1\r\n\r\n'
    assert rtsp.parse_answer(head) == rtsp.Answer(401, ('Digest realm="a: b"',))
    assert rtsp.body_length(b"RTSP/1.0 200 OK\r\ncontent-LENGTH: 12\r\n\r\n") == 12
    with pytest.raises(MalformedResponseError):
        rtsp.parse_answer(b"SSH-2.0-OpenSSH\r\n\r\n")
