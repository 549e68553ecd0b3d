"""What the camera notices of us: requests, refused ones, bytes, and the time that they take."""

from time import perf_counter

from aiohttp import ClientSession

from custom_components.dahua_camera.dahua.camera import DahuaCamera
from custom_components.dahua_camera.dahua.http import Address, CameraHttp
from custom_components.dahua_camera.dahua.state import Emitter
from tests.virtual_camera import VirtualCamera

from .measure import Row


async def measure() -> list[Row]:
    """Return the rows of set-up, poll and command, over the loopback interface."""
    rows: list[Row] = []
    async with VirtualCamera() as peer, ClientSession() as session:
        http = CameraHttp(
            session, Address("127.0.0.1", peer.http_port), peer.username, peer.password
        )

        def note(name: str, start: float) -> None:
            rows.append(Row(name, (perf_counter() - start) * 1e3, "ms"))
            rows.append(Row(name, len(peer.requests), "requests"))
            refused = [request for request in peer.requests if request["status"] != 200]
            rows.append(Row(name, len(refused), "refused"))
            peer.requests.clear()

        start = perf_counter()
        camera = await DahuaCamera.connect(http)
        note("set-up", start)
        received = http.traffic.bytes_received
        start = perf_counter()
        await camera.read()
        note("poll", start)
        rows.append(Row("poll", (http.traffic.bytes_received - received) / 1e3, "kB"))
        start = perf_counter()
        await camera.light(1, Emitter.WARM)
        note("command, read back", start)
        await camera.close()
    return rows
