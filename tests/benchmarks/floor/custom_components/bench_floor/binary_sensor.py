"""Motion, and the region that it is in."""

from typing import Any

from homeassistant.components.binary_sensor import BinarySensorDeviceClass, BinarySensorEntity
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddEntitiesCallback
from homeassistant.helpers.typing import ConfigType, DiscoveryInfoType

from . import LISTENERS


async def async_setup_platform(
    _hass: HomeAssistant,
    _config: ConfigType,
    add: AddEntitiesCallback,
    _found: DiscoveryInfoType | None = None,
) -> None:
    """Add both."""
    add([Motion("motion"), Motion("region")])


class Motion(BinarySensorEntity):
    """On while something moves."""

    _attr_device_class = BinarySensorDeviceClass.MOTION
    _attr_should_poll = False

    def __init__(self, name: str) -> None:
        """Call it so."""
        self._attr_name = name
        self.entity_id = f"binary_sensor.{name}"

    async def async_added_to_hass(self) -> None:
        """Listen."""
        self.hass.data[LISTENERS].append(self._take)

    @callback
    def _take(self, on: bool, _: Any) -> None:
        self._attr_is_on = on
        self.async_write_ha_state()
