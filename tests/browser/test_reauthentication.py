"""The camera's password is changed; the owner is asked for it once, and everything comes back."""

import pytest

from tests.browser.demo import GATE, Demo, until
from tests.browser.page import INTEGRATIONS, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.asyncio(loop_scope="module"),
]

NEW = "another-password"


async def test_the_owner_is_asked_and_nothing_is_asked_of_the_camera(
    page: Page, demo: Demo
) -> None:
    await demo.control("PUT", "/password", {"password": NEW})
    await demo.control("PUT", "/faults/drop_stream", {"once": True})
    await page.open(INTEGRATIONS)
    card = page.tab.locator("ha-config-flow-card").filter(has_text="Dahua Camera")
    await card.wait_for(timeout=120_000)
    await page.keep("reauthentication-wanted")
    assert await demo.state_of("camera", "main", GATE) == "unavailable"
    rejected = (await demo.state())["logins"]["rejected"]
    assert 1 <= rejected <= 2
    await card.get_by_role("button").first.click()
    await page.field("Password").wait_for()


async def test_a_wrong_password_is_refused_in_the_dialog(page: Page, demo: Demo) -> None:
    await page.field("Password").fill("wrong")
    await page.submit()
    await page.dialog.locator("ha-alert").wait_for()
    assert await page.untranslated() == []
    assert await demo.state_of("camera", "main", GATE) == "unavailable"


async def test_the_right_one_brings_everything_back(page: Page, demo: Demo) -> None:
    await page.field("Password").fill(NEW)
    await page.keep("reauthentication")
    await page.submit()
    await page.wait_for_text("Re-authentication was successful")

    async def is_back() -> bool:
        states = [await demo.api.state(each.entity_id) for each in (await demo.entities()).all]
        return bool(states) and "unavailable" not in states

    await until(is_back)
    assert (await demo.state())["subscribers"] == 1
    await page.dialog.get_by_role("button", name="Close").last.click()
    card = page.tab.locator("ha-config-flow-card").filter(has_text="Dahua Camera")
    await card.wait_for(state="detached")
