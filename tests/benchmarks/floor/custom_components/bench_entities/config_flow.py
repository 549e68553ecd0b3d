"""Add what a camera with so many entities adds."""

from typing import Any

import voluptuous as vol

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult

from . import DOMAIN

_SHAPE = vol.Schema({"serial": str, "enabled": int, "disabled": int})


class EntitiesFlow(ConfigFlow, domain=DOMAIN):
    """Asks how many."""

    async def async_step_user(self, shape: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask, and take the answer as it is."""
        if shape is None:
            return self.async_show_form(step_id="user", data_schema=_SHAPE)
        return self.async_create_entry(title=shape["serial"], data=shape)
