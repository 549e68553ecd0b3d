"""Setting up a camera in the user interface."""

from collections.abc import Iterable, Mapping
from typing import Any, Self, override

import voluptuous as vol
from yarl import URL

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigEntryState,
    ConfigFlow,
    ConfigFlowResult,
)
from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_PORT, CONF_USERNAME
from homeassistant.core import callback
from homeassistant.data_entry_flow import section
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import format_mac
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.helpers.typing import DiscoveryInfoType

from .connection import create_http, create_session
from .const import CONF_ADVANCED, CONF_HTTPS, CONF_RTSP_PORT, DOMAIN, LOGGER
from .coordinator import DahuaConfigEntry
from .dahua.camera import DahuaCamera
from .dahua.errors import DahuaError, InvalidCredentialsError
from .dahua.found import FoundCamera
from .dahua.state import CameraInfo
from .discovery import async_get_searcher
from .options_flow import DahuaOptionsFlow
from .pairing import can_pair
from .problems import problem_key

_PORT = vol.All(
    NumberSelector(NumberSelectorConfig(min=1, max=65535, mode=NumberSelectorMode.BOX)),
    vol.Coerce(int),
)
_PASSWORD = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="current-password")
)
_USERNAME = TextSelector(TextSelectorConfig(autocomplete="username"))

_ADDRESS = {vol.Required(CONF_HOST): TextSelector(TextSelectorConfig(autocomplete="off"))}
_ADVANCED = {
    vol.Required(CONF_ADVANCED): section(
        vol.Schema(
            {
                vol.Optional(CONF_PORT): _PORT,
                vol.Optional(CONF_RTSP_PORT): _PORT,
                vol.Required(CONF_HTTPS, default=False): BooleanSelector(),
            }
        ),
        {"collapsed": True},
    )
}
USER_SCHEMA = vol.Schema(
    _ADDRESS
    | {
        vol.Required(CONF_USERNAME, default="admin"): _USERNAME,
        vol.Required(CONF_PASSWORD): _PASSWORD,
    }
    | _ADVANCED
)
RECONFIGURE_SCHEMA = vol.Schema(
    _ADDRESS
    | {vol.Required(CONF_USERNAME): _USERNAME, vol.Optional(CONF_PASSWORD): _PASSWORD}
    | _ADVANCED
)
REAUTH_SCHEMA = vol.Schema(
    {vol.Required(CONF_USERNAME): _USERNAME, vol.Required(CONF_PASSWORD): _PASSWORD}
)


class DahuaConfigFlow(ConfigFlow, domain=DOMAIN):
    """Asks for an address and an account, and lets the camera tell the rest."""

    VERSION = 1

    _discovered_host: str | None = None
    _offered: tuple[FoundCamera, ...] = ()

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
        if not await self._is_camera({CONF_HOST: camera.host, CONF_PORT: camera.http_port}):
            return self.async_abort(reason="not_a_camera")
        await self.async_set_unique_id(camera.serial)
        return await self._offer(camera.address, camera.label)

    async def _offer(self, host: str, name: str) -> ConfigFlowResult:
        """Offer a camera that nobody asked for, unless it is on offer already."""
        self._discovered_host = host
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
        if entry.data[CONF_HOST] == host:
            return
        data = {**entry.data, CONF_HOST: host}
        info, errors = await self._ask(data)
        if CONF_PASSWORD in errors:
            async_get_searcher(self.hass).note_refusal(entry, host)
        if info and info.serial == entry.unique_id:
            self.hass.config_entries.async_update_entry(entry, data=data)
            self.hass.config_entries.async_schedule_reload(entry.entry_id)

    async def _is_camera(self, address: Mapping[str, Any]) -> bool:
        """Ask what has an address whether it is a camera, without logging in."""
        session = create_session()
        data = {**address, CONF_USERNAME: "", CONF_PASSWORD: ""}
        try:
            return await create_http(session, data).greets_as_camera()
        except DahuaError:
            return False
        finally:
            await session.close()

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Set up a camera whose address the user knows."""
        errors: dict[str, str] = {}
        if user_input is None and self._discovered_host is None:
            self._offered = await self._new_cameras()
        if user_input is not None:
            try:
                data = _entry_data(user_input)
            except ValueError:
                errors[CONF_HOST] = "invalid_host"
            else:
                info, errors = await self._ask(data)
                if info:
                    # The same camera may be on offer as discovered.
                    await self.async_set_unique_id(info.serial, raise_on_progress=False)
                    self._abort_if_unique_id_configured()
                    return self.async_create_entry(title=_title(info), data=data)
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(
                _user_schema(self._offered), user_input or {CONF_HOST: self._discovered_host}
            ),
            errors=errors,
        )

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
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                data = _entry_data({CONF_PASSWORD: entry.data[CONF_PASSWORD]} | user_input)
            except ValueError:
                errors[CONF_HOST] = "invalid_host"
            else:
                info, errors = await self._ask(data)
                if info:
                    await self.async_set_unique_id(info.serial)
                    self._abort_if_unique_id_mismatch(reason="another_camera")
                    return self.async_update_reload_and_abort(entry, data=data)
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(
                RECONFIGURE_SCHEMA, user_input or _form_data(entry.data)
            ),
            errors=errors,
        )

    async def async_step_reauth(self, _: Mapping[str, Any]) -> ConfigFlowResult:
        """Ask for the account anew, because the camera refuses it."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Try the account that the user gave."""
        entry = self._get_reauth_entry()
        errors: dict[str, str] = {}
        if user_input is not None:
            info, errors = await self._ask(entry.data | user_input)
            if info:
                await self.async_set_unique_id(info.serial)
                self._abort_if_unique_id_mismatch(reason="another_camera")
                return self.async_update_reload_and_abort(entry, data_updates=user_input)
        suggested = user_input or {CONF_USERNAME: entry.data[CONF_USERNAME]}
        return self.async_show_form(
            step_id="reauth_confirm",
            data_schema=self.add_suggested_values_to_schema(REAUTH_SCHEMA, suggested),
            description_placeholders={"host": entry.data[CONF_HOST]},
            errors=errors,
        )

    async def _ask(self, data: Mapping[str, Any]) -> tuple[CameraInfo | None, dict[str, str]]:
        """Return what the camera tells of itself, or the form's errors."""
        session = create_session()
        try:
            camera = await DahuaCamera.connect(create_http(session, data))
        except InvalidCredentialsError as error:
            return None, {CONF_PASSWORD: problem_key(error)}
        except DahuaError as error:
            return None, {"base": problem_key(error)}
        except Exception:  # noqa: BLE001
            LOGGER.exception("Unexpected answer of a camera")
            return None, {"base": "unknown"}
        finally:
            await session.close()
        return camera.info, {}


def _user_schema(offered: Iterable[FoundCamera]) -> vol.Schema:
    """Return the form that sets up a camera; it offers those that were found."""
    options = [SelectOptionDict(value=each.address, label=each.label) for each in offered]
    if not options:
        return USER_SCHEMA
    host = SelectSelector(
        SelectSelectorConfig(
            options=options, custom_value=True, mode=SelectSelectorMode.DROPDOWN, sort=True
        )
    )
    return vol.Schema(USER_SCHEMA.schema | {vol.Required(CONF_HOST): host})


def _entry_data(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Flatten the form; ValueError for an address that cannot be one.

    People paste what their browser shows: scheme, port and path are taken apart.
    """
    data = {key: value for key, value in user_input.items() if key != CONF_ADVANCED}
    typed = user_input[CONF_HOST].strip()
    url = URL(typed if "://" in typed else f"//{typed}")
    if not url.host or any(character.isspace() for character in url.host):
        raise ValueError(typed)
    data[CONF_HOST] = url.host
    if url.explicit_port:
        data[CONF_PORT] = url.explicit_port
    advanced = user_input[CONF_ADVANCED]
    data |= advanced
    data[CONF_HTTPS] = advanced[CONF_HTTPS] or url.scheme == "https"
    return data


def _form_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form shows of an entry's data: all but the password."""
    advanced = {key: data[key] for key in (CONF_PORT, CONF_RTSP_PORT, CONF_HTTPS) if key in data}
    return {
        CONF_HOST: data[CONF_HOST],
        CONF_USERNAME: data[CONF_USERNAME],
        CONF_ADVANCED: advanced,
    }


def _title(info: CameraInfo) -> str:
    """Return what the owner called the camera, or else its model."""
    return info.model if info.name in {"", info.serial} else info.name
