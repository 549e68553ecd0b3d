"""The demo's page in a real browser: pictures move, switches light, detections come and go.

Needs Debian's `chromium` and the dependency group `browser`. Screenshots are kept in `.demo/`.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
import json
from pathlib import Path
import signal
import sys
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

playwright = pytest.importorskip("playwright.async_api")

REPOSITORY = Path(__file__).parents[2]
SCREENSHOTS = REPOSITORY / ".demo"
CHROMIUM = Path("/usr/bin/chromium")
GATE, DRIVEWAY = "Gate", "Driveway"

pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason="chromium is not installed"),
    pytest.mark.browser,
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.asyncio(loop_scope="module"),
]

# Every video of the page, however deep within its components, in the order of the page.
_VIDEOS = """
const videos = [];
const visit = (root) => root.querySelectorAll("*").forEach((element) => {
  if (element.tagName === "VIDEO") videos.push(element);
  if (element.shadowRoot) visit(element.shadowRoot);
});
visit(document);
"""
_PLAYING = f"""() => {{ {_VIDEOS}
  return videos.map((video) => [video.readyState, video.currentTime, video.videoWidth]);
}}"""
# Brightness and colourfulness, in steps of 255, of what a video shows.
_LOOK = f"""(number) => {{ {_VIDEOS}
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [160, 90];
  const context = canvas.getContext("2d");
  context.drawImage(videos[number], 0, 0, canvas.width, canvas.height);
  const data = context.getImageData(0, 0, canvas.width, canvas.height).data;
  let [light, color] = [0, 0];
  for (let i = 0; i < data.length; i += 4) {{
    const [red, green, blue] = data.slice(i, i + 3);
    light += (red + green + blue) / 3;
    color += Math.max(red, green, blue) - Math.min(red, green, blue);
  }}
  return [light / (data.length / 4), color / (data.length / 4)];
}}"""


@pytest.fixture(autouse=True)
def verify_cleanup() -> None:
    """The browser's helpers outlive a test; they end with the last one."""


@dataclass(frozen=True)
class Demo:
    """The running demo and its page in the browser."""

    control: str
    page: Any

    async def leds(self, channel: int) -> dict[str, int]:
        """Return what burns at a sensor of the camera itself."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self.control}/state") as response,
        ):
            levels: dict[str, int] = (await response.json())["channels"][channel]["leds"]
        return levels

    async def is_warm(self, channel: int) -> bool:
        """Tell whether the warm LEDs of a sensor burn."""
        return (await self.leds(channel))["warm"] > 0

    async def shown(self, sensor: str) -> tuple[float, float]:
        """Return brightness and colourfulness of a sensor's video."""
        light, color = await self.page.evaluate(_LOOK, (GATE, DRIVEWAY).index(sensor))
        return light, color

    async def videos(self) -> list[list[float]]:
        """Return readiness, time and width of each video."""
        playing: list[list[float]] = await self.page.evaluate(_PLAYING)
        return playing

    def tile(self, sensor: str, name: str) -> Any:
        """Find a tile below a sensor's picture."""
        section = self.page.locator("hui-grid-section").filter(has_text=sensor).first
        text = self.page.get_by_text(name, exact=True)
        return section.locator("hui-tile-card").filter(has=text).first

    async def press(self, name: str) -> None:
        """Press one of the scene's buttons."""
        await self.page.locator("hui-button-card").filter(has_text=name).first.click()

    async def choose(self, sensor: str, name: str, option: str) -> None:
        """Choose an option of a tile with a menu."""
        tile = self.tile(sensor, name)
        await tile.locator("ha-control-select-menu").click()
        await tile.get_by_text(option, exact=True).last.click()

    async def is_detected(self, name: str) -> bool:
        """Tell whether the badge of a detection shows that it is on."""
        badges = self.page.locator("hui-entity-badge").filter(has_text=name)
        assert await badges.count() == 1
        return bool(await badges.filter(has_text="Detected").count())

    async def keep(self, name: str) -> None:
        """Keep a screenshot."""
        SCREENSHOTS.mkdir(exist_ok=True)
        await self.page.screenshot(path=SCREENSHOTS / f"{name}.png")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def demo() -> AsyncIterator[Demo]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.demo", "--json", "--still"),
        cwd=REPOSITORY,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        ready = json.loads(await process.stdout.readline())
        control = f"http://127.0.0.1:{ready['cameras'][0]['control']}"
        async with playwright.async_playwright() as engine:
            browser = await engine.chromium.launch(
                executable_path=str(CHROMIUM),
                args=[
                    "--no-sandbox",
                    "--disable-gpu",
                    "--autoplay-policy=no-user-gesture-required",
                ],
            )
            page = await browser.new_page(viewport={"width": 1600, "height": 1500})
            await page.goto(f"{ready['home_assistant']}/camera-demo")
            await page.wait_for_selector("home-assistant-main", state="attached", timeout=60_000)
            yield Demo(control, page)
            await browser.close()
    finally:
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 0


async def until(look: Callable[[], Awaitable[object]], seconds: float = 60.0) -> None:
    async with asyncio.timeout(seconds):
        while not await look():
            await asyncio.sleep(0.25)


async def test_both_pictures_move(demo: Demo) -> None:
    async def both_play() -> bool:
        videos = await demo.videos()
        return len(videos) == 2 and all(v[0] >= 3 and v[1] > 0 and v[2] >= 640 for v in videos)

    await until(both_play)
    before = await demo.videos()

    async def both_went_on() -> bool:
        pairs = zip(await demo.videos(), before, strict=True)
        return all(now[1] > earlier[1] + 1 for now, earlier in pairs)

    await until(both_went_on)
    await demo.keep("night")


async def test_the_warm_light_is_seen_in_the_picture(demo: Demo) -> None:
    dark, _ = await demo.shown(DRIVEWAY)
    switch = demo.tile(DRIVEWAY, "Warm light").locator("ha-control-switch")

    async def is_bright() -> bool:
        return (await demo.shown(DRIVEWAY))[0] > dark + 8

    async def is_dark_again() -> bool:
        return (await demo.shown(DRIVEWAY))[0] < dark + 4

    await switch.click()
    await until(lambda: demo.is_warm(1))
    await until(is_bright)
    await demo.keep("warm-light")
    await switch.click()
    await until(is_dark_again)
    assert not await demo.is_warm(1)


async def test_black_and_white_takes_the_colours_away(demo: Demo) -> None:
    async def is_colorful() -> bool:
        return (await demo.shown(GATE))[1] > 12

    async def is_grey() -> bool:
        return (await demo.shown(GATE))[1] < 3

    await demo.press("Noon")
    await until(is_colorful)
    await demo.keep("day")
    await demo.choose(GATE, "Day/night", "Black and white")
    await until(is_grey)
    await demo.keep("black-and-white")
    await demo.choose(GATE, "Day/night", "Automatic")
    await until(is_colorful)


async def test_a_passer_by_is_seen_by_the_sensors(demo: Demo) -> None:
    async def is_quiet() -> bool:
        return not (await demo.is_detected("Motion") or await demo.is_detected("Gate line"))

    assert await is_quiet()
    await demo.press("A person passes")
    await until(lambda: demo.is_detected("Motion"))
    await until(lambda: demo.is_detected("Gate line"))
    await demo.keep("person")
    await until(is_quiet)
