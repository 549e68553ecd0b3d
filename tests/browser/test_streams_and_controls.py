"""Both sensors' streams play; each control is used, and picture and camera follow."""

import pytest

from tests.browser.demo import DRIVEWAY, GATE, Demo, until
from tests.browser.page import DASHBOARD, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.asyncio(loop_scope="module"),
]

SENSORS = (GATE, DRIVEWAY)


async def test_both_pictures_move(page: Page, demo: Demo) -> None:
    await page.open(DASHBOARD)
    await page.wait_for_videos()
    before = await page.videos()

    async def both_went_on() -> bool:
        pairs = zip(await page.videos(), before, strict=True)
        return all(now[1] > earlier[1] + 1 for now, earlier in pairs)

    await until(both_went_on)
    assert (await demo.state())["connections_by_kind"]["rtsp"] >= 2
    await page.keep("night")


@pytest.mark.parametrize("sensor", SENSORS)
async def test_the_warm_light_is_seen_in_the_picture(page: Page, demo: Demo, sensor: int) -> None:
    await page.press("Pitch-dark")
    if sensor == GATE:
        await page.switch(GATE, "Infrared", on=False)

    async def is_dark() -> bool:
        return not any((await demo.leds(sensor)).values())

    async def is_lit() -> bool:
        return (await demo.leds(sensor))["warm"] > 0

    await until(is_dark)
    dark = (await page.look_when_live(sensor)).brightness
    await page.switch(sensor, "Warm light", on=True)
    await until(is_lit)

    async def is_bright() -> bool:
        return (await page.look(sensor)).brightness > dark + 8

    async def is_dark_again() -> bool:
        return (await page.look(sensor)).brightness < dark + 4

    await until(is_bright)
    await page.tile(sensor, "Warm light").get_by_text("On", exact=True).wait_for()
    await page.keep(f"warm-light-{sensor + 1}")
    await page.switch(sensor, "Warm light", on=False)
    await until(is_dark)
    await until(is_dark_again)
    await page.tile(sensor, "Warm light").get_by_text("Off", exact=True).wait_for()


async def test_the_brightness_of_the_warm_light_follows_the_slider(page: Page, demo: Demo) -> None:
    await page.slide(DRIVEWAY, "Brightness", 0.2)
    await page.switch(DRIVEWAY, "Warm light", on=True)

    async def burns_low() -> bool:
        return 0 < (await demo.leds(DRIVEWAY))["warm"] < 40

    async def burns_high() -> bool:
        return (await demo.leds(DRIVEWAY))["warm"] > 80

    await until(burns_low)
    low = (await page.look_when_live(DRIVEWAY)).brightness
    await page.slide(DRIVEWAY, "Brightness", 0.95)
    await until(burns_high)

    async def is_brighter() -> bool:
        return (await page.look(DRIVEWAY)).brightness > low + 5

    await until(is_brighter)
    await page.switch(DRIVEWAY, "Warm light", on=False)


async def test_infrared_takes_the_colours_away(page: Page, demo: Demo) -> None:
    dark = (await page.look_when_live(GATE)).brightness
    await page.switch(GATE, "Infrared", on=True)

    async def burns() -> bool:
        return (await demo.leds(GATE))["infrared"] > 0

    async def is_grey() -> bool:
        look = await page.look(GATE)
        return look.colorfulness < 3 and look.brightness > dark + 8

    await until(burns)
    await until(is_grey)
    await page.tile(GATE, "Infrared").get_by_text("On", exact=True).wait_for()
    level = (await demo.leds(GATE))["infrared"]
    await page.slide(GATE, "Brightness", 0.9, number=1)

    async def burns_brighter() -> bool:
        return (await demo.leds(GATE))["infrared"] > level

    await until(burns_brighter)
    await page.keep("infrared")


async def test_the_picture_comes_nearer_with_the_zoom(page: Page, demo: Demo) -> None:
    await page.press("Noon")

    async def is_colorful() -> bool:
        return (await page.look(GATE)).colorfulness > 12

    await until(is_colorful)
    await page.keep("day")
    wide = await page.look_when_live(GATE)
    await page.slide(GATE, "Zoom", 0.5)

    async def has_zoomed() -> bool:
        return bool((await demo.channel(GATE))["zoom"] > 0.4)

    async def is_another_view() -> bool:
        return (await page.look(GATE)).changed(wide) > 0.3

    async def is_wide_again() -> bool:
        return (await page.look(GATE)).changed(wide) < 0.1

    await until(has_zoomed)
    await until(is_another_view)
    await page.keep("zoom")
    await page.slide(GATE, "Zoom", 0.0)
    await until(is_wide_again)


async def test_focus_is_lost_and_found_again(page: Page, demo: Demo) -> None:
    sharp = (await demo.channel(GATE))["focus"]
    await page.slide(GATE, "Focus", 0.95)

    async def is_off() -> bool:
        return bool((await demo.channel(GATE))["focus"] > sharp + 0.2)

    async def is_back() -> bool:
        return bool(abs((await demo.channel(GATE))["focus"] - sharp) < 0.05)

    await until(is_off)
    row = page.tab.locator("hui-button-entity-row").filter(has_text="Autofocus")
    await row.get_by_role("button").click()
    await until(is_back)


async def test_black_and_white_takes_the_colours_away(page: Page, demo: Demo) -> None:
    async def is_colorful() -> bool:
        return (await page.look(GATE)).colorfulness > 12

    async def is_grey() -> bool:
        return (await page.look(GATE)).colorfulness < 3

    await until(is_colorful)
    await page.choose(GATE, "Day/night", "Black and white")
    await until(is_grey)
    assert (await demo.channel(GATE))["picture"] == "black_white"
    await page.keep("black-and-white")
    await page.choose(GATE, "Day/night", "Automatic")
    await until(is_colorful)


async def test_settings_reach_the_camera(page: Page, demo: Demo) -> None:
    settings = page.tab.locator("hui-entities-card").filter(has_text="Driveway: settings")
    await settings.locator("ha-switch").first.click()

    async def looks_for_motion() -> bool:
        tables = await demo.control("GET", "/config")
        return bool(tables["MotionDetect[1].Enable"] == "true")

    async def does_not() -> bool:
        return not await looks_for_motion()

    async def is_shown_as_off() -> bool:
        return await demo.state_of("switch", "motion_detection", DRIVEWAY) == "off"

    await until(does_not)
    await until(is_shown_as_off)
    await settings.locator("ha-switch").first.click()
    await until(looks_for_motion)
