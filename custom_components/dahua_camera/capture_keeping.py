"""Captures go when they are too old, whether or not their camera is there."""

from datetime import datetime, timedelta

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.start import async_at_started

from .capture_store import CaptureStore
from .const import DOMAIN
from .pairing import limits_of

# Saving a capture tidies as well, but there may be days without one.
TIDY_EVERY = timedelta(days=1)


@callback
def async_start_tidying(hass: HomeAssistant) -> None:
    """Tidy the captures of all cameras once everything has started, and then every day."""

    @callback
    def tidy_in_background(_: HomeAssistant | datetime) -> None:
        hass.async_create_background_task(_tidy(hass), f"{DOMAIN} tidying")

    async_at_started(hass, tidy_in_background)
    async_track_time_interval(hass, tidy_in_background, TIDY_EVERY, cancel_on_shutdown=True)


async def _tidy(hass: HomeAssistant) -> None:
    """Remove what is beyond the limits, where captures are made: what else is kept stays."""
    for entry in hass.config_entries.async_entries(DOMAIN, include_disabled=False):
        if limits := limits_of(entry.options):
            await CaptureStore(hass, entry.entry_id, limits).tidy()
