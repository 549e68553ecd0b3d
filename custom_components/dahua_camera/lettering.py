"""Writing into pictures in whatever script a plate may be in; blocks while it reads fonts."""

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
import unicodedata

from PIL import ImageDraw, ImageFont

# Home Assistant's own letters: Latin, Greek and Cyrillic.
_FRONTEND = "hass_frontend"
_FRONTEND_FONT = "static/fonts/roboto/Roboto-Medium.woff2"
# Found by name where the system has them; these know Chinese plates.
_SYSTEM_FONTS = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansSC-Regular.otf",
    "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf",
    "DejaVuSans.ttf",
)
# No font draws it; what a font draws for it stands for all that it does not know.
_NO_LETTER = "\U000f0000"
_ELLIPSIS = "…"
# More fit into no line; what a camera sends may be of any length.
_MOST_LETTERS = 150

type Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True, slots=True)
class Lettering:
    """Fonts of one size, the preferred one first."""

    fonts: tuple[Font, ...]

    @classmethod
    def of_size(cls, pixels: int) -> Lettering:
        """Return what this system can write with."""
        fonts = [font for name in _font_files() if (font := _open(name, pixels))]
        return cls((*fonts, ImageFont.load_default(pixels)))

    def width(self, text: str) -> float:
        """Return how wide a text is written, in pixels."""
        return sum(font.getlength(run) for font, run in self._runs(text))

    def fitted(self, text: str, width: float) -> str:
        """Return a text, shortened where it is wider than there is room for."""
        if len(text) <= _MOST_LETTERS and self.width(text) <= width:
            return text
        text = text[:_MOST_LETTERS]
        fitting = bisect(
            range(1, len(text)), width, key=lambda length: self.width(text[:length] + _ELLIPSIS)
        )
        return text[:fitting].rstrip() + _ELLIPSIS

    def write(
        self, draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, color: str
    ) -> None:
        """Write a text; `at` is its left end on the line that letters stand on."""
        x, y = at
        for font, run in self._runs(text):
            draw.text((x, y), run, fill=color, font=font, anchor="ls")
            x += font.getlength(run)

    def _runs(self, text: str) -> Iterator[tuple[Font, str]]:
        """Return the parts of a text with the font that writes each."""
        known = {each: self._letter(each) for each in set(text)}
        letters = (known[each] for each in text)
        for number, run in groupby(letters, key=lambda letter: letter[0]):
            yield self.fonts[number], "".join(letter for _, letter in run)

    def _letter(self, letter: str) -> tuple[int, str]:
        """Return the number of the font that knows a letter, and what it writes for it.

        Without any, the letter goes without its accents, or as the box for unknown letters.
        """
        plain = unicodedata.normalize("NFKD", letter)[:1]
        for wanted in (letter, plain):
            for number, font in enumerate(self.fonts):
                if _knows(font, wanted):
                    return number, wanted
        return 0, letter


def _knows(font: Font, letter: str) -> bool:
    unknown = font.getmask(_NO_LETTER)
    drawn = font.getmask(letter)
    return (drawn.size, bytes(drawn)) != (unknown.size, bytes(unknown))


def _open(name: str, pixels: int) -> ImageFont.FreeTypeFont | None:
    try:
        return ImageFont.truetype(name, pixels)
    except OSError:
        return None


def _font_files() -> Iterator[str]:
    frontend = find_spec(_FRONTEND)
    for folder in (frontend and frontend.submodule_search_locations) or ():
        yield str(Path(folder) / _FRONTEND_FONT)
    yield from _SYSTEM_FONTS
