"""The day/night select: the picture follows, and changes made elsewhere show."""

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from tests.integration.helpers import call, entity_id, state_of
from tests.virtual_camera import VirtualCamera


@pytest.mark.parametrize("darkness", [0.0, 1.0])
async def test_picture_follows_the_choice(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry, darkness: float
) -> None:
    camera.scene.darkness = darkness
    unique_id = f"{camera.serial}_0_day_night"
    select = entity_id(hass, "select", unique_id)
    assert state_of(hass, "select", unique_id).state == "auto"

    for option, in_color in (
        ("black_white", False),
        ("color", True),
        ("auto", darkness == 0.0),
    ):
        await call(hass, "select.select_option", select, option=option)
        assert camera.channels[0].color is in_color
        assert state_of(hass, "select", unique_id).state == option


@pytest.mark.parametrize(("option", "in_color"), [("black_white", False), ("color", True)])
async def test_choice_that_was_undone_on_the_camera_takes_effect_again(
    hass: HomeAssistant,
    camera: VirtualCamera,
    entry: MockConfigEntry,
    option: str,
    in_color: bool,
) -> None:
    unique_id = f"{camera.serial}_0_day_night"
    select = entity_id(hass, "select", unique_id)
    await call(hass, "select.select_option", select, option=option)
    for profile in (0, 1):
        other = "BlackWhite" if in_color else "Color"
        camera.machine.store.put(f"VideoInDayNight[0][{profile}].Mode", other)
    await call(hass, "select.select_option", select, option=option)
    assert camera.channels[0].color is in_color
    assert state_of(hass, "select", unique_id).state == option


async def test_choice_made_on_the_camera_shows_within_a_poll(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    unique_id = f"{camera.serial}_0_day_night"
    for profile in (0, 1):
        camera.machine.store.put(f"VideoInDayNight[0][{profile}].Mode", "BlackWhite")
    await entry.runtime_data.coordinator.async_refresh()
    assert state_of(hass, "select", unique_id).state == "black_white"

    camera.machine.store.put("VideoInDayNight[0][1].Mode", "Color")
    await entry.runtime_data.coordinator.async_refresh()
    assert state_of(hass, "select", unique_id).state == "unknown"


async def test_choice_that_the_camera_ignores_is_an_error(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    unique_id = f"{camera.serial}_0_day_night"
    camera.set_fault("ignore_writes", table="VideoInDayNight")
    with pytest.raises(HomeAssistantError, match="did not change VideoInDayNight"):
        await call(
            hass,
            "select.select_option",
            entity_id(hass, "select", unique_id),
            option="black_white",
        )
    assert state_of(hass, "select", unique_id).state == "auto"


async def test_command_needs_a_write_and_a_read_and_moves_nothing_else(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    select = entity_id(hass, "select", f"{camera.serial}_0_day_night")
    others = {
        state.entity_id: state.last_reported
        for state in hass.states.async_all()
        if state.entity_id != select
    }
    before = len(camera.requests)
    await call(hass, "select.select_option", select, option="color")
    sent = [request["target"] for request in list(camera.requests)[before:]]
    assert len(sent) == 2
    assert "setConfig" in sent[0]
    assert "getConfig" in sent[1]
    for state in hass.states.async_all():
        if state.entity_id in others:
            assert state.last_changed <= others[state.entity_id]
