"""Chromium, started once; every test has a profile of its own."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Playwright, async_playwright, expect

from tests.browser.chatting import PATIENCE_MS, QUESTION, ChatPage
from tests.e2e import papers
from tests.e2e.previews import PreviewProcess

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SHOWN = Path(__file__).parents[2] / "docs" / "screenshots"
"""Where the pictures of the README are."""


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The browser; tests are skipped, and say so, where a machine has none."""
    if CHROMIUM is None:
        if os.environ.get("HOIDAP_NEEDS_BROWSER"):
            pytest.fail("HOIDAP_NEEDS_BROWSER is set, and there is no chromium")
        pytest.skip("no chromium here: apt install chromium")
    async with async_playwright() as driver:
        browser = await launched(driver)
        yield browser
        await browser.close()


async def launched(driver: Playwright) -> Browser:
    """Return a headless Chromium that keeps quiet."""
    # As root, which containers are, Chromium has no sandbox.
    arguments = [*_QUIET, "--no-sandbox"] if os.geteuid() == 0 else _QUIET
    return await driver.chromium.launch(executable_path=CHROMIUM, args=arguments)


@pytest.fixture
async def profile(chromium: Browser) -> AsyncIterator[BrowserContext]:
    """A Vietnamese browser that has been nowhere yet."""
    context = await chromium.new_context(locale="vi-VN", viewport={"width": 1200, "height": 800})
    yield context
    await context.close()


@pytest.fixture
async def tab(profile: BrowserContext) -> AsyncIterator[Page]:
    """A tab; what a page complains of in its console fails the test."""
    page = await profile.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []


@pytest.fixture(scope="session")
async def preview(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[PreviewProcess]:
    """A preview of the tests' documents; at the end it has told no secrets."""
    assert chromium.is_connected()
    running = PreviewProcess(tmp_path_factory.mktemp("preview"))
    papers.write_papers(running.corpus)
    await running.start()
    yield running
    assert await running.stop() == 0, running.err
    assert "Traceback" not in running.err, running.err
    assert QUESTION not in running.err


@pytest.fixture
async def chat(preview: PreviewProcess, tab: Page) -> AsyncIterator[ChatPage]:
    """The page, come to by a key; Telegram has had nothing to overlook at the end."""
    await tab.goto(await preview.newest_address())
    await expect(tab.locator(".room").first).to_be_visible(timeout=PATIENCE_MS)
    yield ChatPage(tab)
    await expect(tab.locator("#violations")).to_be_hidden()
