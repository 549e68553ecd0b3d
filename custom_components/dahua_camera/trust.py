"""What a camera that is set up shows of itself: pinned at first, told of when it changes."""

from typing import Any

import voluptuous as vol

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .certificates import describe
from .connection import lacks_certificate, over_https, pinned, shown_certificate
from .const import CONF_CERTIFICATE, LOGGER
from .dahua.certificate import fingerprint_of, readable
from .dahua.errors import CertificateChangedError, DahuaError, HttpsRequiredError
from .issues import Issue, report, withdraw
from .problems import problem_placeholders


async def pin_first_certificate(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Trust from now on what an entry's camera shows, if nobody has decided that before.

    Raises the library's errors.
    """
    if not lacks_certificate(entry.data):
        return
    data = await pinned(entry.data)
    hass.config_entries.async_update_entry(entry, data=data)
    LOGGER.warning(
        "%s: only this certificate is trusted from now on: %s",
        entry.title,
        readable(data[CONF_CERTIFICATE]),
    )


@callback
def note_trust(hass: HomeAssistant, entry: ConfigEntry, error: DahuaError | None) -> None:
    """Ask the owner where trust has to be decided on; `error` is None where the camera answered."""
    match error:
        case CertificateChangedError():
            report(hass, entry, Issue.CERTIFICATE, problem_placeholders(error))
        case HttpsRequiredError():
            told = problem_placeholders(error)
            report(hass, entry, Issue.HTTPS, told, port=error.port)
        case None:
            withdraw(hass, entry, Issue.CERTIFICATE)
            withdraw(hass, entry, Issue.HTTPS)


class TrustRepairFlow(RepairsFlow):
    """Shows the owner the certificate that the camera shows now, and trusts it on confirmation."""

    def __init__(self, entry: ConfigEntry | None) -> None:
        """Repair an entry; None where it was removed meanwhile."""
        self._entry = entry
        self._certificate = ""

    async def async_step_init(self, _: dict[str, str] | None = None) -> RepairsFlowResult:
        """Fetch the certificate; nothing else is sent to the camera."""
        if self._entry is None:
            return self.async_abort(reason="removed")
        try:
            certificate = await shown_certificate(self._at_its_port(self._entry))
        except DahuaError as error:
            told = problem_placeholders(error)
            return self.async_abort(reason="no_certificate", description_placeholders=told)
        self._certificate = fingerprint_of(certificate)
        issue = ir.async_get(self.hass).async_get_issue(self.handler, self.issue_id)
        known = issue.translation_placeholders if issue else None
        return self.async_show_form(
            step_id="confirm",
            data_schema=vol.Schema({}),
            description_placeholders={**(known or {}), **describe(certificate)},
        )

    async def async_step_confirm(self, _: dict[str, str] | None = None) -> RepairsFlowResult:
        """Trust what the owner has seen."""
        entry = self._entry and self.hass.config_entries.async_get_entry(self._entry.entry_id)
        if entry is None:
            return self.async_abort(reason="removed")
        data = {**self._at_its_port(entry), CONF_CERTIFICATE: self._certificate}
        self.hass.config_entries.async_update_entry(entry, data=data)
        self.hass.config_entries.async_schedule_reload(entry.entry_id)
        return self.async_create_entry(data={})

    def _at_its_port(self, entry: ConfigEntry) -> dict[str, Any]:
        """Return an entry's data, with HTTPS where the camera was found to want that."""
        port = (self.data or {}).get("port")
        return over_https(entry.data, int(port)) if port else dict(entry.data)
