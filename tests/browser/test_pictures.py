"""README's pictures. This makes a new set of them.

SCREENSHOTS=.github/images scripts/test --browser tests/browser/test_pictures.py
"""

from pathlib import Path
from typing import Any

from PIL import Image
import pytest

from tests.browser.conftest import opened
from tests.browser.demo import DRIVEWAY, GATE, Demo, until
from tests.browser.page import DASHBOARD, INTEGRATIONS, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.asyncio(loop_scope="module"),
]

SCREEN = {"width": 1280, "height": 1000}
PHONE = {"width": 390, "height": 844}
LARGEST = 250_000
# A stream shows what was some seconds ago, when a passer-by is to be detected still.
SLOWLY = 0.3


def expect_a_picture(path: Path, width: int) -> None:
    """A picture for README is quickly loaded, and something is to be seen on it."""
    assert path.stat().st_size < LARGEST, path
    with Image.open(path) as picture:
        assert picture.width == width
        assert sum(count > 0 for count in picture.convert("L").histogram()) > 100, path


async def wait_for_passer_by(page: Page, scenario: str, detection: str) -> None:
    """Send somebody by, slowly, until they are detected and in the middle of the tight picture."""
    before = (await page.look_when_live(GATE)).middle
    await page.demo.play(scenario, speed=SLOWLY)

    async def is_to_be_seen() -> bool:
        is_in_the_picture = (await page.look(GATE)).middle.changed(before) > 0.04
        return is_in_the_picture and await page.is_detected(GATE, detection)

    await until(is_to_be_seen)


async def test_by_night_with_the_lights_on(browser: Any, demo: Demo) -> None:
    async with opened(demo, browser, viewport=SCREEN) as page:
        await page.open(DASHBOARD)
        await page.wait_for_videos()
        for sensor in (GATE, DRIVEWAY):
            await page.switch(sensor, "Warm light", on=True)
            await page.slide(sensor, "Brightness", 0.8)
            await page.tile(sensor, "Warm light").get_by_text("On", exact=True).wait_for()
        await page.look_when_live(DRIVEWAY)
        await wait_for_passer_by(page, "person_crosses", "Person")
        expect_a_picture(await page.picture("night"), SCREEN["width"])


async def test_on_a_phone(browser: Any, demo: Demo) -> None:
    phone = {"viewport": PHONE, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
    async with opened(demo, browser, **phone) as page:
        await page.open(DASHBOARD)
        await page.wait_for_videos()
        await page.section(GATE).evaluate(
            "(each) => { each.style.scrollMarginTop = '72px'; each.scrollIntoView(); }"
        )
        await page.look_when_live(GATE)
        expect_a_picture(await page.picture("phone"), 2 * PHONE["width"])
        assert await page.tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


async def test_by_day(browser: Any, demo: Demo) -> None:
    async with opened(demo, browser, viewport=SCREEN) as page:
        await page.open(DASHBOARD)
        await page.wait_for_videos()
        for sensor in (GATE, DRIVEWAY):
            await page.switch(sensor, "Warm light", on=False)
        await page.press("Noon")
        await page.look_when_live(DRIVEWAY)
        await wait_for_passer_by(page, "car_passes", "Vehicle")
        expect_a_picture(await page.picture("day"), SCREEN["width"])


async def test_the_page_of_a_sensor(browser: Any, demo: Demo) -> None:
    async with demo.api.websocket() as commands:
        devices = await commands.send("config/device_registry/list")
    (number,) = [each["id"] for each in devices if each["name"] == "Gate"]
    async with opened(demo, browser, viewport=SCREEN) as page:
        await page.open(f"/config/devices/device/{number}")
        await page.tab.locator("ha-device-entities-card").first.wait_for()
        await page.wait_for_text("Last detection")
        await page.tab.wait_for_load_state("networkidle")
        expect_a_picture(await page.picture("device"), SCREEN["width"])


async def test_the_dialog_that_adds_a_camera(browser: Any, demo: Demo) -> None:
    async with opened(demo, browser, viewport={"width": 900, "height": 720}) as page:
        await page.open(INTEGRATIONS)
        await page.tab.get_by_role("button", name="Add integration").click()
        await page.tab.get_by_placeholder("Search for a brand name").fill("dahua")
        await page.tab.locator("ha-integration-list-item").filter(has_text="Dahua Camera").click()
        await page.name_host("192.0.2.10")
        await page.field("Password").fill("a good password")
        await page.tab.wait_for_timeout(1000)  # labels move aside
        expect_a_picture(await page.picture("setup"), 900)
