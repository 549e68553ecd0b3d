"""What only the owner can mend is told while it is so, and mended where that can be done here."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.dahua_camera import condition, watch
from custom_components.dahua_camera.const import DOMAIN
from custom_components.dahua_camera.dahua import event_stream, login
from custom_components.dahua_camera.dahua.errors import (
    ConnectionLimitError,
    Obstacle,
    PortClosedError,
    WriteNotAppliedError,
)
from custom_components.dahua_camera.issues import Issue, report, report_light, withdraw_all
from homeassistant.components.repairs import RepairsFlowResult, repairs_flow_manager
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from tests.integration.helpers import call, entity_id, entry_for, state_of, until
from tests.integration.issues import STRINGS, issue_of
from tests.integration.source import placeholders
from tests.virtual_camera import VirtualCamera

_SOON = timedelta(seconds=0.05)


@pytest.fixture(autouse=True)
async def _same_time_zone(hass: HomeAssistant) -> None:
    """Let Home Assistant live where the camera does."""
    await hass.config.async_set_time_zone("UTC")


@pytest.fixture(autouse=True)
async def often(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Poll, and look behind polls, all the time."""

    async def poll() -> None:
        while True:
            for entry in hass.config_entries.async_loaded_entries(DOMAIN):
                await entry.runtime_data.coordinator.async_refresh()
            await asyncio.sleep(_SOON.total_seconds())

    for name in ("FIRST_LOOK", "SECOND_LOOK", "WHILE_WRONG", "SELDOM"):
        monkeypatch.setattr(watch, name, _SOON)
    polling = asyncio.create_task(poll())
    yield
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)


@pytest.fixture
def quick_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the event stream come back soon."""
    monkeypatch.setattr(event_stream, "FIRST_RETRY", 0.05)
    monkeypatch.setattr(event_stream, "LONGEST_RETRY", 0.1)
    monkeypatch.setattr(login, "CONFIRMATION_PAUSE", 0.05)


async def looks(entry: MockConfigEntry, times: int = 3) -> None:
    """Wait until the camera has been looked at some times more."""
    for _ in range(times):
        before = entry.runtime_data.watch._next_look
        await until(lambda before=before: entry.runtime_data.watch._next_look not in (before, None))


async def begin_repair(hass: HomeAssistant, issue: ir.IssueEntry) -> RepairsFlowResult:
    """Open what the owner sees who presses on a repair."""
    assert await async_setup_component(hass, "repairs", {})
    manager = repairs_flow_manager(hass)
    assert manager
    return await manager.async_init(DOMAIN, context={"issue_id": issue.issue_id})


async def agree(hass: HomeAssistant, shown: RepairsFlowResult) -> RepairsFlowResult:
    """Press the button below it."""
    manager = repairs_flow_manager(hass)
    assert manager
    return await manager.async_configure(shown["flow_id"], {})


def deviation(camera: VirtualCamera) -> timedelta:
    """Return how wrong the camera's clock is."""
    return abs(camera.machine.clock.now() - dt_util.now().replace(tzinfo=None))


async def test_camera_in_order_has_no_issue(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    await looks(entry)
    assert not [each for each in ir.async_get(hass).issues if each[0] == DOMAIN]


@pytest.mark.parametrize(
    ("seconds", "issue"),
    [
        (-90.0, Issue.CLOCK),
        (17 * 60.0, Issue.CLOCK),
        (-26 * 365 * 86400.0, Issue.CLOCK),
        (3600.0, Issue.TIME_ZONE),
        (-5.5 * 3600 + 20, Issue.TIME_ZONE),
    ],
)
async def test_wrong_clock_is_told_and_set_when_the_owner_agrees(
    hass: HomeAssistant,
    camera: VirtualCamera,
    entry: MockConfigEntry,
    seconds: float,
    issue: Issue,
) -> None:
    wrong = camera.machine.clock.now() + timedelta(seconds=seconds)
    camera.machine.clock.set(wrong)
    await until(lambda: issue_of(hass, camera, issue))
    assert not issue_of(hass, camera, ({Issue.CLOCK, Issue.TIME_ZONE} - {issue}).pop())
    found = issue_of(hass, camera, issue)
    assert found
    assert found.is_fixable
    assert found.translation_placeholders
    told = datetime.fromisoformat(found.translation_placeholders["camera_time"])
    assert abs(told - wrong) < timedelta(minutes=2)

    shown = await begin_repair(hass, found)
    assert shown["type"] is FlowResultType.FORM
    words = STRINGS[issue]["fix_flow"]["step"][shown["step_id"]]
    assert placeholders(words["description"]) <= (shown["description_placeholders"] or {}).keys()
    assert deviation(camera) > timedelta(minutes=1)
    done = await agree(hass, shown)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert deviation(camera) < timedelta(seconds=5)
    assert not issue_of(hass, camera, issue)
    await looks(entry)
    assert not issue_of(hass, camera, issue)


async def test_clock_that_was_set_on_the_camera_needs_no_repair(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    camera.set_fault("clock_skew", seconds=500)
    await until(lambda: issue_of(hass, camera, Issue.CLOCK))
    camera.clear_fault("clock_skew")
    await until(lambda: not issue_of(hass, camera, Issue.CLOCK))


async def test_button_sets_the_clock_right_and_takes_the_issue_back(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    camera.machine.clock.set(datetime(2000, 1, 1))
    await until(lambda: issue_of(hass, camera, Issue.CLOCK))
    button = entity_id(hass, "button", f"{camera.serial}_synchronise_time")
    await call(hass, "button.press", button)
    assert deviation(camera) < timedelta(seconds=5)
    assert not issue_of(hass, camera, Issue.CLOCK)


async def test_clock_that_does_not_stay_set_is_told(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    camera.set_fault("clock_skew", seconds=500)
    await until(lambda: issue_of(hass, camera, Issue.CLOCK))
    found = issue_of(hass, camera, Issue.CLOCK)
    assert found
    shown = await begin_repair(hass, found)
    ended = await agree(hass, shown)
    assert ended["type"] is FlowResultType.ABORT
    assert ended["reason"] in STRINGS["clock_wrong"]["fix_flow"]["abort"]
    assert issue_of(hass, camera, Issue.CLOCK)
    button = entity_id(hass, "button", f"{camera.serial}_synchronise_time")
    with pytest.raises(HomeAssistantError, match="left setCurrentTime as it was"):
        await call(hass, "button.press", button)


async def test_clock_is_not_set_while_the_camera_is_not_there(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    camera.set_fault("clock_skew", seconds=500)
    await until(lambda: issue_of(hass, camera, Issue.CLOCK))
    found = issue_of(hass, camera, Issue.CLOCK)
    assert found
    assert await hass.config_entries.async_unload(entry.entry_id)
    camera.requests.clear()
    ended = await begin_repair(hass, found)
    assert ended["type"] is FlowResultType.ABORT
    assert ended["reason"] in STRINGS["clock_wrong"]["fix_flow"]["abort"]
    assert not camera.requests


async def test_clock_that_cannot_be_read_is_not_called_wrong(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    camera.set_fault("clock_skew", seconds=500)
    await until(lambda: issue_of(hass, camera, Issue.CLOCK))
    camera.set_fault("refuse", path="getCurrentTime", status=501)
    await until(lambda: not issue_of(hass, camera, Issue.CLOCK))
    await looks(entry)
    assert not issue_of(hass, camera, Issue.CLOCK)
    assert entry.runtime_data.coordinator.last_update_success


# What an account may do.


def marks(found: ir.IssueEntry | None) -> dict[str, str]:
    """Return what the issue says of each right."""
    assert found
    told = dict(found.translation_placeholders or {})
    del told["name"]
    return told


async def test_account_that_may_not_change_anything_is_told_until_it_may(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    switch = entity_id(hass, "switch", f"{camera.serial}_0_warm_light")
    camera.set_fault("refuse", path="setConfig|setCurrentTime", status=403, body="")
    with pytest.raises(HomeAssistantError):
        await call(hass, "switch.turn_on", switch)
    told = marks(issue_of(hass, camera, Issue.RIGHTS))
    assert (told["changes"], told["settings"], told["events"]) == ("✗", "✓", "✓")
    await entry.runtime_data.coordinator.async_refresh()
    assert issue_of(hass, camera, Issue.RIGHTS)
    camera.clear_fault("refuse")
    await call(hass, "switch.turn_on", switch)
    assert not issue_of(hass, camera, Issue.RIGHTS)


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


async def test_one_table_that_may_not_be_read_is_told_of_and_takes_nothing_else_down(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    body = "Error\r\nAuthorization Failed!\r\n"
    camera.set_fault("refuse", path="Lighting_V2", status=403, body=body)
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


# What cannot be had at all.


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
    known.tried(condition.Request.SETTINGS, ConnectionLimitError("full"))
    known.tried(condition.Request.EVENTS, PortClosedError("gone"))
    assert not issue_of(hass, camera, Issue.CONNECTIONS)
    for _ in range(2):
        known.tried(condition.Request.SETTINGS, ConnectionLimitError("full again"))
    assert issue_of(hass, camera, Issue.CONNECTIONS)


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
