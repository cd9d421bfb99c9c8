"""The pages for operators in a real browser: progress that moves, a keyboard, a phone."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.store import QuestionRecord
from retrieval.build import Progress
from retrieval.generation import GenerationStore
from tests.admin_serving import Served, admin_pages
from tests.builders import SEED_ARTICLE, write_corpus
from tests.integration.indexed import Indexed

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOSTILE = "<b>Lạ</b> & <script>alert(1)</script>"
NEW = "Năm học khai giảng ngày mồng năm tháng chín."
PATIENCE_MS = 90_000
PATHS = (
    "/corpus",
    "/corpus?q=khong-co",
    "/corpus/undo",
    "/unanswered",
    "/ranking?q=Đề án 06 là gì?",
    "/evaluation",
)
KNOWN = "Cầu Long Biên bắc qua sông nào?"


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    """Two generations; the corpus has one document more than the newer, and another changed."""
    folder = tmp_path_factory.mktemp("admin")
    made = Indexed(folder / "corpus", folder / "data")
    long = "\n\n".join(f"Điều {number}. Việc thứ {number} làm như sau." for number in range(1, 60))
    papers: dict[str, str | bytes] = {
        "de-an.txt": SEED_ARTICLE.read_text(encoding="utf-8"),
        "la.txt": f"---\ntitle: '{HOSTILE}'\n---\n\nChợ Đồng Xuân <i>họp</i> cả tuần.\n",
        "cau.txt": "Cầu Long Biên bắc qua sông Hồng được xây xong năm 1902.",
        "hong.pdf": b"%PDF-1.7 hong",
    }
    write_corpus(made.corpus, papers)
    made.build()
    write_corpus(made.corpus, {"dai.txt": long})
    made.build()
    write_corpus(
        made.corpus,
        {
            "truong.md": f"# Trường\n\n{NEW}\n",
            "cau.txt": "Cầu Long Biên bắc qua sông Hồng được xây xong năm 1902, dài 2.290 mét.",
            "canary.yaml": f"{KNOWN}: cau.txt\n",
        },
    )
    return made


@pytest_asyncio.fixture(loop_scope="session")
async def served(indexed: Indexed, tmp_path: Path) -> AsyncIterator[Served]:
    """The pages over copies of these folders."""
    own = indexed.copied(tmp_path / "data", tmp_path / "corpus")
    async with admin_pages(own.corpus, own.data) as pages:
        yield pages


# The tab goes before the server does, or it would complain of that.
async def test_documents_and_a_hostile_title(served: Served, tab: Page) -> None:
    """Documents are listed, found by the filter, and a title with tags in it is only read."""
    await tab.goto(f"{served.url}/corpus")
    rows = tab.get_by_role("table").get_by_role("row")
    await expect(rows).to_have_count(5)
    await tab.get_by_label("Lọc theo tên").fill("LA")
    await tab.keyboard.press("Enter")
    await expect(rows).to_have_count(2)
    await tab.get_by_role("link", name=HOSTILE).click()
    await expect(tab.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    await expect(tab.get_by_text("Chợ Đồng Xuân <i>họp</i> cả tuần.")).to_be_visible()


async def test_a_dry_run_then_a_reindex_then_an_undo(served: Served, tab: Page) -> None:
    """The diff is seen before, progress while, the report after; and it can be taken back."""
    await tab.goto(f"{served.url}/corpus")
    await tab.get_by_role("button", name="Xem trước thay đổi").click()
    work = tab.locator("#work")
    await expect(work.get_by_text("Thêm: 1")).to_be_visible(timeout=PATIENCE_MS)
    await expect(work.get_by_text("truong.md")).to_be_visible()
    await expect(work.get_by_text("Sửa: 1")).to_be_visible()
    await expect(work.get_by_role("link", name="cau.txt")).to_be_visible()
    await expect(work.get_by_text("hong.pdf")).to_be_visible()
    before = GenerationStore(served.services.settings.data).current().name

    await tab.get_by_role("button", name="Lập lại chỉ mục").click()
    await expect(work.get_by_role("progressbar")).to_be_visible()
    await expect(tab.get_by_role("button", name="Lập lại chỉ mục")).to_be_disabled()
    await expect(work.get_by_text("đã xong: 5 tài liệu")).to_be_visible(timeout=PATIENCE_MS)
    # Whoever listens to the page is where the news is.
    await expect(tab.locator("#work-head")).to_be_focused()
    answer, _ = await served.services.answers.ask("Năm học khai giảng ngày nào?", 1)
    assert answer.citations[0].quote == NEW
    await expect(tab.get_by_role("table").get_by_role("row")).to_have_count(6)

    await tab.get_by_role("link", name="Quay lại chỉ mục trước").click()
    await expect(tab.get_by_text(f"chỉ mục {before}")).to_be_visible()
    await tab.get_by_role("button", name="Quay lại").click()
    await expect(work.get_by_text(f"Nay dùng chỉ mục {before}")).to_be_visible()
    await expect(tab.get_by_role("table").get_by_role("row")).to_have_count(5)


@pytest.mark.parametrize(
    ("path", "button"),
    [
        ("/corpus", "Xem trước thay đổi"),
        ("/corpus/undo", "Quay lại"),
        ("/evaluation", "Đo ngay"),
    ],
)
async def test_where_a_form_comes_from(served: Served, tab: Page, path: str, button: str) -> None:
    """Browsers say of every form that it was sent from here, so that forged ones can be refused."""
    await tab.goto(served.url + path)
    async with tab.expect_request(lambda request: request.method == "POST") as posted:
        await tab.get_by_role("button", name=button).click()
    headers = await (await posted.value).all_headers()
    assert headers["origin"] == served.url
    await tab.wait_for_url("**#work")


async def test_progress_moves(served: Served, tab: Page) -> None:
    """While work goes on its progress is seen without loading the page again."""
    reindexer = served.services.reindexer
    with reindexer.claim():
        await tab.goto(f"{served.url}/corpus")
        await expect(tab.get_by_text("bắt đầu từ bot")).to_be_visible()
        bar = tab.get_by_role("progressbar")
        for done in (1, 2):
            course = reindexer.course
            progress = Progress("embed", done, 4)
            course.become(replace(course.value, progress=progress))
            await expect(bar).to_have_js_property("value", done)
            await expect(tab.locator("[data-text]")).to_contain_text(f"{done}/4")
        # Read out once a stage, not at every step.
        await expect(tab.locator("[data-stage]")).to_contain_text("1/4")
    await expect(bar).to_have_count(0)


async def test_without_scripts(chromium: Browser, served: Served) -> None:
    """A browser that runs no script does all the same, by loading pages."""
    plain = await chromium.new_context(locale="vi-VN", java_script_enabled=False)
    tab = await plain.new_page()
    await tab.goto(f"{served.url}/corpus")
    await tab.get_by_role("button", name="Xem trước thay đổi").click()
    await expect(tab.get_by_role("progressbar")).to_be_visible()
    while served.services.reindexer.running:
        await served.services.reindexer.course.other_than(served.services.reindexer.course.value)
    await tab.reload()
    await expect(tab.get_by_text("Thêm: 1")).to_be_visible()
    await plain.close()


async def test_a_missed_question_leads_to_its_ranking(served: Served, tab: Page) -> None:
    """From a question that found nothing one comes to why, with both legs and the score's parts."""
    record = QuestionRecord(1, 1, "private", "missed", 0.2, question=KNOWN)
    served.store.questions.record(record)
    await tab.goto(f"{served.url}/unanswered")
    await tab.get_by_role("link", name=KNOWN).click()
    await expect(tab.get_by_label("Câu hỏi", exact=True)).to_have_value(KNOWN)
    await expect(tab.get_by_text("Trả lời: độ tin")).to_be_visible()
    legs = tab.get_by_role("region", name="Hai cách tìm")
    await expect(legs.get_by_role("row").nth(2)).to_contain_text("cau, đoạn 1")
    await expect(legs.get_by_role("columnheader", name="BM25")).to_be_visible()
    bar = tab.get_by_role("img").first
    assert "theo từ" in (await bar.get_attribute("aria-label") or "")
    assert await bar.locator("rect").count() >= 2
    await tab.get_by_text("Từ nào khớp").first.click()
    await expect(tab.get_by_text("long biên").first).to_be_visible()


async def test_a_document_number(served: Served, tab: Page) -> None:
    """What a document's number adds is written, and that it is not drawn."""
    await tab.goto(f"{served.url}/ranking?q=Đề án 06 là gì?")
    await expect(tab.get_by_text("không vẽ trong thanh")).to_be_visible()
    first = tab.locator(".ranked > li").first
    await expect(first).to_contain_text("đúng số hiệu +100.00")
    assert await first.locator("rect.part-number").count() == 0


async def test_measuring(served: Served, tab: Page) -> None:
    """Figures and plots are there when measuring has ended, plots with a table of the same."""
    await tab.goto(f"{served.url}/evaluation")
    await tab.get_by_role("button", name="Đo ngay").click()
    await expect(tab.get_by_text("Trả lời đúng 100 %")).to_be_visible(timeout=PATIENCE_MS)
    plot = tab.get_by_role("img", name="Độ tin trải ra sao")
    await expect(plot).to_be_visible()
    assert await plot.locator("rect").count() == 1
    await tab.get_by_text("Xem dưới dạng bảng").first.click()
    await expect(tab.get_by_role("region", name="Độ tin trải ra sao")).to_be_visible()


async def test_with_a_keyboard(served: Served, tab: Page) -> None:
    """Every act of the page is reached by Tab, seen when it is, and done by Enter."""
    await tab.goto(f"{served.url}/corpus")
    reached = []
    for _ in range(14):
        await tab.keyboard.press("Tab")
        reached.append(await tab.evaluate("document.activeElement.textContent.trim()"))
        outline = await tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", reached[-1]
    acts = ["Xem trước thay đổi", "Lập lại chỉ mục", "Quay lại chỉ mục trước…"]
    assert [one for one in reached if one in acts] == acts
    await tab.get_by_role("link", name=acts[2]).focus()
    await tab.keyboard.press("Enter")
    await expect(tab.get_by_role("heading", level=1)).to_have_text("Quay lại chỉ mục trước?")


@pytest.mark.parametrize("width", [360, 1200])
async def test_no_page_scrolls_sideways(served: Served, tab: Page, width: int) -> None:
    """On a phone, as on a desk, no page is wider than the screen."""
    await tab.set_viewport_size({"width": width, "height": 780})
    for path in PATHS:
        await tab.goto(served.url + path)
        assert await tab.evaluate("document.documentElement.scrollWidth") <= width, path
