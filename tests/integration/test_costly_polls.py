"""Cameras that run out of connections are polled less often than others."""

from datetime import timedelta

import pytest

from homeassistant.core import HomeAssistant
from tests.integration.helpers import entry_for, state_of, until
from tests.virtual_camera import VirtualCamera

OFTEN, SELDOM = timedelta(minutes=1), timedelta(minutes=5)


@pytest.mark.parametrize(
    ("variant", "fault", "interval"),
    [
        ("mfw7442k1", {}, OFTEN),
        ("mfw7442k1+single_name", {}, OFTEN),
        ("mfw7442k1+one_shot_nonce", {}, OFTEN),
        ("mfw7442k1+single_name+one_shot_nonce", {}, SELDOM),
        ("mfw7442k1+single_name", {"told": False}, SELDOM),
    ],
)
@pytest.mark.usefixtures("quick_stream", "socket_enabled")
async def test_polls_are_as_far_apart_as_a_camera_bears(
    hass: HomeAssistant, variant: str, fault: dict[str, bool], interval: timedelta
) -> None:
    async with VirtualCamera(variant) as camera:
        if fault:
            camera.set_fault("one_shot_nonce", **fault)
        entry = entry_for(camera)
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        await until(lambda: entry.runtime_data.detections.available)
        coordinator = entry.runtime_data.coordinator
        assert coordinator.update_interval == interval
        for _ in range(3):
            await coordinator.async_refresh()
            assert coordinator.update_interval == interval
        await camera.emit("VideoMotion", "Start", 1)
        motion = f"{camera.serial}_1_motion"
        await until(lambda: state_of(hass, "binary_sensor", motion).state == "on")
        assert await hass.config_entries.async_unload(entry.entry_id)
