"""The preview's page itself: its key, a phone, another language, two browsers, its pictures."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, ViewportSize, expect

from tests.browser.chatting import GROUP, NEWCOMER, PATIENCE_MS, QUESTION, QUOTE, ChatPage
from tests.browser.conftest import SHOWN
from tests.e2e import papers
from tests.e2e.previews import PreviewProcess

_PHONE = ViewportSize(width=360, height=740)


async def test_a_citation_leads_into_the_reader(chat: ChatPage) -> None:
    """The button under an answer opens the document beside the chat, its sentence marked there."""
    await chat.go_to_newcomer()
    await chat.say(papers.FEE_QUESTION)
    answer = await chat.answer(papers.FEE_SENTENCE)
    async with chat.tab.context.expect_page() as opened:
        await answer.locator('a.key[href*="/r/"]').click()
    reader = await opened.value
    await expect(reader.locator("mark")).to_have_text(papers.FEE_SENTENCE)
    await expect(reader.locator(".top nav a").first).to_have_attribute("href", "/")


async def test_the_operators_pages_stand_beside_the_chat(chat: ChatPage) -> None:
    """What found nothing is listed, leads to its ranking and into the reader; a build is run."""
    question = "Mật khẩu của tủ sắt tầng hầm là gì?"
    await chat.go_to_newcomer()
    await chat.say(question)
    await chat.answer("Không tìm thấy câu trả lời")
    tab = chat.tab
    await tab.get_by_role("link", name="Chưa trả lời được").click()
    await tab.get_by_role("link", name=question).click()
    await expect(tab.get_by_label("Câu hỏi", exact=True)).to_have_value(question)
    await tab.locator(".ranked > li a").first.click()
    await expect(tab.locator("#passage")).to_be_visible()
    await tab.get_by_role("link", name="Tài liệu", exact=True).click()
    await tab.get_by_role("button", name="Lập lại chỉ mục").click()
    await expect(tab.locator("#work")).to_contain_text("Không có gì thay đổi", timeout=PATIENCE_MS)
    await tab.get_by_role("link", name="Trò chuyện").click()
    await expect(tab.locator(".room").first).to_be_visible()


async def test_a_wrong_key_is_refused(preview: PreviewProcess, chromium: Browser) -> None:
    """A wrong key leads to a page that says what to do, and so does a used one, and none."""
    used = await preview.newest_address()
    context = await chromium.new_context(locale="vi-VN")
    page = await context.new_page()
    await page.goto(used)
    await context.clear_cookies()
    for address in (used, used.partition("?")[0], f"{used}x"):
        response = await page.goto(address)
        assert response is not None
        assert response.status == 403
        await expect(page.get_by_role("heading")).to_have_text("Cần có khóa")
        assert await context.cookies() == []
    await context.close()


async def test_on_a_phone(preview: PreviewProcess, chromium: Browser) -> None:
    """On a narrow screen list and chat are screens of their own, and nothing scrolls sideways."""
    context = await chromium.new_context(
        locale="vi-VN", viewport=_PHONE, is_mobile=True, has_touch=True
    )
    page = await context.new_page()
    await page.goto(await preview.newest_address())
    chat = ChatPage(page)
    await expect(page.locator(".talk")).to_be_hidden()
    await chat.go_to_newcomer()
    await expect(page.locator(".rooms")).to_be_hidden()
    await chat.say(QUESTION)
    await chat.answer(QUOTE)
    await chat.say(papers.HOSTILE_QUESTIONS["khong-dau-cach.txt"])
    await chat.answer("Thiên Nga")
    widths = "[document.documentElement.scrollWidth, innerWidth]"
    wide, screen = await page.evaluate(widths)
    assert wide <= screen
    log = await page.evaluate("[log.scrollWidth, log.clientWidth]")
    assert log[0] <= log[1]
    await page.locator("#back").click()
    await expect(page.locator(".rooms")).to_be_visible()
    wide, screen = await page.evaluate(widths)
    assert wide <= screen
    await context.close()


async def test_in_english(preview: PreviewProcess, chromium: Browser) -> None:
    """An English browser gets the page in English."""
    context = await chromium.new_context(locale="en-GB")
    page = await context.new_page()
    await page.goto(await preview.newest_address())
    await expect(page.locator(".room", has_text="newcomer")).to_be_visible()
    assert await page.locator("html").get_attribute("lang") == "en"
    await context.close()


async def test_what_is_new_elsewhere_is_counted(
    chat: ChatPage, preview: PreviewProcess, chromium: Browser
) -> None:
    """Two browsers see the same Telegram: what one says is counted in the other's list."""
    context = await chromium.new_context(locale="vi-VN")
    page = await context.new_page()
    await page.goto(await preview.newest_address())
    other = ChatPage(page)
    await other.go_to_newcomer()
    await chat.go_to(GROUP)
    await chat.say("Có ai ở đây không?")
    badge = page.locator(".room", has_text=GROUP).first.locator(".badge")
    await expect(badge).to_have_text("1")
    await other.go_to(GROUP)
    await expect(other.log).to_contain_text("Có ai ở đây không?")
    await expect(badge).to_have_count(0)
    await context.close()


async def test_an_example_is_asked(chromium: Browser, tmp_path: Path) -> None:
    """Somebody new is offered questions that the documents answer; one press asks it."""
    running = PreviewProcess(tmp_path)
    context = await chromium.new_context(locale="vi-VN")
    page = await context.new_page()
    await page.goto(await running.start())
    chat = ChatPage(page)
    await chat.go_to(NEWCOMER)
    await expect(page.locator("#examples")).to_be_hidden()
    await chat.start()
    await expect(page.locator(".chip")).to_have_text(
        [QUESTION, "de an 06 la gi", "What is Project 06?"]
    )
    await chat.look()
    await page.locator(".chip").first.click()
    await chat.answer(QUOTE)
    await expect(page.locator("#examples")).to_be_hidden()
    await context.close()
    assert await running.stop() == 0


async def test_a_lost_connection_is_told(chromium: Browser, tmp_path: Path) -> None:
    """When the preview ends, its page says so instead of looking alive."""
    running = PreviewProcess(tmp_path)
    context = await chromium.new_context(locale="vi-VN")
    page = await context.new_page()
    await page.goto(await running.start())
    await expect(page.locator(".room").first).to_be_visible(timeout=PATIENCE_MS)
    await expect(page.locator("#lost")).to_be_hidden()
    assert await running.stop() == 0
    await expect(page.locator("#lost")).to_be_visible()
    await context.close()


@pytest.mark.skipif(
    not os.environ.get("HOIDAP_SCREENSHOTS"), reason="HOIDAP_SCREENSHOTS=1 makes the pictures anew"
)
@pytest.mark.parametrize(
    ("name", "size", "scheme"),
    [
        ("preview", ViewportSize(width=1200, height=800), "light"),
        ("preview-dark", ViewportSize(width=1200, height=800), "dark"),
        ("preview-phone", ViewportSize(width=390, height=844), "light"),
    ],
)
async def test_pictures(
    chromium: Browser, tmp_path: Path, name: str, size: ViewportSize, scheme: str
) -> None:
    """The README shows what somebody sees who follows it, in light, in the dark, on a phone."""
    running = PreviewProcess(tmp_path)
    is_phone = size["width"] < size["height"]
    context = await chromium.new_context(
        locale="vi-VN",
        viewport=size,
        color_scheme="dark" if scheme == "dark" else "light",
        is_mobile=is_phone,
        has_touch=is_phone,
    )
    page = await context.new_page()
    await page.goto(await running.start())
    chat = ChatPage(page)
    await chat.go_to(NEWCOMER)
    await chat.start()
    await chat.say(QUESTION)
    answer = await chat.answer(QUOTE)
    await answer.locator(".unfold").first.click()
    await chat.box.focus()
    await page.mouse.move(0, 0)
    await chat.log.locator(".own").last.evaluate(
        "own => { log.scrollTop = own.offsetTop - log.offsetTop - 12; }"
    )
    SHOWN.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SHOWN / f"{name}.png")
    if name == "preview":
        async with context.expect_page() as opened:
            await answer.locator('a.key[href*="/r/"]').click()
        reader = await opened.value
        await expect(reader.locator("#passage")).to_be_in_viewport()
        await reader.screenshot(path=SHOWN / "reader.png")
    await context.close()
    assert await running.stop() == 0
