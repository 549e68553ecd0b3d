"""Stills: nobody waits behind who can wait, and one picture serves all who asked before it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

from aiohttp import ClientSession
import pytest

from custom_components.dahua_camera.dahua.address import Address
from custom_components.dahua_camera.dahua.http import CameraHttp
from custom_components.dahua_camera.dahua.priority_lock import Priority
from custom_components.dahua_camera.dahua.stills import Stills
from tests.virtual_camera import VirtualCamera


@pytest.fixture
async def stills(camera: VirtualCamera) -> AsyncIterator[Stills]:
    async with ClientSession() as session:
        address = Address("127.0.0.1", camera.http_port)
        made = Stills(CameraHttp(session, address, camera.username, camera.password))
        await made.get(0)
        camera.requests.clear()
        camera.set_fault("slow", seconds=0.2, path="snapshot")
        yield made
        await made.close()


def taken(camera: VirtualCamera) -> list[str]:
    """Return the channels whose pictures were asked for, counted from one."""
    return [request["target"][-1] for request in camera.requests]


async def test_who_asks_while_others_wait_shares_their_picture(
    camera: VirtualCamera, stills: Stills
) -> None:
    asked = [asyncio.create_task(stills.get(1, fresh=True))]
    await asyncio.sleep(0.05)
    asked += [asyncio.create_task(stills.get(0, fresh=True)) for _ in range(5)]
    pictures = await asyncio.gather(*asked)
    assert taken(camera) == ["2", "1"]
    assert len(set(pictures)) == 2


async def test_fresh_picture_is_asked_for_after_the_wish(
    camera: VirtualCamera, stills: Stills
) -> None:
    first = asyncio.create_task(stills.get(0, fresh=True))
    await asyncio.sleep(0.1)
    await asyncio.gather(first, stills.get(0, fresh=True))
    assert taken(camera) == ["1", "1"]


async def test_urgent_picture_goes_first(camera: VirtualCamera, stills: Stills) -> None:
    asked = [asyncio.create_task(stills.get(channel, fresh=True)) for channel in (0, 0, 1, 0)]
    await asyncio.sleep(0.05)
    await stills.get(1, fresh=True, priority=Priority.COMMAND)
    assert taken(camera) == ["1", "2"]
    await asyncio.gather(*asked)
    assert taken(camera) == ["1", "2", "1"]


async def test_who_leaves_takes_the_picture_from_nobody(
    camera: VirtualCamera, stills: Stills
) -> None:
    leaving, staying = (asyncio.create_task(stills.get(1)) for _ in range(2))
    await asyncio.sleep(0.05)
    leaving.cancel()
    assert await staying
    assert leaving.cancelled()
    assert taken(camera) == ["2"]


async def test_picture_that_fails_when_all_have_left_is_no_error_of_ours(
    camera: VirtualCamera, stills: Stills
) -> None:
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, told: complaints.append(told))
    camera.set_fault("refuse", path="snapshot", status=503, body="")
    leaving = asyncio.create_task(stills.get(1))
    await asyncio.sleep(0.05)
    leaving.cancel()
    while stills._tasks:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0)
    assert leaving.cancelled()
    assert taken(camera) == ["2"]
    assert not complaints


async def test_picture_that_is_too_old_to_be_shown_is_not_kept(
    camera: VirtualCamera, stills: Stills, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.dahua_camera.dahua.stills._FRESH", 0.1)
    await stills.get(1)
    assert stills._latest.keys() == {0, 1}
    # Somebody waits for a newer one when the older one has aged, and may not be robbed of it.
    waiting = asyncio.create_task(stills.get(1, fresh=True))
    await asyncio.sleep(0.15)
    assert 1 in stills._latest
    await waiting
    await asyncio.sleep(0.15)
    assert stills._latest.keys() == {0}


@pytest.mark.parametrize("turns", range(1, 6))
async def test_nothing_goes_on_after_the_end_whenever_that_comes(turns: int) -> None:
    class Http:
        async def get_picture(self, *_: Any, **__: Any) -> bytes:
            return b"a picture"

    stills = Stills(cast(CameraHttp, Http()))
    asked = asyncio.create_task(stills.get(0))
    for _ in range(turns):
        await asyncio.sleep(0)
    await stills.close()
    await asyncio.wait([asked])
    await asyncio.sleep(0)
    assert all(timer.cancelled() for timer in stills._ageing.values())
