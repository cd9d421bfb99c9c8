"""Asking the live bot in a private chat."""

import unicodedata

import pytest

from bot.botapi import BotApiServer, Content, Message
from bot.botapi.delivery import announce
from tests.e2e import papers
from tests.e2e.processes import BotProcess
from tests.e2e.talking import Person, all_quiet, new_person, quotes, said_after, shown

pytestmark = pytest.mark.asyncio(loop_scope="session")

SEED_QUESTION = "Đề án 06 là gì?"
STICKER = {
    "file_id": "CAACAgUAAxkBAAI",
    "file_unique_id": "AgADsticker",
    "type": "regular",
    "width": 512,
    "height": 512,
    "is_animated": False,
    "is_video": False,
    "emoji": "👍",
}


async def test_an_answer_quotes_the_document_and_says_where(lan: Person) -> None:
    """An answer has the exact quote, the answering sentence in bold and the place of the quote."""
    [answer, *_] = await lan.answer(papers.FEE_QUESTION)
    assert quotes([answer])[0] == papers.FEE_QUOTE
    assert shown(answer, "bold")[:2] == [papers.FEE_SENTENCE, papers.FEE_SENTENCE]
    assert papers.FEE_PLACE in answer.text.splitlines()
    links = [entity.url for entity in answer.entities if entity.type == "text_link"]
    assert "https://thuvien.example.vn/quy-che?ban=1&trang=2" in links
    assert answer.reply_to is None


async def test_the_seed_article_is_quoted(live: BotProcess, lan: Person) -> None:
    """The first quote about Đề án 06 names it, and every quote is the document's own text."""
    answer = await lan.answer(SEED_QUESTION)
    text = papers.text_of(live.corpus, papers.SEED.name)
    assert "06-ĐA/TU" in quotes(answer)[0]
    assert quotes(answer)[0] in text
    assert "(ha-noi-de-an-06.txt), đoạn " in answer[0].text


@pytest.mark.parametrize(
    "question",
    [
        "de an 06 la gi?",
        unicodedata.normalize("NFD", SEED_QUESTION),
        SEED_QUESTION.upper(),
        "  Đề  án\n06 là gì ?? ",
        "/hoi Đề án 06 là gì?",
        "/ask@hoidap_test_bot Đề án 06 là gì?",
    ],
    ids=["without accents", "NFD", "capitals", "spaces", "command", "named command"],
)
async def test_however_it_is_typed(lan: Person, question: str) -> None:
    """The same question typed in another way gets the same first quote."""
    plain = await lan.answer(SEED_QUESTION)
    typed = await lan.answer(question)
    assert quotes(typed)[0] == quotes(plain)[0]
    assert "Độ tin cậy" in typed[-1].text


async def test_a_question_in_english(server: BotApiServer, live: BotProcess) -> None:
    """A question in English finds a passage that names Đề án 06, in English wording."""
    answer = await new_person(server, "Ann", "en").answer("What is Project 06?")
    assert "06" in quotes(answer)[0]
    assert quotes(answer)[0] in papers.text_of(live.corpus, papers.SEED.name)
    assert ", paragraph " in answer[0].text


async def test_nothing_found(lan: Person) -> None:
    """A question about nothing in the corpus is told so, with how many documents were searched."""
    [answer] = await lan.answer(papers.NONSENSE)
    expected = f"Không tìm thấy câu trả lời trong {papers.DOCUMENTS} tài liệu."
    assert answer.text.startswith(expected)
    assert shown(answer, "bold") == []


@pytest.mark.parametrize(
    ("language", "found", "missed", "help_line"),
    [
        ("vi", "Độ tin cậy", "Không tìm thấy", "• Trong nhóm:"),
        ("en", "Confidence", "No answer found", "• In a group:"),
        ("fr", "Confidence", "No answer found", "• In a group:"),
        (None, "Độ tin cậy", "Không tìm thấy", "• Trong nhóm:"),
    ],
)
async def test_the_language_of_the_person(
    server: BotApiServer,
    live: BotProcess,
    language: str | None,
    found: str,
    missed: str,
    help_line: str,
) -> None:
    """The bot's own words are in the language of the person's Telegram, else Vietnamese."""
    person = new_person(server, "Người", language)
    assert found in (await person.answer(papers.FEE_QUESTION))[-1].text
    assert missed in (await person.answer(papers.NONSENSE))[0].text
    assert help_line in await person.told("/help")
    assert live.running


async def test_a_message_without_a_question(lan: Person) -> None:
    """What is no question gets a friendly word on what to do instead."""
    assert await lan.told("?! … 👍") == "Bạn chưa hỏi gì. Hãy gõ một câu hỏi bằng chữ."
    assert await lan.told("a" * 4_096) == "Câu hỏi dài 4096 ký tự; xin rút gọn còn tối đa 1000."
    assert (await lan.told("/lamgi do")).startswith("Tôi không biết lệnh này.\n• Ở đây:")
    assert await lan.told("/hoi") == "Bạn chưa hỏi gì. Hãy gõ một câu hỏi bằng chữ."
    sticker = received(lan, sticker=STICKER)
    assert (await lan.hear(sticker)).text == "Tôi chỉ đọc được chữ. Hãy gõ câu hỏi của bạn."


async def test_a_text_longer_than_telegram_lets_people_write(lan: Person) -> None:
    """Even a text of 5,000 characters is answered with what to do."""
    message = received(lan, text="từ " * 1_700)
    assert (await lan.hear(message)).text.startswith("Câu hỏi dài 5099 ký tự")


async def test_a_photo_with_a_question_under_it(lan: Person, server: BotApiServer) -> None:
    """The words under a file are a question too."""
    asked = server.upload(lan.chat, lan.user, "anh.jpg", b"\xff\xd8", caption=papers.FEE_QUESTION)
    answer = await lan.hear(asked)
    assert quotes([answer])[0] == papers.FEE_QUOTE


async def test_an_edit_is_not_answered_again(lan: Person, server: BotApiServer) -> None:
    """Editing a question that was answered brings no second answer."""
    asked = lan.say(papers.FEE_QUESTION)
    first = await lan.hear(asked)
    server.edit(asked, SEED_QUESTION)
    server.edit(asked, "/help")
    await all_quiet(server)
    assert said_after(server, first) == []


async def test_start_help_and_sources(lan: Person) -> None:
    """/start greets, /help explains and /nguon lists the documents."""
    greeting = await lan.told("/start")
    assert f"trích nguyên văn từ {papers.DOCUMENTS} tài liệu" in greeting
    assert "nhắc @hoidap_test_bot" in greeting
    assert await lan.told("/help") in greeting
    sources = await lan.told("/nguon")
    assert sources.startswith(f"Tôi đang tìm trong {papers.DOCUMENTS} tài liệu:")
    assert f"• {papers.LIBRARY_TITLE} (nguồn)" in sources
    assert "• Sổ tay <b>thẻ lạ</b> & 'dấu nháy' \"kép\" (the-html.txt)" in sources


@pytest.mark.parametrize("name", list(papers.HOSTILE))
async def test_hostile_documents(
    live: BotProcess, server: BotApiServer, lan: Person, name: str
) -> None:
    """Tags, entities, bidirectional marks and endless words arrive as text, in accepted HTML."""
    before = len(server.calls("sendMessage"))
    answer = await lan.answer(papers.HOSTILE_QUESTIONS[name])
    text = papers.text_of(live.corpus, name)
    own = [quote for quote in quotes(answer) if papers.same_text(quote, text) or quote in text]
    assert quotes(answer)[0] in own
    assert name in answer[0].text or name in answer[1].text
    calls = server.calls("sendMessage")[before:]
    assert {call.status for call in calls} == {200}
    assert {call.params["parse_mode"] for call in calls} == {"HTML"}


def received(person: Person, *, text: str = "", **fields: object) -> Message:
    """Put a message into the chat that `say` cannot write: another kind, or another length."""
    world = person.server.world
    message = world.add_message(person.chat, person.user, Content(text), service=fields)
    announce(world, message)
    return message


async def test_a_follow_up_keeps_the_subject(server: BotApiServer, lan: Person) -> None:
    """A question that means nothing alone takes what it lacks from the same person's last one."""
    minh = new_person(server, "Minh")
    await lan.answer(papers.FEE_QUESTION)
    [answer, *_] = await lan.answer("Vì sao?")
    assert answer.text.startswith("Hiểu là: “Vì sao Lệ phí làm thẻ bạn đọc?”")
    assert quotes([answer])[0] == papers.FEE_QUOTE
    [alone, *_] = await minh.answer("Vì sao?")
    assert "Hiểu là" not in alone.text


async def test_a_whole_question_owes_nothing_to_the_last(lan: Person) -> None:
    """A question that stands alone is answered as it stands."""
    await lan.answer(SEED_QUESTION)
    [answer, *_] = await lan.answer(papers.FEE_QUESTION)
    assert "Hiểu là" not in answer.text
    assert quotes([answer])[0] == papers.FEE_QUOTE


@pytest.mark.parametrize(
    ("said", "heard"), [("Xin chào!", "Chào bạn!"), ("cam on ban nhieu", "Không có gì!")]
)
async def test_whoever_greets_is_greeted(lan: Person, said: str, heard: str) -> None:
    """A greeting or thanks in private is returned, without a passage."""
    reply = await lan.hear(lan.say(said))
    assert reply.text.startswith(heard)
    assert quotes([reply]) == []
