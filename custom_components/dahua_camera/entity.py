"""What all entities share: device, availability, and how a command is sent."""

from collections.abc import Awaitable, Callable, Mapping

from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import ChildDeviceInfo, DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import DOMAIN
from .coordinator import DahuaConfigEntry, DahuaCoordinator
from .dahua.camera import DahuaCamera
from .dahua.errors import DahuaError
from .dahua.http import counted_from_one
from .dahua.state import ChannelInfo
from .problems import problem_key


class DahuaChannelEntity(CoordinatorEntity[DahuaCoordinator]):
    """An entity of one sensor; shows what the coordinator knows."""

    _attr_has_entity_name = True

    def __init__(self, entry: DahuaConfigEntry, channel: ChannelInfo, key: str) -> None:
        """Belong to a sensor; `key` tells its entities apart."""
        super().__init__(entry.runtime_data.coordinator)
        self._channel = channel.index
        self._attr_unique_id = f"{self.camera.info.serial}_{channel.index}_{key}"
        self._attr_device_info = _device_info(entry, channel)

    @property
    def camera(self) -> DahuaCamera:
        """The camera that the sensor is in."""
        return self.coordinator.camera

    async def send(self, command: Awaitable[None]) -> None:
        """Carry out a command, say in the user's words what failed, and show what is true now."""
        try:
            await command
        except DahuaError as error:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key=problem_key(error),
                translation_placeholders={"error": str(error)},
            ) from error
        finally:
            self.coordinator.async_set_updated_data(self.camera.state)


def _device_info(entry: DahuaConfigEntry, channel: ChannelInfo) -> DeviceInfo | ChildDeviceInfo:
    """Return the sensor's device: a part of the housing where it has several sensors."""
    info = entry.runtime_data.coordinator.camera.info
    if len(info.channels) == 1:
        return DeviceInfo(identifiers={(DOMAIN, info.serial)})
    device = ChildDeviceInfo(
        identifiers={(DOMAIN, f"{info.serial}_{channel.index}")},
        parent_device_id=entry.runtime_data.device_id,
    )
    if channel.title:
        device["name"] = channel.title
    else:
        device["translation_key"] = "channel"
        device["translation_placeholders"] = {"number": str(counted_from_one(channel.index))}
    return device


@callback
def follow[K, E: DahuaChannelEntity](
    entry: DahuaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    wanted: Callable[[], Mapping[K, Callable[[], E]]],
) -> None:
    """Add and remove entities as `wanted` changes with what the camera is set to.

    `wanted` tells by a key of each entity how to make it.
    """
    present: dict[K, E] = {}
    coordinator = entry.runtime_data.coordinator

    @callback
    def update() -> None:
        makers = wanted()
        for key in present.keys() - makers.keys():
            entity = present.pop(key)
            # The registry tells the entity, which then leaves.
            er.async_get(coordinator.hass).async_remove(entity.entity_id)
        new = {key: make() for key, make in makers.items() if key not in present}
        present.update(new)
        async_add_entities(new.values())

    entry.async_on_unload(coordinator.async_add_listener(update))
    update()
