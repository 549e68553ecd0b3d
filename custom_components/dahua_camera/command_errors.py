"""The errors of commands to a camera, in the user's words."""

from collections.abc import Iterator
from contextlib import contextmanager

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from .condition import RequestKind, condition_of
from .const import DOMAIN
from .dahua.errors import DahuaError
from .problems import problem_key, problem_placeholders


@contextmanager
def translate_command_errors(hass: HomeAssistant, entry: ConfigEntry) -> Iterator[None]:
    """Raise HomeAssistantError, translated, where a command fails; record what became of it."""
    condition = condition_of(hass, entry)
    try:
        yield
    except DahuaError as error:
        condition.record(RequestKind.CHANGES, error)
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key=problem_key(error),
            translation_placeholders=problem_placeholders(error),
        ) from error
    condition.record(RequestKind.CHANGES, None)
