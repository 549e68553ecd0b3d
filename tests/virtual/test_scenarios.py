"""Who passes sets off what the tables say, in the order in which it is seen."""

import pytest

from tests.virtual.peer import Attach, Client, StartCamera, StartClient, until
from tests.virtual_camera import VirtualCamera


async def play(camera: VirtualCamera, client: Client, attach: Attach, name: str) -> list[tuple]:
    """Return the events of a scenario."""
    stream = await attach(client)
    await camera.scenario(name, speed=10)
    await camera.emit("TimeChange", "Pulse", 0)
    await stream.until(b"TimeChange")
    return stream.events[:-1]


async def test_a_person_crosses(camera: VirtualCamera, client: Client, attach: Attach) -> None:
    events = await play(camera, client, attach, "person_crosses")
    assert [event for event in events if event[2] == "0"] == [
        ("CrossLineDetection", "Start", "0"),
        ("CrossLineDetection", "Stop", "0"),
        ("HumanTrait", "Start", "0"),
        ("HumanTrait", "Stop", "0"),
    ]
    motion = [event for event in events if event[2] == "1"]
    assert motion[0] == ("VideoMotion", "Start", "1")
    assert motion[-1] == ("VideoMotion", "Stop", "1")
    assert {event[0] for event in motion} == {"VideoMotion"}
    assert events[0] == ("VideoMotion", "Start", "1")


async def test_a_car_passes(camera: VirtualCamera, client: Client, attach: Attach) -> None:
    stream = await attach(client)
    events = await play(camera, client, attach, "car_passes")
    assert ("TrafficJunction", "Pulse", "0") in events
    assert [event[1] for event in events if event[0] == "CrossRegionDetection"] == ["Start", "Stop"]
    await stream.until(b'"PlateNumber" : "AB123CD"')
    assert b'"Name" : "Yard"' in stream.data
    assert b'"ObjectType" : "Vehicle"' in stream.data


async def test_a_car_that_drives_back_crosses_the_line_the_other_way(
    camera: VirtualCamera, client: Client, attach: Attach
) -> None:
    stream = await attach(client)
    await camera.scenario("car_leaves", speed=10)
    await stream.until(b"Code=CrossLineDetection;action=Stop")
    assert b'"Direction" : "RightToLeft"' in stream.data
    assert b'"PlateNumber" : "HHXY904"' in stream.data


async def test_a_cat_is_mere_motion(camera: VirtualCamera, client: Client, attach: Attach) -> None:
    events = await play(camera, client, attach, "cat_wanders")
    assert {(event[0], event[2]) for event in events} == {("VideoMotion", "1")}


async def test_a_bicycle_is_no_vehicle(
    camera: VirtualCamera, client: Client, attach: Attach
) -> None:
    events = await play(camera, client, attach, "bicycle_passes")
    assert [event for event in events if event[2] == "0"] == [
        ("NonMotorDetect", "Start", "0"),
        ("NonMotorDetect", "Stop", "0"),
    ]


async def test_motion_at_the_edge_stays_in_its_window(
    camera: VirtualCamera, client: Client, attach: Attach
) -> None:
    stream = await attach(client)
    await camera.scenario("motion_wide", speed=10)
    await stream.until(b"action=Stop;index=1")
    assert b'"RegionName" : [ "Drive" ]' in stream.data
    assert b"Garden" not in stream.data


@pytest.mark.parametrize(
    ("pair", "gone"),
    [
        ("VideoAnalyseRule[0][4].Enable=false", "CrossLineDetection"),
        ("VideoAnalyseRule[0][4].Config.Direction=RightToLeft", "CrossLineDetection"),
        ("VideoAnalyseRule[0][4].ObjectTypes[0]=Vehicle", "CrossLineDetection"),
        (
            "VideoAnalyseRule[0][1].EventHandler.TimeSection[4][0]=0 00:00:00-23:59:59",
            "HumanTrait",
        ),
        ("VideoAnalyseGlobal[0].Scene.Type=NumberStat", "CrossLineDetection"),
        ("MotionDetect[1].Enable=false", "VideoMotion"),
    ],
)
async def test_what_is_switched_off_is_not_reported(
    camera: VirtualCamera, client: Client, attach: Attach, pair: str, gone: str
) -> None:
    # 1 January 2026 is a Thursday, row 4 of a weekly plan.
    await client.get("global.cgi?action=setCurrentTime&time=2026-01-01%2012:00:00")
    await client.set(pair)
    events = await play(camera, client, attach, "person_crosses")
    assert gone not in {code for code, _, _ in events}
    assert events


async def test_a_rule_switched_off_while_alarmed_stops(
    camera: VirtualCamera, client: Client, attach: Attach
) -> None:
    stream = await attach(client)
    camera.background(camera.scenario("car_passes", speed=2))
    await stream.until(b"Code=CrossRegionDetection;action=Start")
    await client.set("VideoAnalyseRule[0][5].Enable=false")
    await stream.until(b"Code=CrossRegionDetection;action=Stop")
    assert camera.scene.actors


async def test_inert_rows_report_nothing(
    start_camera: StartCamera, start_client: StartClient, attach: Attach
) -> None:
    camera = await start_camera(overlays=("inert_rows",))
    events = await play(camera, start_client(camera), attach, "person_crosses")
    assert ("VideoMotion", "Start", "0") not in events
    assert ("CrossLineDetection", "Start", "1") not in events


async def test_the_view_shows_who_is_there(camera: VirtualCamera) -> None:
    camera.background(camera.scenario("busy_street", speed=10))
    await until(lambda: len(camera.machine.view(1).actors) == 3)
    await until(lambda: not camera.machine.view(1).actors)


async def test_the_tight_sensor_sees_less_when_zoomed_in(camera: VirtualCamera) -> None:
    camera.background(camera.scenario("person_crosses", speed=2))
    await until(lambda: camera.machine.visible(0))
    assert camera.machine.visible(1)
    lens = camera.machine.lenses[0]
    wide_share = next(iter(camera.machine.visible(0).values()))
    lens.move(zoom=0.2)
    await until(lambda: not camera.machine.visible(0))
    assert wide_share.box[2] > wide_share.box[0]
