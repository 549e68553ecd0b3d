"""The RTSP server of the virtual camera: live streams over interleaved TCP."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from .live_stream import LiveStream
from .port import Port
from .rtsp_session import Authenticator, RtspSession, Studio
from .view import PictureSource


class RtspServer:
    """Serves `/cam/realmonitor?channel=1&subtype=0` and the like; channels count from 1 there."""

    def __init__(
        self, source: PictureSource, authenticator: Authenticator, host: str, port: int
    ) -> None:
        self._source = source
        self._authenticator = authenticator
        self._port = Port(host, port)
        self._server: asyncio.Server | None = None
        self._turning = asyncio.Lock()
        self._executor: ThreadPoolExecutor | None = None
        self._streams: dict[tuple[int, int], LiveStream] = {}
        self._connections: dict[asyncio.Task[None], RtspSession] = {}

    @property
    def port(self) -> int:
        """The port that the server listens on; any free one is chosen at the first start."""
        return self._port.number

    @property
    def sessions(self) -> int:
        """How many sessions are open, playing or not."""
        return sum(session.is_open for session in self._connections.values())

    async def start(self) -> None:
        """Open the port unless it is open. Raises OSError where it is taken."""
        async with self._turning:
            if self._server is not None:
                return
            self._port.keep()
            self._server = await asyncio.start_server(self._serve, self._port.host, self.port)
            self._executor = ThreadPoolExecutor(2, thread_name_prefix="virtual-camera-stream")

    async def stop(self) -> None:
        """Close everything, and leave the port to others."""
        await self.close()
        self._port.release()

    async def close(self) -> None:
        """Close the port for a while, every connection and every encoder."""
        async with self._turning:
            if self._server is not None:
                self._server.close()
            await self.drop_sessions()
            for stream in self._streams.values():
                await stream.stop()
            self._streams.clear()
            if self._executor is not None:
                self._executor.shutdown()
                self._executor = None
            if self._server is not None:
                await self._server.wait_closed()
                self._server = None

    async def drop_sessions(self) -> None:
        """Close every connection without a word."""
        tasks = [task for task in self._connections if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def stream(self, channel: int, subtype: int) -> LiveStream:
        """Return the live stream that all watchers of a channel and subtype share."""
        if self._executor is None:
            message = "the server is not running"
            raise RuntimeError(message)
        key = (channel, subtype)
        if key not in self._streams:
            self._streams[key] = LiveStream(self._source, self._executor, channel, subtype)
        return self._streams[key]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        assert self._executor is not None
        studio = Studio(self._source, self._authenticator, self.stream, self._executor)
        session = RtspSession(studio, reader, writer)
        self._connections[task] = session
        try:
            await session.serve()
        except asyncio.CancelledError:
            # Dropped on purpose: nobody waits for this task but `drop_sessions`.
            return
        finally:
            del self._connections[task]
            session.close()
