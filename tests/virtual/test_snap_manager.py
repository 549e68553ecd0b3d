"""Events that come with their pictures."""

import asyncio
from io import BytesIO
import re

from PIL import Image

from tests.virtual.peer import Client, EventReader, until
from tests.virtual_camera import VirtualCamera

TARGET = "/cgi-bin/snapManager.cgi?action=attachFileProc&Flags[0]=Event&heartbeat=5"
LINE = {"Name": "Gate line", "Object": {"BoundingBox": [1, 2, 3, 4], "ObjectType": "Human"}}


def parts(data: bytes) -> list[tuple[str, bytes]]:
    """Split a stream by the lengths it announces."""
    found, place = [], 0
    pattern = re.compile(rb"--myboundary\r\nContent-Type: ([\w/]+)\r\nContent-Length:(\d+)\r\n\r\n")
    while match := pattern.match(data, place):
        end = match.end() + int(match[2])
        found.append((match[1].decode(), data[match.end() : end]))
        place = end + 4
    assert place == len(data)
    return found


async def collect(camera: VirtualCamera, client: Client, query: str, count: int) -> list:
    """Listen, let a line and motion happen and return so many parts."""
    async with client.session.get(client.url(f"{TARGET}&{query}")) as response:
        assert response.headers["Content-Type"].startswith("multipart/x-mixed-replace")
        reader = EventReader(response)
        await reader.until(b"Heartbeat\r\n\r\n")
        await camera.emit("VideoMotion", "Start", 1, {"Id": [0]})
        await camera.emit("CrossLineDetection", "Start", 0, LINE)
        await camera.emit("CrossLineDetection", "Stop", 0, LINE)
        async with asyncio.timeout(10):
            while True:
                try:
                    found = parts(reader.data)
                except AssertionError:
                    found = []
                if len(found) >= count:
                    return found
                reader.data += await response.content.readany()


async def test_lines_and_a_picture_with_the_boundary_in_it(
    camera: VirtualCamera, client: Client
) -> None:
    _, lines, picture = await collect(
        camera, client, "channel=1&Events=[CrossLineDetection,TrafficJunction]", 3
    )
    assert lines[0] == "text/plain"
    assert lines[1].decode().split("\r\n")[:5] == [
        "Events[0].EventBaseInfo.Code=CrossLineDetection",
        "Events[0].EventBaseInfo.Action=Start",
        "Events[0].EventBaseInfo.Index=0",
        "Events[0].Channel=0",
        "Events[0].Name=Gate line",
    ]
    assert b"Events[0].Object.BoundingBox[3]=4\r\n" in lines[1]
    assert picture[0] == "image/jpeg"
    assert b"--myboundary" in picture[1]
    assert Image.open(BytesIO(picture[1])).size == (1280, 720)


async def test_all_channels_and_only_where_stills_are_taken(
    camera: VirtualCamera, client: Client
) -> None:
    found = await collect(camera, client, "channel=-1&Events=[All]", 3)
    assert len(found) == 3
    await client.set("MotionDetect[1].EventHandler.SnapshotEnable=true")
    found = await collect(camera, client, "channel=-1&Events=All", 5)
    assert b"Code=VideoMotion" in found[1][1]
    assert found[2][0] == "image/jpeg"


async def test_a_listener_that_leaves_is_forgotten(camera: VirtualCamera, client: Client) -> None:
    followers = len(camera.machine.hub.followers)
    async with client.session.get(client.url(f"{TARGET}&channel=1")) as response:
        await response.content.readany()
        assert len(camera.machine.hub.followers) == followers + 1
        assert camera.state()["connections_by_kind"]["snapshot_stream"] == 1
    await until(lambda: len(camera.machine.hub.followers) == followers)


async def test_without_flags_it_is_a_bad_request(client: Client) -> None:
    answer = await client.get("snapManager.cgi?action=attachFileProc&channel=1")
    assert answer.status == 400
