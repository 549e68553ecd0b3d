"""A poll: what the camera notices of it, and what it costs us."""

from statistics import median

from aiohttp import ClientSession

from custom_components.dahua_camera.dahua.address import Address
from custom_components.dahua_camera.dahua.camera import DahuaCamera
from custom_components.dahua_camera.dahua.http import CameraHttp

from .bare import BareClient, bare_client, shortest_parse
from .household import Household
from .measure import Aim, Row, Stopwatch

SUBJECT = "poll"
_TIMES = 60


async def measure(home: Household) -> list[Row]:
    """Poll by the library, and get the same bytes by aiohttp alone, in turn; return the rows."""
    account = home.camera.account
    assert account.http
    async with ClientSession() as session, bare_client(account) as client:
        address = Address(account.host, account.http)
        http = CameraHttp(session, address, account.username, account.password)
        camera = await DahuaCamera.connect(http)
        await camera.read()
        await home.cameras.requests(0)
        received = http.traffic.bytes_received
        await camera.read()
        size = http.traffic.bytes_received - received
        asked = await home.cameras.requests(0)
        targets = [request["target"] for request in asked]
        ours, bare = [], []
        for _ in range(_TIMES):
            watch = Stopwatch()
            await camera.read()
            ours.append((watch.seconds, watch.cpu))
            watch = Stopwatch()
            await _poll_bare(client, targets)
            bare.append((watch.seconds, watch.cpu))
        await camera.close()
    tables = [target for target in targets if "getConfig" in target]
    beside = "the same bytes by aiohttp and the shortest loop"
    time, bare_time = (median(s for s, _ in each) * 1e3 for each in (ours, bare))
    cpu, bare_cpu = (median(c for _, c in each) * 1e3 for each in (ours, bare))
    return [
        Row(SUBJECT, "requests for tables", len(tables), "requests", aim=Aim(1)),
        Row(SUBJECT, "requests", len(asked), "requests", aim=Aim(2)),
        Row(SUBJECT, "refused", sum(r["status"] != 200 for r in asked), "requests", aim=Aim(0)),
        Row(SUBJECT, "bytes", size / 1e3, "kB"),
        Row(SUBJECT, "time", time, "ms", beside, bare_time),
        Row(SUBJECT, "CPU", cpu, "ms", beside, bare_cpu, Aim(2, of="ratio")),
    ]


async def _poll_bare(client: BareClient, targets: list[str]) -> None:
    for answer in await client.get_all(targets):
        shortest_parse(answer.decode())
