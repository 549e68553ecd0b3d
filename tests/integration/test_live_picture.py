"""The live picture comes back by itself, and never goes on logging in with a refused password."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.components.camera import async_get_stream_source
from homeassistant.components.stream import HLS_PROVIDER, Stream
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
from tests.integration.helpers import entity_id, until
from tests.virtual_camera import VirtualCamera


@pytest.fixture(autouse=True)
async def _hurried(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have pictures tried again soon, and events too."""
    assert await async_setup_component(hass, "stream", {})
    monkeypatch.setattr("homeassistant.components.stream.STREAM_RESTART_INCREMENT", 0.5)
    package = "custom_components.dahua_camera.dahua"
    monkeypatch.setattr(f"{package}.login.CONFIRMATION_PAUSE", 0.3)
    monkeypatch.setattr(f"{package}.event_stream.FIRST_RETRY", 0.05)


def players(camera: VirtualCamera) -> int:
    return int(camera.state()["connections_by_kind"]["rtsp"])


@asynccontextmanager
async def playing(hass: HomeAssistant, camera: VirtualCamera) -> AsyncIterator[list[Stream]]:
    """Keep the pictures of both sensors ready, as an owner may wish; end them afterwards."""
    streams = []
    for channel in (0, 1):
        watched = entity_id(hass, "camera", f"{camera.serial}_{channel}_main")
        stream = await hass.data["camera"].get_entity(watched).async_create_stream()
        stream.dynamic_stream_settings.preload_stream = True
        stream.add_provider(HLS_PROVIDER)
        await stream.start()
        streams.append(stream)
    await until(lambda: players(camera) == len(streams))
    yield streams
    for stream in streams:
        await stop(stream)


async def stop(stream: Stream) -> None:
    stream.dynamic_stream_settings.preload_stream = False
    outputs = stream.outputs()
    await stream.stop()
    for output in outputs.values():
        output.cleanup()


def is_ended(stream: Stream) -> bool:
    return stream._thread is None


async def cut_off(camera: VirtualCamera) -> None:
    """End all that the camera sends, pictures and events."""
    camera.machine.end_streams()
    camera.set_fault("drop_stream", once=True)
    await until(lambda: not players(camera))


async def test_password_that_changes_is_not_tried_on_and_on(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    async with playing(hass, camera) as streams:
        camera.change_password("another-1")
        await cut_off(camera)
        await until(lambda: all(map(is_ended, streams)))
        assert camera.state()["logins"]["rejected"] <= 2
        await entry.runtime_data.coordinator.async_refresh()
        [flow] = hass.config_entries.flow.async_progress()
        new = {"username": camera.username, "password": camera.password}
        await hass.config_entries.flow.async_configure(flow["flow_id"], new)
        await until(lambda: entry.state is ConfigEntryState.LOADED)
        assert camera.state()["logins"]["rejected"] == 2
    async with playing(hass, camera):
        assert camera.state()["logins"]["rejected"] == 2


async def test_picture_is_not_begun_with_a_password_that_changed_meanwhile(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    async with playing(hass, camera) as streams:
        for stream in streams:
            await stop(stream)
        await until(lambda: not players(camera))
        camera.change_password("another-1")
        watched = entity_id(hass, "camera", f"{camera.serial}_0_main")
        for _ in range(2):
            with pytest.raises(HomeAssistantError, match="password"):
                await hass.data["camera"].get_entity(watched).async_create_stream()
            with pytest.raises(HomeAssistantError, match="password"):
                await async_get_stream_source(hass, watched)
        assert camera.state()["logins"]["rejected"] == 2


async def test_picture_comes_back_after_a_restart(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    async with playing(hass, camera) as streams:
        await camera.reboot(seconds=0.5, warming_up=0.5)
        await until(lambda: players(camera) == len(streams), 20)
        assert camera.state()["logins"]["rejected"] == 0


async def test_picture_that_breaks_off_comes_back(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    async with playing(hass, camera) as streams:
        camera.machine.end_streams()
        await until(lambda: not players(camera))
        await until(lambda: players(camera) == len(streams))
        assert camera.state()["logins"]["rejected"] == 0


async def test_picture_of_a_locked_account_rests_and_comes_back_when_it_is_kept_ready(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    async with playing(hass, camera) as streams:
        camera.set_fault("lock_account")
        await cut_off(camera)
        await until(lambda: all(map(is_ended, streams)))
        locked = camera.state()["logins"]["locked"]
        await entry.runtime_data.coordinator.async_refresh()
        assert camera.state()["logins"]["locked"] == locked
        camera.clear_fault("lock_account")
        entry.runtime_data.coordinator.camera.http.login._lock = None
        await entry.runtime_data.coordinator.async_refresh()
        await until(lambda: players(camera) == len(streams))
        assert all(stream.dynamic_stream_settings.preload_stream for stream in streams)


async def test_picture_is_begun_although_requests_fail(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    watched = entity_id(hass, "camera", f"{camera.serial}_1_main")
    camera.set_fault("refuse", path="magicBox.cgi", status=500, body="Error\r\n")
    assert await async_get_stream_source(hass, watched)
