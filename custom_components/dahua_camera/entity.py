"""What all entities share: device, availability, and how a command is sent."""

from collections.abc import Awaitable
from typing import override

from homeassistant.helpers.device_registry import ChildDeviceInfo, DeviceInfo
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .command_errors import translate_command_errors
from .const import DOMAIN
from .coordinator import DahuaConfigEntry, DahuaCoordinator
from .dahua.address import counted_from_one
from .dahua.camera import DahuaCamera
from .dahua.channel import Channel
from .dahua.errors import DahuaError
from .dahua.layers import LIGHT_SUBJECTS, Subject
from .dahua.state import ChannelInfo
from .dahua.topics import Shown, Topic
from .issues import light_works, report_light

_LIGHTS = frozenset(LIGHT_SUBJECTS.values())


class DahuaEntity(CoordinatorEntity[DahuaCoordinator]):
    """An entity of the housing; shows what the coordinator knows."""

    _attr_has_entity_name = True

    def __init__(self, entry: DahuaConfigEntry, key: str, shown: Shown | None = None) -> None:
        """Belong to a camera; `key` tells its entities apart, `shown` is what has to be polled."""
        super().__init__(entry.runtime_data.coordinator, context=shown)
        self._shown = shown
        self._entry = entry
        self._attr_unique_id = f"{self.camera.info.serial}_{key}"
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, self.camera.info.serial)})

    @property
    def camera(self) -> DahuaCamera:
        """The camera itself."""
        return self.coordinator.camera

    @property
    @override
    def available(self) -> bool:
        return super().available and (self._shown is None or self.camera.is_told(self._shown))

    async def send(self, command: Awaitable[None]) -> None:
        """Carry out a command, say in the user's words what failed, and show what is true now."""
        try:
            with translate_command_errors(self.hass, self._entry):
                await command
        finally:
            self.coordinator.show()


class DahuaChannelEntity(DahuaEntity):
    """An entity of one sensor."""

    def __init__(
        self,
        entry: DahuaConfigEntry,
        channel: ChannelInfo,
        key: str,
        topic: Topic | None = None,
    ) -> None:
        """Belong to a sensor; `key` tells its entities apart, `topic` has to be polled."""
        shown = None if topic is None else Shown(topic, channel.index)
        super().__init__(entry, f"{channel.index}_{key}", shown)
        self._channel = channel.index
        if len(self.camera.info.channels) > 1:
            self._attr_device_info = _part_of_housing(entry, channel)

    @property
    def channel(self) -> Channel:
        """The sensor as it was last read."""
        return self.camera.channel(self._channel)

    @property
    def name_of_sensor(self) -> str:
        """What the user calls the sensor's device."""
        device = self.device_entry
        return (device.name_by_user or device.name or "") if device else ""

    async def send_by_hand(self, command: Awaitable[None], *subjects: Subject) -> None:
        """Carry out a command that ends what is set for a time only, as soon as it succeeds.

        What keeps a light from obeying is told as an issue, until it obeys.
        """
        if not _LIGHTS.isdisjoint(subjects):
            command = self._tell_whether_light_works(command)
        temporary = self._entry.runtime_data.temporary
        async with temporary.left_to_hand(self._channel, *subjects):
            await self.send(command)

    async def _tell_whether_light_works(self, command: Awaitable[None]) -> None:
        sensor = f"{self._entry.entry_id}_{self._channel}"
        try:
            await command
        except DahuaError as error:
            report_light(self.hass, sensor, self.name_of_sensor, error)
            raise
        light_works(self.hass, sensor)


class DahuaPushedEntity(DahuaChannelEntity):
    """An entity that lives on the event stream, and is there while that can be trusted."""

    def __init__(self, entry: DahuaConfigEntry, channel: ChannelInfo, key: str) -> None:
        """Belong to a sensor; `key` tells its entities apart."""
        super().__init__(entry, channel, key)
        self.detections = entry.runtime_data.detections

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.detections.listen_for_availability(self.async_write_ha_state))

    @property
    @override
    def available(self) -> bool:
        return self.detections.available


def _part_of_housing(entry: DahuaConfigEntry, channel: ChannelInfo) -> ChildDeviceInfo:
    """Return the device of a sensor, named after its channel on the camera."""
    serial = entry.runtime_data.coordinator.camera.info.serial
    device = ChildDeviceInfo(
        identifiers={(DOMAIN, f"{serial}_{channel.index}")},
        parent_device_id=entry.runtime_data.device_id,
    )
    if channel.title:
        device["name"] = channel.title
    else:
        device["translation_key"] = "channel"
        device["translation_placeholders"] = {"number": str(counted_from_one(channel.index))}
    return device
