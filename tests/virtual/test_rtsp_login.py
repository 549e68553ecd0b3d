"""RTSP asks the same account as the web server, and counts with it."""

import asyncio
import hashlib
import re

import pytest

from tests.virtual.peer import Client
from tests.virtual_camera import VirtualCamera

PATH = "/cam/realmonitor?channel=1&subtype=0"


async def describe(camera: VirtualCamera, password: str) -> list[int]:
    """Ask for a stream as a player does; returns the statuses of both requests."""
    reader, writer = await asyncio.open_connection("127.0.0.1", camera.rtsp_port)
    uri = f"rtsp://127.0.0.1:{camera.rtsp_port}{PATH}"
    statuses = []
    authorization = ""
    for number in (1, 2):
        request = f"DESCRIBE {uri} RTSP/1.0\r\nCSeq: {number}\r\n{authorization}\r\n"
        writer.write(request.encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        statuses.append(int(head.split(" ")[1]))
        if statuses == [401]:
            realm = re.search('realm="([^"]+)"', head)[1]
            nonce = re.search('nonce="([0-9a-f]{32})"', head)[1]
            assert "qop" not in head
            first = _md5(f"{camera.username}:{realm}:{password}")
            response = _md5(f"{first}:{nonce}:{_md5(f'DESCRIBE:{uri}')}")
            authorization = (
                f'Authorization: Digest username="{camera.username}", realm="{realm}", '
                f'nonce="{nonce}", uri="{uri}", response="{response}"\r\n'
            )
    writer.close()
    await writer.wait_closed()
    return statuses


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


async def test_right_and_wrong_passwords(camera: VirtualCamera) -> None:
    assert await describe(camera, camera.password) == [401, 200]
    assert await describe(camera, "wrong") == [401, 401]
    counters = camera.machine.logins.counters
    assert (counters.accepted, counters.rejected) == (1, 1)


async def test_wrong_passwords_lock_the_whole_account(
    camera: VirtualCamera, client: Client
) -> None:
    for _ in range(5):
        await describe(camera, "wrong")
    assert await describe(camera, camera.password) == [401, 401]
    answer = await client.get("magicBox.cgi?action=getVendor")
    assert answer.text.startswith("Error\r\nUser Locked!")


async def test_a_changed_password(camera: VirtualCamera) -> None:
    camera.set_fault("reject_login")
    assert await describe(camera, camera.password) == [401, 401]


async def test_account_may_be_refused_the_live_picture_only(camera: VirtualCamera) -> None:
    camera.set_fault("reject_rtsp_login")
    assert await describe(camera, camera.password) == [401, 401]
    assert camera.state()["logins"]["rejected"] == 0
    camera.clear_fault("reject_rtsp_login")
    assert await describe(camera, camera.password) == [401, 200]


async def test_account_may_be_refused_the_live_picture_once(camera: VirtualCamera) -> None:
    camera.set_fault("reject_rtsp_login", once=True)
    assert await describe(camera, camera.password) == [401, 401]
    assert await describe(camera, camera.password) == [401, 200]


async def test_rtsp_that_is_off_stays_off_over_a_reboot(camera: VirtualCamera) -> None:
    camera.set_fault("no_rtsp")
    await camera.reboot()
    with pytest.raises(ConnectionRefusedError):
        await describe(camera, camera.password)
    camera.clear_fault("no_rtsp")
    await until_answered(camera)
    assert await describe(camera, camera.password) == [401, 200]


async def until_answered(camera: VirtualCamera) -> None:
    """Wait until the port is open."""
    async with asyncio.timeout(5):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", camera.rtsp_port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.01)
            else:
                writer.close()
                return
