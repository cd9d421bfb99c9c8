"""The pages for operators over HTTP: they show what the index, the bot and the disk have."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import ExitStack
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot.links import PassageLink, document_key
from bot.store import GivenAnswer, QuestionRecord
from retrieval.generation import GenerationStore
from tests.admin_serving import Served, admin_pages
from tests.builders import PAPERS, write_corpus
from tests.integration.indexed import QUESTION, Indexed

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"
PATIENCE_S = 120.0
PAGES = ("/corpus", "/unanswered", "/ranking", "/evaluation", "/corpus/undo")


@pytest_asyncio.fixture(loop_scope="session")
async def web() -> AsyncIterator[aiohttp.ClientSession]:
    """A browser of sorts, which speaks English."""
    async with aiohttp.ClientSession(headers={"Accept-Language": "en"}) as session:
        yield session


@pytest_asyncio.fixture(loop_scope="session")
async def served(original: Indexed, tmp_path: Path) -> AsyncIterator[Served]:
    """The pages over a copy of an index that is one document behind its corpus."""
    own = original.copied(tmp_path / "own-data", tmp_path / "corpus")
    async with admin_pages(own.corpus, own.data) as pages:
        yield pages


class Elements(HTMLParser):
    """The elements of a page.

    Attributes:
        codes: The addresses of its scripts, without what names their version; "" for code in it.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.codes: set[str] = set()
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        values = {name: value or "" for name, value in attrs}
        assert not values.get("href", "").lower().startswith("javascript")
        if tag == "script":
            self.codes.add(values.get("src", "").partition("?")[0])

    def handle_data(self, data: str) -> None:
        """Note what is to be read."""
        self.texts.append(data)


async def page(web: aiohttp.ClientSession, served: Served, path: str, status: int = 200) -> str:
    """The text of a page, entities undone."""
    async with web.get(served.url + path) as response:
        assert response.status == status, path
        return unescape(await response.text())


async def press(web: aiohttp.ClientSession, served: Served, path: str) -> str:
    """Post a form as a browser does; return where it leads."""
    async with web.post(served.url + path, allow_redirects=False) as response:
        assert response.status == 303
        return response.headers["Location"]


async def watched(
    web: aiohttp.ClientSession, served: Served, path: str
) -> list[tuple[str, dict[str, object]]]:
    """The events of a stream, to its end."""
    events = []
    timeout = aiohttp.ClientTimeout(total=PATIENCE_S)
    async with web.get(served.url + path, timeout=timeout) as response:
        assert response.content_type == "text/event-stream"
        text = await response.text()
    for block in text.strip().split("\n\n"):
        if not block.startswith(":"):
            name, data = block.split("\n")
            events.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return events


async def test_the_documents(web: aiohttp.ClientSession, served: Served) -> None:
    """Every document of the index is listed, and the filter finds names typed without marks."""
    text = await page(web, served, "/corpus")
    for name in (*PAPERS, "cho.md", "ho.txt", "truong.md"):
        assert f"/corpus/{document_key(name)}" in text
    assert "6 documents" in text
    found = await page(web, served, "/corpus?q=CHO")
    assert "1 documents" in found
    assert f"/corpus/{document_key('cho.md')}" in found
    assert f"/corpus/{document_key('ho.txt')}" not in found


async def test_a_long_list_has_pages(web: aiohttp.ClientSession, tmp_path: Path) -> None:
    """A hundred documents are shown at once, and what no page is called shows some page."""
    papers: dict[str, str | bytes] = {
        f"{number:03}.txt": f"Văn bản số {number} về việc {number}." for number in range(230)
    }
    own = Indexed(write_corpus(tmp_path / "corpus", papers), tmp_path / "data")
    own.build()
    async with admin_pages(own.corpus, own.data) as served:
        for number, count in (("1", 100), ("3", 30), ("99", 30), ("0", 100), ("-1", 100)):
            text = await page(web, served, f"/corpus?page={number}")
            assert len(re.findall(r"/corpus/[\w-]{12}\"", text)) == count, number
        assert "page 3 of 3" in await page(web, served, "/corpus?page=3")


async def test_a_document(web: aiohttp.ClientSession, tmp_path: Path) -> None:
    """A document's passages are shown in windows, each with its number and its link."""
    paragraphs = [f"Đoạn văn số {number} nói về việc thứ {number}." for number in range(1, 121)]
    text = "# Sổ\n\n## Chương I\n\n" + "\n\n".join(paragraphs)
    own = Indexed(write_corpus(tmp_path / "corpus", {"so.md": text}), tmp_path / "data")
    own.build()
    async with admin_pages(own.corpus, own.data) as served:
        searcher = served.services.answers.searcher
        assert searcher is not None
        passages = searcher.index.passages
        address = f"/corpus/{document_key('so.md')}"
        shown = await page(web, served, address)
        assert f"1–50 of {len(passages)}" in shown
        link = PassageLink.to("so.md", 50, passages[49].text)
        assert f'href="/r/{link}"' in shown
        assert passages[50].text not in shown
        after = await page(web, served, f"{address}?from=51")
        assert passages[50].text in after
        assert passages[49].text not in after
        last = await page(web, served, f"{address}?from=999999999")
        assert passages[len(passages) - 1].text in last
        assert passages[len(passages) - 2].text not in last
        await page(web, served, f"{address}?from=x")
        await page(web, served, f"/corpus/{'x' * 12}", 404)


async def test_a_dry_run(web: aiohttp.ClientSession, served: Served) -> None:
    """What would change is told by name, and nothing has changed."""
    before = GenerationStore(served.services.settings.data).current()
    assert await press(web, served, "/corpus/dry-run") == "/corpus#work"
    text = await page(web, served, "/corpus")
    assert 'data-events="/corpus/events"' in text
    assert "<progress" in text
    events = await watched(web, served, "/corpus/events")
    assert events[-1][0] == "end"
    assert {name for name, _ in events[:-1]} == {"message"}
    text = await page(web, served, "/corpus")
    assert "There would be 7 documents (6 now)" in text
    assert "bo-cau.txt" in text
    assert GenerationStore(served.services.settings.data).current() == before


async def test_a_reindex(web: aiohttp.ClientSession, served: Served) -> None:
    """A reindex is watched to its end, answers from then on, and tells what it could not read."""
    write_corpus(served.services.settings.corpus, {"hong.pdf": b"%PDF-1.7 hong"})
    assert await press(web, served, "/corpus/reindex") == "/corpus#work"
    course = served.services.reindexer.course.value
    assert (course.act, course.apart, course.running) == ("reindex", True, True)
    # Whoever presses again gets the page of the one that runs.
    await press(web, served, "/corpus/reindex")
    await press(web, served, "/corpus/dry-run")
    await press(web, served, "/corpus/undo")
    assert served.services.reindexer.course.value.act == "reindex"
    events = await watched(web, served, "/corpus/events")
    stages = [str(told["stage"]) for _, told in events]
    assert "read" in stages
    assert events[-1][0] == "end"
    answer, generation = await served.services.answers.ask(
        "Câu lạc bộ nuôi chim bồ câu tập ở đâu?", 1
    )
    assert answer.citations[0].document.id == "bo-cau.txt"
    text = await page(web, served, "/corpus")
    assert f"Index {generation} is made: 7 documents" in text
    assert "1 files could not be read" in text
    assert "hong.pdf: it is damaged, or not what its name says" in re.sub("<[^>]+>", "", text)


async def test_a_refused_build(web: aiohttp.ClientSession, served: Served) -> None:
    """A build whose canaries fail is explained, question by question, and the old index serves."""
    canaries = f"{QUESTION}: cho.md\n"
    write_corpus(served.services.settings.corpus, {"canary.yaml": canaries})
    before = GenerationStore(served.services.settings.data).current()
    await press(web, served, "/corpus/reindex")
    await watched(web, served, "/corpus/events")
    text = await page(web, served, "/corpus")
    assert "failed 1 canary questions" in text
    assert "the old index goes on answering" in text
    assert "<td>cho.md</td><td>giao-thong.txt</td>" in text
    assert GenerationStore(served.services.settings.data).current() == before


async def test_an_undo(web: aiohttp.ClientSession, served: Served) -> None:
    """Asking changes nothing; the answer yes goes back, and once more goes forward."""
    store = GenerationStore(served.services.settings.data)
    now, before = store.current(), store.previous()
    assert before is not None
    text = await page(web, served, "/corpus/undo")
    assert before.name in text
    assert store.current() == now
    await press(web, served, "/corpus/undo")
    assert store.current() == before
    searcher = served.services.answers.searcher
    assert searcher is not None
    assert searcher.folder == before
    assert f"Index {before.name} answers now" in await page(web, served, "/corpus")
    await press(web, served, "/corpus/undo")
    assert store.current() == now


async def test_the_bots_own_reindex(web: aiohttp.ClientSession, served: Served) -> None:
    """What the bot is doing is shown as the bot's, and cannot be begun a second time."""
    with served.services.reindexer.claim():
        text = await page(web, served, "/corpus")
        assert "(begun by the bot, not on this page)" in text
        assert text.count("disabled") == 2
        await press(web, served, "/corpus/reindex")
        assert not served.services.reindexer.course.value.apart
    assert "begun by the bot" not in await page(web, served, "/corpus")


async def test_changes_are_posts(web: aiohttp.ClientSession, served: Served) -> None:
    """Nothing is begun by looking: what a link or an image can ask for changes nothing."""
    for path in ("/corpus/dry-run", "/corpus/reindex", "/evaluation/run"):
        await page(web, served, path, 405)
    assert served.services.reindexer.course.value.act == ""


async def test_what_was_not_answered(web: aiohttp.ClientSession, served: Served) -> None:
    """A missed question is listed with how often it was asked, and leads to its ranking."""
    for number in range(3):
        record = QuestionRecord(1, number, "private", "missed", 0.2, question="Giá vàng & bạc?")
        served.store.questions.record(record)
    text = await page(web, served, "/unanswered")
    assert 'href="/ranking?q=Gi%C3%A1+v%C3%A0ng+%26+b%E1%BA%A1c%3F"' in text
    assert '<td class="number">3</td>' in text
    assert "30 days" in text


async def test_where_words_are_not_kept(web: aiohttp.ClientSession, indexed: Indexed) -> None:
    """It is told how to keep words where none are kept, and that a database fails where it does."""
    async with admin_pages(indexed.corpus, indexed.data, keep_questions_days=0) as served:
        assert "HOIDAP_KEEP_QUESTIONS=30" in await page(web, served, "/unanswered")
    async with admin_pages(indexed.corpus, indexed.data, database=False) as served:
        assert "database cannot be used" in await page(web, served, "/unanswered")


async def test_a_ranking(web: aiohttp.ClientSession, served: Served) -> None:
    """A question is shown as read, with both legs, its verdict and the parts of every score."""
    text = await page(web, served, f"/ranking?q={QUESTION}")
    link = PassageLink.to("giao-thong.txt", 1, PAPERS["giao-thong.txt"])
    assert f'href="/r/{link}"' in text
    assert "Answered: confidence" in text
    assert "BM25" in text
    assert 'class="part part-words"' in text
    found = await served.services.answers.examine(QUESTION, closely=True)
    for one in found.passages:
        assert f"<b>{one.fused:.2f}</b>" in text
    assert found.passages[0].dense is not None
    assert f"{found.passages[0].dense:.3f}" in text
    assert "is not drawn" not in text
    follow_up = await page(web, served, f"/ranking?q=còn năm 1886 thì sao?&before={QUESTION}")
    assert "completed by the question before" in follow_up


async def test_what_cannot_be_ranked(web: aiohttp.ClientSession, tmp_path: Path) -> None:
    """What is no question, or has no index to be asked of, is told in words."""
    async with admin_pages(tmp_path / "corpus", tmp_path / "data") as served:
        assert "no index" in (await page(web, served, "/corpus")).lower()
        for question in ("?!", "Ai?", "x" * 1_500):
            text = await page(web, served, f"/ranking?q={question}", 422)
            assert 'class="bad" role="status"' in text
        for path in PAGES:
            await page(web, served, path)


async def test_measuring(web: aiohttp.ClientSession, served: Served) -> None:
    """Canaries and sets beside the index are measured apart, and shown in figures and plots."""
    settings = served.services.settings
    assert "nothing to measure" in await page(web, served, "/evaluation")
    canaries = f"{QUESTION}: giao-thong.txt\nGiá vàng hôm nay?:\n"
    write_corpus(settings.corpus, {"canary.yaml": canaries})
    own = f"{QUESTION}\tbắc qua sông Hồng\nChợ Đồng Xuân họp khi nào?\tTháp Rùa\n"
    write_corpus(settings.data / "evaluation", {"own.tsv": own})
    assert "canary.yaml, own.tsv" in await page(web, served, "/evaluation")
    assert await press(web, served, "/evaluation/run") == "/evaluation#work"
    await press(web, served, "/evaluation/run")
    events = await watched(web, served, "/evaluation/events")
    assert events[-1][0] == "end"
    assert {str(told["stage"]) for _, told in events} >= {"canary.yaml", "own.tsv"}
    text = await page(web, served, "/evaluation")
    assert "Answered rightly 50 %, answered wrongly 0 %, not answered 50 %." in text
    assert '<td class="number">1.000</td>' in text
    assert "1 questions that went wrong" in text
    assert text.count("<svg") == 4


async def test_a_measuring_that_fails(web: aiohttp.ClientSession, served: Served) -> None:
    """What cannot be measured is told with the reason, and can be tried again."""
    write_corpus(served.services.settings.data / "evaluation", {"own.tsv": "một cột\n"})
    await press(web, served, "/evaluation/run")
    await watched(web, served, "/evaluation/events")
    text = await page(web, served, "/evaluation")
    assert "could not be measured" in text
    assert "own.tsv" in text
    assert "data-events" not in text


async def test_what_people_said(web: aiohttp.ClientSession, served: Served) -> None:
    """Judgements make a curve once there are a few, words of questions or none."""
    asked = served.store.questions
    for number in range(9):
        asked.record(QuestionRecord(1, number, "private", "answered", number / 10))
        place = (1, 100 + number, number)
        served.store.answers.keep(GivenAnswer(*place, "", [100 + number], []))
        if number < 7:
            await asked.judge(1, 100 + number, "a", 1)
    text = await page(web, served, "/evaluation")
    assert "The last 9 questions, of which 7 were judged." in text
    assert text.count("<svg") == 1
    await asked.judge(1, 107, "a", -1)
    assert (await page(web, served, "/evaluation")).count("<svg") == 2


async def test_hostile_names(web: aiohttp.ClientSession, tmp_path: Path) -> None:
    """Titles, names, words and questions are text on every page; no page has code within it."""
    header = f"---\ntitle: '{HOSTILE}'\ntags: ['{HOSTILE}']\nsource: 'javascript:alert(1)'\n---\n"
    papers: dict[str, str | bytes] = {
        "la<b>.txt": f"{header}\nCâu {HOSTILE} hỏi.\n",
        "hong<i>.pdf": b"%PDF-1.7 hong",
    }
    own = Indexed(write_corpus(tmp_path / "corpus", papers), tmp_path / "data")
    own.build()
    async with admin_pages(own.corpus, own.data) as served:
        record = QuestionRecord(1, 1, "private", "missed", 0.2, question=f"{HOSTILE}?")
        served.store.questions.record(record)
        await press(web, served, "/corpus/dry-run")
        await watched(web, served, "/corpus/events")
        key = document_key("la<b>.txt")
        for path in (*PAGES, f"/corpus/{key}", f"/ranking?q={HOSTILE}", f"/corpus?q={HOSTILE}"):
            async with web.get(served.url + path) as response:
                text = await response.text()
                policy = response.headers["Content-Security-Policy"]
            assert "script-src 'self'" in policy
            assert "unsafe" not in policy
            elements = Elements(text)
            assert "img" not in elements.names, path
            assert elements.codes == {"/static/admin.js"}, path
            assert elements.attributes & {"style", "onerror", "onload"} == set(), path
            assert HOSTILE in "".join(elements.texts) or path in PAGES, path


async def test_ending_while_somebody_looks(web: aiohttp.ClientSession, indexed: Indexed) -> None:
    """The pages end although a reindex goes on and a browser watches it."""
    async with admin_pages(indexed.corpus, indexed.data) as served:
        claimed = ExitStack()
        claimed.enter_context(served.services.reindexer.claim())
        response = await web.get(served.url + "/corpus/events")
        assert (await response.content.readline()).startswith(b"event: message")
        reading = asyncio.create_task(response.read())
    assert b"event: end" not in await asyncio.wait_for(reading, PATIENCE_S)
    claimed.close()
