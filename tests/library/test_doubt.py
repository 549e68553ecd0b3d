"""Whether refused logins are about the account: nothing else is to be taken for that."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from aiohttp import ClientSession, TCPConnector
import pytest

from custom_components.dahua_camera.dahua import login
from custom_components.dahua_camera.dahua.address import Address
from custom_components.dahua_camera.dahua.errors import (
    ConnectionLimitError,
    InvalidCredentialsError,
)
from custom_components.dahua_camera.dahua.http import CameraHttp
from tests.integration.helpers import until
from tests.virtual_camera import VirtualCamera
from tests.virtual_camera.http_server import Connection, Request, Response
from tests.virtual_camera.wire.router import Router


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Confirm a refused login without a long pause."""
    monkeypatch.setattr(login, "CONFIRMATION_PAUSE", 0.05)


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession(connector=TCPConnector(limit=3)) as client:
        yield client


def door(session: ClientSession, camera: VirtualCamera, password: str | None = None) -> CameraHttp:
    address = Address("127.0.0.1", camera.http_port)
    return CameraHttp(session, address, camera.username, password or camera.password)


async def ask(http: CameraHttp) -> str:
    return await http.get_text("magicBox.cgi", "action=getDeviceType")


async def look(http: CameraHttp) -> bytes:
    return await http.get_picture("snapshot.cgi", "channel=1")


async def listen(http: CameraHttp) -> None:
    async with http.open_stream("eventManager.cgi", "action=attach", silence=5):
        pass


async def learn_that_nonces_serve_once(http: CameraHttp, camera: VirtualCamera) -> None:
    """Have each request begin without a login, as it does at such a camera."""
    camera.set_fault("one_shot_nonce", told=False)
    for _ in range(4):
        await ask(http)
    challenged = http.login.challenged
    await ask(http)
    assert http.login.challenged == challenged + 1


async def test_place_of_our_own_does_not_hide_that_the_connection_table_is_full(
    camera: VirtualCamera, session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    http = door(session, camera)
    await learn_that_nonces_serve_once(http, camera)
    camera.set_fault("connection_limit", max=1)
    camera.requests.clear()
    challenged = http.login.challenged
    answer = Router.answer

    def logins() -> int:
        return sum(request["login"] is not None for request in camera.requests)

    async def answer_in_turn(
        router: Router, request: Request, connection: Connection
    ) -> Response | None:
        """Have two that find no place refused, and the one that has it at rest by then."""
        if "magicBox" in request.target:
            await until(lambda: logins() >= 2)
        elif "authorization" in request.headers:
            others = 2 + logins()
            with suppress(TimeoutError):
                await until(lambda: http.login.challenged >= challenged + others, 0.5)
        return await answer(router, request, connection)

    monkeypatch.setattr(Router, "answer", answer_in_turn)
    outcomes = await asyncio.gather(ask(http), look(http), listen(http), return_exceptions=True)
    assert InvalidCredentialsError not in [type(outcome) for outcome in outcomes]
    assert ConnectionLimitError in [type(outcome) for outcome in outcomes]
    camera.clear_fault("connection_limit")
    assert "MFW7442K1" in await ask(http)


async def test_connection_table_that_was_just_full_has_two_no_more_refused_together(
    camera: VirtualCamera, session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    http = door(session, camera)
    camera.set_fault("connection_limit", max=0)
    with pytest.raises(ConnectionLimitError):
        await ask(http)
    camera.requests.clear()
    answer = Router.answer

    async def answer_in_turn(
        router: Router, request: Request, connection: Connection
    ) -> Response | None:
        """Have two refused together, and room made in that moment."""
        answered = await answer(router, request, connection)
        if "authorization" in request.headers:
            with suppress(TimeoutError):
                await until(lambda: sum(r["login"] is not None for r in camera.requests) >= 2, 0.5)
            camera.clear_fault("connection_limit")
        return answered

    monkeypatch.setattr(Router, "answer", answer_in_turn)
    outcomes = await asyncio.gather(ask(http), look(http), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [ConnectionLimitError] * 2
    camera.clear_fault("connection_limit")
    assert "MFW7442K1" in await ask(http)


async def test_nobody_takes_the_place_of_the_second_try(
    camera: VirtualCamera, session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    http = door(session, camera)
    await learn_that_nonces_serve_once(http, camera)
    rejected = http.login.rejected
    looking: list[asyncio.Task[bytes]] = []
    answer, begin = Router.answer, CameraHttp._begin_web_login

    async def begin_and_look(http: CameraHttp, *args: Any, **options: Any) -> Any:
        """Have a still asked for in the moment in which the web login has answered."""
        answered = await begin(http, *args, **options)
        if not looking:
            looking.append(asyncio.create_task(look(http)))
            camera.clear_fault("reject_login")
            await asyncio.sleep(0.1)
        return answered

    async def answer_in_turn(
        router: Router, request: Request, connection: Connection
    ) -> Response | None:
        if "snapshot" in request.target and "authorization" not in request.headers:
            await asyncio.wait([asking], timeout=0.12)
        return await answer(router, request, connection)

    monkeypatch.setattr(CameraHttp, "_begin_web_login", begin_and_look)
    monkeypatch.setattr(Router, "answer", answer_in_turn)
    camera.set_fault("connection_limit", max=1)
    camera.set_fault("reject_login")
    asking = asyncio.create_task(ask(http))
    assert "MFW7442K1" in await asking
    assert http.login.rejected == rejected + 1
    await looking[0]


async def test_aged_nonce_without_a_count_is_no_wrong_password(
    camera: VirtualCamera, session: ClientSession
) -> None:
    guard = camera.machine.logins.guard
    guard.settings = replace(guard.settings, qop="", stale_seconds=1.0, tells_stale=False)
    http = door(session, camera)
    await ask(http)
    await asyncio.sleep(1.1)
    camera.set_fault("slow", seconds=0.05)
    await asyncio.gather(ask(http), look(http), listen(http))


async def test_nonce_that_is_offered_again_can_be_answered_again(
    camera: VirtualCamera, session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(camera.machine.logins.guard, "_http_nonce", lambda: "211955164")
    http = door(session, camera)
    await ask(http)
    camera.set_fault("reject_login")
    asking = asyncio.create_task(ask(http))
    await until(lambda: camera.state()["logins"]["rejected"])
    camera.clear_fault("reject_login")
    assert "MFW7442K1" in await asking


async def test_wrong_password_is_told_where_one_nonce_is_offered_again_and_again(
    camera: VirtualCamera, session: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(camera.machine.logins.guard, "_http_nonce", lambda: "211955164")
    http = door(session, camera, "wrong")
    for _ in range(3):
        with pytest.raises(InvalidCredentialsError):
            await ask(http)
    assert camera.state()["logins"]["rejected"] == 2


async def test_wrong_password_is_told_where_ours_is_the_last_place_in_the_connection_table(
    camera: VirtualCamera, session: ClientSession
) -> None:
    camera.set_fault("connection_limit", max=1)
    http = door(session, camera, "wrong")
    for _ in range(3):
        with pytest.raises(InvalidCredentialsError):
            await ask(http)
    assert camera.state()["logins"]["rejected"] == 2
