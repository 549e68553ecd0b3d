"""Home Assistant with a camera set up in it."""

from collections.abc import AsyncIterator, Iterator
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dahua_camera.dahua.search import Route
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from tests.integration.helpers import entry_for, until
from tests.integration.secrets import SecretsWatch
from tests.virtual_camera import VirtualCamera


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
