"""Adding the camera as a person does: a wrong password first, then the right one."""

from collections.abc import Sequence
import json

import pytest

from tests.browser.demo import REPOSITORY, Demo, until
from tests.browser.page import INTEGRATION, INTEGRATIONS, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.asyncio(loop_scope="module"),
]

ENGLISH = REPOSITORY / "custom_components" / "dahua_camera" / "translations" / "en.json"
WORDS = json.loads(ENGLISH.read_text())["config"]["error"]


@pytest.fixture(scope="module")
def options() -> Sequence[str]:
    """Nobody has added the camera yet."""
    return ("--empty",)


async def test_the_integration_is_found_by_its_name(page: Page) -> None:
    await page.open(INTEGRATIONS)
    await page.tab.get_by_role("button", name="Add integration").click()
    await page.tab.get_by_placeholder("Search for a brand name").fill("dahua")
    found = page.tab.locator("ha-integration-list-item").filter(has_text="Dahua Camera")
    await found.click()
    await page.field("Password").wait_for()
    assert await page.field("Username").input_value() == "admin"
    assert await page.untranslated() == []
    await page.keep("setup-form")


async def test_a_wrong_password_is_named_and_costs_two_logins(page: Page, demo: Demo) -> None:
    await page.name_host("127.0.0.1")
    await page.field("Password").fill("wrong")
    await page.dialog.get_by_text("Advanced", exact=True).click()
    await page.field("Port").fill(str(demo.camera["http"]))
    await page.field("RTSP port").fill(str(demo.camera["rtsp"]))
    await page.submit()
    await page.dialog.locator("ha-alert").wait_for()
    assert WORDS["invalid_auth"] in " ".join(await page.texts())
    assert await page.untranslated() == []
    assert (await demo.state())["logins"]["rejected"] <= 2
    await page.keep("setup-wrong-password")


async def test_the_right_password_sets_up_every_sensor(page: Page, demo: Demo) -> None:
    await page.field("Password").fill(demo.camera["password"])
    await page.submit()
    await page.dialog.get_by_role("button", name="Skip and finish").wait_for()

    async def all_are_named() -> bool:
        fields = await page.dialog.locator("ha-input input").all()
        named = [await field.input_value() for field in fields]
        return named == ["DH-IPC-MFW7442K1-Z4-T40", "Gate", "Driveway"]

    await until(all_are_named)
    assert await page.untranslated() == []
    await page.keep("setup-sensors")
    await page.dialog.get_by_role("button", name="Skip and finish").click()
    assert (await demo.state())["subscribers"] == 1


async def test_the_camera_is_listed_with_its_devices(page: Page, demo: Demo) -> None:
    await page.open(INTEGRATION)
    for name in ("DH-IPC-MFW7442K1-Z4-T40", "Gate", "Driveway"):
        await page.tab.locator("ha-config-entry-row").get_by_text(name).first.wait_for()
    assert await page.untranslated() == []
    await page.keep("integration")


async def test_the_same_camera_cannot_be_added_twice(page: Page, demo: Demo) -> None:
    async def has_entities() -> bool:
        return bool((await demo.entities()).all)

    await until(has_entities)
    before = await demo.entities()
    await page.tab.get_by_role("button", name="Add device").click()
    await page.name_host(f"http://127.0.0.1:{demo.camera['http']}/")
    await page.field("Password").fill(demo.camera["password"])
    await page.submit()
    await page.wait_for_text("This camera is already set up.")
    await page.dialog.get_by_role("button", name="Close").last.click()
    assert await demo.entities() == before
