"""The form for how captures are made: what starts them, how they are prepared, what is kept."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import voluptuous as vol

from homeassistant.const import PERCENTAGE, UnitOfInformation, UnitOfTime
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)

from .dahua.channel import Channel
from .dahua.state import ImageProfile, Shutter
from .pairing import (
    CONF_COOL_DOWN,
    CONF_IMAGE_PROFILE,
    CONF_KEEP_COUNT,
    CONF_KEEP_DAYS,
    CONF_KEEP_MEGABYTES,
    CONF_LIGHT,
    CONF_SHUTTER,
    CONF_TIME_OUT,
    CONF_TRIGGER,
    CONF_ZOOM,
    LIGHTS,
    UNCHANGED,
    triggers,
)

CONF_PREPARATION: Final = "preparation"
CONF_KEEPING: Final = "keeping"

_SECTIONS = (CONF_PREPARATION, CONF_KEEPING)


def details_schema(spotter: Channel, identifier: Channel, chosen: Mapping[str, Any]) -> vol.Schema:
    """Return the form for what these two sensors can do, with what was chosen before."""
    started_by = triggers(spotter)
    # What is not there any more is not exchanged unasked: then the owner has to choose.
    trigger = chosen[CONF_TRIGGER] if chosen[CONF_TRIGGER] in started_by else vol.UNDEFINED
    names = [SelectOptionDict(value=key, label=name) for key, name in started_by.items()]
    fields: dict[Any, Any] = {
        vol.Required(CONF_TRIGGER, default=trigger): _select("trigger", names),
        **_number(CONF_COOL_DOWN, chosen, 0, 600, UnitOfTime.SECONDS),
        **_number(CONF_TIME_OUT, chosen, 3, 120, UnitOfTime.SECONDS),
    }
    if preparation := _preparation_fields(identifier, chosen):
        fields[vol.Required(CONF_PREPARATION)] = section(
            vol.Schema(preparation), {"collapsed": True}
        )
    keeping = {
        **_number(CONF_KEEP_DAYS, chosen, 1, 365, UnitOfTime.DAYS),
        **_number(CONF_KEEP_COUNT, chosen, 1, 100_000, None),
        **_number(CONF_KEEP_MEGABYTES, chosen, 1, 100_000, UnitOfInformation.MEGABYTES),
    }
    fields[vol.Required(CONF_KEEPING)] = section(vol.Schema(keeping), {"collapsed": True})
    return vol.Schema(fields)


def _preparation_fields(identifier: Channel, chosen: Mapping[str, Any]) -> dict[Any, Any]:
    """Return the fields of what can be set on a sensor for the time of a capture."""
    lights = [name for name, light in LIGHTS.items() if light in identifier.info.emitters]
    offers: tuple[tuple[str, str, Sequence[str]], ...] = (
        (CONF_LIGHT, "prepared_light", lights),
        (CONF_SHUTTER, "prepared_shutter", [*Shutter] if identifier.state.exposures else ()),
        (
            CONF_IMAGE_PROFILE,
            "prepared_image_profile",
            [*ImageProfile] if identifier.chooses_profile else (),
        ),
    )
    fields: dict[Any, Any] = {}
    for key, translation_key, offered in offers:
        if offered:
            default = chosen[key] if chosen.get(key) in offered else UNCHANGED
            values = [SelectOptionDict(value=v, label=v) for v in (UNCHANGED, *offered)]
            fields[vol.Required(key, default=default)] = _select(translation_key, values)
    if identifier.info.has_lens:
        suggestion = {"suggested_value": chosen.get(CONF_ZOOM)}
        fields[vol.Optional(CONF_ZOOM, description=suggestion)] = NumberSelector(
            NumberSelectorConfig(
                min=0,
                max=100,
                mode=NumberSelectorMode.BOX,
                unit_of_measurement=PERCENTAGE,
            )
        )
    return fields


def _select(translation_key: str, options: list[SelectOptionDict]) -> SelectSelector:
    return SelectSelector(
        SelectSelectorConfig(
            options=options,
            mode=SelectSelectorMode.DROPDOWN,
            translation_key=translation_key,
        )
    )


def _number(
    key: str, chosen: Mapping[str, Any], least: int, most: int, unit: str | None
) -> dict[Any, Any]:
    """Return a field for a whole number."""
    config = NumberSelectorConfig(min=least, max=most, mode=NumberSelectorMode.BOX)
    if unit:
        config["unit_of_measurement"] = unit
    return {
        vol.Required(key, default=chosen[key]): vol.All(NumberSelector(config), vol.Coerce(int))
    }


def chosen_in(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was chosen in the form, without its sections and what stays as it is."""
    flat = {key: value for key, value in user_input.items() if key not in _SECTIONS}
    for name in _SECTIONS:
        flat |= user_input.get(name, {})
    return {key: value for key, value in flat.items() if value != UNCHANGED}
