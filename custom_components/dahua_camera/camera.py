"""Cameras: a live stream and stills of each sensor."""

import asyncio
from functools import partial
from typing import override

from homeassistant.components.camera import Camera, CameraEntityFeature
from homeassistant.components.stream import CONF_RTSP_TRANSPORT, HLS_PROVIDER, Stream
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import CONF_RTSP_PORT, DOMAIN, LOGGER
from .coordinator import DahuaConfigEntry
from .dahua.errors import DahuaError, LoginError
from .dahua.state import ChannelInfo, StreamInfo
from .entity import DahuaChannelEntity
from .problems import problem_key, problem_placeholders

PARALLEL_UPDATES = 0

_PLAYS_EVERYWHERE = "H.264"
# Home Assistant waits ten for the address of a stream; a refusal that is confirmed takes three.
_PROOF_SECONDS = 6.0


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
        address = partial(
            self.camera.rtsp_url, channel.index, stream.subtype, entry.data.get(CONF_RTSP_PORT)
        )
        self._source = address()
        self._source_without_login = address(with_login=False)
        self._is_ended = False

    @override
    async def stream_source(self) -> str:
        await self._prove_login()
        return self._source

    @override
    async def async_create_stream(self) -> Stream | None:
        if self.stream is not None:
            await self._prove_login()
        stream = await super().async_create_stream()
        if stream is not None:
            stream.set_update_callback(self._handle_stream_update)
        return stream

    @override
    async def async_will_remove_from_hass(self) -> None:
        # It would play on, whether or not the account still holds, and take a connection.
        await self._end_stream()
        await super().async_will_remove_from_hass()

    @callback
    def _handle_stream_update(self) -> None:
        """Show whether the stream is there; where it is not, look for the reason soon."""
        self.async_write_ha_state()
        if self.stream is not None and not self.stream.available:
            self._entry.runtime_data.watch.look_soon()
            # It is tried again without end: with a password that was changed it locks the account.
            self.stream.source = self._source_without_login
            self._restore_stream_soon()

    @override
    @callback
    def _handle_coordinator_update(self) -> None:
        super()._handle_coordinator_update()
        if self.stream is not None and self.stream.source != self._source:
            self._restore_stream_soon()

    @callback
    def _restore_stream_soon(self) -> None:
        self._entry.async_create_background_task(
            self.hass, self._restore_stream(), f"live view of {self.entity_id}"
        )

    async def _restore_stream(self) -> None:
        """Let the stream log in again if the account still holds; else end it until it does."""
        try:
            await self._prove_login()
        except HomeAssistantError:
            self._is_ended = True
            await self._end_stream()
            return
        if self._is_ended and self.stream is not None and self.stream.source == self._source:
            self._is_ended = False
            if self.stream.dynamic_stream_settings.preload_stream:
                self.stream.add_provider(HLS_PROVIDER)
                await self.stream.start()

    async def _prove_login(self) -> None:
        """Find out whether the account holds before a player logs in with it.

        Raises HomeAssistantError if not; whatever else is wrong, the player finds out itself.
        """
        try:
            async with asyncio.timeout(_PROOF_SECONDS):
                await self.camera.prove_login()
        except LoginError as error:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key=problem_key(error),
                translation_placeholders=problem_placeholders(error),
            ) from error
        except (DahuaError, TimeoutError) as error:
            LOGGER.debug("No proof for the stream of %s: %s", self.entity_id, error)
            return
        if self.stream is not None:
            self.stream.source = self._source

    async def _end_stream(self) -> None:
        """End the live view, even one that is preloaded; that setting stays as it is."""
        if self.stream is None:
            return
        settings = self.stream.dynamic_stream_settings
        is_preloaded = settings.preload_stream
        settings.preload_stream = False
        outputs = self.stream.outputs()
        try:
            await self.stream.stop()
            # What came in until then would have set them going for another while.
            for output in outputs.values():
                output.cleanup()
        finally:
            settings.preload_stream = is_preloaded

    @override
    async def async_camera_image(
        self, width: int | None = None, height: int | None = None
    ) -> bytes | None:
        try:
            return await self.camera.still(self._channel)
        except DahuaError as error:
            LOGGER.debug("No still of %s: %s", self.entity_id, error)
            return None
