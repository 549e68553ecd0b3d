"""Captures go when they are too old where captures are made, and stay where they are not."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.dahua_camera.capture import (
    Capture,
    CaptureFacts,
    new_capture_id,
)
from custom_components.dahua_camera.capture_folder import CaptureFolder
from custom_components.dahua_camera.capture_keeping import TIDY_EVERY
from custom_components.dahua_camera.capture_store import capture_folder
from custom_components.dahua_camera.const import DOMAIN
from custom_components.dahua_camera.dahua.passage import CaptureType
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from tests.integration.helpers import entry_for, until
from tests.virtual_camera import VirtualCamera

PAIRING: dict[str, Any] = {"spotter": {"spotter": 1, "identifier": 0, "keep_days": 7}}


@pytest.fixture(autouse=True)
def _kept_aside(hass: HomeAssistant, tmp_path: Path) -> None:
    hass.config.media_dirs = {"local": str(tmp_path)}


@pytest.fixture
def entry(hass: HomeAssistant, camera: VirtualCamera) -> MockConfigEntry:
    """The entry of a camera that cannot be asked anything now."""
    camera.set_fault("warming_up")
    config_entry = entry_for(camera)
    config_entry.add_to_hass(hass)
    return config_entry


def keep(hass: HomeAssistant, entry: MockConfigEntry, *days_ago: float) -> CaptureFolder:
    """Keep captures of some days ago; return the folder of them all."""
    folder = capture_folder(hass, entry.entry_id)
    for days in days_ago:
        moment = dt_util.utcnow() - timedelta(days=days)
        facts = CaptureFacts(
            id=new_capture_id(moment), spotted_at=moment, type=CaptureType.UNIDENTIFIED
        )
        folder.write(Capture(facts=facts, spotter_picture=b"s", identifier_picture=None), None)
    return folder


async def test_what_is_too_old_goes_although_the_camera_is_away(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(entry, options=PAIRING)
    folder = keep(hass, entry, 8, 6)
    kept = folder.ids()[1:]
    assert await async_setup_component(hass, DOMAIN, {})
    await until(lambda: folder.ids() == kept)
    assert entry.state is ConfigEntryState.SETUP_RETRY


async def test_what_becomes_too_old_goes_within_a_day(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(entry, options=PAIRING)
    first = keep(hass, entry, 8)
    assert await async_setup_component(hass, DOMAIN, {})
    await until(lambda: not first.ids())
    folder = keep(hass, entry, 8, 6)
    kept = folder.ids()[1:]
    async_fire_time_changed(hass, dt_util.utcnow() + TIDY_EVERY)
    await until(lambda: folder.ids() == kept)


@pytest.mark.parametrize("disabled_by", [None, ConfigEntryDisabler.USER])
async def test_what_was_kept_stays_where_no_captures_are_made_any_more(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    camera: VirtualCamera,
    disabled_by: ConfigEntryDisabler | None,
) -> None:
    camera.clear_fault("warming_up")
    hass.config_entries.async_update_entry(entry, options=PAIRING if disabled_by else {})
    await hass.config_entries.async_set_disabled_by(entry.entry_id, disabled_by)
    folder = keep(hass, entry, 400, 8, 6)
    kept = folder.ids()
    # Its captures go after those of the first would have gone.
    other = MockConfigEntry(domain=DOMAIN, unique_id="other", data=entry.data, options=PAIRING)
    other.add_to_hass(hass)
    assert await async_setup_component(hass, DOMAIN, {})
    assert (entry.state is ConfigEntryState.LOADED) is (disabled_by is None)
    of_other = keep(hass, other, 8)
    async_fire_time_changed(hass, dt_util.utcnow() + TIDY_EVERY)
    await until(lambda: not of_other.ids())
    assert folder.ids() == kept
    if entry.state is ConfigEntryState.LOADED:
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_narrower_limits_take_effect_at_once(
    hass: HomeAssistant, entry: MockConfigEntry, camera: VirtualCamera
) -> None:
    camera.clear_fault("warming_up")
    hass.config_entries.async_update_entry(entry, options=PAIRING)
    folder = keep(hass, entry, 6, 3, 1)
    kept = folder.ids()
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert folder.ids() == kept
    narrower = {"spotter": PAIRING["spotter"] | {"keep_days": 2}}
    hass.config_entries.async_update_entry(entry, options=narrower)
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert folder.ids() == kept[2:]
    assert await hass.config_entries.async_unload(entry.entry_id)
