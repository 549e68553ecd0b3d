"""Cameras are recorded and played with one command each."""

import asyncio
from asyncio.subprocess import PIPE
import json
from pathlib import Path
import sys

import aiohttp
import pytest

from tests.virtual.peer import Attach, StartCamera, StartClient
from tests.virtual_camera import VirtualCamera
from tests.virtual_camera.profile import PROFILES, load

FIXTURE = PROFILES / "recorded" / "dual_turret.json"


async def start(*arguments: str) -> asyncio.subprocess.Process:
    """Start the command in a session of its own, so that it asks nobody at a terminal."""
    command = (sys.executable, "-W", "ignore", "-m", "tests.virtual_camera", *arguments)
    return await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, stderr=PIPE, start_new_session=True
    )


async def run(*arguments: str, password: str = "") -> tuple[int | None, str, str]:
    """Run the command to its end and return its code, output and errors."""
    process = await start(*arguments)
    async with asyncio.timeout(60):
        output, errors = await process.communicate(f"{password}\n".encode())
    return process.returncode, output.decode(), errors.decode()


async def record(camera: VirtualCamera, password: str) -> tuple[int | None, str, str]:
    address = f"127.0.0.1:{camera.http_port}"
    return await run("--record", address, "--seconds", "0.5", password=password)


async def test_a_camera_is_recorded_and_played(start_camera: StartCamera, tmp_path: Path) -> None:
    camera = await start_camera("four_sensors")
    camera.machine.store.put("Lighting_V2[2][1][0].MiddleLight[0].Light", "37")
    code, output, errors = await record(camera, camera.password)
    assert code == 0, errors
    for secret in (camera.password, camera.serial, camera.machine.profile.identity.mac, "South"):
        assert secret not in output
    file = tmp_path / "recorded.json"
    file.write_text(output)

    process = await start("--password", "Regen-Wurm3", "--profile", str(file))
    try:
        assert process.stdout
        async with asyncio.timeout(30):
            ports = json.loads(await process.stdout.readline())
        url = f"http://127.0.0.1:{ports['control']}"
        async with aiohttp.ClientSession() as session:
            state = await (await session.get(f"{url}/state")).json()
            tables = await (await session.get(f"{url}/config")).json()
    finally:
        process.terminate()
        await process.wait()
    assert len(state["channels"]) == 4
    assert tables["Lighting_V2[2][1][0].MiddleLight[0].Light"] == "37"


async def test_a_wrong_password_records_nothing(camera: VirtualCamera) -> None:
    code, output, errors = await record(camera, "not-the-Password1")
    assert code == 1
    assert output == ""
    assert "refuses" in errors
    assert "Traceback" not in errors
    assert "not-the-Password1" not in errors


async def test_a_recorded_camera_answers_as_the_real_one_did(
    start_camera: StartCamera, start_client: StartClient
) -> None:
    client = start_client(await start_camera(str(FIXTURE)))
    recorded = json.loads(FIXTURE.read_text(encoding="utf-8"))
    for question, answer in recorded["answers"].items():
        heard = await client.get(question)
        assert heard.status == (400 if answer is None else 200)
        assert answer is None or heard.values == answer
    tables = {name.partition("[")[0].partition(".")[0] for name in recorded["tables"]}
    for table in tables - {"RTSP"}:
        found = await client.config(table)
        assert found.items() <= recorded["tables"].items()
    assert (await client.get("configManager.cgi?action=getConfig&name=Unseen")).status == 400


async def test_a_refused_question_stays_refused(
    start_camera: StartCamera, start_client: StartClient, tmp_path: Path
) -> None:
    recorded = json.loads(FIXTURE.read_text(encoding="utf-8"))
    recorded["answers"]["magicBox.cgi?action=getVendor"] = None
    recorded["several_tables_at_once"] = False
    file = tmp_path / "refusing.json"
    file.write_text(json.dumps({"home_assistant": {}, "data": recorded}))
    client = start_client(await start_camera(str(file)))
    assert (await client.get("magicBox.cgi?action=getVendor")).status == 400
    both = "configManager.cgi?action=getConfig&name=General&name=Network"
    assert (await client.get(both)).status == 400


async def test_an_overlay_lies_over_a_recorded_camera(start_camera: StartCamera) -> None:
    camera = await start_camera(f"{FIXTURE}+face_404")
    assert camera.machine.profile.faces == load("mfw7442k1+face_404").faces
    assert camera.machine.profile.faces != load(str(FIXTURE)).faces


async def test_recorded_events_come_again_beginnings_first(
    start_camera: StartCamera, start_client: StartClient, attach: Attach
) -> None:
    camera = await start_camera(str(FIXTURE))
    stream = await attach(start_client(camera))
    await camera.scenario("recorded", speed=50)
    await camera.emit("TimeChange", "Pulse", 0)
    await stream.until(b"TimeChange")
    recorded = json.loads(FIXTURE.read_text(encoding="utf-8"))["events"]
    expected = [(each["code"], each["action"], str(each["index"])) for each in recorded]
    heard = stream.events[:-1]
    assert sorted(heard) == sorted(expected)
    actions = [action for _, action, _ in heard]
    assert actions == sorted(actions)


async def test_a_camera_that_was_not_recorded_has_nothing_to_repeat(camera: VirtualCamera) -> None:
    assert "recorded" not in camera.scenarios.names
    with pytest.raises(LookupError):
        await camera.scenario("recorded")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"data": {"tables": {}}}', '{"data": 5}'])
async def test_a_file_of_something_else_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "other.json"
    file.write_text(content)
    with pytest.raises(LookupError, match="no recorded camera"):
        load(str(file))


@pytest.mark.parametrize(
    "arguments",
    [
        ("--profile", "/nowhere/file.json", "--password", "x"),
        ("--profile", "mfw7442k1"),
        ("--record", "127.0.0.1", "--password", "x"),
    ],
)
async def test_what_makes_no_sense_is_said_so(arguments: tuple[str, ...]) -> None:
    code, output, errors = await run(*arguments)
    assert (code, output) == (2, "")
    assert "Traceback" not in errors
