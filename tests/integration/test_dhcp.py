"""Cameras that ask the network for an address: offered, and followed to a new one."""

from collections.abc import Callable

from aiohttp import web
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dahua_camera.const import DOMAIN
from homeassistant.config_entries import (
    SOURCE_INTEGRATION_DISCOVERY,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import format_mac
from tests.integration.flows import WebServer, form, recovers, start, submit
from tests.integration.helpers import entry_for, until
from tests.integration.searches import MAC, Pause, joins, search, told
from tests.virtual_camera import VirtualCamera

pytestmark = pytest.mark.usefixtures("quick_searches", "several_addresses")


async def discovered(
    hass: HomeAssistant, camera: VirtualCamera, monkeypatch: pytest.MonkeyPatch, mac: str = MAC
) -> ConfigFlowResult:
    """Let the network tell of a camera; its web server is on no standard port here."""
    monkeypatch.setattr("custom_components.dahua_camera.connection.HTTP_PORT", camera.http_port)
    return await joins(hass, mac)


async def test_camera_that_joins_the_network_is_offered(
    hass: HomeAssistant, camera: VirtualCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow = await discovered(hass, camera, monkeypatch)
    assert flow["type"] is FlowResultType.FORM
    assert flow["step_id"] == "user"
    [host] = [marker for marker in flow["data_schema"].schema if marker.schema == "host"]
    assert host.description["suggested_value"] == "127.0.0.1"
    assert not any(request["status"] == 200 for request in camera.requests), "no login yet"
    assert camera.state()["logins"]["rejected"] == 0
    await recovers(hass, camera, flow)


async def test_camera_that_is_on_offer_by_its_hardware_address_may_be_set_up_by_hand(
    hass: HomeAssistant, camera: VirtualCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = await discovered(hass, camera, monkeypatch, camera.machine.profile.identity.mac)
    assert offer["type"] is FlowResultType.FORM
    result = await submit(hass, await start(hass), form(camera.http_port))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN), "it is on offer no more"
    assert await hass.config_entries.async_unload(result["result"].entry_id)


async def test_camera_that_is_set_up_by_hand_while_it_is_greeted_is_not_offered(
    hass: HomeAssistant, camera: VirtualCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    pause = Pause(monkeypatch, "greets_as_camera")
    mac = camera.machine.profile.identity.mac
    offering = hass.async_create_task(discovered(hass, camera, monkeypatch, mac))
    await pause.begun.wait()
    result = await submit(hass, await start(hass), form(camera.http_port))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    pause.over.set()
    assert (await offering)["reason"] == "already_configured"
    assert await hass.config_entries.async_unload(result["result"].entry_id)


async def test_what_is_no_camera_is_not_offered(
    hass: HomeAssistant,
    camera: VirtualCamera,
    web_server: WebServer,
    monkeypatch: pytest.MonkeyPatch,
    unused_tcp_port: int,
) -> None:
    port = await web_server(web.Response(status=401, text="no"))
    for occupied in (port, unused_tcp_port):
        monkeypatch.setattr("custom_components.dahua_camera.connection.HTTP_PORT", occupied)
        flow = await joins(hass)
        assert flow["type"] is FlowResultType.ABORT
        assert flow["reason"] == "not_a_camera"


async def test_camera_that_dhcp_tells_of_as_well_is_offered_once(
    hass: HomeAssistant,
    camera: VirtualCamera,
    ask: Callable,
    started: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.dahua_camera.connection.HTTP_PORT", camera.http_port)
    ask(camera)
    await search(hass)
    assert (await joins(hass))["reason"] == "already_in_progress"
    assert len(hass.config_entries.flow.async_progress()) == 1


async def test_camera_that_dhcp_told_of_first_is_offered_once(
    hass: HomeAssistant, camera: VirtualCamera, started: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.dahua_camera.connection.HTTP_PORT", camera.http_port)
    assert (await joins(hass))["type"] is FlowResultType.FORM
    # On a real network both tell of the usual port.
    monkeypatch.setattr(
        "custom_components.dahua_camera.dahua.found.FoundCamera.address", "127.0.0.1"
    )
    result = await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_INTEGRATION_DISCOVERY},
        data=told(camera),
    )
    assert result["reason"] == "already_in_progress"


@pytest.fixture
async def known(hass: HomeAssistant, camera: VirtualCamera) -> MockConfigEntry:
    """An entry that was set up under another address, with its device."""
    entry = entry_for(camera, host="127.0.0.3")
    entry.add_to_hass(hass)
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        connections={(dr.CONNECTION_NETWORK_MAC, format_mac(MAC))},
        identifiers={(DOMAIN, camera.serial)},
    )
    return entry


async def test_new_address_of_a_known_camera_is_taken_over(
    hass: HomeAssistant,
    camera: VirtualCamera,
    known: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    flow = await discovered(hass, camera, monkeypatch)
    assert flow["reason"] == "already_configured"
    assert known.data["host"] == "127.0.0.1"
    await until(lambda: known.state is ConfigEntryState.LOADED)
    asked = len(camera.requests)
    assert (await discovered(hass, camera, monkeypatch))["reason"] == "already_configured"
    identity = [r for r in list(camera.requests)[asked:] if "getSystemInfo" in r["target"]]
    assert not identity, "the address is the same"
    assert await hass.config_entries.async_unload(known.entry_id)


async def test_name_that_leads_to_the_camera_is_kept(
    hass: HomeAssistant,
    camera: VirtualCamera,
    known: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hass.config_entries.async_update_entry(known, data=known.data | {"host": "localhost"})
    assert (await discovered(hass, camera, monkeypatch))["reason"] == "already_configured"
    assert known.data["host"] == "localhost"
    assert not camera.requests


async def test_new_address_is_not_taken_over_from_another_camera(
    hass: HomeAssistant,
    camera: VirtualCamera,
    known: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hass.config_entries.async_update_entry(known, unique_id="ANOTHER")
    flow = await discovered(hass, camera, monkeypatch)
    assert flow["reason"] == "already_configured"
    assert known.data["host"] == "127.0.0.3"


async def test_what_the_owner_changes_meanwhile_is_kept(
    hass: HomeAssistant,
    camera: VirtualCamera,
    known: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pause = Pause(monkeypatch, "introduce")
    following = hass.async_create_task(discovered(hass, camera, monkeypatch))
    await pause.begun.wait()
    changed = {"port": camera.http_port, "rtsp_port": 8554, "https": False}
    flow = await submit(hass, await known.start_reconfigure_flow(hass), form(advanced=changed))
    assert flow["reason"] == "reconfigure_successful"
    pause.over.set()
    assert (await following)["reason"] == "already_configured"
    assert known.data["rtsp_port"] == 8554
    await until(lambda: known.state is ConfigEntryState.LOADED)
    assert await hass.config_entries.async_unload(known.entry_id)


async def test_camera_that_is_removed_meanwhile_is_followed_no_further(
    hass: HomeAssistant,
    camera: VirtualCamera,
    known: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pause = Pause(monkeypatch, "introduce")
    following = hass.async_create_task(discovered(hass, camera, monkeypatch))
    await pause.begun.wait()
    await hass.config_entries.async_remove(known.entry_id)
    pause.over.set()
    assert (await following)["reason"] == "already_configured"


async def test_refused_login_at_a_new_address_is_not_repeated(
    hass: HomeAssistant,
    camera: VirtualCamera,
    known: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hass.config_entries.async_update_entry(known, data=known.data | {"password": "outdated"})
    for _ in range(3):
        flow = await discovered(hass, camera, monkeypatch)
        assert flow["reason"] == "already_configured"
    assert camera.state()["logins"]["rejected"] == 2
    assert known.data["host"] == "127.0.0.3"
