"""Selects: colour or black and white."""

from typing import override

from homeassistant.components.select import SelectEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import DahuaConfigEntry
from .dahua.state import ChannelInfo, DayNight
from .entity import DahuaChannelEntity

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DahuaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the select of each sensor on which the choice takes effect."""
    async_add_entities(
        DayNightSelect(entry, channel)
        for channel in entry.runtime_data.coordinator.camera.info.channels
        if channel.has_day_night
    )


class DayNightSelect(DahuaChannelEntity, SelectEntity):
    """What decides on the colour of a sensor's picture."""

    _attr_translation_key = "day_night"
    _attr_entity_category = EntityCategory.CONFIG

    def __init__(self, entry: DahuaConfigEntry, channel: ChannelInfo) -> None:
        """Choose for one sensor."""
        super().__init__(entry, channel, "day_night")
        self._attr_options = list(DayNight)

    @property
    @override
    def current_option(self) -> str | None:
        return self.camera.day_night(self._channel)

    @override
    async def async_select_option(self, option: str) -> None:
        await self.send(self.camera.set_day_night(self._channel, DayNight(option)))
