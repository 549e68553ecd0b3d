"""Images: the still of each sensor's last detection, and the pictures of the last capture."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import override

from homeassistant.components.image import ImageEntity
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .capture_album import CaptureAlbum, ShownCapture
from .capture_entity import CAPTURE, CAPTURE_IDENTIFIER, CAPTURE_SPOTTER, CaptureEntity
from .capture_folder import PictureKind
from .const import LOGGER
from .coordinator import DahuaConfigEntry
from .dahua.errors import DahuaError
from .dahua.sightings import Sighting
from .dahua.state import ChannelInfo
from .entity import DahuaChannelEntity
from .following import follow

PARALLEL_UPDATES = 0

_CAPTURE_PICTURES = {
    CAPTURE: PictureKind.COMPOSED,
    CAPTURE_SPOTTER: PictureKind.SPOTTER,
    CAPTURE_IDENTIFIER: PictureKind.IDENTIFIER,
}
# A camera makes about one still a second, and others want theirs.
_PAUSE_SECONDS = 1.0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DahuaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the image of each sensor that detects anything, and those of the last capture."""
    camera = entry.runtime_data.coordinator.camera

    def wanted() -> dict[int, Callable[[], LastDetectionImage]]:
        return {
            info.index: partial(LastDetectionImage, hass, entry, info)
            for info in camera.info.channels
            if camera.channel(info.index).sighting_types
        }

    follow(entry, async_add_entities, wanted)
    if spotter := entry.runtime_data.spotter:
        async_add_entities(
            CaptureImage(hass, entry, spotter.album, key, kind)
            for key, kind in _CAPTURE_PICTURES.items()
        )


class _Image(ImageEntity):
    """An image that does not exist before the first one is taken."""

    @property
    @override
    def entity_picture(self) -> str | None:
        """Where the image is; before the first one, the icon says more than an empty frame."""
        return super().entity_picture if self.image_last_updated else None


class LastDetectionImage(DahuaChannelEntity, _Image):
    """What a sensor saw when it last detected something."""

    _attr_translation_key = "last_detection"

    def __init__(self, hass: HomeAssistant, entry: DahuaConfigEntry, channel: ChannelInfo) -> None:
        """Show the detections of one sensor."""
        super().__init__(entry, channel, "last_detection")
        ImageEntity.__init__(self, hass)
        self._picture: bytes | None = None
        self._wanted = False
        self._task: asyncio.Task[None] | None = None

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        detections = self._entry.runtime_data.detections
        self.async_on_remove(detections.listen_for_sightings(self._channel, self._handle_sighting))

    @override
    async def async_image(self) -> bytes | None:
        return self._picture

    @callback
    def _handle_sighting(self, _: Sighting) -> None:
        """Take a still, at the earliest a while after the one before: the newest wins."""
        self._wanted = True
        if self._task is None or self._task.done():
            # What shows the event goes first.
            self._task = self._entry.async_create_background_task(
                self.hass, self._take_stills(), f"still of {self.entity_id}", eager_start=False
            )

    async def _take_stills(self) -> None:
        while self._wanted:
            self._wanted = False
            try:
                self._picture = await self.camera.still(self._channel, fresh=True)
            except DahuaError as error:
                LOGGER.debug("No still for %s: %s", self.entity_id, error)
            else:
                self._attr_image_last_updated = dt_util.utcnow()
                self.async_write_ha_state()
            await asyncio.sleep(_PAUSE_SECONDS)


class CaptureImage(CaptureEntity, _Image):
    """A picture of whoever was captured last."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: DahuaConfigEntry,
        album: CaptureAlbum,
        key: str,
        kind: PictureKind,
    ) -> None:
        """Show one kind of picture."""
        super().__init__(entry, album, key)
        ImageEntity.__init__(self, hass)
        self._attr_translation_key = key
        self._kind = kind
        if album.last:
            self.handle_capture(album.last)

    @override
    async def async_image(self) -> bytes | None:
        return self._album.last.pictures.get(self._kind) if self._album.last else None

    @callback
    @override
    def handle_capture(self, shown: ShownCapture) -> None:
        is_there = self._kind in shown.pictures
        self._attr_image_last_updated = shown.facts.spotted_at if is_there else None
