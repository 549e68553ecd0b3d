"""A clock that is wrong is told, and set right when the owner agrees."""

from datetime import datetime, timedelta

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dahua_camera.const import DOMAIN
from custom_components.dahua_camera.issues import Issue
from homeassistant.components.repairs import RepairsFlowResult, repairs_flow_manager
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from tests.integration.helpers import call, entity_id, until
from tests.integration.issues import STRINGS, issue_of, looks
from tests.integration.source import placeholders
from tests.virtual_camera import VirtualCamera

pytestmark = pytest.mark.usefixtures("same_time_zone", "polled_often")


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
    with pytest.raises(HomeAssistantError, match="did not change setCurrentTime"):
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
