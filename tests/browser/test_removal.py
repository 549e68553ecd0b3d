"""Removing the camera: nothing of it is left in Home Assistant, and the camera is left alone."""

import asyncio

import pytest

from tests.browser.demo import Demo, until
from tests.browser.page import INTEGRATION, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.asyncio(loop_scope="module"),
]


async def test_nothing_is_left(page: Page, demo: Demo) -> None:
    assert (await demo.state())["subscribers"] == 1
    await page.open(INTEGRATION)
    row = page.tab.locator("ha-config-entry-row").first
    await row.get_by_role("button", name="Menu").first.click()
    await page.tab.get_by_role("menuitem", name="Delete").first.click()
    await page.tab.locator("dialog-box").get_by_role("button", name="Delete").click()

    async def is_left_alone() -> bool:
        state = await demo.state()
        return not (state["subscribers"] or state["connections"])

    await until(is_left_alone)
    await row.wait_for(state="detached")
    await page.keep("removed")
    async with demo.api.websocket() as commands:
        entities = await commands.send("config/entity_registry/list")
        devices = await commands.send("config/device_registry/list")
        issues = (await commands.send("repairs/list_issues"))["issues"]
        entries = await commands.send("config_entries/get", domain="dahua_camera")
    assert [each for each in entities if each["platform"] == "dahua_camera"] == []
    assert [each for each in devices if each["manufacturer"] == "Dahua"] == []
    assert [each for each in issues if each["domain"] == "dahua_camera"] == []
    assert entries == []
    states = await demo.api.request("GET", "/api/states")
    assert not [each for each in states if "mfw7442k1" in each["entity_id"]]


async def test_the_camera_is_not_asked_any_more(page: Page, demo: Demo) -> None:
    await demo.control("DELETE", "/requests")
    await asyncio.sleep(3)
    assert await demo.control("GET", "/requests") == []
