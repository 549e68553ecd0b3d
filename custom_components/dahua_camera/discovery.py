"""Finding cameras on the local network, and those that have got another address there."""

import asyncio
from dataclasses import asdict
from datetime import datetime, timedelta
from ipaddress import IPv4Interface
from time import monotonic

from homeassistant.components import network
from homeassistant.config_entries import (
    SOURCE_IGNORE,
    SOURCE_INTEGRATION_DISCOVERY,
    ConfigEntry,
    ConfigEntryState,
)
from homeassistant.const import CONF_HOST
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import discovery_flow
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.start import async_at_started
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN
from .dahua.found import FoundCamera
from .dahua.search import Route, route_through, search

SEARCH_INTERVAL = timedelta(minutes=15)
_SEARCH_SECONDS = 2.0
# Somebody waits for a form to open.
_FORM_SECONDS = 1.0
_FRESH_SECONDS = 60.0


async def async_routes(hass: HomeAssistant) -> list[Route]:
    """Return how to ask the networks that the user lets Home Assistant use."""
    return [
        route_through(IPv4Interface(f"{address['address']}/{address['network_prefix']}"))
        for adapter in await network.async_get_adapters(hass)
        if adapter["enabled"]
        for address in adapter["ipv4"]
    ]


class Searcher:
    """Searches for all who want to know, and remembers what came of it."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        self._searching = asyncio.Lock()
        self._found: tuple[FoundCamera, ...] = ()
        self._found_at: float | None = None
        self._recorders: set[str] = set()
        self._refusals: set[tuple[str, datetime, str]] = set()

    async def search(self) -> tuple[FoundCamera, ...]:
        """Return the cameras that answer now."""
        async with self._searching:
            return await self._search(_SEARCH_SECONDS)

    async def recent(self) -> tuple[FoundCamera, ...]:
        """Return the cameras that answered a moment ago, or those that answer quickly."""
        async with self._searching:
            if self._found_at is None or monotonic() - self._found_at > _FRESH_SECONDS:
                return await self._search(_FORM_SECONDS)
            return self._found

    async def _search(self, seconds: float) -> tuple[FoundCamera, ...]:
        recorders: set[str] = set()
        routes = await async_routes(self._hass)
        self._found = await search(routes, seconds, recorders.add)
        self._recorders = recorders
        self._found_at = monotonic()
        return self._found

    def is_recorder(self, host: str) -> bool:
        """Tell whether a recorder answered from an address when the network was searched last."""
        return host in self._recorders

    def may_follow(self, entry: ConfigEntry, host: str) -> bool:
        """Tell whether an entry may look for its camera at an address that was found."""
        return (
            entry.source != SOURCE_IGNORE
            and entry.data[CONF_HOST] != host
            and _is_lost(entry)
            and not self.was_refused(entry, host)
        )

    def was_refused(self, entry: ConfigEntry, host: str) -> bool:
        """Tell whether what has an address refused the entry's account, as it still is."""
        return (entry.entry_id, entry.modified_at, host) in self._refusals

    def note_refusal(self, entry: ConfigEntry, host: str) -> None:
        """Never try an entry's account there again: a few wrong logins lock it."""
        self._refusals.add((entry.entry_id, entry.modified_at, host))


_SEARCHER: HassKey[Searcher] = HassKey(f"{DOMAIN}_searcher")


@callback
def async_get_searcher(hass: HomeAssistant) -> Searcher:
    """Return the one searcher."""
    return hass.data.setdefault(_SEARCHER, Searcher(hass))


@callback
def async_start_searching(hass: HomeAssistant) -> None:
    """Search once everything has started, and then at intervals."""

    @callback
    def search_in_background(_: HomeAssistant | datetime) -> None:
        hass.async_create_background_task(_search_and_tell(hass), f"{DOMAIN} search")

    async_at_started(hass, search_in_background)
    async_track_time_interval(hass, search_in_background, SEARCH_INTERVAL, cancel_on_shutdown=True)


async def _search_and_tell(hass: HomeAssistant) -> None:
    """Have the config flow look at each camera that is new, or lost where it used to be."""
    searcher = async_get_searcher(hass)
    for camera in await searcher.search():
        entry = hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, camera.serial)
        if entry is None or searcher.may_follow(entry, camera.host):
            discovery_flow.async_create_flow(
                hass, DOMAIN, {"source": SOURCE_INTEGRATION_DISCOVERY}, asdict(camera)
            )


def _is_lost(entry: ConfigEntry) -> bool:
    """Tell whether an entry's camera cannot be spoken to, or another one has its address."""
    if entry.state is ConfigEntryState.LOADED:
        return not entry.runtime_data.coordinator.last_update_success
    return entry.disabled_by is None and entry.state in {
        ConfigEntryState.SETUP_RETRY,
        ConfigEntryState.SETUP_ERROR,
    }
