"""A capture in words, in the language that Home Assistant is set to."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util

from .capture import CaptureFacts
from .capture_folder import PictureKind
from .const import DOMAIN

_TYPE, _COLOR, _DIRECTION, _PICTURE = (
    "capture_type",
    "capture_color",
    "capture_direction",
    "capture_picture",
)
_BETWEEN = " · "
_SPEED_UNIT = "km/h"


class Captions:
    """What captures are called: words of Home Assistant's language for what the facts tell."""

    def __init__(self, words: dict[str, str]) -> None:
        """Speak with the translations of the integration's selectors."""
        self._words = words

    @classmethod
    async def load(cls, hass: HomeAssistant) -> Captions:
        """Return captions in the language that Home Assistant is set to."""
        return cls(await async_get_translations(hass, hass.config.language, "selector", [DOMAIN]))

    def headline(self, facts: CaptureFacts) -> str:
        """Return the plate or, without one, what passed by."""
        return facts.plate or self._word(_TYPE, facts.type)

    def caption(self, facts: CaptureFacts) -> str:
        """Return two lines: the headline, and the local time with whatever else is known."""
        spotted_at = dt_util.as_local(facts.spotted_at)
        return f"{self.headline(facts)}\n{self._line(f'{spotted_at:%Y-%m-%d %H:%M:%S}', facts)}"

    def title(self, facts: CaptureFacts) -> str:
        """Return one line for a list of one day's captures."""
        spotted_at = dt_util.as_local(facts.spotted_at)
        return self._line(f"{spotted_at:%H:%M:%S} — {self.headline(facts)}", facts)

    def picture(self, kind: PictureKind) -> str:
        """Return what a picture of a capture is called."""
        return self._word(_PICTURE, kind)

    def _line(self, beginning: str, facts: CaptureFacts) -> str:
        details = (
            facts.color and self._word(_COLOR, facts.color),
            facts.make,
            facts.direction and self._word(_DIRECTION, facts.direction),
            facts.speed and f"{facts.speed} {_SPEED_UNIT}",
        )
        return _BETWEEN.join(part for part in (beginning, *details) if part)

    def _word(self, selector: str, option: str) -> str:
        """Return the translation of an option; a word that the camera made up stays itself."""
        return self._words.get(f"component.{DOMAIN}.selector.{selector}.options.{option}", option)
