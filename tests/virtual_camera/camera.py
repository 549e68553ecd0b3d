"""The virtual camera: a machine with its ports open."""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Mapping
from dataclasses import replace
from datetime import UTC, tzinfo
from functools import partial
from ssl import SSLContext
import time
from types import TracebackType
from typing import Any, Self

from . import control, profile as profiles
from .channel_state import ChannelState
from .discovery import Discovery
from .event_stream import Event
from .faults import Parameters
from .http_server import Connection, HttpServer, Request, Response
from .logins import RtspLogins
from .machine import Machine
from .recordings import Card
from .rtsp import RtspServer
from .scenarios import Scenarios
from .stage import Scene
from .state import CONNECTION_KINDS, describe
from .tls import self_signed
from .wire.router import Router

DEFAULT_PASSWORD = "Fluss-Pferd7"
_MAX_REQUESTS = 100_000


class VirtualCamera:
    """One camera on the loopback interface; use it as `async with`.

    Port 0 stands for any free one; a camera keeps its ports over a reboot.
    """

    def __init__(
        self,
        profile: str | profiles.Profile = "mfw7442k1",
        *,
        overlays: tuple[str, ...] = (),
        username: str = "admin",
        password: str = DEFAULT_PASSWORD,
        host: str = "127.0.0.1",
        http_port: int = 0,
        https_port: int = 0,
        rtsp_port: int = 0,
        control_port: int = 0,
        discovery_port: int = 0,
        time_zone: tzinfo = UTC,
    ) -> None:
        loaded = profiles.load(profile, overlays) if isinstance(profile, str) else profile
        self.host = host
        self.username = username
        self.password = password
        self.machine = Machine(loaded, username=username, password=password, time_zone=time_zone)
        self.channels = tuple(
            ChannelState(self.machine, channel) for channel in range(len(loaded.channels))
        )
        self.requests: deque[dict[str, Any]] = deque(maxlen=_MAX_REQUESTS)
        self.opened_connections = 0
        self.scenarios = Scenarios(self.machine)
        self.card = Card(self.machine)
        self._router = Router(self.machine, self.card)
        self._discovery = Discovery(self.machine, host, discovery_port)
        self._http = HttpServer(
            self._serve,
            host=host,
            port=http_port,
            idle_seconds=lambda: loaded.switches.idle_seconds,
            on_open=self._on_open,
        )
        self._https: HttpServer | None = None
        if loaded.switches.https or loaded.switches.redirects_to_https:
            self._https = HttpServer(
                self._serve,
                host=host,
                port=https_port,
                tls=self._certified(),
                idle_seconds=lambda: loaded.switches.idle_seconds,
                on_open=self._on_open,
            )
        self._first_tls = self._https.tls if self._https else None
        self._control = HttpServer(
            control.Control(self).answer, host=host, port=control_port, idle_seconds=lambda: 300.0
        )
        self._rtsp = RtspServer(
            self.machine, RtspLogins(self.machine.logins, self.machine.faults), host, rtsp_port
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_down = False
        self.machine.faults.listen(self._on_fault)
        self.machine.open_connections = self._open_connections
        self.machine.end_streams = lambda: self._spawn(self._rtsp.drop_sessions())
        self.machine.request_reboot = lambda: self._spawn(
            self.reboot(
                seconds=loaded.switches.reboot_seconds,
                warming_up=loaded.switches.warming_up_seconds,
                after=0.1,
            )
        )

    @property
    def http_port(self) -> int:
        """Where the web server listens."""
        return self._http.port

    @property
    def https_port(self) -> int:
        """Where the web server listens with TLS; 0 where it does not."""
        return self._https.port if self._https else 0

    @property
    def rtsp_port(self) -> int:
        """Where the streams are."""
        return self._rtsp.port

    @property
    def control_port(self) -> int:
        """Where tests, demo and benchmarks take hold of the camera."""
        return self._control.port

    @property
    def discovery_port(self) -> int:
        """Where searches for cameras are answered, over UDP."""
        return self._discovery.port

    @property
    def scene(self) -> Scene:
        """The world before the camera."""
        return self.machine.scene

    @property
    def serial(self) -> str:
        """The serial number."""
        return self.machine.profile.identity.serial

    async def __aenter__(self) -> Self:
        """Open the ports."""
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close everything."""
        await self.stop()

    async def start(self) -> None:
        """Open the ports."""
        await self._open_ports()
        self.machine.https_port = self.https_port
        self.machine.store.put("RTSP.Port", str(self.rtsp_port))
        await self._control.listen()

    async def stop(self) -> None:
        """Close the ports and end everything that runs."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.scenarios.stop()
        for server in self._web_servers():
            await server.stop()
        await self._rtsp.stop()
        self._discovery.stop()
        await self._control.stop()
        await self.machine.stop()

    async def emit(
        self,
        code: str,
        action: str,
        index: int | None = 0,
        data: Mapping[str, Any] | None = None,
        *,
        deliver: bool = True,
    ) -> float:
        """Raise an event as the camera itself would; returns the wall clock when it was written.

        With `deliver=False` it happens to the camera, and its listeners never hear of it.
        """
        return self.machine.hub.emit(Event(code, action, index, data), deliver=deliver)

    async def scenario(self, name: str, *, speed: float = 1.0) -> None:
        """Play a named sequence to its end; a speed of 2 takes half the time."""
        await self.scenarios.play(name, speed=speed)

    def set_fault(self, name: str, **parameters: Any) -> None:
        """Switch a fault on."""
        self.machine.faults.set(name, parameters)

    def clear_fault(self, name: str) -> None:
        """Switch a fault off."""
        self.machine.faults.clear(name)

    def install_firmware(self, version: str) -> None:
        """Run another firmware; nothing else about the camera changes."""
        profile = self.machine.profile
        identity = replace(profile.identity, version=version)
        self.machine.profile = replace(profile, identity=identity)

    def change_password(self, password: str) -> None:
        """Take another password from now on; connections that are open stay so."""
        self.password = self.machine.logins.guard.password = password

    async def reboot(
        self,
        *,
        seconds: float = 0.0,
        warming_up: float = 0.0,
        half_open: bool = False,
        after: float = 0.0,
    ) -> None:
        """Go down and come back; returns when the web server answers again.

        Half-open connections are neither closed nor answered: their client has to find out.
        """
        await asyncio.sleep(after)
        self._is_down = True
        for server in self._web_servers():
            server.refuse_connections()
        for connection in self._open_connections():
            connection.stalled = half_open
            if not half_open:
                connection.close()
        await self._rtsp.close()
        self._discovery.stop()
        self.machine.hub.forget()
        await asyncio.sleep(seconds)
        self.machine.warm_at = time.monotonic() + warming_up
        self._is_down = False
        await self._open_ports()

    def state(self) -> dict[str, Any]:
        """Return what is going on, for the control side."""
        machine = self.machine
        kinds = Counter(connection.kind for connection in self._open_connections())
        kinds["rtsp"] = self._rtsp.sessions
        return {
            **describe(machine),
            "connections": kinds.total(),
            "connections_by_kind": {kind: kinds[kind] for kind in CONNECTION_KINDS},
            "connections_opened": self.opened_connections,
            "ports": {
                "http": self.http_port,
                "https": self.https_port,
                "rtsp": self.rtsp_port,
                "discovery": self.discovery_port,
            },
        }

    def background(self, work: Awaitable[None]) -> None:
        """Let something run until it ends or the camera stops."""
        self._spawn(work)

    def _spawn(self, work: Awaitable[None]) -> None:
        task: asyncio.Task[None] = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _on_fault(self, name: str, parameters: Parameters | None) -> None:
        match name:
            case "no_rtsp" if not self._is_down:
                self._spawn(self._rtsp.start() if parameters is None else self._rtsp.close())
            case "new_certificate" if self._https:
                self._https.tls = self._certified() if parameters else self._first_tls
                # The web server starts anew to take it.
                for connection in self._https.connections:
                    connection.abort()

    async def _serve(self, request: Request, connection: Connection) -> Response | None:
        entry: dict[str, Any] = {
            "time": time.time(),
            "method": request.method,
            "target": request.target,
            "status": None,
            "connection": connection.number,
            "secure": connection.secure,
            "login": request.headers.get("authorization", "").partition(" ")[0].lower() or None,
        }
        self.requests.append(entry)
        connection.on_head = partial(entry.update, status=200)
        try:
            response = await self._router.answer(request, connection)
        except Exception:
            entry["status"] = 0
            raise
        entry["status"] = response.status if response else 200
        if response and self.machine.profile.switches.closes_connections:
            return replace(response, close=True)
        return response

    def _on_open(self, connection: Connection) -> None:
        self.opened_connections += 1
        held = len(self._open_connections()) + self._rtsp.sessions
        faults = self.machine.faults
        if faults.active("connection_limit"):
            over = faults.take("connection_limit", lambda fault: held > fault["max"])
            connection.over_limit = over is not None
        else:
            connection.over_limit = held > self.machine.profile.switches.connection_limit

    def _certified(self) -> SSLContext:
        """Return what HTTPS is spoken with from now on, with a fresh certificate."""
        return self_signed(self.serial, old=self.machine.profile.switches.old_tls)

    def _web_servers(self) -> list[HttpServer]:
        return [self._http] if self._https is None else [self._http, self._https]

    def _open_connections(self) -> list[Connection]:
        return [each for server in self._web_servers() for each in server.connections]

    async def _open_ports(self) -> None:
        for server in self._web_servers():
            await server.listen()
        if not self.machine.faults.active("no_rtsp"):
            await self._rtsp.start()
        self._discovery.http_port = self.http_port
        await self._discovery.start()
