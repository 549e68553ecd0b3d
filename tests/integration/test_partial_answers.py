"""What a camera does not tell any more makes unavailable what shows it, and nothing else."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from aiohttp import ClientTimeout
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.dahua_camera.dahua import http, startup_grace
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from tests.integration.helpers import entity_id, entry_for, state_of, until
from tests.virtual_camera import VirtualCamera
from tests.virtual_camera.tables import top_name

CONFIG = "/cgi-bin/configManager.cgi?action=getConfig"
BAD_REQUEST = "Error\r\nBad Request!\r\n"

REFUSALS = {
    "refused": (400, BAD_REQUEST),
    "not implemented": (501, "Error\r\nNot Implemented!\r\n"),
    "absent": (200, "Error: Error -1 getting param in name=X\r\n"),
    "not permitted": (403, "Error\r\nAuthorization Failed!\r\n"),
    "garbled": (200, "\x00\x7fgarbage"),
    "empty": (200, ""),
    "starting": (200, "Error\r\n"),
    "busy": (500, "Error\r\nInternal Error!\r\n"),
    "a web page": (200, "<!DOCTYPE html><html>log in</html>"),
}

type Unavailable = Callable[[], set[str]]


@pytest.fixture
def unavailable(hass: HomeAssistant, camera: VirtualCamera) -> Unavailable:
    """Tell which entities are unavailable, by the last part of their unique ids."""

    def found() -> set[str]:
        registry = er.async_get(hass)
        states = (
            (entity.unique_id.removeprefix(f"{camera.serial}_"), hass.states.get(entity.entity_id))
            for entity in registry.entities.values()
        )
        return {key for key, state in states if state and state.state == "unavailable"}

    return found


async def polls(entry: MockConfigEntry, number: int) -> None:
    for _ in range(number):
        await entry.runtime_data.coordinator.async_refresh()


@pytest.mark.parametrize("answer", REFUSALS.values(), ids=REFUSALS.keys())
async def test_one_table_that_is_not_to_be_had_takes_nothing_else_down_and_heals(
    hass: HomeAssistant,
    camera: VirtualCamera,
    entry: MockConfigEntry,
    unavailable: Unavailable,
    answer: tuple[int, str],
) -> None:
    status, body = answer
    camera.set_fault("refuse", path="VideoInExposure", status=status, body=body)
    await polls(entry, 1)
    assert unavailable() == {"0_shutter", "1_shutter"}
    await polls(entry, 1)
    camera.requests.clear()
    await polls(entry, 6)
    assert unavailable() == {"0_shutter", "1_shutter"}
    assert len(camera.requests) <= 12, "a table that is refused costs no more than two a poll"
    assert entry.runtime_data.coordinator.last_update_success

    camera.clear_fault("refuse")
    await polls(entry, 2)
    assert unavailable() == set()
    assert state_of(hass, "select", f"{camera.serial}_0_shutter").state == "automatic"


async def test_table_that_is_left_out_is_missed_by_those_that_show_it_only(
    camera: VirtualCamera, entry: MockConfigEntry, unavailable: Unavailable
) -> None:
    kept = entry.runtime_data.coordinator.camera.info.tables
    body = "".join(
        f"table.{key}={value}\r\n"
        for key, value in camera.machine.store.dump().items()
        if top_name(key) in kept and top_name(key) != "VideoInDayNight"
    )
    camera.set_fault("refuse", path=CONFIG, status=200, body=body)
    camera.requests.clear()
    await polls(entry, 2)
    assert unavailable() == {"0_day_night"}
    assert len(camera.requests) <= 4
    camera.clear_fault("refuse")
    await polls(entry, 1)
    assert unavailable() == set()


async def test_table_that_hangs_takes_nothing_else_down(
    camera: VirtualCamera,
    entry: MockConfigEntry,
    unavailable: Unavailable,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http, "_TEXT_TIMEOUT", ClientTimeout(total=1.0))
    camera.set_fault("slow", path="name=VideoInExposure", seconds=3.0)
    await polls(entry, 1)
    assert unavailable() == {"0_shutter", "1_shutter"}
    camera.clear_fault("slow")
    await polls(entry, 3)
    assert unavailable() == set()


async def test_what_chooses_the_profile_is_not_guessed_from_the_past(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry, unavailable: Unavailable
) -> None:
    store = camera.machine.store
    store.put("VideoInMode[1].Mode", "0")
    store.put("Lighting_V2[1][0][0].Mode", "Manual")
    store.put("Lighting_V2[1][1][0].Mode", "Off")
    await polls(entry, 1)
    light = f"{camera.serial}_1_warm_light"
    assert state_of(hass, "switch", light).state == "on"
    camera.set_fault("refuse", path="VideoInMode", status=400, body=BAD_REQUEST)
    await polls(entry, 1)
    assert unavailable() == {"0_image_profile", "1_image_profile"}
    assert state_of(hass, "switch", light).state == "unknown", "by day it burns, by night not"
    camera.clear_fault("refuse")
    await polls(entry, 2)
    assert state_of(hass, "switch", light).state == "on"


async def test_what_there_is_to_detect_stays_while_the_camera_does_not_tell(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry, unavailable: Unavailable
) -> None:
    registry = er.async_get(hass)
    before = set(registry.entities)
    camera.set_fault("refuse", path="VideoAnalyseRule|MotionDetect", status=400, body=BAD_REQUEST)
    await polls(entry, 3)
    await hass.async_block_till_done()
    assert set(registry.entities) == before
    assert unavailable() == {"0_rule_4_enabled", "0_rule_5_enabled", "1_motion_detection"}
    await camera.emit("VideoMotion", "Start", 1)
    motion = f"{camera.serial}_1_motion"
    await until(lambda: state_of(hass, "binary_sensor", motion).state == "on")
    camera.clear_fault("refuse")
    await polls(entry, 3)
    assert unavailable() == set()


async def test_lens_that_cannot_tell_where_it_is_takes_nothing_else_down(
    camera: VirtualCamera, entry: MockConfigEntry, unavailable: Unavailable
) -> None:
    path = "/cgi-bin/devVideoInput.cgi?action=getFocusStatus"
    camera.set_fault("refuse", path=path, status=500, body="")
    await polls(entry, 1)
    assert unavailable() == {"0_zoom", "0_focus"}
    camera.clear_fault("refuse")
    await polls(entry, 1)
    assert unavailable() == set()


async def test_camera_that_refuses_everything_heals_as_a_whole(
    camera: VirtualCamera, entry: MockConfigEntry, unavailable: Unavailable
) -> None:
    camera.set_fault("warming_up")
    await polls(entry, 2)
    assert "0_warm_light" in unavailable()
    camera.clear_fault("warming_up")
    await polls(entry, 1)
    assert unavailable() == set()


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("LightingScheme", "0_illumination"),
        ("VideoInExposure", "0_shutter"),
        ("action=getCaps", "0_day_night"),
    ],
)
async def test_what_fails_in_passing_at_set_up_is_not_taken_for_an_answer(
    hass: HomeAssistant, socket_enabled: None, path: str, key: str
) -> None:
    async with VirtualCamera("mfw7442k1+lighting_scheme") as camera:
        camera.set_fault("refuse", path=path, status=503, body="")
        entry = entry_for(camera)
        entry.add_to_hass(hass)
        assert not await hass.config_entries.async_setup(entry.entry_id)
        assert entry.state is ConfigEntryState.SETUP_RETRY
        camera.clear_fault("refuse")
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=1))
        await until(lambda: entry.state is ConfigEntryState.LOADED)
        entity_id(hass, "select", f"{camera.serial}_{key}")
        assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("body", ["Error\r\n", ""], ids=["no reason", "empty"])
@pytest.mark.parametrize(
    ("path", "asked_last", "platform", "key"),
    [
        ("VideoInExposure", "getConfig&name=VideoInExposure", "select", "0_shutter"),
        ("action=getCaps", "getCaps&channel=1", "number", "0_zoom"),
    ],
)
async def test_camera_that_is_still_starting_is_asked_again(
    hass: HomeAssistant,
    camera: VirtualCamera,
    monkeypatch: pytest.MonkeyPatch,
    body: str,
    path: str,
    asked_last: str,
    platform: str,
    key: str,
) -> None:
    monkeypatch.setattr(startup_grace, "STARTING_PAUSE", 1.0)
    camera.set_fault("refuse", path=path, status=200, body=body)
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    setting_up = asyncio.create_task(hass.config_entries.async_setup(entry.entry_id))
    await until(lambda: any(r["target"].endswith(asked_last) for r in camera.requests))
    camera.clear_fault("refuse")
    assert await setting_up
    entity_id(hass, platform, f"{camera.serial}_{key}")
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_camera_that_never_gives_a_reason_is_believed_after_one_pause(
    hass: HomeAssistant, camera: VirtualCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(startup_grace, "STARTING_PAUSE", 0.1)
    camera.set_fault("refuse", path="VideoInExposure|action=getCaps", status=200, body="Error\r\n")
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    unique_id = f"{camera.serial}_0_shutter"
    assert not er.async_get(hass).async_get_entity_id("select", "dahua_camera", unique_id)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_optional_table_that_is_not_permitted_is_done_without(
    hass: HomeAssistant, camera: VirtualCamera, unavailable: Unavailable
) -> None:
    body = "Error\r\nAuthorization Failed!\r\n"
    camera.set_fault("refuse", path="LightingScheme|VideoInExposure", status=403, body=body)
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert state_of(hass, "switch", f"{camera.serial}_0_warm_light").state == "off"
    await polls(entry, 1)
    assert not {"0_warm_light", "0_day_night"} & unavailable()
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("question", ["getSoftwareVersion", "getVendor", "getCaps"])
async def test_account_that_may_not_ask_everything_can_be_used(
    hass: HomeAssistant, camera: VirtualCamera, question: str
) -> None:
    camera.set_fault("refuse", path=f"action={question}", status=403, body="Error\r\n")
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: entry.runtime_data.detections.available)
    assert await hass.config_entries.async_unload(entry.entry_id)
