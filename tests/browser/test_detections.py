"""Somebody passes by: the page shows who, what was read, and the still; then all is quiet again."""

import re

import pytest

from tests.browser.demo import DRIVEWAY, GATE, Demo, until
from tests.browser.page import DASHBOARD, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.asyncio(loop_scope="module"),
]


async def test_a_person_is_seen_by_both_sensors(page: Page, demo: Demo) -> None:
    await page.open(DASHBOARD)
    await page.wait_for_videos()

    async def is_quiet() -> bool:
        shown = ((DRIVEWAY, "Motion"), (GATE, "Gate line"), (GATE, "Person"))
        return not any([await page.is_detected(*each) for each in shown])

    assert await is_quiet()
    before = await page.look(GATE)
    await page.press("Person")
    await until(lambda: page.is_detected(DRIVEWAY, "Motion"))
    await until(lambda: page.is_detected(GATE, "Gate line"))
    assert await page.is_detected(GATE, "Person")

    async def is_in_the_picture() -> bool:
        return (await page.look(GATE)).changed(before) > 0.01

    await until(is_in_the_picture)
    await page.keep("person")
    await until(is_quiet)
    await page.tile(GATE, "Detection").get_by_text(re.compile("Line crossed|Person")).wait_for()


async def test_a_car_leaves_its_plate_and_its_picture(page: Page, demo: Demo) -> None:
    still = page.section(GATE).locator("hui-picture-entity-card").nth(1)
    await page.press("Car")
    await page.tile(GATE, "Number plate").get_by_text("AB123CD").wait_for(timeout=60_000)
    await until(lambda: page.is_detected(GATE, "Vehicle"))
    image = still.locator("img").first
    await image.wait_for(state="attached")

    async def is_loaded() -> bool:
        return bool(await image.evaluate("(each) => each.complete && each.naturalWidth >= 640"))

    await until(is_loaded)
    await page.keep("car")


async def test_a_cat_is_motion_and_nothing_else(page: Page, demo: Demo) -> None:
    async def is_quiet() -> bool:
        return not (
            await page.is_detected(DRIVEWAY, "Motion") or await page.is_detected(GATE, "Vehicle")
        )

    await until(is_quiet)
    await demo.control("POST", "/scenario", {"name": "motion_wide", "speed": 0.5})
    await until(lambda: page.is_detected(DRIVEWAY, "Motion"))
    for name in ("Person", "Vehicle", "Bicycle", "Gate line"):
        assert not await page.is_detected(GATE, name)
    await until(is_quiet)
