"""The camera as the library knows it, on every variant of firmware that the virtual one plays."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import ClientSession, TCPConnector
import pytest

from custom_components.dahua_camera.dahua import login
from custom_components.dahua_camera.dahua.address import Address
from custom_components.dahua_camera.dahua.camera import DahuaCamera
from custom_components.dahua_camera.dahua.errors import (
    DigestUnsupportedError,
    Obstacle,
    PermissionDeniedError,
    WriteNotAppliedError,
)
from custom_components.dahua_camera.dahua.http import CameraHttp
from custom_components.dahua_camera.dahua.state import (
    Alarm,
    Control,
    DayNight,
    Emitter,
    ImageProfile,
    ObjectKind,
    Shutter,
)
from tests.virtual_camera import VirtualCamera
from tests.virtual_camera.rules import armed_rules

PROFILES = Path(__file__).parents[1] / "virtual_camera" / "profiles"
# Variants that refuse what all others do, each with a test of its own below.
REFUSING = {
    "basic_only",
    "face_plan",
    "fixed_profile",
    "idle_type_list",
    "old_tls",
    "plan_off",
    "plan_unnamed",
    "ptz_lens",
    "read_only_account",
    "recorder",
    "refused_writes",
}
OVERLAYS = sorted({path.stem for path in (PROFILES / "overlays").glob("*.toml")} - REFUSING)
CHANNELS = {"mfw7442k1": 2, "single_infrared": 1, "dual_turret": 1, "four_sensors": 4}


@asynccontextmanager
async def connected(
    variant: str = "mfw7442k1", time_zone: ZoneInfo | None = None
) -> AsyncIterator[tuple[VirtualCamera, DahuaCamera]]:
    """Start a virtual camera, log in to it and read it."""
    zone = time_zone or ZoneInfo("Europe/Berlin")
    async with (
        VirtualCamera(variant, time_zone=zone) as peer,
        ClientSession(connector=TCPConnector(limit=3)) as session,
    ):
        https = bool(peer.https_port)
        address = Address("127.0.0.1", peer.https_port or peer.http_port, https)
        http = CameraHttp(session, address, peer.username, peer.password, ssl=not https)
        camera = await DahuaCamera.connect(http)
        await camera.read()
        yield peer, camera
        await camera.close()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, socket_enabled: None) -> None:
    monkeypatch.setattr(login, "CONFIRMATION_PAUSE", 0.0)


@pytest.mark.parametrize(("profile", "count"), CHANNELS.items())
async def test_every_sensor_is_found(profile: str, count: int) -> None:
    async with connected(profile) as (peer, camera):
        assert len(camera.info.channels) == len(camera.state.channels) == count
        for info, hardware in zip(camera.info.channels, peer.machine.hardware, strict=True):
            assert {emitter.name.lower() for emitter in info.emitters} == set(hardware.emitters)
            assert info.has_lens is hardware.motorised


@pytest.mark.parametrize("overlay", OVERLAYS)
async def test_every_variant_is_understood(overlay: str) -> None:
    async with connected(f"mfw7442k1+{overlay}") as (peer, camera):
        gate, driveway = camera.info.channels
        assert gate.emitters == {Emitter.INFRARED, Emitter.WARM}
        assert driveway.emitters == {Emitter.WARM}
        assert gate.has_day_night
        assert not driveway.has_day_night
        assert gate.has_lens
        assert not driveway.has_lens
        for info in camera.info.channels:
            await camera.light(info.index, Emitter.WARM)
            assert peer.channels[info.index].leds["warm"] > 0
            await camera.set_image_profile(info.index, ImageProfile.NIGHT)
            assert peer.channels[info.index].live_profile == 1
        await camera.set_day_night(0, DayNight.BLACK_WHITE)
        assert not peer.channels[0].color
        await camera.set_rule(0, 4, on=False)
        assert await camera.still(1)
        assert camera.http.login.rejected <= 2


async def test_basic_login_is_never_sent() -> None:
    with pytest.raises(DigestUnsupportedError):
        async with connected("mfw7442k1+basic_only"):
            pass


async def test_account_that_may_only_look_is_told() -> None:
    async with connected("mfw7442k1+read_only_account") as (_, camera):
        with pytest.raises(PermissionDeniedError):
            await camera.light(1, Emitter.WARM)
        assert camera.channel(1).is_lit(Emitter.WARM) is False


async def test_camera_that_takes_no_writes_is_told() -> None:
    async with connected("mfw7442k1+refused_writes") as (_, camera):
        with pytest.raises(WriteNotAppliedError) as caught:
            await camera.light(1, Emitter.WARM)
        assert caught.value.obstacle is Obstacle.REFUSED


@pytest.mark.parametrize(
    ("overlay", "kinds"),
    [("face_plan", {ObjectKind.FACE}), ("idle_type_list", {ObjectKind.FACE})],
)
async def test_smart_plan_without_rules_has_none(overlay: str, kinds: set[ObjectKind]) -> None:
    async with connected(f"mfw7442k1+{overlay}") as (peer, camera):
        assert not {rule.rule_class for rule in armed_rules(peer.machine, 0)} - {"FaceDetection"}
        assert camera.channel(0).rule(4) is None
        assert camera.channel(0).object_kinds == kinds
        assert not camera.channel(0).reads_plates


@pytest.mark.parametrize("overlay", ["no_plans", "plan_off", "plan_unnamed"])
async def test_camera_that_names_no_smart_plan_may_run_all_rules(overlay: str) -> None:
    async with connected(f"mfw7442k1+{overlay}") as (_, camera):
        assert camera.channel(0).rule(4)
        assert camera.channel(0).object_kinds == set(ObjectKind)


async def test_profile_is_forced_by_name_whatever_was_chosen_since_the_last_poll() -> None:
    async with connected("mfw7442k1+profile_self_adaptive") as (peer, camera):
        await camera.set_image_profile(0, ImageProfile.DAY)
        peer.machine.store.put("VideoInMode[0].Mode", "2")
        peer.requests.clear()
        await camera.set_image_profile(0, ImageProfile.NIGHT)
        assert len([each for each in peer.requests if "setConfig" in each["target"]]) == 1
        peer.scene.darken(0.0)
        assert peer.channels[0].live_profile == 1
        assert camera.channel(0).image_profile is ImageProfile.NIGHT


async def test_schedule_is_followed_on_the_camera_s_own_clock() -> None:
    for hours in (0, 6, 12, 18):
        zone = ZoneInfo(f"Etc/GMT-{hours}") if hours <= 14 else ZoneInfo("Etc/GMT+6")
        async with connected("mfw7442k1+profile_schedule", zone) as (peer, camera):
            assert camera.channel(0).profiles == (peer.channels[0].live_profile,)


async def test_schedule_without_a_known_clock_leaves_both_profiles_open() -> None:
    async with connected("mfw7442k1+profile_schedule") as (peer, camera):
        assert len(camera.channel(0).profiles) == 1
        peer.set_fault("refuse", path="/cgi-bin/global.cgi", status=400, body="Error\r\n")
        camera.clock._next_read = None
        await camera.read()
        assert camera.channel(0).profiles == (0, 1)


async def test_clock_is_read_once_an_hour() -> None:
    async with connected("mfw7442k1+profile_schedule") as (peer, camera):
        peer.requests.clear()
        await camera.read()
        assert not any("getCurrentTime" in request["target"] for request in peer.requests)
        assert camera.clock._next_read
        camera.clock._next_read -= timedelta(hours=1)
        await camera.read()
        assert any("getCurrentTime" in request["target"] for request in peer.requests)


@pytest.mark.parametrize("wanted", [DayNight.BLACK_WHITE, DayNight.COLOR, DayNight.AUTO])
async def test_day_night_in_the_legacy_table(wanted: DayNight) -> None:
    async with VirtualCamera("mfw7442k1") as peer, ClientSession() as session:
        store = peer.machine.store
        for channel in (0, 1):
            for options in ("", "NightOptions.", "NormalOptions."):
                store.put(f"VideoInOptions[{channel}].{options}DayNightColor", "1")
        store._tables.pop("VideoInDayNight")
        http = CameraHttp(
            session, Address("127.0.0.1", peer.http_port), peer.username, peer.password
        )
        camera = await DahuaCamera.connect(http)
        await camera.read()
        await camera.set_day_night(0, wanted)
        assert camera.channel(0).day_night is wanted
        number = {DayNight.COLOR: "0", DayNight.AUTO: "1", DayNight.BLACK_WHITE: "2"}[wanted]
        assert store.text("VideoInOptions[0].NightOptions.DayNightColor") == number
        await camera.close()


async def test_broken_answer_to_a_list_does_not_end_lists_for_good() -> None:
    async with connected() as (peer, camera):
        path = "/cgi-bin/configManager.cgi?action=getConfig&name=VideoInMode&name="
        peer.set_fault("refuse", path=path, status=200, body="garbled")
        await camera.read()
        assert camera.state.channels[0].lights
        peer.clear_fault("refuse")
        peer.requests.clear()
        await camera.read()
        reads = [request for request in peer.requests if "getConfig" in request["target"]]
        assert len(reads) == 1


async def test_vendor_s_own_ways_of_day_and_night_count_as_automatic_and_are_kept() -> None:
    async with connected() as (peer, camera):
        store = peer.machine.store
        for profile in (0, 1):
            store.put(f"VideoInDayNight[0][{profile}].Mode", "Photoresistor")
        await camera.read()
        assert camera.channel(0).day_night is DayNight.AUTO
        await camera.set_day_night(0, DayNight.AUTO)
        assert store.text("VideoInDayNight[0][1].Mode") == "Photoresistor"
        await camera.set_day_night(0, DayNight.COLOR)
        assert store.text("VideoInDayNight[0][1].Mode") == "Color"


async def test_shutter_that_is_a_range_or_not_on_offer_is_unknown() -> None:
    async with connected() as (peer, camera):
        for profile in (0, 1):
            row = f"VideoInExposure[0][{profile}]"
            for key, value in {"Mode": "4", "Value1": "0.1", "Value2": "20"}.items():
                peer.machine.store.put(f"{row}.{key}", value)
        await camera.read()
        assert camera.channel(0).shutter is None
        await camera.set_shutter(0, Shutter.S_1000)
        assert camera.channel(0).shutter is Shutter.S_1000


async def test_alarms_are_those_that_are_switched_on() -> None:
    async with connected() as (_, camera):
        assert camera.info.channels[0].alarms == {Alarm.TAMPERING, Alarm.VIDEO_LOST}


async def test_rule_that_is_gone_cannot_be_switched() -> None:
    async with connected() as (_, camera):
        with pytest.raises(WriteNotAppliedError) as caught:
            await camera.set_rule(0, 99, on=True)
        assert caught.value.obstacle is Obstacle.PROFILE


async def test_control_without_effect_is_kept_and_told() -> None:
    async with connected("dual_turret") as (peer, camera):
        await camera.darken(0, Emitter.WARM)
        with pytest.raises(WriteNotAppliedError) as caught:
            await camera.set_light_control(0, Emitter.WARM, Control.AUTO)
        assert caught.value.obstacle is Obstacle.SCHEME
        assert camera.channel(0).light_control(Emitter.WARM) is Control.AUTO
        assert peer.channels[0].leds["warm"] == 0


async def test_lens_that_sticks_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("custom_components.dahua_camera.dahua.lens._LONGEST_TRAVEL", 0.3)
    monkeypatch.setattr("custom_components.dahua_camera.dahua.lens._LOOK_AGAIN", 0.05)
    async with connected() as (peer, camera):
        with pytest.raises(WriteNotAppliedError) as caught:
            await camera.lens(0).zoom_to(1.0)
        assert caught.value.obstacle is Obstacle.MOVING
        assert peer.machine.lenses[0].moving


async def test_lens_that_starts_late_is_told_once() -> None:
    async with connected("mfw7442k1+slow_lens") as (peer, camera):
        peer.requests.clear()
        await camera.lens(0).zoom_to(0.1)
        assert peer.machine.lenses[0].zoom == pytest.approx(0.1)
        assert sum("adjustFocus" in request["target"] for request in peer.requests) == 1


@pytest.mark.parametrize(
    ("switched_on", "answer", "enabled"),
    [
        (set(), None, [0, 1]),
        ({1}, None, [0, 1, 2]),
        ({1, 2}, None, [0, 1, 2]),
        ({1, 2}, "table.MaxExtraStream=1\r\n", [0, 1]),
        # What it does not tell, it is believed.
        ({1, 2}, "Error\r\nBad Request!\r\n", [0, 1, 2, 3]),
        ({1, 2}, "table.MaxExtraStream=many\r\n", [0, 1, 2, 3]),
    ],
)
async def test_sub_streams_are_as_many_as_the_camera_has(
    switched_on: set[int], answer: str | None, enabled: list[int]
) -> None:
    async with VirtualCamera() as peer, ClientSession() as session:
        for row in switched_on:
            peer.machine.store.put(f"Encode[0].ExtraFormat[{row}].VideoEnable", "true")
        if answer:
            peer.set_fault("refuse", path="MaxExtraStream", status=200, body=answer)
        address = Address("127.0.0.1", peer.http_port)
        camera = await DahuaCamera.connect(
            CameraHttp(session, address, peer.username, peer.password)
        )
        streams = camera.info.channels[0].streams
        assert [stream.subtype for stream in streams if stream.enabled] == enabled
        asked = sum("MaxExtraStream" in request["target"] for request in peer.requests)
        assert asked == bool(switched_on)


async def test_lens_that_the_camera_cannot_move_is_none() -> None:
    async with connected("mfw7442k1+ptz_lens") as (peer, camera):
        assert not camera.info.channels[0].has_lens
        peer.requests.clear()
        await camera.read()
        assert not any("Focus" in request["target"] for request in peer.requests)


@pytest.mark.parametrize(
    "refusal",
    [
        {"status": 200, "body": "Error\r\n"},
        {"status": 400, "body": "Error\r\n"},
        {"status": 403, "body": "Error\r\nAuthorization Failed!\r\n"},
        {"status": 503, "body": ""},
        {"status": 200, "body": ""},
        {"status": 200, "body": "garbled"},
    ],
)
async def test_lens_is_not_lost_by_a_refusal_in_passing(refusal: dict[str, Any]) -> None:
    async with VirtualCamera() as peer, ClientSession() as session:
        peer.set_fault("refuse", path="getFocusStatus", **refusal)
        address = Address("127.0.0.1", peer.http_port)
        http = CameraHttp(session, address, peer.username, peer.password)
        camera = await DahuaCamera.connect(http)
        assert (await camera.read()).channels[0].lens is None
        peer.clear_fault("refuse")
        assert (await camera.read()).channels[0].lens is not None


async def test_lens_that_cannot_tell_does_not_take_the_rest_down() -> None:
    async with connected() as (peer, camera):
        path = "/cgi-bin/devVideoInput.cgi?action=getFocusStatus"
        peer.set_fault("refuse", path=path, status=200, body="status.Zoom=far\r\n")
        state = await camera.read()
        assert state.channels[0].lights


async def test_time_zone_of_the_camera_is_its_own() -> None:
    async with connected("mfw7442k1+profile_schedule", ZoneInfo("Asia/Tokyo")) as (_, camera):
        told = camera.state.camera_time(datetime.now(ZoneInfo("UTC")))
        assert told
        ours = datetime.now(ZoneInfo("Asia/Tokyo"))
        assert abs(told.replace(tzinfo=None) - ours.replace(tzinfo=None)) < timedelta(seconds=5)


async def test_what_somebody_undid_after_a_command_is_noticed() -> None:
    async with connected() as (peer, camera):
        first = await camera.read()
        before = peer.machine.store.dump()
        await camera.light(1, Emitter.WARM)
        assert camera.channel(1).is_lit(Emitter.WARM) is True
        for key, value in before.items():
            peer.machine.store.put(key, value)
        # The answer is word for word that of the poll before the command.
        assert (await camera.read()).channels == first.channels
        assert camera.channel(1).is_lit(Emitter.WARM) is not True
