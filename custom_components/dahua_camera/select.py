"""Selects: what drives the lights, the picture, the image profile and the shutter."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import DahuaConfigEntry
from .dahua.camera import DahuaCamera
from .dahua.channel import Channel
from .dahua.layers import LIGHT_SUBJECTS, Subject
from .dahua.state import ChannelInfo, Control, DayNight, Emitter, ImageProfile, Scheme, Shutter
from .dahua.topics import Topic
from .entity import DahuaChannelEntity

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class ChannelSelectDescription[E: Enum](SelectEntityDescription):
    """Describes a choice: what is on offer (nothing: no entity), chosen, and how to choose."""

    topic: Topic
    options_fn: Callable[[Channel], Iterable[E]]
    current_fn: Callable[[Channel], E | None]
    select_fn: Callable[[DahuaCamera, int, E], Awaitable[None]]
    held_as: tuple[Subject, ...] = ()


def _light_control(key: str, emitter: Emitter) -> ChannelSelectDescription[Control]:
    return ChannelSelectDescription(
        key=key,
        translation_key=key,
        topic=Topic.LIGHT,
        held_as=(LIGHT_SUBJECTS[emitter],),
        options_fn=lambda channel: (
            channel.light_controls(emitter) if emitter in channel.info.emitters else ()
        ),
        current_fn=lambda channel: channel.light_control(emitter),
        select_fn=lambda camera, channel, option: camera.set_light_control(
            channel, emitter, option
        ),
    )


SELECTS: tuple[ChannelSelectDescription[Any], ...] = (
    _light_control("warm_light_control", Emitter.WARM),
    _light_control("infrared_control", Emitter.INFRARED),
    ChannelSelectDescription(
        key="illumination",
        translation_key="illumination",
        topic=Topic.LIGHT,
        held_as=tuple(LIGHT_SUBJECTS.values()),
        options_fn=lambda channel: (
            Scheme if channel.state.schemes and len(channel.info.emitters) > 1 else ()
        ),
        current_fn=lambda channel: channel.scheme,
        select_fn=DahuaCamera.set_scheme,
    ),
    ChannelSelectDescription(
        key="day_night",
        translation_key="day_night",
        topic=Topic.DAY_NIGHT,
        options_fn=lambda channel: DayNight if channel.info.has_day_night else (),
        current_fn=lambda channel: channel.day_night,
        select_fn=DahuaCamera.set_day_night,
    ),
    ChannelSelectDescription(
        key="image_profile",
        translation_key="image_profile",
        topic=Topic.PROFILE,
        options_fn=lambda channel: ImageProfile if channel.chooses_profile else (),
        current_fn=lambda channel: channel.image_profile,
        select_fn=DahuaCamera.set_image_profile,
        held_as=(Subject.IMAGE_PROFILE,),
    ),
    ChannelSelectDescription(
        key="shutter",
        translation_key="shutter",
        topic=Topic.SHUTTER,
        options_fn=lambda channel: Shutter if channel.state.exposures else (),
        current_fn=lambda channel: channel.shutter,
        select_fn=DahuaCamera.set_shutter,
        held_as=(Subject.SHUTTER,),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DahuaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the selects of each sensor on which a choice takes effect."""
    camera = entry.runtime_data.coordinator.camera
    async_add_entities(
        ChannelSelect(entry, channel, description)
        for channel in camera.info.channels
        for description in SELECTS
        if any(description.options_fn(camera.channel(channel.index)))
    )


class ChannelSelect[E: Enum](DahuaChannelEntity, SelectEntity):
    """A choice for one sensor."""

    _attr_entity_category = EntityCategory.CONFIG
    entity_description: ChannelSelectDescription[E]

    def __init__(
        self,
        entry: DahuaConfigEntry,
        channel: ChannelInfo,
        description: ChannelSelectDescription[E],
    ) -> None:
        """Offer what the sensor can do."""
        super().__init__(entry, channel, description.key, description.topic)
        self.entity_description = description
        self._choices = {_option(choice): choice for choice in description.options_fn(self.channel)}
        self._attr_options = list(self._choices)

    @property
    @override
    def current_option(self) -> str | None:
        chosen = self.entity_description.current_fn(self.channel)
        return None if chosen is None else _option(chosen)

    @override
    async def async_select_option(self, option: str) -> None:
        choice = self._choices[option]
        description = self.entity_description
        command = description.select_fn(self.camera, self._channel, choice)
        await self.send_by_hand(command, *description.held_as)


def _option(choice: Enum) -> str:
    """Return the option that stands for a choice; a shutter time is its own name."""
    return choice.value if isinstance(choice, Shutter) else choice.name.lower()
