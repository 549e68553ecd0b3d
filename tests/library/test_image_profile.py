"""Choosing an image profile, in whichever way the camera obeys: the live profile is the judge."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import ClientSession
import pytest

from custom_components.dahua_camera.dahua.address import Address
from custom_components.dahua_camera.dahua.camera import DahuaCamera
from custom_components.dahua_camera.dahua.errors import Obstacle, WriteNotAppliedError
from custom_components.dahua_camera.dahua.http import CameraHttp
from custom_components.dahua_camera.dahua.state import Emitter, ImageProfile
from tests.virtual_camera import VirtualCamera

pytestmark = pytest.mark.usefixtures("socket_enabled")

LIVE = {ImageProfile.DAY: 0, ImageProfile.NIGHT: 1, ImageProfile.GENERAL: 2}
DEPENDS = {ImageProfile.SCHEDULE, ImageProfile.AUTOMATIC}
# What a channel may be found in: Mode, Config[0], ConfigEx.
FOUND = (
    ("0", "0", "Day"),
    ("0", "2", "Day"),
    ("1", "0", "Day"),
    ("2", "0", "Day"),
    ("4", "0", "Day"),
)


@asynccontextmanager
async def connected(variant: str) -> AsyncIterator[tuple[VirtualCamera, DahuaCamera]]:
    """Start a virtual camera, by night, and log in to it."""
    async with VirtualCamera(variant) as peer, ClientSession() as session:
        peer.scene.darkness = 1.0
        address = Address("127.0.0.1", peer.http_port)
        http = CameraHttp(session, address, peer.username, peer.password)
        camera = await DahuaCamera.connect(http)
        await camera.read()
        yield peer, camera
        await camera.close()


def put(peer: VirtualCamera, found: tuple[str, str, str]) -> None:
    """Set a channel as it is to be found; what this camera has no place for is left out."""
    store = peer.machine.store
    for key, value in zip(("Mode", "Config[0]", "ConfigEx"), found, strict=True):
        if f"VideoInMode[0].{key}" in store:
            store.put(f"VideoInMode[0].{key}", value)


def written(peer: VirtualCamera) -> list[str]:
    """Return what was written since the last time."""
    targets = [request["target"].partition("action=setConfig&")[2] for request in peer.requests]
    peer.requests.clear()
    return [target for target in targets if target]


@pytest.mark.parametrize("found", FOUND)
@pytest.mark.parametrize("firmware", ["config_ex", "forced_by_name", "forced_by_number"])
async def test_profile_is_forced_whatever_the_camera_obeys_and_was_found_in(
    firmware: str, found: tuple[str, str, str]
) -> None:
    async with connected(f"mfw7442k1+{firmware}") as (peer, camera):
        for wanted, live in LIVE.items():
            put(peer, found)
            await camera.set_image_profile(0, wanted)
            assert camera.channel(0).image_profile is wanted
            assert camera.channel(0).profiles == (live,)
            for darkness in (0.0, 1.0):
                peer.scene.darkness = darkness
                assert peer.channels[0].live_profile == live
        await camera.light(0, Emitter.WARM)
        assert peer.channels[0].leds["warm"] > 0
        put(peer, ("4", "0", "General"))
        await camera.set_image_profile(0, ImageProfile.AUTOMATIC)
        assert peer.channels[0].live_profile == 1
        peer.scene.darkness = 0.0
        assert peer.channels[0].live_profile == 0


async def test_way_that_the_camera_obeys_is_the_first_one_from_then_on() -> None:
    async with connected("mfw7442k1+forced_by_number") as (peer, camera):
        await camera.set_image_profile(0, ImageProfile.NIGHT)
        assert "ConfigEx=Night" in written(peer)[0]
        await camera.set_image_profile(0, ImageProfile.AUTOMATIC)
        written(peer)
        await camera.set_image_profile(0, ImageProfile.NIGHT)
        assert written(peer) == ["VideoInMode[0].Mode=0&VideoInMode[0].Config[0]=1"]


async def test_name_that_means_nothing_is_no_reason_to_leave_the_mode_of_numbers() -> None:
    async with connected("mfw7442k1+config_ex+profile_general") as (peer, camera):
        await camera.set_image_profile(0, ImageProfile.NIGHT)
        assert written(peer) == ["VideoInMode[0].Mode=0&VideoInMode[0].Config[0]=1"]
        assert peer.channels[0].live_profile == 1


@pytest.mark.parametrize("found", FOUND)
async def test_camera_that_obeys_nothing_is_left_as_it_was_found(
    found: tuple[str, str, str],
) -> None:
    async with connected("mfw7442k1+fixed_profile") as (peer, camera):
        put(peer, found)
        before = dict(peer.machine.store.under("VideoInMode[0]"))
        live = peer.channels[0].live_profile
        with pytest.raises(WriteNotAppliedError) as caught:
            await camera.set_image_profile(0, ImageProfile.NIGHT)
        assert caught.value.obstacle is Obstacle.IGNORED
        assert dict(peer.machine.store.under("VideoInMode[0]")) == before
        assert peer.channels[0].live_profile == live
        assert camera.channel(0).profiles in {(live,), (0, 1)}


async def test_what_was_chosen_since_the_last_poll_is_what_a_failure_goes_back_to() -> None:
    async with connected("mfw7442k1+fixed_profile") as (peer, camera):
        put(peer, ("1", "0", "Day"))
        with pytest.raises(WriteNotAppliedError):
            await camera.set_image_profile(0, ImageProfile.NIGHT)
        assert peer.machine.store.text("VideoInMode[0].Mode") == "1"
        assert camera.channel(0).image_profile is ImageProfile.SCHEDULE


@pytest.mark.parametrize("firmware", ["one_profile", "one_profile+strict_writes"])
async def test_only_what_the_camera_has_a_place_for_is_written(firmware: str) -> None:
    async with connected(f"mfw7442k1+{firmware}") as (peer, camera):
        assert camera.channel(0).image_profile is ImageProfile.GENERAL
        for wanted in (*DEPENDS, *LIVE, *DEPENDS):
            await camera.set_image_profile(0, wanted)
            assert camera.channel(0).image_profile is wanted
        await camera.set_image_profile(0, ImageProfile.AUTOMATIC)
        for darkness in (0.0, 1.0):
            peer.scene.darkness = darkness
            assert peer.channels[0].live_profile == darkness
            assert peer.channels[0].live_profile in camera.channel(0).profiles


@pytest.mark.parametrize("overlay", ["unwritable_mode", "unwritable_mode+config_ex"])
async def test_switch_mode_stands_in_where_the_mode_cannot_be_written(overlay: str) -> None:
    async with connected(f"mfw7442k1+{overlay}") as (peer, camera):
        for wanted, live in LIVE.items():
            await camera.set_image_profile(0, wanted)
            for _ in range(2):
                assert camera.channel(0).image_profile is wanted
                assert camera.channel(0).profiles == (live,)
                assert peer.channels[0].live_profile == live
                await camera.read()
        # The other sensor's choice is told in the same place from then on.
        assert camera.channel(1).image_profile is ImageProfile.AUTOMATIC
        await camera.set_image_profile(1, ImageProfile.NIGHT)
        assert peer.channels[1].live_profile == 1
        for choice in DEPENDS:
            await camera.set_image_profile(0, choice)
            assert camera.channel(0).image_profile is choice
        refused = [request for request in peer.requests if request["status"] == 501]
        # Each way once, and what the camera holds already.
        assert len(refused) == (3 if "config_ex" in overlay else 2)


async def test_light_follows_the_profile_of_the_switch_mode() -> None:
    async with connected("mfw7442k1+unwritable_mode") as (peer, camera):
        peer.machine.store.put("VideoInMode[0].Mode", "0")
        await camera.set_image_profile(0, ImageProfile.NIGHT)
        await camera.light(0, Emitter.WARM)
        assert peer.channels[0].leds["warm"] > 0
        assert camera.channel(0).is_lit(Emitter.WARM) is True
        await camera.darken(0, Emitter.WARM)
        assert peer.channels[0].leds["warm"] == 0
        assert camera.channel(0).is_lit(Emitter.WARM) is False


async def test_schedule_of_the_switch_mode_is_followed() -> None:
    async with connected("mfw7442k1+unwritable_mode") as (peer, camera):
        assert camera.until_profile_change() is None
        await camera.set_image_profile(0, ImageProfile.SCHEDULE)
        await camera.read()
        assert camera.channel(0).profiles == (peer.channels[0].live_profile,)
        assert camera.until_profile_change()


@pytest.mark.parametrize("channel", [0, 1])
async def test_refusal_stays_one_where_there_is_no_switch_mode_on_every_sensor(
    channel: int,
) -> None:
    async with connected("mfw7442k1+unwritable_mode") as (peer, camera):
        store = peer.machine.store
        del store._tables["VideoInOptions"][f"VideoInOptions[{channel}].NightOptions.SwitchMode"]
        store._printed.pop("VideoInOptions", None)
        with pytest.raises(WriteNotAppliedError) as caught:
            await camera.set_image_profile(0, ImageProfile.NIGHT)
        assert caught.value.obstacle is Obstacle.REFUSED
        assert caught.value.setting.startswith("VideoInMode[0]")
        assert camera.channel(0).image_profile is ImageProfile.AUTOMATIC


async def test_switch_mode_does_not_stand_in_where_a_single_value_is_refused() -> None:
    async with connected("mfw7442k1") as (peer, camera):
        before = peer.machine.store.dump()
        peer.set_fault("refuse", path="VideoInMode[0].Mode=1", status=501, body="Error\r\n")
        with pytest.raises(WriteNotAppliedError) as caught:
            await camera.set_image_profile(0, ImageProfile.SCHEDULE)
        assert caught.value.obstacle is Obstacle.REFUSED
        assert peer.machine.store.dump() == before
        assert camera.channel(0).image_profile is ImageProfile.AUTOMATIC
        await camera.set_image_profile(0, ImageProfile.NIGHT)
        assert peer.channels[0].live_profile == 1


async def test_switch_mode_that_is_ignored_does_not_stand_in() -> None:
    async with connected("mfw7442k1+unwritable_mode") as (peer, camera):
        peer.set_fault("ignore_writes", table="VideoInOptions")
        with pytest.raises(WriteNotAppliedError) as caught:
            await camera.set_image_profile(0, ImageProfile.NIGHT)
        assert caught.value.obstacle is Obstacle.REFUSED
        peer.machine.store.put("VideoInMode[0].Mode", "1")
        await camera.read()
        assert camera.channel(0).image_profile is ImageProfile.SCHEDULE
