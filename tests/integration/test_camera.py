"""Camera entities: stills and the address of the stream."""

import asyncio
from io import BytesIO

from PIL import Image
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.components.camera import (
    async_get_image,
    async_get_stream_source,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
from tests.integration.helpers import call, entity_id, entry_for, until
from tests.virtual_camera import VirtualCamera


async def still(hass: HomeAssistant, camera: VirtualCamera, channel: int) -> Image.Image:
    """Return the picture that a dashboard would show."""
    image = await async_get_image(
        hass, entity_id(hass, "camera", f"{camera.serial}_{channel}_main")
    )
    assert image.content_type == "image/jpeg"
    return Image.open(BytesIO(image.content)).convert("RGB")


def brightness(image: Image.Image) -> float:
    """Return the mean of the grey levels, 0 to 255."""
    histogram = image.convert("L").histogram()
    return sum(level * count for level, count in enumerate(histogram)) / sum(histogram)


@pytest.mark.parametrize("channel", [0, 1])
async def test_still_shows_the_scene_as_lit(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry, channel: int
) -> None:
    light = entity_id(hass, "switch", f"{camera.serial}_{channel}_warm_light")
    if channel == 0:
        await call(
            hass, "switch.turn_off", entity_id(hass, "switch", f"{camera.serial}_0_infrared")
        )
    dark = brightness(await still(hass, camera, channel))
    await call(hass, "switch.turn_on", light)
    await asyncio.sleep(1.1)
    assert brightness(await still(hass, camera, channel)) > 1.3 * dark


async def test_many_viewers_cost_the_camera_one_request(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    before = len(camera.requests)
    pictures = await asyncio.gather(*(still(hass, camera, 1) for _ in range(10)))
    assert len({picture.tobytes() for picture in pictures}) == 1
    assert len(camera.requests) - before == 1


async def test_still_that_the_camera_refuses_is_an_error_for_the_viewer_only(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    camera.set_fault("refuse", path="/cgi-bin/snapshot.cgi", status=200, body="Error\r\n")
    with pytest.raises(HomeAssistantError):
        await still(hass, camera, 0)
    assert entry.runtime_data.coordinator.last_update_success


async def test_stream_source_is_the_camera_s_own_address(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry
) -> None:
    for channel in (0, 1):
        unique_id = f"{camera.serial}_{channel}_main"
        source = await async_get_stream_source(hass, entity_id(hass, "camera", unique_id))
        assert source == (
            f"rtsp://admin:{camera.password}@127.0.0.1:{camera.rtsp_port}"
            f"/cam/realmonitor?channel={channel + 1}&subtype=0"
        )


async def test_password_with_any_character_fits_into_the_stream_s_address(
    hass: HomeAssistant, socket_enabled: None
) -> None:
    async with VirtualCamera(password="a@b:/?#&%ü") as camera:
        entry = entry_for(camera)
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        unique_id = f"{camera.serial}_0_main"
        source = await async_get_stream_source(hass, entity_id(hass, "camera", unique_id))
        assert source
        assert source.startswith("rtsp://admin:a%40b%3A%2F%3F%23%26%25%C3%BC@127.0.0.1:")
        assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    ("main", "sub", "sub_is_disabled"),
    [("H.264", "H.264", True), ("H.265", "H.264", False), ("H.265", "H.265", True)],
)
async def test_sub_stream_is_enabled_where_browsers_cannot_play_the_main_one(
    hass: HomeAssistant, camera: VirtualCamera, main: str, sub: str, sub_is_disabled: bool
) -> None:
    camera.machine.store.put("Encode[0].MainFormat[0].Video.Compression", main)
    camera.machine.store.put("Encode[0].ExtraFormat[0].Video.Compression", sub)
    entry = entry_for(camera)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    sub_stream = entity_id(hass, "camera", f"{camera.serial}_0_sub_1")
    assert (hass.states.get(sub_stream) is None) is sub_is_disabled
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("preloaded", [False, True])
async def test_live_picture_ends_with_the_entry(
    hass: HomeAssistant, camera: VirtualCamera, entry: MockConfigEntry, preloaded: bool
) -> None:
    assert await async_setup_component(hass, "stream", {})
    watched = hass.data["camera"].get_entity(entity_id(hass, "camera", f"{camera.serial}_0_main"))
    stream = await watched.async_create_stream()
    stream.dynamic_stream_settings.preload_stream = preloaded
    stream.add_provider("hls")
    await stream.start()
    await until(lambda: camera.state()["connections_by_kind"]["rtsp"])
    try:
        assert await hass.config_entries.async_unload(entry.entry_id)
        await until(lambda: not camera.state()["connections_by_kind"]["rtsp"], 5)
        assert stream.dynamic_stream_settings.preload_stream is preloaded
    finally:
        stream.dynamic_stream_settings.preload_stream = False
        await stream._stop()
