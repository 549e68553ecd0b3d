"""Setting up a camera by hand for the first time: every way it can go."""

import asyncio
import socket
from typing import Any
from unittest.mock import patch

from aiohttp import ClientTimeout, web
from aiohttp.test_utils import RawTestServer
import pytest
from pytest_socket import socket_allow_hosts

from custom_components.dahua_camera.const import DOMAIN
from custom_components.dahua_camera.dahua.rtsp_check import LivePicture
from custom_components.dahua_camera.forms import entry_data
from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.integration.flows import WebServer, form, is_collapsed, recovers, start, submit
from tests.integration.helpers import entry_for, until
from tests.virtual_camera import VirtualCamera


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


async def test_camera_with_a_blank_name_is_called_as_its_model(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    camera.machine.store.put("General.MachineName", "  ")
    result = await submit(hass, await start(hass), form(camera.http_port))
    assert result["title"] == "DH-IPC-MFW7442K1-Z4-T40"
    assert await hass.config_entries.async_unload(result["result"].entry_id)


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


@pytest.mark.parametrize("typed", ["::1", " [::1]", "http://[0:0::1]/"])
async def test_camera_is_set_up_under_an_address_of_the_sixth_version(
    hass: HomeAssistant, socket_enabled: None, typed: str
) -> None:
    socket_allow_hosts(["127.0.0.1", "::1"])
    async with VirtualCamera(host="::1") as camera:
        result = await submit(hass, await start(hass), form(camera.http_port, host=typed))
        assert result["type"] is FlowResultType.CREATE_ENTRY
        entry = result["result"]
        assert entry.data["host"] == "::1"
        await until(lambda: entry.runtime_data.detections.available)
        assert (
            await entry.runtime_data.coordinator.camera.check_live_picture()
            is LivePicture.NO_OBJECTION
        )

        flow = await hass.config_entries.flow.async_init(
            DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
        )
        shown = {marker.schema: marker.description for marker in flow["data_schema"].schema}
        assert shown["host"] == {"suggested_value": "::1"}
        result = await submit(hass, flow, form(camera.http_port, host="::1"))
        assert result["reason"] == "reconfigure_successful"
        await hass.async_block_till_done()
        assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("typed", ["", "   ", "two words", "http://", "fe80::1::2"])
async def test_address_that_is_none_is_refused(
    hass: HomeAssistant, camera: VirtualCamera, typed: str
) -> None:
    flow = await start(hass)
    result = await submit(hass, flow, form(host=typed))
    assert result["errors"] == {"host": "invalid_host"}
    await recovers(hass, camera, flow)


async def test_nothing_listens_at_the_port(
    hass: HomeAssistant, camera: VirtualCamera, unused_tcp_port: int
) -> None:
    flow = await start(hass)
    assert is_collapsed(flow)
    result = await submit(hass, flow, form(unused_tcp_port))
    assert result["errors"] == {"base": "port_closed"}
    assert not is_collapsed(result)
    await recovers(hass, camera, flow)


async def test_nothing_answers_at_the_address(
    hass: HomeAssistant, camera: VirtualCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    patience = ClientTimeout(total=10, sock_connect=0.2)
    monkeypatch.setattr("custom_components.dahua_camera.dahua.http._TEXT_TIMEOUT", patience)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        # Who comes when the waiting room is full gets no answer at all.
        crowd = [socket.socket() for _ in range(3)]
        for each in crowd:
            each.setblocking(False)
            each.connect_ex(deaf.getsockname())
        flow = await start(hass)
        result = await submit(hass, flow, form(deaf.getsockname()[1]))
        for each in crowd:
            each.close()
    assert result["errors"] == {"base": "host_unreachable"}
    assert not is_collapsed(result)
    await recovers(hass, camera, flow)


async def test_host_name_that_nobody_knows(
    hass: HomeAssistant, camera: VirtualCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def getaddrinfo(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    flow = await start(hass)
    with monkeypatch.context() as patched:
        patched.setattr(hass.loop, "getaddrinfo", getaddrinfo)
        result = await submit(hass, flow, form(host="camera.invalid"))
    assert result["errors"] == {"host": "host_unknown"}
    await recovers(hass, camera, flow)


def test_host_name_is_kept_as_the_network_spells_it() -> None:
    """Whoever plays a stream does not translate it."""
    kept = entry_data(form(host="http://Kamera-Tür.local/"))
    assert kept["host"] == "xn--kamera-tr-x9a.local"


async def test_camera_that_takes_too_long(
    hass: HomeAssistant, camera: VirtualCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera.set_fault("slow", seconds=20)
    flow = await start(hass)
    with monkeypatch.context() as patched:
        patience = ClientTimeout(total=0.3, sock_connect=5)
        patched.setattr("custom_components.dahua_camera.dahua.http._TEXT_TIMEOUT", patience)
        result = await submit(hass, flow, form(camera.http_port))
    assert result["errors"] == {"base": "timeout"}
    camera.clear_fault("slow")
    await recovers(hass, camera, flow)


async def test_connection_that_breaks_off(hass: HomeAssistant, camera: VirtualCamera) -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        flow = await start(hass)
        result = await submit(hass, flow, form(server.sockets[0].getsockname()[1]))
    assert result["errors"] == {"base": "cannot_connect"}
    await recovers(hass, camera, flow)


async def test_cgi_service_that_is_switched_off(hass: HomeAssistant, camera: VirtualCamera) -> None:
    camera.set_fault("cgi_disabled")
    flow = await start(hass)
    result = await submit(hass, flow, form(camera.http_port))
    assert result["errors"] == {"base": "cgi_disabled"}
    assert camera.state()["logins"]["rejected"] == 0
    camera.clear_fault("cgi_disabled")
    await recovers(hass, camera, flow)


async def test_camera_that_is_starting(hass: HomeAssistant, camera: VirtualCamera) -> None:
    camera.set_fault("warming_up")
    flow = await start(hass)
    result = await submit(hass, flow, form(camera.http_port))
    assert result["errors"] == {"base": "camera_busy"}
    camera.clear_fault("warming_up")
    await recovers(hass, camera, flow)


async def test_connection_table_that_is_full(hass: HomeAssistant, camera: VirtualCamera) -> None:
    camera.set_fault("connection_limit", max=0)
    flow = await start(hass)
    result = await submit(hass, flow, form(camera.http_port))
    assert result["errors"] == {"base": "connections_full"}
    camera.clear_fault("connection_limit")
    await recovers(hass, camera, flow)


async def test_right_that_is_missing_is_named(hass: HomeAssistant, camera: VirtualCamera) -> None:
    body = "Error\r\nAuthorization Failed!\r\n"
    camera.set_fault("refuse", path="getConfig", status=403, body=body)
    flow = await start(hass)
    result = await submit(hass, flow, form(camera.http_port))
    assert result["errors"] == {"base": "permission_denied"}
    assert result["description_placeholders"]
    named = result["description_placeholders"]["error"]
    assert named.startswith("configManager.cgi getConfig ")
    camera.clear_fault("refuse")
    await recovers(hass, camera, flow)


async def test_locked_account_that_tells_for_how_long(
    hass: HomeAssistant, camera: VirtualCamera, web_server: WebServer
) -> None:
    challenge = 'Digest realm="Login to x", nonce="1", qop="auth"'
    answer = web.Response(
        status=401, headers={"WWW-Authenticate": challenge}, text="User locked, 290s left"
    )
    flow = await start(hass)
    result = await submit(hass, flow, form(await web_server(answer)))
    assert result["errors"] == {"base": "account_locked_for"}
    assert result["description_placeholders"]
    assert result["description_placeholders"]["minutes"] == "5"
    await recovers(hass, camera, flow)


async def test_wrong_password_costs_two_logins_at_most(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    flow = await start(hass)
    result = await submit(hass, flow, form(camera.http_port, password="wrong"))
    assert result["errors"] == {"password": "invalid_auth"}
    assert camera.state()["logins"]["rejected"] == 2
    await recovers(hass, camera, flow)


async def test_user_name_that_no_camera_can_have_costs_no_login(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    flow = await start(hass)
    result = await submit(hass, flow, form(camera.http_port, username="admin:Fluss"))
    assert result["errors"] == {"password": "invalid_auth"}
    assert not camera.requests
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
        (web.Response(status=401, text="no"), "connections_full"),
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
            web.Response(status=302, headers={"Location": "https://192.0.2.1/"}),
            "redirected",
        ),
        (
            web.Response(status=302, headers={"Location": "https://[/"}),
            "redirected",
        ),
        (web.Response(status=301, headers={"Location": "/index.html"}), "redirected"),
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


async def test_server_that_refuses_without_a_reason_is_looked_at_once(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    paths: list[str] = []

    async def refuse(request: web.BaseRequest) -> web.Response:
        paths.append(request.path)
        return web.Response(text="Error\r\n")

    flow = await start(hass)
    async with RawTestServer(refuse) as server:
        result = await submit(hass, flow, form(server.port))
    assert result["errors"] == {"base": "not_a_camera"}
    assert paths.count("/RPC2_Login") == 1
    await recovers(hass, camera, flow)


async def test_password_is_never_sent_as_it_is(
    hass: HomeAssistant, camera: VirtualCamera, socket_enabled: None
) -> None:
    async with VirtualCamera(overlays=("basic_only",)) as careless:
        flow = await submit(hass, await start(hass), form(careless.http_port))
        assert flow["errors"] == {"base": "digest_unsupported"}
        assert careless.requests
        assert not any(request["login"] for request in careless.requests)
    await recovers(hass, camera, flow)


async def test_nobody_follows_to_another_host(
    hass: HomeAssistant, camera: VirtualCamera, web_server: WebServer
) -> None:
    async with VirtualCamera(overlays=("https",)) as elsewhere:
        location = f"https://localhost:{elsewhere.https_port}/cgi-bin/magicBox.cgi"
        port = await web_server(web.Response(status=302, headers={"Location": location}))
        flow = await submit(hass, await start(hass), form(port))
        assert flow["errors"] == {"base": "redirected"}
        assert flow["description_placeholders"]
        assert flow["description_placeholders"]["location"] == location
        assert elsewhere.opened_connections == 0
    await recovers(hass, camera, flow)


async def test_error_of_our_own_is_shown_and_logged(
    hass: HomeAssistant, camera: VirtualCamera, caplog: pytest.LogCaptureFixture
) -> None:
    flow = await start(hass)
    with patch("custom_components.dahua_camera.introduction.create_http", side_effect=KeyError):
        result = await submit(hass, flow, form(camera.http_port))
    assert result["errors"] == {"base": "unknown"}
    assert "KeyError" in caplog.text
    caplog.clear()
    await recovers(hass, camera, flow)


async def test_camera_that_is_set_up_already_is_recognized_by_its_serial_number(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    entry_for(camera, host="192.0.2.10").add_to_hass(hass)
    flow = await start(hass)
    result = await submit(hass, flow, form(camera.http_port))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_port_that_is_typed_counts_more_than_that_of_the_address(
    hass: HomeAssistant, camera: VirtualCamera, unused_tcp_port: int
) -> None:
    flow = await start(hass)
    typed = form(host=f"127.0.0.1:{unused_tcp_port}")
    assert (await submit(hass, flow, typed))["errors"] == {"base": "port_closed"}
    result = await submit(hass, flow, form(camera.http_port, host=typed["host"]))
    assert result["data"]["port"] == camera.http_port
    assert await hass.config_entries.async_unload(result["result"].entry_id)
