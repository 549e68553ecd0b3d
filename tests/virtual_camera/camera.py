"""The virtual camera: a machine with its ports open."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Mapping
from dataclasses import replace
from datetime import UTC, tzinfo
import time
from types import TracebackType
from typing import Any, Self

from . import control, profile as profiles
from .digest import Verdict
from .discovery import Discovery
from .event_hub import Event
from .http_server import Connection, HttpServer, Request, Response
from .logins import LockedError
from .machine import Machine
from .recordings import Card
from .rtsp import RtspServer
from .scenarios import Scenarios
from .stage import Scene
from .tls import self_signed
from .wire.router import Router

DEFAULT_PASSWORD = "Fluss-Pferd7"
_MAX_REQUESTS = 100_000


class ChannelState:
    """What one sensor really does; channels count from 0."""

    def __init__(self, machine: Machine, channel: int) -> None:
        self._machine = machine
        self._channel = channel

    @property
    def leds(self) -> dict[str, int]:
        """The levels at which the lamps burn, 0 to 100, by `infrared` and `warm`."""
        return self._machine.leds(self._channel)

    @property
    def live_profile(self) -> int:
        """The row of the image profile in force."""
        return self._machine.live_profile(self._channel)

    @property
    def color(self) -> bool:
        """Whether the picture is in colour."""
        return self._machine.in_color(self._channel)

    @property
    def zoom(self) -> float | None:
        """Where the zoom motor is, 0 to 1; None for a fixed lens."""
        lens = self._machine.lenses.get(self._channel)
        return lens.zoom if lens else None

    @property
    def focus(self) -> float | None:
        """Where the focus motor is, 0 to 1; None for a fixed lens."""
        lens = self._machine.lenses.get(self._channel)
        return lens.focus if lens else None


class _RtspLogins:
    """The account as RTSP asks it."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def rtsp_challenge(self) -> str:
        return self._machine.logins.guard.rtsp_challenge()

    def rtsp_authorized(self, method: str, authorization: str | None) -> bool:
        try:
            return self._machine.logins.judge_rtsp(method, authorization) is Verdict.ACCEPTED
        except LockedError:
            return False


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
                tls=self_signed(self.serial),
                idle_seconds=lambda: loaded.switches.idle_seconds,
                on_open=self._on_open,
            )
        self._control = HttpServer(
            control.Control(self).answer, host=host, port=control_port, idle_seconds=lambda: 300.0
        )
        self._rtsp = RtspServer(self.machine, _RtspLogins(self.machine), host, rtsp_port)
        self._tasks: set[asyncio.Task[None]] = set()
        self.machine.open_connections = self._open_connections
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
        for server in self._web_servers():
            server.refuse_connections()
        for connection in self._open_connections():
            connection.stalled = half_open
            if not half_open:
                connection.close()
        await self._rtsp.stop()
        self._discovery.stop()
        self.machine.hub.forget()
        await asyncio.sleep(seconds)
        self.machine.warm_at = time.monotonic() + warming_up
        await self._open_ports()

    def state(self) -> dict[str, Any]:
        """Return what is going on, for the control side."""
        machine = self.machine
        kinds: dict[str, int] = {"http": 0, "event_stream": 0, "snapshot_stream": 0}
        for connection in self._open_connections():
            kinds[connection.kind] = kinds.get(connection.kind, 0) + 1
        kinds["rtsp"] = self._rtsp.sessions
        return {
            "profile": machine.profile.name,
            "serial": self.serial,
            "clock": f"{machine.clock.now():%F %T}",
            "darkness": machine.scene.darkness,
            "warming_up": machine.warming_up,
            "channels": [machine.describe(channel) for channel in range(len(self.channels))],
            "connections": sum(kinds.values()),
            "connections_by_kind": kinds,
            "connections_opened": self.opened_connections,
            "subscribers": len(machine.hub.streams),
            "active": [
                {"code": event.code, "index": event.index, "data": event.data}
                for event in machine.hub.active()
            ],
            "logins": machine.logins.counters.as_dict(),
            "locked_seconds": machine.logins.lock_seconds,
            "faults": machine.faults.as_dict(),
            "actors": len(machine.scene.actors),
        }

    def background(self, work: Awaitable[None]) -> None:
        """Let something run until it ends or the camera stops."""
        self._spawn(work)

    def _spawn(self, work: Awaitable[None]) -> None:
        task: asyncio.Task[None] = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, request: Request, connection: Connection) -> Response | None:
        entry: dict[str, Any] = {
            "time": time.time(),
            "method": request.method,
            "target": request.target,
            "status": None,
            "connection": connection.number,
        }
        self.requests.append(entry)
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
        fault = self.machine.faults.active("connection_limit")
        limit = fault["max"] if fault else self.machine.profile.switches.connection_limit
        connection.over_limit = len(self._open_connections()) + self._rtsp.sessions > limit

    def _web_servers(self) -> list[HttpServer]:
        return [self._http] if self._https is None else [self._http, self._https]

    def _open_connections(self) -> list[Connection]:
        return [each for server in self._web_servers() for each in server.connections]

    async def _open_ports(self) -> None:
        for server in self._web_servers():
            await server.listen()
        await self._rtsp.start()
        self._discovery.http_port = self.http_port
        await self._discovery.start()
