"""The preview in a real browser: what a newcomer, a group and an admin do on the chat page."""

from pathlib import Path

from playwright.async_api import expect

from tests.browser.chatting import (
    ADMIN,
    BOT,
    CHANNEL,
    GROUP,
    NEWCOMER,
    PATIENCE_MS,
    QUESTION,
    QUOTE,
    TOPIC,
    ChatPage,
)
from tests.e2e import papers


async def test_from_first_visit_to_first_answer(chat: ChatPage) -> None:
    """A newcomer presses Start, types a question, and sees the quote that answers it."""
    await chat.go_to(NEWCOMER)
    await expect(chat.box).to_be_hidden()
    await chat.start()
    await chat.say(QUESTION)
    answer = await chat.answer(QUOTE)
    await expect(answer.locator("blockquote").first).to_be_in_viewport()
    await expect(chat.log.locator(".own", has_text=QUESTION)).to_be_in_viewport()


async def test_an_unaccented_question(chat: ChatPage) -> None:
    """Whoever types without accents is answered as well."""
    await chat.go_to_newcomer()
    await chat.say("le phi lam the ban doc la bao nhieu")
    answer = await chat.answer(papers.FEE_SENTENCE)
    await expect(answer.locator("strong", has_text=papers.FEE_SENTENCE).first).to_be_visible()


async def test_a_mention_in_the_group(chat: ChatPage) -> None:
    """In a group the bot answers whoever mentions it, with a reply, and leaves others alone."""
    await chat.go_to(GROUP)
    await chat.tab.locator("#person").select_option(label="Trần Minh")
    await chat.say("Chiều nay họp lúc mấy giờ?")
    await chat.say(f"{BOT} {papers.FEE_QUESTION}")
    answer = await chat.answer(papers.FEE_SENTENCE)
    await expect(answer.locator(".reply")).to_contain_text(papers.FEE_QUESTION)
    await expect(chat.by_bot).to_have_count(1)
    await expect(chat.log.locator(".own")).to_have_count(2)
    await chat.tab.locator("#person").select_option(label="Nguyễn Lan")
    await expect(chat.log.locator(".own")).to_have_count(0)
    await expect(chat.log.locator(".theirs", has_text="Trần Minh")).to_have_count(3)


async def test_a_topic_keeps_to_itself(chat: ChatPage) -> None:
    """What is asked in a topic is answered there, and is not seen in the others."""
    await chat.go_to(TOPIC)
    await chat.say(f"/hoi {papers.FEE_QUESTION}")
    await chat.answer(papers.FEE_SENTENCE)
    before = await chat.by_bot.count()
    await chat.go_to(GROUP)
    await expect(chat.log.locator(".own", has_text="/hoi")).to_have_count(0)
    await chat.go_to(TOPIC)
    await expect(chat.by_bot).to_have_count(before)


async def test_a_post_in_the_channel(chat: ChatPage) -> None:
    """In a channel a command in a post is answered by a post."""
    await chat.go_to(CHANNEL)
    await chat.say(f"/hoi {papers.FEE_QUESTION}")
    await chat.answer(papers.FEE_SENTENCE)


async def test_leafing_by_buttons(chat: ChatPage) -> None:
    """A button under an answer shows another passage in the same message, and the way back."""
    await chat.go_to_newcomer()
    await chat.say(QUESTION)
    answer = await chat.answer(QUOTE)
    first = await answer.locator(".words").inner_text()
    await answer.get_by_role("button", name="Đoạn khác").click()
    await expect(answer.get_by_role("button", name="Trước")).to_be_visible()
    assert await answer.locator(".words").inner_text() != first
    await expect(answer.locator(".when")).to_contain_text("đã sửa")
    await answer.get_by_role("button", name="Trước").click()
    await expect(answer.locator(".words")).to_contain_text(QUOTE)


async def test_a_judgement_is_thanked_for(chat: ChatPage) -> None:
    """What the bot answers to a pressed button appears for a while; a reaction stays."""
    await chat.go_to_newcomer()
    await chat.say(papers.FEE_QUESTION)
    answer = await chat.answer(papers.FEE_SENTENCE)
    await answer.get_by_role("button", name="👍", exact=True).last.click()
    await expect(chat.tab.locator("#toast")).not_to_be_empty()
    await answer.hover()
    await answer.get_by_role("button", name="Thả 👍").click()
    await expect(answer.locator(".reaction")).to_have_text("👍 1")
    await expect(answer.locator(".reaction")).to_have_attribute("aria-pressed", "true")
    await answer.locator(".reaction").click()
    await expect(answer.locator(".reaction")).to_have_count(0)


async def test_copying_a_citation(chat: ChatPage) -> None:
    """A copy button puts the citation on the clipboard."""
    await chat.tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await chat.go_to_newcomer()
    await chat.say(papers.FEE_QUESTION)
    answer = await chat.answer(papers.FEE_SENTENCE)
    await answer.get_by_role("button", name="Chép trích dẫn").click()
    await expect(chat.tab.locator("#toast")).to_have_text("Đã chép.")
    copied = await chat.tab.evaluate("navigator.clipboard.readText()")
    assert papers.FEE_SENTENCE in copied


async def test_the_inline_box(chat: ChatPage) -> None:
    """Typing after the bot's name offers passages; one that is picked is sent by way of the bot."""
    await chat.go_to(GROUP)
    await chat.box.press_sequentially(f"{BOT} {papers.FEE_QUESTION}")
    offer = chat.tab.locator(".offer", has_text=papers.FEE_SENTENCE).first
    await expect(offer).to_be_visible(timeout=PATIENCE_MS)
    await chat.box.press("ArrowDown")
    await expect(chat.tab.locator(".offer").first).to_be_focused()
    await chat.tab.keyboard.press("Enter")
    sent = chat.log.locator(".own").last
    await expect(sent).to_contain_text(f"qua {BOT}")
    await expect(sent.locator("blockquote")).to_contain_text(papers.FEE_SENTENCE)
    await expect(chat.box).to_have_value("")
    await expect(chat.box).to_be_focused()


async def test_an_expandable_quote(chat: ChatPage) -> None:
    """A long quote is folded to three lines; its button shows all of it, and says how it stands."""
    await chat.go_to_newcomer()
    await chat.say(QUESTION)
    answer = await chat.answer(QUOTE)
    fold = answer.locator(".fold").first
    button = fold.get_by_role("button")
    await expect(button).to_have_attribute("aria-expanded", "false")
    folded = await fold.bounding_box()
    await button.press("Enter")
    await expect(button).to_have_attribute("aria-expanded", "true")
    await expect(button).to_have_text("Thu gọn")
    unfolded = await fold.bounding_box()
    assert folded is not None
    assert unfolded is not None
    assert unfolded["height"] > folded["height"] + 10


async def test_an_edited_question_changes_its_answer(chat: ChatPage) -> None:
    """Arrow up takes the last message back into the box; its answer becomes that of the new one."""
    await chat.go_to_newcomer()
    await chat.say("Thư viện mở cửa lúc mấy giờ?")
    await chat.answer("7 giờ 30")
    answers = await chat.by_bot.count()
    await chat.box.press("ArrowUp")
    await expect(chat.tab.locator("#about-what")).to_have_text("Sửa tin nhắn")
    await chat.say(papers.FEE_QUESTION)
    await expect(chat.by_bot.last).to_contain_text(papers.FEE_SENTENCE, timeout=PATIENCE_MS)
    await expect(chat.by_bot).to_have_count(answers)
    await expect(chat.log.locator(".own").last.locator(".when")).to_contain_text("đã sửa")


async def test_a_reply_by_keyboard(chat: ChatPage) -> None:
    """A message's button makes the next one a reply; Escape leaves it; the snippet leads back."""
    await chat.go_to(GROUP)
    await chat.say("Ai có quy chế thư viện?")
    asked = chat.log.locator(".own", has_text="Ai có quy chế").last
    first = chat.log.locator(f'[data-id="{await asked.get_attribute("data-id")}"]')
    await first.get_by_role("button", name="Trả lời").focus()
    await chat.tab.keyboard.press("Enter")
    await expect(chat.tab.locator("#about")).to_be_visible()
    await chat.box.press("Escape")
    await expect(chat.tab.locator("#about")).to_be_hidden()
    await first.get_by_role("button", name="Trả lời").press("Enter")
    await chat.say("Tôi có đây.")
    reply = chat.log.locator(".own", has_text="Tôi có đây.").last
    await reply.locator(".reply").click()
    await expect(first).to_be_focused()


async def test_a_link_to_the_bot_opens_the_private_chat(chat: ChatPage) -> None:
    """A button that leads to the bot's private chat opens it there, with what it is about."""
    await chat.go_to(GROUP)
    await chat.tab.locator("#person").select_option(label="Trần Minh")
    await chat.say(f"{BOT} {papers.FEE_QUESTION}")
    answer = await chat.answer(papers.FEE_SENTENCE)
    await answer.locator('a.key[href*="start="]').click()
    await expect(chat.tab.locator("#talk-role")).to_contain_text("đồng nghiệp")
    await expect(chat.by_bot.last).to_contain_text(papers.FEE_SENTENCE)


async def test_the_menu_of_commands(chat: ChatPage) -> None:
    """The slash button lists what this person can command here; one that is picked is sent."""
    await chat.go_to(ADMIN)
    await chat.look()
    await chat.tab.locator("#commands").click()
    await expect(chat.tab.locator(".offer", has_text="/lapchimuc")).to_be_attached()
    await chat.tab.locator(".offer", has_text="/nguon").click()
    await chat.answer(papers.LIBRARY_TITLE)
    await chat.tab.locator("#commands").click()
    await expect(chat.tab.locator(".offer").first).to_be_focused()
    await chat.tab.keyboard.press("Escape")
    await expect(chat.tab.locator("#offers")).to_be_hidden()
    await expect(chat.box).to_be_focused()


async def test_an_upload_is_answered_from(chat: ChatPage, tmp_path: Path) -> None:
    """An admin sends a file, has it indexed, and is answered from it."""
    paper = tmp_path / "hoi-trang.txt"
    paper.write_text(
        "Thông báo hội trăng\n\nHội trăng phường Mây Trắng mở lúc 19 giờ ngày rằm tháng tám.",
        encoding="utf-8",
    )
    await chat.go_to(ADMIN)
    await chat.look()
    await chat.tab.locator("#file").set_input_files(paper)
    await chat.answer("hoi-trang")
    await expect(chat.log.locator(".own .file")).to_contain_text("hoi-trang.txt")
    await chat.say("/reindex")
    await chat.answer("Thêm 1")
    await chat.say("Hội trăng phường Mây Trắng mở lúc mấy giờ?")
    await chat.answer("mở lúc 19 giờ ngày rằm tháng tám")


async def test_others_cannot_upload(chat: ChatPage, tmp_path: Path) -> None:
    """Whoever is no admin is told so by the bot, and their file goes nowhere."""
    (tmp_path / "x.txt").write_text("Không phải của kho.", encoding="utf-8")
    await chat.go_to_newcomer()
    await chat.look()
    await chat.tab.locator("#file").set_input_files(tmp_path / "x.txt")
    await chat.answer("quản trị viên")


async def test_html_in_a_document_is_text(chat: ChatPage) -> None:
    """A document full of tags is quoted letter by letter; nothing of it becomes an element."""
    await chat.go_to_newcomer()
    await chat.say(papers.HOSTILE_QUESTIONS["the-html.txt"])
    answer = await chat.answer('<script>alert("1 < 2 && 3 > 2")</script> &lt;b&gt; &amp;')
    assert await answer.locator(".words script, .words br, .words b").count() == 0
    await chat.say('<img src=x onerror="document.title=1"><b>đậm</b>')
    own = chat.log.locator(".own").last
    await expect(own.locator(".words")).to_have_text(
        '<img src=x onerror="document.title=1"><b>đậm</b>'
    )
    assert await own.locator(".words img, .words b").count() == 0
