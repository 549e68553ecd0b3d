"""What is on the card can be found and fetched."""

from datetime import timedelta
from io import BytesIO

import av
from PIL import Image
import pytest

from tests.virtual.peer import Client
from tests.virtual_camera import VirtualCamera

FIND = "mediaFileFind.cgi?action="


async def search(camera: VirtualCamera, client: Client, more: str = "", channel: int = 1) -> list:
    """Go through a whole search of the last two days; returns the items."""
    finder = (await client.get(f"{FIND}factory.create")).values["result"]
    now = camera.machine.clock.now()
    begin, end = (f"{moment:%F%%20%T}" for moment in (now - timedelta(days=2), now))
    found = await client.get(
        f"{FIND}findFile&object={finder}&condition.Channel={channel}"
        f"&condition.StartTime={begin}&condition.EndTime={end}{more}"
    )
    if found.status != 200:
        assert found.text == "Error\r\n"
        return []
    assert found.text == "OK\r\n"
    items: list[dict[str, str]] = []
    while True:
        answer = await client.get(f"{FIND}findNextFile&object={finder}&count=5")
        rows = answer.values
        count = int(rows.pop("found"))
        for row in range(count):
            prefix = f"items[{row}]."
            items.append(
                {
                    key.removeprefix(prefix): value
                    for key, value in rows.items()
                    if key.startswith(prefix)
                }
            )
        if count < 5:
            break
    for action in ("close", "destroy"):
        assert (await client.get(f"{FIND}{action}&object={finder}")).text == "OK\r\n"
    return items


async def test_a_day_of_events_is_on_the_card(camera: VirtualCamera, client: Client) -> None:
    items = await search(camera, client, channel=2)
    assert len(items) == 24
    assert {item["Type"] for item in items} == {"dav", "jpg"}
    assert [item["StartTime"] for item in items] == sorted(item["StartTime"] for item in items)
    assert items[0]["Events[0]"] == "VideoMotion"
    assert items[0]["Channel"] == "1"


async def test_conditions_narrow_a_search(camera: VirtualCamera, client: Client) -> None:
    await camera.emit("CrossRegionDetection", "Start", 0, {"Name": "Yard"})
    items = await search(
        camera, client, "&condition.Types[0]=dav&condition.Events[0]=CrossRegionDetection"
    )
    assert [item["Type"] for item in items] == ["dav"]
    assert await search(camera, client, "&condition.Types[0]=mp4") == []


async def test_a_still_and_a_clip_can_be_fetched(camera: VirtualCamera, client: Client) -> None:
    items = await search(camera, client)
    still = next(item["FilePath"] for item in items if item["Type"] == "jpg")
    clip = next(item["FilePath"] for item in items if item["Type"] == "dav")
    picture = await client.get(f"/cgi-bin/RPC_Loadfile{still}")
    assert Image.open(BytesIO(picture.body)).size == (640, 360)
    film = await client.get(f"/cgi-bin/RPC_Loadfile{clip}")
    assert film.body.startswith(b"DHAV")
    with av.open(BytesIO(film.body), format="dhav") as container:
        frames = list(container.decode(video=0))
    assert (frames[0].width, frames[0].height) == (640, 360)
    assert len(frames) >= 15
    gone = await client.get("/cgi-bin/RPC_Loadfile/mnt/sd/nothing.dav")
    assert gone.status == 404


async def test_finders_run_out(client: Client) -> None:
    for _ in range(16):
        assert (await client.get(f"{FIND}factory.create")).status == 200
    assert (await client.get(f"{FIND}factory.create")).status == 500


@pytest.mark.parametrize(
    "target",
    [
        "findFile&object=1&condition.Channel=1",
        "findNextFile&object=1&count=1",
        "destroy&object=x",
    ],
)
async def test_what_makes_no_sense_is_a_bad_request(client: Client, target: str) -> None:
    assert (await client.get(FIND + target)).status == 400
