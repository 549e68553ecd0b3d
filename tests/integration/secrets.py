"""What must never be told: watched for in all that a test's Home Assistant says."""

import base64
from collections.abc import Iterator, Mapping
import json
import logging
from typing import Any
from urllib.parse import quote

import pytest

from custom_components.dahua_camera.const import DOMAIN
from custom_components.dahua_camera.dahua.errors import DahuaError
from custom_components.dahua_camera.diagnostics import async_get_config_entry_diagnostics
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.json import json_dumps
from tests.virtual_camera.camera import DEFAULT_PASSWORD
from tests.virtual_camera.event_hub import EventHub
from tests.virtual_camera.event_stream import Event as CameraEvent

# The password as it is, as addresses spell it, and as Basic would send it; a digest's answer.
LOGIN_SECRETS = (
    *{DEFAULT_PASSWORD, quote(DEFAULT_PASSWORD, safe="")},
    base64.b64encode(f"admin:{DEFAULT_PASSWORD}".encode()).decode(),
    "rtsp://admin:",
    'response="',
)
_PERSONAL_KEYS = {"PlateNumber", "Plate", "PersonName"}
_SHORTEST_NAME = 4


class SecretsWatch:
    """Hears everything that is said during one test; `told` is what should not have been."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.personal: set[str] = set()
        """Plates and names that the camera told, which belong into events and nowhere else."""
        self._errors: set[str] = set()

    def listen(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Collect what cameras tell of people, and the text of every error of the library."""
        emit, make = EventHub.emit, DahuaError.__init__

        def heard(hub: EventHub, event: CameraEvent, **options: Any) -> float:
            self.personal |= set(_personal(event.data))
            return emit(hub, event, **options)

        def made(error: DahuaError, *arguments: Any, **options: Any) -> None:
            make(error, *arguments, **options)
            self._errors.add(f"{error!r} {error.__dict__}")

        monkeypatch.setattr(EventHub, "emit", heard)
        monkeypatch.setattr(DahuaError, "__init__", made)

    def follow(self, hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
        """Read each state as it is written, and the diagnostics of each entry before it goes."""

        @callback
        def note(event: Event[EventStateChangedData]) -> None:
            state = event.data["new_state"]
            if state is not None:
                text = f"{state.entity_id} {state.state} {state.attributes}"
                self._find(text, LOGIN_SECRETS)

        hass.bus.async_listen(EVENT_STATE_CHANGED, note)
        unload = hass.config_entries.async_unload

        async def unload_read(entry_id: str, **options: Any) -> bool:
            entry = hass.config_entries.async_get_known_entry(entry_id)
            if entry.domain == DOMAIN and entry.state is ConfigEntryState.LOADED:
                diagnostics = await async_get_config_entry_diagnostics(hass, entry)
                self._find(json_dumps(diagnostics), (*LOGIN_SECRETS, *self.personal))
            return await unload(entry_id, **options)

        monkeypatch.setattr(hass.config_entries, "async_unload", unload_read)

    def read_issues(self, hass: HomeAssistant) -> None:
        """Read the repair issues that stand."""
        for issue in ir.async_get(hass).issues.values():
            self._find(json.dumps(issue.translation_placeholders), self._all())

    def read_log(self, records: list[logging.LogRecord]) -> None:
        """Read what was logged, by whomever about the login, by us about people."""
        for record in records:
            text = f"{record.getMessage()} {record.exc_text or ''}"
            ours = record.name.startswith(("custom_components", "homeassistant"))
            self._find(text, self._all() if ours else LOGIN_SECRETS)

    def read_errors(self) -> None:
        """Read the texts of all errors that were made."""
        for text in self._errors:
            self._find(text, self._all())

    def _all(self) -> tuple[str, ...]:
        return (*LOGIN_SECRETS, *self.personal)

    def _find(self, text: str, secrets: tuple[str, ...]) -> None:
        self.told += [f"{secret!r} in {text[:300]}" for secret in secrets if secret in text]


def _personal(data: Any) -> Iterator[str]:
    """Return the plates and names of people anywhere in an event's data."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key in _PERSONAL_KEYS and isinstance(value, str) and len(value) >= _SHORTEST_NAME:
                yield value
            yield from _personal(value)
    elif isinstance(data, list):
        for each in data:
            yield from _personal(each)
