"""What the entities of captures share: they belong to the housing, and come with the pairing."""

from abc import abstractmethod
from typing import Final, override

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from .capture_album import CaptureAlbum, ShownCapture
from .const import DOMAIN
from .coordinator import DahuaConfigEntry
from .entity import DahuaEntity

CAPTURE: Final = "capture"
CAPTURE_SPOTTER: Final = "capture_spotter"
CAPTURE_IDENTIFIER: Final = "capture_identifier"

_ALL = (
    (Platform.EVENT, CAPTURE),
    (Platform.IMAGE, CAPTURE),
    (Platform.IMAGE, CAPTURE_SPOTTER),
    (Platform.IMAGE, CAPTURE_IDENTIFIER),
)


class CaptureEntity(DahuaEntity):
    """An entity that shows the last capture."""

    def __init__(self, entry: DahuaConfigEntry, album: CaptureAlbum, key: str) -> None:
        """Belong to a camera with two sensors that work as one."""
        super().__init__(entry, key)
        self._album = album

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self._album.listen(self._update))

    @callback
    def _update(self) -> None:
        if self._album.last:
            self.handle_capture(self._album.last)
            self.async_write_ha_state()

    @callback
    @abstractmethod
    def handle_capture(self, shown: ShownCapture) -> None:
        """Take over a new capture."""


@callback
def forget_capture_entities(hass: HomeAssistant, serial: str) -> None:
    """Remove the entities of a pairing that was given up."""
    registry = er.async_get(hass)
    for platform, key in _ALL:
        if entity_id := registry.async_get_entity_id(platform, DOMAIN, f"{serial}_{key}"):
            registry.async_remove(entity_id)
