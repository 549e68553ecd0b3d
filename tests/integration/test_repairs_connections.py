"""A table of connections that stays full is told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.dahua_camera import condition
from custom_components.dahua_camera.dahua.errors import ConnectionLimitError, PortClosedError
from custom_components.dahua_camera.issues import Issue
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.integration.helpers import entry_for, until
from tests.integration.issues import issue_of
from tests.virtual_camera import VirtualCamera

pytestmark = pytest.mark.usefixtures("same_time_zone", "polled_often")


async def test_full_connection_table_is_told_when_it_lasts(
    hass: HomeAssistant, camera: VirtualCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entry is not loaded then: what is known outlives each try."""
    monkeypatch.setattr(condition, "FULL_FOR_LONG", timedelta())
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    camera.set_fault("connection_limit", max=0)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert not issue_of(hass, camera, Issue.CONNECTIONS)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=1))
    await until(lambda: issue_of(hass, camera, Issue.CONNECTIONS))
    camera.clear_fault("connection_limit")
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=5))
    await until(lambda: entry.state is ConfigEntryState.LOADED)
    assert not issue_of(hass, camera, Issue.CONNECTIONS)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_full_connection_table_is_no_issue_while_others_come_and_go(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry, quick_stream: None
) -> None:
    camera.set_fault("connection_limit", max=0)
    await camera.reboot()
    for _ in range(3):
        await entry.runtime_data.coordinator.async_refresh()
    assert not entry.runtime_data.coordinator.last_update_success
    assert not issue_of(hass, camera, Issue.CONNECTIONS)


async def test_full_connection_table_is_told_where_only_events_find_no_place(
    hass: HomeAssistant,
    camera: VirtualCamera,
    entry: MockConfigEntry,
    quick_stream: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(condition, "FULL_FOR_LONG", timedelta())
    camera.set_fault("slow", seconds=1.0, path="getConfig")
    poll = hass.async_create_task(entry.runtime_data.coordinator.async_refresh())
    await until(lambda: "getConfig" in camera.requests[-1]["target"])
    camera.set_fault("connection_limit", max=0)
    # What is kept open after the poll would do for the events to come back.
    switches = replace(camera.machine.profile.switches, closes_connections=True)
    camera.machine.profile = replace(camera.machine.profile, switches=switches)
    camera.set_fault("drop_stream", once=True)
    await until(lambda: issue_of(hass, camera, Issue.CONNECTIONS))
    camera.clear_fault("connection_limit")
    await poll
    await until(lambda: not issue_of(hass, camera, Issue.CONNECTIONS))


async def test_full_connection_table_of_a_camera_that_is_away_is_forgotten(
    hass: HomeAssistant, camera: VirtualCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(condition, "FULL_FOR_LONG", timedelta())
    known = condition.Condition(hass, entry_for(camera))
    known.record(condition.RequestKind.SETTINGS, ConnectionLimitError("full"))
    known.record(condition.RequestKind.EVENTS, PortClosedError("gone"))
    assert not issue_of(hass, camera, Issue.CONNECTIONS)
    for _ in range(2):
        known.record(condition.RequestKind.SETTINGS, ConnectionLimitError("full again"))
    assert issue_of(hass, camera, Issue.CONNECTIONS)
