"""One client of the RTSP server: its requests, its tracks, what it is sent."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import chain
import secrets
from typing import Protocol

from .encoder import SAMPLE_RATE, parameter_sets
from .live_stream import LiveStream, Moment, Watcher
from .rtp import RtpTrack, aac_payload, h264_payloads, h265_payloads
from .rtsp_message import BadRequestError, Request, read_request, response
from .rtsp_target import RefusedError, interleaved_place, stream_of
from .sdp import AUDIO_PAYLOAD_TYPE, VIDEO_CLOCK, VIDEO_PAYLOAD_TYPE, description
from .view import PictureSource, StreamSettings

METHODS = (
    "OPTIONS",
    "DESCRIBE",
    "SETUP",
    "PLAY",
    "PAUSE",
    "TEARDOWN",
    "GET_PARAMETER",
    "SET_PARAMETER",
)
REPORT_SECONDS = 5.0
# A client that lets this many bytes wait is dropped: it will not catch up any more.
MAX_BACKLOG = 2 * 1024 * 1024
_VIDEO, _AUDIO = 0, 1


class Authenticator(Protocol):
    """The camera's accounts as RTSP sees them."""

    def rtsp_challenge(self) -> str:
        """Return the value of a WWW-Authenticate header."""

    def rtsp_authorized(self, method: str, authorization: str | None) -> bool:
        """Tell whether the Authorization header of a request opens the door."""


@dataclass(frozen=True, slots=True)
class Studio:
    """What all sessions of a server share.

    `stream` finds the live stream of a channel and subtype, `executor` runs the encoders.
    """

    source: PictureSource
    authenticator: Authenticator
    stream: Callable[[int, int], LiveStream]
    executor: Executor


class RtspSession:
    """Answers the requests of one connection and sends it the stream it asked for."""

    def __init__(
        self, studio: Studio, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._studio = studio
        self._reader = reader
        self._writer = writer
        self._id = ""
        self._target: tuple[int, int] | None = None
        self._codec = ""
        self._tracks: dict[int, tuple[int, RtpTrack]] = {}
        self._playing: tuple[LiveStream, Watcher] | None = None
        self._begun: float | None = None
        self._reported = 0.0
        self._finished = False

    @property
    def is_open(self) -> bool:
        """Whether the client has set up a session."""
        return bool(self._id)

    async def serve(self) -> None:
        """Answer requests until the client goes or is sent away."""
        try:
            while not self._finished:
                request = await read_request(self._reader)
                if request is None:
                    return
                await self._answer(request)
                await self._writer.drain()
        except BadRequestError:
            self._writer.write(response(400, None, {"Connection": "close"}))
        except ConnectionError:
            return

    def close(self) -> None:
        """Stop sending and close the connection."""
        self._pause()
        self._id = ""
        self._writer.close()

    async def _answer(self, request: Request) -> None:
        sequence = request.headers.get("cseq")
        if sequence is None or not sequence.isascii() or not sequence.isdecimal():
            raise BadRequestError
        if request.method != "OPTIONS" and not self._studio.authenticator.rtsp_authorized(
            request.method, request.headers.get("authorization")
        ):
            challenge = {"WWW-Authenticate": self._studio.authenticator.rtsp_challenge()}
            self._writer.write(response(401, sequence, challenge))
            return
        try:
            headers, body = await self._handle(request)
        except RefusedError as refused:
            self._writer.write(response(refused.status, sequence))
            return
        self._writer.write(response(200, sequence, headers, body))
        if request.method == "PLAY":
            self._play()

    async def _handle(self, request: Request) -> tuple[dict[str, str], str]:
        """Carry out a request; return the headers and the body of the answer."""
        if request.version != "RTSP/1.0":
            raise RefusedError(505)
        if request.method == "OPTIONS":
            return {"Public": ", ".join(METHODS)}, ""
        if request.method == "DESCRIBE":
            return await self._describe(request)
        handlers: dict[str, Callable[[Request], dict[str, str]]] = {
            "SETUP": self._on_setup,
            "PLAY": self._on_play,
            "PAUSE": self._on_pause,
            "TEARDOWN": self._on_teardown,
            "GET_PARAMETER": self._on_parameter,
            "SET_PARAMETER": self._on_parameter,
        }
        if request.method not in handlers:
            raise RefusedError(501)
        return handlers[request.method](request), ""

    def _on_pause(self, request: Request) -> dict[str, str]:
        self._require_session(request)
        if self._playing is None:
            raise RefusedError(455)
        self._pause()
        return {"Session": self._id}

    def _on_teardown(self, request: Request) -> dict[str, str]:
        self._require_session(request)
        self._pause()
        self._finished = True
        return {"Session": self._id}

    def _on_parameter(self, request: Request) -> dict[str, str]:
        if "session" in request.headers:
            self._require_session(request)
        return {"Session": self._id} if self._id else {}

    async def _describe(self, request: Request) -> tuple[dict[str, str], str]:
        channel, subtype, _ = stream_of(request.url)
        settings = self._require_settings(channel, subtype)
        accepted = request.headers.get("accept", "application/sdp")
        if "application/sdp" not in accepted and "*/*" not in accepted:
            raise RefusedError(406)
        loop = asyncio.get_running_loop()
        sets = await loop.run_in_executor(self._studio.executor, parameter_sets, settings)
        headers = {
            "Content-Base": request.url.removesuffix("/") + "/",
            "Content-Type": "application/sdp",
            "Cache-Control": "must-revalidate",
        }
        return headers, description(settings, sets)

    def _on_setup(self, request: Request) -> dict[str, str]:
        channel, subtype, number = stream_of(request.url)
        settings = self._require_settings(channel, subtype)
        if number is None or number not in ((_VIDEO, _AUDIO) if settings.audio else (_VIDEO,)):
            raise RefusedError(404)
        if "session" in request.headers:
            self._require_session(request)
        if self._playing is not None or self._target not in (None, (channel, subtype)):
            raise RefusedError(455)
        interleaved = interleaved_place(request.headers.get("transport", ""), 2 * number)
        self._target, self._codec = (channel, subtype), settings.codec
        self._id = self._id or f"{secrets.randbelow(10**12):012d}"
        track = RtpTrack(
            VIDEO_PAYLOAD_TYPE if number == _VIDEO else AUDIO_PAYLOAD_TYPE,
            VIDEO_CLOCK if number == _VIDEO else SAMPLE_RATE,
            source=secrets.randbits(32),
            begin=secrets.randbits(31),
        )
        self._tracks[number] = (interleaved, track)
        transport = (
            f"RTP/AVP/TCP;unicast;interleaved={interleaved}-{interleaved + 1};"
            f"ssrc={track.source:08X};mode=PLAY"
        )
        return {"Session": f"{self._id};timeout=60", "Transport": transport}

    def _on_play(self, request: Request) -> dict[str, str]:
        self._require_session(request)
        if not self._tracks or self._target is None:
            raise RefusedError(455)
        self._require_settings(*self._target)
        base = request.url.removesuffix("/")
        info = ",".join(
            f"url={base}/trackID={number};seq={track.sequence};rtptime={track.timestamp(0)}"
            for number, (_, track) in sorted(self._tracks.items())
        )
        return {"Session": self._id, "Range": "npt=0.000000-", "RTP-Info": info}

    def _require_session(self, request: Request) -> None:
        given = request.headers.get("session", "").partition(";")[0].strip()
        if not self._id or given != self._id:
            raise RefusedError(454)

    def _require_settings(self, channel: int, subtype: int) -> StreamSettings:
        settings = self._studio.source.stream_settings(channel, subtype)
        if settings is None:
            raise RefusedError(404)
        return settings

    def _play(self) -> None:
        if self._playing is None and self._target is not None:
            stream = self._studio.stream(*self._target)
            watcher = Watcher(self._send, self._hang_up)
            self._playing = (stream, watcher)
            self._begun = None
            self._reported = float("-inf")
            stream.join(watcher)

    def _pause(self) -> None:
        if self._playing is not None:
            stream, watcher = self._playing
            self._playing = None
            stream.leave(watcher)

    def _hang_up(self) -> None:
        self._finished = True
        self._writer.transport.abort()

    def _send(self, moment: Moment) -> None:
        """Write what a stream gave; a client that is too slow for it is dropped."""
        if self._writer.is_closing():
            return
        if self._writer.transport.get_write_buffer_size() > MAX_BACKLOG:
            self._hang_up()
            return
        if self._begun is None:
            self._begun = moment.seconds
        self._writer.write(b"".join(self._frames(moment, moment.seconds - self._begun)))

    def _frames(self, moment: Moment, seconds: float) -> Iterator[bytes]:
        """Yield the interleaved frames of a moment, so many seconds after the first one."""
        if seconds - self._reported >= REPORT_SECONDS:
            self._reported = seconds
            for place, track in self._tracks.values():
                yield _interleave(place + 1, track.sender_report(seconds, moment.wall_clock))
        if _VIDEO in self._tracks:
            place, track = self._tracks[_VIDEO]
            cut = h265_payloads if self._codec == "H.265" else h264_payloads
            payloads = chain.from_iterable(cut(unit) for unit in moment.picture.units)
            for packet in track.packets(payloads, seconds):
                yield _interleave(place, packet)
        if _AUDIO in self._tracks:
            place, track = self._tracks[_AUDIO]
            for heard, frame in moment.sound:
                ago = moment.seconds - heard
                for packet in track.packets([aac_payload(frame)], seconds - ago):
                    yield _interleave(place, packet)


def _interleave(place: int, packet: bytes) -> bytes:
    return b"$" + bytes((place,)) + len(packet).to_bytes(2) + packet
