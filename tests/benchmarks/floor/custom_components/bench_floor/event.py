"""That something has begun to move."""

from typing import Any

from homeassistant.components.event import EventEntity
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddEntitiesCallback
from homeassistant.helpers.typing import ConfigType, DiscoveryInfoType

from . import LISTENERS

_MOTION = "motion"


async def async_setup_platform(
    _hass: HomeAssistant,
    _config: ConfigType,
    add: AddEntitiesCallback,
    _found: DiscoveryInfoType | None = None,
) -> None:
    """Add the only one."""
    add([MotionEvent()])


class MotionEvent(EventEntity):
    """Tells when motion begins."""

    _attr_event_types = [_MOTION]  # noqa: RUF012
    _attr_name = _MOTION
    _attr_should_poll = False

    async def async_added_to_hass(self) -> None:
        """Listen."""
        self.hass.data[LISTENERS].append(self._take)

    @callback
    def _take(self, on: bool, data: Any) -> None:
        if on:
            self._trigger_event(_MOTION, {"region": data["RegionName"]})
            self.async_write_ha_state()
