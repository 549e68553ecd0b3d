"""Words for what people do and see on Home Assistant's pages."""

from dataclasses import dataclass
from io import BytesIO
import os
from pathlib import Path
import re
from typing import Any

import numpy as np
from PIL import Image

from tests.browser.demo import DRIVEWAY, GATE, REPOSITORY, Demo, until

NAMES = {GATE: "Gate", DRIVEWAY: "Driveway"}
# Where pictures of the page are kept: README's with SCREENSHOTS=.github/images.
SCREENSHOTS = Path(os.environ.get("SCREENSHOTS", REPOSITORY / ".demo"))
DASHBOARD = "/camera-demo"
INTEGRATIONS = "/config/integrations/dashboard"
INTEGRATION = "/config/integrations/integration/dahua_camera"

# What a text is called where it is missing: a key, or what a program says for nothing.
_UNTRANSLATED = re.compile(r"component\.|ui\.panel|undefined|\[object|\bNaN\b|\b[a-z]+_[a-z_]+\b")

_LOOK_SIZE = (96, 54)
# By how much a pixel differs clearly, and how much of a picture may do so in one that is alike.
_CLEARLY, _ALIKE = 20.0, 0.05


@dataclass(frozen=True)
class Look:
    """What a video shows: pixels of red, green and blue, by row and column."""

    pixels: np.ndarray[Any, Any]

    @property
    def brightness(self) -> float:
        """How bright it is on average, 0 to 255."""
        return float(self.pixels.mean())

    @property
    def colorfulness(self) -> float:
        """How far red, green and blue are apart on average, 0 to 255."""
        return float(np.ptp(self.pixels, axis=-1).mean())

    @property
    def middle(self) -> Look:
        """The middle third, from top to bottom."""
        third = self.pixels.shape[1] // 3
        return Look(self.pixels[:, third : 2 * third])

    def changed(self, other: Look) -> float:
        """Return which part of the picture, 0 to 1, clearly differs from another's."""
        return float((np.abs(self.pixels - other.pixels).mean(axis=-1) > _CLEARLY).mean())


def _look_of(still: bytes) -> Look:
    picture = Image.open(BytesIO(still)).convert("RGB").resize(_LOOK_SIZE)
    return Look(np.asarray(picture, dtype=float))


@dataclass(frozen=True)
class Page:
    """A page in the browser, and the demo behind it."""

    demo: Demo
    tab: Any

    async def open(self, path: str) -> None:
        """Go to one of Home Assistant's pages."""
        await self.tab.goto(self.demo.api.url + path)
        await self.tab.wait_for_selector("home-assistant-main", state="attached", timeout=60_000)

    async def keep(self, name: str) -> None:
        """Keep a screenshot."""
        await self.tab.screenshot(path=SCREENSHOTS / f"{name}.png")

    async def picture(self, name: str) -> Path:
        """Keep a screenshot as README shows it, and return where."""
        path = SCREENSHOTS / f"{name}.jpg"
        await self.tab.screenshot(path=path, type="jpeg", quality=82)
        return path

    # What there is to read.

    async def texts(self) -> list[str]:
        """Return every text of the page, shown or in a menu."""
        texts: list[str] = await self.tab.evaluate("deep.texts()")
        return texts

    async def untranslated(self) -> list[str]:
        """Return texts that no translator has seen."""
        return [text for text in await self.texts() if _UNTRANSLATED.search(text)]

    async def rows(self) -> list[tuple[str, str | None, str]]:
        """Return the lists' rows: which entity, which icon, which words."""
        found = await self.tab.evaluate("deep.rows()")
        return [(entity, icon, words) for entity, icon, words in found]

    async def wait_for_text(self, text: str) -> None:
        """Wait until a text can be read."""
        await self.tab.get_by_text(text).first.wait_for(timeout=60_000)

    # The dashboard.

    async def videos(self) -> list[list[float]]:
        """Return readiness, time and width of each video."""
        playing: list[list[float]] = await self.tab.evaluate("deep.playing()")
        return playing

    async def wait_for_videos(self) -> None:
        """Wait until both sensors' streams play."""

        async def both_play() -> bool:
            videos = await self.videos()
            return len(videos) == 2 and all(v[0] >= 3 and v[1] > 0 and v[2] >= 640 for v in videos)

        await until(both_play, 90)

    async def look(self, sensor: int) -> Look:
        """Return what a sensor's video shows at this moment."""
        values = await self.tab.evaluate("(what) => deep.look(what)", [sensor, *_LOOK_SIZE])
        width, height = _LOOK_SIZE
        return Look(np.asarray(values, dtype=float).reshape(height, width, 3))

    async def look_when_live(self, sensor: int) -> Look:
        """Return what a sensor's video shows as soon as that is what the camera sees now."""
        camera = (await self.demo.entities()).find("camera", "main", sensor)
        assert camera

        async def is_live() -> Look | None:
            still = await self.demo.api.fetch(f"/api/camera_proxy/{camera.entity_id}")
            shown = await self.look(sensor)
            return shown if shown.changed(_look_of(still)) < _ALIKE else None

        return await until(is_live, 90)

    def section(self, sensor: int) -> Any:
        """Find a sensor's section."""
        text = self.tab.get_by_text(NAMES[sensor], exact=True)
        cards = self.tab.locator("hui-heading-card").filter(has=text)
        return self.tab.locator("hui-grid-section").filter(has=cards).first

    def tile(self, sensor: int, name: str, number: int = 0) -> Any:
        """Find a tile below a sensor's picture, the first of this name unless told."""
        text = self.tab.get_by_text(name, exact=True)
        return self.section(sensor).locator("hui-tile-card").filter(has=text).nth(number)

    async def switch(self, sensor: int, name: str, *, on: bool) -> None:
        """Flip a tile's switch, or press the one of its two buttons that is meant."""
        control = self.tile(sensor, name).locator("hui-toggle-card-feature")
        buttons = control.locator("ha-control-button")
        if await buttons.count():
            await buttons.nth(1 if on else 0).click()
        else:
            await control.locator("ha-control-switch").click()

    async def slide(self, sensor: int, name: str, part: float, number: int = 0) -> None:
        """Set a tile's slider to a part of its way, 0 to 1, by clicking there."""
        slider = self.tile(sensor, name, number).locator("ha-control-slider")
        box = await slider.bounding_box()
        at = {"x": min(max(part * box["width"], 1), box["width"] - 1), "y": box["height"] / 2}
        await slider.click(position=at)

    async def choose(self, sensor: int, name: str, option: str) -> None:
        """Choose an option of a tile's menu."""
        tile = self.tile(sensor, name)
        await tile.locator("ha-control-select-menu").click()
        await tile.get_by_text(option, exact=True).last.click()

    async def press(self, name: str) -> None:
        """Press one of the buttons that direct the scene."""
        await self.tab.locator("hui-button-heading-badge").filter(has_text=name).first.click()

    async def is_detected(self, sensor: int, name: str) -> bool:
        """Tell whether a sensor's detection is shown as being on."""
        shown = self.section(sensor).locator("hui-glance-card .entity")
        entity = shown.filter(has=self.tab.get_by_text(name, exact=True))
        assert await entity.count() == 1, f"{NAMES[sensor]} shows no {name}"
        return bool(await entity.filter(has_text="Detected").count())

    # Dialogs.

    @property
    def dialog(self) -> Any:
        """The dialog in which an integration asks something."""
        return self.tab.locator("dialog-data-entry-flow")

    def field(self, label: str) -> Any:
        """Find a field of the dialog."""
        text = self.tab.get_by_text(re.compile(rf"^\s*{label}\s*\*?\s*$"))
        return self.dialog.locator("ha-selector").filter(has=text).locator("input").first

    async def name_host(self, host: str) -> None:
        """Fill in the camera's address, also where cameras that were found are offered."""
        text = self.tab.get_by_text(re.compile(r"^\s*Host\s*\*?\s*$"))
        field = self.dialog.locator("ha-selector").filter(has=text).first
        await field.wait_for()
        plain = field.locator("input")
        if await plain.count():
            await plain.first.fill(host)
            return
        await field.locator("ha-picker-field").click()
        choices = self.dialog.locator("ha-picker-combo-box")
        await choices.locator("input").fill(host)
        await choices.locator("ha-combo-box-item").filter(has_text=host).last.click()
        # What is filled in before the list has closed is lost.
        await choices.wait_for(state="hidden")
        await field.locator("ha-picker-field").get_by_text(host, exact=True).wait_for()

    async def submit(self) -> None:
        """Send the dialog off."""
        await self.dialog.get_by_role("button", name="Submit").click()
