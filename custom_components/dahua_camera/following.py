"""Entities that come and go with what the camera is set to."""

from collections.abc import Callable, Mapping
import re

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .coordinator import DahuaConfigEntry
from .dahua.camera import DahuaCamera
from .dahua.channel import Channel
from .dahua.topics import Shown, Topic
from .entity import DahuaChannelEntity

_OF_A_RULE = re.compile(r"_(\d+)_rule_(\d+)(?:_enabled)?$")


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


def has_storage(hass: HomeAssistant, camera: DahuaCamera) -> bool:
    """Tell whether a camera records to something, or did before it lost that."""
    unique_id = f"{camera.info.serial}_storage_problem"
    registry = er.async_get(hass)
    known = registry.async_get_entity_id(Platform.BINARY_SENSOR, DOMAIN, unique_id)
    return camera.info.has_storage or known is not None


@callback
def forget_rules_that_are_gone(hass: HomeAssistant, entry: DahuaConfigEntry) -> None:
    """Remove the entities of rules that were deleted while nobody looked."""
    camera = entry.runtime_data.coordinator.camera
    if not camera.has_told(Topic.RULES):
        return
    there_are = {
        (channel, rule.id)
        for channel, state in enumerate(camera.state.channels)
        for rule in state.ivs_rules
    }
    registry = er.async_get(hass)
    for registered in er.async_entries_for_config_entry(registry, entry.entry_id):
        match = _OF_A_RULE.search(registered.unique_id)
        if match and tuple(map(int, match.groups())) not in there_are:
            registry.async_remove(registered.entity_id)


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
        registry = er.async_get(coordinator.hass)
        for key in present.keys() - makers.keys():
            # The registry tells the entity, which then leaves. One that is disabled does not hear
            # of a new id.
            registered = present.pop(key).registry_entry
            if registered and (
                entity_id := registry.async_get_entity_id(
                    registered.domain, DOMAIN, registered.unique_id
                )
            ):
                registry.async_remove(entity_id)
        if new := {key: make() for key, make in makers.items() if key not in present}:
            present.update(new)
            async_add_entities(new.values())

    entry.async_on_unload(coordinator.async_add_listener(update, Shown(Topic.DETECTION)))
    update()
