"""The camera's clock: what is wrong with it, and that it never takes anything else down."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.dahua_camera.dahua.address import Address
from custom_components.dahua_camera.dahua.clock import Clock, ClockFault, judge
from custom_components.dahua_camera.dahua.errors import (
    CameraBusyError,
    InvalidCredentialsError,
    Obstacle,
    PermissionDeniedError,
    WriteNotAppliedError,
)
from custom_components.dahua_camera.dahua.http import CameraHttp
from tests.virtual_camera import VirtualCamera


@pytest.fixture
async def clock(camera: VirtualCamera) -> AsyncIterator[Clock]:
    """The clock of the camera, which is right."""
    async with ClientSession() as session:
        address = Address(camera.host, camera.http_port)
        yield Clock(CameraHttp(session, address, camera.username, camera.password))


@pytest.mark.parametrize(
    ("deviation", "fault"),
    [
        ({}, None),
        ({"seconds": 60}, None),
        ({"seconds": -60}, None),
        ({"seconds": 61}, ClockFault.WRONG),
        ({"seconds": -61}, ClockFault.WRONG),
        ({"minutes": 28, "seconds": 50}, ClockFault.WRONG),
        ({"minutes": 30}, ClockFault.OTHER_ZONE),
        ({"hours": 1, "seconds": -60}, ClockFault.OTHER_ZONE),
        ({"hours": -9, "minutes": -30, "seconds": -59}, ClockFault.OTHER_ZONE),
        ({"hours": 1, "minutes": 10}, ClockFault.WRONG),
        ({"hours": 26}, ClockFault.OTHER_ZONE),
        ({"days": 2}, ClockFault.WRONG),
        ({"days": -9490}, ClockFault.WRONG),
    ],
)
def test_clock_that_only_lives_elsewhere_is_told_apart(
    deviation: dict[str, int], fault: ClockFault | None
) -> None:
    assert judge(timedelta(**deviation)) is fault


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 501, "body": "Error\r\nNot Implemented!\r\n"},
        {"status": 403, "body": ""},
        {"status": 500, "body": ""},
        {"status": 200, "body": "result=yesterday\r\n"},
    ],
)
async def test_clock_that_cannot_be_read_is_no_error_of_a_refresh(
    camera: VirtualCamera, clock: Clock, fault: dict[str, Any]
) -> None:
    camera.set_fault("refuse", path="getCurrentTime", **fault)
    await clock.refresh()
    assert clock.offset is None
    camera.requests.clear()
    await clock.refresh()
    assert not camera.requests


async def test_busy_camera_keeps_the_offset_that_is_known(
    camera: VirtualCamera, clock: Clock
) -> None:
    await clock.read()
    known = clock.offset
    assert known is not None
    camera.set_fault("refuse", path="getCurrentTime", status=500, body="")
    with pytest.raises(CameraBusyError):
        await clock.read()
    assert clock.offset == known


async def test_wrong_password_is_told_by_a_refresh_too(camera: VirtualCamera, clock: Clock) -> None:
    camera.set_fault("reject_login")
    with pytest.raises(InvalidCredentialsError):
        await clock.refresh()


async def test_set_clock_is_read_back(camera: VirtualCamera, clock: Clock) -> None:
    camera.machine.clock.set(datetime(2000, 1, 1))
    await clock.set(datetime(2026, 7, 1, 12, 0))
    assert abs(camera.machine.clock.now() - datetime(2026, 7, 1, 12, 0)) < timedelta(seconds=5)
    assert clock.offset is not None
    camera.set_fault("clock_skew", seconds=300)
    with pytest.raises(WriteNotAppliedError) as caught:
        await clock.set(datetime(2026, 7, 1, 12, 0))
    assert caught.value.obstacle is Obstacle.IGNORED


async def test_camera_that_takes_the_time_and_tells_none_is_believed(
    camera: VirtualCamera, clock: Clock
) -> None:
    camera.set_fault("refuse", path="getCurrentTime", status=501)
    await clock.set(datetime(2026, 7, 1, 12, 0))
    assert clock.offset is None


async def test_right_to_set_the_clock_is_missed(camera: VirtualCamera, clock: Clock) -> None:
    camera.set_fault("refuse", path="setCurrentTime", status=403, body="")
    with pytest.raises(PermissionDeniedError):
        await clock.set(datetime(2026, 7, 1, 12, 0))
