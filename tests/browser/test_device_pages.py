"""The pages of the camera's devices: all translated, every icon there, no entity dead."""

import json

import pytest

from tests.browser.demo import REPOSITORY, Demo, until
from tests.browser.page import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.asyncio(loop_scope="module"),
]

INTEGRATION = REPOSITORY / "custom_components" / "dahua_camera"
ICONS = json.loads((INTEGRATION / "icons.json").read_text())["entity"]
# What has not happened yet is unknown, and so is a light that the camera itself drives.
MAY_BE_UNKNOWN = {"button", "event", "image"}
DRIVEN_BY_THE_CAMERA = {"infrared"}


def icons_of(domain: str, key: str | None) -> set[str]:
    """Return the icons that an entity may have; none where its kind has one of its own."""
    icons = ICONS.get(domain, {}).get(key)
    return {icons["default"], *icons.get("state", {}).values()} if icons else set()


@pytest.mark.parametrize("device", ["DH-IPC-MFW7442K1-Z4-T40", "Gate", "Driveway"])
async def test_the_page_of(page: Page, demo: Demo, device: str) -> None:
    async with demo.api.websocket() as commands:
        devices = await commands.send("config/device_registry/list")
        entries = await commands.send("config/entity_registry/list")
    (number,) = [each["id"] for each in devices if each["name"] == device]
    wanted = {
        entry["entity_id"]: entry
        for entry in entries
        if entry["device_id"] == number and entry["disabled_by"] is None
    }
    await page.open(f"/config/devices/device/{number}")
    await page.tab.locator("ha-device-entities-card").first.wait_for()
    await page.tab.wait_for_function(
        "(count) => deep.rows().filter((row) => row[1]).length >= count", arg=len(wanted)
    )
    rows = await page.rows()
    assert {entity for entity, _, _ in rows} == set(wanted)
    for entity, icon, words in rows:
        allowed = icons_of(entity.partition(".")[0], wanted[entity]["translation_key"])
        assert icon, f"{entity} has no icon"
        assert icon != "none", f"{entity} has no icon"
        if allowed and not icon.startswith("url("):
            assert icon in allowed, f"{entity} shows {icon}"
        assert words, f"{entity} has no words"
    for more in await page.tab.locator("ha-device-entities-card button.show-more").all():
        await more.click()
    assert await page.untranslated() == []
    await page.keep(f"device-{device}")


async def test_no_entity_is_dead(demo: Demo) -> None:
    for entity in (await demo.entities()).all:
        state = await demo.api.state(entity.entity_id)
        assert state != "unavailable", entity
        if entity.domain not in MAY_BE_UNKNOWN and entity.key not in DRIVEN_BY_THE_CAMERA:
            assert state != "unknown", entity


async def test_what_is_disabled_comes_alive_when_it_is_enabled(demo: Demo) -> None:
    async with demo.api.websocket() as commands:
        entries = await commands.send("config/entity_registry/list")
        asleep = [
            entry["entity_id"]
            for entry in entries
            if entry["platform"] == "dahua_camera" and entry["disabled_by"] == "integration"
        ]
        assert asleep
        for entity in asleep:
            await commands.send("config/entity_registry/update", entity_id=entity, disabled_by=None)
        (entry,) = await commands.send("config_entries/get", domain="dahua_camera")
    path = f"/api/config/config_entries/entry/{entry['entry_id']}/reload"
    await demo.api.request("POST", path)

    async def all_are_awake() -> bool:
        states = [await demo.api.state(entity) for entity in asleep]
        return not {"unavailable", "unknown"} & set(states)

    await until(all_are_awake)
