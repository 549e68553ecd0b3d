"""Switches: the lights of each sensor."""

from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import DahuaConfigEntry
from .dahua.state import ChannelInfo, Emitter
from .entity import DahuaChannelEntity

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
    """Set up a switch for each kind of LED that a sensor has."""
    async_add_entities(
        LightSwitch(entry, channel, description)
        for channel in entry.runtime_data.coordinator.camera.info.channels
        for description in LIGHTS
        if description.emitter in channel.emitters
    )


class LightSwitch(DahuaChannelEntity, SwitchEntity):
    """On while the LEDs burn, off while they are dark, unknown while the camera decides."""

    entity_description: LightSwitchDescription

    def __init__(
        self, entry: DahuaConfigEntry, channel: ChannelInfo, description: LightSwitchDescription
    ) -> None:
        """Switch one kind of LED of one sensor."""
        super().__init__(entry, channel, description.key)
        self.entity_description = description

    @property
    @override
    def is_on(self) -> bool | None:
        return self.camera.is_lit(self._channel, self.entity_description.emitter)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self._set(on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self._set(on=False)

    async def _set(self, *, on: bool) -> None:
        await self.send(
            self.camera.set_light(self._channel, self.entity_description.emitter, on=on)
        )
