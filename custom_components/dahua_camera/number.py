"""Numbers: the brightness of the lights, zoom and focus."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.number import NumberEntity, NumberEntityDescription
from homeassistant.const import PERCENTAGE
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import DahuaConfigEntry
from .dahua.camera import DahuaCamera
from .dahua.channel import Channel
from .dahua.layers import LIGHT_SUBJECTS, Subject
from .dahua.state import ChannelInfo, Emitter
from .dahua.topics import Topic
from .entity import DahuaChannelEntity

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class ChannelNumberDescription(NumberEntityDescription):
    """Describes a value in percent: whether it exists, what it is, and how to set it."""

    topic: Topic
    has_fn: Callable[[Channel], bool]
    value_fn: Callable[[Channel], float | None]
    set_fn: Callable[[DahuaCamera, int, float], Awaitable[None]]
    held_as: tuple[Subject, ...] = ()


def _brightness(key: str, emitter: Emitter) -> ChannelNumberDescription:
    return ChannelNumberDescription(
        key=key,
        translation_key=key,
        topic=Topic.LIGHT,
        held_as=(LIGHT_SUBJECTS[emitter],),
        has_fn=lambda channel: any(row.groups for row in channel.light_rows(emitter)),
        value_fn=lambda channel: channel.light_level(emitter),
        set_fn=lambda camera, channel, value: camera.set_light_level(
            channel, emitter, round(value)
        ),
    )


NUMBERS = (
    _brightness("warm_light_brightness", Emitter.WARM),
    _brightness("infrared_brightness", Emitter.INFRARED),
    ChannelNumberDescription(
        key="zoom",
        translation_key="zoom",
        topic=Topic.LENS,
        has_fn=lambda channel: channel.info.has_lens,
        value_fn=lambda channel: channel.zoom,
        set_fn=lambda camera, channel, value: camera.lens(channel).zoom_to(value / 100),
        held_as=(Subject.ZOOM,),
    ),
    ChannelNumberDescription(
        key="focus",
        translation_key="focus",
        topic=Topic.LENS,
        native_step=0.1,
        has_fn=lambda channel: channel.info.has_lens,
        value_fn=lambda channel: channel.focus,
        set_fn=lambda camera, channel, value: camera.lens(channel).focus_to(value / 100),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DahuaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the numbers of each sensor."""
    camera = entry.runtime_data.coordinator.camera
    async_add_entities(
        ChannelNumber(entry, channel, description)
        for channel in camera.info.channels
        for description in NUMBERS
        if description.has_fn(camera.channel(channel.index))
    )


class ChannelNumber(DahuaChannelEntity, NumberEntity):
    """A value of one sensor in percent."""

    _attr_native_min_value = 0
    _attr_native_max_value = 100
    _attr_native_unit_of_measurement = PERCENTAGE
    entity_description: ChannelNumberDescription

    def __init__(
        self, entry: DahuaConfigEntry, channel: ChannelInfo, description: ChannelNumberDescription
    ) -> None:
        """Show one value of one sensor."""
        super().__init__(entry, channel, description.key, description.topic)
        self.entity_description = description

    @property
    @override
    def native_value(self) -> float | None:
        return self.entity_description.value_fn(self.channel)

    @override
    async def async_set_native_value(self, value: float) -> None:
        description = self.entity_description
        command = description.set_fn(self.camera, self._channel, value)
        await self.send_by_hand(command, *description.held_as)
