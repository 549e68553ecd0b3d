"""Words that the tests of searches of the network speak in."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.dahua_camera import discovered_camera_flow, discovery
from custom_components.dahua_camera.const import DOMAIN
from homeassistant.config_entries import SOURCE_DHCP, SOURCE_INTEGRATION_DISCOVERY, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.util import dt as dt_util
from tests.integration.helpers import until
from tests.virtual_camera import VirtualCamera
from tests.virtual_camera.profile import load

type Liar = Callable[..., Awaitable[tuple[str, int]]]

MODEL = "IPC-MFW7442K1-Z4-T40"
MAC = "3c:ef:8c:00:00:01"


async def joins(hass: HomeAssistant, mac: str = MAC) -> ConfigFlowResult:
    """Let DHCP tell of the camera."""
    return await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_DHCP},
        data=DhcpServiceInfo(ip="127.0.0.1", hostname="ipc", macaddress=mac.replace(":", "")),
    )


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


def another(*, http_port: int = 0, **identity: str) -> VirtualCamera:
    """Return a second camera that is not started yet."""
    profile = load("mfw7442k1")
    identity = {"serial": "9C0A11BPAZ00002", "mac": "3c:ef:8c:00:00:02"} | identity
    other = replace(profile, identity=replace(profile.identity, **identity))
    return VirtualCamera(other, http_port=http_port)


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


class Pause:
    """Holds up what a discovery has just learnt from a camera, until the test lets it go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, question: str) -> None:
        """Hold up the answer to one of the questions that the flow asks."""
        self.begun = asyncio.Event()
        self.over = asyncio.Event()
        ask = getattr(discovered_camera_flow, question)

        async def hold_up(*data: Any) -> Any:
            answer = await ask(*data)
            self.begun.set()
            await self.over.wait()
            return answer

        monkeypatch.setattr(discovered_camera_flow, question, hold_up)
