"""Setting up a camera over HTTPS: nothing is sent before the user trusts its certificate."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dahua_camera.certificates import describe
from custom_components.dahua_camera.const import DOMAIN
from homeassistant.config_entries import SOURCE_DHCP, ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from tests.integration.flows import form, is_collapsed, start, submit
from tests.integration.helpers import entry_for, logins, pinned_entry, shown_by, until
from tests.virtual_camera import VirtualCamera

CONNECTION = "custom_components.dahua_camera.connection"
MAC = "3cef8c000001"


@pytest.fixture
async def camera(socket_enabled: None) -> AsyncIterator[VirtualCamera]:
    """A camera that speaks HTTPS besides."""
    async with VirtualCamera(overlays=("https",)) as virtual_camera:
        yield virtual_camera


def over_https(port: int, **changes: Any) -> dict[str, Any]:
    """Return what a user fills in who wants HTTPS."""
    return form(**{"advanced": {"port": port, "https": True}} | changes)


async def is_set_up(hass: HomeAssistant, flow: ConfigFlowResult, camera: VirtualCamera) -> None:
    """Look at an entry that was made over HTTPS, and take it down again."""
    assert flow["type"] is FlowResultType.CREATE_ENTRY
    entry = flow["result"]
    assert dict(entry.data) == {
        "host": "127.0.0.1",
        "port": camera.https_port,
        "https": True,
        "certificate": await shown_by(camera),
        "username": "admin",
        "password": camera.password,
    }
    await until(lambda: entry.state is ConfigEntryState.LOADED)
    assert logins(camera)
    assert all(request["secure"] for request in logins(camera))
    assert {request["login"] for request in logins(camera)} == {"digest"}
    await hass.async_block_till_done(wait_background_tasks=False)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_certificate_is_shown_before_anything_is_sent(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    flow = await submit(hass, await start(hass), over_https(camera.https_port))
    assert flow["step_id"] == "certificate"
    assert not flow["errors"]
    told = flow["description_placeholders"]
    assert told
    assert told["host"] == "127.0.0.1"
    assert told["fingerprint"].replace(":", "").lower() == await shown_by(camera)
    assert told["fingerprint"][2] == ":"
    assert told["signed_by"] == f"CN={camera.serial}"
    assert told["valid_until"] > "2030"
    assert not camera.requests
    await is_set_up(hass, await submit(hass, flow, {}), camera)


async def test_certificate_is_not_asked_about_twice(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    flow = await start(hass)
    flow = await submit(hass, flow, over_https(camera.https_port, password="wrong"))
    flow = await submit(hass, flow, {})
    assert flow["step_id"] == "user"
    assert flow["errors"] == {"password": "invalid_auth"}
    assert camera.state()["logins"]["rejected"] == 2
    await is_set_up(hass, await submit(hass, flow, over_https(camera.https_port)), camera)


async def test_certificate_that_changes_before_the_login_is_shown_anew(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    flow = await submit(hass, await start(hass), over_https(camera.https_port))
    seen = flow["description_placeholders"]
    assert seen
    camera.set_fault("new_certificate")
    flow = await submit(hass, flow, {})
    assert flow["step_id"] == "certificate"
    assert flow["errors"] == {"base": "certificate_changed"}
    told = flow["description_placeholders"]
    assert told
    assert told["expected"] == seen["fingerprint"] != told["fingerprint"]
    assert not camera.requests
    await is_set_up(hass, await submit(hass, flow, {}), camera)


async def test_camera_that_leads_to_https_is_followed_when_the_user_wants_it(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    camera.set_fault("https_only")
    flow = await submit(hass, await start(hass), form(camera.http_port))
    assert flow["step_id"] == "https"
    assert flow["description_placeholders"] == {
        "host": "127.0.0.1",
        "port": str(camera.https_port),
    }
    assert [request["status"] for request in camera.requests] == [302]
    flow = await submit(hass, flow, {})
    assert flow["step_id"] == "certificate"
    assert len(camera.requests) == 1
    await is_set_up(hass, await submit(hass, flow, {}), camera)


async def test_form_shows_what_was_found_out_when_the_login_fails_after_it(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    camera.set_fault("https_only")
    flow = await start(hass)
    flow = await submit(hass, flow, form(camera.http_port, password="wrong"))
    flow = await submit(hass, await submit(hass, flow, {}), {})
    assert flow["errors"] == {"password": "invalid_auth"}
    assert suggested(flow) == {"port": camera.https_port, "https": True}
    # Whoever goes back to HTTP is offered HTTPS again, and trusts already.
    flow = await submit(hass, flow, form(camera.http_port))
    assert flow["step_id"] == "https"
    await is_set_up(hass, await submit(hass, flow, {}), camera)


def suggested(flow: ConfigFlowResult) -> dict[str, Any]:
    """Return what the form's section is filled in with."""
    assert flow["data_schema"]
    [advanced] = [
        fields for name, fields in flow["data_schema"].schema.items() if name == "advanced"
    ]
    return {
        marker.schema: marker.description["suggested_value"]
        for marker in advanced.schema.schema
        if marker.description
    }


async def test_https_port_that_is_asked_without_https(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    flow = await submit(hass, await start(hass), form(camera.https_port))
    assert flow["step_id"] == "https"
    flow = await submit(hass, await submit(hass, flow, {}), {})
    await is_set_up(hass, flow, camera)


@pytest.fixture
def https_alone(
    camera: VirtualCamera, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    """Let nothing listen at the usual port, and HTTPS at its usual one."""
    monkeypatch.setattr(f"{CONNECTION}.HTTP_PORT", unused_tcp_port)
    monkeypatch.setattr(f"{CONNECTION}.HTTPS_PORT", camera.https_port)


async def test_camera_without_http_is_found_at_the_usual_https_port(
    hass: HomeAssistant, camera: VirtualCamera, https_alone: None
) -> None:
    flow = await submit(hass, await start(hass), form())
    assert flow["step_id"] == "https"
    flow = await submit(hass, await submit(hass, flow, {}), {})
    assert flow["type"] is FlowResultType.CREATE_ENTRY
    assert "port" not in flow["data"], "the usual one"
    await until(lambda: flow["result"].state is ConfigEntryState.LOADED)
    assert await hass.config_entries.async_unload(flow["result"].entry_id)


async def test_https_where_none_is_spoken(hass: HomeAssistant, camera: VirtualCamera) -> None:
    flow = await start(hass)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("custom_components.dahua_camera.dahua.certificate._TIMEOUT", 0.5)
        flow = await submit(hass, flow, over_https(camera.http_port))
    assert flow["errors"] == {"base": "tls_unavailable"}
    assert not is_collapsed(flow)
    flow = await submit(hass, flow, over_https(camera.https_port))
    await is_set_up(hass, await submit(hass, flow, {}), camera)


async def test_camera_that_goes_away_before_it_shows_a_certificate(
    hass: HomeAssistant, camera: VirtualCamera, unused_tcp_port: int
) -> None:
    flow = await submit(hass, await start(hass), over_https(unused_tcp_port))
    assert flow["errors"] == {"base": "port_closed"}
    flow = await submit(hass, flow, over_https(camera.https_port))
    await is_set_up(hass, await submit(hass, flow, {}), camera)


async def test_steps_can_be_shown_again(hass: HomeAssistant, camera: VirtualCamera) -> None:
    camera.set_fault("https_only")
    flow = await submit(hass, await start(hass), form(camera.http_port))
    for step in ("https", "certificate"):
        again = await hass.config_entries.flow.async_configure(flow["flow_id"])
        assert again["step_id"] == flow["step_id"] == step
        flow = await submit(hass, flow, {})
    await is_set_up(hass, flow, camera)


async def reconfigured(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry, flow: ConfigFlowResult
) -> None:
    """Look at an entry that was changed, and take it down again."""
    assert flow["reason"] == "reconfigure_successful"
    assert entry.data["https"] is True
    assert entry.data["port"] == camera.https_port
    assert entry.data["certificate"] == await shown_by(camera)
    await until(lambda: entry.state is ConfigEntryState.LOADED)
    await hass.async_block_till_done(wait_background_tasks=False)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_new_certificate_is_trusted_in_reconfigure(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    old = await shown_by(camera)
    entry = pinned_entry(camera, old)
    entry.add_to_hass(hass)
    camera.set_fault("new_certificate")
    typed = over_https(camera.https_port)
    del typed["password"]
    flow = await submit(hass, await entry.start_reconfigure_flow(hass), typed)
    assert flow["step_id"] == "certificate"
    assert flow["errors"] == {"base": "certificate_changed"}
    assert not camera.requests
    await reconfigured(hass, camera, entry, await submit(hass, flow, {}))


async def test_known_certificate_needs_no_question_at_a_new_address(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    entry = pinned_entry(camera, await shown_by(camera), host="192.0.2.7")
    entry.add_to_hass(hass)
    typed = over_https(camera.https_port)
    flow = await submit(hass, await entry.start_reconfigure_flow(hass), typed)
    await reconfigured(hass, camera, entry, flow)


async def test_entry_moves_to_https_in_reconfigure(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    camera.set_fault("https_only")
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    flow = await entry.start_reconfigure_flow(hass)
    flow = await submit(hass, flow, form(camera.http_port))
    flow = await submit(hass, await submit(hass, flow, {}), {})
    await reconfigured(hass, camera, entry, flow)


async def test_error_in_reconfigure_shows_its_own_form_again(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    entry = pinned_entry(camera, await shown_by(camera))
    entry.add_to_hass(hass)
    typed = over_https(camera.https_port, password="wrong")
    flow = await submit(hass, await entry.start_reconfigure_flow(hass), typed)
    assert flow["step_id"] == "reconfigure"
    assert flow["errors"] == {"password": "invalid_auth"}
    flow = await submit(hass, flow, over_https(camera.https_port))
    await reconfigured(hass, camera, entry, flow)


async def test_https_that_is_switched_off_forgets_the_certificate(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    entry = pinned_entry(camera, await shown_by(camera))
    entry.add_to_hass(hass)
    flow = await submit(hass, await entry.start_reconfigure_flow(hass), form(camera.http_port))
    assert flow["reason"] == "reconfigure_successful"
    assert "certificate" not in entry.data
    await until(lambda: entry.state is ConfigEntryState.LOADED)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_no_new_login_is_sent_to_another_certificate(
    hass: HomeAssistant, camera: VirtualCamera
) -> None:
    entry = pinned_entry(camera, await shown_by(camera), password="outdated")
    entry.add_to_hass(hass)
    flow = await entry.start_reauth_flow(hass)
    camera.set_fault("new_certificate")
    right = {"username": camera.username, "password": camera.password}
    flow = await submit(hass, flow, right)
    assert flow["errors"] == {"base": "certificate_changed"}
    assert flow["description_placeholders"]
    assert flow["description_placeholders"]["expected"]
    assert not camera.requests
    camera.clear_fault("new_certificate")
    flow = await submit(hass, flow, right)
    assert flow["reason"] == "reauth_successful"
    await until(lambda: entry.state is ConfigEntryState.LOADED)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def discovered(hass: HomeAssistant) -> ConfigFlowResult:
    """Let the network tell of a camera."""
    return await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_DHCP},
        data=DhcpServiceInfo(ip="127.0.0.1", hostname="ipc", macaddress=MAC),
    )


@pytest.mark.parametrize("redirects", [False, True])
async def test_camera_that_takes_https_only_is_discovered(
    hass: HomeAssistant,
    camera: VirtualCamera,
    https_alone: None,
    monkeypatch: pytest.MonkeyPatch,
    redirects: bool,
) -> None:
    if redirects:
        camera.set_fault("https_only")
        monkeypatch.setattr(f"{CONNECTION}.HTTP_PORT", camera.http_port)
        monkeypatch.setattr(f"{CONNECTION}.HTTPS_PORT", 443)
    flow = await discovered(hass)
    assert flow["step_id"] == "user"
    assert suggested(flow)["https"] is True
    assert suggested(flow).get("port") == (camera.https_port if redirects else None)
    assert not logins(camera)
    flow = await submit(hass, flow, over_https(camera.https_port))
    await is_set_up(hass, await submit(hass, flow, {}), camera)


@pytest.fixture
def known(hass: HomeAssistant) -> Iterator[Any]:
    """Let an entry have the discovered camera's device."""

    def add(entry: MockConfigEntry) -> None:
        entry.add_to_hass(hass)
        dr.async_get(hass).async_get_or_create(
            config_entry_id=entry.entry_id,
            connections={(dr.CONNECTION_NETWORK_MAC, dr.format_mac(MAC))},
            identifiers={(DOMAIN, "any")},
        )

    return add


async def test_new_address_is_taken_over_with_the_trusted_certificate_only(
    hass: HomeAssistant, camera: VirtualCamera, known: Any
) -> None:
    entry = pinned_entry(camera, await shown_by(camera), host="127.0.0.3")
    known(entry)
    camera.set_fault("new_certificate")
    await discovered(hass)
    assert entry.data["host"] == "127.0.0.3"
    assert not camera.requests
    camera.clear_fault("new_certificate")
    await discovered(hass)
    assert entry.data["host"] == "127.0.0.1"
    await until(lambda: entry.state is ConfigEntryState.LOADED)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_new_address_is_not_taken_over_while_no_certificate_is_trusted(
    hass: HomeAssistant, camera: VirtualCamera, known: Any
) -> None:
    entry = pinned_entry(camera, None, host="127.0.0.3")
    known(entry)
    await discovered(hass)
    assert entry.data["host"] == "127.0.0.3"
    assert not camera.requests


def test_certificate_that_cannot_be_read_is_shown_all_the_same() -> None:
    told = describe(b"no certificate")
    assert (told["signed_by"], told["valid_until"]) == ("?", "?")
    assert len(told["fingerprint"]) == 3 * 32 - 1
