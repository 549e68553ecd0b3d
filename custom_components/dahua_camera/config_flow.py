"""Setting up a camera in the user interface."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, override

import voluptuous as vol

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_PORT, CONF_USERNAME
from homeassistant.core import callback

from .certificates import describe
from .condition import condition_of
from .connection import address_of, lacks_certificate, over_https, shown_certificate
from .const import CONF_CERTIFICATE, CONF_HTTPS, DOMAIN
from .coordinator import DahuaConfigEntry
from .dahua.certificate import fingerprint_of
from .dahua.errors import (
    CannotConnectError,
    CertificateChangedError,
    CgiDisabledError,
    DahuaError,
    HttpsRequiredError,
    NotADahuaCameraError,
    RecorderError,
    RedirectedError,
)
from .dahua.found import FoundCamera
from .dahua.state import CameraInfo
from .discovered_camera_flow import DiscoveredCameraFlow
from .discovery import async_get_searcher
from .forms import (
    REAUTH_SCHEMA,
    entry_data,
    form_data,
    form_errors,
    reauth_errors,
    reconfigure_schema,
    user_schema,
)
from .introduction import Introduced, introduce
from .options_flow import DahuaOptionsFlow
from .pairing import can_pair
from .problems import problem_placeholders

# What may be mended by a port or by HTTPS: these are shown then.
_ABOUT_THE_ADDRESS = (CannotConnectError, CgiDisabledError, NotADahuaCameraError, RedirectedError)


class DahuaConfigFlow(DiscoveredCameraFlow, domain=DOMAIN):
    """Asks for an address and an account, and lets the camera tell the rest."""

    VERSION = 1

    _offered: tuple[FoundCamera, ...] = ()

    def __init__(self) -> None:
        """Know nothing yet."""
        super().__init__()
        self._data: dict[str, Any] = {}
        """What the entry will hold, as far as it is known."""
        self._https_port = 0
        self._shown_certificate = b""
        self._trusted: dict[tuple[str, int], str] = {}
        """The certificates that the user has trusted here, by host and port."""

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> DahuaOptionsFlow:
        """Return the options flow."""
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
            kept = {CONF_PASSWORD: entry.data[CONF_PASSWORD]}
            return await self._take(user_input, kept, entry.data.get(CONF_PORT))
        self._suggested = form_data(entry.data)
        return self._show_first_form({})

    def _show_first_form(
        self, errors: dict[str, str], error: DahuaError | None = None
    ) -> ConfigFlowResult:
        """Ask for address and account; the section is open where `error` may be about it."""
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
        self,
        typed: dict[str, Any],
        kept: Mapping[str, Any] = MappingProxyType({}),
        shown_port: int | None = None,
    ) -> ConfigFlowResult:
        """Take what the user typed into the first form, and go on from there."""
        self._suggested = typed
        try:
            self._data = entry_data({**kept, **typed}, shown_port)
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
        """Log in, unless something has to be decided by the user first."""
        if lacks_certificate(self._data):
            return await self._look_at_certificate()
        introduced, error = await introduce(self._data)
        if introduced:
            async with introduced:
                return await self._finish(introduced)
        if isinstance(error, HttpsRequiredError):
            self._https_port = error.port
            return await self.async_step_https()
        if isinstance(error, CertificateChangedError):
            return await self._look_at_certificate(error)
        if isinstance(error, RecorderError) and self._data[CONF_HOST] == self._discovered_host:
            return self.async_abort(reason="recorder")
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

    async def _finish(self, introduced: Introduced) -> ConfigFlowResult:
        """Keep what has led to the camera."""
        # The same camera may be on offer as discovered.
        await self.async_set_unique_id(introduced.info.serial, raise_on_progress=False)
        if self.source == SOURCE_RECONFIGURE:
            self._abort_if_unique_id_mismatch(reason="another_camera")
            entry = self._get_reconfigure_entry()
            condition_of(self.hass, entry).unlock()
            introduced.hand_over(self.hass)
            return self.async_update_reload_and_abort(entry, data=self._data)
        self._abort_if_unique_id_configured()
        self._end_offers_of(introduced.info.mac)
        introduced.hand_over(self.hass)
        return self.async_create_entry(title=_title(introduced.info), data=self._data)

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
            introduced, error = await introduce(entry.data | user_input)
            if introduced:
                async with introduced:
                    return await self._readmit(entry, introduced, user_input)
            errors = reauth_errors(error)
            placeholders |= problem_placeholders(error) if error else {}
        suggested = user_input or {CONF_USERNAME: entry.data[CONF_USERNAME]}
        return self.async_show_form(
            step_id="reauth_confirm",
            data_schema=self.add_suggested_values_to_schema(REAUTH_SCHEMA, suggested),
            description_placeholders=placeholders,
            errors=errors,
        )

    async def _readmit(
        self, entry: ConfigEntry, introduced: Introduced, account: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Keep the account that the camera has let in."""
        # What answers instead may be on offer as discovered.
        await self.async_set_unique_id(introduced.info.serial, raise_on_progress=False)
        self._abort_if_unique_id_mismatch(reason="another_camera")
        condition_of(self.hass, entry).unlock()
        introduced.hand_over(self.hass)
        return self.async_update_reload_and_abort(entry, data_updates=account)


def _title(info: CameraInfo) -> str:
    """Return what the owner called the camera, or else its model."""
    return info.model if info.name in {"", info.serial} else info.name
