"""Sending commands to a camera, and saying in the user's words what failed."""

from collections.abc import Iterator
from contextlib import contextmanager

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from .condition import Request, condition_of
from .const import DOMAIN
from .dahua.errors import DahuaError
from .problems import problem_key, problem_placeholders


@contextmanager
def commanding(hass: HomeAssistant, entry: ConfigEntry) -> Iterator[None]:
    """Note whether what is sent meanwhile may be sent at all; raises HomeAssistantError."""
    condition = condition_of(hass, entry)
    try:
        yield
    except DahuaError as error:
        condition.tried(Request.CHANGES, error)
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key=problem_key(error),
            translation_placeholders=problem_placeholders(error),
        ) from error
    condition.tried(Request.CHANGES, None)
