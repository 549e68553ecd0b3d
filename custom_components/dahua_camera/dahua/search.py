"""Asking the network which cameras there are.

Cameras answer a question over UDP without a login, to the address that it came from. Whoever is
on the network may answer as well, as often as they like, so time and answers are bounded.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Interface
import socket
from typing import Any, override

from .found import FoundCamera, is_recorder_answer, parse_answer, question

_PORT = 37810
_MULTICAST_GROUP = "239.255.255.251"
# A datagram may be lost; two rarely are.
_REPETITIONS = 2
_MOST_DATAGRAMS = 2000
_MOST_CAMERAS = 128
_MOST_CAMERAS_OF_A_HOST = 8
# Networks that are longer than this have no broadcast address.
_LONGEST_PREFIX = 30


@dataclass(frozen=True, slots=True)
class Route:
    """Whom to ask, and from which address of ours; an address to ask comes with its port."""

    source: str
    targets: tuple[tuple[str, int], ...]


def route_through(interface: IPv4Interface) -> Route:
    """Return how to ask everybody on the network of an interface."""
    hosts = [_MULTICAST_GROUP]
    if interface.network.prefixlen <= _LONGEST_PREFIX:
        hosts.append(str(interface.network.broadcast_address))
    return Route(str(interface.ip), tuple((host, _PORT) for host in hosts))


async def search(
    routes: Iterable[Route],
    seconds: float = 2.0,
    on_recorder: Callable[[str], object] = lambda _: None,
) -> tuple[FoundCamera, ...]:
    """Return the cameras that answer within some seconds; none where the network is in trouble.

    A camera is told once for each address that it answers from; `on_recorder` hears from which
    recorders answer.
    """
    listener = _Listener(on_recorder)
    opened: list[tuple[asyncio.DatagramTransport, Route]] = []
    try:
        for route in routes:
            with suppress(OSError):
                transport = await _open(route, listener)
                opened.append((transport, route))
                _send_groups_through(transport, route)
        for _ in range(_REPETITIONS if opened else 0):
            for transport, route in opened:
                for target in route.targets:
                    transport.sendto(question(), target)
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds / _REPETITIONS):
                    await listener.has_enough.wait()
    finally:
        for transport, _ in opened:
            transport.abort()
    return tuple(listener.found)


async def _open(route: Route, listener: _Listener) -> asyncio.DatagramTransport:
    """Open a socket that is bound to one address of ours, and hears what is sent there alone."""
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: listener, local_addr=(route.source, 0), allow_broadcast=True
    )
    return transport


def _send_groups_through(transport: asyncio.DatagramTransport, route: Route) -> None:
    """Send what is for a multicast group through the interface that the socket is bound to."""
    transport.get_extra_info("socket").setsockopt(
        socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(route.source)
    )


class _Listener(asyncio.DatagramProtocol):
    """Keeps the cameras that answer, as far as they can be true."""

    def __init__(self, on_recorder: Callable[[str], object]) -> None:
        self._on_recorder = on_recorder
        self.found: dict[FoundCamera, None] = {}
        self.has_enough = asyncio.Event()
        self._datagrams = 0
        self._of_host: Counter[str] = Counter()

    @override
    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        if self.has_enough.is_set():
            return
        self._datagrams += 1
        camera = parse_answer(data, addr[0])
        if camera is None and is_recorder_answer(data):
            self._on_recorder(addr[0])
        if camera and camera not in self.found:
            self._of_host[camera.host] += 1
            if self._of_host[camera.host] <= _MOST_CAMERAS_OF_A_HOST:
                self.found[camera] = None
        if self._datagrams >= _MOST_DATAGRAMS or len(self.found) >= _MOST_CAMERAS:
            self.has_enough.set()
