"""Promises of reading PDF files: what stands on the pages, as whole paragraphs, in order."""

import io
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from retrieval.documents.draft import Draft
from retrieval.documents.pdf import pdf_draft
from retrieval.errors import CorpusError, Fault
from retrieval.types import BlockKind

FORMATS = Path("../shared/data/formats")
real = pytest.mark.skipif(not FORMATS.is_dir(), reason="the collected files are not here")

WIDTH, HEIGHT = A4
LEFT, TOP, PITCH = 72.0, HEIGHT - 100, 15.0
LINES = (
    "The council met on the first day of the month and heard the report of the",
    "chairman on the work of the past year, the state of the roads in the north",
    "and the plans that were made for the repair of the bridges over the river.",
    "It was agreed.",
)
PARAGRAPH = " ".join(LINES)

Draw = Callable[[Canvas], None]


def pdf(*pages: Draw, **options: object) -> bytes:
    """A PDF file of the drawn pages."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, **options)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def written(
    lines: Sequence[str],
    *,
    left: float = LEFT,
    top: float = TOP,
    font: str = "Helvetica",
    size: float = 11,
) -> Draw:
    """A drawing of `lines` below each other."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont(font, size)
        for number, line in enumerate(lines):
            canvas.drawString(left, top - number * PITCH, line)

    return draw


def drawn(*parts: Draw) -> Draw:
    """A page of several drawings, in that order."""

    def draw(canvas: Canvas) -> None:
        for part in parts:
            part(canvas)

    return draw


def picture(canvas: Canvas) -> None:
    """A scanned page."""
    image = ImageReader(Image.new("RGB", (60, 84), "grey"))
    canvas.drawImage(image, 0, 0, WIDTH, HEIGHT)


def read(data: bytes) -> Draft:
    return pdf_draft(data, Path("van-ban.pdf"))


def texts(draft: Draft) -> list[str]:
    return [block.text for block in draft.blocks]


def fault(data: bytes) -> Fault:
    with pytest.raises(CorpusError) as caught:
        read(data)
    return caught.value.fault


def test_wrapped_lines_become_paragraphs_with_their_page() -> None:
    """Lines that run on are one paragraph; a short last line ends it; each knows its page."""
    draft = read(pdf(written(LINES + LINES), written(LINES)))
    assert texts(draft) == [PARAGRAPH] * 3
    assert [block.page for block in draft.blocks] == [1, 1, 2]
    assert {block.kind for block in draft.blocks} == {BlockKind.PARAGRAPH}


def test_paragraph_goes_on_across_a_page_break() -> None:
    """What begins on one page and ends on the next is one paragraph of the first."""
    draft = read(pdf(written(LINES + LINES[:2]), written(LINES[2:] + LINES)))
    assert texts(draft) == [PARAGRAPH] * 3
    assert [block.page for block in draft.blocks] == [1, 1, 2]


def test_indented_first_line_begins_a_paragraph() -> None:
    """A full last line does not hide the paragraph that the next line's indent begins."""
    first = written(LINES[:3])
    second = written(["The " + LINES[0][4:]], left=LEFT + 20, top=TOP - 3 * PITCH)
    rest = written(LINES[1:], top=TOP - 4 * PITCH)
    found = texts(read(pdf(drawn(first, second, rest))))
    assert found == [" ".join(LINES[:3]), " ".join(["The " + LINES[0][4:], *LINES[1:]])]


def test_gap_begins_a_paragraph() -> None:
    """An empty line between two full lines parts them."""
    below = written(LINES, top=TOP - 4 * PITCH)
    assert texts(read(pdf(drawn(written(LINES[:3]), below)))) == [" ".join(LINES[:3]), PARAGRAPH]


@pytest.mark.parametrize("mark", ["2. ", "b) ", "- ", "(b) ", "2.1. "])
def test_marked_item_is_a_block_of_its_own(mark: str) -> None:
    """A clause, a point or a list item begins a block however full the line before it is."""
    lines = [*LINES[:3], mark + LINES[0][:57], *LINES[1:]]
    assert texts(read(pdf(written(lines)))) == [" ".join(lines[:3]), " ".join(lines[3:])]


def test_number_that_is_referred_to_begins_no_block() -> None:
    """A wrapped reference whose number happens to begin a line is no list."""
    lines = ["The fine is paid within ten days and no later, as it is said in section", *LINES[1:]]
    lines[1] = "12. " + lines[1][:66]
    assert texts(read(pdf(written(lines)))) == [" ".join(lines)]


def test_headers_footers_and_page_numbers_are_no_text() -> None:
    """What stands on several pages at the same height is dropped, numbers counting on or not."""

    def page(number: int) -> Draw:
        return drawn(
            written([f"OFFICIAL GAZETTE/No 867/Day 30-7-2023    {number + 3}"], top=HEIGHT - 40),
            written([f"Alone on page {number} stands this.", *LINES], top=HEIGHT - 150),
            written([f"Page {number}/4"], left=280, top=40),
        )

    found = texts(read(pdf(*map(page, range(1, 5)))))
    own = [[f"Alone on page {number} stands this.", PARAGRAPH] for number in range(1, 5)]
    assert found == [text for page_texts in own for text in page_texts]


def test_numbers_that_do_not_count_pages_stay() -> None:
    """Lines that differ in a number of their own are text, even at the head of each page."""
    forms = [written([f"Form {number}", "", "", "", *LINES]) for number in (7, 3, 12, 5)]
    found = texts(read(pdf(*forms)))
    assert [text for text in found if text.startswith("Form")] == [
        "Form 7",
        "Form 3",
        "Form 12",
        "Form 5",
    ]


def test_forms_numbered_like_their_pages_keep_their_names() -> None:
    """The number of a form counts the forms, not the pages, and is kept."""
    forms = [written([f"Form No {number}", "", "", "", *LINES]) for number in (1, 2, 3, 4)]
    found = texts(read(pdf(*forms)))
    assert [text for text in found if text.startswith("Form")] == [
        f"Form No {number}" for number in (1, 2, 3, 4)
    ]


def test_table_of_contents_is_left_out() -> None:
    """Titles with dots and a page number only repeat the headings."""
    contents = written([f"{n}. What is planned ............ {n + 3}" for n in range(1, 7)])
    assert texts(read(pdf(contents, written(LINES)))) == [PARAGRAPH]


@pytest.mark.parametrize("number", ["7", "- 7 -", "Trang 7/12", "vii"])
def test_lone_page_number_is_no_text(number: str) -> None:
    """A number alone in the margin is the page's even on the only page."""
    page = drawn(written(LINES), written([number], left=290, top=40))
    assert texts(read(pdf(page))) == [PARAGRAPH]


@pytest.mark.parametrize(
    ("head", "rest", "word"),
    [
        ("inter-", "national", "international"),
        ("06-", "DA/TU", "06-DA/TU"),
        ("Ha Noi -", "Hue", "Ha Noi - Hue"),
        ("state-of-the-", "art", "state-of-the-art"),
    ],
)
def test_hyphens_at_line_ends(head: str, rest: str, word: str) -> None:
    """A word broken at a line end is whole again; a hyphen of its own is kept."""
    lines = [f"The council met on the first day and heard the report on {head}", f"{rest} matters."]
    assert texts(read(pdf(written(lines)))) == [
        f"The council met on the first day and heard the report on {word} matters."
    ]


COLUMN = (
    "The council met on the first day of",
    "the month and heard the report of",
    "the chairman on the work that was",
    "done in the past year, the state of",
    "the roads in the north and of the",
    "plans made for the many bridges.",
)


@pytest.mark.parametrize("row_by_row", [False, True])
def test_two_columns_are_read_one_after_the_other(row_by_row: bool) -> None:
    """Columns are not mixed, in whichever order the file draws them."""
    left = COLUMN * 2
    right = tuple(line.replace("The council", "A board") for line in left)
    rows = [
        drawn(
            written([one], left=60, top=TOP - n * PITCH),
            written([other], left=310, top=TOP - n * PITCH),
        )
        for n, (one, other) in enumerate(zip(left, right, strict=True))
    ]
    columns = [written(left, left=60), written(right, left=310)]
    page = drawn(*(rows if row_by_row else columns))
    whole = " ".join(COLUMN)
    board = whole.replace("The council", "A board")
    assert " ".join(texts(read(pdf(page)))) == " ".join([whole, whole, board, board])


def test_text_drawn_out_of_order_is_read_from_the_top() -> None:
    """A page whose file begins with its last lines is read as it looks."""
    below = written(LINES, top=TOP - 200)
    above = written(["A line above", "and one more."])
    assert texts(read(pdf(drawn(below, above)))) == ["A line above and one more.", PARAGRAPH]


def test_page_shown_on_its_side_is_read_as_shown() -> None:
    """A page that viewers turn has the lines that a person sees."""

    def page(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        canvas.translate(WIDTH, 0)
        canvas.rotate(90)
        written(LINES, top=WIDTH - 100)(canvas)

    assert texts(read(pdf(page, page))) == [PARAGRAPH] * 2


def test_large_and_bold_lines_are_headings() -> None:
    """The largest line is the title; larger or bold short lines are headings, sentences are not."""
    page = drawn(
        written(["Report of the year"], size=20),
        written(["Roads and bridges"], top=TOP - 40, size=16),
        written(LINES, top=TOP - 80),
        written(["What is planned"], top=TOP - 160, font="Helvetica-Bold"),
        written(LINES, top=TOP - 190),
        written(["It was said aloud."], top=TOP - 270, font="Helvetica-Bold"),
    )
    draft = read(pdf(page))
    assert [(block.kind, block.level) for block in draft.blocks] == [
        (BlockKind.TITLE, 0),
        (BlockKind.HEADING, 1),
        (BlockKind.PARAGRAPH, 0),
        (BlockKind.HEADING, 2),
        (BlockKind.PARAGRAPH, 0),
        (BlockKind.PARAGRAPH, 0),
    ]


def test_table_rows_keep_their_cells_apart() -> None:
    """Each row of a table is a paragraph with ` | ` between its cells."""
    names = written(["Road tax", "Bridge tax", "River tax"])
    sums = written(["20 000", "35 000", "50 000"], left=300)
    rows = [
        drawn(
            written([name], top=TOP - n * PITCH), written([amount], left=300, top=TOP - n * PITCH)
        )
        for n, (name, amount) in enumerate(
            [("Road tax", "20 000"), ("Bridge tax", "35 000"), ("River tax", "50 000")]
        )
    ]
    assert texts(read(pdf(drawn(*rows)))) == [
        "Road tax | 20 000",
        "Bridge tax | 35 000",
        "River tax | 50 000",
    ]
    assert set(texts(read(pdf(drawn(names, sums))))) >= {"Road tax", "20 000"}


def test_words_without_spaces_in_the_file_are_apart() -> None:
    """Words that the file sets apart by place alone are words; letters set wide are one word."""

    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        x = LEFT
        for word in "The council met on Monday".split():
            canvas.drawString(x, TOP, word)
            x += canvas.stringWidth(word) + 3.2
        text = canvas.beginText(LEFT, TOP - 60)
        text.setCharSpace(5)
        text.textOut("DECREE")
        canvas.drawText(text)

    assert texts(read(pdf(page))) == ["The council met on Monday", "DECREE"]


@pytest.mark.parametrize(
    ("info", "title"),
    [
        ("Report of the year", "Report of the year"),
        ("Microsoft Word - baocao.doc", None),
        ("baocao_2023_final.pdf", None),
        ("untitled", None),
        ("An older report altogether", None),
    ],
)
def test_title_of_the_properties_is_taken_only_if_sensible(info: str, title: str | None) -> None:
    """The title in the file's properties counts where the first page does not contradict it."""

    def page(canvas: Canvas) -> None:
        canvas.setTitle(info)
        written(["Report of the year"], size=20)(canvas)
        written(LINES, top=TOP - 60)(canvas)

    assert read(pdf(page)).metadata.get("title") == title


def test_locked_file_is_refused() -> None:
    """A file that asks for a password is named as such; one that only forbids printing is read."""
    locked = StandardEncryption("secret", ownerPassword="owner", canPrint=0)
    assert fault(pdf(written(LINES), encrypt=locked)) is Fault.ENCRYPTED
    opened = StandardEncryption("", ownerPassword="owner", canPrint=0)
    assert texts(read(pdf(written(LINES), encrypt=opened))) == [PARAGRAPH]


@pytest.mark.parametrize("data", [b"", b"no PDF at all", b"%PDF-1.4\n%%EOF", pdf(picture)[:300]])
def test_damaged_file_is_refused(data: bytes) -> None:
    """What is no whole PDF file is called damaged."""
    assert fault(data) is Fault.BROKEN


def test_scan_is_refused() -> None:
    """Pictures without text are a scan, and a stamp or a signature does not change that."""
    stamp = written(["Signed by: the Office", "Time: 12.07.2021 15:21:29 +07:00"])
    assert fault(pdf(picture, picture)) is Fault.SCANNED
    assert fault(pdf(drawn(picture, stamp), picture, picture)) is Fault.SCANNED
    assert fault(pdf(*[drawn(picture, stamp)] * 4)) is Fault.SCANNED


def test_scan_with_recognised_text_is_read() -> None:
    """A picture with the page's words behind it is as good as text."""
    recognised = drawn(picture, written(LINES * 3))
    assert texts(read(pdf(recognised, recognised))) == [PARAGRAPH] * 6


def test_pages_with_nothing_give_nothing() -> None:
    """Empty pages are no fault of their own: the draft is empty."""
    assert read(pdf(lambda canvas: canvas.line(0, 0, 9, 9))).blocks == []


def formats(pattern: str) -> Draft:
    path = next(FORMATS.glob(pattern))
    return pdf_draft(path.read_bytes(), path)


@real
@pytest.mark.parametrize("pattern", ["*SRC-A__01.pdf", "*SRC-D__04.pdf", "*LuatPCCC_suadoi.pdf"])
def test_collected_scans_are_refused(pattern: str) -> None:
    """Scans as offices publish them are refused."""
    with pytest.raises(CorpusError) as caught:
        formats(pattern)
    assert caught.value.fault is Fault.SCANNED


@real
@pytest.mark.parametrize(
    ("pattern", "title", "whole"),
    [
        (
            "*SRC-C__02.pdf",
            "LUẬT GIAO DỊCH ĐIỆN TỬ",
            "3. Môi trường điện tử là môi trường mạng viễn thông, mạng Internet, mạng máy tính, "
            "hệ thống thông tin.",
        ),
        (
            "*hanh_chinh_2012.pdf",
            "LUẬT XỬ LÝ VI PHẠM HÀNH CHÍNH",
            "b) Việc xử phạt vi phạm hành chính được tiến hành nhanh chóng, công khai, khách quan, "
            "đúng thẩm quyền, bảo đảm công bằng, đúng quy định của pháp luật;",
        ),
        (
            "*Duongsat.pdf",
            "NGHỊ ĐỊNH QUY ĐỊNH CHI TIẾT THI HÀNH MỘT SỐ ĐIỀU CỦA LUẬT ĐƯỜNG SẮT",
            "b) Nơi có thể xảy ra tai nạn giao thông đường sắt (sau đây gọi chung là điểm tiềm ẩn "
            "tai nạn giao thông đường sắt).",
        ),
    ],
)
def test_collected_statutes_are_read_whole(pattern: str, title: str, whole: str) -> None:
    """Real statutes have their title, their clauses whole, and their chapters' names."""
    started = time.monotonic()
    draft = formats(pattern)
    assert time.monotonic() - started < 20
    kinds = {block.text: block.kind for block in draft.blocks}
    assert kinds[title] is BlockKind.TITLE
    assert kinds[whole] is BlockKind.PARAGRAPH
    assert "title" not in draft.metadata
    chapters = [text for text in kinds if text.startswith("Chương I.")]
    assert chapters
    assert all(kinds[text] is BlockKind.HEADING for text in chapters)


@real
def test_header_of_the_gazette_is_gone() -> None:
    """The header on each page of the official gazette is in no block, nor are page numbers."""
    draft = formats("*SRC-C__02.pdf")
    assert not any("CÔNG BÁO" in block.text for block in draft.blocks)
    assert draft.blocks[-1].page == 30
    across = next(block for block in draft.blocks if block.text.startswith("Điều 52."))
    assert (across.text, across.page) == ("Điều 52. Hiệu lực thi hành", 29)
