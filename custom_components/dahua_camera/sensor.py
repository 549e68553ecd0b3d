"""Sensors: how full is what the camera records to."""

from typing import override

from homeassistant.components.sensor import SensorEntity, SensorStateClass
from homeassistant.const import PERCENTAGE, EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import DahuaConfigEntry
from .dahua.topics import Shown, Topic
from .entity import DahuaEntity
from .following import has_storage

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DahuaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the sensor of a camera that records by itself."""
    if has_storage(hass, entry.runtime_data.coordinator.camera):
        async_add_entities([StorageUsedSensor(entry)])


class StorageUsedSensor(DahuaEntity, SensorEntity):
    """How full the camera's storage is; unknown while there is none."""

    _attr_entity_category = EntityCategory.DIAGNOSTIC
    # Most cameras fill it up and then write over the oldest.
    _attr_entity_registry_enabled_default = False
    _attr_native_unit_of_measurement = PERCENTAGE
    _attr_state_class = SensorStateClass.MEASUREMENT
    _attr_suggested_display_precision = 0
    _attr_translation_key = "storage_used"

    def __init__(self, entry: DahuaConfigEntry) -> None:
        """Measure the storage of one camera."""
        super().__init__(entry, "storage_used", Shown(Topic.STORAGE))

    @property
    @override
    def native_value(self) -> float | None:
        storage = self.camera.state.storage
        return storage.used_percent if storage else None
