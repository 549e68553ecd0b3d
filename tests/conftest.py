"""What all tests share: a camera on the loopback interface and Home Assistant beside it."""

from collections.abc import AsyncIterator, Iterator
import warnings

import pytest

from tests.virtual_camera import VirtualCamera


@pytest.fixture(autouse=True)
def _own_deprecations_are_errors() -> Iterator[None]:
    """Fail where our code calls what Home Assistant or Python is about to drop."""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", category=DeprecationWarning, module="custom_components")
        yield


@pytest.fixture
async def camera(socket_enabled: None) -> AsyncIterator[VirtualCamera]:
    """Start the dual-sensor camera, by night."""
    async with VirtualCamera() as virtual_camera:
        virtual_camera.scene.darkness = 1.0
        yield virtual_camera
