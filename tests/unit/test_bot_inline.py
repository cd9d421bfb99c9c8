"""Inline results that Telegram takes, and what becomes of queries while somebody types."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.botapi import BOT_USERNAME
from bot.botapi.results import check_ids, read_result
from bot.botapi.world import World
from bot.buttons import units
from bot.handlers.keystrokes import NewestOnly, Typed
from bot.inline_results import article, is_answer, results
from bot.render import plain_messages
from bot.store import QuestionRecord
from bot.texts import Sentences, sentences
from bot.texts.inline import inline_texts
from retrieval.types import Answer, Citation, DocumentRef, Sentence
from tests.unit.test_bot_render import LONG, answers

LANGUAGES = st.sampled_from(["vi", "en"])
RECORD = QuestionRecord(0, 0, "inline", "answered", confidence=0.9, question="Thẻ giá bao nhiêu?")


class Pause:
    """A pause that ends when it is told to; `begun` counts those that are waiting for that."""

    def __init__(self) -> None:
        self.begun = asyncio.Semaphore(0)
        self.over = asyncio.Event()

    async def __call__(self) -> None:
        """Wait."""
        self.begun.release()
        await self.over.wait()


class Notebook:
    """Keeps records in memory, and can be waited for."""

    def __init__(self) -> None:
        self.records: list[QuestionRecord] = []
        self.written = asyncio.Event()

    def keep(self, record: QuestionRecord) -> None:
        """Add one."""
        self.records.append(record)
        self.written.set()


class Searches:
    """Counts what is searched for."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def of(self, question: str) -> Callable[[], Awaitable[str]]:
        """The search for a question, which gives it back."""

        async def search() -> str:
            self.done.append(question)
            return question

        return search


def words(language: str) -> Sentences:
    return sentences("vi" if language == "vi" else "en")


@settings(max_examples=200)
@given(answers(), LANGUAGES)
def test_any_result_is_taken(answer: Answer, language: str) -> None:
    """Whatever is found, Telegram takes every result of it, message, buttons, title and id."""
    world = World(BOT_USERNAME, sees_all_groups=False)
    numbered = [
        replace(one, passage=number) for number, one in enumerate(answer.citations, start=1)
    ]
    texts = inline_texts("vi" if language == "vi" else "en")
    found = results(replace(answer, citations=numbered), words(language), texts, BOT_USERNAME)
    raw = [one.to_dict() for one in found]
    for one in raw:
        content = read_result(world, one)
        assert 0 < units(content.text) <= 4_096
        assert 0 < units(one["title"]) <= 100
        assert units(one.get("description", "")) <= 200
        assert all(button.url for row in content.buttons for button in row)
    check_ids(raw)
    assert [is_answer(one.id) for one in found] == [answer.answered] * len(answer.citations)
    assert world.violations == []


@settings(max_examples=50)
@given(LONG.filter(str.strip))
def test_any_remark_is_taken(text: str) -> None:
    """Whatever a guest has to say, Telegram takes it as a result."""
    world = World(BOT_USERNAME, sees_all_groups=False)
    read_result(world, article("remark", text, "", plain_messages(text)[0]).to_dict())
    assert world.violations == []


def test_a_result_to_the_letter() -> None:
    """A result is called by its clause and document, and says the sentence, quote and place."""
    document = DocumentRef("luat.txt", "Luật Thư viện", "https://x.vn/luat")
    quote, sentence = "Một là & hai. Thẻ miễn phí.", Sentence(14, 27, "Thẻ miễn phí.")
    citation = Citation(1, 1.0, document, 3, 0, 27, quote, "", sentence, clause="khoản 2 Điều 5")
    say, texts = sentences("vi"), inline_texts("vi")
    [one] = results(Answer("?", True, 0.9, 2, [citation]), say, texts, "bot")
    assert (one.title, one.description) == ("khoản 2 Điều 5 · Luật Thư viện", "Thẻ miễn phí.")
    assert one.input_message_content.to_dict() == {
        "message_text": "<b>Thẻ miễn phí.</b>\n\n"
        "<blockquote expandable>Một là &amp; hai. <b>Thẻ miễn phí.</b></blockquote>\n"
        '— khoản 2 Điều 5, <i>Luật Thư viện</i> (<a href="https://x.vn/luat">nguồn</a>), đoạn 3',
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    assert one.reply_markup is not None
    addresses = [button.url for row in one.reply_markup.inline_keyboard for button in row]
    assert addresses == [f"https://t.me/bot?start={one.id}", "https://x.vn/luat"]


def test_a_nearest_passage_is_marked_as_one() -> None:
    """What may not answer is offered as such, and says so itself when it is sent."""
    near = Citation(1, 1.0, DocumentRef("a.txt", "Tựa", "a.txt"), 1, 0, 4, "Gần.", "", None)
    say, texts = sentences("vi"), inline_texts("vi")
    [one] = results(Answer("?", False, 0.1, 2, [near]), say, texts, "bot")
    assert one.description == "Gần nhất, có thể không đúng ý: Gần."
    text = str(one.input_message_content.to_dict()["message_text"])
    assert text.startswith("Đoạn gần nhất, có thể không trả lời đúng câu hỏi:\n\n<blockquote ")
    assert is_answer(one.id) is False


@pytest.mark.parametrize("identity", ["", "n", "remark", "1"])
def test_results_of_others(identity: str) -> None:
    """A chosen result that is none of a passage is neither an answer nor a miss."""
    assert is_answer(identity) is None


async def test_only_the_newest_is_searched() -> None:
    """Of what a person types in one go only the last is searched; others' queries do not matter."""
    pause, searches = Pause(), Searches()
    newest = NewestOnly(pause)
    typed = ["lệ", "lệ phí", "lệ phí thẻ"]
    runs = []
    for text in typed:
        runs.append(asyncio.create_task(newest.run(1, searches.of(text))))
        await pause.begun.acquire()
    runs.append(asyncio.create_task(newest.run(2, searches.of("giờ mở cửa"))))
    pause.over.set()
    assert await asyncio.gather(*runs) == [None, None, "lệ phí thẻ", "giờ mở cửa"]
    assert searches.done == ["lệ phí thẻ", "giờ mở cửa"]


async def test_a_search_under_way_gives_way() -> None:
    """A search that is still going on when its person types more is given up."""
    begun, never = asyncio.Event(), asyncio.Event()

    async def endless() -> str:
        begun.set()
        await never.wait()
        return "never"

    pause, searches = Pause(), Searches()
    pause.over.set()
    newest = NewestOnly(pause)
    first = asyncio.create_task(newest.run(1, endless))
    await begun.wait()
    assert await newest.run(1, searches.of("mới")) == "mới"
    assert await first is None


async def test_a_search_that_fails() -> None:
    """An error of the work reaches whoever runs it, and the next query goes on."""

    async def broken() -> str:
        raise RuntimeError("broken")

    pause, searches = Pause(), Searches()
    pause.over.set()
    newest = NewestOnly(pause)
    with pytest.raises(RuntimeError, match="broken"):
        await newest.run(1, broken)
    assert await newest.run(1, searches.of("sau")) == "sau"


async def test_what_was_sent_is_recorded_with_its_words() -> None:
    """A chosen result is one record, as it was answered, at once and once."""
    book = Notebook()
    typed = Typed(book.keep, left_s=3_600)
    typed.saw(1, "Thẻ giá bao", replace(RECORD, outcome="missed"))
    typed.saw(1, "Thẻ giá bao nhiêu?", RECORD)
    unknown = replace(RECORD, confidence=0.0)
    typed.chose(1, "Thẻ giá bao nhiêu?", unknown)
    assert book.records == [RECORD]
    typed.chose(1, "Thẻ giá bao nhiêu?", unknown)
    assert book.records == [RECORD, unknown]


async def test_what_was_never_sent_is_recorded_without_its_words() -> None:
    """Of what somebody typed and left, one record is kept, and no words."""
    book = Notebook()
    typed = Typed(book.keep, left_s=0)
    typed.saw(1, "Thẻ giá bao", replace(RECORD, outcome="missed"))
    typed.saw(1, "Thẻ giá bao nhiêu?", RECORD)
    await book.written.wait()
    assert book.records == [replace(RECORD, question=None)]
