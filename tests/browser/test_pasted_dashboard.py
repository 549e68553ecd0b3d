"""The dashboard as an owner pastes it: what the repository offers is what the camera has."""

from typing import Any

import pytest
import yaml

from tests.browser.conftest import opened
from tests.browser.demo import REPOSITORY, Demo
from tests.demo.dashboard import as_yaml
from tests.demo.page import show

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("socket_enabled"),
    pytest.mark.asyncio(loop_scope="module"),
]

EXAMPLE = (REPOSITORY / ".github" / "examples" / "dashboard.yaml").read_text()
PATH = "pasted-cameras"


async def test_the_example_is_what_is_made_for_this_camera(demo: Demo) -> None:
    """A new one is made by `scripts/demo --yaml > .github/examples/dashboard.yaml`."""
    assert as_yaml(await demo.entities()) == EXAMPLE


@pytest.mark.parametrize("width", [1280, 390], ids=["desktop", "phone"])
async def test_every_card_of_it_works(browser: Any, demo: Demo, width: int) -> None:
    if width == 1280:
        await show(demo.api, PATH, yaml.safe_load(EXAMPLE)["views"][0])
    async with opened(demo, browser, viewport={"width": width, "height": 3000}) as page:
        await page.open(f"/{PATH}")
        await page.wait_for_videos()
        await page.wait_for_text("Driveway: settings")
        assert await page.tab.evaluate("deep.errors()") == 0
        assert await page.untranslated() == []
        assert await page.tab.evaluate("document.documentElement.scrollWidth") <= width
        await page.keep(f"dashboard-{width}")
