"""What the browser's tests share: a demo for each file, and Chromium before it."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.browser.demo import Demo, running_demo
from tests.browser.page import Page

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required")
DESKTOP = {"width": 1280, "height": 1600}
_DEEP = Path(__file__).with_name("deep.js")
_CHROMIUM_IS_THERE = CHROMIUM.exists()
_FAILED = pytest.StashKey[bool]()


@pytest.fixture(autouse=True)
def verify_cleanup() -> None:
    """The demo and the browser outlive a test; they end with the last one of a file."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[Any]:
    """Remember what failed, so that its page can be kept."""
    report = yield
    item.stash[_FAILED] = item.stash.get(_FAILED, False) or report.failed
    return report


@pytest.fixture(scope="module")
def options() -> Sequence[str]:
    """With which options the demo is started; a file of tests may have its own."""
    return ()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def demo(options: Sequence[str]) -> AsyncIterator[Demo]:
    """A demo that runs."""
    async with running_demo(*options) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Any]:
    """Chromium without a window."""
    if not _CHROMIUM_IS_THERE:
        pytest.skip("chromium is not installed")
    playwright = pytest.importorskip("playwright.async_api")
    async with playwright.async_playwright() as engine:
        chromium = await engine.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        await chromium.close()


@asynccontextmanager
async def opened(demo: Demo, browser: Any, **properties: Any) -> AsyncIterator[Page]:
    """Open a page of its own, e.g. one as small as a phone."""
    context = await browser.new_context(**{"viewport": DESKTOP, "locale": "en-GB", **properties})
    await context.add_init_script(path=_DEEP)
    yield Page(demo, await context.new_page())
    await context.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_page(browser: Any, demo: Demo) -> AsyncIterator[Page]:
    """The one page that the tests of a file look at, one after the other."""
    async with opened(demo, browser) as page:
        yield page


@pytest_asyncio.fixture(loop_scope="module")
async def page(shared_page: Page, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """The page; where a test fails, what was to be seen is kept."""
    yield shared_page
    if request.node.stash.get(_FAILED, False):
        await shared_page.keep(f"failed-{request.node.name}")
