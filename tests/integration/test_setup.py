"""From an entry to devices and entities, and back to nothing."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.dahua_camera.const import DOMAIN
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
from tests.integration.helpers import entry_for, state_of, until
from tests.virtual_camera import VirtualCamera


def entities_of(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, er.RegistryEntry]:
    """Return the entry's entities by the part of their unique id behind the serial number."""
    return {
        entity.unique_id.removeprefix(f"{entry.unique_id}_"): entity
        for entity in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    }


async def test_every_sensor_has_what_it_can_do_and_nothing_else(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    found = entities_of(hass, entry)
    assert {key: entity.domain for key, entity in found.items()} == {
        "event_stream": "binary_sensor",
        "storage_problem": "binary_sensor",
        "storage_used": "sensor",
        "reboot": "button",
        "synchronise_time": "button",
        "0_main": "camera",
        "0_sub_1": "camera",
        "0_warm_light": "switch",
        "0_infrared": "switch",
        "0_warm_light_brightness": "number",
        "0_infrared_brightness": "number",
        "0_warm_light_control": "select",
        "0_infrared_control": "select",
        "0_day_night": "select",
        "0_image_profile": "select",
        "0_shutter": "select",
        "0_zoom": "number",
        "0_focus": "number",
        "0_autofocus": "button",
        "0_person": "binary_sensor",
        "0_vehicle": "binary_sensor",
        "0_bicycle": "binary_sensor",
        "0_tampering": "binary_sensor",
        "0_video_lost": "binary_sensor",
        "0_detection": "event",
        "0_plate": "event",
        "0_last_detection": "image",
        "0_rule_4": "binary_sensor",
        "0_rule_4_enabled": "switch",
        "0_rule_5": "binary_sensor",
        "0_rule_5_enabled": "switch",
        "1_main": "camera",
        "1_sub_1": "camera",
        "1_warm_light": "switch",
        "1_warm_light_brightness": "number",
        "1_warm_light_control": "select",
        "1_image_profile": "select",
        "1_shutter": "select",
        "1_tampering": "binary_sensor",
        "1_video_lost": "binary_sensor",
        "1_detection": "event",
        "1_last_detection": "image",
        "1_region_0": "binary_sensor",
        "1_region_1": "binary_sensor",
        "1_motion": "binary_sensor",
        "1_motion_detection": "switch",
    }
    assert {key for key, entity in found.items() if entity.disabled} == {
        f"{channel}_{key}" for channel in (0, 1) for key in ("sub_1", "tampering", "video_lost")
    } | {"storage_used"}
    for entity in found.values():
        if not entity.disabled:
            state = hass.states.get(entity.entity_id)
            assert state
            assert state.state != "unavailable"


async def test_each_sensor_is_a_part_of_the_housing(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    registry = dr.async_get(hass)
    housing = registry.async_get_device_by_identifier((DOMAIN, camera.serial), entry.entry_id)
    assert housing
    assert housing.model == "DH-IPC-MFW7442K1-Z4-T40"
    assert housing.manufacturer == "Dahua"
    assert housing.model_id is None
    assert housing.sw_version == "2.840.0000000.9.R"
    assert housing.hw_version == "1.00"
    assert housing.serial_number == camera.serial
    assert (dr.CONNECTION_NETWORK_MAC, "3c:ef:8c:00:00:01") in housing.connections
    for channel, name in enumerate(("Gate", "Driveway")):
        identifier = (DOMAIN, f"{camera.serial}_{channel}")
        sensor = registry.async_get_child_device_by_identifier(identifier, entry.entry_id)
        assert sensor
        assert sensor.name == name
        assert sensor.parent_device_id == housing.id


@pytest.mark.parametrize(
    ("device_type", "update_serial", "model", "model_id"),
    [
        ("IP8M-2496E", "IPC-HDW4831EM-ASE", "IP8M-2496E", "IPC-HDW4831EM-ASE"),
        ("31", "DH-IPC-HDW4831EM-ASE", "DH-IPC-HDW4831EM-ASE", None),
    ],
)
async def test_model_of_a_camera_sold_under_another_name(
    hass: HomeAssistant,
    camera: VirtualCamera,
    device_type: str,
    update_serial: str,
    model: str,
    model_id: str | None,
) -> None:
    profile = camera.machine.profile
    identity = replace(
        profile.identity,
        device_type=device_type,
        update_serial=update_serial,
        hardware_version="",
    )
    camera.machine.profile = replace(profile, identity=identity)
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    registry = dr.async_get(hass)
    housing = registry.async_get_device_by_identifier((DOMAIN, camera.serial), entry.entry_id)
    assert housing
    assert (housing.model, housing.model_id, housing.hw_version) == (model, model_id, None)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_names_are_those_that_the_owner_gave_on_the_camera(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    def name(platform: str, key: str) -> str:
        return str(state_of(hass, platform, f"{camera.serial}_{key}").name)

    assert name("camera", "0_main") == "Gate"
    assert name("switch", "0_warm_light") == "Gate Warm light"
    assert name("binary_sensor", "0_rule_4") == "Gate Gate line"
    assert name("binary_sensor", "1_motion") == "Driveway Motion"


async def test_unloading_leaves_no_task_socket_or_timer_behind(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    await camera.emit("VideoMotion", "Start", 1)
    await camera.emit("CrossLineDetection", "Pulse", 0, {"Name": "Gate line"})
    tasks = asyncio.all_tasks()
    assert camera.state()["connections"] > 0
    assert any("event stream" in task.get_name() for task in tasks)

    assert await hass.config_entries.async_unload(entry.entry_id)
    assert entry.state is ConfigEntryState.NOT_LOADED
    await until(lambda: camera.state()["connections"] == 0)
    left = {task.get_name() for task in asyncio.all_tasks() if entry.title in task.get_name()}
    assert not left

    before = len(camera.requests)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(hours=1))
    await hass.async_block_till_done()
    assert len(camera.requests) == before


async def test_camera_that_is_off_is_tried_again_and_comes_up(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    down = asyncio.create_task(camera.reboot(seconds=0.5))
    await asyncio.sleep(0.1)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    await down

    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=1))
    await until(lambda: entry.state is ConfigEntryState.LOADED)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_failed_set_up_leaves_no_connection(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    camera.set_fault("refuse", path="/cgi-bin/configManager.cgi", status=500, body="Error\r\n")
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    await until(lambda: camera.state()["connections"] == 0)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_another_camera_at_the_address_is_not_taken_for_this_one(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, unique_id="ANOTHER")
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert "different serial number" in str(entry.reason)
    assert not entities_of(hass, entry)
    assert [request["status"] for request in camera.requests] == [401, 200]
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_wrong_password_at_set_up_asks_for_a_new_one_once(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    entry = entry_for(camera, password="wrong")
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert len(hass.config_entries.flow.async_progress()) == 1
    assert camera.state()["logins"]["rejected"] == 2


async def test_full_connection_table_never_asks_for_the_password(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    camera.set_fault("connection_limit", max=0)
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert not hass.config_entries.flow.async_progress()
    camera.clear_fault("connection_limit")
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=1))
    await until(lambda: entry.state is ConfigEntryState.LOADED)

    camera.set_fault("connection_limit", max=0)
    await camera.reboot()
    coordinator = entry.runtime_data.coordinator
    for _ in range(2):
        await coordinator.async_refresh()
        assert not coordinator.last_update_success
    assert not hass.config_entries.flow.async_progress()
    assert camera.state()["logins"]["rejected"] == 0
    camera.clear_fault("connection_limit")
    await coordinator.async_refresh()
    assert coordinator.last_update_success
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_password_changed_while_running_stops_everything_after_two_logins(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    rejected = camera.state()["logins"]["rejected"]
    camera.set_fault("reject_login")
    camera.set_fault("drop_stream", once=True)
    coordinator = entry.runtime_data.coordinator
    await coordinator.async_refresh()
    await until(hass.config_entries.flow.async_progress)
    for _ in range(3):
        await coordinator.async_refresh()
    assert camera.state()["logins"]["rejected"] - rejected <= 2
    assert len(hass.config_entries.flow.async_progress()) == 1
    assert not coordinator.last_update_success


async def test_camera_that_goes_away_makes_its_entities_unavailable_and_back(
    hass: HomeAssistant,
    camera: VirtualCamera,
    entry: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    coordinator = entry.runtime_data.coordinator
    switch = f"{camera.serial}_0_warm_light"
    camera.set_fault("refuse", path="/cgi-bin/configManager.cgi", status=500, body="Error\r\n")
    await coordinator.async_refresh()
    await coordinator.async_refresh()
    assert state_of(hass, "switch", switch).state == "unavailable"
    camera.clear_fault("refuse")
    await coordinator.async_refresh()
    assert state_of(hass, "switch", switch).state == "off"
    assert caplog.text.count("Error fetching") == 1
