"""The control side and the command line."""

import asyncio
import json
import signal
import sys

import aiohttp
import pytest

from tests.virtual.peer import Attach, Client, StartCamera, StartClient, until
from tests.virtual_camera import VirtualCamera


async def test_state_tells_what_really_happens(camera: VirtualCamera, client: Client) -> None:
    assert await client.control(
        "PATCH", "/scene", {"darkness": 1.0, "clock": "2026-01-01T22:00:00"}
    ) == (
        200,
        {"clock": "2026-01-01 22:00:00", "darkness": 1.0},
    )
    await client.get("magicBox.cgi?action=getVendor")
    status, state = await client.control("GET", "/state")
    assert status == 200
    first, second = state["channels"]
    assert first["leds"] == {"infrared": 100, "warm": 0}
    assert first["live_profile"] == 1
    assert first["picture"] == "black_white"
    assert (first["zoom"], first["focus"]) == (0.0, 0.42)
    assert second["picture"] == "color"
    assert second["zoom"] is None
    assert state["connections_by_kind"] == {
        "http": 1,
        "event_stream": 0,
        "snapshot_stream": 0,
        "rtsp": 0,
    }
    assert state["logins"]["accepted"] == 1
    assert state["subscribers"] == 0


async def test_requests_are_listed_and_forgotten(camera: VirtualCamera, client: Client) -> None:
    await client.get("magicBox.cgi?action=getVendor")
    _, requests = await client.control("GET", "/requests")
    assert [(entry["method"], entry["status"]) for entry in requests] == [
        ("GET", 401),
        ("GET", 200),
    ]
    assert requests[1]["target"] == "/cgi-bin/magicBox.cgi?action=getVendor"
    assert requests[0]["connection"] == requests[1]["connection"]
    assert requests[0]["time"] <= requests[1]["time"]
    await client.control("DELETE", "/requests")
    assert await client.control("GET", "/requests") == (200, [])


async def test_stream_that_is_open_has_been_answered(
    start_camera: StartCamera, start_client: StartClient, attach: Attach
) -> None:
    camera = await start_camera()
    await attach(start_client(camera))
    assert [entry["status"] for entry in camera.requests] == [401, 200]
    late = await start_camera(overlays=("late_stream_head",))
    client = start_client(late)
    url = client.url("/cgi-bin/eventManager.cgi?action=attach&codes=[All]")
    opening = asyncio.ensure_future(client.session.get(url))
    await until(lambda: late.state()["subscribers"])
    assert [entry["status"] for entry in late.requests] == [401, None]
    await late.emit("VideoBlind", "Start", 0)
    async with await opening:
        assert [entry["status"] for entry in late.requests] == [401, 200]


async def test_the_password_can_be_changed(
    camera: VirtualCamera, client: Client, start_client: StartClient
) -> None:
    assert await client.control("PUT", "/password", {"password": "another"}) == (200, {})
    assert camera.password == "another"
    assert (await client.get("magicBox.cgi?action=getVendor")).status == 401
    other = start_client(camera)
    assert (await other.get("magicBox.cgi?action=getVendor")).status == 200


async def test_an_event_tells_when_it_was_sent(
    camera: VirtualCamera, client: Client, attach: Attach
) -> None:
    stream = await attach(client)
    event = {"code": "VideoMotion", "action": "Start", "index": 1, "data": {"Id": [0]}}
    status, answer = await client.control("POST", "/events", event)
    assert status == 200
    await stream.until(b"Code=VideoMotion;action=Start;index=1")
    assert answer["sent_at"] > 1_600_000_000


async def test_a_scenario_runs_by_itself(camera: VirtualCamera, client: Client) -> None:
    status, answer = await client.control("POST", "/scenario", {"name": "motion_wide", "speed": 10})
    assert (status, answer) == (200, {"seconds": 0.4})
    await until(lambda: camera.machine.hub.active_channels("VideoMotion") == [1])
    await until(lambda: not camera.machine.hub.active())
    _, names = await client.control("GET", "/scenarios")
    assert {"person_crosses", "car_passes", "cat_wanders", "motion_wide"} <= set(names)


async def test_faults_over_the_control_side(camera: VirtualCamera, client: Client) -> None:
    status, answer = await client.control("PUT", "/faults/slow", {"seconds": 2})
    assert (status, answer) == (200, {"once": False, "seconds": 2.0, "path": ""})
    assert (await client.control("GET", "/faults"))[1] == {"slow": answer}
    assert (await client.control("DELETE", "/faults/slow"))[0] == 200
    assert camera.machine.faults.as_dict() == {}


async def test_reboot_over_the_control_side(camera: VirtualCamera, client: Client) -> None:
    await client.control("POST", "/reboot", {"seconds": 0, "warming_up": 60})
    await until(lambda: camera.machine.warming_up)
    assert (await client.control("GET", "/state"))[1]["warming_up"] is True


@pytest.mark.parametrize(
    ("method", "path", "document", "status"),
    [
        ("GET", "/nothing", None, 404),
        ("PUT", "/faults/earthquake", {}, 404),
        ("DELETE", "/faults/earthquake", None, 404),
        ("PUT", "/faults/slow", {}, 400),
        ("PATCH", "/scene", {"darkness": 2}, 400),
        ("PATCH", "/scene", {"clock": "noon"}, 400),
        ("PATCH", "/scene", [], 400),
        ("POST", "/events", {"code": "VideoMotion"}, 400),
        ("POST", "/scenario", {"name": "earthquake"}, 404),
        ("POST", "/scenario", {"name": "car_passes", "speed": 0}, 400),
    ],
)
async def test_mistakes_are_told(
    client: Client, method: str, path: str, document: object, status: int
) -> None:
    answer = await client.control(method, path, document)
    assert answer[0] == status
    assert answer[1]["error"]


@pytest.mark.parametrize(("overlay", "more"), [("config_ex", ()), ("https", ("https",))])
async def test_the_command_line(socket_enabled: None, overlay: str, more: tuple[str, ...]) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.virtual_camera", "--password", "x", "--profile"),
        *(f"mfw7442k1+{overlay}", "--time-zone", "Asia/Tokyo"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    ports = json.loads(await process.stdout.readline())
    assert set(ports) == {"http", "rtsp", "control", *more}
    assert all(ports.values())
    url = f"http://127.0.0.1:{ports['control']}/state"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert (await response.json())["profile"] == f"mfw7442k1+{overlay}"
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0
