"""Buttons: focus a motorised lens."""

from typing import override

from homeassistant.components.button import ButtonEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import DahuaConfigEntry
from .dahua.state import ChannelInfo
from .entity import DahuaChannelEntity

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DahuaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the button of each sensor with a motorised lens."""
    async_add_entities(
        AutofocusButton(entry, channel)
        for channel in entry.runtime_data.coordinator.camera.info.channels
        if channel.has_lens
    )


class AutofocusButton(DahuaChannelEntity, ButtonEntity):
    """Has the camera find the sharp position."""

    _attr_translation_key = "autofocus"

    def __init__(self, entry: DahuaConfigEntry, channel: ChannelInfo) -> None:
        """Focus one sensor."""
        super().__init__(entry, channel, "autofocus")

    @override
    async def async_press(self) -> None:
        await self.send(self.camera.lens(self._channel).autofocus())
