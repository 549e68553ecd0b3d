"""What all entities share: device, availability, and how a command is sent."""

from collections.abc import Awaitable, Callable, Mapping
from typing import override

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import ChildDeviceInfo, DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import DOMAIN
from .coordinator import DahuaConfigEntry, DahuaCoordinator
from .dahua.camera import DahuaCamera
from .dahua.channel import Channel
from .dahua.errors import DahuaError
from .dahua.http import counted_from_one
from .dahua.state import ChannelInfo, Rule
from .detection_hub import DetectionHub
from .problems import problem_key, problem_placeholders
from .repairs import light_works, report_light


class DahuaChannelEntity(CoordinatorEntity[DahuaCoordinator]):
    """An entity of one sensor; shows what the coordinator knows."""

    _attr_has_entity_name = True

    def __init__(self, entry: DahuaConfigEntry, channel: ChannelInfo, key: str) -> None:
        """Belong to a sensor; `key` tells its entities apart."""
        super().__init__(entry.runtime_data.coordinator)
        self._entry = entry
        self._channel = channel.index
        self._attr_unique_id = f"{self.camera.info.serial}_{channel.index}_{key}"
        self._attr_device_info = _device_info(entry, channel)

    @property
    def camera(self) -> DahuaCamera:
        """The camera that the sensor is in."""
        return self.coordinator.camera

    @property
    def channel(self) -> Channel:
        """The sensor as it was last read."""
        return self.camera.channel(self._channel)

    @property
    def name_of_sensor(self) -> str:
        """What the user calls the sensor's device."""
        device = self.device_entry
        return (device.name_by_user or device.name or "") if device else ""

    async def send_light(self, command: Awaitable[None]) -> None:
        """Carry out a command to a light: the hand of the user ends a timed one.

        What keeps the light from obeying is told as an issue, until it obeys.
        """
        self._entry.runtime_data.lights.release(self._channel)
        light = f"{self.camera.info.serial}_{self._channel}"
        try:
            await self.send(command)
        except HomeAssistantError as error:
            if isinstance(error.__cause__, DahuaError):
                report_light(self.hass, light, self.name_of_sensor, error.__cause__)
            raise
        light_works(self.hass, light)

    async def send(self, command: Awaitable[None]) -> None:
        """Carry out a command, say in the user's words what failed, and show what is true now."""
        try:
            await command
        except DahuaError as error:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key=problem_key(error),
                translation_placeholders=problem_placeholders(error),
            ) from error
        finally:
            self.coordinator.show()


class DahuaPushedEntity(DahuaChannelEntity):
    """An entity that lives on the event stream, and is there while that can be trusted."""

    @property
    def detections(self) -> DetectionHub:
        """Where events come from."""
        return self._entry.runtime_data.detections

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.detections.listen_for_availability(self.async_write_ha_state))

    @property
    @override
    def available(self) -> bool:
        return self.detections.available


class CameraNamedEntity(DahuaChannelEntity):
    """An entity that is called as something is on the camera, and follows a new name."""

    def name_on_camera(self) -> str | None:
        """Return the name as it was last read; None for what is no longer there."""
        raise NotImplementedError

    @callback
    def take_name(self) -> None:
        """Take the name over."""
        self._attr_name = self.name_on_camera() or self._attr_name

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        before = self._attr_name
        self.take_name()
        if self._attr_name != before:
            registry = er.async_get(self.hass)
            registry.async_update_entity(self.entity_id, original_name=self._attr_name)
        super()._handle_coordinator_update()


class RuleNamedEntity(CameraNamedEntity):
    """An entity of one IVS rule."""

    rule_id: int

    @callback
    def name_after(self, rule_id: int) -> None:
        """Belong to a rule, which is found by its number."""
        self.rule_id = rule_id
        self._attr_name = None
        self.take_name()

    @property
    def rule(self) -> Rule | None:
        """The rule as it was last read."""
        return self.channel.rule(self.rule_id)

    @override
    def name_on_camera(self) -> str | None:
        rule = self.rule
        return (rule.name or f"{rule.type} {rule.id}") if rule else None


def has_motion(hass: HomeAssistant, channel: Channel, serial: str) -> bool:
    """Tell whether a sensor detects motion, or did before it was told not to.

    A row of a sensor that detects otherwise may be there without any effect; once its motion
    detection was seen to be on, it is kept.
    """
    if channel.state.motion is None:
        return False
    unique_id = f"{serial}_{channel.info.index}_motion_detection"
    known = er.async_get(hass).async_get_entity_id(Platform.SWITCH, DOMAIN, unique_id)
    return channel.state.detects_motion or known is not None


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
            # The registry tells the entity, which then leaves.
            if registered := present.pop(key).registry_entry:
                er.async_get(coordinator.hass).async_remove(registered.entity_id)
        if new := {key: make() for key, make in makers.items() if key not in present}:
            present.update(new)
            async_add_entities(new.values())

    entry.async_on_unload(coordinator.async_add_listener(update))
    update()
