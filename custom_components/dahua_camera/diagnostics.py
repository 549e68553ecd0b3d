"""Diagnostics: what to attach to a report of a problem."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from .coordinator import DahuaConfigEntry
from .dahua.report import make_report


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: DahuaConfigEntry
) -> dict[str, Any]:
    """Describe a camera so that a virtual one can play it, and nobody is told whose it is.

    Of one that is not set up there is nothing to tell but why.
    """
    if entry.state is not ConfigEntryState.LOADED:
        return {"state": entry.state.value, "problem": entry.error_reason_translation_key}
    data = entry.runtime_data
    coordinator = data.coordinator
    report = make_report(coordinator.camera, data.detections.sample, data.detections.stream)
    return report | {
        "poll": {
            "seconds": round(coordinator.last_duration, 3),
            "succeeded": coordinator.last_update_success,
            "last_error": coordinator.last_error,
        }
    }
