"""Repairs that Home Assistant carries out itself, once the owner has agreed."""

from collections.abc import Callable

import voluptuous as vol

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from .condition import RequestKind, condition_of
from .coordinator import DahuaConfigEntry
from .dahua.errors import DahuaError
from .issues import Issue
from .trust import TrustRepairFlow


class ClockRepairFlow(RepairsFlow):
    """Sets the camera's clock."""

    def __init__(self, entry: DahuaConfigEntry | None) -> None:
        """Repair the camera of an entry; None where it was removed meanwhile."""
        self._entry = entry

    async def async_step_init(self, _: dict[str, str] | None = None) -> RepairsFlowResult:
        """Ask first."""
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Set the clock when the owner agrees."""
        if self._entry is None or self._entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        if user_input is None:
            issue = ir.async_get(self.hass).async_get_issue(self.handler, self.issue_id)
            return self.async_show_form(
                step_id="confirm",
                data_schema=vol.Schema({}),
                description_placeholders=issue.translation_placeholders if issue else None,
            )
        try:
            await self._entry.runtime_data.watch.set_clock()
        except DahuaError as error:
            condition_of(self.hass, self._entry).record(RequestKind.CHANGES, error)
            return self.async_abort(reason="not_set")
        return self.async_create_entry(data={})


_FLOWS: dict[Issue, Callable[[DahuaConfigEntry | None], RepairsFlow]] = {
    Issue.CLOCK: ClockRepairFlow,
    Issue.TIME_ZONE: ClockRepairFlow,
    Issue.CERTIFICATE: TrustRepairFlow,
    Issue.HTTPS: TrustRepairFlow,
}


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return what repairs an issue."""
    told = data or {}
    entry = hass.config_entries.async_get_entry(str(told.get("entry_id")))
    return _FLOWS[Issue(str(told.get("kind")))](entry)
