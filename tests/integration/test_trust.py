"""A camera over HTTPS: only the trusted certificate is ever sent a login."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dahua_camera import detection_hub
from custom_components.dahua_camera.const import DOMAIN
from custom_components.dahua_camera.dahua import event_stream
from custom_components.dahua_camera.dahua.certificate import readable
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from tests.integration.helpers import entry_for, logins, pinned_entry, shown_by, state_of, until
from tests.virtual_camera import VirtualCamera

ENTITIES = (("switch", "0_warm_light"), ("binary_sensor", "1_motion"), ("camera", "0_main"))


@pytest.fixture
async def camera(socket_enabled: None) -> AsyncIterator[VirtualCamera]:
    """A camera that speaks HTTPS besides."""
    async with VirtualCamera(overlays=("https",)) as virtual_camera:
        yield virtual_camera


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up and come back sooner than in a real house."""
    monkeypatch.setattr(detection_hub, "HOLD_AFTER_LOSS", 0.2)
    monkeypatch.setattr(event_stream, "FIRST_RETRY", 0.1)
    monkeypatch.setattr(event_stream, "LONGEST_RETRY", 0.5)


@pytest.fixture
async def secure(hass: HomeAssistant, camera: VirtualCamera) -> AsyncIterator[MockConfigEntry]:
    """The camera's entry over HTTPS, loaded, with its event stream open."""
    assert await async_setup_component(hass, "repairs", {})
    entry = pinned_entry(camera, await shown_by(camera))
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: entry.runtime_data.detections.available)
    yield entry
    if entry.state is ConfigEntryState.LOADED:
        assert await hass.config_entries.async_unload(entry.entry_id)


def issues(hass: HomeAssistant) -> dict[str, ir.IssueEntry]:
    """Return the issues of the integration by their texts."""
    found = ir.async_get(hass).issues.items()
    return {str(each.translation_key): each for (domain, _), each in found if domain == DOMAIN}


def are_available(hass: HomeAssistant, camera: VirtualCamera) -> set[bool]:
    """Tell which answers there are to whether the entities are available."""
    states = {state_of(hass, kind, f"{camera.serial}_{key}").state for kind, key in ENTITIES}
    return {state != "unavailable" for state in states}


async def start_repair(hass: HomeAssistant, issue: ir.IssueEntry) -> Any:
    """Open the dialogue that an owner opens from the list of repairs."""
    manager = hass.data["repairs"]["flow_manager"]
    return await manager.async_init(DOMAIN, context={"issue_id": issue.issue_id})


async def agree(hass: HomeAssistant, flow: Any) -> Any:
    """Submit the dialogue of a repair."""
    return await hass.data["repairs"]["flow_manager"].async_configure(flow["flow_id"], {})


async def lose(hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry) -> None:
    """Give the camera another certificate, and let the integration find out."""
    camera.set_fault("new_certificate")
    camera.requests.clear()
    await entry.runtime_data.coordinator.async_refresh()
    await until(lambda: are_available(hass, camera) == {False})


async def test_changed_certificate_is_sent_nothing_until_the_owner_trusts_it(
    hass: HomeAssistant, camera: VirtualCamera, secure: MockConfigEntry
) -> None:
    old = secure.data["certificate"]
    assert {request["login"] for request in camera.requests} >= {"digest"}
    await lose(hass, camera, secure)
    opened = camera.opened_connections
    # The stream tries again, the poll as well: none of them gets as far as a request.
    await secure.runtime_data.coordinator.async_refresh()
    await until(lambda: camera.opened_connections > opened + 2)
    assert not camera.requests
    assert issues(hass).keys() == {"certificate_changed"}
    issue = issues(hass)["certificate_changed"]
    new = await shown_by(camera)
    assert issue.translation_placeholders
    assert issue.translation_placeholders["name"] == "Housing"
    assert issue.translation_placeholders["expected"] == readable(old)
    assert issue.translation_placeholders["got"] == readable(new)

    flow = await start_repair(hass, issue)
    assert flow["type"] is FlowResultType.FORM
    assert flow["description_placeholders"]["expected"] == readable(old)
    assert flow["description_placeholders"]["fingerprint"] == readable(new)
    assert not camera.requests
    flow = await agree(hass, flow)
    assert flow["type"] is FlowResultType.CREATE_ENTRY
    await until(lambda: secure.state is ConfigEntryState.LOADED)
    await until(lambda: are_available(hass, camera) == {True})
    assert secure.data["certificate"] == new
    assert not issues(hass)
    assert all(request["secure"] for request in logins(camera))


async def test_what_was_changed_while_the_repair_was_open_is_kept(
    hass: HomeAssistant, camera: VirtualCamera, secure: MockConfigEntry
) -> None:
    await lose(hass, camera, secure)
    flow = await start_repair(hass, issues(hass)["certificate_changed"])
    changed = secure.data | {"rtsp_port": 8554}
    hass.config_entries.async_update_entry(secure, data=changed)
    await agree(hass, flow)
    await until(lambda: secure.state is ConfigEntryState.LOADED)
    assert secure.data == changed | {"certificate": await shown_by(camera)}


async def test_issue_goes_when_the_old_certificate_is_back(
    hass: HomeAssistant, camera: VirtualCamera, secure: MockConfigEntry
) -> None:
    await lose(hass, camera, secure)
    assert issues(hass)
    camera.clear_fault("new_certificate")
    await secure.runtime_data.coordinator.async_refresh()
    assert not issues(hass)
    await until(lambda: are_available(hass, camera) == {True})


async def test_command_is_not_sent_to_another_certificate(
    hass: HomeAssistant, camera: VirtualCamera, secure: MockConfigEntry
) -> None:
    await lose(hass, camera, secure)
    hub = secure.runtime_data.coordinator.camera
    with pytest.raises(Exception, match="certificate"):
        await hub.reboot()
    with pytest.raises(Exception, match="certificate"):
        await hub.still(0)
    assert not camera.requests


async def test_set_up_stops_before_the_login(hass: HomeAssistant, camera: VirtualCamera) -> None:
    assert await async_setup_component(hass, "repairs", {})
    entry = pinned_entry(camera, await shown_by(camera))
    entry.add_to_hass(hass)
    camera.set_fault("new_certificate")
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "certificate_changed"
    assert not camera.requests
    flow = await agree(hass, await start_repair(hass, issues(hass)["certificate_changed"]))
    assert flow["type"] is FlowResultType.CREATE_ENTRY
    await until(lambda: entry.state is ConfigEntryState.LOADED)
    assert not issues(hass)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_entry_without_a_certificate_trusts_the_first_and_says_so_once(
    hass: HomeAssistant, camera: VirtualCamera, caplog: pytest.LogCaptureFixture
) -> None:
    entry = pinned_entry(camera, None)
    entry.add_to_hass(hass)
    shown = await shown_by(camera)
    for _ in range(2):
        assert await hass.config_entries.async_setup(entry.entry_id)
        assert entry.data["certificate"] == shown
        assert await hass.config_entries.async_unload(entry.entry_id)
    assert caplog.text.count("Housing: only this certificate is trusted from now on") == 1
    assert caplog.text.count(readable(shown)) == 1


async def test_entry_without_a_certificate_waits_for_one(
    hass: HomeAssistant, camera: VirtualCamera, unused_tcp_port: int
) -> None:
    entry = pinned_entry(camera, None, port=unused_tcp_port)
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert "certificate" not in entry.data


@pytest.fixture
async def plain(hass: HomeAssistant, camera: VirtualCamera) -> MockConfigEntry:
    """The camera's entry without HTTPS, not yet set up."""
    assert await async_setup_component(hass, "repairs", {})
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    return entry


async def test_camera_that_begins_to_want_https_is_told_and_repaired(
    hass: HomeAssistant, camera: VirtualCamera, plain: MockConfigEntry
) -> None:
    assert await hass.config_entries.async_setup(plain.entry_id)
    await until(lambda: are_available(hass, camera) == {True})
    camera.set_fault("https_only")
    await plain.runtime_data.coordinator.async_refresh()
    issue = issues(hass)["https_required"]
    camera.requests.clear()
    flow = await start_repair(hass, issue)
    told = flow["description_placeholders"]
    assert told["fingerprint"] == readable(await shown_by(camera))
    assert told["port"] == str(camera.https_port)
    await agree(hass, flow)
    await until(lambda: plain.data["https"] and plain.state is ConfigEntryState.LOADED)
    assert plain.data["port"] == camera.https_port
    assert plain.data["certificate"] == await shown_by(camera)
    assert not issues(hass)
    assert await hass.config_entries.async_unload(plain.entry_id)


async def test_set_up_says_that_https_is_wanted_until_it_is_not(
    hass: HomeAssistant, camera: VirtualCamera, plain: MockConfigEntry
) -> None:
    camera.set_fault("https_only")
    assert not await hass.config_entries.async_setup(plain.entry_id)
    assert plain.state is ConfigEntryState.SETUP_RETRY
    assert plain.error_reason_translation_key == "https_required"
    assert plain.error_reason_translation_placeholders
    assert plain.error_reason_translation_placeholders["port"] == str(camera.https_port)
    assert issues(hass).keys() == {"https_required"}
    assert not logins(camera)
    camera.clear_fault("https_only")
    await hass.config_entries.async_reload(plain.entry_id)
    assert plain.state is ConfigEntryState.LOADED
    assert not issues(hass)
    assert await hass.config_entries.async_unload(plain.entry_id)


async def test_repair_ends_where_no_certificate_can_be_fetched(
    hass: HomeAssistant, camera: VirtualCamera, plain: MockConfigEntry
) -> None:
    camera.set_fault("https_only")
    assert not await hass.config_entries.async_setup(plain.entry_id)
    issue = issues(hass)["https_required"]
    await camera.stop()
    flow = await start_repair(hass, issue)
    assert flow["type"] is FlowResultType.ABORT
    assert flow["reason"] == "no_certificate"
    assert issues(hass), "still to be repaired"


async def test_repair_of_a_camera_that_is_removed(
    hass: HomeAssistant, camera: VirtualCamera, plain: MockConfigEntry
) -> None:
    camera.set_fault("https_only")
    assert not await hass.config_entries.async_setup(plain.entry_id)
    flow = await start_repair(hass, issues(hass)["https_required"])
    assert await hass.config_entries.async_remove(plain.entry_id)
    assert not issues(hass)
    flow = await agree(hass, flow)
    assert flow["type"] is FlowResultType.ABORT
    assert flow["reason"] == "removed"
