"""Stills: which channel, how large, and one at a time."""

import asyncio
from io import BytesIO

import aiohttp
import numpy as np
from PIL import Image
import pytest

from tests.virtual.peer import Client, StartCamera, StartClient
from tests.virtual_camera import VirtualCamera


def pixels(body: bytes) -> np.ndarray:
    """Return a JPEG's pixels."""
    return np.asarray(Image.open(BytesIO(body)).convert("RGB"), dtype=np.int16)


async def test_channels_count_from_one(client: Client) -> None:
    default = await client.get("snapshot.cgi")
    first = await client.get("snapshot.cgi?channel=1&type=0")
    second = await client.get("snapshot.cgi?channel=2")
    assert first.headers["content-type"] == "image/jpeg"
    assert np.abs(pixels(default.body) - pixels(first.body)).mean() < 1
    assert np.abs(pixels(second.body) - pixels(first.body)).mean() > 10
    for channel in ("0", "3", "x"):
        assert (await client.get(f"snapshot.cgi?channel={channel}")).status == 400


async def test_channel_zero_may_be_the_first(
    start_camera: StartCamera, start_client: StartClient
) -> None:
    camera = await start_camera("single_infrared")
    answer = await start_client(camera).get("snapshot.cgi?channel=0")
    assert Image.open(BytesIO(answer.body)).size == (640, 360)


async def test_the_size_is_that_of_the_snap_format(camera: VirtualCamera, client: Client) -> None:
    await client.set(
        "Encode[0].SnapFormat[0].Video.Width=640", "Encode[0].SnapFormat[0].Video.Height=360"
    )
    answer = await client.get("snapshot.cgi?channel=1")
    assert Image.open(BytesIO(answer.body)).size == (640, 360)


async def test_a_still_shows_the_light(camera: VirtualCamera, client: Client) -> None:
    camera.scene.darken(1.0)
    night = pixels((await client.get("snapshot.cgi?channel=1")).body)
    assert np.abs(night[..., 0] - night[..., 2]).mean() < 3
    await client.set(
        "Lighting_V2[0][1][1].Mode=Manual", "Lighting_V2[0][1][1].MiddleLight[0].Light=100"
    )
    warm = pixels((await client.get("snapshot.cgi?channel=1")).body)
    assert warm[..., 0].mean() > warm[..., 2].mean() + 5
    dark = pixels((await client.get("snapshot.cgi?channel=2")).body)
    await client.set(
        "Lighting_V2[1][1][0].Mode=Manual", "Lighting_V2[1][1][0].MiddleLight[0].Light=100"
    )
    lit = pixels((await client.get("snapshot.cgi?channel=2")).body)
    assert lit.mean() > dark.mean() + 5


async def test_a_second_caller_is_thrown_out(
    camera: VirtualCamera, client: Client, start_client: StartClient
) -> None:
    other = start_client(camera)
    for each in (client, other):
        await each.get("magicBox.cgi?action=getVendor")
    answers = await asyncio.gather(
        client.get("snapshot.cgi?channel=1"),
        other.get("snapshot.cgi?channel=2"),
        return_exceptions=True,
    )
    broken = [answer for answer in answers if isinstance(answer, aiohttp.ClientError)]
    assert len(broken) == 1


async def test_a_patient_camera_serves_one_after_the_other(
    start_camera: StartCamera, start_client: StartClient
) -> None:
    camera = await start_camera(overlays=("slow_snapshots",))
    one, two = start_client(camera), start_client(camera)
    start = asyncio.get_running_loop().time()
    answers = await asyncio.gather(
        one.get("snapshot.cgi?channel=1"), two.get("snapshot.cgi?channel=2")
    )
    assert [answer.status for answer in answers] == [200, 200]
    assert asyncio.get_running_loop().time() - start >= 1.2


@pytest.mark.parametrize("profile", ["mfw7442k1"])
async def test_a_camera_starts_in_well_under_a_second(
    start_camera: StartCamera, profile: str
) -> None:
    start = asyncio.get_running_loop().time()
    await start_camera(profile)
    assert asyncio.get_running_loop().time() - start < 0.5
