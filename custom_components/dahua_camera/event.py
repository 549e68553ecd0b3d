"""Events: what each sensor sees, and the number plates that it reads."""

from collections.abc import Callable
from dataclasses import asdict, fields
from functools import partial
from typing import override

from homeassistant.components.event import EventDeviceClass, EventEntity
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .capture_album import CaptureAlbum, ShownCapture
from .capture_entity import CAPTURE, CaptureEntity
from .coordinator import DahuaConfigEntry
from .dahua.passage import CaptureType
from .dahua.sightings import PlateReading, Sighting
from .dahua.state import ChannelInfo
from .entity import DahuaPushedEntity
from .following import follow

PARALLEL_UPDATES = 0

_DETECTION, _PLATE = "detection", "plate"


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DahuaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the events of each sensor: what it sees, plates where it reads them; and captures."""
    camera = entry.runtime_data.coordinator.camera

    def wanted() -> dict[tuple[int, str], Callable[[], ChannelEvent]]:
        makers: dict[tuple[int, str], Callable[[], ChannelEvent]] = {}
        for info in camera.info.channels:
            channel = camera.channel(info.index)
            if channel.sighting_types:
                makers[info.index, _DETECTION] = partial(DetectionEvent, entry, info)
            if channel.reads_plates:
                makers[info.index, _PLATE] = partial(PlateEvent, entry, info)
        return makers

    follow(entry, async_add_entities, wanted)
    if spotter := entry.runtime_data.spotter:
        async_add_entities([CaptureEvent(entry, spotter.album)])


class ChannelEvent(DahuaPushedEntity, EventEntity):
    """Something that happens before a sensor."""

    def __init__(self, entry: DahuaConfigEntry, channel: ChannelInfo, key: str) -> None:
        """Belong to a sensor."""
        super().__init__(entry, channel, key)
        self._attr_translation_key = key

    @callback
    def tell(self, event_type: str, facts: Sighting | PlateReading) -> None:
        """Show what happened, with what the camera told of it."""
        known = {
            each.name: value
            for each in fields(facts)
            if each.name not in {"channel", "type"}
            and (value := getattr(facts, each.name)) is not None
        }
        self._trigger_event(event_type, known)
        self.async_write_ha_state()


class DetectionEvent(ChannelEvent):
    """Whatever a sensor detects, with all that the camera tells of it."""

    _attr_device_class = EventDeviceClass.MOTION

    def __init__(self, entry: DahuaConfigEntry, channel: ChannelInfo) -> None:
        """Tell of all that one sensor sees."""
        super().__init__(entry, channel, _DETECTION)
        self._take_types()

    def _take_types(self) -> None:
        """Take over which types the sensor can report; kept, as it is needed at every write."""
        self._attr_event_types = list(self.channel.sighting_types)

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        self._take_types()
        super()._handle_coordinator_update()

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(
            self.detections.listen_for_sightings(self._channel, self._handle_sighting)
        )

    @callback
    def _handle_sighting(self, sighting: Sighting) -> None:
        if sighting.type in self.event_types:
            self.tell(sighting.type, sighting)


class PlateEvent(ChannelEvent):
    """A number plate, as the camera read it."""

    _attr_event_types = [_PLATE]  # noqa: RUF012

    def __init__(self, entry: DahuaConfigEntry, channel: ChannelInfo) -> None:
        """Tell of the plates of one sensor."""
        super().__init__(entry, channel, _PLATE)

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(
            self.detections.listen_for_plates(self._channel, partial(self.tell, _PLATE))
        )


class CaptureEvent(CaptureEntity, EventEntity):
    """Somebody whom both sensors saw, told once when all is known that will be."""

    _attr_translation_key = "capture"
    _attr_event_types = [each.value for each in CaptureType]  # noqa: RUF012

    def __init__(self, entry: DahuaConfigEntry, album: CaptureAlbum) -> None:
        """Tell of the captures of a camera."""
        super().__init__(entry, album, CAPTURE)

    @property
    @override
    def available(self) -> bool:
        return self._entry.runtime_data.detections.available

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        detections = self._entry.runtime_data.detections
        self.async_on_remove(detections.listen_for_availability(self.async_write_ha_state))

    @callback
    @override
    def handle_capture(self, shown: ShownCapture) -> None:
        facts = {key: value for key, value in asdict(shown.facts).items() if value is not None}
        del facts["type"]
        facts["spotted_at"] = shown.facts.spotted_at.isoformat()
        self._trigger_event(shown.facts.type, facts)
