"""Searching for cameras over UDP."""

import asyncio
from collections.abc import AsyncIterator, Callable
import json
import struct
from typing import Any, override

import pytest

from tests.virtual_camera import VirtualCamera


class Searcher(asyncio.DatagramProtocol):
    """Collects what comes back."""

    def __init__(self) -> None:
        self.answers: asyncio.Queue[bytes] = asyncio.Queue()

    @override
    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.answers.put_nowait(data)


def question(document: Any) -> bytes:
    """Return a search with its header of 32 bytes."""
    body = json.dumps(document).encode()
    return struct.pack("<I4sQIIII", 32, b"DHIP", 0, len(body), 0, len(body), 0) + body


@pytest.fixture
async def search(camera: VirtualCamera) -> AsyncIterator[Callable]:
    """Send datagrams to the camera."""
    searcher = Searcher()
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: searcher, remote_addr=("127.0.0.1", camera.discovery_port)
    )

    async def send(*datagrams: bytes) -> bytes:
        for datagram in datagrams:
            transport.sendto(datagram)
        async with asyncio.timeout(5):
            return await searcher.answers.get()

    send.answers = searcher.answers
    yield send
    transport.close()


SEARCH = {"method": "DHDiscover.search", "params": {"mac": "", "uni": 1}}


async def test_a_search_is_answered(camera: VirtualCamera, search: Callable) -> None:
    answer = await search(question(SEARCH))
    size, magic, _, length, _, again, _ = struct.unpack_from("<I4sQIIII", answer)
    assert (size, magic, length) == (32, b"DHIP", again)
    document = json.loads(answer[32 : 32 + length])
    assert document["mac"] == "3c:ef:8c:00:00:01"
    device = document["params"]["deviceInfo"]
    assert device["SerialNo"] == camera.serial
    assert device["VideoInputChannels"] == 2
    assert device["HttpPort"] == camera.http_port
    assert device["DeviceType"] == "IPC-MFW7442K1-Z4-T40"


async def test_only_the_camera_meant_answers(camera: VirtualCamera, search: Callable) -> None:
    mine = SEARCH | {"mac": "3c:ef:8c:00:00:01"}
    await search(
        b"noise",
        json.dumps(SEARCH).encode(),
        question(SEARCH | {"mac": "3c:ef:8c:00:00:99"}),
        question({"method": "DHDiscover.setConfig"}),
        question([1]),
        question(mine),
    )
    assert search.answers.empty()
