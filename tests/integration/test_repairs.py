"""What only the owner can mend is told while it is so, and of no camera that is switched off."""

from datetime import timedelta

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dahua_camera import watch
from custom_components.dahua_camera.const import DOMAIN
from custom_components.dahua_camera.dahua.errors import Obstacle, WriteNotAppliedError
from custom_components.dahua_camera.issues import Issue, report, report_light, withdraw_all
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from tests.integration.helpers import call, entity_id, entry_for, until
from tests.integration.issues import issue_of, looks
from tests.virtual_camera import VirtualCamera

pytestmark = pytest.mark.usefixtures("same_time_zone", "polled_often")


async def test_camera_in_order_has_no_issue(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    await looks(entry)
    assert not [each for each in ir.async_get(hass).issues if each[0] == DOMAIN]


async def test_rtsp_that_is_off_is_told_until_it_is_on(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    camera.set_fault("no_rtsp")
    await until(lambda: issue_of(hass, camera, Issue.STREAMS))
    found = issue_of(hass, camera, Issue.STREAMS)
    assert found
    assert found.translation_placeholders
    assert found.translation_placeholders["port"] == str(camera.rtsp_port)
    camera.clear_fault("no_rtsp")
    await until(lambda: not issue_of(hass, camera, Issue.STREAMS))


async def test_stream_that_is_switched_off_is_no_issue(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    camera.machine.store.put("Encode[0].MainFormat[0].VideoEnable", "false")
    await looks(entry)
    assert not [each for each in ir.async_get(hass).issues if each[0] == DOMAIN]


async def test_camera_that_is_away_is_not_looked_at(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    camera.set_fault("refuse", path="configManager.cgi", status=500, body="Error\r\n")
    camera.set_fault("no_rtsp")
    await entry.runtime_data.coordinator.async_refresh()
    camera.requests.clear()
    for _ in range(5):
        await entry.runtime_data.coordinator.async_refresh()
    assert camera.requests
    assert not [r for r in camera.requests if "global.cgi" in r["target"]]
    assert not [each for each in ir.async_get(hass).issues if each[0] == DOMAIN]


async def test_stream_that_fails_is_looked_into_before_long(
    hass: HomeAssistant,
    camera: VirtualCamera,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("FIRST_LOOK", "WHILE_WRONG", "SELDOM"):
        monkeypatch.setattr(watch, name, timedelta(hours=6))
    await looks(entry, 1)
    assert await async_setup_component(hass, "stream", {})
    watched = hass.data["camera"].get_entity(entity_id(hass, "camera", f"{camera.serial}_0_main"))
    stream = await watched.async_create_stream()
    camera.set_fault("no_rtsp")
    # What Home Assistant's own worker tells whenever it gets no picture.
    for _ in range(3):
        stream._async_update_state(False)
    await until(lambda: issue_of(hass, camera, Issue.STREAMS))


async def test_password_that_is_refused_is_not_tried_for_the_live_picture(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    await looks(entry, 1)
    camera.set_fault("reject_login")
    for _ in range(5):
        await entry.runtime_data.coordinator.async_refresh()
    assert camera.state()["logins"]["rejected"] == 2
    assert not issue_of(hass, camera, Issue.RIGHTS)


async def test_issues_of_one_camera_are_taken_back_whatever_its_entry_is_called(
    hass: HomeAssistant,
) -> None:
    mine, other = (MockConfigEntry(entry_id=name, data={"host": "x"}) for name in ("A_1", "A"))
    for entry in (mine, other):
        report(hass, entry, Issue.RIGHTS, {})
        trouble = WriteNotAppliedError(Obstacle.IGNORED, "Mode")
        report_light(hass, f"{entry.entry_id}_1", "Sensor", trouble)
    told = ir.async_get(hass).issues
    assert len(told) == 4
    withdraw_all(hass, other)
    assert {issue_id for _, issue_id in told} == {"account_rights_A_1", "light_A_1_1"}
    withdraw_all(hass, mine)
    assert not told


async def test_nothing_is_told_of_a_camera_that_is_switched_off_while_it_cannot_be_set_up(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    camera.set_fault("refuse", path="configManager.cgi?action=getConfig", status=403, body="")
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert issue_of(hass, camera, Issue.RIGHTS)
    assert await hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    assert not issue_of(hass, camera, Issue.RIGHTS)


async def test_nothing_is_told_of_a_camera_that_is_switched_off_or_removed(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    def told() -> list[tuple[str, str]]:
        return [each for each in ir.async_get(hass).issues if each[0] == DOMAIN]

    camera.set_fault("clock_skew", seconds=500)
    camera.set_fault("ignore_writes", table="Lighting_V2")
    with pytest.raises(HomeAssistantError):
        await call(
            hass, "switch.turn_on", entity_id(hass, "switch", f"{camera.serial}_0_warm_light")
        )
    await until(lambda: len(told()) == 2)
    assert await hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    assert not told()
    assert await hass.config_entries.async_set_disabled_by(entry.entry_id, None)
    await until(told)
    assert await hass.config_entries.async_remove(entry.entry_id)
    assert not told()
