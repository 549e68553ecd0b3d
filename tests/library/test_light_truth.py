"""Light on the virtual camera, in every combination: the LED that burns is the judge.

All that public sources leave open about light is crossed: which profile is in force and how it
is chosen, the scheme, the row's mode, its LED groups, day and night, and which camera it is.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import product

from aiohttp import ClientSession
import pytest

from custom_components.dahua_camera.dahua.address import Address
from custom_components.dahua_camera.dahua.camera import DahuaCamera
from custom_components.dahua_camera.dahua.http import CameraHttp
from custom_components.dahua_camera.dahua.state import Emitter
from tests.virtual_camera import VirtualCamera

LAMPS = {Emitter.INFRARED: "infrared", Emitter.WARM: "warm"}
ROW_MODES = ("Manual", "Auto", "Off", "ZoomPrio", "SmartLight")
SCHEMES = ("InfraredMode", "WhiteMode", "AIMode")
# How the profile is chosen: Mode, Config[0], Config[1], ConfigEx.
CHOICES = (
    (0, 0, 1, "Night"),
    (0, 1, 1, "Day"),
    (0, 2, 1, "Day"),
    (1, 0, 1, "Day"),
    (2, 0, 1, "Day"),
    (4, 0, 1, "Day"),
    (4, 0, 1, "Night"),
    (4, 0, 1, "General"),
)
VARIANTS = (
    "mfw7442k1",
    "mfw7442k1+near_far_lights",
    "mfw7442k1+lighting_scheme",
    "mfw7442k1+lighting_scheme+near_far_lights",
    "mfw7442k1+inert_rows",
    "mfw7442k1+switch_mode_only",
    "mfw7442k1+single_name",
    "dual_turret",
    "single_infrared",
    "four_sensors",
)


@dataclass(frozen=True)
class Case:
    """One combination on one channel."""

    channel: int
    emitter: Emitter
    choice: tuple[int, int, int, str]
    scheme: str | None
    row_mode: str
    darkness: float


@asynccontextmanager
async def connected(variant: str) -> AsyncIterator[tuple[VirtualCamera, DahuaCamera]]:
    """Start a virtual camera and log in to it."""
    async with VirtualCamera(variant) as peer, ClientSession() as session:
        address = Address("127.0.0.1", peer.http_port)
        camera = await DahuaCamera.connect(
            CameraHttp(session, address, peer.username, peer.password)
        )
        yield peer, camera
        await camera.close()


def cases(peer: VirtualCamera, camera: DahuaCamera) -> Iterator[Case]:
    """Return every combination that makes sense on a camera."""
    store = peer.machine.store
    for info in camera.info.channels:
        choices = CHOICES if f"VideoInMode[{info.index}]" in store else CHOICES[:1]
        schemes = SCHEMES if f"LightingScheme[{info.index}]" in store else (None,)
        for emitter, choice, scheme, row_mode, darkness in product(
            sorted(info.emitters), choices, schemes, ROW_MODES, (0.0, 1.0)
        ):
            yield Case(info.index, emitter, choice, scheme, row_mode, darkness)


def arrange(peer: VirtualCamera, case: Case) -> None:
    """Set the camera up as its own web page would."""
    store, channel = peer.machine.store, case.channel
    peer.scene.darkness = case.darkness
    mode, day, night, name = case.choice
    if f"VideoInMode[{channel}]" in store:
        for key, value in {
            "Mode": mode,
            "Config[0]": day,
            "Config[1]": night,
            "ConfigEx": name,
        }.items():
            store.put(f"VideoInMode[{channel}].{key}", str(value))
    table = "Lighting_V2" if "Lighting_V2" in store else "Lighting"
    for profile in range(store.count(f"{table}[{channel}]")):
        if case.scheme:
            store.put(f"LightingScheme[{channel}][{profile}].LightingMode", case.scheme)
        if table == "Lighting":
            store.put(f"Lighting[{channel}][{profile}].Mode", case.row_mode)
            continue
        for index in range(store.count(f"Lighting_V2[{channel}][{profile}]")):
            row = f"Lighting_V2[{channel}][{profile}][{index}]"
            light = store.text(f"{row}.LightType")
            store.put(f"{row}.Mode", case.row_mode if light == case.emitter else "Auto")


@pytest.mark.parametrize("variant", VARIANTS)
async def test_switch_says_and_does_what_the_led_does(variant: str, socket_enabled: None) -> None:
    count = 0
    async with connected(variant) as (peer, camera):
        for case in cases(peer, camera):
            arrange(peer, case)
            await camera.read()

            def judge(wanted: bool | None, case: Case = case) -> None:
                """Compare what a switch shows with what burns."""
                burns = peer.channels[case.channel].leds[LAMPS[case.emitter]] > 0
                shown = camera.channel(case.channel).is_lit(case.emitter)
                assert shown in (burns, None), case
                if wanted is not None:
                    assert burns is wanted, case
                    assert shown is wanted, case

            judge(None)
            await camera.light(case.channel, case.emitter)
            judge(wanted=True)
            # Whatever the light does next: a switch that was set stays true, day and night.
            peer.scene.darkness = 1.0 - case.darkness
            judge(wanted=True)
            await camera.darken(case.channel, case.emitter)
            judge(wanted=False)
            peer.scene.darkness = case.darkness
            judge(wanted=False)
            count += 1
    print(f"{variant}: {count} combinations")
    assert count >= 10


@pytest.mark.parametrize("variant", [v for v in VARIANTS if v != "single_infrared"])
async def test_warm_light_on_and_off_leaves_the_night_picture_lit(
    variant: str, socket_enabled: None
) -> None:
    async with connected(variant) as (peer, camera):
        peer.scene.darkness = 1.0
        for info in camera.info.channels:
            if set(LAMPS) - info.emitters:
                continue
            await camera.read()
            assert peer.channels[info.index].leds["infrared"] > 0
            await camera.light(info.index, Emitter.WARM)
            await camera.darken(info.index, Emitter.WARM)
            assert peer.channels[info.index].leds == {
                "infrared": peer.channels[info.index].leds["infrared"],
                "warm": 0,
            }
            assert peer.channels[info.index].leds["infrared"] > 0, info


@pytest.mark.parametrize("fixed", ["WhiteMode", "InfraredMode"])
async def test_scheme_by_schedule_is_the_camera_s_own_decision_until_the_owner_decides(
    fixed: str, socket_enabled: None
) -> None:
    async with connected("mfw7442k1+lighting_scheme") as (peer, camera):
        peer.scene.darkness = 1.0
        await camera.read()
        store = peer.machine.store
        for profile in (0, 1):
            scheme = f"LightingScheme[0][{profile}]"
            store.put(f"{scheme}.LightingMode", fixed)
            store.put(f"{scheme}.SchemeSchedule.Enable", "true")
            for index in (0, 1):
                store.put(f"Lighting_V2[0][{profile}][{index}].Mode", "Manual")
        for emitter, lamp in LAMPS.items():
            await camera.read()
            assert peer.channels[0].leds["infrared"] > 0, "the schedule says smart"
            assert peer.channels[0].leds["warm"] == 0
            assert camera.channel(0).is_lit(emitter) is None
            assert camera.channel(0).scheme is None
            before = dict(store.under("LightingScheme[0]"))
            await camera.light(0, emitter)
            assert peer.channels[0].leds[lamp] > 0
            assert camera.channel(0).is_lit(emitter) is True
            await camera.darken(0, emitter)
            assert peer.channels[0].leds[lamp] == 0
            assert camera.channel(0).is_lit(emitter) is False
            for key, value in before.items():
                store.put(key, value)
