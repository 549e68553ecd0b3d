"""Cameras that are searched for: offered, followed to a new address, and not believed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any, override
from unittest.mock import patch

from aiohttp import web
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)
from pytest_socket import socket_allow_hosts

from custom_components.dahua_camera import discovery
from custom_components.dahua_camera.const import DOMAIN
from custom_components.dahua_camera.dahua.search import Route
from homeassistant.components import network
from homeassistant.config_entries import (
    SOURCE_DHCP,
    SOURCE_IGNORE,
    SOURCE_INTEGRATION_DISCOVERY,
    SOURCE_USER,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.selector import SelectSelector, TextSelector
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from tests.integration.helpers import entry_for, logins, pinned_entry, shown_by, until
from tests.virtual_camera import VirtualCamera
from tests.virtual_camera.discovery import frame
from tests.virtual_camera.profile import load

MODEL = "IPC-MFW7442K1-Z4-T40"
MAC = "3c:ef:8c:00:00:01"

type Liar = Callable[..., Awaitable[tuple[str, int]]]


@pytest.fixture(autouse=True)
def quick_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait no longer than the loopback interface takes to answer."""
    monkeypatch.setattr(discovery, "_SEARCH_SECONDS", 0.3)
    monkeypatch.setattr(discovery, "_FORM_SECONDS", 0.3)


@pytest.fixture(autouse=True)
def several_addresses(socket_enabled: None) -> None:
    """Let tests use more than one address of the loopback interface."""
    socket_allow_hosts(["127.0.0.1", "127.0.0.2", "127.0.0.3", "::1"])


@pytest.fixture
def ask(routes: list[Route]) -> Callable[..., None]:
    """Search the network by asking these, from now on."""

    def ask_these(*targets: VirtualCamera | tuple[str, int]) -> None:
        addresses = [
            (target.host, target.discovery_port) if isinstance(target, VirtualCamera) else target
            for target in targets
        ]
        routes[:] = [Route("127.0.0.1", tuple(addresses))]

    return ask_these


@pytest.fixture
async def liar(socket_enabled: None) -> AsyncIterator[Liar]:
    """Start something that answers searches as if it were cameras; gives its address."""
    transports = []

    async def start(*devices: dict[str, Any], host: str = "127.0.0.1") -> tuple[str, int]:
        class Lying(asyncio.DatagramProtocol):
            @override
            def datagram_received(self, data: bytes, addr: Any) -> None:
                for device in devices:
                    info = {"DeviceClass": "IPC", "DeviceType": MODEL} | device
                    document = {
                        "mac": "",
                        "method": "client.notifyDevInfo",
                        "params": {"deviceInfo": info},
                    }
                    transport.sendto(frame(document), addr)

        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(Lying, local_addr=(host, 0))
        transports.append(transport)
        return host, transport.get_extra_info("sockname")[1]

    yield start
    for transport in transports:
        transport.close()


async def search(hass: HomeAssistant) -> None:
    """Let the time of the next search come, and wait for what comes of it."""
    searcher = discovery.async_get_searcher(hass)
    searched = searcher._found_at
    async_fire_time_changed(hass, dt_util.utcnow() + discovery.SEARCH_INTERVAL)
    await until(lambda: searcher._found_at != searched)
    await settled(hass)


async def settled(hass: HomeAssistant) -> None:
    """Wait until every discovery has come to a form or to an end."""
    await until(
        lambda: (
            not any(
                f"discovery flow {DOMAIN}" in str(task.get_name()) for task in asyncio.all_tasks()
            )
        ),
        30,
    )


def offers(hass: HomeAssistant) -> list[ConfigFlowResult]:
    """Return the flows that wait for the user."""
    return [
        flow
        for flow in hass.config_entries.flow.async_progress_by_handler(DOMAIN)
        if flow["context"]["source"] == SOURCE_INTEGRATION_DISCOVERY
    ]


def account(camera: VirtualCamera, **changes: Any) -> dict[str, Any]:
    """Return what a user fills in, for the address that the form suggests."""
    return {
        "host": f"127.0.0.1:{camera.http_port}",
        "username": camera.username,
        "password": camera.password,
        "advanced": {"https": False},
    } | changes


def host_field(form: ConfigFlowResult) -> tuple[Any, Any]:
    """Return the field for the address: how it is described, and its selector."""
    assert form["data_schema"]
    [found] = [
        (marker.description or {}, selector)
        for marker, selector in form["data_schema"].schema.items()
        if marker.schema == "host"
    ]
    return found


@pytest.fixture
async def started(hass: HomeAssistant, socket_enabled: None) -> None:
    """Set up what serves all cameras, and wait for its first search, which finds nothing."""
    assert await async_setup_component(hass, DOMAIN, {})
    searcher = discovery.async_get_searcher(hass)
    await until(lambda: searcher._found_at)


async def another(camera: VirtualCamera, **identity: str) -> VirtualCamera:
    """Return a second camera that is not started yet."""
    profile = load("mfw7442k1")
    identity = {"serial": "9C0A11BPAZ00002", "mac": "3c:ef:8c:00:00:02"} | identity
    return VirtualCamera(replace(profile, identity=replace(profile.identity, **identity)))


async def test_found_camera_is_offered_once_and_set_up(
    hass: HomeAssistant, camera: VirtualCamera, ask: Callable, started: None
) -> None:
    camera.machine.store.put("General.MachineName", "Yard")
    ask(camera)
    await search(hass)
    await search(hass)
    [offer] = offers(hass)
    assert offer["context"]["unique_id"] == camera.serial
    address = f"127.0.0.1:{camera.http_port}"
    assert offer["context"]["title_placeholders"] == {"name": f"Yard — {address}"}
    assert camera.state()["logins"]["accepted"] == camera.state()["logins"]["rejected"] == 0

    form = await hass.config_entries.flow.async_configure(offer["flow_id"])
    assert form["step_id"] == "user"
    assert host_field(form)[0]["suggested_value"] == address
    result = await hass.config_entries.flow.async_configure(offer["flow_id"], account(camera))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    entry = result["result"]
    assert entry.unique_id == camera.serial
    assert entry.data["port"] == camera.http_port
    await search(hass)
    assert not offers(hass)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_search_waits_until_everything_has_started(
    hass: HomeAssistant, camera: VirtualCamera, ask: Callable
) -> None:
    ask(camera)
    hass.set_state(CoreState.starting)
    assert await async_setup_component(hass, DOMAIN, {})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert not offers(hass)
    hass.set_state(CoreState.running)
    hass.bus.async_fire("homeassistant_started")
    await until(lambda: offers(hass))


async def test_form_lists_the_cameras_that_are_not_set_up(
    hass: HomeAssistant, camera: VirtualCamera, ask: Callable
) -> None:
    async with await another(camera) as second, await another(camera, serial="THIRD") as third:
        entry_for(second).add_to_hass(hass)
        MockConfigEntry(domain=DOMAIN, source=SOURCE_IGNORE, unique_id="THIRD").add_to_hass(hass)
        ask(camera, second, third)
        form = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
        assert form["data_schema"]
        assert [each.schema for each in form["data_schema"].schema] == [
            "host",
            "username",
            "password",
            "advanced",
        ]
        _, selector = host_field(form)
        assert isinstance(selector, SelectSelector)
        third_address = f"127.0.0.1:{third.http_port}"
        assert {each["value"]: each["label"] for each in selector.config["options"]} == {
            f"127.0.0.1:{camera.http_port}": f"{MODEL} — 127.0.0.1:{camera.http_port}",
            # Its name is still the serial number of the first.
            third_address: f"{camera.serial} — {third_address}",
        }
    # Wrong first, and by a host that is not in the list; the list stays.
    wrong = account(camera, host="localhost:1")
    form = await hass.config_entries.flow.async_configure(form["flow_id"], wrong)
    assert form["errors"]
    description, selector = host_field(form)
    assert description["suggested_value"] == "localhost:1"
    assert isinstance(selector, SelectSelector)
    result = await hass.config_entries.flow.async_configure(form["flow_id"], account(camera))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"]["host"] == "127.0.0.1"
    assert result["data"]["port"] == camera.http_port
    assert await hass.config_entries.async_unload(result["result"].entry_id)


async def test_form_asks_for_any_address_where_nothing_is_found(
    hass: HomeAssistant, camera: VirtualCamera, ask: Callable
) -> None:
    entry_for(camera).add_to_hass(hass)
    ask(camera)
    form = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert isinstance(host_field(form)[1], TextSelector)


async def test_forms_share_a_fresh_search(
    hass: HomeAssistant, camera: VirtualCamera, ask: Callable
) -> None:
    ask(camera)
    counted = patch.object(discovery, "search", wraps=discovery.search)
    with counted as searches:
        forms = await asyncio.gather(
            *(
                hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
                for _ in range(3)
            )
        )
    assert searches.await_count == 1
    assert all(isinstance(host_field(form)[1], SelectSelector) for form in forms)


async def test_camera_on_offer_may_be_set_up_by_hand(
    hass: HomeAssistant, camera: VirtualCamera, ask: Callable, started: None
) -> None:
    ask(camera)
    await search(hass)
    assert len(offers(hass)) == 1
    form = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    result = await hass.config_entries.flow.async_configure(form["flow_id"], account(camera))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert not offers(hass)
    assert await hass.config_entries.async_unload(result["result"].entry_id)


@pytest.mark.parametrize("known_as", ["serial", "mac"])
async def test_ignored_camera_stays_ignored(
    hass: HomeAssistant,
    camera: VirtualCamera,
    ask: Callable,
    started: None,
    monkeypatch: pytest.MonkeyPatch,
    known_as: str,
) -> None:
    unique_id = camera.serial if known_as == "serial" else MAC
    MockConfigEntry(domain=DOMAIN, source=SOURCE_IGNORE, unique_id=unique_id).add_to_hass(hass)
    ask(camera)
    await search(hass)
    assert not offers(hass)
    assert not camera.requests
    monkeypatch.setattr("custom_components.dahua_camera.connection.HTTP_PORT", camera.http_port)
    assert (await joins(hass))["reason"] == "already_configured"
    assert not camera.requests


async def joins(hass: HomeAssistant) -> ConfigFlowResult:
    """Let DHCP tell of the camera."""
    return await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_DHCP},
        data=DhcpServiceInfo(ip="127.0.0.1", hostname="ipc", macaddress=MAC.replace(":", "")),
    )


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


def identified(camera: VirtualCamera, since: int) -> list[dict[str, Any]]:
    """Return the requests for a camera's identity since a number of requests."""
    return [each for each in list(camera.requests)[since:] if "getSystemInfo" in each["target"]]


def told(camera: VirtualCamera, **changes: Any) -> dict[str, Any]:
    """Return what a search tells of a camera."""
    return {
        "serial": camera.serial,
        "host": "127.0.0.1",
        "http_port": camera.http_port,
        "https_port": 443,
        "mac": None,
        "name": "",
        "model": MODEL,
        "vendor": "Dahua",
    } | changes


async def test_entry_that_works_is_left_alone(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    asked = len(camera.requests)
    result = await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_INTEGRATION_DISCOVERY},
        data=told(camera, host="127.0.0.2"),
    )
    assert result["reason"] == "already_configured"
    assert entry.data["host"] == "127.0.0.1"
    assert not identified(camera, asked), "it was not asked who it is"


async def lost(hass: HomeAssistant, camera: VirtualCamera, **data: Any) -> MockConfigEntry:
    """Set up an entry whose camera has got another address in the meantime."""
    entry = entry_for(camera, host="127.0.0.3", **data)
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    return entry


async def test_camera_with_a_new_lease_is_found_again(
    hass: HomeAssistant, camera: VirtualCamera, ask: Callable
) -> None:
    entry = await lost(hass, camera)
    ask(camera)
    await search(hass)
    await until(lambda: entry.state is ConfigEntryState.LOADED)
    assert entry.data == entry_for(camera).data
    assert not offers(hass)
    asked = len(camera.requests)
    await search(hass)
    assert not identified(camera, asked), "it is where it should be"
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_camera_that_moves_while_it_is_watched_is_found_again(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry, ask: Callable
) -> None:
    async with VirtualCamera(host="127.0.0.2", http_port=camera.http_port) as moved:
        ask(moved)
        await search(hass)
        assert entry.data["host"] == "127.0.0.1", "a camera that answers is not moved"
        assert not moved.requests
        await camera.stop()
        coordinator = entry.runtime_data.coordinator
        await coordinator.async_refresh()
        assert not coordinator.last_update_success
        await search(hass)
        assert entry.data["host"] == "127.0.0.2"
        await until(lambda: moved.state()["connections_by_kind"]["event_stream"])
        await until(lambda: entry.state is ConfigEntryState.LOADED)
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_camera_whose_address_another_one_has_taken_is_found_again(
    hass: HomeAssistant, camera: VirtualCamera, ask: Callable
) -> None:
    async with await another(camera) as second:
        entry = entry_for(camera, host="localhost", port=second.http_port)
        entry.add_to_hass(hass)
        assert not await hass.config_entries.async_setup(entry.entry_id)
        assert entry.state is ConfigEntryState.SETUP_ERROR
    hass.config_entries.async_update_entry(entry, data=entry.data | {"port": camera.http_port})
    ask(camera)
    await search(hass)
    await until(lambda: entry.state is ConfigEntryState.LOADED)
    assert entry.data["host"] == "localhost", "a name that leads there is kept"
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_address_is_not_taken_over_from_another_camera(
    hass: HomeAssistant, camera: VirtualCamera, ask: Callable, liar: Liar
) -> None:
    entry = await lost(hass, camera)
    hass.config_entries.async_update_entry(entry, unique_id="LOST")
    ask(await liar({"SerialNo": "LOST"}))
    await search(hass)
    assert camera.state()["logins"]["accepted"], "it was asked who it is"
    assert entry.data["host"] == "127.0.0.3"
    assert entry.state is ConfigEntryState.SETUP_RETRY
    await hass.config_entries.async_unload(entry.entry_id)


async def test_liar_does_not_keep_a_camera_from_being_found_again(
    hass: HomeAssistant, camera: VirtualCamera, ask: Callable, liar: Liar
) -> None:
    entry = await lost(hass, camera)
    ask(await liar({"SerialNo": camera.serial}, host="127.0.0.2"), camera)
    await search(hass)
    await until(lambda: entry.state is ConfigEntryState.LOADED)
    assert entry.data["host"] == "127.0.0.1"
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_login_goes_to_the_trusted_certificate_only(
    hass: HomeAssistant, ask: Callable
) -> None:
    async with VirtualCamera(overlays=("https",)) as camera:
        entry = pinned_entry(camera, await shown_by(camera), host="127.0.0.3")
        entry.add_to_hass(hass)
        assert not await hass.config_entries.async_setup(entry.entry_id)
        ask(camera)
        camera.set_fault("new_certificate")
        await search(hass)
        assert entry.data["host"] == "127.0.0.3"
        assert not logins(camera)
        camera.clear_fault("new_certificate")
        await search(hass)
        await until(lambda: entry.state is ConfigEntryState.LOADED)
        assert entry.data["host"] == "127.0.0.1"
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_camera_that_takes_https_only_is_offered_with_it(
    hass: HomeAssistant, ask: Callable, started: None
) -> None:
    async with VirtualCamera(overlays=("https",)) as camera:
        camera.set_fault("https_only")
        ask(camera)
        await search(hass)
        [offer] = offers(hass)
        form = await hass.config_entries.flow.async_configure(offer["flow_id"])
        assert host_field(form)[0]["suggested_value"] == "127.0.0.1"
        assert not logins(camera)
        advanced = {"https": True, "port": camera.https_port}
        assert suggested_advanced(form) == advanced
        flow = await hass.config_entries.flow.async_configure(
            offer["flow_id"], account(camera, host="127.0.0.1", advanced=advanced)
        )
        assert flow["step_id"] == "certificate"
        result = await hass.config_entries.flow.async_configure(offer["flow_id"], {})
        assert result["type"] is FlowResultType.CREATE_ENTRY
        assert result["result"].unique_id == camera.serial
        assert await hass.config_entries.async_unload(result["result"].entry_id)


def suggested_advanced(form: ConfigFlowResult) -> dict[str, Any]:
    """Return what the form suggests in its section."""
    assert form["data_schema"]
    [section] = [
        value for marker, value in form["data_schema"].schema.items() if marker == "advanced"
    ]
    return {
        marker.schema: marker.description["suggested_value"]
        for marker in section.schema.schema
        if marker.description
    }


async def test_refused_login_at_a_new_address_is_not_repeated(
    hass: HomeAssistant, camera: VirtualCamera, ask: Callable
) -> None:
    entry = await lost(hass, camera, password="outdated")
    ask(camera)
    for _ in range(3):
        await search(hass)
    assert camera.state()["logins"]["rejected"] == 2
    assert entry.data["host"] == "127.0.0.3"
    hass.config_entries.async_update_entry(entry, data=entry.data | {"password": camera.password})
    await search(hass)
    await until(lambda: entry.state is ConfigEntryState.LOADED)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_liar_is_not_offered(
    hass: HomeAssistant,
    liar: Liar,
    ask: Callable,
    started: None,
    unused_tcp_port: int,
    page_port: int,
) -> None:
    ask(
        await liar(
            {"SerialNo": "NOTHING", "HttpPort": unused_tcp_port},
            {"SerialNo": "PRINTER", "HttpPort": page_port},
        )
    )
    await search(hass)
    assert not offers(hass)


@pytest.fixture
async def page_port(socket_enabled: None) -> AsyncIterator[int]:
    """The port of a web server that is no camera's."""

    async def handle(_: web.BaseRequest) -> web.Response:
        return web.Response(text="<html>Printer</html>", content_type="text/html")

    runner = web.ServerRunner(web.Server(handle))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield int(runner.addresses[0][1])
    await runner.cleanup()


async def test_liar_does_not_keep_a_camera_from_being_offered(
    hass: HomeAssistant, camera: VirtualCamera, liar: Liar, ask: Callable, started: None
) -> None:
    ask(await liar({"SerialNo": camera.serial}, host="127.0.0.2"), camera)
    await search(hass)
    [offer] = offers(hass)
    assert offer["context"]["title_placeholders"]["name"].endswith(f":{camera.http_port}")


async def test_flood_of_answers_is_bounded(
    hass: HomeAssistant, camera: VirtualCamera, liar: Liar, ask: Callable, started: None
) -> None:
    """However many cameras somebody makes up, a few are looked at, and the true one is found."""
    lies = [{"SerialNo": f"FAKE{number}", "HttpPort": camera.http_port} for number in range(100)]
    ask(await liar(*lies, host="127.0.0.2"), camera)
    with patch.object(
        hass.config_entries.flow, "async_init", wraps=hass.config_entries.flow.async_init
    ) as begun:
        await search(hass)
    assert begun.await_count <= 9
    assert [each["context"]["unique_id"] for each in offers(hass)] == [camera.serial]


async def test_only_enabled_interfaces_are_searched(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def adapter(address: str, *, enabled: bool) -> network.Adapter:
        return {
            "name": address,
            "index": 1,
            "enabled": enabled,
            "auto": enabled,
            "default": enabled,
            "ipv4": [{"address": address, "network_prefix": 24}],
            "ipv6": [{"address": "fe80::1", "flowinfo": 0, "scope_id": 1, "network_prefix": 64}],
        }

    adapters = [adapter("192.0.2.5", enabled=True), adapter("198.51.100.5", enabled=False)]
    with patch.object(network, "async_get_adapters", return_value=adapters):
        [route] = await ROUTES(hass)
    assert route.source == "192.0.2.5"
    assert ("192.0.2.255", 37810) in route.targets


# As it is while no fixture stands in its place.
ROUTES = discovery.async_routes
