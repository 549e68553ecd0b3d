"""Binary sensors: what each sensor detects, the event stream, and trouble with the storage."""

from collections.abc import Callable
from functools import partial
from typing import override

from homeassistant.components.binary_sensor import BinarySensorDeviceClass, BinarySensorEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .camera_named import CameraNamedEntity, RuleNamedEntity
from .coordinator import DahuaConfigEntry
from .dahua.detections import MOTION, STORAGE, Detection, region_key, rule_key
from .dahua.state import Alarm, ChannelInfo, ObjectKind
from .dahua.topics import Shown, Topic
from .entity import DahuaEntity, DahuaPushedEntity
from .following import follow, has_motion, has_storage

PARALLEL_UPDATES = 0

_ALARM_CLASSES = {
    Alarm.TAMPERING: BinarySensorDeviceClass.TAMPER,
    Alarm.SCENE_CHANGED: BinarySensorDeviceClass.TAMPER,
    Alarm.DEFOCUSED: BinarySensorDeviceClass.PROBLEM,
    Alarm.VIDEO_LOST: BinarySensorDeviceClass.PROBLEM,
}


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DahuaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up what the camera is told to detect, and follow when that changes."""
    camera = entry.runtime_data.coordinator.camera
    async_add_entities([EventStreamBinarySensor(entry)])
    if has_storage(hass, camera):
        async_add_entities([StorageProblemBinarySensor(entry)])

    def wanted() -> dict[Detection, Callable[[], DetectionBinarySensor]]:
        makers: dict[Detection, Callable[[], DetectionBinarySensor]] = {}
        for info in camera.info.channels:
            channel = camera.channel(info.index)
            if has_motion(hass, channel, camera.info.serial):
                key = Detection(info.index, MOTION)
                makers[key] = partial(DetectionBinarySensor, entry, info, MOTION)
            for region in channel.motion_regions:
                key = Detection(info.index, region_key(region.id))
                makers[key] = partial(RegionBinarySensor, entry, info, region.id)
            for rule in channel.state.ivs_rules:
                key = Detection(info.index, rule_key(rule.id))
                makers[key] = partial(RuleBinarySensor, entry, info, rule.id)
            for kind in channel.object_kinds:
                key = Detection(info.index, kind.value)
                makers[key] = partial(ObjectBinarySensor, entry, info, kind)
            for alarm in info.alarms:
                key = Detection(info.index, alarm.value)
                makers[key] = partial(AlarmBinarySensor, entry, info, alarm)
        return makers

    follow(entry, async_add_entities, wanted)


class EventStreamBinarySensor(DahuaEntity, BinarySensorEntity):
    """Whether the camera's events reach us now."""

    _attr_device_class = BinarySensorDeviceClass.CONNECTIVITY
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_translation_key = "event_stream"

    def __init__(self, entry: DahuaConfigEntry) -> None:
        """Watch the stream of one camera."""
        super().__init__(entry, "event_stream")

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        detections = self._entry.runtime_data.detections
        self.async_on_remove(detections.listen_for_connection(self.async_write_ha_state))

    @property
    @override
    def available(self) -> bool:
        # What is lost is told by the state.
        return True

    @property
    @override
    def is_on(self) -> bool:
        return self._entry.runtime_data.detections.stream.connected


class StorageProblemBinarySensor(DahuaEntity, BinarySensorEntity):
    """On while the camera cannot record: what it records to is broken, full or gone."""

    _attr_device_class = BinarySensorDeviceClass.PROBLEM
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_translation_key = "storage_problem"

    def __init__(self, entry: DahuaConfigEntry) -> None:
        """Watch the storage of one camera."""
        super().__init__(entry, "storage_problem", Shown(Topic.STORAGE))

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        detections = self._entry.runtime_data.detections
        self.async_on_remove(detections.listen(STORAGE, self.async_write_ha_state))
        # What the events told is forgotten when they are lost.
        self.async_on_remove(detections.listen_for_availability(self.async_write_ha_state))

    @property
    @override
    def is_on(self) -> bool:
        storage = self.camera.state.storage
        told = self._entry.runtime_data.detections.is_on(STORAGE)
        return told or (storage is not None and storage.is_failed)


class DetectionBinarySensor(DahuaPushedEntity, BinarySensorEntity):
    """On while the camera detects something; hears of it by event."""

    _attr_device_class = BinarySensorDeviceClass.MOTION

    def __init__(self, entry: DahuaConfigEntry, channel: ChannelInfo, key: str) -> None:
        """Show one detection of one sensor."""
        super().__init__(entry, channel, key)
        self._detection = Detection(channel.index, key)

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.detections.listen(self._detection, self.async_write_ha_state))

    @property
    @override
    def is_on(self) -> bool:
        return self.detections.is_on(self._detection)


class RuleBinarySensor(RuleNamedEntity, DetectionBinarySensor):
    """One IVS rule, called as the camera calls it."""

    _attr_translation_key = "rule"

    def __init__(self, entry: DahuaConfigEntry, channel: ChannelInfo, rule_id: int) -> None:
        """Show one rule of one sensor."""
        super().__init__(entry, channel, rule_key(rule_id))
        self.name_after(rule_id)


class RegionBinarySensor(CameraNamedEntity, DetectionBinarySensor):
    """Motion in one region, called as the camera calls it."""

    _attr_translation_key = "region"

    def __init__(self, entry: DahuaConfigEntry, channel: ChannelInfo, region_id: int) -> None:
        """Show one motion region of one sensor."""
        super().__init__(entry, channel, region_key(region_id))
        self._region_id = region_id
        self.take_name()

    @override
    def name_on_camera(self) -> str | None:
        for region in self.channel.motion_regions:
            if region.id == self._region_id:
                return region.name
        return None


class ObjectBinarySensor(DetectionBinarySensor):
    """A kind of object, whatever reported it."""

    def __init__(self, entry: DahuaConfigEntry, channel: ChannelInfo, kind: ObjectKind) -> None:
        """Show one kind of object that one sensor sees."""
        super().__init__(entry, channel, kind.value)
        self._attr_translation_key = kind.value


class AlarmBinarySensor(DetectionBinarySensor):
    """What the camera reports about its own picture."""

    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_entity_registry_enabled_default = False

    def __init__(self, entry: DahuaConfigEntry, channel: ChannelInfo, alarm: Alarm) -> None:
        """Show one alarm of one sensor."""
        super().__init__(entry, channel, alarm.value)
        self._attr_translation_key = alarm.value
        self._attr_device_class = _ALARM_CLASSES[alarm]
