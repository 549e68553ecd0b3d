"""Entities of a housing and its two sensors; as many show events as with the integration."""

from homeassistant.components.sensor import SensorEntity
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import DOMAIN, LISTENERS

_PARTS = 3
# Motion, its region, and the event, which tells of beginnings alone.
_AT_EACH_EVENT, _AT_BEGINNINGS = 2, 1


async def async_setup_entry(
    _hass: HomeAssistant, entry: ConfigEntry, add: AddConfigEntryEntitiesCallback
) -> None:
    """Add them."""
    shape = entry.data
    enabled, disabled = shape["enabled"], shape["disabled"]
    add(
        Plain(shape["serial"], number, enabled=number < enabled)
        for number in range(enabled + disabled)
    )


class Plain(SensorEntity):
    """Shows a number."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    _attr_native_value = 0

    def __init__(self, serial: str, number: int, *, enabled: bool) -> None:
        """Be one of a camera's entities."""
        self._number = number
        self._attr_unique_id = f"{serial}_{number}"
        self._attr_name = f"Entity {number}"
        self._attr_entity_registry_enabled_default = enabled
        part = number % _PARTS
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, f"{serial}_{part}")}, name=f"{serial} {part}"
        )

    async def async_added_to_hass(self) -> None:
        """Listen, if it is one of those that show events."""
        if self._number < _AT_EACH_EVENT + _AT_BEGINNINGS:
            self.hass.data[LISTENERS].append(self._take)

    @callback
    def _take(self, number: int) -> None:
        if self._number < _AT_EACH_EVENT or number % 2 == 0:
            self._attr_native_value = number
            self.async_write_ha_state()
