"""Binary sensors: what each sensor of the camera detects."""

from collections.abc import Callable
from functools import partial
from typing import override

from homeassistant.components.binary_sensor import BinarySensorDeviceClass, BinarySensorEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import DahuaConfigEntry
from .dahua.detections import MOTION, Detection, rule_key
from .dahua.state import ChannelInfo
from .entity import DahuaChannelEntity, RuleNamedEntity, follow, has_motion

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DahuaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up what the camera is told to detect, and follow when that changes."""
    camera = entry.runtime_data.coordinator.camera

    def wanted() -> dict[Detection, Callable[[], DetectionBinarySensor]]:
        makers: dict[Detection, Callable[[], DetectionBinarySensor]] = {}
        for info in camera.info.channels:
            channel = camera.channel(info.index)
            if has_motion(hass, channel, camera.info.serial):
                detection = Detection(info.index, MOTION)
                makers[detection] = partial(DetectionBinarySensor, entry, info, detection)
            for rule in channel.state.ivs_rules:
                detection = Detection(info.index, rule_key(rule))
                makers[detection] = partial(RuleBinarySensor, entry, info, detection, rule.id)
        return makers

    follow(entry, async_add_entities, wanted)


class DetectionBinarySensor(DahuaChannelEntity, BinarySensorEntity):
    """On while the camera detects something; hears of it by event."""

    _attr_device_class = BinarySensorDeviceClass.MOTION

    def __init__(self, entry: DahuaConfigEntry, channel: ChannelInfo, detection: Detection) -> None:
        """Show one detection of one sensor."""
        super().__init__(entry, channel, detection.key)
        self._detection = detection
        self._detections = entry.runtime_data.detections

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self._detections.listen(self._detection, self.async_write_ha_state))

    @property
    @override
    def available(self) -> bool:
        return self._detections.available

    @property
    @override
    def is_on(self) -> bool:
        return self._detections.is_on(self._detection)


class RuleBinarySensor(RuleNamedEntity, DetectionBinarySensor):
    """One IVS rule, called as the camera calls it."""

    _attr_translation_key = "rule"

    def __init__(
        self, entry: DahuaConfigEntry, channel: ChannelInfo, detection: Detection, rule_id: int
    ) -> None:
        """Show one rule of one sensor."""
        super().__init__(entry, channel, detection)
        self.name_after(rule_id)
