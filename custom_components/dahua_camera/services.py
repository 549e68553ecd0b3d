"""Actions that belong to no single entity."""

import asyncio
from datetime import timedelta

import voluptuous as vol

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.target import (
    TargetSelection,
    async_extract_referenced_entity_ids,
)

from .command_errors import translate_command_errors
from .const import DOMAIN
from .coordinator import DahuaConfigEntry
from .pairing import LIGHTS
from .preparation import Preparation
from .temporary import Purpose

SERVICE_ILLUMINATE = "illuminate"

ATTR_LIGHT = "light"
ATTR_BRIGHTNESS = "brightness"
ATTR_DURATION = "duration"

ILLUMINATE_SCHEMA = vol.Schema(
    {
        **cv.TARGET_FIELDS,
        vol.Optional(ATTR_LIGHT, default="warm_light"): vol.In(LIGHTS),
        vol.Optional(ATTR_BRIGHTNESS, default=100): vol.All(
            vol.Coerce(int), vol.Range(min=1, max=100)
        ),
        vol.Required(ATTR_DURATION): vol.All(
            cv.positive_time_period,
            vol.Range(min=timedelta(seconds=1), max=timedelta(days=1)),
        ),
    }
)


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""

    async def illuminate(call: ServiceCall) -> None:
        await _illuminate(hass, call)

    hass.services.async_register(DOMAIN, SERVICE_ILLUMINATE, illuminate, ILLUMINATE_SCHEMA)


async def _illuminate(hass: HomeAssistant, call: ServiceCall) -> None:
    """Light an emitter of every target that has it, for a time."""
    light = call.data[ATTR_LIGHT]
    emitter = LIGHTS[light]
    targets = [
        (entry, channel)
        for entry, channel in _sensors(hass, call)
        if emitter in entry.runtime_data.coordinator.camera.info.channels[channel].emitters
    ]
    if not targets:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="nothing_to_light",
            translation_placeholders={"light": light},
        )
    wanted = Preparation(light=emitter, level=call.data[ATTR_BRIGHTNESS])
    # One that cannot be lit does not leave the others dark.
    outcomes = await asyncio.gather(
        *(_light(hass, target, wanted, call.data[ATTR_DURATION]) for target in targets),
        return_exceptions=True,
    )
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome


async def _light(
    hass: HomeAssistant,
    target: tuple[DahuaConfigEntry, int],
    wanted: Preparation,
    duration: timedelta,
) -> None:
    """Light one sensor for a time."""
    entry, channel = target
    with translate_command_errors(hass, entry):
        await entry.runtime_data.temporary.hold(channel, Purpose.ILLUMINATION, wanted, duration)


def _sensors(hass: HomeAssistant, call: ServiceCall) -> set[tuple[DahuaConfigEntry, int]]:
    """Return the sensors that the targets of a call belong to, as entry and channel."""
    selected = async_extract_referenced_entity_ids(hass, TargetSelection(call.data))
    registry = er.async_get(hass)
    found = set()
    for entity_id in selected.referenced | selected.indirectly_referenced:
        entity = registry.async_get(entity_id)
        if entity is None or entity.platform != DOMAIN or entity.config_entry_id is None:
            continue
        entry: DahuaConfigEntry | None = hass.config_entries.async_get_entry(entity.config_entry_id)
        if entry is None or entry.state is not ConfigEntryState.LOADED:
            continue
        channel = entity.unique_id.removeprefix(f"{entry.unique_id}_").split("_")[0]
        if channel.isdecimal():
            found.add((entry, int(channel)))
    return found
