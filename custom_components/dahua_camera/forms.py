"""The forms of the config flow: their fields, and how they map to what an entry holds."""

from collections.abc import Iterable, Mapping
from typing import Any

import voluptuous as vol
from yarl import URL

from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_PORT, CONF_USERNAME
from homeassistant.data_entry_flow import section
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
from homeassistant.util.network import is_ipv6_address

from .const import CONF_ADVANCED, CONF_HTTPS, CONF_RTSP_PORT
from .dahua.errors import DahuaError, HostUnknownError, InvalidCredentialsError
from .dahua.found import FoundCamera
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
_ADVANCED = vol.Schema(
    {
        vol.Optional(CONF_PORT): _PORT,
        vol.Optional(CONF_RTSP_PORT): _PORT,
        vol.Required(CONF_HTTPS, default=False): BooleanSelector(),
    }
)
_USER = _ADDRESS | {
    vol.Required(CONF_USERNAME, default="admin"): _USERNAME,
    vol.Required(CONF_PASSWORD): _PASSWORD,
}
_RECONFIGURE = _ADDRESS | {
    vol.Required(CONF_USERNAME): _USERNAME,
    vol.Optional(CONF_PASSWORD): _PASSWORD,
}
REAUTH_SCHEMA = vol.Schema(
    {vol.Required(CONF_USERNAME): _USERNAME, vol.Required(CONF_PASSWORD): _PASSWORD}
)


def user_schema(offered: Iterable[FoundCamera], *, collapsed: bool) -> vol.Schema:
    """Return the form that sets up a camera; it offers those that were found."""
    options = [SelectOptionDict(value=each.address, label=each.label) for each in offered]
    host = SelectSelector(
        SelectSelectorConfig(
            options=options, custom_value=True, mode=SelectSelectorMode.DROPDOWN, sort=True
        )
    )
    fields = _USER | {vol.Required(CONF_HOST): host} if options else _USER
    return vol.Schema(fields | _advanced(collapsed=collapsed))


def reconfigure_schema(*, collapsed: bool) -> vol.Schema:
    """Return the form that changes where a camera is, and its account."""
    return vol.Schema(_RECONFIGURE | _advanced(collapsed=collapsed))


def _advanced(*, collapsed: bool) -> dict[vol.Marker, Any]:
    """Return the section of fields whose defaults are usually right."""
    return {vol.Required(CONF_ADVANCED): section(_ADVANCED, {"collapsed": collapsed})}


def form_errors(error: DahuaError | None) -> dict[str, str]:
    """Return an error at the field that it is about."""
    match error:
        case None:
            return {"base": "unknown"}
        case InvalidCredentialsError():
            return {CONF_PASSWORD: problem_key(error)}
        case HostUnknownError():
            return {CONF_HOST: problem_key(error)}
    return {"base": problem_key(error)}


def reauth_errors(error: DahuaError | None) -> dict[str, str]:
    """Return an error at the field that it is about, where none asks for the address."""
    errors = form_errors(error)
    return {"base": errors[CONF_HOST]} if CONF_HOST in errors else errors


def entry_data(user_input: Mapping[str, Any], shown_port: int | None = None) -> dict[str, Any]:
    """Flatten the form; ValueError for an address that cannot be one.

    People paste what their browser shows: scheme, port and path are taken apart. Its port counts
    less than one that was typed, and more than `shown_port`, which the form showed at first.
    """
    data = {key: value for key, value in user_input.items() if key != CONF_ADVANCED}
    typed = user_input[CONF_HOST].strip()
    if is_ipv6_address(typed):
        typed = f"[{typed}]"
    url = URL(typed if "://" in typed else f"//{typed}")
    if not url.host or any(character.isspace() for character in url.host):
        raise ValueError(typed)
    # In the letters of the network: not every program that gets it translates a name.
    data[CONF_HOST] = url.raw_host
    advanced = user_input[CONF_ADVANCED]
    data |= advanced
    if url.explicit_port and advanced.get(CONF_PORT) in {None, shown_port}:
        data[CONF_PORT] = url.explicit_port
    data[CONF_HTTPS] = advanced[CONF_HTTPS] or url.scheme == "https"
    return data


def form_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form shows of an entry's data: all but the password."""
    return {
        CONF_HOST: data[CONF_HOST],
        CONF_USERNAME: data[CONF_USERNAME],
        CONF_ADVANCED: advanced_data(data),
    }


def advanced_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form's section shows of an entry's data."""
    return {key: data[key] for key in (CONF_PORT, CONF_RTSP_PORT, CONF_HTTPS) if key in data}
