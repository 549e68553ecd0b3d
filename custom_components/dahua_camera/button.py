"""Buttons: focus a motorised lens, set the camera's clock, restart it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.button import (
    ButtonDeviceClass,
    ButtonEntity,
    ButtonEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import DahuaConfigEntry, RuntimeData
from .dahua.state import ChannelInfo
from .entity import DahuaChannelEntity, DahuaEntity

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class CameraButtonDescription(ButtonEntityDescription):
    """Describes what a press does to the whole camera."""

    press_fn: Callable[[RuntimeData], Awaitable[None]]


BUTTONS = (
    CameraButtonDescription(
        key="reboot",
        device_class=ButtonDeviceClass.RESTART,
        entity_category=EntityCategory.CONFIG,
        press_fn=lambda data: data.coordinator.camera.reboot(),
    ),
    CameraButtonDescription(
        key="synchronise_time",
        translation_key="synchronise_time",
        entity_category=EntityCategory.CONFIG,
        press_fn=lambda data: data.watch.set_clock(),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: DahuaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the buttons of the camera and of each sensor with a motorised lens."""
    async_add_entities(CameraButton(entry, description) for description in BUTTONS)
    async_add_entities(
        AutofocusButton(entry, channel)
        for channel in entry.runtime_data.coordinator.camera.info.channels
        if channel.has_lens
    )


class CameraButton(DahuaEntity, ButtonEntity):
    """Does something to the whole camera."""

    entity_description: CameraButtonDescription

    def __init__(self, entry: DahuaConfigEntry, description: CameraButtonDescription) -> None:
        """Act on one camera."""
        super().__init__(entry, description.key)
        self.entity_description = description

    @override
    async def async_press(self) -> None:
        await self.send(self.entity_description.press_fn(self._entry.runtime_data))


class AutofocusButton(DahuaChannelEntity, ButtonEntity):
    """Has the camera find the sharp position."""

    _attr_translation_key = "autofocus"

    def __init__(self, entry: DahuaConfigEntry, channel: ChannelInfo) -> None:
        """Focus one sensor."""
        super().__init__(entry, channel, "autofocus")

    @override
    async def async_press(self) -> None:
        await self.send(self.camera.lens(self._channel).autofocus())
