"""Switches: the lights of each sensor, and what it is told to detect."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .camera_named import RuleNamedEntity
from .coordinator import DahuaConfigEntry
from .dahua.detections import MOTION, Detection, rule_key
from .dahua.layers import LIGHT_SUBJECTS
from .dahua.state import ChannelInfo, Emitter
from .dahua.topics import Topic
from .entity import DahuaChannelEntity
from .following import follow, has_motion

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class LightSwitchDescription(SwitchEntityDescription):
    """Describes the switch of one kind of LED."""

    emitter: Emitter


LIGHTS = (
    LightSwitchDescription(key="warm_light", translation_key="warm_light", emitter=Emitter.WARM),
    LightSwitchDescription(key="infrared", translation_key="infrared", emitter=Emitter.INFRARED),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DahuaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up a switch for each kind of LED and for each thing that a sensor detects."""
    camera = entry.runtime_data.coordinator.camera
    async_add_entities(
        LightSwitch(entry, channel, description)
        for channel in camera.info.channels
        for description in LIGHTS
        if description.emitter in channel.emitters
    )

    def wanted() -> dict[Detection, Callable[[], DahuaChannelEntity]]:
        makers: dict[Detection, Callable[[], DahuaChannelEntity]] = {}
        for info in camera.info.channels:
            channel = camera.channel(info.index)
            if has_motion(hass, channel, camera.info.serial):
                key = Detection(info.index, MOTION)
                makers[key] = partial(MotionDetectionSwitch, entry, info)
            for rule in channel.state.ivs_rules:
                key = Detection(info.index, rule_key(rule.id))
                makers[key] = partial(RuleSwitch, entry, info, rule.id)
        return makers

    follow(entry, async_add_entities, wanted)


class LightSwitch(DahuaChannelEntity, SwitchEntity):
    """On while the LEDs burn, off while they are dark, unknown while the camera decides."""

    entity_description: LightSwitchDescription

    def __init__(
        self, entry: DahuaConfigEntry, channel: ChannelInfo, description: LightSwitchDescription
    ) -> None:
        """Switch one kind of LED of one sensor."""
        super().__init__(entry, channel, description.key, Topic.LIGHT)
        self.entity_description = description

    @property
    @override
    def is_on(self) -> bool | None:
        return self.channel.is_lit(self.entity_description.emitter)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        emitter = self.entity_description.emitter
        await self.send_by_hand(self.camera.light(self._channel, emitter), LIGHT_SUBJECTS[emitter])

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        emitter = self.entity_description.emitter
        await self.send_by_hand(self.camera.darken(self._channel, emitter), LIGHT_SUBJECTS[emitter])


class MotionDetectionSwitch(DahuaChannelEntity, SwitchEntity):
    """Whether the camera looks for motion."""

    _attr_entity_category = EntityCategory.CONFIG
    _attr_translation_key = "motion_detection"

    def __init__(self, entry: DahuaConfigEntry, channel: ChannelInfo) -> None:
        """Switch the motion detection of one sensor."""
        super().__init__(entry, channel, "motion_detection", Topic.MOTION)

    @property
    @override
    def is_on(self) -> bool | None:
        motion = self.channel.state.motion
        return motion.enabled if motion else None

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self.send(self.camera.set_motion_detection(self._channel, on=True))

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self.send(self.camera.set_motion_detection(self._channel, on=False))


class RuleSwitch(RuleNamedEntity, SwitchEntity):
    """Whether the camera watches one IVS rule; called as the camera calls it."""

    _attr_entity_category = EntityCategory.CONFIG
    _attr_translation_key = "rule_enabled"

    def __init__(self, entry: DahuaConfigEntry, channel: ChannelInfo, rule_id: int) -> None:
        """Switch one rule of one sensor."""
        super().__init__(entry, channel, f"rule_{rule_id}_enabled", Topic.RULES)
        self.name_after(rule_id)

    @property
    @override
    def is_on(self) -> bool | None:
        rule = self.rule
        return rule.enabled if rule else None

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self.send(self.camera.set_rule(self._channel, self.rule_id, on=True))

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self.send(self.camera.set_rule(self._channel, self.rule_id, on=False))
