"""python-amcrest, a client for such cameras that is older than this project."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

from amcrest import AmcrestCamera, LoginError
import pytest

from tests.peers.conftest import StartCamera
from tests.virtual_camera import VirtualCamera

_TIMEOUT = 20.0


def client_of(camera: VirtualCamera, password: str | None = None) -> Any:
    """Return the client for a camera."""
    return AmcrestCamera(
        "127.0.0.1",
        camera.http_port,
        camera.username,
        password or camera.password,
        retries_connection=0,
        timeout_protocol=_TIMEOUT,
    ).camera


async def apart[T](work: Callable[[], T]) -> T:
    """Do what blocks in a thread, which is gone afterwards."""
    with ThreadPoolExecutor(1) as thread:
        return await asyncio.get_running_loop().run_in_executor(thread, work)


async def test_it_finds_out_what_the_camera_is(camera: VirtualCamera) -> None:
    client, identity = client_of(camera), camera.machine.profile.identity

    def ask() -> dict[str, Any]:
        return {
            "serial": client.serial_number,
            "type": client.device_type,
            "software": [part.strip() for part in client.software_information],
            "hardware": client.hardware_version,
            "vendor": client.vendor_information,
            "class": client.device_class,
            "name": client.machine_name,
            "streams": client.video_max_extra_streams,
        }

    assert await apart(ask) == {
        "serial": identity.serial,
        "type": identity.device_type,
        "software": [identity.version, identity.build],
        "hardware": identity.hardware_version,
        "vendor": identity.vendor,
        "class": identity.device_class,
        "name": camera.machine.store.text("General.MachineName"),
        "streams": 2,
    }


async def test_it_sees_both_sensors(camera: VirtualCamera) -> None:
    client = client_of(camera)
    stills = [
        await apart(lambda number=number: client.snapshot(channel=number, stream=False))
        for number in (1, 2)
    ]
    assert all(still.startswith(b"\xff\xd8") for still in stills)
    assert stills[0] != stills[1]


async def test_it_switches_motion_detection(camera: VirtualCamera) -> None:
    client, store = client_of(camera), camera.machine.store
    for wanted in (False, True):
        assert await apart(lambda on=wanted: client.set_motion_detection(on, channel=1))
        assert store.flag("MotionDetect[1].Enable") is wanted
        assert await apart(lambda: client.is_motion_detector_on(channel=1)) is wanted


@pytest.mark.parametrize("table", ["Lighting_V2", "VideoInMode", "VideoInDayNight"])
async def test_it_reads_the_tables_of_light(camera: VirtualCamera, table: str) -> None:
    client = client_of(camera)
    text = await apart(lambda: client.event_handler_config(table))
    lines = dict(line.split("=", 1) for line in text.splitlines())
    expected = {f"table.{key}": value for key, value in camera.machine.store.under(table)}
    assert lines == expected


async def test_it_lists_what_goes_on(camera: VirtualCamera) -> None:
    client = client_of(camera)
    assert await apart(lambda: client.is_motion_detected) == []
    await camera.emit("VideoMotion", "Start", 1, {"Id": [0], "RegionName": ["Region1"]})
    assert await apart(lambda: client.is_motion_detected) == [1]


EVENTS = [
    ("VideoMotion", "Start", 1, {"Id": [0], "RegionName": ["Region1"]}),
    ("CrossLineDetection", "Start", 0, {"Name": "Gate line", "EventID": 7}),
    ("VideoMotion", "Stop", 1, {"Id": [0], "RegionName": ["Region1"]}),
]


async def _emit(camera: VirtualCamera) -> None:
    """Raise events as soon as somebody listens."""
    while not camera.state()["subscribers"]:
        await asyncio.sleep(0.01)
    for event in EVENTS:
        await camera.emit(*event)


def _told(code: str, event: dict[str, Any]) -> tuple[Any, ...]:
    return code, event["action"], int(event["index"]), event["data"]


async def test_it_follows_the_events(camera: VirtualCamera) -> None:
    client = client_of(camera)

    def listen() -> list[tuple[Any, ...]]:
        events: Iterator[tuple[str, dict[str, Any]]] = client.event_actions("All")
        heard = [_told(*event) for event in islice(events, len(EVENTS))]
        events.close()
        return heard

    emitting = asyncio.create_task(_emit(camera))
    async with asyncio.timeout(_TIMEOUT):
        assert await apart(listen) == EVENTS
    await emitting


@pytest.mark.parametrize("profile", ["mfw7442k1", "mfw7442k1+chunked_stream"])
async def test_its_younger_half_follows_the_events(start_camera: StartCamera, profile: str) -> None:
    camera = await start_camera(profile)
    client = client_of(camera)
    emitting = asyncio.create_task(_emit(camera))
    events: AsyncIterator[tuple[str, dict[str, Any]]] = client.async_event_actions("All")
    heard = []
    async with asyncio.timeout(_TIMEOUT):
        async for event in events:
            heard.append(_told(*event))
            if len(heard) == len(EVENTS):
                break
    await events.aclose()
    await emitting
    assert heard == EVENTS


async def test_it_tells_where_the_streams_are(camera: VirtualCamera) -> None:
    client = client_of(camera)
    url = await apart(lambda: client.rtsp_url(channel=2, typeno=1))
    assert url.endswith(f"@127.0.0.1:{camera.rtsp_port}/cam/realmonitor?channel=2&subtype=1")


async def test_it_believes_that_the_password_is_wrong(camera: VirtualCamera) -> None:
    client = client_of(camera, "Wrong-Passw0rd")
    with pytest.raises(LoginError):
        await apart(lambda: client.serial_number)
    assert camera.state()["logins"]["accepted"] == 0
