"""What an owner may choose of a camera that is set up: two sensors that work as one."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import voluptuous as vol

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult, OptionsFlowWithReload
from homeassistant.const import PERCENTAGE, UnitOfInformation, UnitOfTime
from homeassistant.data_entry_flow import section
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)

from .const import DOMAIN
from .coordinator import DahuaConfigEntry
from .dahua.camera import DahuaCamera
from .dahua.channel import Channel
from .dahua.http import counted_from_one
from .dahua.state import ImageProfile, Shutter
from .pairing import (
    CONF_COOL_DOWN,
    CONF_IDENTIFIER,
    CONF_IMAGE_PROFILE,
    CONF_KEEP_COUNT,
    CONF_KEEP_DAYS,
    CONF_KEEP_MEGABYTES,
    CONF_LIGHT,
    CONF_PAIRING,
    CONF_SHUTTER,
    CONF_SPOTTER,
    CONF_TIME_OUT,
    CONF_TRIGGER,
    CONF_ZOOM,
    DEFAULTS,
    LIGHTS,
    UNCHANGED,
    can_pair,
    suggested_sensors,
    triggers,
)

CONF_ENABLED: Final = "enabled"
CONF_PREPARATION: Final = "preparation"
CONF_KEEPING: Final = "keeping"

_SECTIONS = (CONF_PREPARATION, CONF_KEEPING)


class DahuaOptionsFlow(OptionsFlowWithReload):
    """Asks whether two sensors shall work as one, which, and then how."""

    config_entry: DahuaConfigEntry

    _sensors: Mapping[str, int]

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask which sensor spots and which identifies."""
        if self.config_entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        if not can_pair(self._camera):
            return self.async_abort(reason="one_sensor")
        errors: dict[str, str] = {}
        if user_input is not None:
            sensors = {key: int(user_input[key]) for key in (CONF_SPOTTER, CONF_IDENTIFIER)}
            if not user_input[CONF_ENABLED]:
                return self._finish(None)
            if len(set(sensors.values())) == len(sensors):
                self._sensors = sensors
                return await self.async_step_details()
            errors[CONF_IDENTIFIER] = "same_sensor"
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(
                self._sensors_schema(), user_input or {}
            ),
            errors=errors,
            last_step=False,
        )

    async def async_step_details(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what starts a capture, how the identifier is prepared and what is kept."""
        if user_input is not None:
            flat = {key: value for key, value in user_input.items() if key not in _SECTIONS}
            for name in _SECTIONS:
                flat |= user_input.get(name, {})
            chosen = {key: value for key, value in flat.items() if value != UNCHANGED}
            return self._finish({**self._sensors, **chosen})
        spotter = self._camera.channel(self._sensors[CONF_SPOTTER])
        identifier = self._camera.channel(self._sensors[CONF_IDENTIFIER])
        if not triggers(spotter):
            return self.async_abort(reason="nothing_to_spot")
        return self.async_show_form(
            step_id="details",
            data_schema=_details_schema(spotter, identifier, {**DEFAULTS, **self._chosen}),
        )

    @property
    def _camera(self) -> DahuaCamera:
        return self.config_entry.runtime_data.coordinator.camera

    @property
    def _chosen(self) -> Mapping[str, Any]:
        """What the owner chose before."""
        chosen: Mapping[str, Any] = self.config_entry.options.get(CONF_PAIRING, {})
        return chosen

    def _finish(self, pairing: Mapping[str, Any] | None) -> ConfigFlowResult:
        options = {k: v for k, v in self.config_entry.options.items() if k != CONF_PAIRING}
        return self.async_create_entry(data=options | ({CONF_PAIRING: pairing} if pairing else {}))

    def _sensors_schema(self) -> vol.Schema:
        spotter, identifier = suggested_sensors(self._camera)
        sensors = SelectSelector(
            SelectSelectorConfig(
                options=[
                    SelectOptionDict(value=str(channel.index), label=self._name(channel.index))
                    for channel in self._camera.info.channels
                ],
                mode=SelectSelectorMode.DROPDOWN,
            )
        )
        default = {CONF_SPOTTER: spotter, CONF_IDENTIFIER: identifier, **self._chosen}
        return vol.Schema(
            {
                vol.Required(CONF_ENABLED, default=True): BooleanSelector(),
                vol.Required(CONF_SPOTTER, default=str(default[CONF_SPOTTER])): sensors,
                vol.Required(CONF_IDENTIFIER, default=str(default[CONF_IDENTIFIER])): sensors,
            }
        )

    def _name(self, channel: int) -> str:
        """Return what the user calls a sensor's device."""
        device = dr.async_get(self.hass).async_get_child_device_by_identifier(
            (DOMAIN, f"{self._camera.info.serial}_{channel}"), self.config_entry.entry_id
        )
        name = device and (device.name_by_user or device.name)
        return name or str(counted_from_one(channel))


def _details_schema(spotter: Channel, identifier: Channel, chosen: Mapping[str, Any]) -> vol.Schema:
    """Return the form for what these two sensors can do, with what was chosen before."""
    started_by = triggers(spotter)
    trigger = chosen[CONF_TRIGGER] if chosen[CONF_TRIGGER] in started_by else next(iter(started_by))
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
