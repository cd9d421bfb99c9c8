"""The preview in a browser: from the key that sends a question to its answer on the screen.

    python -m tests.bench.preview

Starts `hoidap preview` on the article that comes along and a headless Chromium beside it, both on
this machine's cores. A time begins with the keydown of Enter and ends with the frame after the one
that has the whole answer in it; a reply that takes another way than a person's does not count.
Prints a table, then one line of JSON: milliseconds, the first question of a new bot, then medians
over many after a warm-up.
"""

import asyncio
import json
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

from playwright.async_api import Browser, Page, async_playwright

from tests.bench.seed import QUESTIONS
from tests.browser.chatting import GROUP, NEWCOMER, ChatPage
from tests.browser.conftest import launched
from tests.e2e.previews import PreviewProcess

_WARM_UP = 6
_RUNS = 60
_STOPWATCH = """() => new Promise((seen) => {
    const newest = () => [...document.querySelectorAll('#log .message[data-bot=true]')].pop();
    const before = newest()?.dataset.id;
    let began = 0;
    text.addEventListener('keydown', (event) => { began = performance.now(); }, { once: true });
    const watch = new MutationObserver(() => {
        if (newest() && newest().dataset.id !== before) {
            watch.disconnect();
            const end = () => seen(performance.now() - began);
            requestAnimationFrame(() => requestAnimationFrame(end));
        }
    });
    watch.observe(log, { childList: true, subtree: true });
})"""


async def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="hoidap-bench-") as name:
        process = PreviewProcess(Path(name))
        began = time.monotonic()
        await process.start()
        built_s = time.monotonic() - began
        await process.stop()
        began = time.monotonic()
        address = await process.start()
        started_s = time.monotonic() - began
        async with async_playwright() as driver:
            browser = await launched(driver)
            figures = await _asked(browser, address)
            await browser.close()
        await process.stop()
    started = {
        "command → address, nothing built": (built_s * 1e3,) * 2,
        "command → address, index there": (started_s * 1e3,) * 2,
    }
    figures = started | figures
    print(f"{'':>34} {'ms':>8} {'p95':>8}")
    for what, (middle, high) in figures.items():
        print(f"{what:>34} {middle:>8.0f} {high:>8.0f}")
    told = {what: round(middle) for what, (middle, _) in figures.items()}
    print(json.dumps(told, ensure_ascii=False))


async def _asked(browser: Browser, address: str) -> dict[str, tuple[float, float]]:
    """Return what was done → median and 95th percentile of milliseconds."""
    context = await browser.new_context(locale="vi-VN", viewport={"width": 1200, "height": 800})
    page = await context.new_page()
    began = time.monotonic()
    await page.goto(address)
    chat = ChatPage(page)
    await chat.go_to(NEWCOMER)
    shown = (time.monotonic() - began) * 1e3
    await chat.start()
    first = await _timed(page, chat, QUESTIONS[0])
    private = [await _timed(page, chat, _question(number)) for number in range(_WARM_UP + _RUNS)]
    await chat.go_to(GROUP)
    group = [await _timed(page, chat, f"/hoi {_question(number)}") for number in range(_WARM_UP)]
    return {
        "address → chat shown": (shown, shown),
        "first question of a new bot": (first, first),
        "question in private": _figures(private[_WARM_UP:]),
        "question in the group": _figures(group),
    }


async def _timed(page: Page, chat: ChatPage, question: str) -> float:
    """Return how many milliseconds passed between the key and the answer on the screen."""
    await chat.box.fill(question)
    seen = asyncio.create_task(page.evaluate(_STOPWATCH))
    # The stopwatch stands in the page before the key does.
    await page.evaluate("0")
    await chat.box.press("Enter")
    return float(await seen)


def _question(number: int) -> str:
    return QUESTIONS[number % len(QUESTIONS)]


def _figures(values: list[float]) -> tuple[float, float]:
    return median(values), quantiles(values, n=20)[-1]


if __name__ == "__main__":
    asyncio.run(main())
