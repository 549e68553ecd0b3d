"""Home Assistant with a camera set up in it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, override
from unittest.mock import patch

from aiohttp import web
from PIL import Image
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_socket import socket_allow_hosts

from custom_components.dahua_camera import discovery, watch
from custom_components.dahua_camera.const import DOMAIN
from custom_components.dahua_camera.dahua import event_stream, login
from custom_components.dahua_camera.dahua.passage import CaptureTiming
from custom_components.dahua_camera.dahua.search import Route
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from tests.integration.flows import WebServer
from tests.integration.helpers import entry_for, until
from tests.integration.pairing import PACKAGE
from tests.integration.searches import MODEL, Liar
from tests.integration.secrets import SecretsWatch
from tests.virtual_camera import VirtualCamera
from tests.virtual_camera.discovery import frame


@pytest.fixture(autouse=True)
def _custom_integrations(enable_custom_integrations: None) -> None:
    """Let Home Assistant load the integration."""


@pytest.fixture(autouse=True)
def routes() -> Iterator[list[Route]]:
    """How the network is searched: not at all, unless a test tells how."""
    known: list[Route] = []
    with patch("custom_components.dahua_camera.discovery.async_routes", return_value=known):
        yield known


@pytest.fixture
async def entry(hass: HomeAssistant, camera: VirtualCamera) -> AsyncIterator[MockConfigEntry]:
    """The camera's entry, loaded, with its event stream open; unloaded afterwards."""
    config_entry = entry_for(camera)
    config_entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(config_entry.entry_id)
    await until(lambda: config_entry.runtime_data.detections.available)
    yield config_entry
    if config_entry.state is ConfigEntryState.LOADED:
        assert await hass.config_entries.async_unload(config_entry.entry_id)


@pytest.fixture
def all_entities_enabled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enable from the start what an owner would have to enable."""
    monkeypatch.setattr("homeassistant.helpers.entity.Entity.entity_registry_enabled_default", True)


@pytest.fixture(autouse=True)
def _secrets_stay_secret(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> Iterator[None]:
    """Find no secret in the log, the states, the diagnostics, issues and errors of any test."""
    watch = SecretsWatch()
    watch.listen(monkeypatch)
    hass = request.getfixturevalue("hass") if "hass" in request.fixturenames else None
    if hass:
        watch.follow(hass, monkeypatch)
    yield
    if hass:
        watch.read_issues(hass)
    watch.read_errors()
    for phase in ("setup", "call"):
        watch.read_log(caplog.get_records(phase))
    assert not watch.told


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


@pytest.fixture
def quick_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait no longer than the loopback interface takes to answer."""
    monkeypatch.setattr(discovery, "_SEARCH_SECONDS", 0.3)
    monkeypatch.setattr(discovery, "_FORM_SECONDS", 0.3)


@pytest.fixture
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


@pytest.fixture
async def started(hass: HomeAssistant, socket_enabled: None) -> None:
    """Set up what serves all cameras, and wait for its first search, which finds nothing."""
    assert await async_setup_component(hass, DOMAIN, {})
    searcher = discovery.async_get_searcher(hass)
    await until(lambda: searcher._found_at)


@pytest.fixture
async def same_time_zone(hass: HomeAssistant) -> None:
    """Let Home Assistant live where the camera does."""
    await hass.config.async_set_time_zone("UTC")


@pytest.fixture
async def polled_often(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Poll, and look behind polls, all the time."""
    soon = timedelta(seconds=0.05)

    async def poll() -> None:
        while True:
            for entry in hass.config_entries.async_loaded_entries(DOMAIN):
                await entry.runtime_data.coordinator.async_refresh()
            await asyncio.sleep(soon.total_seconds())

    for name in ("FIRST_LOOK", "SECOND_LOOK", "WHILE_WRONG", "SELDOM"):
        monkeypatch.setattr(watch, name, soon)
    polling = asyncio.create_task(poll())
    yield
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)


@pytest.fixture
def quick_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the event stream come back soon."""
    monkeypatch.setattr(event_stream, "FIRST_RETRY", 0.05)
    monkeypatch.setattr(event_stream, "LONGEST_RETRY", 0.1)
    monkeypatch.setattr(login, "CONFIRMATION_PAUSE", 0.05)


@pytest.fixture
def hurried_pairing(monkeypatch: pytest.MonkeyPatch, hass: HomeAssistant, tmp_path: Path) -> None:
    """Wait less, in proportion to how much faster everything goes, and keep captures aside."""
    timing = {"grace": 0.3, "quiet": 0.6, "before": 0.3}
    monkeypatch.setattr(
        f"{PACKAGE}.pairing.CaptureTiming", lambda **more: CaptureTiming(**more, **timing)
    )
    monkeypatch.setattr(f"{PACKAGE}.empty_scene._SETTLING", 0.3)
    monkeypatch.setattr(f"{PACKAGE}.dahua.lens._LOOK_AGAIN", 0.02)
    monkeypatch.setattr(f"{PACKAGE}.temporary._TRY_AGAIN", timedelta(seconds=0.2))
    monkeypatch.setattr(f"{PACKAGE}.dahua.event_stream.FIRST_RETRY", 0.05)
    monkeypatch.setattr(f"{PACKAGE}.dahua.event_stream.LONGEST_RETRY", 0.2)
    hass.config.media_dirs = {"local": str(tmp_path)}


@pytest.fixture
def plain_pictures(camera: VirtualCamera, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the host the painting of stills: one colour for each sensor."""
    stills = {}
    for channel, color in enumerate(("red", "blue")):
        content = BytesIO()
        Image.new("RGB", (64, 36), color).save(content, "JPEG")
        stills[channel] = content.getvalue()

    async def still(channel: int) -> bytes:
        return stills[channel]

    monkeypatch.setattr(camera.machine, "still", still)
