"""What is said of a recorder, in forms and of an entry, and that it is left alone."""

from collections.abc import AsyncIterator, Callable

import pytest

from custom_components.dahua_camera.discovery import async_get_searcher
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.integration.flows import form, recovers, start, submit
from tests.integration.helpers import entry_for
from tests.integration.searches import joins
from tests.virtual_camera import VirtualCamera


@pytest.fixture
async def recorder(socket_enabled: None) -> AsyncIterator[VirtualCamera]:
    """Start a recorder."""
    async with VirtualCamera(overlays=("recorder",)) as peer:
        yield peer


async def test_form_names_a_recorder(
    hass: HomeAssistant, camera: VirtualCamera, recorder: VirtualCamera
) -> None:
    flow = await submit(hass, await start(hass), form(recorder.http_port))
    assert flow["type"] is FlowResultType.FORM
    assert flow["errors"] == {"base": "recorder"}
    await recovers(hass, camera, flow)


async def test_recorder_that_joined_the_network_ends_its_offer(
    hass: HomeAssistant, recorder: VirtualCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.dahua_camera.connection.HTTP_PORT", recorder.http_port)
    flow = await submit(hass, await joins(hass), form(recorder.http_port))
    assert flow["type"] is FlowResultType.ABORT
    assert flow["reason"] == "recorder"


@pytest.mark.usefixtures("quick_searches", "several_addresses")
async def test_recorder_that_answers_searches_is_not_offered(
    hass: HomeAssistant,
    recorder: VirtualCamera,
    ask: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.dahua_camera.connection.HTTP_PORT", recorder.http_port)
    ask(recorder)
    flow = await joins(hass)
    assert flow["type"] is FlowResultType.ABORT
    assert flow["reason"] == "recorder"
    assert not recorder.requests
    ask()
    async_get_searcher(hass)._found_at = None
    assert (await joins(hass))["type"] is FlowResultType.FORM, "another may have the address now"


async def test_entry_of_a_recorder_is_not_tried_again(
    hass: HomeAssistant, recorder: VirtualCamera
) -> None:
    entry = entry_for(recorder)
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "recorder"
