"""Brightness, control, scheme, image profile, shutter, lens and detection switches."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
from tests.integration.helpers import (
    call,
    entity_id,
    entry_for,
    state_of,
    states_from_now_on,
    until,
)
from tests.virtual_camera import VirtualCamera


class Owner:
    """Somebody who uses the entities of one camera."""

    def __init__(self, hass: HomeAssistant, camera: VirtualCamera) -> None:
        self._hass = hass
        self._serial = camera.serial

    def sees(self, platform: str, key: str) -> str:
        """Return a state."""
        return state_of(self._hass, platform, f"{self._serial}_{key}").state

    async def select(self, key: str, option: str) -> None:
        """Choose an option."""
        await self.do("select.select_option", key, option=option)

    async def set(self, key: str, value: float) -> None:
        """Set a number."""
        await self.do("number.set_value", key, value=value)

    async def do(self, action: str, key: str, **data: Any) -> None:
        """Perform an action on an entity of the same platform."""
        platform = action.partition(".")[0]
        target = entity_id(self._hass, platform, f"{self._serial}_{key}")
        await call(self._hass, action, target, **data)


@pytest.fixture
def owner(hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry) -> Owner:
    return Owner(hass, camera)


@pytest.mark.parametrize(
    ("key", "channel", "lamp"),
    [("0_warm_light", 0, "warm"), ("0_infrared", 0, "infrared"), ("1_warm_light", 1, "warm")],
)
async def test_brightness_is_what_the_light_burns_at(
    camera: VirtualCamera, owner: Owner, key: str, channel: int, lamp: str
) -> None:
    await owner.set(f"{key}_brightness", 30)
    await owner.do("switch.turn_on", key)
    assert camera.channels[channel].leds[lamp] == 30
    await owner.set(f"{key}_brightness", 90)
    assert camera.channels[channel].leds[lamp] == 90
    assert owner.sees("number", f"{key}_brightness") == "90"
    await owner.set(f"{key}_brightness", 0)
    assert camera.channels[channel].leds[lamp] == 0
    assert owner.sees("switch", key) == "off"
    await owner.do("switch.turn_on", key)
    assert camera.channels[channel].leds[lamp] == 100


async def test_control_gives_the_light_back_to_the_camera(
    camera: VirtualCamera, owner: Owner
) -> None:
    await owner.do("switch.turn_off", "0_infrared")
    assert owner.sees("select", "0_infrared_control") == "off"
    for option in ("auto", "zoom_priority"):
        await owner.select("0_infrared_control", option)
        assert owner.sees("select", "0_infrared_control") == option
        assert owner.sees("switch", "0_infrared") == "unknown"
        assert camera.channels[0].leds["infrared"] > 0
        camera.scene.darkness = 0.0
        assert camera.channels[0].leds["infrared"] == 0
        camera.scene.darkness = 1.0
    await owner.select("0_infrared_control", "manual")
    assert owner.sees("switch", "0_infrared") == "on"


async def test_fixed_lens_offers_no_zoom_priority(hass: HomeAssistant, owner: Owner) -> None:
    state = hass.states.async_all("select")
    options = {each.entity_id: each.attributes["options"] for each in state}
    assert "zoom_priority" in options["select.housing_gate_warm_light_control"]
    assert "zoom_priority" not in options["select.housing_driveway_warm_light_control"]


async def test_scheme_chooses_the_light_and_a_control_that_it_shuts_out_says_so(
    hass: HomeAssistant, socket_enabled: None
) -> None:
    async with VirtualCamera("mfw7442k1+lighting_scheme") as camera:
        camera.scene.darkness = 1.0
        entry = entry_for(camera)
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        owner = Owner(hass, camera)
        assert owner.sees("select", "0_illumination") == "infrared"

        with pytest.raises(HomeAssistantError, match="set to the other light"):
            await owner.select("0_warm_light_control", "manual")
        assert owner.sees("select", "0_warm_light_control") == "manual"
        assert owner.sees("switch", "0_warm_light") == "off"
        await owner.select("0_illumination", "warm")
        assert camera.channels[0].leds["warm"] > 0
        assert owner.sees("switch", "0_warm_light") == "on"
        assert owner.sees("switch", "0_infrared") == "off"
        await owner.select("0_illumination", "smart")
        assert owner.sees("switch", "0_warm_light") == "unknown"
        await owner.do("switch.turn_off", "0_warm_light")
        assert owner.sees("select", "0_illumination") == "infrared"
        assert camera.channels[0].leds["infrared"] > 0
        assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    "variant",
    [
        "mfw7442k1",
        "mfw7442k1+config_ex",
        "mfw7442k1+profile_self_adaptive",
        "mfw7442k1+forced_by_name",
        "mfw7442k1+forced_by_number",
        "mfw7442k1+one_profile+strict_writes",
        "mfw7442k1+switch_mode_only",
        "mfw7442k1+unwritable_mode",
    ],
)
async def test_image_profile_that_is_forced_holds_and_automatic_gives_it_back(
    hass: HomeAssistant, socket_enabled: None, variant: str
) -> None:
    async with VirtualCamera(variant) as camera:
        entry = entry_for(camera)
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        owner = Owner(hass, camera)
        for key, channel in (("0_image_profile", 0), ("1_image_profile", 1)):
            for option, live in (("day", 0), ("night", 1), ("general", 2)):
                await owner.select(key, option)
                assert owner.sees("select", key) == option
                for darkness in (0.0, 1.0):
                    camera.scene.darkness = darkness
                    assert camera.channels[channel].live_profile == live, option
            await owner.select(key, "automatic")
            for darkness, live in ((0.0, 0), (1.0, 1)):
                camera.scene.darkness = darkness
                assert camera.channels[channel].live_profile == live
            await owner.select(key, "schedule")
            assert owner.sees("select", key) == "schedule"
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_shutter_is_set_in_the_profiles_that_may_be_in_force(
    camera: VirtualCamera, owner: Owner
) -> None:
    store = camera.machine.store
    assert owner.sees("select", "0_shutter") == "automatic"
    await owner.select("0_shutter", "1/500")
    assert owner.sees("select", "0_shutter") == "1/500"
    for profile in (0, 1):
        assert store.integer(f"VideoInExposure[0][{profile}].Mode") == 8
        for value in ("Value1", "Value2"):
            assert float(store.text(f"VideoInExposure[0][{profile}].{value}")) == 2.0
    assert store.integer("VideoInExposure[0][2].Mode") == 0, "not in force"
    assert store.integer("VideoInExposure[1][0].Mode") == 0, "the other sensor"
    store.put("VideoInExposure[0][0].Value2", "33.0")
    await owner.select("1_shutter", "1/100")
    await owner.select("0_shutter", "automatic")
    assert owner.sees("select", "0_shutter") == "automatic"


async def test_zoom_is_followed_until_the_motor_rests(
    hass: HomeAssistant, camera: VirtualCamera, owner: Owner
) -> None:
    seen = states_from_now_on(hass, entity_id(hass, "number", f"{camera.serial}_0_zoom"))
    await owner.set("0_zoom", 50)
    assert camera.channels[0].zoom == pytest.approx(0.5)
    assert owner.sees("number", "0_zoom") == "50.0"
    assert len(seen) > 1, "it was seen to travel"
    assert not camera.machine.lenses[0].moving


async def test_no_command_goes_into_a_moving_motor(camera: VirtualCamera, owner: Owner) -> None:
    before = len(camera.requests)
    await asyncio.gather(owner.set("0_zoom", 40), owner.set("0_zoom", 10))
    assert camera.channels[0].zoom in (pytest.approx(0.4), pytest.approx(0.1))
    resting = True
    for request in list(camera.requests)[before:]:
        if "adjustFocus" in request["target"]:
            assert resting, "a command while the motor ran"
            resting = False
        elif "getFocusStatus" in request["target"]:
            resting = True
    await owner.set("0_zoom", 0)


async def test_lens_goes_by_small_steps(camera: VirtualCamera, owner: Owner) -> None:
    await owner.set("0_zoom", 30)
    await owner.set("0_zoom", 31)
    assert camera.channels[0].zoom == pytest.approx(0.31, abs=0.0005)
    sharp = camera.channels[0].focus
    await owner.set("0_focus", round(sharp * 100, 1) + 0.3)
    assert camera.channels[0].focus == pytest.approx(sharp + 0.003, abs=0.0006)


async def test_lens_that_is_where_it_is_sent_is_left_alone(
    camera: VirtualCamera, owner: Owner
) -> None:
    await owner.set("0_focus", float(owner.sees("number", "0_focus")))
    assert not any("adjustFocus" in request["target"] for request in camera.requests)


async def test_focus_and_autofocus(camera: VirtualCamera, owner: Owner) -> None:
    await owner.set("0_focus", 80)
    assert camera.channels[0].focus == pytest.approx(0.8)
    assert camera.machine.lenses[0].blur > 0
    await owner.do("button.press", "0_autofocus")
    assert camera.machine.lenses[0].blur == pytest.approx(0, abs=0.05)
    assert owner.sees("number", "0_focus") == f"{camera.channels[0].focus * 100:.1f}"


async def test_detection_switches_decide_what_the_camera_reports(
    camera: VirtualCamera, owner: Owner
) -> None:
    store = camera.machine.store
    for key, setting in (
        ("1_motion_detection", "MotionDetect[1].Enable"),
        ("0_rule_4_enabled", "VideoAnalyseRule[0][4].Enable"),
    ):
        assert owner.sees("switch", key) == "on"
        before = len(camera.requests)
        await owner.do("switch.turn_off", key)
        assert store.text(setting) == "false"
        assert owner.sees("switch", key) == "off"
        [written] = [
            request["target"]
            for request in list(camera.requests)[before:]
            if "setConfig" in request["target"]
        ]
        assert written.endswith(f"setConfig&{setting}=false"), "one key per change"
        await owner.do("switch.turn_on", key)
        assert store.text(setting) == "true"


async def test_rule_is_found_by_its_number_when_its_row_has_moved(
    camera: VirtualCamera, owner: Owner
) -> None:
    store = camera.machine.store
    for key, value in {"Id": ("4", "5"), "Name": ("Gate line", "Yard")}.items():
        store.put(f"VideoAnalyseRule[0][4].{key}", value[1])
        store.put(f"VideoAnalyseRule[0][5].{key}", value[0])
    await owner.do("switch.turn_off", "0_rule_4_enabled")
    assert store.text("VideoAnalyseRule[0][5].Enable") == "false"
    assert store.text("VideoAnalyseRule[0][4].Enable") == "true"


async def test_motion_detection_that_is_off_can_be_switched_on_again_after_a_restart(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    camera.machine.store.put("MotionDetect[0].Enable", "true")
    await hass.config_entries.async_reload(entry.entry_id)
    owner = Owner(hass, camera)
    await owner.do("switch.turn_off", "0_motion_detection")
    await hass.config_entries.async_reload(entry.entry_id)
    assert owner.sees("switch", "0_motion_detection") == "off"
    await owner.do("switch.turn_on", "0_motion_detection")
    assert camera.machine.store.text("MotionDetect[0].Enable") == "true"


async def test_two_commands_at_once_end_in_a_definite_state(
    camera: VirtualCamera, owner: Owner
) -> None:
    for _ in range(3):
        await asyncio.gather(
            owner.do("switch.turn_on", "1_warm_light"),
            owner.do("switch.turn_off", "1_warm_light"),
        )
        burns = camera.channels[1].leds["warm"] > 0
        assert owner.sees("switch", "1_warm_light") == ("on" if burns else "off")


async def test_change_on_the_camera_between_poll_and_command_is_caught_up_with(
    camera: VirtualCamera, owner: Owner
) -> None:
    """The profile in force was chosen elsewhere since the last poll."""
    camera.machine.store.put("VideoInMode[0].Mode", "0")
    camera.machine.store.put("VideoInMode[0].Config[0]", "2")
    await owner.do("switch.turn_on", "0_warm_light")
    assert camera.channels[0].leds["warm"] > 0


async def test_reboot_during_a_command_is_told_and_the_truth_returns(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry, owner: Owner
) -> None:
    camera.set_fault("slow", seconds=0.5, path="/cgi-bin/configManager.cgi")
    command = asyncio.create_task(owner.do("switch.turn_on", "1_warm_light"))
    await asyncio.sleep(0.2)
    camera.clear_fault("slow")
    down = asyncio.create_task(camera.reboot(seconds=0.5))
    with pytest.raises(HomeAssistantError):
        await command
    await down
    await entry.runtime_data.coordinator.async_refresh()
    burns = camera.channels[1].leds["warm"] > 0
    await until(lambda: owner.sees("switch", "1_warm_light") == ("on" if burns else "off"))


async def test_account_that_may_not_write_is_told(camera: VirtualCamera, owner: Owner) -> None:
    camera.set_fault(
        "refuse",
        path="/cgi-bin/configManager.cgi?action=setConfig",
        status=403,
        body="Error\r\nAuthorization Failed!\r\n",
    )
    with pytest.raises(HomeAssistantError, match="not allowed"):
        await owner.do("switch.turn_on", "1_warm_light")
    assert owner.sees("switch", "1_warm_light") == "off"


async def test_write_that_is_refused_is_told(camera: VirtualCamera, owner: Owner) -> None:
    camera.set_fault(
        "refuse",
        path="/cgi-bin/configManager.cgi?action=setConfig",
        status=200,
        body="Error\r\nBad Request!\r\n",
    )
    with pytest.raises(HomeAssistantError, match="refused to change Lighting_V2"):
        await owner.do("switch.turn_on", "1_warm_light")


@pytest.mark.parametrize(
    ("fault", "parameters", "issue"),
    [
        ("ignore_writes", {"table": "Lighting_V2"}, "light_ignored"),
        (
            "refuse",
            {"path": "/cgi-bin/configManager.cgi?action=setConfig", "status": 400},
            "light_refused",
        ),
    ],
)
async def test_light_that_cannot_work_is_an_issue_until_it_works(
    hass: HomeAssistant,
    camera: VirtualCamera,
    entry: MockConfigEntry,
    owner: Owner,
    fault: str,
    parameters: dict[str, Any],
    issue: str,
) -> None:
    issues = ir.async_get(hass)
    issue_id = f"light_{entry.entry_id}_1"
    camera.set_fault(fault, **parameters)
    with pytest.raises(HomeAssistantError):
        await owner.do("switch.turn_on", "1_warm_light")
    found = issues.async_get_issue("dahua_camera", issue_id)
    assert found
    assert found.translation_key == issue
    assert found.translation_placeholders
    assert found.translation_placeholders["name"] == "Driveway"
    camera.clear_fault(fault)
    await owner.do("switch.turn_on", "1_warm_light")
    assert not issues.async_get_issue("dahua_camera", issue_id)


async def test_reboot_button_restarts_the_camera(
    camera: VirtualCamera, entry: MockConfigEntry, owner: Owner
) -> None:
    stream = entry.runtime_data.detections.stream
    assert owner.sees("binary_sensor", "event_stream") == "on"
    await owner.do("button.press", "reboot")
    await until(lambda: owner.sees("binary_sensor", "event_stream") == "off")
    await until(lambda: stream.connections == 2)
    assert owner.sees("binary_sensor", "event_stream") == "on"


async def test_clock_is_set_to_home_assistants(
    hass: HomeAssistant, camera: VirtualCamera, owner: Owner
) -> None:
    camera.set_fault("clock_skew", seconds=3600)
    camera.clear_fault("clock_skew")
    await owner.do("button.press", "synchronise_time")
    told = camera.machine.clock.now().replace(tzinfo=None)
    assert abs(told - dt_util.now().replace(tzinfo=None)) < timedelta(seconds=5)
