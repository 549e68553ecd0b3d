"""A login for the live picture counts with all others: the account is never locked by both."""

import asyncio
from collections.abc import AsyncIterator

from aiohttp import ClientSession, TCPConnector
import pytest

from custom_components.dahua_camera.dahua import login
from custom_components.dahua_camera.dahua.address import Address
from custom_components.dahua_camera.dahua.camera import DahuaCamera
from custom_components.dahua_camera.dahua.errors import (
    CameraBusyError,
    InvalidCredentialsError,
    LoginError,
)
from custom_components.dahua_camera.dahua.http import CameraHttp
from custom_components.dahua_camera.dahua.rtsp_check import LivePicture
from tests.virtual_camera import VirtualCamera


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Confirm a refused login without a long pause."""
    monkeypatch.setattr(login, "CONFIRMATION_PAUSE", 0.05)


@pytest.fixture
async def known(camera: VirtualCamera) -> AsyncIterator[DahuaCamera]:
    """The camera as the library knows it, logged in and read."""
    async with ClientSession(connector=TCPConnector(limit=3)) as session:
        address = Address("127.0.0.1", camera.http_port)
        http = CameraHttp(session, address, camera.username, camera.password)
        found = await DahuaCamera.connect(http)
        await found.read()
        yield found
        await found.close()


def rejected(camera: VirtualCamera) -> int:
    """Return how many logins the camera has turned away, whatever they were for."""
    return int(camera.state()["logins"]["rejected"])


async def test_live_picture_that_can_be_had_costs_one_login(
    camera: VirtualCamera, known: DahuaCamera
) -> None:
    accepted = camera.state()["logins"]["accepted"]
    assert await known.check_live_picture() is LivePicture.NO_OBJECTION
    assert camera.state()["logins"]["accepted"] == accepted + 1
    assert rejected(camera) == 0


async def test_password_that_changes_before_the_live_picture_is_asked_for_costs_two_logins(
    camera: VirtualCamera, known: DahuaCamera
) -> None:
    camera.set_fault("reject_login")
    assert await known.check_live_picture() is LivePicture.LOGIN_REFUSED
    assert rejected(camera) == 1
    with pytest.raises(CameraBusyError):
        await known.check_live_picture()
    for _ in range(3):
        with pytest.raises(InvalidCredentialsError):
            await known.read()
    with pytest.raises(InvalidCredentialsError):
        await known.check_live_picture()
    assert rejected(camera) == 2


async def test_password_that_changes_before_everything_is_asked_for_costs_two_logins(
    camera: VirtualCamera, known: DahuaCamera
) -> None:
    camera.set_fault("reject_login")
    outcomes = await asyncio.gather(
        known.check_live_picture(),
        known.read(),
        known.still(0),
        known.still(1),
        known.check_live_picture(),
        return_exceptions=True,
    )
    assert isinstance(outcomes[1], LoginError)
    assert rejected(camera) == 2


async def test_right_that_is_missing_is_no_wrong_password(
    camera: VirtualCamera, known: DahuaCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even where each nonce serves once, and is refused like a wrong password then."""
    guard = camera.machine.logins.guard
    challenge = guard._challenge
    monkeypatch.setattr(guard, "_challenge", lambda algorithm, _: challenge(algorithm, False))
    camera.set_fault("one_shot_nonce")
    camera.set_fault("reject_rtsp_login")
    for _ in range(3):
        assert await known.check_live_picture() is LivePicture.LOGIN_REFUSED
        await known.read()
    assert not known.http.login.is_in_doubt
    assert rejected(camera) == 0


async def test_right_that_is_missing_is_no_wrong_password_whatever_else_is_under_way(
    camera: VirtualCamera, known: DahuaCamera
) -> None:
    camera.set_fault("reject_rtsp_login")
    for _ in range(8):
        await known.read()
        # From now on nobody is served by a nonce that has served before, nor told so.
        camera.set_fault("one_shot_nonce", told=False)
        outcomes = await asyncio.gather(
            known.check_live_picture(),
            known.still(0, fresh=True),
            known.read(),
            return_exceptions=True,
        )
        assert not [each for each in outcomes if isinstance(each, InvalidCredentialsError)]
        camera.clear_fault("one_shot_nonce")
    assert not known.http.login.is_in_doubt


async def test_live_picture_that_is_not_told_of_keeps_nobody_from_the_camera(
    known: DahuaCamera,
) -> None:
    asked = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(
            b"RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\n"
            b'WWW-Authenticate: Digest realm="Login to 9C0A", nonce="0a1b"\r\n\r\n'
        )
        await reader.readuntil(b"\r\n\r\n")
        asked.set()
        await reader.read()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1") as server:
        port = server.sockets[0].getsockname()[1]
        looking = asyncio.create_task(known.check_live_picture(port))
        await asked.wait()
        await known.read()
        assert not looking.done()
        assert await looking is LivePicture.UNREACHABLE


async def test_account_that_is_locked_is_not_tried_for_the_live_picture(
    camera: VirtualCamera, known: DahuaCamera
) -> None:
    camera.set_fault("lock_account", seconds=600)
    with pytest.raises(LoginError):
        await known.read()
    locked = camera.state()["logins"]["locked"]
    with pytest.raises(LoginError):
        await known.check_live_picture()
    assert camera.state()["logins"]["locked"] == locked
