"""What the camera notices of us: counts, not times."""

import asyncio
from collections import Counter
from itertools import pairwise

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dahua_camera.dahua.state import Emitter
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from tests.integration.helpers import call, entity_id, entry_for, state_of, until
from tests.virtual_camera import VirtualCamera

# The tables at once, and where the lens is.
REQUESTS_A_POLL = 2
# The login and what it is for, two questions, the tables that all cameras have at once, two that
# many lack, what each sensor can do, the card, the lens and the event stream.
REQUESTS_AT_SET_UP = 12
# The first answer asks for the login; two tables and one question this camera does not know.
REFUSED_AT_SET_UP = 3

SHOWN_AT_ONCE = (
    ("switch", "0_warm_light"),
    ("number", "0_zoom"),
    ("number", "0_focus"),
    ("select", "0_day_night"),
    ("select", "1_image_profile"),
    ("binary_sensor", "storage_problem"),
)


def refused(camera: VirtualCamera) -> list[str]:
    """Return the targets of all requests that were refused; a stream has no status yet."""
    return [r["target"] for r in camera.requests if r["status"] not in {200, None}]


def disable(hass: HomeAssistant, camera: VirtualCamera, platform: str, *keys: str) -> None:
    """Disable entities as an owner does."""
    for key in keys:
        er.async_get(hass).async_update_entity(
            entity_id(hass, platform, f"{camera.serial}_{key}"),
            disabled_by=er.RegistryEntryDisabler.USER,
        )


async def reload(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Reload the entry and wait until all that this asks is answered."""
    assert await hass.config_entries.async_reload(entry.entry_id)
    hub = entry.runtime_data.detections
    await until(lambda: hub.available and hub.verification.is_over)


async def polled(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry, times: int = 5
) -> list[str]:
    """Poll a few times and return the targets of the requests that this took."""
    await hass.async_block_till_done(wait_background_tasks=False)
    camera.requests.clear()
    for _ in range(times):
        await entry.runtime_data.coordinator.async_refresh()
    return [request["target"] for request in camera.requests]


async def test_set_up_asks_each_thing_once(hass: HomeAssistant, camera: VirtualCamera) -> None:
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: entry.runtime_data.detections.available)
    targets = [r["target"] for r in camera.requests if "getEventIndexes" not in r["target"]]
    assert len(targets) <= REQUESTS_AT_SET_UP
    assert len(refused(camera)) <= REFUSED_AT_SET_UP
    assert [request["status"] for request in camera.requests].count(401) == 1
    repeated = [target for target, times in Counter(targets).items() if times > 1]
    assert repeated == ["/cgi-bin/magicBox.cgi?action=getSystemInfo"], "what asked for the login"
    assert camera.state()["logins"]["rejected"] == 0
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_what_set_up_read_is_shown_without_a_poll(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    shown = {
        state_of(hass, platform, f"{camera.serial}_{key}").state for platform, key in SHOWN_AT_ONCE
    }
    assert not {"unknown", "unavailable"} & shown
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_poll_costs_two_requests_on_one_connection(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    opened = camera.opened_connections
    targets = await polled(hass, camera, entry)
    assert len(targets) == 5 * REQUESTS_A_POLL
    assert not refused(camera)
    assert camera.opened_connections == opened


async def test_poll_costs_one_request_where_nobody_looks_at_the_lens(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    disable(hass, camera, "number", "0_zoom", "0_focus")
    assert len(await polled(hass, camera, entry)) == 5
    camera.requests.clear()
    assert await hass.config_entries.async_reload(entry.entry_id)
    targets = [request["target"] for request in camera.requests]
    assert sum("getFocusStatus" in target for target in targets) == 1, "whether it can be moved"

    zoom = entity_id(hass, "number", f"{camera.serial}_0_zoom")
    er.async_get(hass).async_update_entity(zoom, disabled_by=None)
    await reload(hass, entry)
    assert state_of(hass, "number", f"{camera.serial}_0_zoom").state == "0.0"
    assert len(await polled(hass, camera, entry)) == 5 * REQUESTS_A_POLL


async def test_only_tables_that_an_enabled_entity_shows_are_polled(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    disable(hass, camera, "select", "0_shutter")
    assert any("VideoInExposure" in target for target in await polled(hass, camera, entry))
    disable(hass, camera, "select", "1_shutter")
    assert not any("VideoInExposure" in target for target in await polled(hass, camera, entry))

    shutter = entity_id(hass, "select", f"{camera.serial}_1_shutter")
    er.async_get(hass).async_update_entity(shutter, disabled_by=None)
    await reload(hass, entry)
    assert any("VideoInExposure" in target for target in await polled(hass, camera, entry))


async def test_rules_come_and_go_although_nobody_shows_any(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        if not entity.disabled:
            by_user = er.RegistryEntryDisabler.USER
            registry.async_update_entity(entity.entity_id, disabled_by=by_user)
    [target] = await polled(hass, camera, entry, times=1)
    assert "Lighting_V2" not in target
    row = {"Id": "11", "Name": "Door", "Type": "CrossLineDetection", "Class": "Normal"}
    for key, value in row.items():
        camera.machine.store.put(f"VideoAnalyseRule[0][6].{key}", value)
    await polled(hass, camera, entry, times=1)
    assert state_of(hass, "binary_sensor", f"{camera.serial}_0_rule_11").state == "off"


async def test_light_that_nobody_shows_is_lit_by_what_is_true_now(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    for channel in (0, 1):
        disable(hass, camera, "switch", f"{channel}_warm_light")
        disable(hass, camera, "number", f"{channel}_warm_light_brightness")
        disable(hass, camera, "select", f"{channel}_warm_light_control")
    disable(hass, camera, "switch", "0_infrared")
    disable(hass, camera, "number", "0_infrared_brightness")
    disable(hass, camera, "select", "0_infrared_control")
    runtime = entry.runtime_data
    await runtime.coordinator.camera.light(1, Emitter.WARM, 100)
    assert camera.channels[1].leds["warm"] == 100
    for profile in (0, 1):
        camera.machine.store.put(f"Lighting_V2[1][{profile}][0].Mode", "Off")
    assert not any("Lighting_V2" in target for target in await polled(hass, camera, entry))
    camera_entity = entity_id(hass, "camera", f"{camera.serial}_1_main")
    await call(hass, "dahua_camera.illuminate", camera_entity, duration=600)
    assert camera.channels[1].leds["warm"] == 100


async def test_three_connections_at_most(
    hass: HomeAssistant,
    camera: VirtualCamera,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def still(_: int) -> bytes:
        """Paint nothing: a busy host takes too long for ten in a row."""
        await asyncio.sleep(0.05)
        return b"\xff\xd8\xff\xd9"

    monkeypatch.setattr(camera.machine, "still", still)
    runtime = entry.runtime_data
    most = 0
    tasks = [
        hass.async_create_task(work)
        for _ in range(5)
        for work in (
            runtime.coordinator.camera.read(),
            runtime.coordinator.camera.still(0, fresh=True),
            runtime.coordinator.camera.still(1, fresh=True),
        )
    ]
    while not all(task.done() for task in tasks):
        most = max(most, camera.state()["connections"])
        await until(lambda: True)
        await hass.async_block_till_done(wait_background_tasks=False)
    assert most <= 3
    assert not any(task.exception() for task in tasks)


async def test_requests_are_never_sent_side_by_side_on_the_request_lane(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    camera.requests.clear()
    camera.set_fault("slow", seconds=0.05, path="/cgi-bin/configManager.cgi")
    await hass.async_block_till_done(wait_background_tasks=False)
    reads = [hass.async_create_task(entry.runtime_data.coordinator.camera.read()) for _ in range(3)]
    for read in reads:
        await read
    times = [r["time"] for r in camera.requests if "configManager" in r["target"]]
    assert all(later - earlier >= 0.045 for earlier, later in pairwise(times))


@pytest.mark.parametrize("variant", ["mfw7442k1", "mfw7442k1+lighting_scheme+near_far_lights"])
@pytest.mark.parametrize(
    ("action", "key"),
    [
        ("switch.turn_on", "0_warm_light"),
        ("switch.turn_off", "0_warm_light"),
        ("switch.turn_off", "0_infrared"),
        ("switch.turn_off", "0_rule_4_enabled"),
        ("switch.turn_off", "1_motion_detection"),
    ],
)
async def test_command_costs_three_requests_at_most(
    hass: HomeAssistant, socket_enabled: None, variant: str, action: str, key: str
) -> None:
    async with VirtualCamera(variant) as camera:
        entry = entry_for(camera)
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        await until(lambda: entry.runtime_data.detections.available)
        await hass.async_block_till_done(wait_background_tasks=False)
        camera.requests.clear()
        await call(hass, action, entity_id(hass, "switch", f"{camera.serial}_{key}"))
        assert 2 <= len(camera.requests) <= 3
        assert not refused(camera)
        assert await hass.config_entries.async_unload(entry.entry_id)
