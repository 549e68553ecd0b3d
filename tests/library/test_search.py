"""Searching for cameras, over real sockets of the loopback interface."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import replace
from ipaddress import IPv4Interface
from itertools import repeat
import logging
from pathlib import Path
from typing import Any, override

import pytest

from custom_components.dahua_camera.dahua.search import Route, route_through, search
from tests.library.test_found import answer, question
from tests.virtual_camera import VirtualCamera
from tests.virtual_camera.discovery import LOOPBACK_BROADCAST
from tests.virtual_camera.profile import load

type Responder = Callable[..., Awaitable[tuple[str, int]]]


def to(*targets: tuple[str, int]) -> Route:
    return Route("127.0.0.1", targets)


def sockets() -> int:
    """Count the sockets that this process has open."""
    return sum(
        link.is_symlink() and str(link.readlink()).startswith("socket:")
        for link in Path("/proc/self/fd").iterdir()
    )


@pytest.fixture
async def responder(socket_enabled: None) -> AsyncIterator[Responder]:
    """Start something that answers every question with datagrams; gives its address."""
    transports = []
    answering = set()

    async def start(answers: Iterable[bytes], host: str = "127.0.0.1") -> tuple[str, int]:
        async def tell(addr: Any) -> None:
            for each in answers:
                transport.sendto(each, addr)
                await asyncio.sleep(0)

        class Answering(asyncio.DatagramProtocol):
            @override
            def datagram_received(self, data: bytes, addr: Any) -> None:
                assert data == question()
                answering.add(asyncio.create_task(tell(addr)))

        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            Answering, local_addr=(host, 0)
        )
        transports.append(transport)
        return host, transport.get_extra_info("sockname")[1]

    yield start
    for task in answering:
        task.cancel()
    await asyncio.gather(*answering, return_exceptions=True)
    for transport in transports:
        transport.close()


async def test_camera_is_found(camera: VirtualCamera) -> None:
    camera.machine.store.put("General.MachineName", "Yard")
    [found] = await search([to(("127.0.0.1", camera.discovery_port))], 0.3)
    assert found.serial == camera.serial
    assert found.host == "127.0.0.1", "not what the answer tells: the camera knows no better"
    assert found.http_port == camera.http_port
    assert found.mac == "3c:ef:8c:00:00:01"
    assert found.name == "Yard"
    assert found.model == "IPC-MFW7442K1-Z4-T40"
    assert found.vendor == "Dahua"


async def test_everybody_on_a_network_is_found(socket_enabled: None, unused_udp_port: int) -> None:
    profile = load("mfw7442k1")
    other = replace(profile, identity=replace(profile.identity, serial="OTHER"))
    async with (
        VirtualCamera(profile, discovery_port=unused_udp_port) as one,
        VirtualCamera(other, discovery_port=unused_udp_port) as two,
    ):
        found = await search([to((LOOPBACK_BROADCAST, unused_udp_port))], 0.3)
        ports = {each.serial: each.http_port for each in found}
        assert ports == {one.serial: one.http_port, two.serial: two.http_port}


async def test_camera_that_answers_several_times_is_found_once(camera: VirtualCamera) -> None:
    port = camera.discovery_port
    everywhere = to(("127.0.0.1", port), (LOOPBACK_BROADCAST, port))
    assert len(await search([everywhere, everywhere], 0.3)) == 1


async def test_lost_question_is_asked_again(camera: VirtualCamera, unused_udp_port: int) -> None:
    searching = asyncio.create_task(search([to(("127.0.0.1", unused_udp_port))], 2))
    await asyncio.sleep(0.1)
    async with VirtualCamera(discovery_port=unused_udp_port) as late:
        assert [found.serial for found in await searching] == [late.serial]


async def test_noise_echo_and_recorders_are_no_cameras(responder: Responder) -> None:
    noise = [b"", b"noise", question(), answer(DeviceClass="NVR"), answer(SerialNo="")]
    target = await responder([*noise, answer(SerialNo="TRUE"), *noise])
    assert [found.serial for found in await search([to(target)], 0.3)] == ["TRUE"]


async def test_flood_of_one_host_does_not_hide_others(
    camera: VirtualCamera, responder: Responder
) -> None:
    lies = [answer(SerialNo=f"FAKE{number}") for number in range(500)]
    flood = await responder(lies, "127.0.0.2")
    found = await search([to(flood, ("127.0.0.1", camera.discovery_port))], 1)
    hosts = Counter(each.host for each in found)
    assert hosts == {"127.0.0.1": 1, "127.0.0.2": 8}


async def test_flood_ends_the_search(responder: Responder) -> None:
    flood = await responder(repeat(answer()))
    async with asyncio.timeout(30):
        assert len(await search([to(flood)], 600)) == 1


@pytest.mark.parametrize(
    "route",
    [
        Route("192.0.2.77", (("127.0.0.1", 9),)),
        to(("192.0.2.77", 9)),
        to(("127.0.0.1", 1)),
        to(),
    ],
    ids=["not ours", "unreachable", "refused", "nobody"],
)
async def test_trouble_of_the_network_finds_nothing(
    socket_enabled: None, route: Route, caplog: pytest.LogCaptureFixture
) -> None:
    assert await search([route], 0.1) == ()
    assert not [each for each in caplog.records if each.levelno >= logging.WARNING]


async def test_trouble_of_one_interface_hides_no_camera_on_another(camera: VirtualCamera) -> None:
    target = ("127.0.0.1", camera.discovery_port)
    assert len(await search([Route("192.0.2.77", (target,)), to(target)], 0.3)) == 1


async def test_search_without_an_interface_takes_no_time() -> None:
    async with asyncio.timeout(1):
        assert await search([], 60) == ()


async def test_sockets_are_closed_whatever_happens(camera: VirtualCamera) -> None:
    route = to(("127.0.0.1", camera.discovery_port))
    before = sockets()
    await search([route, route], 0.1)
    await asyncio.sleep(0)
    assert sockets() == before
    searching = asyncio.create_task(search([route], 60))
    while sockets() == before:
        await asyncio.sleep(0.01)
    searching.cancel()
    await asyncio.gather(searching, return_exceptions=True)
    await asyncio.sleep(0)
    assert sockets() == before


def test_everybody_is_asked_through_the_interface_itself() -> None:
    assert route_through(IPv4Interface("192.0.2.5/25")) == Route(
        "192.0.2.5", (("239.255.255.251", 37810), ("192.0.2.127", 37810))
    )


@pytest.mark.parametrize("prefix", [31, 32])
def test_line_between_two_has_no_broadcast_address(prefix: int) -> None:
    route = route_through(IPv4Interface(f"192.0.2.5/{prefix}"))
    assert route.targets == (("239.255.255.251", 37810),)
