"""A virtual camera for each test, by day, and a client that speaks to it as any other would."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.virtual.peer import Attach, Client, EventReader, StartCamera, StartClient
from tests.virtual_camera import VirtualCamera


@pytest.fixture
async def start_camera(socket_enabled: None) -> AsyncIterator[StartCamera]:
    """Start virtual cameras that stop with the test."""
    async with AsyncExitStack() as stack:

        async def start(*args: Any, **kwargs: Any) -> VirtualCamera:
            return await stack.enter_async_context(VirtualCamera(*args, **kwargs))

        yield start


@pytest.fixture
async def camera(start_camera: StartCamera) -> VirtualCamera:
    """Start the default camera."""
    return await start_camera()


@pytest.fixture
async def start_client() -> AsyncIterator[StartClient]:
    """Make clients whose connections end with the test."""
    clients: list[Client] = []

    def start(camera: VirtualCamera, password: str | None = None) -> Client:
        clients.append(Client(camera, password))
        return clients[-1]

    yield start
    for client in clients:
        await client.session.close()


@pytest.fixture
async def client(camera: VirtualCamera, start_client: StartClient) -> Client:
    """Make a client of the default camera."""
    return start_client(camera)


@pytest.fixture
async def attach() -> AsyncIterator[Attach]:
    """Open event streams that are closed with the test."""
    async with AsyncExitStack() as stack:

        async def open_stream(
            client: Client, query: str = "codes=[All]&heartbeat=5"
        ) -> EventReader:
            target = f"/cgi-bin/eventManager.cgi?action=attach&{query}"
            response = await stack.enter_async_context(client.session.get(client.url(target)))
            assert response.status == 200
            reader = EventReader(response)
            await reader.until(b"Heartbeat\r\n\r\n")
            return reader

        yield open_stream
