"""An account that the camera has locked is left alone until that is over, whoever would ask."""

from collections.abc import Callable
from datetime import timedelta
from time import monotonic

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.dahua_camera import watch
from custom_components.dahua_camera.const import DOMAIN
from custom_components.dahua_camera.dahua import lock
from homeassistant.config_entries import SOURCE_DHCP, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.util import dt as dt_util
from tests.integration.flows import form, submit
from tests.integration.helpers import entry_for, until
from tests.virtual_camera import VirtualCamera

type Wait = Callable[[float], None]

_LOCKED = "The camera has locked the account after too many failed logins"
_MAC = "3c:ef:8c:00:00:01"


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Wait:
    """Let so many minutes pass for whoever leaves an account alone."""

    def pass_by(minutes: float) -> None:
        monkeypatch.setattr(lock, "monotonic", lambda: monotonic() + minutes * 60)

    return pass_by


@pytest.fixture
async def locked(hass: HomeAssistant, camera: VirtualCamera) -> MockConfigEntry:
    """The camera's entry, which could not be set up; what it asked is forgotten."""
    camera.set_fault("lock_account", seconds=600)
    return await _locked_out(hass, camera)


async def _locked_out(hass: HomeAssistant, camera: VirtualCamera) -> MockConfigEntry:
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert camera.requests
    camera.requests.clear()
    return entry


async def test_set_up_asks_a_camera_that_has_locked_the_account_nothing(
    hass: HomeAssistant, camera: VirtualCamera, locked: MockConfigEntry, wait: Wait
) -> None:
    for _ in range(3):
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=2))
        await hass.async_block_till_done()
        assert locked.state is ConfigEntryState.SETUP_RETRY
    assert not await hass.config_entries.async_reload(locked.entry_id)
    assert locked.reason == _LOCKED
    assert not camera.requests
    assert camera.state()["logins"]["locked"] == 1
    camera.clear_fault("lock_account")
    wait(5.1)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=2))
    await until(lambda: locked.state is ConfigEntryState.LOADED)
    assert await hass.config_entries.async_unload(locked.entry_id)


async def test_set_up_tells_the_time_that_remains(
    hass: HomeAssistant, camera: VirtualCamera, wait: Wait
) -> None:
    body = "Error\r\nUser Locked! 290s left\r\n"
    camera.set_fault("refuse", path="/cgi-bin", status=401, body=body)
    entry = await _locked_out(hass, camera)
    assert entry.reason == f"{_LOCKED}, for another 5 min"
    wait(2)
    assert not await hass.config_entries.async_reload(entry.entry_id)
    assert entry.reason == f"{_LOCKED}, for another 3 min"
    assert not camera.requests
    camera.clear_fault("refuse")
    wait(4.9)
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_what_a_poll_learns_the_next_set_up_knows(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    camera.set_fault("lock_account", seconds=600)
    await entry.runtime_data.coordinator.async_refresh()
    camera.requests.clear()
    assert not await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert not camera.requests


async def test_look_that_a_lock_has_ended_does_not_forget_it(
    hass: HomeAssistant, camera: VirtualCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "FIRST_LOOK", timedelta())
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    runtime = entry.runtime_data
    await until(lambda: runtime.detections.available and runtime.coordinator.camera._errands)
    camera.set_fault("refuse", path="getCurrentTime", status=401, body="User Locked! 290s left")
    await runtime.coordinator.async_refresh()
    assert not runtime.coordinator.last_update_success
    await until(lambda: runtime.watch._next_look)
    camera.clear_fault("refuse")
    camera.requests.clear()
    assert not await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert not camera.requests


async def test_another_account_is_tried_at_once(
    hass: HomeAssistant, camera: VirtualCamera, locked: MockConfigEntry
) -> None:
    camera.clear_fault("lock_account")
    camera.machine.logins.guard.username = "second"
    flow = await locked.start_reconfigure_flow(hass)
    result = await submit(hass, flow, form(camera.http_port, username="second"))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    await until(lambda: locked.state is ConfigEntryState.LOADED)
    assert locked.data["username"] == "second"
    assert await hass.config_entries.async_unload(locked.entry_id)


async def test_account_that_works_again_when_it_is_asked_for_anew_is_tried_at_once(
    hass: HomeAssistant, camera: VirtualCamera, locked: MockConfigEntry
) -> None:
    camera.clear_fault("lock_account")
    flow = await locked.start_reauth_flow(hass)
    account = {"username": camera.username, "password": camera.password}
    result = await submit(hass, flow, account)
    assert result["reason"] == "reauth_successful"
    await until(lambda: locked.state is ConfigEntryState.LOADED)
    assert await hass.config_entries.async_unload(locked.entry_id)


async def test_locked_account_is_not_tried_at_a_new_address(
    hass: HomeAssistant,
    camera: VirtualCamera,
    locked: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.dahua_camera.connection.HTTP_PORT", camera.http_port)
    hass.config_entries.async_update_entry(locked, data={**locked.data, "host": "localhost"})
    dr.async_get(hass).async_get_or_create(
        config_entry_id=locked.entry_id,
        connections={(dr.CONNECTION_NETWORK_MAC, _MAC)},
        identifiers={(DOMAIN, camera.serial)},
    )
    found = await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_DHCP},
        data=DhcpServiceInfo(ip="127.0.0.1", hostname="ipc", macaddress=_MAC.replace(":", "")),
    )
    assert found["reason"] == "already_configured"
    assert not camera.requests
    assert locked.data["host"] == "localhost"
