"""Captures that cannot begin any more are told of, and only they."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dahua_camera.issues import Issue
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.integration.helpers import call, entity_id, entry_for, until
from tests.integration.issues import issue_of
from tests.virtual_camera import VirtualCamera

WIDE, TIGHT = 1, 0
RULES, MOTION = "VideoAnalyseRule", "MotionDetect"
GATE_LINE = f"{RULES}[0][4]"
BY_RULE = {"spotter": TIGHT, "identifier": WIDE, "trigger": "rule_4", "trigger_name": "Gate line"}
BY_REGION = {"spotter": WIDE, "identifier": TIGHT, "trigger": "region_0", "trigger_name": "Drive"}
BY_MOTION = {"spotter": WIDE, "identifier": TIGHT, "trigger": "motion"}

type Told = Callable[[], str | None]


@pytest.fixture
def told(hass: HomeAssistant, camera: VirtualCamera) -> Told:
    """Tell what the issue calls the trigger; None where there is no issue."""

    def name() -> str | None:
        found = issue_of(hass, camera, Issue.TRIGGER)
        return (found.translation_placeholders or {})["trigger"] if found else None

    return name


@pytest.fixture
def chosen() -> dict[str, Any]:
    """What the owner has chosen captures to begin with."""
    return BY_RULE


@pytest.fixture
async def paired(
    hass: HomeAssistant, camera: VirtualCamera, chosen: dict[str, Any], tmp_path: Path
) -> AsyncIterator[MockConfigEntry]:
    """The entry of a camera whose sensors work as one."""
    hass.config.media_dirs = {"local": str(tmp_path)}
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, options={"spotter": chosen})
    assert await hass.config_entries.async_setup(entry.entry_id)
    yield entry
    if entry.state is ConfigEntryState.LOADED:
        assert await hass.config_entries.async_unload(entry.entry_id)


async def poll(hass: HomeAssistant, entry: MockConfigEntry, times: int = 1) -> None:
    for _ in range(times):
        await entry.runtime_data.coordinator.async_refresh()
        await hass.async_block_till_done()


def delete(camera: VirtualCamera, prefix: str) -> dict[str, str]:
    """Delete what is under a key of a table, as an owner does; return it."""
    rows = dict(camera.machine.store.under(prefix))
    assert rows
    camera.machine.store.replace(prefix, {})
    return rows


@pytest.mark.parametrize(
    ("chosen", "deleted", "name"),
    [
        (BY_RULE, GATE_LINE, "Gate line"),
        (BY_REGION, f"{MOTION}[1].MotionDetectWindow[0]", "Drive"),
        (BY_MOTION, f"{MOTION}[1]", "motion"),
    ],
)
async def test_trigger_that_is_deleted_on_the_camera_is_told_until_it_is_back(
    hass: HomeAssistant,
    camera: VirtualCamera,
    paired: MockConfigEntry,
    told: Told,
    deleted: str,
    name: str,
) -> None:
    await poll(hass, paired)
    assert told() is None
    rows = delete(camera, deleted)
    await poll(hass, paired)
    assert told() == name
    await poll(hass, paired, times=2)
    assert told() == name
    camera.machine.store.replace(deleted, rows)
    await poll(hass, paired)
    assert told() is None


async def test_trigger_is_told_by_the_name_it_had_last(
    hass: HomeAssistant, camera: VirtualCamera, paired: MockConfigEntry, told: Told
) -> None:
    camera.machine.store.put(f"{GATE_LINE}.Name", "Front gate")
    await poll(hass, paired)
    delete(camera, GATE_LINE)
    await poll(hass, paired)
    assert told() == "Front gate"


async def test_trigger_that_was_deleted_before_a_start_is_told_by_the_name_it_was_chosen_by(
    hass: HomeAssistant, camera: VirtualCamera, paired: MockConfigEntry, told: Told
) -> None:
    assert await hass.config_entries.async_unload(paired.entry_id)
    delete(camera, GATE_LINE)
    assert await hass.config_entries.async_setup(paired.entry_id)
    assert told() == "Gate line"


async def test_rule_that_the_smart_plan_leaves_out_is_told(
    hass: HomeAssistant, camera: VirtualCamera, paired: MockConfigEntry, told: Told
) -> None:
    plan = "VideoAnalyseGlobal[0].Scene"
    before = dict(camera.machine.store.under(plan))
    camera.machine.store.put(f"{plan}.Type", "FaceDetection")
    camera.machine.store.put(f"{plan}.TypeList[0]", "FaceDetection")
    await poll(hass, paired)
    assert told() == "Gate line"
    for key, value in before.items():
        camera.machine.store.put(key, value)
    await poll(hass, paired)
    assert told() is None


async def test_rule_that_has_moved_or_is_switched_off_is_not_gone(
    hass: HomeAssistant, camera: VirtualCamera, paired: MockConfigEntry, told: Told
) -> None:
    await call(
        hass, "switch.turn_off", entity_id(hass, "switch", f"{camera.serial}_0_rule_4_enabled")
    )
    assert camera.machine.store.text(f"{GATE_LINE}.Enable") == "false"
    await poll(hass, paired)
    assert told() is None
    rows = delete(camera, GATE_LINE)
    for key, value in rows.items():
        camera.machine.store.put(key.replace(GATE_LINE, f"{RULES}[0][9]"), value)
    await poll(hass, paired)
    assert told() is None


@pytest.mark.parametrize("chosen", [BY_REGION])
async def test_region_that_is_the_last_one_left_is_not_gone(
    hass: HomeAssistant, camera: VirtualCamera, paired: MockConfigEntry, told: Told
) -> None:
    delete(camera, f"{MOTION}[1].MotionDetectWindow[1]")
    await poll(hass, paired)
    assert told() is None
    event_stream = paired.runtime_data.detections
    await until(lambda: event_stream.available)
    camera.background(camera.scenario("motion_wide", speed=6))
    await until(lambda: paired.runtime_data.spotter.album.last, seconds=20)


async def test_camera_that_is_away_has_lost_nothing(
    hass: HomeAssistant, camera: VirtualCamera, paired: MockConfigEntry, told: Told
) -> None:
    rows = delete(camera, GATE_LINE)
    camera.set_fault("warming_up")
    await poll(hass, paired)
    assert not paired.runtime_data.coordinator.last_update_success
    assert told() is None
    camera.clear_fault("warming_up")
    await poll(hass, paired)
    assert told() == "Gate line"
    camera.machine.store.replace(GATE_LINE, rows)
    camera.set_fault("warming_up")
    await poll(hass, paired)
    assert told() == "Gate line"


@pytest.mark.parametrize(("chosen", "table"), [(BY_RULE, RULES), (BY_REGION, MOTION)])
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, "Error\r\nBad Request!\r\n"),
        (403, "Error\r\nAuthorization Failed!\r\n"),
        (200, ""),
        (200, "table.Other[0].Id=4\r\n"),
    ],
)
async def test_table_that_is_not_to_be_had_has_lost_nothing(
    hass: HomeAssistant,
    camera: VirtualCamera,
    paired: MockConfigEntry,
    told: Told,
    table: str,
    status: int,
    body: str,
) -> None:
    camera.set_fault("refuse", path=f"name={table}", status=status, body=body)
    await poll(hass, paired, times=3)
    assert told() is None
    assert await hass.config_entries.async_reload(paired.entry_id)
    await poll(hass, paired)
    assert told() is None


@pytest.mark.parametrize("status", [400, 403, 501])
async def test_table_that_is_not_to_be_had_takes_nothing_back(
    hass: HomeAssistant, camera: VirtualCamera, paired: MockConfigEntry, told: Told, status: int
) -> None:
    delete(camera, GATE_LINE)
    await poll(hass, paired)
    camera.set_fault("refuse", path=RULES, status=status, body="Error\r\n")
    await poll(hass, paired, times=3)
    assert told() == "Gate line"


async def choose(
    hass: HomeAssistant, entry: MockConfigEntry, *, enabled: bool, trigger: str
) -> None:
    """Fill in the options."""
    options = hass.config_entries.options
    form = await options.async_init(entry.entry_id)
    sensors = {"enabled": enabled, "spotter": str(TIGHT), "identifier": str(WIDE)}
    form = await options.async_configure(form["flow_id"], sensors)
    if enabled:
        keeping = {"keep_days": 7, "keep_count": 500, "keep_megabytes": 500}
        unchanged = dict.fromkeys(("light", "shutter", "image_profile"), "unchanged")
        details = {"trigger": trigger, "preparation": unchanged, "keeping": keeping}
        details |= {"cool_down": 5, "time_out": 15}
        form = await options.async_configure(form["flow_id"], details)
    assert form["type"] is FlowResultType.CREATE_ENTRY
    await until(lambda: entry.state is ConfigEntryState.LOADED)


@pytest.mark.parametrize("enabled", [True, False])
async def test_issue_goes_when_the_owner_has_chosen_anew(
    hass: HomeAssistant,
    camera: VirtualCamera,
    paired: MockConfigEntry,
    told: Told,
    *,
    enabled: bool,
) -> None:
    delete(camera, GATE_LINE)
    await poll(hass, paired)
    assert told() == "Gate line"
    await choose(hass, paired, enabled=enabled, trigger="rule_5")
    assert told() is None
    await poll(hass, paired)
    assert told() is None


async def test_issue_is_about_what_is_chosen_now(
    hass: HomeAssistant, camera: VirtualCamera, paired: MockConfigEntry, told: Told
) -> None:
    delete(camera, GATE_LINE)
    await poll(hass, paired)
    camera.set_fault("refuse", path=RULES, status=403, body="Error\r\n")
    await choose(hass, paired, enabled=True, trigger="rule_5")
    assert told() is None
    camera.clear_fault("refuse")
    delete(camera, f"{RULES}[0][5]")
    assert await hass.config_entries.async_reload(paired.entry_id)
    assert told() == "Yard"


async def test_options_that_were_taken_away_take_the_issue_with_them(
    hass: HomeAssistant, camera: VirtualCamera, paired: MockConfigEntry, told: Told
) -> None:
    delete(camera, GATE_LINE)
    await poll(hass, paired)
    hass.config_entries.async_update_entry(paired, options={})
    assert await hass.config_entries.async_reload(paired.entry_id)
    assert told() is None


async def test_nothing_is_told_of_a_camera_that_is_switched_off_or_removed(
    hass: HomeAssistant, camera: VirtualCamera, paired: MockConfigEntry, told: Told
) -> None:
    delete(camera, GATE_LINE)
    await poll(hass, paired)
    assert told()
    await hass.config_entries.async_set_disabled_by(paired.entry_id, ConfigEntryDisabler.USER)
    assert told() is None
    await hass.config_entries.async_set_disabled_by(paired.entry_id, None)
    await until(lambda: told() == "Gate line")
    assert await hass.config_entries.async_remove(paired.entry_id)
    assert told() is None
