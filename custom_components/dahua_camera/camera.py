"""Cameras: a live stream and stills of each sensor."""

from typing import override

from homeassistant.components.camera import Camera, CameraEntityFeature
from homeassistant.components.stream import CONF_RTSP_TRANSPORT, Stream
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import CONF_RTSP_PORT, LOGGER
from .coordinator import DahuaConfigEntry
from .dahua.errors import DahuaError
from .dahua.state import ChannelInfo, StreamInfo
from .entity import DahuaChannelEntity

PARALLEL_UPDATES = 0

_PLAYS_EVERYWHERE = "H.264"


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DahuaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up a camera entity for each stream that the camera has switched on."""
    async_add_entities(
        DahuaCameraEntity(entry, channel, stream)
        for channel in entry.runtime_data.coordinator.camera.info.channels
        for stream in channel.streams
        if stream.enabled
    )


def _enabled_by_default(channel: ChannelInfo, stream: StreamInfo) -> bool:
    """Tell whether a stream is the main one, or the first that every browser plays."""
    if stream.subtype == 0:
        return True
    playable = [s.subtype for s in channel.streams if s.enabled and _plays_everywhere(s)]
    return stream.subtype == min(playable, default=None)


def _plays_everywhere(stream: StreamInfo) -> bool:
    return stream.codec.startswith(_PLAYS_EVERYWHERE)


class DahuaCameraEntity(DahuaChannelEntity, Camera):
    """One stream of one sensor."""

    _attr_supported_features = CameraEntityFeature.STREAM

    def __init__(self, entry: DahuaConfigEntry, channel: ChannelInfo, stream: StreamInfo) -> None:
        """Show one stream; the main one bears the name of its sensor."""
        is_main = stream.subtype == 0
        DahuaChannelEntity.__init__(
            self, entry, channel, "main" if is_main else f"sub_{stream.subtype}"
        )
        Camera.__init__(self)
        self.stream_options[CONF_RTSP_TRANSPORT] = "tcp"
        self._attr_brand = self.camera.info.vendor
        self._attr_model = self.camera.info.model
        self._attr_entity_registry_enabled_default = _enabled_by_default(channel, stream)
        if is_main:
            self._attr_name = None
        else:
            self._attr_translation_key = "sub_stream"
            self._attr_translation_placeholders = {"number": str(stream.subtype)}
        self._source = self.camera.rtsp_url(
            channel.index, stream.subtype, entry.data.get(CONF_RTSP_PORT)
        )

    @override
    async def stream_source(self) -> str:
        return self._source

    @override
    async def async_create_stream(self) -> Stream | None:
        stream = await super().async_create_stream()
        if stream is not None:
            stream.set_update_callback(self._handle_stream_update)
        return stream

    @override
    async def async_will_remove_from_hass(self) -> None:
        # It would play on, whether or not the account still holds, and take a connection.
        if self.stream is not None:
            self.stream.dynamic_stream_settings.preload_stream = False
            await self.stream.stop()
        await super().async_will_remove_from_hass()

    @callback
    def _handle_stream_update(self) -> None:
        """Show whether the stream is there, and have looked why not."""
        self.async_write_ha_state()
        if self.stream is not None and not self.stream.available:
            self._entry.runtime_data.watch.look_soon()

    @override
    async def async_camera_image(
        self, width: int | None = None, height: int | None = None
    ) -> bytes | None:
        try:
            return await self.camera.still(self._channel)
        except DahuaError as error:
            LOGGER.debug("No still of %s: %s", self.entity_id, error)
            return None
