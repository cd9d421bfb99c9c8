"""The reader in a browser: what is seen, by mouse, keyboard and on a phone."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.async_api import BrowserContext, Page

from bot.reader_links import Lock, ReaderLinks
from tests.e2e.papers import FEE_QUESTION, FEE_QUOTE, FEE_SENTENCE, HOSTILE_QUESTIONS
from tests.integration.library import Reading, make_library, reading

pytestmark = pytest.mark.asyncio(loop_scope="session")

LONG_QUESTION = "Ở bước 45, việc thứ 2 là kiểm tra van số nào?"
PHONE_PX = 360


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an index."""
    return make_library(tmp_path_factory.mktemp("library"))


@pytest.fixture
async def reader(data: Path, unused_tcp_port: int) -> AsyncIterator[Reading]:
    """A reader that shows everything to everybody."""
    async with reading(data, unused_tcp_port, Lock()) as running:
        yield running


async def address(reader: Reading, question: str = FEE_QUESTION) -> str:
    """Where the button under an answer would lead."""
    return ReaderLinks(reader.root).to(await reader.cited(question))


async def test_the_highlight_is_the_quote(tab: Page, reader: Reading) -> None:
    """What a browser shows as highlighted is the quote, letter by letter, the sentence marked."""
    await tab.goto(await address(reader))
    passage = tab.locator("#passage")
    assert await passage.inner_text() == FEE_QUOTE
    assert await passage.locator("mark").inner_text() == FEE_SENTENCE
    paper = await tab.locator("article").evaluate("one => getComputedStyle(one).backgroundColor")
    around = await tab.locator(".cited").evaluate("one => getComputedStyle(one).backgroundColor")
    mark = await passage.locator("mark").evaluate("one => getComputedStyle(one).backgroundColor")
    assert len({paper, around, mark}) == 3


async def test_a_long_document_opens_at_the_passage(tab: Page, reader: Reading) -> None:
    """The passage and its entry in the contents are in sight at once, and have the focus."""
    await tab.goto(await address(reader, LONG_QUESTION))
    box = await tab.locator("#passage").bounding_box()
    assert box is not None
    assert 0 < box["y"] < 800 - box["height"]
    assert await tab.evaluate("document.activeElement.id") == "passage"
    current = await tab.locator(".contents [aria-current]").bounding_box()
    assert current is not None
    assert 0 <= current["y"] < 800
    await tab.get_by_role("link", name="Bước 47", exact=True).click()
    assert await tab.locator("article [data-number]").first.inner_text() == (
        "Ở bước 47, việc thứ 1 là kiểm tra van số 470 "
        "và ghi áp suất vào sổ trực ca theo đúng mẫu đã phát cho tổ vận hành."
    )


async def test_html_of_a_document_is_read_as_text(tab: Page, reader: Reading) -> None:
    """A script in a document is shown and not run, in the reader and in what a search finds."""
    question = HOSTILE_QUESTIONS["the-html.txt"]
    cited = await reader.cited(question)
    tab.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    await tab.goto(await address(reader, question))
    assert await tab.locator("#passage").inner_text() == cited.quote
    await tab.goto(f"{reader.root}/search?q={quote(question)}")
    assert await tab.locator("blockquote").first.inner_text() == cited.quote


async def test_by_keyboard_alone(tab: Page, reader: Reading) -> None:
    """The search is reached by Tab, asks by Enter, and leads on into the document."""
    await tab.goto(f"{reader.root}/search")
    for _ in range(10):
        await tab.keyboard.press("Tab")
        if await tab.evaluate("document.activeElement.name === 'q'"):
            break
    await tab.keyboard.type("le phi lam the ban doc la bao nhieu?")
    await tab.keyboard.press("Enter")
    await tab.wait_for_url("**/search?q=*")
    for _ in range(12):
        await tab.keyboard.press("Tab")
        if await tab.evaluate("document.activeElement.closest('li h2') !== null"):
            break
    await tab.keyboard.press("Enter")
    await tab.wait_for_url("**/r/**")
    assert await tab.locator("#passage").inner_text() == FEE_QUOTE
    # From the passage back to the search: everything has its turn.
    await tab.keyboard.press("Shift+Tab")
    for _ in range(20):
        if await tab.evaluate("document.activeElement.name === 'q'"):
            return
        await tab.keyboard.press("Shift+Tab")
    pytest.fail("the search cannot be reached")


async def test_labels(tab: Page, reader: Reading) -> None:
    """What can be pressed, typed into or gone to has a name for whoever does not see it."""
    await tab.goto(await address(reader))
    assert await tab.get_by_role("searchbox", name="Câu hỏi hoặc từ khóa").count() == 1
    assert await tab.get_by_role("button", name="Tìm", exact=True).count() == 1
    assert await tab.get_by_role("navigation", name="Mục lục").count() == 1
    assert await tab.get_by_role("region", name="Đoạn được trích dẫn").count() == 1
    assert await tab.get_by_role("article", name="Nội dung tài liệu").count() == 1
    assert await tab.locator("h1").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_on_a_phone(profile: BrowserContext, reader: Reading, scheme: str) -> None:
    """On the narrowest phone nothing has to be moved sideways, by day or by night."""
    tab = await profile.new_page()
    await tab.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await tab.set_viewport_size({"width": PHONE_PX, "height": 740})
    for where in (
        await address(reader),
        await address(reader, LONG_QUESTION),
        await address(reader, HOSTILE_QUESTIONS["the-html.txt"]),
        f"{reader.root}/search?q={quote(FEE_QUESTION)}",
        f"{reader.root}/r/{'x' * 300}",
    ):
        await tab.goto(where)
        assert await tab.evaluate("document.documentElement.scrollWidth") <= PHONE_PX, where


async def test_without_scripts(scriptless: Page, reader: Reading) -> None:
    """Where no script runs, the address itself leads to the passage."""
    tab = scriptless
    await tab.goto(await address(reader, LONG_QUESTION))
    box = await tab.locator("#passage").bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 800


@pytest.fixture
async def scriptless(profile: BrowserContext) -> AsyncIterator[Page]:
    """A tab of a browser in which scripts are off."""
    browser = profile.browser
    assert browser is not None
    context = await browser.new_context(
        java_script_enabled=False, viewport={"width": 1200, "height": 800}
    )
    yield await context.new_page()
    await context.close()
