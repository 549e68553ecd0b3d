"""Setting up a camera in the user interface."""

from collections.abc import Mapping
from typing import Any, override

import voluptuous as vol
from yarl import URL

from homeassistant.config_entries import ConfigEntry, ConfigFlow, ConfigFlowResult
from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_PORT, CONF_USERNAME
from homeassistant.data_entry_flow import section
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import format_mac
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo

from .connection import create_http, create_session
from .const import CONF_ADVANCED, CONF_HTTPS, CONF_RTSP_PORT, DOMAIN, LOGGER
from .dahua.camera import DahuaCamera
from .dahua.errors import DahuaError, InvalidCredentialsError
from .dahua.state import CameraInfo
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
        if not await self._is_camera(discovery_info.ip):
            return self.async_abort(reason="not_a_camera")
        self._discovered_host = discovery_info.ip
        self.context["title_placeholders"] = {"name": discovery_info.ip}
        return await self.async_step_user()

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
        info, _ = await self._ask(data)
        if info and info.serial == entry.unique_id:
            self.hass.config_entries.async_update_entry(entry, data=data)
            self.hass.config_entries.async_schedule_reload(entry.entry_id)

    async def _is_camera(self, host: str) -> bool:
        """Ask what has an address whether it is a camera, without logging in."""
        session = create_session()
        data = {CONF_HOST: host, CONF_USERNAME: "", CONF_PASSWORD: ""}
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
        if user_input is not None:
            try:
                data = _entry_data(user_input)
            except ValueError:
                errors[CONF_HOST] = "invalid_host"
            else:
                info, errors = await self._ask(data)
                if info:
                    await self.async_set_unique_id(info.serial)
                    self._abort_if_unique_id_configured()
                    return self.async_create_entry(title=_title(info), data=data)
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(
                USER_SCHEMA, user_input or {CONF_HOST: self._discovered_host}
            ),
            errors=errors,
        )

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
