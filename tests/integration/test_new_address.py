"""Cameras that a search finds at another address: followed there, if they can prove it."""

from collections.abc import Callable
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dahua_camera.const import DOMAIN
from homeassistant.config_entries import SOURCE_INTEGRATION_DISCOVERY, ConfigEntryState
from homeassistant.core import HomeAssistant
from tests.integration.helpers import entry_for, logins, pinned_entry, shown_by, until
from tests.integration.searches import Liar, another, offers, search, told
from tests.virtual_camera import VirtualCamera

pytestmark = pytest.mark.usefixtures("quick_searches", "several_addresses")


def identified(camera: VirtualCamera, since: int) -> list[dict[str, Any]]:
    """Return the requests for a camera's identity since a number of requests."""
    return [each for each in list(camera.requests)[since:] if "getSystemInfo" in each["target"]]


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
    async with another() as second:
        entry = entry_for(camera, host="localhost", port=second.http_port)
        entry.add_to_hass(hass)
        assert not await hass.config_entries.async_setup(entry.entry_id)
        assert entry.state is ConfigEntryState.SETUP_RETRY
    hass.config_entries.async_update_entry(entry, data=entry.data | {"port": camera.http_port})
    ask(camera)
    await search(hass)
    await until(lambda: entry.state is ConfigEntryState.LOADED)
    assert entry.data["host"] == "localhost", "a name that leads there is kept"
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_password_that_was_refused_is_not_tried_again_where_a_name_leads(
    hass: HomeAssistant, camera: VirtualCamera, ask: Callable
) -> None:
    entry = entry_for(camera, host="localhost", password="outdated")
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    ask(camera)
    await search(hass)
    assert camera.state()["logins"]["rejected"] == 2


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
