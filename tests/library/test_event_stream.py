"""The subscription: kept alive, quiet while it cannot be had, and never deaf by an error."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
import itertools
import random
from types import SimpleNamespace

from aiohttp import ClientSession
import pytest

from custom_components.dahua_camera.dahua import event_stream
from custom_components.dahua_camera.dahua.address import Address
from custom_components.dahua_camera.dahua.errors import DahuaError
from custom_components.dahua_camera.dahua.event_stream import EventStream
from custom_components.dahua_camera.dahua.events import Event
from custom_components.dahua_camera.dahua.http import CameraHttp
from tests.integration.helpers import until
from tests.virtual_camera import VirtualCamera


class Listener:
    """Notes what a stream tells."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.connected = 0
        self.lost: list[DahuaError] = []
        self.refused: list[DahuaError] = []
        self.fails = False

    def on_event(self, event: Event) -> None:
        self.events.append(event)
        if self.fails:
            raise RuntimeError("a listener's own mistake")

    def on_connected(self) -> None:
        self.connected += 1


@asynccontextmanager
async def listening(
    camera: VirtualCamera | SimpleNamespace,
    password: str | None = None,
    spread: Callable[[float, float], float] = random.uniform,
) -> AsyncIterator[tuple[Listener, EventStream, asyncio.Task[None]]]:
    listener = Listener()
    async with ClientSession() as session:
        http = CameraHttp(
            session,
            Address("127.0.0.1", camera.http_port),
            camera.username,
            password or camera.password,
        )
        stream = EventStream(
            http,
            on_event=listener.on_event,
            on_connected=listener.on_connected,
            on_lost=listener.lost.append,
            on_refused=listener.refused.append,
            spread=spread,
        )
        task = asyncio.create_task(stream.run())
        yield listener, stream, task
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, float], None]:
    """Shorten a time of the stream."""

    def shorten(name: str, seconds: float) -> None:
        monkeypatch.setattr(event_stream, name, seconds)

    shorten("FIRST_RETRY", 0.05)
    return shorten


async def test_one_connection_serves_for_good(camera: VirtualCamera) -> None:
    async with listening(camera) as (listener, stream, _):
        await until(lambda: stream.connected)
        for index in (0, 1):
            await camera.emit("VideoMotion", "Start", index)
        await until(lambda: len(listener.events) == 2)
        assert listener.connected == 1
        assert camera.state()["subscribers"] == 1


async def test_padding_without_a_length_does_not_hold_up_events(socket_enabled: None) -> None:
    async with (
        VirtualCamera(overlays=("odd_lengths", "zero_lengths")) as padding,
        listening(padding) as (listener, *_),
    ):
        await until(lambda: listener.connected)
        await padding.emit("VideoMotion", "Start", 1, {"Id": [0]})
        # Sooner than the next heartbeat, which ends any part.
        await until(lambda: listener.events, seconds=3)


async def test_error_of_a_listener_does_not_make_deaf(
    camera: VirtualCamera, caplog: pytest.LogCaptureFixture
) -> None:
    async with listening(camera) as (listener, stream, _):
        await until(lambda: stream.connected)
        listener.fails = True
        await camera.emit("VideoMotion", "Start", 0, {"RegionName": ["secret place"]})
        await until(lambda: listener.events)
        listener.fails = False
        await camera.emit("VideoMotion", "Stop", 0)
        await until(lambda: len(listener.events) == 2)
        assert not listener.lost
    assert "VideoMotion" in caplog.text
    assert "secret place" not in caplog.text


async def test_wrong_password_ends_it(camera: VirtualCamera) -> None:
    async with listening(camera, "wrong") as (listener, _, task):
        await asyncio.wait_for(task, 10)
        assert not listener.connected
        assert camera.state()["logins"]["rejected"] == 2


async def test_refusal_that_breaks_off_does_not_end_it(
    socket_enabled: None, fast: Callable[[str, float], None]
) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 503 Busy\r\nContent-Length: 100\r\n\r\nnot now, be")
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        place = SimpleNamespace(
            http_port=server.sockets[0].getsockname()[1], username="admin", password="x"
        )
        async with listening(place) as (listener, _, task):
            await until(lambda: len(listener.refused) > 1 or task.done())
            assert not task.done()


async def test_camera_without_the_stream_is_asked_less_and_less(
    camera: VirtualCamera, fast: Callable[[str, float], None]
) -> None:
    camera.set_fault("refuse", path="/cgi-bin/eventManager.cgi", status=501, body="Error\r\n")
    async with listening(camera) as (listener, _, _):
        await asyncio.sleep(1.0)
        tries = [r["time"] for r in camera.requests if r["status"] == 501]
        pauses = [later - earlier for earlier, later in itertools.pairwise(tries)]
        assert 2 <= len(tries) <= 7
        assert pauses[-1] > pauses[0]
        assert not listener.lost, "what never was cannot be lost"
        assert len(listener.refused) >= len(tries) - 1
        camera.clear_fault("refuse")
        await until(lambda: listener.connected)


async def test_life_of_some_length_resets_the_patience(
    camera: VirtualCamera, fast: Callable[[str, float], None]
) -> None:
    async with listening(camera) as (listener, stream, _):
        for number in range(1, 4):
            await until(lambda: listener.connected == number)  # noqa: B023
            await asyncio.sleep(3 * event_stream.FIRST_RETRY)
            camera.set_fault("drop_stream", once=True)
            await until(lambda: len(listener.lost) == number)  # noqa: B023
            assert stream._retry <= 2 * event_stream.FIRST_RETRY


async def test_pauses_are_spread_by_chance(camera: VirtualCamera) -> None:
    drawn: list[tuple[float, float]] = []

    def draw(least: float, most: float) -> float:
        drawn.append((least, most))
        return 0.02

    camera.set_fault("refuse", path="/cgi-bin/eventManager.cgi", status=501, body="Error\r\n")
    async with listening(camera, spread=draw) as (listener, _, _):
        # Four pauses of 1, 2, 4 and 8 seconds, but for the draw.
        await until(lambda: len(listener.refused) == 4, 5)
    assert set(drawn) == {event_stream.SPREAD}
    least, most = event_stream.SPREAD
    assert least < 1 < most
