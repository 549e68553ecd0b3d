"""Setting up a camera in the user interface: every way it can go."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from unittest.mock import patch

from aiohttp import web
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dahua_camera.const import DOMAIN
from homeassistant.config_entries import (
    SOURCE_DHCP,
    SOURCE_USER,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import format_mac
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from tests.integration.helpers import entry_for, until
from tests.virtual_camera import VirtualCamera

type WebServer = Callable[[web.Response], Awaitable[int]]


@pytest.fixture
async def web_server(socket_enabled: None) -> AsyncIterator[WebServer]:
    """Start a web server that gives the same answer to everything; gives its port."""
    runners = []

    async def start(answer: web.Response) -> int:
        async def handle(_: web.BaseRequest) -> web.Response:
            return web.Response(
                status=answer.status, text=answer.text, headers=answer.headers.copy()
            )

        runner = web.ServerRunner(web.Server(handle))
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        runners.append(runner)
        return int(runner.addresses[0][1])

    yield start
    for runner in runners:
        await runner.cleanup()


def form(port: int | None = None, **changes: Any) -> dict[str, Any]:
    """Return what a user fills in."""
    advanced: dict[str, Any] = {"https": False}
    if port:
        advanced["port"] = port
    return {
        "host": "127.0.0.1",
        "username": "admin",
        "password": "Fluss-Pferd7",
        "advanced": advanced,
    } | changes


async def start(hass: HomeAssistant) -> ConfigFlowResult:
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert result["type"] is FlowResultType.FORM
    assert not result["errors"]
    return result


async def submit(
    hass: HomeAssistant, flow: ConfigFlowResult, answers: dict[str, Any]
) -> ConfigFlowResult:
    return await hass.config_entries.flow.async_configure(flow["flow_id"], answers)


async def test_camera_is_set_up_from_address_and_account(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    flow = await start(hass)
    result = await submit(hass, flow, form(camera.http_port))
    await hass.async_block_till_done()

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "DH-IPC-MFW7442K1-Z4-T40"
    assert result["data"] == {
        "host": "127.0.0.1",
        "port": camera.http_port,
        "username": "admin",
        "password": "Fluss-Pferd7",
        "https": False,
    }
    entry = result["result"]
    assert entry.unique_id == camera.serial
    assert entry.state is ConfigEntryState.LOADED
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    "typed", ["http://127.0.0.1:{port}/", "127.0.0.1:{port}", " 127.0.0.1:{port} "]
)
async def test_pasted_address_is_taken_apart(
    hass: HomeAssistant, camera: VirtualCamera, typed: str
) -> None:
    flow = await start(hass)
    result = await submit(hass, flow, form(host=typed.format(port=camera.http_port)))
    await hass.async_block_till_done()

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"]["host"] == "127.0.0.1"
    assert result["data"]["port"] == camera.http_port
    assert await hass.config_entries.async_unload(result["result"].entry_id)


@pytest.mark.parametrize("typed", ["", "   ", "two words", "http://"])
async def test_address_that_is_none_is_refused(
    hass: HomeAssistant, camera: VirtualCamera, typed: str
) -> None:
    flow = await start(hass)
    result = await submit(hass, flow, form(host=typed))
    assert result["errors"] == {"host": "invalid_host"}
    await recovers(hass, camera, flow)


async def recovers(hass: HomeAssistant, camera: VirtualCamera, flow: ConfigFlowResult) -> None:
    """Go on with a flow that showed an error, rightly this time."""
    result = await submit(hass, flow, form(camera.http_port))
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert await hass.config_entries.async_unload(result["result"].entry_id)


async def test_nothing_answers(
    hass: HomeAssistant, camera: VirtualCamera, unused_tcp_port: int
) -> None:
    flow = await start(hass)
    result = await submit(hass, flow, form(unused_tcp_port))
    assert result["errors"] == {"base": "cannot_connect"}
    await recovers(hass, camera, flow)


async def test_wrong_password_costs_two_logins_at_most(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    flow = await start(hass)
    result = await submit(hass, flow, form(camera.http_port, password="wrong"))
    assert result["errors"] == {"password": "invalid_auth"}
    assert camera.state()["logins"]["rejected"] == 2
    await recovers(hass, camera, flow)


async def test_locked_account(hass: HomeAssistant, camera: VirtualCamera) -> None:
    camera.set_fault("lock_account", seconds=600)
    flow = await start(hass)
    result = await submit(hass, flow, form(camera.http_port))
    assert result["errors"] == {"base": "account_locked"}
    camera.clear_fault("lock_account")
    await recovers(hass, camera, flow)


PAGE = "<!DOCTYPE html><html><title>Printer</title></html>"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (web.Response(text=PAGE, content_type="text/html"), "not_a_camera"),
        (web.Response(status=404, text=PAGE, content_type="text/html"), "not_a_camera"),
        (web.Response(text=""), "not_a_camera"),
        (web.Response(text="ready\r\n"), "not_a_camera"),
        (web.Response(text="a=" + 10_000_000 * "x"), "not_a_camera"),
        (web.Response(status=503, text="later"), "camera_busy"),
        (web.Response(status=401, text="no"), "camera_busy"),
        (web.Response(status=403, text="no"), "permission_denied"),
        (
            web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="Device_CGI"'}),
            "digest_unsupported",
        ),
        (
            web.Response(
                status=401,
                headers={"WWW-Authenticate": 'Digest realm="x", nonce="1", algorithm=MD9'},
            ),
            "digest_unsupported",
        ),
        (
            web.Response(status=302, headers={"Location": "https://127.0.0.1/"}),
            "redirected",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_web_server_that_is_no_camera(
    hass: HomeAssistant,
    camera: VirtualCamera,
    web_server: WebServer,
    answer: web.Response,
    error: str,
) -> None:
    flow = await start(hass)
    result = await submit(hass, flow, form(await web_server(answer)))
    assert result["errors"] == {"base": error}
    await recovers(hass, camera, flow)


async def test_error_of_our_own_is_shown_and_logged(
    hass: HomeAssistant, camera: VirtualCamera, caplog: pytest.LogCaptureFixture
) -> None:
    flow = await start(hass)
    with patch("custom_components.dahua_camera.config_flow.create_http", side_effect=KeyError):
        result = await submit(hass, flow, form(camera.http_port))
    assert result["errors"] == {"base": "unknown"}
    assert "KeyError" in caplog.text
    caplog.clear()
    await recovers(hass, camera, flow)


async def test_camera_that_is_set_up_already_is_recognised_by_its_serial_number(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    entry_for(camera, host="192.0.2.10").add_to_hass(hass)
    flow = await start(hass)
    result = await submit(hass, flow, form(camera.http_port))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_new_password_is_asked_for_and_used(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    entry = entry_for(camera, password="outdated")
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    [flow] = hass.config_entries.flow.async_progress()
    assert flow["step_id"] == "reauth_confirm"

    result = await hass.config_entries.flow.async_configure(flow["flow_id"])
    assert result["description_placeholders"]["host"] == "127.0.0.1"
    result = await hass.config_entries.flow.async_configure(
        flow["flow_id"], {"username": "admin", "password": "still wrong"}
    )
    assert result["errors"] == {"password": "invalid_auth"}
    result = await hass.config_entries.flow.async_configure(
        flow["flow_id"], {"username": camera.username, "password": camera.password}
    )
    await hass.async_block_till_done()
    assert result["reason"] == "reauth_successful"
    assert entry.data["password"] == camera.password
    await until(lambda: entry.state is ConfigEntryState.LOADED)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_new_password_for_another_camera_is_refused(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, unique_id="ANOTHER")
    result = await entry.start_reauth_flow(hass)
    result = await submit(hass, result, {"username": camera.username, "password": camera.password})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "another_camera"


async def test_new_address_is_taken_over_and_the_password_kept(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    entry = entry_for(camera, host="localhost", port=1, rtsp_port=8554)
    entry.add_to_hass(hass)
    flow = await entry.start_reconfigure_flow(hass)
    shown = {
        marker.schema: marker.description["suggested_value"]
        for marker in flow["data_schema"].schema
        if marker.description
    }
    assert shown == {"host": "localhost", "username": "admin"}

    changed = {"host": "two words", "username": "admin", "advanced": {"https": False}}
    result = await submit(hass, flow, changed)
    assert result["errors"] == {"host": "invalid_host"}
    result = await submit(hass, flow, changed | {"host": "127.0.0.1:1"})
    assert result["errors"] == {"base": "cannot_connect"}
    changed["host"] = f"127.0.0.1:{camera.http_port}"
    result = await submit(hass, flow, changed)
    await hass.async_block_till_done(wait_background_tasks=False)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    assert dict(entry.data) == {
        "host": "127.0.0.1",
        "port": camera.http_port,
        "https": False,
        "username": "admin",
        "password": camera.password,
    }
    assert entry.state is ConfigEntryState.LOADED
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_address_of_another_camera_is_refused(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, unique_id="ANOTHER")
    flow = await entry.start_reconfigure_flow(hass)
    result = await submit(hass, flow, form(camera.http_port))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "another_camera"


MAC = "3cef8c000001"


async def discovered(
    hass: HomeAssistant, camera: VirtualCamera, monkeypatch: pytest.MonkeyPatch, mac: str = MAC
) -> ConfigFlowResult:
    """Let the network tell of a camera; its web server is on no standard port here."""
    monkeypatch.setattr("custom_components.dahua_camera.connection.HTTP_PORT", camera.http_port)
    return await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_DHCP},
        data=DhcpServiceInfo(ip="127.0.0.1", hostname="ipc", macaddress=mac),
    )


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


async def test_what_is_no_camera_is_not_offered(
    hass: HomeAssistant,
    camera: VirtualCamera,
    web_server: WebServer,
    monkeypatch: pytest.MonkeyPatch,
    unused_tcp_port: int,
) -> None:
    port = await web_server(web.Response(status=401, text=PAGE))
    for occupied in (port, unused_tcp_port):
        monkeypatch.setattr("custom_components.dahua_camera.connection.HTTP_PORT", occupied)
        flow = await hass.config_entries.flow.async_init(
            DOMAIN,
            context={"source": SOURCE_DHCP},
            data=DhcpServiceInfo(ip="127.0.0.1", hostname="printer", macaddress=MAC),
        )
        assert flow["type"] is FlowResultType.ABORT
        assert flow["reason"] == "not_a_camera"


@pytest.fixture
async def known(hass: HomeAssistant, camera: VirtualCamera) -> MockConfigEntry:
    """An entry that was set up under another address, with its device."""
    entry = entry_for(camera, host="localhost")
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


async def test_new_address_is_not_taken_over_from_another_camera(
    hass: HomeAssistant,
    camera: VirtualCamera,
    known: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hass.config_entries.async_update_entry(known, unique_id="ANOTHER")
    flow = await discovered(hass, camera, monkeypatch)
    assert flow["reason"] == "already_configured"
    assert known.data["host"] == "localhost"
