"""What the account may not do is told until it may."""

from datetime import timedelta

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.dahua_camera.const import DOMAIN
from custom_components.dahua_camera.issues import Issue
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
from tests.integration.helpers import call, entity_id, entry_for, state_of, until
from tests.integration.issues import issue_of
from tests.virtual_camera import VirtualCamera

pytestmark = pytest.mark.usefixtures("same_time_zone", "polled_often")


def marks(found: ir.IssueEntry | None) -> dict[str, str]:
    """Return what the issue says of each right."""
    assert found
    told = dict(found.translation_placeholders or {})
    del told["name"]
    return told


@pytest.mark.parametrize(
    ("status", "body"), [(403, ""), (401, "Error\r\nAuthorization Failed!\r\n")]
)
async def test_account_that_may_not_change_anything_is_told_until_it_may(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry, status: int, body: str
) -> None:
    switch = entity_id(hass, "switch", f"{camera.serial}_0_warm_light")
    camera.set_fault("refuse", path="setConfig|setCurrentTime", status=status, body=body)
    with pytest.raises(HomeAssistantError):
        await call(hass, "switch.turn_on", switch)
    told = marks(issue_of(hass, camera, Issue.RIGHTS))
    assert (told["changes"], told["settings"], told["events"]) == ("✗", "✓", "✓")
    await entry.runtime_data.coordinator.async_refresh()
    assert issue_of(hass, camera, Issue.RIGHTS)
    camera.clear_fault("refuse")
    await call(hass, "switch.turn_on", switch)
    assert not issue_of(hass, camera, Issue.RIGHTS)


async def test_table_that_another_one_stands_in_for_takes_no_right(
    hass: HomeAssistant, socket_enabled: None
) -> None:
    denied = ("VideoInMode", "Lighting_V2", "VideoInDayNight")
    absent = "|".join(f"getConfig&name={table}" for table in denied)
    body = "Error\r\nAuthorization Failed!\r\n"
    async with VirtualCamera("single_infrared") as camera:
        camera.set_fault("refuse", path=absent, status=403, body=body)
        entry = entry_for(camera)
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        coordinator = entry.runtime_data.coordinator
        await coordinator.async_refresh()
        assert set(denied) <= coordinator.camera.reader.denied
        assert not issue_of(hass, camera, Issue.RIGHTS)
        camera.set_fault("refuse", path="getConfig&name=MotionDetect", status=403, body=body)
        await until(lambda: issue_of(hass, camera, Issue.RIGHTS))
        camera.clear_fault("refuse")
        await until(lambda: not issue_of(hass, camera, Issue.RIGHTS))
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_action_tells_that_the_account_may_not_change_anything(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    async def illuminate() -> None:
        target = {"entity_id": entity_id(hass, "switch", f"{camera.serial}_0_warm_light")}
        wish = {"light": "warm_light", "brightness": 50, "duration": 60}
        await hass.services.async_call(DOMAIN, "illuminate", target | wish, blocking=True)

    camera.set_fault("refuse", path="setConfig", status=403, body="")
    with pytest.raises(HomeAssistantError):
        await illuminate()
    assert marks(issue_of(hass, camera, Issue.RIGHTS))["changes"] == "✗"
    camera.clear_fault("refuse")
    await illuminate()
    assert not issue_of(hass, camera, Issue.RIGHTS)


async def test_reloading_gives_the_account_a_new_chance(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    camera.set_fault("refuse", path="setConfig", status=403, body="")
    with pytest.raises(HomeAssistantError):
        await call(
            hass, "switch.turn_on", entity_id(hass, "switch", f"{camera.serial}_0_warm_light")
        )
    assert issue_of(hass, camera, Issue.RIGHTS)
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert not issue_of(hass, camera, Issue.RIGHTS)


async def test_account_that_may_not_read_is_told_while_set_up_is_tried(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    camera.set_fault("refuse", path="configManager.cgi?action=getConfig", status=403, body="")
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert marks(issue_of(hass, camera, Issue.RIGHTS))["settings"] == "✗"
    camera.clear_fault("refuse")
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=1))
    await until(lambda: entry.state is ConfigEntryState.LOADED)
    assert not issue_of(hass, camera, Issue.RIGHTS)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_tables_that_may_not_be_read_are_told_of_and_take_nothing_else_down(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    body = "Error\r\nAuthorization Failed!\r\n"
    camera.set_fault("refuse", path="Lighting", status=403, body=body)
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert marks(issue_of(hass, camera, Issue.RIGHTS))["settings"] == "✗"
    assert state_of(hass, "select", f"{camera.serial}_0_day_night").state == "auto"
    camera.clear_fault("refuse")
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert not issue_of(hass, camera, Issue.RIGHTS)
    assert state_of(hass, "switch", f"{camera.serial}_0_warm_light")
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_right_to_read_that_is_taken_away_is_told(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    coordinator = entry.runtime_data.coordinator
    camera.set_fault("refuse", path="configManager.cgi?action=getConfig", status=403, body="")
    await coordinator.async_refresh()
    assert marks(issue_of(hass, camera, Issue.RIGHTS))["settings"] == "✗"
    camera.clear_fault("refuse")
    await coordinator.async_refresh()
    assert not issue_of(hass, camera, Issue.RIGHTS)


async def test_account_that_may_not_hear_events_is_told(
    hass: HomeAssistant, camera: VirtualCamera, quick_stream: None
) -> None:
    camera.set_fault("refuse", path="action=attach", status=403, body="")
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: issue_of(hass, camera, Issue.RIGHTS))
    assert marks(issue_of(hass, camera, Issue.RIGHTS))["events"] == "✗"
    camera.clear_fault("refuse")
    await until(lambda: not issue_of(hass, camera, Issue.RIGHTS))
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_live_picture_that_the_account_may_not_see_is_told(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    camera.set_fault("reject_rtsp_login")
    await until(lambda: issue_of(hass, camera, Issue.RIGHTS))
    assert marks(issue_of(hass, camera, Issue.RIGHTS))["live_picture"] == "✗"
    assert not issue_of(hass, camera, Issue.STREAMS)
    camera.clear_fault("reject_rtsp_login")
    await until(lambda: not issue_of(hass, camera, Issue.RIGHTS))
    assert camera.state()["logins"]["rejected"] == 0


async def test_live_picture_that_is_not_even_reached_is_not_called_allowed(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    camera.set_fault("reject_rtsp_login")
    await until(lambda: issue_of(hass, camera, Issue.RIGHTS))
    camera.set_fault("no_rtsp")
    await until(lambda: issue_of(hass, camera, Issue.STREAMS))
    assert marks(issue_of(hass, camera, Issue.RIGHTS))["live_picture"] == "✗"
