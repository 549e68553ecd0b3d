"""An image profile that holds for a time is put back, whatever way the camera obeys."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.dahua_camera.dahua.errors import WriteNotAppliedError
from custom_components.dahua_camera.dahua.state import ImageProfile
from custom_components.dahua_camera.preparation import Preparation
from custom_components.dahua_camera.temporary import Purpose, TemporarySettings
from homeassistant.core import HomeAssistant
from tests.integration.helpers import call, entity_id, entry_for
from tests.virtual_camera import VirtualCamera

FIRMWARES = ("config_ex", "forced_by_name", "forced_by_number", "unwritable_mode")
NIGHT = Preparation(image_profile=ImageProfile.NIGHT)
LONG = timedelta(hours=1)


@asynccontextmanager
async def set_up(
    hass: HomeAssistant, firmware: str
) -> AsyncIterator[tuple[VirtualCamera, MockConfigEntry]]:
    """Start a camera by day and set it up."""
    async with VirtualCamera(f"mfw7442k1+{firmware}") as camera:
        entry = entry_for(camera)
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        yield camera, entry
        assert await hass.config_entries.async_unload(entry.entry_id)


def chosen(camera: VirtualCamera) -> dict[str, str]:
    """Return all that chooses the profile of the first sensor."""
    store = camera.machine.store
    return dict(store.under("VideoInMode[0]") + store.under("VideoInOptions[0]"))


@pytest.mark.parametrize("firmware", FIRMWARES)
async def test_profile_is_put_back_whatever_way_the_camera_obeys(
    hass: HomeAssistant, socket_enabled: None, firmware: str
) -> None:
    async with set_up(hass, firmware) as (camera, entry):
        temporary: TemporarySettings = entry.runtime_data.temporary
        before = chosen(camera)
        # The second time the way is known.
        for _ in range(2):
            for _ in range(2):
                await temporary.hold(0, Purpose.CAPTURE, NIGHT, LONG)
                assert camera.channels[0].live_profile == 1
            await temporary.end(0, Purpose.CAPTURE)
            assert not temporary.held
            assert chosen(camera) == before
            assert camera.channels[0].live_profile == 0


@pytest.mark.parametrize("firmware", FIRMWARES)
async def test_profile_is_put_back_after_a_restart(
    hass: HomeAssistant, socket_enabled: None, firmware: str
) -> None:
    async with set_up(hass, firmware) as (camera, entry):
        before = chosen(camera)
        await entry.runtime_data.temporary.hold(0, Purpose.CAPTURE, NIGHT, LONG)
        assert await hass.config_entries.async_reload(entry.entry_id)
        assert camera.channels[0].live_profile == 1
        await entry.runtime_data.temporary.end(0, Purpose.CAPTURE)
        assert chosen(camera) == before


@pytest.mark.parametrize("firmware", FIRMWARES)
async def test_profile_that_a_hand_chooses_in_between_stays(
    hass: HomeAssistant, socket_enabled: None, firmware: str
) -> None:
    async with set_up(hass, firmware) as (camera, entry):
        temporary: TemporarySettings = entry.runtime_data.temporary
        await temporary.hold(0, Purpose.CAPTURE, NIGHT, LONG)
        select = entity_id(hass, "select", f"{camera.serial}_0_image_profile")
        await call(hass, "select.select_option", select, option="general")
        await temporary.end(0, Purpose.CAPTURE)
        assert camera.channels[0].live_profile == 2


async def test_profile_that_cannot_be_held_leaves_the_camera_as_it_was(
    hass: HomeAssistant, socket_enabled: None
) -> None:
    async with set_up(hass, "fixed_profile") as (camera, entry):
        temporary: TemporarySettings = entry.runtime_data.temporary
        before = chosen(camera)
        with pytest.raises(WriteNotAppliedError):
            await temporary.hold(0, Purpose.CAPTURE, NIGHT, LONG)
        assert chosen(camera) == before
        await temporary.end(0, Purpose.CAPTURE)
        assert not temporary.held
        assert chosen(camera) == before


async def test_nothing_is_written_where_a_hand_takes_over_in_that_moment(
    hass: HomeAssistant, socket_enabled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with set_up(hass, "forced_by_number") as (camera, entry):
        temporary: TemporarySettings = entry.runtime_data.temporary
        camera.requests.clear()

        async def taken_over(*_: object) -> bool:
            return False

        monkeypatch.setattr(temporary, "_keep", taken_over)
        await temporary.hold(0, Purpose.CAPTURE, NIGHT, LONG)
        assert not [r for r in camera.requests if "setConfig" in r["target"]]
