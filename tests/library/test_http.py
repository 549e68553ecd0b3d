"""The door: errors told apart, logins counted, bytes bounded; against the virtual camera."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from time import monotonic
from types import SimpleNamespace

from aiohttp import ClientSession, ClientTimeout, TCPConnector
import pytest

from custom_components.dahua_camera.dahua import lock, login
from custom_components.dahua_camera.dahua.address import Address
from custom_components.dahua_camera.dahua.answers import raise_for_answer
from custom_components.dahua_camera.dahua.errors import (
    AccountLockedError,
    CameraBusyError,
    CannotConnectError,
    ConnectionLimitError,
    DahuaError,
    InvalidCredentialsError,
    MalformedResponseError,
    NotSupportedError,
    PermissionDeniedError,
    RedirectedError,
    RequestTimeoutError,
    UnclearRefusalError,
)
from custom_components.dahua_camera.dahua.http import CameraHttp
from custom_components.dahua_camera.dahua.login_service import raise_other_reason
from tests.virtual_camera import VirtualCamera

# Painted by nobody: a busy host takes long for that.
_STILL = b"\xff\xd8\xff\xd9"


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession(connector=TCPConnector(limit=3)) as client:
        yield client


def door(session: ClientSession, camera: VirtualCamera, password: str | None = None) -> CameraHttp:
    return CameraHttp(
        session,
        Address("127.0.0.1", camera.http_port),
        camera.username,
        camera.password if password is None else password,
    )


async def ask(http: CameraHttp) -> str:
    return await http.get_text("magicBox.cgi", "action=getDeviceType")


async def test_one_handshake_serves_many_requests(
    camera: VirtualCamera, session: ClientSession
) -> None:
    http = door(session, camera)
    for _ in range(5):
        assert "MFW7442K1" in await ask(http)
    assert [request["status"] for request in camera.requests] == [401, 200, 200, 200, 200, 200]
    assert (http.login.challenged, http.login.accepted, http.login.rejected) == (1, 5, 0)


async def test_wrong_password_is_tried_twice_and_then_never_again(
    camera: VirtualCamera, session: ClientSession
) -> None:
    http = door(session, camera, "wrong")
    with pytest.raises(InvalidCredentialsError):
        await ask(http)
    assert camera.state()["logins"]["rejected"] == 2
    sent = len(camera.requests)
    for _ in range(3):
        with pytest.raises(InvalidCredentialsError):
            await ask(http)
    assert len(camera.requests) == sent


async def test_web_login_that_says_nothing_does_not_hide_a_wrong_password(
    camera: VirtualCamera, session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "CONFIRMATION_PAUSE", 0.1)
    for name, seconds in (("_WEB_LOGIN_TIMEOUT", 0.4), ("_TEXT_TIMEOUT", 2.0)):
        monkeypatch.setattr(
            f"custom_components.dahua_camera.dahua.http.{name}", ClientTimeout(total=seconds)
        )
    camera.set_fault("slow", seconds=30, path="RPC2_Login")
    http = door(session, camera, "wrong")
    with pytest.raises(InvalidCredentialsError):
        await ask(http)
    assert camera.state()["logins"]["rejected"] == 2


async def test_refusal_is_confirmed_after_a_pause(
    camera: VirtualCamera, session: ClientSession
) -> None:
    http = door(session, camera, "wrong")
    with pytest.raises(InvalidCredentialsError):
        await ask(http)
    first, second = [entry["time"] for entry in camera.requests if entry["status"] == 401][1:3]
    assert second - first >= login.CONFIRMATION_PAUSE * 0.9


async def test_password_that_changes_costs_two_logins_for_all_users_together(
    camera: VirtualCamera, session: ClientSession
) -> None:
    http = door(session, camera)
    await ask(http)
    camera.set_fault("reject_login")
    for _ in range(4):
        with pytest.raises(InvalidCredentialsError):
            await ask(http)
    assert camera.state()["logins"]["rejected"] == 2


async def test_password_that_changes_before_all_lanes_ask_costs_two_logins(
    camera: VirtualCamera, session: ClientSession
) -> None:
    http = door(session, camera)
    await ask(http)
    camera.set_fault("reject_login")

    async def listen() -> None:
        async with http.open_stream("eventManager.cgi", "action=attach", silence=5):
            pass

    still = http.get_picture("snapshot.cgi", "channel=1")
    outcomes = await asyncio.gather(ask(http), still, listen(), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [InvalidCredentialsError] * 3
    assert camera.state()["logins"]["rejected"] == 2


async def test_late_refusal_is_waited_for_before_the_second_try(
    camera: VirtualCamera, session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "CONFIRMATION_PAUSE", 0.1)
    http = door(session, camera)
    await ask(http)
    camera.set_fault("reject_login")
    camera.set_fault("slow", seconds=0.5, path="snapshot")
    still = http.get_picture("snapshot.cgi", "channel=1")
    outcomes = await asyncio.gather(still, ask(http), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [InvalidCredentialsError] * 2
    assert camera.state()["logins"]["rejected"] == 2


async def test_late_answer_does_not_give_a_third_try(
    camera: VirtualCamera, session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "CONFIRMATION_PAUSE", 0.3)
    let_in = asyncio.Event()

    async def still(_: int) -> bytes:
        let_in.set()
        await asyncio.sleep(0.2)
        return _STILL

    monkeypatch.setattr(camera.machine, "still", still)
    http = door(session, camera)
    await ask(http)
    late = asyncio.create_task(http.get_picture("snapshot.cgi", "channel=1"))
    await let_in.wait()
    camera.set_fault("reject_login")
    with pytest.raises(InvalidCredentialsError):
        await ask(http)
    assert await late
    assert camera.state()["logins"]["rejected"] == 2


async def test_one_refusal_is_no_wrong_password(
    camera: VirtualCamera, session: ClientSession
) -> None:
    http = door(session, camera)
    camera.set_fault("reject_login")
    asking = asyncio.create_task(ask(http))
    while not camera.state()["logins"]["rejected"]:
        await asyncio.sleep(0.01)
    camera.clear_fault("reject_login")
    assert "MFW7442K1" in await asking
    assert camera.state()["logins"]["rejected"] == 1


async def test_right_that_is_lacking_is_no_wrong_password(
    camera: VirtualCamera, session: ClientSession
) -> None:
    http = door(session, camera)
    await ask(http)
    body = "Error\r\nAuthorization Failed!\r\n"
    camera.set_fault("refuse", path="getDeviceType", status=401, body=body)
    for _ in range(3):
        with pytest.raises(PermissionDeniedError, match="getDeviceType"):
            await ask(http)
    camera.clear_fault("refuse")
    assert "MFW7442K1" in await ask(http)
    assert (http.login.accepted, http.login.rejected) == (5, 0)


async def test_nonce_that_serves_once_is_learned(
    camera: VirtualCamera, session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "CONFIRMATION_PAUSE", 0.0)
    camera.set_fault("one_shot_nonce")
    http = door(session, camera)
    for _ in range(4):
        await ask(http)
    rejected = http.login.rejected
    for _ in range(4):
        await ask(http)
    assert http.login.rejected == rejected


async def test_stale_nonce_is_renewed_without_a_pause(
    camera: VirtualCamera, session: ClientSession
) -> None:
    camera.set_fault("stale_nonce", seconds=0.05)
    http = door(session, camera)
    async with asyncio.timeout(login.CONFIRMATION_PAUSE):
        for _ in range(3):
            await ask(http)
            await asyncio.sleep(0.1)
    assert http.login.rejected == 0


@pytest.mark.parametrize(
    ("fault", "parameters"),
    [("one_shot_nonce", {"told": False}), ("stale_nonce", {"seconds": 1.0, "told": False})],
)
async def test_aged_nonce_that_several_use_at_once_is_no_wrong_password(
    camera: VirtualCamera,
    session: ClientSession,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    parameters: dict[str, object],
) -> None:
    async def still(_: int) -> bytes:
        return _STILL

    monkeypatch.setattr(camera.machine, "still", still)
    monkeypatch.setattr(login, "CONFIRMATION_PAUSE", 0.02)
    http = door(session, camera)
    await ask(http)
    camera.set_fault(fault, **parameters)
    await asyncio.sleep(1.1)
    camera.set_fault("slow", seconds=0.05)

    async def listen() -> None:
        async with http.open_stream("eventManager.cgi", "action=attach", silence=5):
            pass

    await asyncio.gather(ask(http), http.get_picture("snapshot.cgi", "channel=1"), listen())


@pytest.mark.parametrize("fault", ["sha256_only"])
async def test_other_digests(camera: VirtualCamera, session: ClientSession, fault: str) -> None:
    camera.set_fault(fault)
    assert "MFW7442K1" in await ask(door(session, camera))


async def test_full_connection_table_is_no_wrong_password(
    camera: VirtualCamera, session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "CONFIRMATION_PAUSE", 0.0)
    camera.set_fault("connection_limit", max=0)
    http = door(session, camera)
    for _ in range(3):
        with pytest.raises(CameraBusyError, match="no connection left"):
            await ask(http)
    tries = [request for request in camera.requests if request["login"] == "digest"]
    assert len(tries) == 1, "a login is not tried again before there is room"
    assert camera.state()["logins"]["rejected"] == 0
    camera.clear_fault("connection_limit")
    assert "MFW7442K1" in await ask(http)


async def test_connection_table_that_is_full_now_and_then_is_no_wrong_password(
    camera: VirtualCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "CONFIRMATION_PAUSE", 0.3)

    def questions() -> int:
        return sum("RPC2_Login" in request["target"] for request in camera.requests)

    # Each request needs a place in the table.
    async with ClientSession(connector=TCPConnector(force_close=True)) as session:
        http = door(session, camera)
        camera.set_fault("reject_login")
        asking = asyncio.create_task(ask(http))
        # There was room before the second try and after it, so the password seemed to be wrong.
        while questions() < 2:
            await asyncio.sleep(0.01)
        camera.clear_fault("reject_login")
        camera.set_fault("connection_limit", max=0)
        with pytest.raises(ConnectionLimitError):
            await asking
        camera.clear_fault("connection_limit")
        assert "MFW7442K1" in await ask(http)


async def test_all_users_of_the_door_wait_for_one_verdict(
    camera: VirtualCamera, session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "CONFIRMATION_PAUSE", 0.05)
    http = door(session, camera, "wrong")
    answers = await asyncio.gather(
        ask(http), http.get_picture("snapshot.cgi", "channel=1"), return_exceptions=True
    )
    assert any(isinstance(answer, InvalidCredentialsError) for answer in answers)
    assert camera.state()["logins"]["rejected"] <= 3


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'{"error":{"code":268632079},"result":false}', None),
        (b'{"error":{"code":268632075},"result":false}', CameraBusyError),
        (b'{"error":{"code":268632081},"params":{"remainLockSecond":90}}', AccountLockedError),
        (b'{"error":{"code":268632081}}', AccountLockedError),
        (b"not json", None),
        (b"[]", None),
        (b'{"error":null}', None),
    ],
)
def test_what_the_web_login_tells(body: bytes, error: type[DahuaError] | None) -> None:
    response = SimpleNamespace(status=200)
    if error is None:
        raise_other_reason(response, body)
        return
    with pytest.raises(error) as caught:
        raise_other_reason(response, body)
    if isinstance(caught.value, AccountLockedError) and b"remain" in body:
        assert caught.value.remaining
        assert timedelta(seconds=80) < caught.value.remaining <= timedelta(seconds=90)


@pytest.mark.parametrize("overlays", [(), ("locked_403",)])
async def test_locked_account_is_left_alone(
    session: ClientSession, socket_enabled: None, overlays: tuple[str, ...]
) -> None:
    async with VirtualCamera(overlays=overlays) as camera:
        await _is_left_alone(camera, session)


async def _is_left_alone(camera: VirtualCamera, session: ClientSession) -> None:
    camera.set_fault("lock_account", seconds=600)
    http = door(session, camera)
    with pytest.raises(AccountLockedError):
        await ask(http)
    sent = len(camera.requests)
    with pytest.raises(AccountLockedError):
        await ask(http)
    assert len(camera.requests) == sent


async def test_locked_account_is_tried_once_although_the_web_login_tells_nothing(
    camera: VirtualCamera, session: ClientSession
) -> None:
    http = door(session, camera)
    await ask(http)
    camera.set_fault("lock_account", seconds=600)
    camera.set_fault("refuse", path="/RPC2_Login", status=404, body="")
    with pytest.raises(AccountLockedError):
        await ask(http)
    assert camera.state()["logins"]["locked"] == 1


async def test_lock_that_is_over_is_forgotten(
    camera: VirtualCamera, session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera.set_fault("lock_account", seconds=600)
    http = door(session, camera)
    with pytest.raises(AccountLockedError):
        await ask(http)
    camera.clear_fault("lock_account")
    monkeypatch.setattr(lock, "monotonic", lambda: monotonic() + 301.0)
    assert "MFW7442K1" in await ask(http)


async def test_slow_camera_times_out(
    camera: VirtualCamera, session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    http = door(session, camera)
    await ask(http)
    camera.set_fault("slow", seconds=30, path="/cgi-bin/magicBox.cgi")
    monkeypatch.setattr(
        "custom_components.dahua_camera.dahua.http._TEXT_TIMEOUT",
        ClientTimeout(total=0.3),
    )
    with pytest.raises(RequestTimeoutError):
        await ask(http)


async def test_nothing_listens(session: ClientSession, socket_enabled: None) -> None:
    http = CameraHttp(session, Address("127.0.0.1", 1), "admin", "x")
    with pytest.raises(CannotConnectError):
        await ask(http)


@pytest.mark.parametrize(
    "head",
    [
        b'HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm="Login to X", qop="auth", nonce="1"',
        b"HTTP/1.1 503 No",
        b"HTTP/1.1 200 OK",
    ],
)
async def test_answer_that_breaks_off(
    session: ClientSession, socket_enabled: None, head: bytes
) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head + b"\r\nContent-Length: 100\r\n\r\nand then")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        address = Address("127.0.0.1", server.sockets[0].getsockname()[1])
        http = CameraHttp(session, address, "admin", "x")
        with pytest.raises(CannotConnectError):
            await ask(http)


async def test_answer_that_is_too_large_is_cut_off(
    camera: VirtualCamera, session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    http = door(session, camera)
    await ask(http)
    monkeypatch.setattr("custom_components.dahua_camera.dahua.http._TEXT_LIMIT", 10_000)
    body = "a=" + 10_000 * "x"
    camera.set_fault("refuse", path="/cgi-bin/magicBox.cgi", status=200, body=body)
    with pytest.raises(MalformedResponseError, match="larger"):
        await ask(http)
    camera.clear_fault("refuse")
    assert "MFW7442K1" in await ask(http)


async def test_redirect_is_told_and_not_followed(
    camera: VirtualCamera, session: ClientSession
) -> None:
    http = door(session, camera)
    await ask(http)
    camera.set_fault("refuse", path="/cgi-bin/magicBox.cgi", status=302, body="")
    with pytest.raises(RedirectedError):
        await ask(http)


async def test_picture_that_is_none(camera: VirtualCamera, session: ClientSession) -> None:
    http = door(session, camera)
    camera.set_fault("refuse", path="/cgi-bin/snapshot.cgi", status=200, body="sorry")
    with pytest.raises(MalformedResponseError):
        await http.get_picture("snapshot.cgi", "channel=1")


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, b"OK\r\n", None),
        (200, b"table.x=1\r\n", None),
        (200, b"Error: No Events\r\n", None),
        (400, b"Error\r\nBad Request!\r\n", NotSupportedError),
        (501, b"Error\r\nNot Implemented!\r\n", NotSupportedError),
        (200, b"Error\r\nBad Request!\r\n", NotSupportedError),
        (200, b"Error: Error -1 getting param in name=Lighting[0][0]\r\n", NotSupportedError),
        (200, b"Error\r\n", UnclearRefusalError),
        (400, b"Error\r\n", UnclearRefusalError),
        (500, b"Error\r\n", CameraBusyError),
        (404, b"<html></html>", NotSupportedError),
        (200, b" <!DOCTYPE html>", NotSupportedError),
        (200, b"Error\r\nAuthorization Failed!\r\n", PermissionDeniedError),
        (403, b"", PermissionDeniedError),
        (500, b"Error\r\nInternal Error!\r\n", CameraBusyError),
        (200, b"Error\r\nInternal Error!\r\n", CameraBusyError),
        (503, b"", CameraBusyError),
        (418, b"", MalformedResponseError),
    ],
)
def test_meaning_of_answers(status: int, body: bytes, error: type[DahuaError] | None) -> None:
    if error is None:
        raise_for_answer(status, body)
        return
    with pytest.raises(error) as caught:
        raise_for_answer(status, body)
    assert type(caught.value) is error


async def test_stream_that_the_camera_closes(camera: VirtualCamera, session: ClientSession) -> None:
    http = door(session, camera)
    with pytest.raises(CannotConnectError, match="closed"):
        async with http.open_stream(
            "eventManager.cgi", "action=attach&codes=[All]&heartbeat=1", silence=5
        ) as chunks:
            async for _ in chunks:
                camera.set_fault("drop_stream", once=True)


async def test_stream_that_is_refused(camera: VirtualCamera, session: ClientSession) -> None:
    camera.set_fault("refuse", path="/cgi-bin/eventManager.cgi", status=501, body="Error\r\n")
    with pytest.raises(NotSupportedError):
        async with door(session, camera).open_stream(
            "eventManager.cgi", "action=attach", silence=5
        ):
            pass


def test_no_error_text_holds_the_password() -> None:
    for error in (RedirectedError("https://192.0.2.1/"), AccountLockedError("locked")):
        assert "Fluss" not in str(error)
