"""Every profile and overlay: what it changes is seen on the wire."""

import asyncio
import re
import time
from zoneinfo import ZoneInfo

import pytest

from tests.virtual.peer import Attach, StartCamera, StartClient, until
from tests.virtual_camera.profile import available, available_overlays, load
from tests.virtual_camera.rpc.methods import METHODS

BAD_REQUEST = (400, "Error\r\nBad Request!\r\n")


@pytest.mark.parametrize("name", available())
async def test_a_profile_answers_what_every_client_asks(
    start_camera: StartCamera, start_client: StartClient, name: str
) -> None:
    camera = await start_camera(name)
    client = start_client(camera)
    identity = await client.get("magicBox.cgi?action=getSystemInfo")
    assert identity.values["serialNumber"] == camera.serial
    titles = await client.config("ChannelTitle")
    assert len(titles) == len(camera.channels)
    for channel in range(len(camera.channels)):
        still = await client.get(f"snapshot.cgi?channel={channel + 1}")
        assert still.headers["content-type"] == "image/jpeg"
        camera.scene.darken(1.0)
        assert "infrared" not in camera.machine.hardware[channel].emitters or (
            camera.channels[channel].leds["infrared"] > 0
        )


@pytest.mark.parametrize("overlay", available_overlays())
def test_an_overlay_changes_something(overlay: str) -> None:
    plain, changed = load("mfw7442k1"), load("mfw7442k1", [overlay])
    assert changed.name == f"mfw7442k1+{overlay}"
    parts = ("identity", "tables", "digest", "faces", "events", "switches", "writes", "storage")
    assert any(getattr(plain, part) != getattr(changed, part) for part in parts)


def test_overlays_can_be_named_with_the_profile() -> None:
    assert load("mfw7442k1+face_501+single_name").faces.table == "not_implemented"
    with pytest.raises(LookupError):
        load("mfw7442k1+nonsense")


@pytest.mark.parametrize(
    ("overlay", "status", "begin"),
    [
        (None, 400, "Error\r\nBad Request!\r\n"),
        ("face_501", 501, "Error\r\nNot Implemented!\r\n"),
        (
            "face_error_minus_one",
            200,
            "Error: Error -1 getting param in name=SmartMotionDetect\r\n",
        ),
        ("face_404", 404, "<html>"),
        ("face_html", 200, "<!DOCTYPE html>"),
    ],
)
async def test_faces_of_not_supported(
    start_camera: StartCamera,
    start_client: StartClient,
    overlay: str | None,
    status: int,
    begin: str,
) -> None:
    client = start_client(await start_camera(overlays=(overlay,) if overlay else ()))
    table = await client.get("configManager.cgi?action=getConfig&name=SmartMotionDetect")
    assert (table.status, table.text[: len(begin)]) == (status, begin)
    if overlay != "face_error_minus_one":
        endpoint = await client.get("coaxialControlIO.cgi?action=getCaps&channel=1")
        assert (endpoint.status, endpoint.text[: len(begin)]) == (status, begin)


@pytest.mark.parametrize(
    ("overlay", "live"),
    [
        ("profile_general", [2, 2]),
        ("profile_schedule", [0, 1]),
        ("profile_self_adaptive", [1, 1]),
        ("switch_mode_only", [1, 0]),
        ("unwritable_mode", [1, 0]),
        ("one_profile", [2, 2]),
    ],
)
async def test_ways_to_choose_the_image_profile(
    start_camera: StartCamera, start_client: StartClient, overlay: str, live: list[int]
) -> None:
    camera = await start_camera(overlays=(overlay,))
    client = start_client(camera)
    seen = []
    for hour, darkness in ((12, 1.0), (23, 0.0)):
        target = f"global.cgi?action=setCurrentTime&time=2026-01-01%20{hour}:00:00"
        await client.get(target)
        camera.scene.darken(darkness)
        seen.append(camera.channels[0].live_profile)
    assert seen == live
    mode = await client.get("configManager.cgi?action=getConfig&name=VideoInMode")
    assert mode.status == (501 if overlay == "switch_mode_only" else 200)


async def test_switch_mode_chooses_where_video_in_mode_is_refused(
    start_camera: StartCamera, start_client: StartClient
) -> None:
    camera = await start_camera(overlays=("switch_mode_only",))
    await start_client(camera).set("VideoInOptions[0].NightOptions.SwitchMode=3")
    assert camera.channels[0].live_profile == 1


async def test_switch_mode_chooses_where_video_in_mode_cannot_be_written(
    start_camera: StartCamera, start_client: StartClient
) -> None:
    camera = await start_camera(overlays=("unwritable_mode",))
    client = start_client(camera)
    answer = await client.set("VideoInMode[0].Mode=0", "VideoInMode[0].Config[0]=1")
    assert (answer.status, answer.text) == (501, "Error\r\nNot Implemented!\r\n")
    await client.set("VideoInOptions[0].NightOptions.SwitchMode=3")
    assert camera.channels[0].live_profile == 1
    assert (await client.config("VideoInMode[0].Mode")) == {"VideoInMode[0].Mode": "2"}


@pytest.mark.parametrize(
    ("overlay", "by_name", "by_number"),
    [("forced_by_name", 1, 0), ("forced_by_number", 0, 1), ("fixed_profile", 0, 0)],
)
async def test_ways_to_force_one_profile(
    start_camera: StartCamera,
    start_client: StartClient,
    overlay: str,
    by_name: int,
    by_number: int,
) -> None:
    camera = await start_camera(overlays=(overlay,))
    client = start_client(camera)
    await client.set("VideoInMode[0].Mode=4", "VideoInMode[0].ConfigEx=Night")
    assert camera.channels[0].live_profile == by_name
    await client.set("VideoInMode[0].Mode=0", "VideoInMode[0].Config[0]=1")
    assert camera.channels[0].live_profile == by_number


@pytest.mark.parametrize(("hour", "live"), [(3, 0), (12, 1), (22, 0)])
async def test_the_sun_may_set_after_midnight_by_the_camera_s_clock(
    start_camera: StartCamera, start_client: StartClient, hour: int, live: int
) -> None:
    camera = await start_camera(overlays=("switch_mode_only",))
    client = start_client(camera)
    await client.get(f"global.cgi?action=setCurrentTime&time=2026-01-01%20{hour:02}:00:00")
    options = "VideoInOptions[0].NightOptions"
    await client.set(f"{options}.SwitchMode=2&{options}.SunriseHour=18&{options}.SunsetHour=6")
    assert camera.channels[0].live_profile == live


async def test_one_table_a_request(start_camera: StartCamera, start_client: StartClient) -> None:
    client = start_client(await start_camera(overlays=("single_name",)))
    target = "configManager.cgi?action=getConfig&name=ChannelTitle&name=VideoInMode"
    answer = await client.get(target)
    assert (answer.status, answer.text) == BAD_REQUEST
    assert await client.config("ChannelTitle[0]") == {"ChannelTitle[0].Name": "Gate"}


async def test_one_unknown_key_fails_the_lot(
    start_camera: StartCamera, start_client: StartClient
) -> None:
    camera = await start_camera(overlays=("strict_writes",))
    answer = await start_client(camera).set("VideoInMode[0].Mode=0", "VideoInMode[0].Mood=0")
    assert (answer.status, answer.text) == (400, "Error\r\n")
    assert camera.machine.store.text("VideoInMode[0].Mode") == "2"


async def test_inert_rows_of_the_other_sensor(
    start_camera: StartCamera, start_client: StartClient
) -> None:
    symmetrical = await start_camera(overlays=("inert_rows",))
    rows = await start_client(symmetrical).config("SmartMotionDetect")
    assert rows["SmartMotionDetect[1].Enable"] == "false"
    bare = start_client(await start_camera(overlays=("no_inert_rows",)))
    answer = await bare.get("configManager.cgi?action=getConfig&name=MotionDetect[0]")
    assert answer.text == "Error: Error -1 getting param in name=MotionDetect[0]\r\n"


async def test_smart_light_as_a_mode(start_camera: StartCamera) -> None:
    camera = await start_camera(overlays=("smart_light_rows",))
    camera.scene.darken(1.0)
    assert camera.channels[0].leds == {"infrared": 100, "warm": 0}
    camera.background(camera.scenario("person_crosses", speed=10))
    await until(lambda: camera.channels[0].leds == {"infrared": 0, "warm": 100})


@pytest.mark.parametrize(
    ("overlay", "wanted"),
    [
        (None, b'action=Stop;index=1;data={\n   "Id" : [ 0 ]'),
        ("stop_without_data", b"action=Stop;index=1\r\n\r\n"),
        ("compact_json", b'action=Stop;index=1;data={"Id": [0]'),
        ("odd_lengths", b"\r\n\r\n\0\0"),
        ("zero_lengths", b"Content-Length:0\r\n\r\nCode=VideoMotion;action=Stop"),
    ],
)
async def test_framings(
    start_camera: StartCamera,
    start_client: StartClient,
    attach: Attach,
    overlay: str | None,
    wanted: bytes,
) -> None:
    camera = await start_camera(overlays=(overlay,) if overlay else ())
    stream = await attach(start_client(camera))
    for action in ("Start", "Stop"):
        await camera.emit("VideoMotion", action, 1, {"Id": [0], "RegionName": ["Drive"]})
    await stream.until(wanted)


async def test_a_chunked_stream(
    start_camera: StartCamera, start_client: StartClient, attach: Attach
) -> None:
    camera = await start_camera(overlays=("chunked_stream",))
    stream = await attach(start_client(camera))
    assert stream.response.headers["Transfer-Encoding"] == "chunked"
    await camera.emit("VideoBlind", "Start", 1)
    await stream.until(b"Code=VideoBlind;action=Start;index=1\r\n\r\n")


async def test_unknown_codes_in_a_list_may_be_refused(
    start_camera: StartCamera, start_client: StartClient
) -> None:
    client = start_client(await start_camera(overlays=("refuses_unknown_codes",)))
    target = "eventManager.cgi?action=attach&codes=[VideoMotion,DoorBell]"
    answer = await client.get(target)
    assert (answer.status, answer.text) == BAD_REQUEST


async def test_smart_motion_tells_people_from_cats(
    start_camera: StartCamera, start_client: StartClient, attach: Attach
) -> None:
    camera = await start_camera("dual_turret")
    stream = await attach(start_client(camera))
    await camera.scenario("cat_wanders", speed=20)
    assert {code for code, _, _ in stream.events} <= {"VideoMotion"}
    await camera.scenario("person_crosses", speed=20)
    await stream.until(b"Code=SmartMotionHuman;action=Stop;index=0\r\n")
    assert b'"HumamID" : 542' in stream.data


@pytest.mark.parametrize(
    ("overlay", "codes"),
    [
        (None, {"CrossLineDetection", "HumanTrait"}),
        ("scene_type_only", {"CrossLineDetection"}),
        ("face_plan", {"FaceDetection"}),
        ("idle_type_list", {"FaceDetection"}),
        ("plan_off", set()),
        ("plan_unnamed", {"CrossLineDetection", "FaceDetection", "HumanTrait"}),
        ("no_plans", {"CrossLineDetection", "FaceDetection", "HumanTrait"}),
    ],
)
async def test_only_rules_of_the_plan_that_runs_fire(
    start_camera: StartCamera,
    start_client: StartClient,
    attach: Attach,
    overlay: str | None,
    codes: set[str],
) -> None:
    camera = await start_camera(overlays=(overlay,) if overlay else ())
    stream = await attach(start_client(camera), "codes=[All]&channel=1&heartbeat=5")
    await camera.scenario("person_crosses", speed=10)
    await camera.emit("VideoBlind", "Start", 0)
    await stream.until(b"VideoBlind")
    assert {code for code, _, _ in stream.events} - {"VideoBlind"} == codes


async def test_motion_may_be_told_every_second(
    start_camera: StartCamera, start_client: StartClient, attach: Attach
) -> None:
    camera = await start_camera(overlays=("motion_info",))
    stream = await attach(start_client(camera))
    camera.background(camera.scenario("motion_wide", speed=10))
    await stream.until(b"Code=VideoMotionInfo;action=State;index=1\r\n\r\n")
    assert b'"SmartMotionEnable" : false' in stream.data


async def test_a_line_may_be_a_pulse(
    start_camera: StartCamera, start_client: StartClient, attach: Attach
) -> None:
    camera = await start_camera(overlays=("line_pulses",))
    stream = await attach(start_client(camera), "codes=[CrossLineDetection]&heartbeat=5")
    await camera.scenario("person_crosses", speed=10)
    await stream.until(b"Code=CrossLineDetection;action=Pulse;index=0")
    assert [action for _, action, _ in stream.events] == ["Pulse"]


async def test_a_region_may_tell_again(
    start_camera: StartCamera, start_client: StartClient, attach: Attach
) -> None:
    camera = await start_camera(overlays=("repeated_starts",))
    stream = await attach(start_client(camera), "codes=[CrossRegionDetection]&heartbeat=5")
    await camera.scenario("car_passes", speed=4)
    await stream.until(b"action=Stop")
    actions = [action for _, action, _ in stream.events]
    assert actions == ["Start"] * (len(actions) - 1) + ["Stop"]
    assert len(actions) > 2


async def test_a_region_may_tell_again_under_new_numbers(
    start_camera: StartCamera, start_client: StartClient, attach: Attach
) -> None:
    camera = await start_camera(overlays=("renumbered_starts",))
    stream = await attach(start_client(camera), "codes=[CrossRegionDetection]&heartbeat=5")
    await camera.scenario("car_passes", speed=4)
    await stream.until(b"action=Stop")
    numbers = re.findall(rb'"EventID" : (\d+)', stream.data)
    assert len(numbers) > 2
    assert len(set(numbers)) == len(numbers) - 1
    assert numbers[-1] == numbers[-2], "only the last one is told to end"
    assert not camera.machine.hub.active()


async def test_events_without_data(
    start_camera: StartCamera, start_client: StartClient, attach: Attach
) -> None:
    camera = await start_camera(overlays=("events_without_data",))
    stream = await attach(start_client(camera))
    await camera.emit("CrossLineDetection", "Start", 0, {"Name": "Gate line"})
    await stream.until(b"Code=CrossLineDetection;action=Start;index=0\r\n\r\n")


@pytest.mark.parametrize(("overlay", "hours"), [(None, 0), ("wall_clock_utc", 9)])
async def test_time_stamps_of_events(
    start_camera: StartCamera,
    start_client: StartClient,
    attach: Attach,
    overlay: str | None,
    hours: int,
) -> None:
    overlays = (overlay,) if overlay else ()
    camera = await start_camera(overlays=overlays, time_zone=ZoneInfo("Asia/Tokyo"))
    stream = await attach(start_client(camera))
    await camera.scenario("person_crosses", speed=20)
    await stream.until(b'"UTCMS"')
    told = int(re.search(rb'"UTC" : (\d+)', stream.data)[1])
    assert told - time.time() == pytest.approx(hours * 3600, abs=60)


async def test_encoders_that_start_anew(
    start_camera: StartCamera, start_client: StartClient
) -> None:
    camera = await start_camera(overlays=("slow_encoder",))
    client = start_client(camera)
    await client.set("Encode[0].SnapFormat[0].Video.Quality=4")
    answer = await client.get("snapshot.cgi?channel=1")
    assert (answer.status, answer.text) == (500, "Error\r\nInternal Error!\r\n")
    await until(lambda: camera.machine.encoding)
    assert (await client.get("snapshot.cgi?channel=1")).status == 200


async def test_names_in_the_encoding_of_the_oldest(
    start_camera: StartCamera, start_client: StartClient
) -> None:
    client = start_client(await start_camera(overlays=("gbk_names",)))
    answer = await client.get("configManager.cgi?action=getConfig&name=ChannelTitle[0]")
    assert answer.body == "table.ChannelTitle[0].Name=\u5927\u95e8\r\n".encode("gbk")


async def test_tables_without_the_word_in_front(
    start_camera: StartCamera, start_client: StartClient
) -> None:
    client = start_client(await start_camera(overlays=("bare_tables",)))
    answer = await client.get("configManager.cgi?action=getConfig&name=ChannelTitle&name=RTSP")
    assert answer.text.startswith("ChannelTitle[0].Name=Gate\r\n")
    assert "\r\ntable.RTSP.Enable=true\r\n" in answer.text


async def test_streams_that_end_by_themselves(
    start_camera: StartCamera, start_client: StartClient, attach: Attach
) -> None:
    camera = await start_camera(overlays=("short_streams",))
    stream = await attach(start_client(camera), "codes=[All]&heartbeat=1")
    assert (await stream.to_end()).count(b"Heartbeat") == 2


async def test_a_noisy_camera_tells_of_logins_and_files(
    start_camera: StartCamera, start_client: StartClient, attach: Attach
) -> None:
    camera = await start_camera(overlays=("noisy",))
    stream = await attach(start_client(camera))
    await start_client(camera).get("magicBox.cgi?action=getVendor")
    await camera.emit("VideoMotion", "Start", 1)
    await stream.until(b"Code=NewFile;action=Pulse;index=0")
    assert [code for code, _, _ in stream.events] == ["InterVideoAccess", "VideoMotion", "NewFile"]


async def test_an_empty_card_slot(start_camera: StartCamera, start_client: StartClient) -> None:
    target = "storageDevice.cgi?action=getDeviceAllInfo"
    full = await start_client(await start_camera()).get(target)
    assert full.values["list.info[0].Detail[0].TotalBytes"] == "31902400512.000000"
    empty = await start_client(await start_camera(overlays=("no_card",))).get(target)
    assert (empty.status, empty.text) == BAD_REQUEST
    broken = await start_client(await start_camera(overlays=("broken_card",))).get(target)
    assert broken.values["list.info[0].State"] == "Error"
    assert broken.values["list.info[0].Detail[0].IsError"] == "true"


async def test_streams_of_the_h265_camera(start_camera: StartCamera) -> None:
    camera = await start_camera(overlays=("h265_main",))
    main, sub = (camera.machine.stream_settings(0, subtype) for subtype in (0, 1))
    assert main is not None
    assert main.codec == "H.265"
    assert sub is None


async def test_a_stream_that_is_silent_at_first(
    start_camera: StartCamera, start_client: StartClient
) -> None:
    camera = await start_camera(overlays=("late_stream_head",))
    client = start_client(camera)
    await client.get("magicBox.cgi?action=getVendor")
    target = client.url("/cgi-bin/eventManager.cgi?action=attach&codes=[All]&heartbeat=60")
    waiting = asyncio.ensure_future(client.session.get(target))
    await until(lambda: camera.machine.hub.streams)
    done, _ = await asyncio.wait({waiting}, timeout=0.2)
    assert not done
    await camera.emit("VideoBlind", "Start", 0)
    response = await waiting
    assert b"Code=VideoBlind" in await response.content.readany()
    response.close()


async def test_an_account_that_may_only_look(
    start_camera: StartCamera, start_client: StartClient
) -> None:
    camera = await start_camera(overlays=("read_only_account",))
    client = start_client(camera)
    for target in (
        "configManager.cgi?action=setConfig&ChannelTitle[0].Name=A",
        "magicBox.cgi?action=reboot",
    ):
        answer = await client.get(target)
        assert (answer.status, answer.text) == (403, "Error\r\nAuthorization Failed!\r\n")
    assert await client.config("ChannelTitle[0]") == {"ChannelTitle[0].Name": "Gate"}


async def test_motion_of_the_old_camera_has_no_windows(
    start_camera: StartCamera, start_client: StartClient, attach: Attach
) -> None:
    camera = await start_camera("single_infrared")
    stream = await attach(start_client(camera))
    await camera.scenario("cat_wanders", speed=20)
    await stream.until(b"Code=VideoMotion;action=Stop;index=0\r\n\r\n")
    assert b"Code=VideoMotion;action=Start;index=0\r\n\r\n" in stream.data
    assert len(stream.events) == 2


async def test_a_table_that_cannot_be_written(
    start_camera: StartCamera, start_client: StartClient
) -> None:
    camera = await start_camera(overlays=("refused_writes",))
    client = start_client(camera)
    answer = await client.set("Lighting_V2[0][0][1].Mode=Manual")
    assert (answer.status, answer.text) == (200, "Error\r\n")
    assert (await client.config("Lighting_V2[0][0][1].Mode")) == {
        "Lighting_V2[0][0][1].Mode": "Off"
    }


async def test_a_table_that_only_rpc_serves(
    start_camera: StartCamera, start_client: StartClient
) -> None:
    camera = await start_camera(overlays=("lighting_scheme", "scheme_over_rpc_only"))
    client = start_client(camera)
    for query in ("action=getConfig&name=LightingScheme", "action=setConfig&LightingScheme[0]=x"):
        answer = await client.get(f"configManager.cgi?{query}")
        assert (answer.status, answer.text) == BAD_REQUEST
    served, params = METHODS["configManager.getConfig"](camera.machine, {"name": "LightingScheme"})
    assert served is True
    assert params["table"][0][0]["LightingMode"] == "InfraredMode"
