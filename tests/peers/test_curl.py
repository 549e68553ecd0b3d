"""curl, as half of the world's scripts call such cameras with it."""

import asyncio

import pytest

from tests.peers.conftest import StartCamera
from tests.peers.program import Result, needs, run
from tests.virtual_camera import VirtualCamera

pytestmark = needs("curl")


async def curl(
    camera: VirtualCamera, target: str, *options: str, password: str | None = None
) -> Result:
    """Ask for a target with a digest login that nobody sees in the list of processes."""
    login = f'user = "{camera.username}:{password or camera.password}"'
    url = f"http://127.0.0.1:{camera.http_port}/cgi-bin/{target}"
    fixed = ("--config", "-", "--disable", "--silent", "--show-error", "--digest", "--globoff")
    return await run("curl", *fixed, *options, url, typed=login)


@pytest.mark.parametrize(
    "profile", ["mfw7442k1", "mfw7442k1+one_shot_nonce", "mfw7442k1+sha256", "mfw7442k1+qop_list"]
)
async def test_curl_logs_in(start_camera: StartCamera, profile: str) -> None:
    camera = await start_camera(profile)
    result = await curl(camera, "magicBox.cgi?action=getSystemInfo", "--fail")
    assert result.code == 0, result.errors
    assert f"serialNumber={camera.serial}\r\n" in result.output.decode()


async def test_curl_is_turned_away_with_a_wrong_password(camera: VirtualCamera) -> None:
    result = await curl(
        camera,
        "magicBox.cgi?action=getSystemInfo",
        "--write-out",
        "%{http_code}",
        password="Wrong-Passw0rd",
    )
    assert result.output.endswith(b"401")
    assert camera.serial.encode() not in result.output
    assert camera.state()["logins"]["rejected"] == 1


@pytest.mark.parametrize("brackets", ["[1]", "%5B1%5D"])
async def test_curl_sets_and_reads(camera: VirtualCamera, brackets: str) -> None:
    result = await curl(
        camera, f"configManager.cgi?action=setConfig&MotionDetect{brackets}.Enable=false"
    )
    assert result.output == b"OK\r\n"
    assert camera.machine.store.text("MotionDetect[1].Enable") == "false"
    result = await curl(camera, "configManager.cgi?action=getConfig&name=MotionDetect[1].Enable")
    assert result.output == b"table.MotionDetect[1].Enable=false\r\n"


@pytest.mark.parametrize("channel", [1, 2])
async def test_curl_fetches_a_still(camera: VirtualCamera, channel: int) -> None:
    result = await curl(camera, f"snapshot.cgi?channel={channel}", "--fail")
    assert result.code == 0
    assert result.output.startswith(b"\xff\xd8")
    assert result.output.rstrip().endswith(b"\xff\xd9")


async def test_curl_follows_the_events(camera: VirtualCamera) -> None:
    target = "eventManager.cgi?action=attach&codes=[All]&heartbeat=1"
    listening = asyncio.create_task(curl(camera, target, "--max-time", "3"))
    async with asyncio.timeout(30):
        while not camera.state()["subscribers"]:
            await asyncio.sleep(0.01)
    await camera.emit("VideoMotion", "Start", 1, {"Id": [0]})
    result = await listening
    assert result.code == 28, "curl ends by its own clock, not by an error"
    assert result.output.startswith(b"--myboundary\r\nContent-Type: text/plain\r\n")
    assert b"Code=VideoMotion;action=Start;index=1;data={" in result.output
    assert result.output.count(b"Heartbeat") >= 2
