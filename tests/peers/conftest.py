"""Virtual cameras for clients that nobody here wrote."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from tests.virtual_camera import VirtualCamera

type StartCamera = Callable[[str], Awaitable[VirtualCamera]]


@pytest.fixture
async def start_camera(socket_enabled: None) -> AsyncIterator[StartCamera]:
    """Start virtual cameras that stop with the test."""
    async with AsyncExitStack() as stack:

        async def start(profile: str) -> VirtualCamera:
            return await stack.enter_async_context(VirtualCamera(profile))

        yield start


@pytest.fixture
def expected_lingering_tasks() -> bool:
    """Excuse python-amcrest, which leaves the end of its generators to the garbage collector."""
    return True
