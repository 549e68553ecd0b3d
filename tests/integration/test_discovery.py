"""Cameras that are searched for: offered, and not believed."""

import asyncio
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from aiohttp import web
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dahua_camera import discovery
from custom_components.dahua_camera.const import DOMAIN
from homeassistant.components import network
from homeassistant.config_entries import (
    SOURCE_IGNORE,
    SOURCE_INTEGRATION_DISCOVERY,
    SOURCE_USER,
    ConfigFlowResult,
)
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.selector import SelectSelector, TextSelector
from homeassistant.setup import async_setup_component
from tests.integration.flows import WebServer, form, start, submit
from tests.integration.helpers import entry_for, logins, until
from tests.integration.searches import (
    MAC,
    MODEL,
    Liar,
    Pause,
    account,
    another,
    host_field,
    joins,
    offers,
    search,
    told,
)
from tests.virtual_camera import VirtualCamera

pytestmark = pytest.mark.usefixtures("quick_searches", "several_addresses")


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
    async with another() as second, another(serial="THIRD") as third:
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


async def test_camera_that_is_set_up_by_hand_while_it_is_greeted_is_not_offered(
    hass: HomeAssistant, camera: VirtualCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    pause = Pause(monkeypatch, "greets_as_camera")
    flow = hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_INTEGRATION_DISCOVERY}, data=told(camera)
    )
    offering = hass.async_create_task(flow)
    await pause.begun.wait()
    result = await submit(hass, await start(hass), form(camera.http_port))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    pause.over.set()
    assert (await offering)["reason"] == "already_configured"
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


async def test_liar_is_not_offered(
    hass: HomeAssistant,
    liar: Liar,
    ask: Callable,
    started: None,
    unused_tcp_port: int,
    web_server: WebServer,
) -> None:
    page = web.Response(text="<html>Printer</html>", content_type="text/html")
    ask(
        await liar(
            {"SerialNo": "NOTHING", "HttpPort": unused_tcp_port},
            {"SerialNo": "PRINTER", "HttpPort": await web_server(page)},
        )
    )
    await search(hass)
    assert not offers(hass)


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
