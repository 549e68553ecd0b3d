"""Words that the tests of the forms speak in."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from custom_components.dahua_camera.const import DOMAIN
from homeassistant.config_entries import SOURCE_USER, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.virtual_camera import VirtualCamera

type WebServer = Callable[[web.Response], Awaitable[int]]


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
    """Return the form with which a user begins."""
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert result["type"] is FlowResultType.FORM
    assert not result["errors"]
    return result


async def submit(
    hass: HomeAssistant, flow: ConfigFlowResult, answers: dict[str, Any]
) -> ConfigFlowResult:
    """Answer a step, and return the next."""
    return await hass.config_entries.flow.async_configure(flow["flow_id"], answers)


def is_collapsed(flow: ConfigFlowResult) -> bool:
    """Tell whether the section of what is usually right is shut."""
    assert flow["data_schema"]
    return bool(flow["data_schema"].schema["advanced"].options["collapsed"])


async def recovers(hass: HomeAssistant, camera: VirtualCamera, flow: ConfigFlowResult) -> None:
    """Go on with a flow that showed an error, rightly this time."""
    result = await submit(hass, flow, form(camera.http_port))
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert await hass.config_entries.async_unload(result["result"].entry_id)
