"""Streams play in a real player, and everything else is answered as a camera answers it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import md5
from itertools import pairwise
import re
import threading

import av
import pytest

from tests.virtual.peer import until
from tests.virtual_camera.encoder import EncodedPicture
from tests.virtual_camera.live_stream import Moment
from tests.virtual_camera.rtsp import RtspServer
from tests.virtual_camera.rtsp_session import MAX_BACKLOG
from tests.virtual_camera.view import StreamSettings, View

REALM, NONCE, PASSWORD = "Login to 4E0A", "9d2c5b", "dahua7442"
MAIN = StreamSettings(640, 360, 10, 1024, "H.264", audio=True)
SUB = StreamSettings(320, 180, 10, 256, "H.265", audio=False)
# A short look at the stream is enough to tell what is in it.
_PLAYER = {"rtsp_transport": "tcp", "analyzeduration": "300000", "fpsprobesize": "1"}
PATH = "/cam/realmonitor?channel=1&subtype=0"


@dataclass
class Street:
    """A camera with two sensors; its second stream is H.265."""

    settings: dict[tuple[int, int], StreamSettings] = field(
        default_factory=lambda: {(0, 0): MAIN, (0, 1): SUB, (1, 0): replace(MAIN, audio=False)}
    )
    warm: int = 0
    looked: int = 0

    def view(self, channel: int) -> View:
        """Return a view at night."""
        self.looked += 1
        clock = datetime(2026, 10, 27, 20, tzinfo=UTC)
        return View(channel, "", clock, 0.9, 0, self.warm, color=True, wide=channel == 1)

    def stream_settings(self, channel: int, subtype: int) -> StreamSettings | None:
        """Return the settings of a stream."""
        return self.settings.get((channel, subtype))

    def snapshot_size(self, _: int) -> tuple[int, int]:
        """Return the size of a still."""
        return (640, 360)


class Door:
    """Lets in `admin` with the right password and notes what was refused."""

    def __init__(self) -> None:
        self.refused: list[str] = []

    def rtsp_challenge(self) -> str:
        """Return the challenge."""
        return f'Digest realm="{REALM}", nonce="{NONCE}"'

    def rtsp_authorized(self, method: str, authorization: str | None) -> bool:
        """Check a digest without qop."""
        given = dict(re.findall(r'(\w+)="([^"]*)"', authorization or ""))
        right = digest(method, given.get("uri", ""))
        if given.get("response") == right and given.get("username") == "admin":
            return True
        self.refused.append(method)
        return False


def digest(method: str, uri: str) -> str:
    one = md5(f"admin:{REALM}:{PASSWORD}".encode()).hexdigest()
    two = md5(f"{method}:{uri}".encode()).hexdigest()
    return md5(f"{one}:{NONCE}:{two}".encode()).hexdigest()


@pytest.fixture
def street() -> Street:
    return Street()


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
async def server(socket_enabled: None, street: Street, door: Door) -> AsyncIterator[RtspServer]:
    running = RtspServer(street, door, "127.0.0.1", 0)
    await running.start()
    yield running
    await running.stop()
    assert running.sessions == 0


@pytest.fixture
def player() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2, thread_name_prefix="player") as executor:
        yield executor


@dataclass(frozen=True)
class Played:
    """What a player made of a stream."""

    codecs: list[str]
    size: tuple[int, int]
    times: list[float]
    brightness: list[float]
    sound_frames: int


def play(port: int, path: str, *, frames: int = 6, password: str = PASSWORD) -> Played:
    url = f"rtsp://admin:{password}@127.0.0.1:{port}{path}"
    with av.open(url, options=_PLAYER, timeout=20) as container:
        codecs = [stream.codec_context.name for stream in container.streams]
        times, brightness, sound = [], [], 0
        for frame in container.decode():
            if isinstance(frame, av.AudioFrame):
                sound += 1
                continue
            # The first picture comes before the player knows the clock.
            times.append(frame.time or 0.0)
            brightness.append(float(frame.to_ndarray(format="gray").mean()))
            if len(times) == frames:
                break
        video = container.streams.video[0]
        return Played(codecs, (video.width, video.height), times, brightness, sound)


async def in_thread(player: ThreadPoolExecutor, port: int, path: str, **options: object) -> Played:
    def run() -> Played:
        return play(port, path, **options)  # type: ignore[arg-type]

    return await asyncio.get_running_loop().run_in_executor(player, run)


class Raw:
    """A client that says exactly what it is told to."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.sequence = 0
        self.session = ""
        self.frames: list[tuple[int, bytes]] = []

    async def ask(self, method: str, url: str, *lines: str, login: bool = True) -> tuple[int, str]:
        """Send a request and return status and head of the answer."""
        self.sequence += 1
        head = [f"{method} {url} RTSP/1.0", f"CSeq: {self.sequence}", *lines]
        if login:
            parts = {"username": "admin", "realm": REALM, "nonce": NONCE, "uri": url}
            parts["response"] = digest(method, url)
            head.append(
                "Authorization: Digest " + ", ".join(f'{k}="{v}"' for k, v in parts.items())
            )
        if self.session and not any(line.startswith("Session:") for line in lines):
            head.append(f"Session: {self.session}")
        self.writer.write(("\r\n".join(head) + "\r\n\r\n").encode())
        return await self.answer()

    async def answer(self) -> tuple[int, str]:
        """Return the next answer; interleaved frames are collected on the way."""
        async with asyncio.timeout(20):
            while (first := await self.reader.readexactly(1)) == b"$":
                self.frames.append(await self._frame())
            head = (first + await self.reader.readuntil(b"\r\n\r\n")).decode()
            length = re.search(r"Content-Length: (\d+)", head)
            body = await self.reader.readexactly(int(length[1])) if length else b""
        return int(head.split(" ")[1]), head + body.decode()

    async def _frame(self) -> tuple[int, bytes]:
        place, *length = await self.reader.readexactly(3)
        return place, await self.reader.readexactly(int.from_bytes(bytes(length)))

    async def until_frame(self, place: int) -> bytes:
        """Return the next frame at a place."""
        async with asyncio.timeout(20):
            while True:
                assert await self.reader.readexactly(1) == b"$"
                found, data = await self._frame()
                if found == place:
                    return data

    async def set_up(self, url: str, place: int = 0) -> tuple[int, str]:
        """Set up the video track."""
        transport = f"Transport: RTP/AVP/TCP;unicast;interleaved={place}-{place + 1}"
        status, head = await self.ask("SETUP", f"{url}/trackID=0", transport)
        if found := re.search(r"Session: (\d+)", head):
            self.session = found[1]
        return status, head

    async def is_closed(self) -> bool:
        """Tell whether the server closes the connection."""
        async with asyncio.timeout(20):
            try:
                while await self.reader.read(65536):
                    pass
            except ConnectionError:
                return True
        return True


@pytest.fixture
async def raw(server: RtspServer) -> AsyncIterator[Raw]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    yield Raw(reader, writer)
    writer.close()


@pytest.fixture
def url(server: RtspServer) -> str:
    return f"rtsp://127.0.0.1:{server.port}{PATH}"


@pytest.mark.parametrize(
    ("path", "codecs", "size"),
    [
        (PATH, ["h264", "aac"], (640, 360)),
        ("/cam/realmonitor?channel=2&subtype=0", ["h264"], (640, 360)),
        ("/cam/realmonitor?channel=1&subtype=1", ["hevc"], (320, 180)),
        (PATH + "&unicast=true&proto=Onvif", ["h264", "aac"], (640, 360)),
    ],
)
async def test_every_stream_plays(
    server: RtspServer,
    player: ThreadPoolExecutor,
    path: str,
    codecs: list[str],
    size: tuple[int, int],
) -> None:
    played = await in_thread(player, server.port, path)
    assert played.codecs == codecs
    assert played.size == size
    steps = [after - before for before, after in pairwise(played.times[1:])]
    assert steps == pytest.approx([0.1] * len(steps), abs=0.002)
    assert bool(played.sound_frames) == ("aac" in codecs)
    assert min(played.brightness) > 5


async def test_the_picture_follows_the_light(
    server: RtspServer, player: ThreadPoolExecutor, street: Street
) -> None:
    dark = await in_thread(player, server.port, PATH)
    street.warm = 100
    lit = await in_thread(player, server.port, PATH)
    assert min(lit.brightness) > max(dark.brightness) + 20


async def test_the_light_is_seen_within_a_playing_stream(
    server: RtspServer, player: ThreadPoolExecutor, street: Street
) -> None:
    playing = asyncio.create_task(in_thread(player, server.port, PATH, frames=30))
    await until(lambda: street.looked > 10)
    street.warm = 100
    played = await playing
    assert played.brightness[-1] > played.brightness[0] + 20


@pytest.mark.parametrize(
    ("path", "password", "error"),
    [
        (PATH, "wrong", av.error.HTTPUnauthorizedError),
        ("/cam/realmonitor?channel=3&subtype=0", PASSWORD, av.error.HTTPNotFoundError),
        ("/cam/realmonitor?channel=0&subtype=0", PASSWORD, av.error.HTTPNotFoundError),
        ("/cam/realmonitor?channel=1&subtype=2", PASSWORD, av.error.HTTPNotFoundError),
        ("/live", PASSWORD, av.error.HTTPNotFoundError),
    ],
)
async def test_players_are_refused(
    server: RtspServer,
    player: ThreadPoolExecutor,
    path: str,
    password: str,
    error: type[Exception],
) -> None:
    with pytest.raises(error):
        await in_thread(player, server.port, path, password=password)


async def test_every_method_but_options_wants_a_login(raw: Raw, url: str, door: Door) -> None:
    status, head = await raw.ask("OPTIONS", url, login=False)
    assert status == 200
    assert "Public: OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN, GET_PARAMETER" in head
    assert "Server: Rtsp Server/3.0" in head
    methods = ["DESCRIBE", "SETUP", "PLAY", "PAUSE", "TEARDOWN", "GET_PARAMETER", "SET_PARAMETER"]
    for method in methods:
        status, head = await raw.ask(method, url, login=False)
        assert status == 401
        assert f'WWW-Authenticate: Digest realm="{REALM}", nonce="{NONCE}"' in head
        assert f"CSeq: {raw.sequence}" in head
    assert door.refused == methods


async def test_describe_tells_the_tracks(raw: Raw, url: str) -> None:
    status, text = await raw.ask("DESCRIBE", url, "Accept: application/sdp")
    assert status == 200
    assert f"Content-Base: {url}/" in text
    assert "m=video 0 RTP/AVP 96\r\na=control:trackID=0" in text
    assert "a=rtpmap:96 H264/90000" in text
    assert "m=audio 0 RTP/AVP 97\r\na=control:trackID=1" in text
    assert "a=rtpmap:97 MPEG4-GENERIC/16000" in text
    assert re.search(r"sprop-parameter-sets=Z[\w+/=]+,a[\w+/=]+\r\n", text)
    assert (await raw.ask("DESCRIBE", url, "Accept: text/plain"))[0] == 406


async def test_udp_is_refused_and_tcp_taken_on_the_same_connection(raw: Raw, url: str) -> None:
    udp = "Transport: RTP/AVP;unicast;client_port=5000-5001"
    assert (await raw.ask("SETUP", f"{url}/trackID=0", udp))[0] == 461
    status, head = await raw.set_up(url, place=4)
    assert status == 200
    assert "interleaved=4-5" in head
    assert "timeout=60" in head
    assert (await raw.ask("SETUP", f"{url}/trackID=7", "Transport: RTP/AVP/TCP"))[0] == 404


async def test_a_session_from_set_up_to_tear_down(
    raw: Raw, url: str, server: RtspServer, street: Street
) -> None:
    assert (await raw.ask("PLAY", url))[0] == 454
    await raw.set_up(url)
    assert server.sessions == 1
    assert (await raw.ask("PLAY", url, "Session: 1"))[0] == 454
    assert (await raw.ask("PAUSE", url))[0] == 455
    assert street.looked == 0
    status, head = await raw.ask("PLAY", url)
    assert status == 200
    assert "RTP-Info: url=" in head
    assert (await raw.until_frame(1))[1] == 200
    packet = await raw.until_frame(0)
    assert packet[1] & 0x7F == 96
    assert (await raw.set_up(url))[0] == 455
    raw.writer.write(b"$\x01\x00\x04RTCP")
    assert (await raw.ask("GET_PARAMETER", url))[0] == 200
    assert (await raw.ask("PAUSE", url))[0] == 200
    assert (await raw.ask("PLAY", url))[0] == 200
    assert (await raw.until_frame(0))[1] & 0x7F == 96
    assert (await raw.ask("TEARDOWN", url))[0] == 200
    assert await raw.is_closed()
    await until(lambda: server.sessions == 0)


async def test_a_stream_begins_with_its_parameter_sets(raw: Raw, url: str) -> None:
    await raw.set_up(url)
    await raw.ask("PLAY", url)
    kinds = [(await raw.until_frame(0))[12] & 0x1F for _ in range(4)]
    assert kinds[:2] == [7, 8]
    assert 28 in kinds or 5 in kinds


async def test_nothing_is_painted_unless_somebody_watches(
    raw: Raw, url: str, street: Street
) -> None:
    await raw.ask("DESCRIBE", url)
    await raw.set_up(url)
    await raw.ask("PLAY", url)
    await raw.until_frame(0)
    await raw.ask("PAUSE", url)
    looked = street.looked
    assert looked > 0
    await asyncio.sleep(0.35)
    assert street.looked <= looked + 1


async def test_watchers_share_one_encoder(
    server: RtspServer, player: ThreadPoolExecutor, street: Street
) -> None:
    both = (in_thread(player, server.port, PATH, frames=10) for _ in range(2))
    one, other = await asyncio.gather(*both)
    assert len(one.times) == len(other.times) == 10
    longest = max(one.times + other.times)
    assert street.looked < 10 * longest + 25


async def test_a_stream_that_is_turned_off_ends(raw: Raw, url: str, street: Street) -> None:
    await raw.set_up(url)
    await raw.ask("PLAY", url)
    await raw.until_frame(0)
    del street.settings[0, 0]
    assert await raw.is_closed()


async def test_a_client_that_does_not_read_is_dropped(
    server: RtspServer, url: str, street: Street
) -> None:
    street.settings[0, 0] = StreamSettings(1280, 720, 30, 4096, "H.264", audio=False)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1024)
    slow = Raw(reader, writer)
    await slow.set_up(url)
    await slow.ask("PLAY", url)
    stream = server.stream(0, 0)
    picture = EncodedPicture((b"\x65" + bytes(200_000),), key=True)
    for number in range(400):
        stream.hand_out(Moment(number / 30, 0.0, picture, ()))
        await asyncio.sleep(0)
        if server.sessions == 0:
            break
    assert number * 200_000 > MAX_BACKLOG
    assert server.sessions == 0
    writer.close()


@pytest.mark.parametrize(
    "rubbish",
    [
        b"HELLO\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: camera\r\n\r\n",
        b"OPTIONS * RTSP/1.0\r\n\r\n",
        b"OPTIONS * RTSP/1.0\r\nCSeq: one\r\n\r\n",
        b"OPTIONS * RTSP/1.0\r\nCSeq\r\n\r\n",
        b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nContent-Length: -1\r\n\r\n",
        b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 99999999\r\n\r\n",
        b"\xff\xfe\x00\x01\r\n\r\n",
        b"OPTIONS * RTSP/1.0\r\nX: " + b"x" * 100_000,
    ],
)
async def test_rubbish_is_a_bad_request(
    raw: Raw, rubbish: bytes, server: RtspServer, caplog: pytest.LogCaptureFixture
) -> None:
    raw.writer.write(rubbish)
    status, _ = await raw.answer()
    assert status == 400
    assert await raw.is_closed()
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.parametrize(("method", "status"), [("RECORD", 501), ("SETUP", 404)])
async def test_what_a_camera_does_not_know(raw: Raw, url: str, method: str, status: int) -> None:
    assert (await raw.ask(method, url.replace("/cam/", "/other/")))[0] == status


async def test_stop_closes_everything(server: RtspServer, raw: Raw, url: str) -> None:
    await raw.set_up(url)
    await raw.ask("PLAY", url)
    await raw.until_frame(0)
    await server.stop()
    assert await raw.is_closed()
    names = {thread.name for thread in threading.enumerate()}
    assert not [name for name in names if name.startswith("virtual-camera")]
    with pytest.raises(ConnectionError):
        await asyncio.open_connection("127.0.0.1", server.port)


async def test_start_again_takes_the_same_port(
    server: RtspServer, player: ThreadPoolExecutor
) -> None:
    port = server.port
    await server.stop()
    await server.start()
    assert server.port == port
    assert (await in_thread(player, port, PATH, frames=2)).codecs == ["h264", "aac"]


async def test_sessions_can_be_dropped(server: RtspServer, raw: Raw, url: str) -> None:
    await raw.set_up(url)
    await raw.ask("PLAY", url)
    await raw.until_frame(0)
    await server.drop_sessions()
    assert server.sessions == 0
    assert await raw.is_closed()
