"""What only the owner can mend, told where Home Assistant tells such things."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN
from .dahua.errors import DahuaError, Obstacle, PermissionDeniedError, WriteNotAppliedError

# A light that the scheme shuts out needs no repair: a select beside it lets it in.
_LIGHT_ISSUES = {
    Obstacle.IGNORED: "light_ignored",
    Obstacle.REFUSED: "light_refused",
    Obstacle.PROFILE: "light_profile",
}


@callback
def report_light(hass: HomeAssistant, unique_id: str, name: str, error: DahuaError) -> None:
    """Raise an issue where a light cannot work until something is changed on the camera."""
    setting = ""
    match error:
        case PermissionDeniedError():
            key = "account_may_not_write"
        case WriteNotAppliedError() if error.obstacle in _LIGHT_ISSUES:
            key = _LIGHT_ISSUES[error.obstacle]
            setting = error.setting
        case _:
            return
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(unique_id),
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=key,
        translation_placeholders={"name": name, "setting": setting},
    )


@callback
def light_works(hass: HomeAssistant, unique_id: str) -> None:
    """Take the issue back: the light has obeyed."""
    ir.async_delete_issue(hass, DOMAIN, _issue_id(unique_id))


def _issue_id(unique_id: str) -> str:
    return f"light_{unique_id}"
