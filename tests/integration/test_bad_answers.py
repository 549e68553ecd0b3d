"""A camera that answers nonsense while it is set up: told once, survived, forgotten."""

import logging

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from tests.integration.helpers import state_of
from tests.virtual_camera import VirtualCamera

NONSENSE = {
    "a web page": (200, "<!DOCTYPE html><html>log in</html>"),
    "nothing": (200, ""),
    "no table": (200, "OK\r\n"),
    "10 MB": (200, "table.VideoInMode[0].Mode=" + 10_000_000 * "0"),
    "an error": (200, "Error\r\nBad Request!\r\n"),
    "internal error": (500, "Error\r\nInternal Error!\r\n"),
    "no permission": (403, "Error\r\nAuthorization Failed!\r\n"),
    "a redirect": (302, ""),
    "an odd status": (418, "teapot"),
}


@pytest.mark.parametrize("answer", NONSENSE.values(), ids=NONSENSE.keys())
async def test_poll_that_fails_makes_unavailable_and_the_next_one_mends_it(
    hass: HomeAssistant,
    camera: VirtualCamera,
    entry: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
    answer: tuple[int, str],
) -> None:
    coordinator = entry.runtime_data.coordinator
    unique_id = f"{camera.serial}_0_day_night"
    status, body = answer
    camera.set_fault("refuse", path="/cgi-bin/configManager.cgi", status=status, body=body)
    await coordinator.async_refresh()
    await coordinator.async_refresh()
    assert state_of(hass, "select", unique_id).state == "unavailable"
    assert state_of(hass, "binary_sensor", f"{camera.serial}_1_motion").state == "off"
    camera.clear_fault("refuse")
    await coordinator.async_refresh()
    assert state_of(hass, "select", unique_id).state == "auto"

    # asyncio complains as well where the machine that runs the test is busy.
    loud = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len([record for record in loud if record.name != "asyncio"]) == 1
    assert not any(record.exc_info for record in loud)


async def test_channel_that_vanishes_from_a_table_is_not_guessed(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    body = "table.Lighting_V2[0][0][0].LightType=WhiteLight\r\n" + "".join(
        f"table.{name}[0].x=1\r\n"
        for name in entry.runtime_data.coordinator.camera.info.tables
        if name != "Lighting_V2"
    )
    camera.set_fault("refuse", path="/cgi-bin/configManager.cgi", status=200, body=body)
    await entry.runtime_data.coordinator.async_refresh()
    assert state_of(hass, "switch", f"{camera.serial}_1_warm_light").state == "unknown"
    assert state_of(hass, "select", f"{camera.serial}_0_day_night").state == "unknown"
