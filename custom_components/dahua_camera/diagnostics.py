"""What to send along with a report of a problem."""

from typing import Any

from homeassistant.core import HomeAssistant

from .coordinator import DahuaConfigEntry
from .dahua.report import make_report


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: DahuaConfigEntry
) -> dict[str, Any]:
    """Describe a camera so that a virtual one can play it, and nobody is told whose it is."""
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
