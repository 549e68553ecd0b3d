"""A still: what the camera notices of ten who look, and how soon the first byte is there."""

import asyncio
from statistics import median
from time import perf_counter

from .bare import bare_client
from .household import Household
from .measure import Aim, Row

SUBJECT = "still"
_VIEWERS = 10
_TIMES = 8
_SNAPSHOT = "/cgi-bin/snapshot.cgi?channel=1"
# Younger ones are not asked for again.
_FORGOTTEN_SECONDS = 1.1


async def measure(home: Household) -> list[Row]:
    """Look at the camera's still, all at once and alone; return the rows."""
    picture = f"/api/camera_proxy/{home.entity('camera', 'main', 0)}"
    await home.api.fetch(picture)
    await asyncio.sleep(_FORGOTTEN_SECONDS)
    await home.cameras.requests(0)
    await asyncio.gather(*(home.api.fetch(picture) for _ in range(_VIEWERS)))
    asked = [r for r in await home.cameras.requests(0) if "snapshot" in r["target"]]
    ours, bare = [], []
    async with bare_client(home.camera.account) as client:
        await client.first_byte(_SNAPSHOT)
        for _ in range(_TIMES):
            await asyncio.sleep(_FORGOTTEN_SECONDS)
            ours.append(await _first_byte(home, picture))
            bare.append(await client.first_byte(_SNAPSHOT))
    beside = "aiohttp alone, straight from the camera"
    return [
        Row(SUBJECT, f"requests for {_VIEWERS} viewers", len(asked), "requests", aim=Aim(1)),
        Row(SUBJECT, "first byte", median(ours) * 1e3, "ms", beside, median(bare) * 1e3),
    ]


async def _first_byte(home: Household, path: str) -> float:
    """Return after how many seconds Home Assistant begins to deliver a picture."""
    headers = {"Authorization": f"Bearer {home.api.token}"}
    start = perf_counter()
    async with home.api.session.get(home.api.url + path, headers=headers) as response:
        await response.content.readany()
        taken = perf_counter() - start
        await response.read()
    return taken
