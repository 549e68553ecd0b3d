"""Home Assistant with a camera set up in it."""

from collections.abc import AsyncIterator

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from tests.integration.helpers import entry_for, until
from tests.virtual_camera import VirtualCamera


@pytest.fixture(autouse=True)
def _custom_integrations(enable_custom_integrations: None) -> None:
    """Let Home Assistant load the integration."""


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
