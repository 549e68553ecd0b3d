"""Tables and darkness decide which LEDs burn and whether the picture is in colour."""

from datetime import datetime

import pytest

from tests.virtual.peer import StartCamera, until
from tests.virtual_camera import VirtualCamera

DARK = {"infrared": 0, "warm": 0}


def put(camera: VirtualCamera, *pairs: str) -> None:
    camera.machine.store.write([tuple(pair.split("=", 1)) for pair in pairs])


async def test_by_day_nothing_burns_and_at_night_infrared_does(camera: VirtualCamera) -> None:
    assert [channel.leds for channel in camera.channels] == [DARK, DARK]
    assert [channel.live_profile for channel in camera.channels] == [0, 0]
    camera.scene.darken(1.0)
    assert [channel.live_profile for channel in camera.channels] == [1, 1]
    assert camera.channels[0].leds == {"infrared": 100, "warm": 0}
    assert camera.channels[1].leds == DARK


@pytest.mark.parametrize(
    ("row", "darkness", "warm"),
    [
        (("Mode=Manual", "MiddleLight[0].Light=70"), 0.0, 0),
        (("Mode=Manual", "MiddleLight[0].Light=70"), 1.0, 70),
        (("Mode=Manual", "MiddleLight[0].Light=0"), 1.0, 0),
        (("Mode=Auto", "MiddleLight[0].Light=70"), 1.0, 100),
        (("Mode=Auto", "PercentOfMaxBrightness=40"), 1.0, 40),
        (("Mode=Auto",), 0.2, 0),
        (("Mode=ZoomPrio",), 1.0, 20),
        (("Mode=Off", "MiddleLight[0].Light=70"), 1.0, 0),
    ],
)
async def test_a_row_lights_in_its_own_profile_only(
    camera: VirtualCamera, row: tuple[str, ...], darkness: float, warm: int
) -> None:
    put(camera, *(f"Lighting_V2[0][1][1].{pair}" for pair in row))
    camera.scene.darken(darkness)
    assert camera.channels[0].leds["warm"] == warm


async def test_manual_burns_by_day_too(camera: VirtualCamera) -> None:
    put(camera, "Lighting_V2[1][0][0].Mode=Manual")
    assert camera.channels[1].leds == {"infrared": 0, "warm": 50}


@pytest.mark.parametrize(
    ("writes", "clock", "darkness", "live"),
    [
        (("VideoInMode[0].Mode=2",), "12:00", 0.0, 0),
        (("VideoInMode[0].Mode=2",), "12:00", 1.0, 1),
        (("VideoInMode[0].Mode=0", "VideoInMode[0].Config[0]=1"), "12:00", 0.0, 1),
        (("VideoInMode[0].Mode=0", "VideoInMode[0].Config[0]=2"), "12:00", 1.0, 2),
        (("VideoInMode[0].Mode=1",), "12:00", 1.0, 0),
        (("VideoInMode[0].Mode=1",), "23:00", 0.0, 1),
    ],
)
async def test_which_profile_is_in_force(
    camera: VirtualCamera, writes: tuple[str, ...], clock: str, darkness: float, live: int
) -> None:
    put(camera, *writes)
    camera.scene.darken(darkness)
    await set_clock(camera, f"2026-01-01T{clock}:00")
    assert camera.channels[0].live_profile == live


async def set_clock(camera: VirtualCamera, moment: str) -> None:
    camera.machine.clock.set(datetime.fromisoformat(moment))


async def test_config_ex_decides_in_mode_four_only(start_camera: StartCamera) -> None:
    camera = await start_camera(overlays=("config_ex",))
    put(camera, "VideoInMode[0].ConfigEx=Night")
    assert camera.channels[0].live_profile == 0
    put(camera, "VideoInMode[0].Mode=4")
    assert camera.channels[0].live_profile == 1
    put(camera, "VideoInMode[0].ConfigEx=General")
    assert camera.channels[0].live_profile == 2


@pytest.mark.parametrize(
    ("scheme", "infrared", "warm"),
    [("InfraredMode", 100, 0), ("WhiteMode", 0, 60), ("AIMode", 100, 0)],
)
async def test_the_scheme_lets_one_lamp_through(
    start_camera: StartCamera, scheme: str, infrared: int, warm: int
) -> None:
    camera = await start_camera(overlays=("lighting_scheme",))
    camera.scene.darken(1.0)
    put(
        camera,
        f"LightingScheme[0][1].LightingMode={scheme}",
        "Lighting_V2[0][1][1].Mode=Manual",
        "Lighting_V2[0][1][1].MiddleLight[0].Light=60",
    )
    assert camera.channels[0].leds == {"infrared": infrared, "warm": warm}


@pytest.mark.parametrize(("hour", "warm"), [(20, 60), (23, 0)])
async def test_a_scheme_by_schedule_comes_before_the_fixed_one(
    start_camera: StartCamera, hour: int, warm: int
) -> None:
    camera = await start_camera(overlays=("lighting_scheme",))
    camera.scene.darken(1.0)
    await set_clock(camera, f"2026-01-01T{hour}:00:00")
    scheme = "LightingScheme[0][1]"
    put(
        camera,
        f"{scheme}.LightingMode=AIMode",
        f"{scheme}.SchemeSchedule.Enable=true",
        *(
            f"{scheme}.SchemeSchedule.TimeSectionByWeek[{day}][{index}]={section}"
            for day in range(7)
            for index, section in enumerate(
                ("00:00:00-22:00:00 WhiteMode", "22:00:01-23:59:59 InfraredMode")
            )
        ),
        "Lighting_V2[0][1][1].Mode=Manual",
        "Lighting_V2[0][1][1].MiddleLight[0].Light=60",
    )
    assert camera.channels[0].leds["warm"] == warm


async def test_smart_light_turns_warm_while_somebody_is_there(start_camera: StartCamera) -> None:
    camera = await start_camera(overlays=("lighting_scheme",))
    camera.scene.darken(1.0)
    put(
        camera,
        "LightingScheme[0][1].LightingMode=AIMode",
        "Lighting_V2[0][1][2].AIMixLightSwitchDelay=0",
    )
    camera.background(camera.scenario("person_crosses", speed=5))
    await until(lambda: camera.channels[0].leds == {"infrared": 0, "warm": 100})
    await until(lambda: not camera.scene.actors)
    assert camera.channels[0].leds == {"infrared": 100, "warm": 0}


async def test_both_led_groups_of_a_zoom_lens_count(start_camera: StartCamera) -> None:
    camera = await start_camera(overlays=("near_far_lights",))
    row = "Lighting_V2[0][0][1]"
    put(camera, f"{row}.Mode=Manual", f"{row}.NearLight[0].Light=80", f"{row}.FarLight[0].Light=0")
    assert camera.channels[0].leds["warm"] == 40
    put(camera, f"{row}.FarLight[0].Light=80")
    assert camera.channels[0].leds["warm"] == 80


async def test_a_row_without_a_lamp_lights_nothing(start_camera: StartCamera) -> None:
    camera = await start_camera(overlays=("inert_rows",))
    put(camera, "Lighting_V2[1][0][1].Mode=Manual", "Lighting_V2[1][0][1].MiddleLight[0].Light=90")
    assert camera.machine.store.text("Lighting_V2[1][0][1].LightType") == "InfraredLight"
    assert camera.channels[1].leds == DARK


@pytest.mark.parametrize(
    ("mode", "darkness", "warm", "color"),
    [
        ("Color", 1.0, "Off", True),
        ("BlackWhite", 0.0, "Off", False),
        ("Brightness", 0.0, "Off", True),
        ("Brightness", 1.0, "Off", False),
        ("Brightness", 1.0, "Manual", True),
    ],
)
async def test_day_and_night_on_the_sensor_with_a_filter(
    camera: VirtualCamera, mode: str, darkness: float, warm: str, color: bool
) -> None:
    camera.scene.darken(darkness)
    live = camera.channels[0].live_profile
    put(camera, f"VideoInDayNight[0][{live}].Mode={mode}", f"Lighting_V2[0][{live}][1].Mode={warm}")
    assert camera.channels[0].color is color
    assert camera.machine.view(0).color is color


async def test_the_sensor_without_a_filter_stays_in_colour(camera: VirtualCamera) -> None:
    camera.scene.darken(1.0)
    put(camera, "VideoInDayNight[1][1].Mode=BlackWhite")
    assert camera.machine.store.text("VideoInDayNight[1][1].Mode") == "BlackWhite"
    assert camera.channels[1].color


async def test_the_old_table_is_a_dummy_where_the_new_one_exists(camera: VirtualCamera) -> None:
    put(camera, "Lighting[0][0].Mode=Manual", "Lighting[0][0].MiddleLight[0].Light=90")
    assert camera.channels[0].leds == DARK


async def test_the_old_table_drives_infrared_on_an_old_camera(start_camera: StartCamera) -> None:
    camera = await start_camera("single_infrared")
    put(camera, "Lighting[0][0].Mode=Manual", "Lighting[0][0].MiddleLight[0].Light=90")
    assert camera.channels[0].leds == {"infrared": 90, "warm": 0}
