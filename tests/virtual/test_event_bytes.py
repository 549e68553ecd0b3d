"""The event stream, byte for byte."""

from collections.abc import Awaitable, Callable

import pytest

from tests.virtual.peer import Attach, Client, EventReader, StartClient, until
from tests.virtual_camera import VirtualCamera
from tests.virtual_camera.event_format import EventFormat, event_body, part, styled

MOTION = {"Id": [0], "RegionName": ["Region1"], "SmartMotionEnable": True}


@pytest.mark.parametrize(
    ("body", "length"),
    [
        (event_body("VideoMotion", "Start", 0, MOTION), 127),
        (event_body("VideoMotion", "Stop", 0, MOTION), 126),
        (event_body("VideoMotion", "Start", 0, {"SmartMotionEnable": False}), 78),
        (
            event_body(
                "TimeChange",
                "Pulse",
                0,
                {
                    "BeforeModifyTime": "2026-02-20 13:49:58",
                    "ModifiedTime": "2026-02-20 13:49:58",
                },
            ),
            135,
        ),
        (
            event_body(
                "NTPAdjustTime",
                "Pulse",
                0,
                {"Address": "198.51.100.10", "Before": "2026-02-20 13:49:57", "result": True},
            ),
            137,
        ),
        (event_body("VideoMotionInfo", "State", 0), 41),
        (event_body("AudioMutation", "Start", 0), 39),
        (b"Heartbeat", 9),
    ],
)
def test_content_length_is_what_cameras_count(body: bytes, length: int) -> None:
    assert f"\r\nContent-Length:{length}\r\n\r\n".encode() + body in part(body)


def test_a_part_has_crlf_outside_and_lf_inside() -> None:
    assert part(event_body("VideoMotion", "Start", 1, {"Id": [0], "RegionName": ["A;b=c"]})) == (
        b"--myboundary\r\n"
        b"Content-Type: text/plain\r\n"
        b"Content-Length:94\r\n"
        b"\r\n"
        b"Code=VideoMotion;action=Start;index=1;data={\n"
        b'   "Id" : [ 0 ],\n'
        b'   "RegionName" : [ "A;b=c" ]\n'
        b"}\n"
        b"\r\n\r\n"
    )


def test_nested_arrays_go_over_several_lines_and_plain_ones_do_not() -> None:
    assert styled({"Line": [[1, 2], [3, 4]], "Box": [1, 2, 3, 4], "Track": [], "None": None}) == (
        "{\n"
        '   "Box" : [ 1, 2, 3, 4 ],\n'
        '   "Line" : [\n'
        "      [ 1, 2 ],\n"
        "      [ 3, 4 ]\n"
        "   ],\n"
        '   "None" : null,\n'
        '   "Track" : []\n'
        "}"
    )


@pytest.mark.parametrize(
    ("event_format", "expected"),
    [
        (EventFormat(content_length="plus_two"), b"Content-Length:41\r\n\r\nCode=AudioMutation;"),
        (EventFormat(content_length="zero"), b"Content-Length:0\r\n\r\nCode=AudioMutation;"),
        (EventFormat(content_length="absent"), b"text/plain\r\n\r\nCode=AudioMutation;"),
        (EventFormat(nul_padding=3), b"index=0\r\n\r\n\0\0\0"),
    ],
)
def test_odd_framings(event_format: EventFormat, expected: bytes) -> None:
    body = event_body("AudioMutation", "Start", 0)
    assert expected in part(body, event_format=event_format)


async def test_a_stream_begins_with_a_heartbeat(
    camera: VirtualCamera, client: Client, attach: Attach
) -> None:
    stream = await attach(client)
    assert stream.data == (
        b"--myboundary\r\nContent-Type: text/plain\r\nContent-Length:9\r\n\r\nHeartbeat\r\n\r\n"
    )
    headers = stream.response.headers
    assert headers["Content-Type"] == "multipart/x-mixed-replace; boundary=myboundary"
    assert "Content-Length" not in headers


async def test_heartbeats_keep_coming(
    camera: VirtualCamera, client: Client, attach: Attach
) -> None:
    stream = await attach(client, "codes=[All]&heartbeat=1")
    await stream.until(b"Heartbeat", 3)


async def test_without_being_asked_for_no_heartbeat_comes(
    camera: VirtualCamera, client: Client
) -> None:
    target = client.url("/cgi-bin/eventManager.cgi?action=attach&codes=[All]")
    async with client.session.get(target) as response:
        await camera.emit("VideoBlind", "Start", 0)
        reader = EventReader(response)
        await reader.until(b"VideoBlind")
        assert reader.data.startswith(b"--myboundary\r\nContent-Type: text/plain\r\n")
        assert b"Heartbeat" not in reader.data


async def test_an_event_goes_to_every_listener_that_wants_it(
    camera: VirtualCamera,
    client: Client,
    start_client: StartClient,
    attach: Callable[..., Awaitable],
) -> None:
    everything = await attach(client)
    motion = await attach(start_client(camera), "codes=[VideoMotion,VideoLoss]&heartbeat=5")
    second = await attach(start_client(camera), "codes=%5BAll%5D&heartbeat=5&channel=2")
    await camera.emit("CrossLineDetection", "Start", 0)
    await camera.emit("VideoMotion", "Start", 1)
    for stream in (everything, motion, second):
        await stream.until(b"Code=VideoMotion;")
    assert [event[0] for event in everything.events] == ["CrossLineDetection", "VideoMotion"]
    assert [event[0] for event in motion.events] == ["VideoMotion"]
    assert [event[0] for event in second.events] == ["VideoMotion"]
    assert camera.state()["subscribers"] == 3


async def test_a_listener_that_leaves_is_forgotten(
    camera: VirtualCamera, client: Client, attach: Attach
) -> None:
    stream = await attach(client)
    stream.response.close()
    await until(lambda: not camera.state()["subscribers"])


async def test_event_indexes_tell_what_goes_on(camera: VirtualCamera, client: Client) -> None:
    target = "eventManager.cgi?action=getEventIndexes&code=VideoMotion"
    assert (await client.get(target)).text == "Error: No Events\r\n"
    await camera.emit("VideoMotion", "Start", 1)
    assert (await client.get(target)).text == "channels[0]=1\r\n"
    await camera.emit("VideoMotion", "Stop", 1, deliver=False)
    assert (await client.get(target)).text == "Error: No Events\r\n"


async def test_an_event_may_happen_without_anybody_hearing_of_it(
    camera: VirtualCamera, client: Client, attach: Attach
) -> None:
    stream = await attach(client)
    await camera.emit("VideoMotion", "Start", 1, deliver=False)
    await camera.emit("VideoBlind", "Start", 0)
    await stream.until(b"VideoBlind")
    assert [event[0] for event in stream.events] == ["VideoBlind"]
    assert camera.machine.hub.active_channels("VideoMotion") == [1]
