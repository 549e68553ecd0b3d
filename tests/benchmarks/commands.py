"""A command: from the click to the state that the camera has confirmed."""

from statistics import median
from time import perf_counter

from .bare import bare_client
from .household import Household
from .measure import Aim, Row

SUBJECT = "command"
_TIMES = 15


async def measure(home: Household) -> list[Row]:
    """Switch a light on and off; return the rows."""
    light = home.entity("switch", "warm_light", 0)
    seconds, bare_seconds, requests = [], [], []
    async with bare_client(home.camera.account) as client:
        # Its login is asked for once.
        await client.get("/cgi-bin/magicBox.cgi?action=getVendor")
        for number in range(2 * _TIMES):
            turn = ("on", "off")[number % 2]
            await home.cameras.requests(0)
            start = perf_counter()
            await home.api.act(f"switch.turn_{turn}", light)
            assert await home.api.state(light) == turn
            seconds.append(perf_counter() - start)
            targets = [request["target"] for request in await home.cameras.requests(0)]
            requests.append(len(targets))
            start = perf_counter()
            await client.get_all(targets)
            bare_seconds.append(perf_counter() - start)
    bare = "the same requests by aiohttp alone"
    return [
        Row(SUBJECT, "requests", max(requests), "requests", aim=Aim(2)),
        Row(
            SUBJECT, "click to state", median(seconds) * 1e3, "ms", bare, median(bare_seconds) * 1e3
        ),
    ]
