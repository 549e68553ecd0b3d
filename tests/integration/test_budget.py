"""What the camera notices of us: counts, not times."""

from collections import Counter
from itertools import pairwise

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from tests.integration.helpers import call, entity_id, entry_for, until
from tests.virtual_camera import VirtualCamera

# The tables at once, and where the lens is.
REQUESTS_A_POLL = 2
# The first answer asks for the login; two tables and one question this camera does not know.
REFUSED_AT_SET_UP = 3


def refused(camera: VirtualCamera) -> list[str]:
    """Return the targets of all requests that were refused; a stream has no status yet."""
    return [r["target"] for r in camera.requests if r["status"] not in {200, None}]


async def test_set_up_asks_each_thing_once(hass: HomeAssistant, camera: VirtualCamera) -> None:
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: entry.runtime_data.detections.available)
    before_events = [
        request["target"] for request in camera.requests if "eventManager" not in request["target"]
    ]
    assert len(before_events) <= 15
    assert len(refused(camera)) <= REFUSED_AT_SET_UP
    repeated = [target for target, times in Counter(before_events).items() if times > 2]
    assert not repeated
    assert camera.state()["logins"]["rejected"] == 0
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_poll_costs_two_requests_on_one_connection(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    await hass.async_block_till_done(wait_background_tasks=False)
    camera.requests.clear()
    opened = camera.opened_connections
    for _ in range(5):
        await entry.runtime_data.coordinator.async_refresh()
    assert len(camera.requests) == 5 * REQUESTS_A_POLL
    assert not refused(camera)
    assert camera.opened_connections == opened


async def test_three_connections_at_most(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
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
