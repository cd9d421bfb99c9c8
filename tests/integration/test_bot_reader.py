"""The reader over HTTP, against a real index: what it shows, and to whom it shows nothing."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from lxml import html

from bot import metrics
from bot.errors import ConfigError
from bot.links import PassageLink, document_key
from bot.reader_links import VALID_S, Lock, ReaderLinks, passage_path
from bot.settings import Webhook
from bot.web.html import Pages, static_address
from bot.web.pacing import Pace
from bot.web.public import PublicPages, PublicServer
from bot.web.reader import SEARCHES_AT_ONCE, Reader
from bot.web.webhook import WebhookServer
from tests.e2e.papers import FEE_QUESTION, FEE_QUOTE, FEE_SENTENCE, HOSTILE_QUESTIONS, LIBRARY_TITLE
from tests.integration.callers import answer, line
from tests.integration.library import (
    LONG,
    LONG_PASSAGES,
    PAPERS,
    RESTRICTED,
    SECRET_QUESTION,
    Page,
    Reading,
    index,
    make_library,
    reading,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

PASSAGE = "//*[@id='passage']"
CLOCK = [1_700_000_000.0]
KEPT = Lock(restricted=RESTRICTED, key=b"k" * 32, now=lambda: CLOCK[0])
CLOSED = replace(KEPT, closed=True)
SECRET_KEY, LIBRARY_KEY = document_key("mat/phu-cap.md"), document_key("thu-vien.md")
NOBODY = document_key("khong-co.md")


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an index of PAPERS."""
    return make_library(tmp_path_factory.mktemp("library"))


@pytest.fixture
async def reader(data: Path, unused_tcp_port: int) -> AsyncIterator[Reading]:
    """A reader that shows everybody what is not restricted."""
    async with reading(data, unused_tcp_port, KEPT) as running:
        yield running


@pytest.fixture
async def closed(data: Path, unused_tcp_port: int) -> AsyncIterator[Reading]:
    """A reader that shows nobody anything but by a signature."""
    async with reading(data, unused_tcp_port, CLOSED) as running:
        yield running


def counted(page: str, outcome: str) -> float:
    """How often a page has ended so."""
    labels = {"page": page, "outcome": outcome}
    value = metrics.REGISTRY.get_sample_value("hoidap_pages_total", labels)
    assert value is not None
    return value


async def test_a_citation_is_opened(reader: Reading) -> None:
    """What is highlighted is the quote, what is marked is the sentence, neighbours around it."""
    before = counted("passage", "shown")
    cited = await reader.cited()
    page = await reader.get(ReaderLinks(reader.root, KEPT).to(cited))
    assert page.status == 200
    assert page.texts(PASSAGE) == [FEE_QUOTE]
    assert page.texts("//mark") == [FEE_SENTENCE]
    assert page.texts("//h1") == [LIBRARY_TITLE]
    assert page.texts("//article//h2") == ["Giờ mở cửa", "Thẻ bạn đọc"]
    assert len(page.texts("//*[@class='passage']")) == 2
    assert page.texts("//*[@aria-current]") == ["Thẻ bạn đọc"]
    assert "https://thuvien.example.vn/quy-che?ban=1&trang=2" in page.links()
    assert counted("passage", "shown") == before + 1


@pytest.mark.parametrize("marked", ["", "7", "3-3", "9-3", "0-9999", "-", "a-b", "0-9999999999"])
async def test_marks_that_are_none(reader: Reading, marked: str) -> None:
    """Whatever an address says is marked, the passage is whole, and nothing else is."""
    path = passage_path(await reader.cited()).partition("?")[0]
    page = await reader.get(f"{path}?m={marked}")
    assert page.texts(PASSAGE) == [FEE_QUOTE]
    assert page.texts("//mark") == []


async def test_html_in_a_document_is_text(reader: Reading) -> None:
    """Tags, entities and scripts of a document stand on its page as they were written."""
    question = HOSTILE_QUESTIONS["the-html.txt"]
    cited = await reader.cited(question)
    for address in (passage_path(cited), f"/search?q={quote(question)}"):
        page = await reader.get(address)
        assert page.status == 200
        assert "<script>alert" not in page.text
        assert page.tree.xpath("//article//script | //blockquote//script | //article//b") == []
        assert not [one for one in page.links() if one.startswith("tg:")]
        shown = page.texts(PASSAGE) or page.texts("//blockquote")
        assert shown[0] == cited.quote
    assert '<script>alert("1 < 2 && 3 > 2")</script> &lt;b&gt;' in cited.quote
    hostile = await reader.get('/search?q="><script>alert(1)</script>')
    assert "<script>alert" not in hostile.text


async def test_what_is_known_of_a_document(reader: Reading) -> None:
    """A page says who published a document and when, that it has lapsed, and what replaced it."""
    page = await reader.get(f"/d/{document_key('noi-quy-cu.md')}")
    told = dict(zip(page.texts("//dt"), page.texts("//dd"), strict=True))
    assert told["Nơi ban hành"] == "Phòng Hành chính"
    assert told["Ngày"] == "2010-05-04"
    assert told["Được thay thế bởi"] == "Nội quy 2015"
    assert page.texts("//*[@class='lapsed']") == ["Tài liệu này đã hết hiệu lực."]
    [source] = page.tree.xpath("//dd/a")
    assert source.get("href") == "https://noiquy.example.vn/cu"
    assert "noreferrer" in source.get("rel")


async def test_a_source_that_is_no_link(reader: Reading) -> None:
    """A document that names no address of its source has none to press."""
    page = await reader.get(f"/d/{document_key('the-html.txt')}")
    assert page.tree.xpath("//dd/a") == []
    assert page.texts("//dd")[0] == "the-html.txt"


async def test_a_long_document_is_read_in_windows(reader: Reading) -> None:
    """From the beginning, `later` leads through the whole of a long document, each passage once."""
    address, numbers, sizes = f"/d/{document_key(LONG)}", [], []
    while address:
        page = await reader.get(address)
        numbers += page.tree.xpath("//*[@data-number]/@data-number")
        sizes.append(len(page.text))
        address = next(iter(page.tree.xpath("//a[@rel='next']/@href")), "")
    assert [int(number) for number in numbers] == list(range(1, LONG_PASSAGES + 1))
    assert len(sizes) == 6
    assert max(sizes) < 40_000


async def test_a_passage_amid_a_long_document(reader: Reading) -> None:
    """A link opens its passage amid a window; contents and both turns lead on from there."""
    cited = await reader.cited("Ở bước 45, việc thứ 2 là kiểm tra van số nào?")
    page = await reader.get(passage_path(cited))
    assert page.texts(PASSAGE) == [cited.quote]
    numbers = [int(one) for one in page.tree.xpath("//*[@data-number]/@data-number")]
    assert (len(numbers), cited.passage in numbers) == (60, True)
    assert page.texts("//*[@aria-current]") == ["Bước 45"]
    [entry] = page.tree.xpath("//nav[@aria-label='Mục lục']//a[text()='Bước 80']/@href")
    later = await reader.get(entry)
    assert later.texts("//article/*[@data-number]")[0].startswith("Ở bước 80, việc thứ 1 ")
    assert later.texts("//*[@aria-current]") == ["Bước 80"]
    for turn in ("prev", "next"):
        [address] = page.tree.xpath(f"//a[@rel='{turn}']/@href")
        assert (await reader.get(address)).status == 200


@pytest.mark.parametrize("number", ["0", "-3", "x", "", "99999999999999999999", "1e3"])
async def test_a_place_that_is_none(reader: Reading, number: str) -> None:
    """A place that no document has is its beginning or its end, never a fault."""
    assert (await reader.get(f"/d/{LIBRARY_KEY}?p={number}")).status == 200


async def test_a_search_leads_into_documents(reader: Reading) -> None:
    """A question is answered with the marked sentence, its place, and a link that opens it."""
    before = counted("search", "shown")
    page = await reader.get(f"/search?q={quote(FEE_QUESTION)}")
    assert page.status == 200
    [first, *_] = page.tree.xpath("//li")
    assert first.xpath("string(.//blockquote)") == FEE_QUOTE
    assert first.xpath("string(.//mark)") == FEE_SENTENCE
    assert "Thẻ bạn đọc, đoạn 2, 2024-03-01" in first.text_content()
    assert page.tree.xpath("//input[@name='q']/@value") == [FEE_QUESTION]
    opened = await reader.get(first.xpath("string(.//h2/a/@href)"))
    assert opened.texts(PASSAGE) == [FEE_QUOTE]
    assert counted("search", "shown") == before + 1


async def test_a_search_that_misses(reader: Reading) -> None:
    """What has no answer is said to have none, and the nearest passage is not called an answer."""
    page = await reader.get(f"/search?q={quote('Giá vé máy bay đi Sao Hỏa là bao nhiêu?')}")
    assert page.status == 200
    assert page.texts("//*[@class='miss']") == ["Không tìm thấy câu trả lời trong 4 tài liệu."]
    assert len(page.texts("//li")) <= 1
    assert page.texts("//*[@class='tag']") == []


@pytest.mark.parametrize(
    ("question", "status", "told"),
    [("", 200, "Hỏi như khi nhắn"), ("?!", 400, "chữ"), ("a " * 600, 400, "1199")],
)
async def test_questions_that_cannot_be_searched(
    reader: Reading, question: str, status: int, told: str
) -> None:
    """An empty question shows the box alone; one that cannot be searched is told why."""
    page = await reader.get(f"/search?q={quote(question)}")
    assert page.status == status
    assert told in page.tree.text_content()


async def test_more_searches_than_are_made_at_once(reader: Reading) -> None:
    """Beyond a few searches at once, others are asked to come again, and later they may."""
    before = counted("search", "busy")
    address = f"/search?q={quote(FEE_QUESTION)}"
    pages = await asyncio.gather(*(reader.get(address) for _ in range(8 * SEARCHES_AT_ONCE)))
    busy = [page for page in pages if page.status == 503]
    assert busy
    assert len(pages) - len(busy) >= SEARCHES_AT_ONCE
    assert {page.status for page in pages} == {200, 503}
    assert {page.headers["Retry-After"] for page in busy} == {"5"}
    assert "Đang có nhiều người tìm" in busy[0].text
    assert counted("search", "busy") == before + len(busy)
    assert (await reader.get(address)).status == 200


async def test_more_pages_than_are_made(reader: Reading) -> None:
    """Whoever asks for pages without end is told to come again, and is answered then."""
    clock = [0.0]
    own = web.Application()
    pace = Pace(1, 3, now=lambda: clock[0])
    Reader(reader.answers, Pages("vi"), Lock(), pace=pace).add_to(own)
    async with TestClient(TestServer(own)) as client:
        answers = [await client.get(f"/d/{LIBRARY_KEY}") for _ in range(4)]
        assert [one.status for one in answers] == [200, 200, 200, 503]
        assert answers[-1].headers["Retry-After"] == "5"
        assert html.fromstring(await answers[-1].text()).xpath("//h1")
        clock[0] = 5.0
        assert (await client.get(f"/d/{LIBRARY_KEY}")).status == 200


async def test_only_reading(reader: Reading) -> None:
    """Nothing is taken in: other methods are refused, bodies too, and a head has no body."""
    port = int(reader.root.rpartition(":")[2])
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        head = f"{method} /search HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
        assert await answer(port, head.encode()) == 405
    body = b"GET /search?q=a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
    async with line(port) as own:
        own.say(body)
        assert await own.status() == 404
        await own.ends()
    async with reader.session.head(f"{reader.root}/d/{LIBRARY_KEY}") as response:
        assert (response.status, await response.read()) == (200, b"")


@pytest.mark.parametrize(
    "address",
    [
        "/r/",
        "/r/x",
        "/r/p../../x",
        f"/r/{LIBRARY_KEY}",
        "/d/",
        "/static/../html.py",
        "/healthz",
    ],
)
async def test_addresses_of_nothing(reader: Reading, address: str) -> None:
    """What is no address of the reader's is not there."""
    status = (await reader.get(address)).status
    assert status in ({404, 403} if address.startswith("/d") else {404})


async def test_words_that_have_changed(data: Path, tmp_path: Path, unused_tcp_port: int) -> None:
    """A link finds its words where they moved, says so where they changed, and if all is gone."""
    library = make_library(tmp_path)
    async with reading(library, unused_tcp_port, Lock()) as reader:
        cited_path = passage_path(await reader.cited())
        opening = await reader.cited("Thư viện mở cửa từ mấy giờ đến mấy giờ?")
        changed_path = passage_path(opening)
        corpus = tmp_path / "corpus"
        moved = (
            PAPERS["thu-vien.md"]
            .replace("7 giờ 30", "8 giờ")
            .replace(
                "# Thẻ bạn đọc",
                "Phòng đọc thiếu nhi ở tầng hai của tòa nhà phía đông.\n\n# Thẻ bạn đọc",
            )
        )
        (corpus / "thu-vien.md").write_text(moved, encoding="utf-8")
        index(corpus, library)
        await reader.answers.reload()
        page = await reader.get(cited_path)
        assert page.texts(PASSAGE) == [FEE_QUOTE]
        assert page.texts("//mark") == [FEE_SENTENCE]
        assert page.texts("//*[@class='changed']") == []
        page = await reader.get(changed_path)
        assert page.texts(PASSAGE)[0].startswith("Thư viện mở cửa từ 8 giờ")
        assert page.texts("//mark") == []
        assert len(page.texts("//*[@class='changed']")) == 1
        (corpus / "thu-vien.md").unlink()
        index(corpus, library)
        await reader.answers.reload()
        page = await reader.get(cited_path)
        assert page.status == 404
        assert page.texts("//h1") == ["Tài liệu không còn"]


async def test_strangers_cannot_tell_what_is_kept_from_them(reader: Reading) -> None:
    """A restricted document, one that never was, and a bad signature all give the same page."""
    before = counted("document", "locked")
    secret = PassageLink.to("mat/phu-cap.md", 1, (await reader.cited(SECRET_QUESTION)).quote)
    nothing = replace(secret, document=NOBODY)
    bad = f"{int(CLOCK[0]) + 100}-{'A' * 43}"
    pages = [
        await reader.get(address)
        for link, key in ((secret, SECRET_KEY), (nothing, NOBODY))
        for address in (f"/r/{link}", f"/d/{key}", f"/d/{key}?s={bad}", f"/d/{key}?p=2&s=")
    ]
    assert {page.status for page in pages} == {403}
    assert len({_without_addresses(page) for page in pages}) == 1
    assert {tuple(sorted(page.headers)) for page in pages} == {tuple(sorted(pages[0].headers))}
    assert "150.000" not in "".join(page.text for page in pages)
    assert "hỏi lại bot" in pages[0].text
    assert counted("document", "locked") == before + 6


def _without_addresses(page: Page) -> str:
    """A page's words and tags; the link to the other language has the address in it."""
    for one in page.tree.xpath("//a[@class='switch']"):
        return page.text.replace(str(one.get("href")).replace("&", "&amp;"), "")
    return page.text


async def test_a_signature_opens_one_document(reader: Reading) -> None:
    """A signed link opens its document and all links to its other places, and no other document."""
    cited = await reader.cited(SECRET_QUESTION)
    address = ReaderLinks(reader.root, KEPT).to(cited)
    page = await reader.get(address)
    assert page.status == 200
    assert page.texts(PASSAGE) == [cited.quote]
    [entry] = page.tree.xpath("//nav[@aria-label='Mục lục']//a/@href")
    assert (await reader.get(entry)).status == 200
    signature = address.partition("s=")[2].partition("#")[0]
    for path in (f"/d/{NOBODY}", f"/r/{replace(PassageLink.to('x', 1, 'y'), document=NOBODY)}"):
        assert (await reader.get(f"{path}?s={signature}")).status == 403
    # Of a document that is gone its own signature may tell.
    gone = await reader.get(f"/d/{NOBODY}?s={KEPT.sign(NOBODY)}")
    assert (gone.status, gone.texts("//h1")) == (404, ["Tài liệu không còn"])


async def test_a_signature_ends(reader: Reading) -> None:
    """After its days are over a link says to ask again."""
    address = ReaderLinks(reader.root, KEPT).to(await reader.cited(SECRET_QUESTION))
    began = CLOCK[0]
    try:
        CLOCK[0] = began + VALID_S - 1
        assert (await reader.get(address)).status == 200
        CLOCK[0] = began + VALID_S
        assert (await reader.get(address)).status == 403
    finally:
        CLOCK[0] = began


async def test_a_search_finds_nothing_restricted(reader: Reading) -> None:
    """What is restricted is not found by strangers, not even as the nearest passage."""
    page = await reader.get(f"/search?q={quote(SECRET_QUESTION)}")
    assert page.status == 200
    assert "150.000" not in page.text
    assert SECRET_KEY not in page.text


async def test_a_closed_bot(closed: Reading) -> None:
    """Where only those invited may ask, nothing opens unsigned and there is no search."""
    cited = await closed.cited()
    for address in (passage_path(cited), f"/d/{LIBRARY_KEY}", f"/d/{NOBODY}"):
        page = await closed.get(address)
        assert page.status == 403
        assert FEE_SENTENCE not in page.text
        assert page.tree.xpath("//form") == []
    for address in ("/search", f"/search?q={quote(FEE_QUESTION)}"):
        page = await closed.get(address)
        assert (page.status, page.texts("//h1")) == (403, ["Không có trang tìm kiếm"])
    page = await closed.get(ReaderLinks(closed.root, CLOSED).to(cited))
    assert (page.status, page.texts(PASSAGE)) == (200, [FEE_QUOTE])
    assert page.tree.xpath("//form") == []
    assert all("s=" in one for one in page.links() if one.startswith("/d/"))


async def test_everything_below_a_path(data: Path, unused_tcp_port: int) -> None:
    """With a path in HOIDAP_PUBLIC_URL all addresses are below it, and all of them work."""
    async with reading(data, unused_tcp_port, Lock(), prefix="/hoidap/tai-lieu") as reader:
        root = f"{reader.root}/hoidap/tai-lieu"
        page = await reader.get(ReaderLinks(root).to(await reader.cited()))
        assert page.texts(PASSAGE) == [FEE_QUOTE]
        local = [one for one in page.tree.xpath("//@href | //@src | //@action") if one[0] == "/"]
        assert len(local) > 5
        for address in local:
            assert address.startswith("/hoidap/tai-lieu/"), address
            assert (await reader.get(address)).status == 200
        found = await reader.get(f"/hoidap/tai-lieu/search?q={quote(FEE_QUESTION)}")
        opened = await reader.get(str(found.tree.xpath("string(//h2/a/@href)")))
        assert opened.texts(PASSAGE) == [FEE_QUOTE]
        assert (await reader.get("/search")).status == 404


async def test_the_bare_address(data: Path, unused_tcp_port: int) -> None:
    """Whoever types the address alone comes to the search."""
    async with reading(data, unused_tcp_port, KEPT, prefix="/hoidap") as running:
        page = await running.get("/hoidap/")
        assert page.status == 200
        assert page.tree.xpath("//input[@type='search']/@name") == ["q"]


async def test_both_languages(reader: Reading) -> None:
    """A page speaks the language of its reader, and the link at its top leads to the other."""
    address = f"/d/{document_key('noi-quy-cu.md')}"
    page = await reader.get(address, **{"Accept-Language": "en"})
    assert page.texts("//*[@class='lapsed']") == ["This document is no longer in force."]
    [other] = page.tree.xpath("//a[@class='switch']/@href")
    assert 'lang="vi"' in (await reader.get(str(other))).text


async def test_headers_of_pages(reader: Reading) -> None:
    """Pages may not be framed, kept, searched by the world, or tell where a reader comes from."""
    for address in (f"/d/{LIBRARY_KEY}", "/search", f"/d/{SECRET_KEY}"):
        page = await reader.get(address)
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["X-Robots-Tag"] == "noindex"
    assert (await reader.get(static_address("reader.css"))).status == 200


async def test_before_there_is_an_index(tmp_path: Path, unused_tcp_port: int) -> None:
    """Without an index pages say that there is nothing to read yet."""
    async with reading(tmp_path, unused_tcp_port, Lock()) as reader:
        for address in (f"/d/{LIBRARY_KEY}", "/search?q=abc"):
            page = await reader.get(address)
            assert page.status >= 500
            assert "Chưa có" in page.text


async def test_a_fault_is_told_without_words(
    reader: Reading, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A page that fails says so; the log has neither the question nor the address."""

    async def fail(*_: object, **__: object) -> None:
        raise ValueError("bất ngờ")

    before = counted("search", "failed")
    monkeypatch.setattr(reader.answers, "ask", fail)
    with caplog.at_level(logging.INFO):
        page = await reader.get(f"/search?q={quote(FEE_QUESTION)}")
    assert page.status == 500
    assert "bất ngờ" not in page.text
    assert [record.message for record in caplog.records] == ["page.failed page=search"]
    assert counted("search", "failed") == before + 1


async def test_beside_the_webhook(data: Path, unused_tcp_port: int) -> None:
    """At one address Telegram's posts are taken as before, and documents are read."""
    taken: list[object] = []

    async def take(update: object) -> None:
        taken.append(update)

    url = "https://bot.example.vn/r/telegram"
    webhook = Webhook(url, "127.0.0.1", unused_tcp_port, "s3cret-word")
    async with reading(data, 0, KEPT) as reader:
        public = reader.public
        pages = PublicPages(public, reader.answers, KEPT, "vi")
        server = WebhookServer(webhook, take, pages=pages)
        await server.start()
        root = f"http://127.0.0.1:{unused_tcp_port}"
        header = {"X-Telegram-Bot-Api-Secret-Token": "s3cret-word"}
        async with reader.session.post(f"{root}/r/telegram", json={"a": 1}, headers=header) as ok:
            assert ok.status == 200
        async with reader.session.post(f"{root}/r/telegram", json={"a": 1}) as refused:
            assert refused.status == 403
        async with reader.session.get(f"{root}/r/telegram", headers=header) as got:
            assert got.status == 404
        page = await reader.get(root + passage_path(await reader.cited()))
        assert page.texts(PASSAGE) == [FEE_QUOTE]
        await server.stop()
    assert taken == [{"a": 1}]


async def test_an_address_that_is_taken(reader: Reading) -> None:
    """A reader that cannot listen says which setting is to be changed."""
    pages = PublicPages(reader.public, reader.answers, KEPT, "vi")
    server = PublicServer(reader.public, pages)
    with pytest.raises(ConfigError, match="HOIDAP_LISTEN: cannot listen on 127"):
        await server.start()
    await server.stop()


async def test_inside_another_layout(data: Path, unused_tcp_port: int) -> None:
    """The same pages stand in the layout of whoever mounts them, with its navigation and home."""
    async with reading(data, unused_tcp_port, Lock()) as reader:
        own = web.Application()
        Reader(reader.answers, Pages("vi"), Lock(), layout="preview_base.html", home="/").add_to(
            own
        )
        async with TestClient(TestServer(own)) as client:
            for address in (passage_path(await reader.cited()), "/search?q=a", f"/d/{NOBODY}"):
                response = await client.get(address.partition("#")[0])
                tree = html.fromstring(await response.text())
                assert tree.xpath("//nav[@aria-label='Các trang']//a/@href")[:2] == ["/", "/corpus"]
                assert tree.xpath("//a[@class='brand']/@href") == ["/"]
            assert response.status == 404
