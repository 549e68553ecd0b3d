"""Setting up a camera in the user interface."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Self, override

import voluptuous as vol

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlow,
    ConfigFlowResult,
)
from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_PORT, CONF_USERNAME
from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import format_mac
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.helpers.typing import DiscoveryInfoType

from .causes import find_cause, greets_as_camera
from .certificates import describe
from .connection import (
    address_of,
    create_http,
    create_session,
    default_port,
    lacks_certificate,
    over_https,
    shown_certificate,
)
from .const import CONF_ADVANCED, CONF_CERTIFICATE, CONF_HTTPS, DOMAIN, LOGGER
from .coordinator import DahuaConfigEntry
from .dahua.camera import DahuaCamera
from .dahua.certificate import fingerprint_of
from .dahua.errors import (
    CannotConnectError,
    CertificateChangedError,
    CgiDisabledError,
    DahuaError,
    HttpsRequiredError,
    InvalidCredentialsError,
    NotADahuaCameraError,
    RedirectedError,
)
from .dahua.found import FoundCamera
from .dahua.state import CameraInfo
from .discovery import async_get_searcher
from .forms import (
    REAUTH_SCHEMA,
    advanced_data,
    entry_data,
    form_data,
    form_errors,
    reauth_errors,
    reconfigure_schema,
    user_schema,
)
from .options_flow import DahuaOptionsFlow
from .pairing import can_pair
from .problems import problem_placeholders

# What may be mended by a port or by HTTPS: these are shown then.
_ABOUT_THE_ADDRESS = (CannotConnectError, CgiDisabledError, NotADahuaCameraError, RedirectedError)


class DahuaConfigFlow(ConfigFlow, domain=DOMAIN):
    """Asks for an address and an account, and lets the camera tell the rest."""

    VERSION = 1

    _discovered_host: str | None = None
    _offered: tuple[FoundCamera, ...] = ()

    def __init__(self) -> None:
        """Know nothing yet."""
        self._data: dict[str, Any] = {}
        """What the entry will hold, as far as it is known."""
        self._suggested: dict[str, Any] = {}
        """What the first form shows when it comes up next."""
        self._https_port = 0
        self._shown_certificate = b""
        self._trusted: dict[tuple[str, int], str] = {}
        """The certificates that the user has trusted here, by host and port."""

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> DahuaOptionsFlow:
        """Return what asks for an owner's wishes."""
        return DahuaOptionsFlow()

    @classmethod
    @callback
    @override
    def async_supports_options_flow(cls, config_entry: DahuaConfigEntry) -> bool:
        """Offer options where there are two sensors to pair, or may be: until it is known."""
        if config_entry.state is not ConfigEntryState.LOADED:
            return True
        return can_pair(config_entry.runtime_data.coordinator.camera)

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
        found = await async_get_searcher(self.hass).recent()
        # A search may have told of it already, by its serial number.
        for unique_id in (mac, *(camera.serial for camera in found if camera.mac == mac)):
            await self.async_set_unique_id(unique_id)
            self._abort_if_unique_id_configured()
        if not await self._is_camera({CONF_HOST: discovery_info.ip}):
            return self.async_abort(reason="not_a_camera")
        return await self._offer(discovery_info.ip, discovery_info.ip)

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
        if not await self._is_camera(address, camera.https_port):
            return self.async_abort(reason="not_a_camera")
        await self.async_set_unique_id(camera.serial)
        # With HTTPS the port of the address is not the one to talk to.
        host = camera.host if self._suggested else camera.address
        return await self._offer(host, camera.label)

    async def _offer(self, host: str, name: str) -> ConfigFlowResult:
        """Offer a camera that nobody asked for, unless it is on offer already."""
        self._discovered_host = self._suggested[CONF_HOST] = host
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

    async def _follow(self, entry: ConfigEntry, host: str) -> None:
        """Take over a new address from the camera with the same serial number only."""
        searcher = async_get_searcher(self.hass)
        data = {**entry.data, CONF_HOST: host}
        if entry.data[CONF_HOST] == host or lacks_certificate(data):
            return
        if searcher.was_refused(entry, host):
            return
        info, error = await self._ask(data)
        if isinstance(error, InvalidCredentialsError):
            searcher.note_refusal(entry, host)
        if info and info.serial == entry.unique_id:
            self.hass.config_entries.async_update_entry(entry, data=data)
            self.hass.config_entries.async_schedule_reload(entry.entry_id)

    async def _is_camera(self, address: Mapping[str, Any], https_port: int | None = None) -> bool:
        """Ask what has an address whether it is a camera, without logging in.

        The form then offers HTTPS where only that is answered.
        """
        data = {**address, CONF_USERNAME: "", CONF_PASSWORD: ""}
        port = https_port or default_port(https=True)
        try:
            return await greets_as_camera(data)
        except HttpsRequiredError as error:
            port = error.port
        except DahuaError:
            # HTTP may be switched off altogether.
            pass
        secure = over_https(data, port)
        self._suggested = {CONF_ADVANCED: advanced_data(secure)}
        try:
            return await greets_as_camera(secure)
        except DahuaError:
            return False

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Set up a camera whose address the user knows."""
        if user_input is not None:
            return await self._take(user_input)
        if self._discovered_host is None:
            self._offered = await self._new_cameras()
        return self._show_first_form({})

    async def _new_cameras(self) -> tuple[FoundCamera, ...]:
        """Return the cameras on the network that are not set up yet."""
        known = self._async_current_ids(include_ignore=False)
        found = await async_get_searcher(self.hass).recent()
        return tuple(camera for camera in found if camera.serial not in known)

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change the address or the account of a camera; an empty password stays the old one."""
        entry = self._get_reconfigure_entry()
        if user_input is not None:
            return await self._take(user_input, {CONF_PASSWORD: entry.data[CONF_PASSWORD]})
        self._suggested = form_data(entry.data)
        return self._show_first_form({})

    def _show_first_form(
        self, errors: dict[str, str], error: DahuaError | None = None
    ) -> ConfigFlowResult:
        """Ask for address and account; what may be to blame for `error` is shown open."""
        told = problem_placeholders(error) if error else {}
        collapsed = not isinstance(error, _ABOUT_THE_ADDRESS)
        if self.source == SOURCE_RECONFIGURE:
            return self.async_show_form(
                step_id="reconfigure",
                data_schema=self.add_suggested_values_to_schema(
                    reconfigure_schema(collapsed=collapsed), self._suggested
                ),
                description_placeholders=told,
                errors=errors,
            )
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(
                user_schema(self._offered, collapsed=collapsed), self._suggested
            ),
            description_placeholders=told,
            errors=errors,
        )

    async def _take(
        self, typed: dict[str, Any], kept: Mapping[str, Any] = MappingProxyType({})
    ) -> ConfigFlowResult:
        """Take what the user typed into the first form, and go on from there."""
        self._suggested = typed
        try:
            self._data = entry_data({**kept, **typed})
        except ValueError:
            return self._show_first_form({CONF_HOST: "invalid_host"})
        if self._data[CONF_HTTPS] and (certificate := self._trusted_certificate()):
            self._data[CONF_CERTIFICATE] = certificate
        return await self._proceed()

    def _trusted_certificate(self) -> str | None:
        """Return the certificate of what has the address; the entry's moves along with it."""
        address = address_of(self._data)
        if certificate := self._trusted.get((address.host, address.port)):
            return certificate
        if self.source == SOURCE_RECONFIGURE:
            return self._get_reconfigure_entry().data.get(CONF_CERTIFICATE)
        return None

    async def _proceed(self) -> ConfigFlowResult:
        """Log in with what is known, or have decided first what is open."""
        if lacks_certificate(self._data):
            return await self._look_at_certificate()
        info, error = await self._ask(self._data)
        if info:
            return await self._finish(info)
        if isinstance(error, HttpsRequiredError):
            self._https_port = error.port
            return await self.async_step_https()
        if isinstance(error, CertificateChangedError):
            return await self._look_at_certificate(error)
        return self._show_first_form(form_errors(error), error)

    async def async_step_https(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Let the user decide to go on over HTTPS, as the camera wants it."""
        if user_input is None:
            return self.async_show_form(
                step_id="https",
                data_schema=vol.Schema({}),
                description_placeholders={
                    "host": self._data[CONF_HOST],
                    "port": str(self._https_port),
                },
            )
        self._data = over_https(self._data, self._https_port)
        if certificate := self._trusted_certificate():
            self._data[CONF_CERTIFICATE] = certificate
        self._suggested |= form_data(self._data)
        return await self._proceed()

    async def _look_at_certificate(
        self, change: CertificateChangedError | None = None
    ) -> ConfigFlowResult:
        """Fetch the certificate and have the user look at it before anything is sent."""
        try:
            self._shown_certificate = await shown_certificate(self._data)
        except DahuaError as error:
            return self._show_first_form(form_errors(error), error)
        return self._show_certificate(change)

    def _show_certificate(self, change: CertificateChangedError | None) -> ConfigFlowResult:
        return self.async_show_form(
            step_id="certificate",
            data_schema=vol.Schema({}),
            description_placeholders={"host": self._data[CONF_HOST]}
            | describe(self._shown_certificate)
            | (problem_placeholders(change) if change else {}),
            errors=form_errors(change) if change else {},
        )

    async def async_step_certificate(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Trust the certificate that the user has seen, and none but this."""
        if user_input is None:
            return self._show_certificate(None)
        address = address_of(self._data)
        certificate = fingerprint_of(self._shown_certificate)
        self._trusted[address.host, address.port] = certificate
        self._data[CONF_CERTIFICATE] = certificate
        return await self._proceed()

    async def _finish(self, info: CameraInfo) -> ConfigFlowResult:
        """Keep what has led to the camera."""
        # The same camera may be on offer as discovered.
        await self.async_set_unique_id(info.serial, raise_on_progress=False)
        if self.source == SOURCE_RECONFIGURE:
            self._abort_if_unique_id_mismatch(reason="another_camera")
            entry = self._get_reconfigure_entry()
            return self.async_update_reload_and_abort(entry, data=self._data)
        self._abort_if_unique_id_configured()
        return self.async_create_entry(title=_title(info), data=self._data)

    async def async_step_reauth(self, _: Mapping[str, Any]) -> ConfigFlowResult:
        """Ask for the account anew, because the camera refuses it."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Try the account that the user gave."""
        entry = self._get_reauth_entry()
        errors: dict[str, str] = {}
        placeholders = {"host": entry.data[CONF_HOST]}
        if user_input is not None:
            info, error = await self._ask(entry.data | user_input)
            if info:
                await self.async_set_unique_id(info.serial)
                self._abort_if_unique_id_mismatch(reason="another_camera")
                return self.async_update_reload_and_abort(entry, data_updates=user_input)
            errors = reauth_errors(error)
            placeholders |= problem_placeholders(error) if error else {}
        suggested = user_input or {CONF_USERNAME: entry.data[CONF_USERNAME]}
        return self.async_show_form(
            step_id="reauth_confirm",
            data_schema=self.add_suggested_values_to_schema(REAUTH_SCHEMA, suggested),
            description_placeholders=placeholders,
            errors=errors,
        )

    async def _ask(self, data: Mapping[str, Any]) -> tuple[CameraInfo | None, DahuaError | None]:
        """Return what the camera tells of itself, or why it does not; None if nobody knows."""
        try:
            async with create_session(data) as session:
                camera = await DahuaCamera.connect(create_http(session, data))
        except DahuaError as error:
            return None, await find_cause(data, error)
        except Exception:  # noqa: BLE001
            LOGGER.exception("Unexpected answer of a camera")
            return None, None
        return camera.info, None


def _title(info: CameraInfo) -> str:
    """Return what the owner called the camera, or else its model."""
    return info.model if info.name in {"", info.serial} else info.name
