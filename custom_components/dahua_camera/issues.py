"""Repair issues: what only the owner can fix."""

from collections.abc import Mapping
from enum import StrEnum

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .connection import address_of
from .const import DOMAIN
from .dahua.errors import DahuaError, Obstacle, WriteNotAppliedError

# A light that the scheme shuts out needs no repair: a select beside it lets it in.
_LIGHT_ISSUES = {
    Obstacle.IGNORED: "light_ignored",
    Obstacle.REFUSED: "light_refused",
    Obstacle.PROFILE: "light_profile",
}


class Issue(StrEnum):
    """What may be wrong with a camera as a whole, once per camera."""

    CLOCK = "clock_wrong"
    TIME_ZONE = "clock_other_zone"
    RIGHTS = "account_rights"
    CONNECTIONS = "connections_full"
    STREAMS = "streams_unreachable"
    CERTIFICATE = "certificate_changed"
    HTTPS = "https_required"
    TRIGGER = "trigger_gone"


_FIXABLE = {Issue.CLOCK, Issue.TIME_ZONE, Issue.CERTIFICATE, Issue.HTTPS}


@callback
def report(
    hass: HomeAssistant,
    entry: ConfigEntry,
    issue: Issue,
    placeholders: Mapping[str, str],
    **found: int,
) -> None:
    """Create or update an issue of a camera; the repair gets what was `found`."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(issue, entry),
        data={"kind": issue.value, "entry_id": entry.entry_id, **found},
        is_fixable=issue in _FIXABLE,
        learn_more_url=str(address_of(entry.data).url("/", "")),
        severity=ir.IssueSeverity.WARNING,
        translation_key=issue.value,
        translation_placeholders={"name": entry.title, **placeholders},
    )


@callback
def withdraw(hass: HomeAssistant, entry: ConfigEntry, issue: Issue) -> None:
    """Delete an issue of a camera: it is solved, or nothing can be said of it any more."""
    ir.async_delete_issue(hass, DOMAIN, _issue_id(issue, entry))


@callback
def withdraw_all(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete all issues of a camera and its lights."""
    of_lights = _light_issue_id(entry.entry_id)
    for issue in Issue:
        withdraw(hass, entry, issue)
    for domain, issue_id in tuple(ir.async_get(hass).issues):
        if domain == DOMAIN and issue_id.rpartition("_")[0] == of_lights:
            ir.async_delete_issue(hass, DOMAIN, issue_id)


@callback
def report_light(hass: HomeAssistant, sensor: str, name: str, error: DahuaError) -> None:
    """Create an issue where a light cannot work until something is changed on the camera."""
    if isinstance(error, WriteNotAppliedError) and (key := _LIGHT_ISSUES.get(error.obstacle)):
        ir.async_create_issue(
            hass,
            DOMAIN,
            _light_issue_id(sensor),
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=key,
            translation_placeholders={"name": name, "setting": error.setting},
        )


@callback
def light_works(hass: HomeAssistant, sensor: str) -> None:
    """Delete the issue: the light works."""
    ir.async_delete_issue(hass, DOMAIN, _light_issue_id(sensor))


def _issue_id(issue: Issue, entry: ConfigEntry) -> str:
    # Not the serial number: diagnostics show the ids of all issues to strangers.
    return f"{issue}_{entry.entry_id}"


def _light_issue_id(sensor: str) -> str:
    return f"light_{sensor}"
