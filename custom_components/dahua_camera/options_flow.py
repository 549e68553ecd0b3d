"""What an owner may choose of a camera that is set up: two sensors that work as one."""

from collections.abc import Mapping
from typing import Any, Final

import voluptuous as vol

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult, OptionsFlowWithReload
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)

from .const import DOMAIN
from .coordinator import DahuaConfigEntry
from .dahua.address import counted_from_one
from .dahua.camera import DahuaCamera
from .issues import Issue, withdraw
from .pairing import (
    CONF_IDENTIFIER,
    CONF_PAIRING,
    CONF_SPOTTER,
    CONF_TRIGGER,
    CONF_TRIGGER_NAME,
    DEFAULTS,
    can_pair,
    suggested_sensors,
    triggers,
)
from .pairing_form import chosen_in, details_schema

CONF_ENABLED: Final = "enabled"


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
        if self.config_entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        spotter = self._camera.channel(self._sensors[CONF_SPOTTER])
        if user_input is not None:
            chosen = chosen_in(user_input)
            name = triggers(spotter).get(chosen[CONF_TRIGGER], chosen[CONF_TRIGGER])
            return self._finish({**self._sensors, **chosen, CONF_TRIGGER_NAME: name})
        identifier = self._camera.channel(self._sensors[CONF_IDENTIFIER])
        if not triggers(spotter):
            return self.async_abort(reason="nothing_to_spot")
        return self.async_show_form(
            step_id="details",
            data_schema=details_schema(spotter, identifier, {**DEFAULTS, **self._chosen}),
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
        # It was about what was chosen before.
        withdraw(self.hass, self.config_entry, Issue.TRIGGER)
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
