"""Taking up cameras that the network tells of: new ones, and those with a new address."""

import asyncio
from collections.abc import Mapping
from typing import Any, Self, override

from homeassistant.config_entries import ConfigEntry, ConfigFlow, ConfigFlowResult
from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_PORT, CONF_USERNAME
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import format_mac
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.helpers.typing import DiscoveryInfoType

from .causes import greets_as_camera
from .condition import condition_of
from .connection import default_port, lacks_certificate, over_https
from .const import CONF_ADVANCED, DOMAIN
from .dahua.errors import DahuaError, HttpsRequiredError, InvalidCredentialsError
from .dahua.found import FoundCamera
from .discovery import async_get_searcher
from .forms import advanced_data
from .introduction import introduce


class DiscoveredCameraFlow(ConfigFlow):
    """The steps before the user is asked; where a camera is new they end at the first form."""

    _discovered_host: str | None = None

    def __init__(self) -> None:
        """Know nothing yet."""
        self._suggested: dict[str, Any] = {}
        """What the first form shows when it comes up next."""

    @override
    async def async_step_dhcp(self, discovery_info: DhcpServiceInfo) -> ConfigFlowResult:
        """Take up a camera that asked the network for an address.

        One that is set up already keeps its entry under a new address, if it can prove there
        who it is; a new one is offered, if it speaks like a camera.
        """
        mac = format_mac(discovery_info.macaddress)
        await self.async_set_unique_id(mac)
        if entry := self._entry_of(mac):
            await self._follow(entry, discovery_info.ip)
            return self.async_abort(reason="already_configured")
        searcher = async_get_searcher(self.hass)
        found = await searcher.recent()
        # A search may have told of it already, by its serial number.
        for unique_id in (mac, *(camera.serial for camera in found if camera.mac == mac)):
            await self.async_set_unique_id(unique_id)
            self._abort_if_unique_id_configured()
        if searcher.is_recorder(discovery_info.ip):
            return self.async_abort(reason="recorder")
        suggested = await _find_camera({CONF_HOST: discovery_info.ip})
        if suggested is None:
            return self.async_abort(reason="not_a_camera")
        # Somebody may have set it up by hand meanwhile.
        if self._entry_of(mac):
            return self.async_abort(reason="already_configured")
        return await self._offer(discovery_info.ip, discovery_info.ip, suggested)

    @override
    async def async_step_integration_discovery(
        self, discovery_info: DiscoveryInfoType
    ) -> ConfigFlowResult:
        """Take up a camera that answered a search of the network.

        One that is set up already and cannot be reached keeps its entry under a new address, if
        it can prove there who it is; a new one is offered, if it speaks like a camera.
        """
        camera = FoundCamera(**discovery_info)
        if entry := self._entry_with(camera.serial):
            if async_get_searcher(self.hass).may_follow(entry, camera.host):
                await self._follow(entry, camera.host)
            return self.async_abort(reason="already_configured")
        # That is what it is known by where DHCP told of it first.
        if camera.mac and self._entry_with(camera.mac):
            return self.async_abort(reason="already_configured")
        address = {CONF_HOST: camera.host, CONF_PORT: camera.http_port}
        suggested = await _find_camera(address, camera.https_port)
        if suggested is None:
            return self.async_abort(reason="not_a_camera")
        await self.async_set_unique_id(camera.serial)
        # Somebody may have set it up by hand meanwhile.
        self._abort_if_unique_id_configured()
        # With HTTPS the port of the address is not the one to talk to.
        host = camera.host if suggested else camera.address
        return await self._offer(host, camera.label, suggested)

    async def _offer(self, host: str, name: str, suggested: dict[str, Any]) -> ConfigFlowResult:
        """Offer a camera that nobody asked for, unless it is on offer already."""
        self._discovered_host = host
        self._suggested = {CONF_HOST: host, **suggested}
        if self.hass.config_entries.flow.async_has_matching_flow(self):
            return self.async_abort(reason="already_in_progress")
        self.context["title_placeholders"] = {"name": name}
        return await self.async_step_user()

    @override
    def is_matching(self, other_flow: Self) -> bool:
        """Tell whether another flow offers what has the same address."""
        return other_flow._discovered_host == self._discovered_host is not None

    def _entry_with(self, unique_id: str) -> ConfigEntry | None:
        """Return the entry with a unique id, even of a camera that the user ignores."""
        return self.hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, unique_id)

    def _entry_of(self, mac: str) -> ConfigEntry | None:
        """Return the entry whose camera has a hardware address; None for a new camera."""
        registry = dr.async_get(self.hass)
        for entry in self._async_current_entries():
            for device in dr.async_entries_for_config_entry(registry, entry.entry_id):
                if (dr.CONNECTION_NETWORK_MAC, mac) in device.connections:
                    return entry
        return None

    def _end_offers_of(self, mac: str | None) -> None:
        """End the offer of a camera that DHCP told of and nobody else: it is set up now."""
        known_as = {"unique_id": format_mac(mac or "")}
        for flow in self._async_in_progress(match_context=known_as):
            self.hass.config_entries.flow.async_abort(flow["flow_id"])

    async def _follow(self, entry: ConfigEntry, host: str) -> None:
        """Take over a new address from the camera with the same serial number only."""
        searcher = async_get_searcher(self.hass)
        before = entry.data
        data = {**before, CONF_HOST: host}
        if entry.data[CONF_HOST] == host or lacks_certificate(data):
            return
        if await _leads_to(entry.data[CONF_HOST], host):
            # The name stays; what waits for the camera finds it there by itself.
            return
        if searcher.was_refused(entry, host) or condition_of(self.hass, entry).lock:
            return
        introduced, error = await introduce(data)
        if isinstance(error, InvalidCredentialsError):
            searcher.note_refusal(entry, host)
        if introduced:
            async with introduced:
                known = self._entry_with(introduced.info.serial)
                # The owner may have changed or removed it meanwhile.
                if known is entry and entry.data == before:
                    introduced.hand_over(self.hass)
                    self.hass.config_entries.async_update_entry(entry, data=data)
                    self.hass.config_entries.async_schedule_reload(entry.entry_id)


async def _find_camera(
    address: Mapping[str, Any], https_port: int | None = None
) -> dict[str, Any] | None:
    """Return what the form suggests for the camera with an address; None if it is no camera.

    It is asked without logging in. HTTPS is suggested where only that is answered.
    """
    data = {**address, CONF_USERNAME: "", CONF_PASSWORD: ""}
    port = https_port or default_port(https=True)
    try:
        return {} if await greets_as_camera(data) else None
    except HttpsRequiredError as error:
        port = error.port
    except DahuaError:
        # HTTP may be switched off altogether.
        pass
    secure = over_https(data, port)
    try:
        is_camera = await greets_as_camera(secure)
    except DahuaError:
        return None
    return {CONF_ADVANCED: advanced_data(secure)} if is_camera else None


async def _leads_to(name: str, address: str) -> bool:
    """Tell whether an address is what a host name stands for."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(name, None)
    except OSError, UnicodeError:
        return False
    return any(place[0] == address for *_, place in found)
