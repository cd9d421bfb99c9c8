"""Promises of reading Word, OpenDocument and table files: all that is shown, in order, named."""

import datetime
import io
import os
import shutil
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from openpyxl.styles import Font

from retrieval.documents import archives, old_word
from retrieval.documents.archives import checked_zip, member
from retrieval.documents.draft import Draft
from retrieval.documents.old_word import doc_draft
from retrieval.documents.opendocument import odt_draft
from retrieval.documents.tables import csv_draft, xlsx_draft
from retrieval.documents.word import docx_draft
from retrieval.errors import CorpusError, Fault
from retrieval.types import BlockKind

FORMATS = Path("../shared/data/formats")
real = pytest.mark.skipif(not FORMATS.is_dir(), reason="the collected files are not here")
needs_converter = pytest.mark.skipif(
    not any(map(shutil.which, ("soffice", "libreoffice", "antiword", "catdoc"))),
    reason="nothing here converts old Word files",
)
PATH = Path("van-ban.docx")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
P, H, T = BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.TITLE


def word(fill: Callable[[Any], None]) -> bytes:
    """A Word file made by `fill`."""
    document = docx.Document()
    fill(document)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def read(fill: Callable[[Any], None]) -> Draft:
    return docx_draft(word(fill), PATH)


def texts(draft: Draft) -> list[str]:
    return [block.text for block in draft.blocks]


def shapes(draft: Draft) -> list[tuple[BlockKind, int, str]]:
    return [(block.kind, block.level, block.text) for block in draft.blocks]


def centred(document: Any, text: str, *, bold: bool = True) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run(text).bold = bold


def inserted(document: Any, xml: str) -> None:
    """Put raw WordprocessingML at the end of the text."""
    paragraph = document.add_paragraph()
    paragraph._p.addprevious(parse_xml(xml.replace(">", f" {nsdecls('w')}>", 1)))


def packed(entries: dict[str, str | bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return target.getvalue()


def fault_of(reading: Callable[[], object]) -> Fault:
    with pytest.raises(CorpusError) as caught:
        reading()
    return caught.value.fault


# Word


def test_chapters_and_articles_are_headings_by_layout() -> None:
    """A statute without styles has its parts as headings, a chapter with the title below it."""

    def fill(document: Any) -> None:
        centred(document, "Chương I")
        centred(document, "NHỮNG QUY ĐỊNH CHUNG")
        centred(document, "VÀ NGUYÊN TẮC")
        document.add_paragraph("Điều 1. Phạm vi điều chỉnh")
        document.add_paragraph("Luật này quy định về cư trú.")
        document.add_paragraph("Điều 2 của Luật này không áp dụng với người nước ngoài.")

    assert shapes(read(fill)) == [
        (H, 2, "Chương I. NHỮNG QUY ĐỊNH CHUNG VÀ NGUYÊN TẮC"),
        (H, 5, "Điều 1. Phạm vi điều chỉnh"),
        (P, 0, "Luật này quy định về cư trú."),
        (P, 0, "Điều 2 của Luật này không áp dụng với người nước ngoài."),
    ]


def test_styles_make_titles_and_headings() -> None:
    """Title, Heading 1 to 9 and outline levels are what the author said they are."""

    def fill(document: Any) -> None:
        document.add_heading("Quy chế làm việc", 0)
        document.add_heading("Tổ chức", 1)
        document.add_heading("Phòng ban", 2)
        document.add_paragraph("Có ba phòng.")

    assert shapes(read(fill)) == [
        (T, 0, "Quy chế làm việc"),
        (H, 1, "Tổ chức"),
        (H, 2, "Phòng ban"),
        (P, 0, "Có ba phòng."),
    ]


def test_letterhead_is_read_cell_by_cell_and_the_title_below_it() -> None:
    """A table that only sets texts side by side gives its lines; the bold middle is the title."""

    def fill(document: Any) -> None:
        table = document.add_table(1, 2)
        table.cell(0, 0).text = "UBND TỈNH A"
        table.cell(0, 1).text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
        table.cell(0, 1).add_paragraph("Độc lập - Tự do - Hạnh phúc")
        centred(document, "Hà Nội, ngày 1 tháng 2 năm 2024", bold=False)
        centred(document, "QUYẾT ĐỊNH")
        centred(document, "Về việc ban hành Quy chế")
        document.add_paragraph("Căn cứ Luật Tổ chức chính quyền địa phương;")

    assert shapes(read(fill)) == [
        (P, 0, "UBND TỈNH A"),
        (P, 0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        (P, 0, "Độc lập - Tự do - Hạnh phúc"),
        (P, 0, "Hà Nội, ngày 1 tháng 2 năm 2024"),
        (T, 0, "QUYẾT ĐỊNH\nVề việc ban hành Quy chế"),
        (P, 0, "Căn cứ Luật Tổ chức chính quyền địa phương;"),
    ]


def test_bold_lines_are_headings_where_bold_is_rare() -> None:
    """Numbered bold lines nest by their marks; in a text all of bold they are nothing special."""
    body = "Công ty tổ chức thực hiện các nội dung nêu trên trong năm và báo cáo kết quả. " * 3

    def fill(document: Any) -> None:
        for text, bold in [
            ("I. MỤC ĐÍCH", True), (body, False),
            ("1. Yêu cầu", True), (body, False),
            ("Kính gửi: Các phòng", True), (body, False),
        ]:  # fmt: skip
            document.add_paragraph().add_run(text).bold = bold

    def all_bold(document: Any) -> None:
        for text in ("1. Yêu cầu", body, body):
            document.add_paragraph().add_run(text).bold = True

    kinds = [(block.kind, block.level) for block in read(fill).blocks]
    assert kinds == [(H, 3), (P, 0), (H, 4), (P, 0), (P, 0), (P, 0)]
    assert {block.kind for block in read(all_bold).blocks} == {P}


def numbered(*levels: tuple[str, str]) -> Callable[[Any], None]:
    """Put a list definition (format, text) per level, used by w:num 77, into a document."""

    def fill(document: Any) -> None:
        numbering = document.part.numbering_part.element
        inner = "".join(
            f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
            f'<w:lvlText w:val="{text}"/></w:lvl>'
            for at, (form, text) in enumerate(levels)
        )
        numbering.insert(0, parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{inner}</w:abstractNum>'
        ))  # fmt: skip
        numbering.append(parse_xml(
            f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'
        ))  # fmt: skip

    return fill


def item(document: Any, text: str, level: int) -> None:
    properties = document.add_paragraph(text)._p.get_or_add_pPr()
    number = properties.get_or_add_numPr()
    number.get_or_add_ilvl().val = level
    number.get_or_add_numId().val = 77


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([("decimal", "%1."), ("lowerLetter", "%2)")], ["1. A", "a) B", "b) C", "2. D", "a) E"]),
        ([("decimal", "Điều %1."), ("decimal", "%1.%2.")],
         ["Điều 1. A", "1.1. B", "1.2. C", "Điều 2. D", "2.1. E"]),
        ([("upperRoman", "%1."), ("bullet", "o")], ["I. A", "- B", "- C", "II. D", "- E"]),
    ],
)  # fmt: skip
def test_numbers_that_word_counts_are_part_of_the_text(
    levels: list[tuple[str, str]], expected: list[str]
) -> None:
    """What people cite ("điểm a khoản 1") is there even where nobody typed it."""

    def fill(document: Any) -> None:
        numbered(*levels)(document)
        for text, level in zip("ABCDE", (0, 1, 1, 0, 1), strict=True):
            item(document, text, level)

    assert texts(read(fill)) == expected


def test_number_typed_besides_is_not_said_twice() -> None:
    """A paragraph that is numbered by hand and by Word has its number once."""

    def fill(document: Any) -> None:
        numbered(("decimal", "%1."))(document)
        item(document, "1. Một", 0)
        item(document, "Hai", 0)

    assert texts(read(fill)) == ["1. Một", "2. Hai"]


def test_line_breaks_stay_and_deletions_go() -> None:
    """Insertions, links and content controls are text; what was deleted or hidden is not."""
    xml = (
        "<w:sdt><w:sdtContent><w:p>"
        "<w:r><w:t>Một</w:t><w:br/><w:t>hai</w:t></w:r>"
        "<w:ins><w:r><w:t> ba</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText> bốn</w:delText></w:r></w:del>"
        "<w:hyperlink><w:r><w:t> năm</w:t></w:r></w:hyperlink>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t> ẩn</w:t></w:r>"
        "<w:r><w:rPr><w:vertAlign w:val='superscript'/></w:rPr><w:t>6</w:t></w:r>"
        "<w:r><w:footnoteReference w:id='6'/></w:r>"
        "</w:p></w:sdtContent></w:sdt>"
    )
    assert texts(read(lambda document: inserted(document, xml))) == ["Một\nhai ba năm"]


def test_text_boxes_are_read_once() -> None:
    """A text box that is drawn in two ways, for new programs and for old ones, is there once."""
    box = "<w:txbxContent><w:p><w:r><w:t>Trong khung</w:t></w:r></w:p></w:txbxContent>"
    xml = (
        "<w:p xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>"
        "<w:r><w:t>Ngoài khung</w:t></w:r>"
        f"<w:r><mc:AlternateContent><mc:Choice Requires='wps'>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert texts(read(lambda document: inserted(document, xml))) == ["Ngoài khung", "Trong khung"]


def grid(document: Any, rows: list[list[str]]) -> Any:
    table = document.add_table(len(rows), len(rows[0]), "Table Grid")
    for at, row in enumerate(rows):
        for number, text in enumerate(row):
            table.cell(at, number).text = text
    return table


def test_rows_of_a_table_name_their_columns() -> None:
    """A row of data is a paragraph that says each value's column; merged cells are not repeated."""

    def fill(document: Any) -> None:
        table = grid(document, [
            ["TT", "Hành vi", "Mức phạt", ""],
            ["", "", "Cá nhân", "Tổ chức"],
            ["1", "Vượt đèn đỏ", "4 triệu", "8 triệu"],
            ["2", "", "6 triệu", ""],
        ])  # fmt: skip
        table.cell(0, 2).merge(table.cell(0, 3))
        table.cell(0, 0).merge(table.cell(1, 0))
        table.cell(0, 1).merge(table.cell(1, 1))
        table.cell(2, 1).merge(table.cell(3, 1))

    assert texts(read(fill)) == [
        "TT: 1; Hành vi: Vượt đèn đỏ; Mức phạt – Cá nhân: 4 triệu; Mức phạt – Tổ chức: 8 triệu",
        "TT: 2; Mức phạt – Cá nhân: 6 triệu",
    ]


def test_names_on_the_left_are_no_header() -> None:
    """Of two columns without a row of names, each row says the left and the right."""
    rows = [["Họ tên", "Nguyễn Văn A"], ["Quê quán", "Hà Nội"], ["Nghề nghiệp", "Giáo viên"]]
    found = texts(read(lambda document: grid(document, rows) and None))
    assert found == ["Họ tên | Nguyễn Văn A", "Quê quán | Hà Nội", "Nghề nghiệp | Giáo viên"]


def test_empty_form_says_what_it_asks_for() -> None:
    """A table of which only the header is filled gives the names of its columns."""
    rows = [["TT", "Họ và tên", "Ngày sinh"], ["", "", ""], ["", "", ""]]
    assert texts(read(lambda document: grid(document, rows) and None)) == [
        "TT | Họ và tên | Ngày sinh"
    ]


@pytest.mark.parametrize(
    ("info", "title"),
    [
        ("Sổ tay nhân viên", "Sổ tay nhân viên"),
        ("Microsoft Word - Document1", ""),
        ("so-tay.docx", ""),
        ("CHÍNH PHỦ", ""),
        ("", ""),
    ],
)
def test_title_that_a_program_made_up_is_left_out(info: str, title: str) -> None:
    """A file name, a template's or the first words of the letterhead are no title."""

    def fill(document: Any) -> None:
        document.core_properties.title = info
        document.add_paragraph("CHÍNH PHỦ")
        document.add_paragraph("Nhân viên làm việc tám giờ mỗi ngày.")

    assert read(fill).metadata.get("title", "") == title


def test_table_of_contents_is_left_out() -> None:
    """Lines in the styles of a table of contents repeat the headings and are no text."""

    def fill(document: Any) -> None:
        style = document.styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH)
        document.add_paragraph("Chương I  3", style)
        document.add_paragraph("Nội dung.")

    assert texts(read(fill)) == ["Nội dung."]


@pytest.mark.parametrize("reader", [docx_draft, odt_draft, xlsx_draft])
def test_damaged_and_protected_packages_are_refused(
    reader: Callable[[bytes, Path], Draft],
) -> None:
    """A broken zip, a zip of something else and a file under a password each say what they are."""
    locked = OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le")
    assert fault_of(lambda: reader(b"PK\x03\x04 broken", PATH)) is Fault.BROKEN
    assert fault_of(lambda: reader(packed({"a.txt": "a"}), PATH)) is Fault.BROKEN
    assert fault_of(lambda: reader(locked, PATH)) is Fault.ENCRYPTED


# OpenDocument


ODT_NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{full}:1.0"'
    for name, full in {
        "office": "office", "text": "text", "table": "table", "style": "style",
        "fo": "xsl-fo-compatible", "manifest": "manifest", "draw": "drawing",
    }.items()
)  # fmt: skip


def odt(body: str, styles: str = "", **parts: str) -> bytes:
    content = (
        f"<office:document-content {ODT_NAMES}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>"
    )
    return packed({"content.xml": content, **{f"{n}.xml": text for n, text in parts.items()}})


def odt_shapes(body: str, styles: str = "") -> list[tuple[BlockKind, int, str]]:
    return shapes(odt_draft(odt(body, styles), Path("van-ban.odt")))


def test_odt_headings_paragraphs_and_breaks() -> None:
    """Headings keep their levels; breaks and repeated spaces are what is shown; no deletions."""
    body = (
        "<text:tracked-changes><text:p>đã xóa</text:p></text:tracked-changes>"
        '<text:h text:outline-level="2">Tổ chức</text:h>'
        '<text:p>Một<text:line-break/>hai<text:s text:c="2"/>ba'
        "<text:note><text:p>chú thích</text:p></text:note>\n bốn</text:p>"
    )
    assert odt_shapes(body) == [(H, 2, "Tổ chức"), (P, 0, "Một\nhai ba bốn")]


def test_odt_lists_have_their_numbers() -> None:
    """Numbers that the program counts are part of the text, inner lists begin anew."""
    styles = (
        '<text:list-style style:name="L"><text:list-level-style-number text:level="1"'
        ' style:num-format="1" style:num-suffix="."/><text:list-level-style-number text:level="2"'
        ' style:num-format="a" style:num-suffix=")"/></text:list-style>'
    )
    inner = "<text:list><text:list-item><text:p>B</text:p></text:list-item></text:list>"
    body = (
        f'<text:list text:style-name="L"><text:list-item><text:p>A</text:p>{inner}'
        f"</text:list-item><text:list-item><text:p>C</text:p>{inner}</text:list-item></text:list>"
    )
    assert [text for _, _, text in odt_shapes(body, styles)] == ["1. A", "a) B", "2. C", "a) B"]


def test_odt_text_boxes_are_read_once() -> None:
    """A text box inside another is text once, after the paragraph that it hangs on."""
    body = "<text:p>1</text:p>"
    for number in range(2, 30):
        box = f"<draw:frame><draw:text-box>{body}</draw:text-box></draw:frame>"
        body = f"<text:p>{number}{box}</text:p>"
    found = [text for _, _, text in odt_shapes(body)]
    assert found == [str(number) for number in range(29, 0, -1)]


def test_odt_look_makes_headings() -> None:
    """Bold centred paragraphs are headings, by the styles that they are based on."""
    styles = (
        '<style:style style:family="paragraph" style:name="P">'
        '<style:paragraph-properties fo:text-align="center"/>'
        '<style:text-properties fo:font-weight="bold"/></style:style>'
    )
    text = "Nội dung của chương này dài hơn tên của nó rất nhiều để chữ đậm còn có ý nghĩa."
    body = (
        '<text:p text:style-name="P">Chương I</text:p><text:p text:style-name="P">Chung</text:p>'
        f"<text:p>{text}</text:p>"
    )
    assert odt_shapes(body, styles) == [(H, 2, "Chương I. Chung"), (P, 0, text)]


def test_odt_tables_name_their_columns() -> None:
    """Rows are said as in Word, however often a file says that a cell is repeated."""

    def row(*cells: str) -> str:
        inner = "".join(f"<table:table-cell><text:p>{c}</text:p></table:table-cell>" for c in cells)
        empty = '<table:table-cell table:number-columns-repeated="1000000000"/>'
        return f"<table:table-row>{inner}{empty}</table:table-row>"

    body = f"<table:table>{row('TT', 'Tên', 'Giá')}{row('1', 'Bút', '5000')}</table:table>"
    assert odt_shapes(body) == [(P, 0, "TT: 1; Tên: Bút; Giá: 5000")]


def test_encrypted_odt_is_refused() -> None:
    """A manifest that tells of encryption says that there is a password."""
    manifest = (
        f"<manifest:manifest {ODT_NAMES}><manifest:file-entry><manifest:encryption-data/>"
        "</manifest:file-entry></manifest:manifest>"
    )
    data = packed({"META-INF/manifest.xml": manifest, "content.xml": b"\x00\x01"})
    assert fault_of(lambda: odt_draft(data, PATH)) is Fault.ENCRYPTED


def test_entities_of_an_odt_are_not_resolved() -> None:
    """A file cannot have other files read, nor grow by what it defines."""
    content = (
        '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
        f"<office:document-content {ODT_NAMES}><office:body><office:text><text:p>A&e;B</text:p>"
        "</office:text></office:body></office:document-content>"
    )
    draft = odt_draft(packed({"content.xml": content}), PATH)
    assert texts(draft) == ["AB"]


# Old Word files


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """The only folder of programs is one of the test's own; the fixture writes scripts there."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", os.fspath(folder))

    def add(name: str, script: str) -> None:
        (folder / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (folder / name).chmod(0o755)

    return add


Programs = Callable[[str, str], None]
BINARY = OLE + bytes(504) + b"\xec\xa5" + bytes(1022)


def test_old_word_without_a_converter_is_refused(programs: Programs) -> None:
    """Where nothing is installed that reads it, the file is not damaged but needs a program."""
    assert fault_of(lambda: doc_draft(BINARY, PATH)) is Fault.NO_DOC_READER
    assert fault_of(lambda: doc_draft(rb"{\rtf1 A}", PATH)) is Fault.NO_DOC_READER


def test_old_word_is_converted(programs: Programs) -> None:
    """What a converter writes is the text, under whichever name the file came."""
    programs("catdoc", "echo 'Điều 1. Phạm vi'; echo 'Luật này quy định về cư trú.'")
    expected = [(H, 5, "Điều 1. Phạm vi"), (P, 0, "Luật này quy định về cư trú.")]
    assert shapes(doc_draft(BINARY, PATH)) == expected
    assert shapes(docx_draft(BINARY, PATH)) == expected


def test_docbook_keeps_tables_and_headings(programs: Programs) -> None:
    """Structure is asked of antiword: rows of a table are whole, a lost line break is back."""
    row = "<row><entry>{}</entry><entry>{}</entry><entry>{}</entry></row>"
    table = row.format("TT", "Tên", "Giá") + row.format(1, "Bút bi", 5) + row.format(2, "Vở", 9)
    programs("antiword", f"""echo "<book><chapter><title/>\
<para><emphasis role='bold'>CHƯƠNG I</emphasis><emphasis role='bold'>CHUNG</emphasis></para>\
<para>Nội dung.</para><para><informaltable><tgroup><tbody>{table}</tbody></tgroup>\
</informaltable></para></chapter></book>\"""")  # fmt: skip
    assert texts(doc_draft(BINARY, PATH)) == [
        "CHƯƠNG I. CHUNG",
        "Nội dung.",
        "TT: 1; Tên: Bút bi; Giá: 5",
        "TT: 2; Tên: Vở; Giá: 9",
    ]


def test_next_converter_is_asked_where_one_fails(programs: Programs) -> None:
    """The first that can read the file is believed; strays between its pieces are no text."""
    programs("catdoc", "for word in Một. b c d e f Hai.; do echo $word; done")
    programs("antiword", "exit 1")
    assert texts(doc_draft(BINARY, PATH)) == ["Một.", "Hai."]
    programs("antiword", "echo '<book><para>Ba.</para></book>'")
    assert texts(doc_draft(BINARY, PATH)) == ["Ba."]


def test_failing_slow_and_asking_converters(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A converter that fails, hangs or wants a password is told apart, and ended."""
    programs("catdoc", "exit 1")
    assert fault_of(lambda: doc_draft(BINARY, PATH)) is Fault.BROKEN
    programs("catdoc", "echo 'the file is Encrypted' >&2; exit 1")
    assert fault_of(lambda: doc_draft(BINARY, PATH)) is Fault.ENCRYPTED
    monkeypatch.setattr(old_word, "SECONDS", 0.2)
    programs("catdoc", "while :; do :; done")
    assert fault_of(lambda: doc_draft(BINARY, PATH)) is Fault.TOO_SLOW


def test_libreoffice_gives_a_docx(programs: Programs, tmp_path: Path) -> None:
    """LibreOffice is asked first, for a docx, in a profile of its own; it reads RTF too."""
    made = tmp_path / "made.docx"
    made.write_bytes(word(lambda document: document.add_heading("Quy chế", 1)))
    programs("antiword", "exit 1")
    checked = "case $1 in -env:UserInstallation=file:*) ;; *) exit 1;; esac"
    programs("soffice", f"{checked}; /bin/mkdir out; /bin/cp {made} out/document.docx")
    assert shapes(doc_draft(BINARY, PATH)) == [(H, 1, "Quy chế")]
    assert shapes(doc_draft(rb"{\rtf1 A}", PATH)) == [(H, 1, "Quy chế")]


def test_other_formats_under_the_name_of_old_word() -> None:
    """A .doc that is a docx, a web page or a packed web page inside is read as what it is."""
    page = "<html><body><h1>Quy chế</h1><p>Nội dung của quy chế.</p></body></html>"
    packed_page = (
        "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n"
        "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        f"{page}\n--x--\n"
    )
    expected = [(H, 1, "Quy chế"), (P, 0, "Nội dung của quy chế.")]
    for data in (page.encode(), page.encode("utf-16"), packed_page.encode()):
        assert shapes(doc_draft(data, PATH)) == expected
    data = word(lambda document: document.add_paragraph("Nội dung."))
    assert texts(doc_draft(data, PATH)) == ["Nội dung."]
    assert fault_of(lambda: doc_draft(b"only words", PATH)) is Fault.BROKEN


def test_scrambled_old_word_asks_for_its_password(programs: Programs) -> None:
    """The file's own flag tells of a password, whichever converter there is."""
    head = b"\xec\xa5" + bytes(8) + (0x0100).to_bytes(2, "little")
    data = OLE + bytes(504) + head + bytes(1012)
    assert fault_of(lambda: doc_draft(data, PATH)) is Fault.ENCRYPTED


# Tables


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_rows_name_their_columns(delimiter: str) -> None:
    """Whatever parts the values, a row says each with its column; empty ones are left out."""
    rows = [["Tên", "Giá", "Ghi chú", ""], ["Bút", '"1;5,0"', "", ""], ["Vở", "9", '"a\nb"', ""]]
    draft = csv_draft("\ufeff" + "\n".join(delimiter.join(row) for row in rows) + "\n\n")
    assert texts(draft) == ["Tên: Bút; Giá: 1;5,0", "Tên: Vở; Giá: 9; Ghi chú: a\nb"]


def test_csv_titles_stand_above_the_header() -> None:
    """Rows above the names of the columns are headings."""
    draft = csv_draft("BẢNG GIÁ,,\n,,\nTT,Tên,Giá\n1,Bút,5\n2,Vở,9\n")
    assert shapes(draft)[0][::2] == (H, "BẢNG GIÁ")
    assert texts(draft)[1:] == ["TT: 1; Tên: Bút; Giá: 5", "TT: 2; Tên: Vở; Giá: 9"]


def test_csv_without_names_is_parted_by_bars() -> None:
    """Numbers in the first row are no names; a file of one column is its lines."""
    assert texts(csv_draft("1,2\n3,4\n")) == ["1 | 2", "3 | 4"]
    assert texts(csv_draft("Một\nHai\n")) == ["Một", "Hai"]
    assert texts(csv_draft("")) == []


def book(**sheets: Sequence[Sequence[Any]]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(row)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


XLSX = Path("bang-gia.xlsx")


def test_values_of_a_workbook_are_written_as_people_do() -> None:
    """Dates are day first, whole numbers without a point, others with a comma."""
    day = datetime.datetime(2013, 9, 24)
    rows: list[list[object]] = [
        ["Ngày", "Số", "Tỷ lệ", "Đủ"],
        [day, 1000.0, 0.1 + 0.2, True],
        [day, 7, 12.5, False],
    ]
    draft = xlsx_draft(book(Sheet=rows), XLSX)
    assert texts(draft) == [
        "Ngày: 24/9/2013; Số: 1000; Tỷ lệ: 0,3; Đủ: Có",
        "Ngày: 24/9/2013; Số: 7; Tỷ lệ: 12,5; Đủ: Không",
    ]


def test_formats_of_a_workbook_count() -> None:
    """A share is in per cent, a long number in groups, a code keeps its zeros."""
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    sheet.append(["Lãi suất", "Vốn", "Mã"])
    sheet.append([0.125, 5000000, 912])
    for cell, form in zip(sheet[2], ("0.0%", "#,##0", "000000"), strict=True):
        cell.number_format = form
    target = io.BytesIO()
    made.save(target)
    draft = xlsx_draft(target.getvalue(), XLSX)
    assert texts(draft) == ["Lãi suất: 12,5%; Vốn: 5.000.000; Mã: 000912"]


def test_sheets_have_their_names_above_them() -> None:
    """Of several sheets each is a heading, hidden ones are left out, and the file has a name."""
    rows: list[list[object]] = [["Tên", "Giá"], ["Bút", 5], ["Vở", 9]]
    made = openpyxl.load_workbook(io.BytesIO(book(Học_phí=rows, Lệ_phí=rows, Danh_mục=rows)))
    made["Danh mục"].sheet_state = "hidden"
    target = io.BytesIO()
    made.save(target)
    draft = xlsx_draft(target.getvalue(), XLSX)
    body = ["Tên: Bút; Giá: 5", "Tên: Vở; Giá: 9"]
    assert texts(draft) == ["Học phí", *body, "Lệ phí", *body]
    assert draft.metadata == {"title": "bang-gia"}


def test_bold_first_row_is_of_names() -> None:
    """Two columns of words have names where the first row alone is bold."""
    rows = [["Câu hỏi", "Trả lời"], ["Ở đâu?", "Hà Nội"], ["Bao giờ?", "Thứ hai"]]
    plain = book(Sheet=rows)
    made = openpyxl.load_workbook(io.BytesIO(plain))
    for cell in made.worksheets[0][1]:
        cell.font = Font(bold=True)
    target = io.BytesIO()
    made.save(target)
    assert texts(xlsx_draft(plain, XLSX))[1] == "Ở đâu? | Hà Nội"
    assert texts(xlsx_draft(target.getvalue(), XLSX))[0] == "Câu hỏi: Ở đâu?; Trả lời: Hà Nội"


def test_too_many_cells_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table has a most number of cells, filled or only declared."""
    monkeypatch.setattr("retrieval.documents.tables.MAX_CELLS", 3)
    assert fault_of(lambda: csv_draft("a,b\nc,d\n")) is Fault.TOO_LARGE_INSIDE
    data = book(Sheet=[["a", "b"], ["c", "d"]])
    assert fault_of(lambda: xlsx_draft(data, XLSX)) is Fault.TOO_LARGE_INSIDE
    monkeypatch.undo()
    made = openpyxl.Workbook()
    for row in range(1, 700):
        made.worksheets[0].cell(row, 16384, "x")
    target = io.BytesIO()
    made.save(target)
    assert fault_of(lambda: xlsx_draft(target.getvalue(), XLSX)) is Fault.TOO_LARGE_INSIDE


# Archives


def test_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too much unpacked, too great a ratio or too many entries: nothing of it is unpacked."""
    bomb = packed({"a": bytes(30_000_000)})
    assert fault_of(lambda: checked_zip(bomb, PATH)) is Fault.TOO_LARGE_INSIDE
    many = packed({str(number): "" for number in range(11)})
    monkeypatch.setattr(archives, "MAX_ENTRIES", 10)
    assert fault_of(lambda: checked_zip(many, PATH)) is Fault.TOO_LARGE_INSIDE


def test_entries_are_counted_and_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry is read whole, counted as it is read, and missed where it is not there."""
    with checked_zip(packed({"a": b"abc"}), PATH) as archive:
        assert member(archive, "a", PATH) == b"abc"
        assert fault_of(lambda: member(archive, "b", PATH)) is Fault.BROKEN
        monkeypatch.setattr(archives, "MAX_UNPACKED_BYTES", 2)
        assert fault_of(lambda: member(archive, "a", PATH)) is Fault.TOO_LARGE_INSIDE


def test_protected_zip_is_refused() -> None:
    """An entry under a password says so."""
    data = bytearray(packed({"a": b"abc"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert fault_of(lambda: checked_zip(bytes(data), PATH)) is Fault.ENCRYPTED


def test_lying_and_damaged_entries_are_broken() -> None:
    """An entry that is not what its directory says is damage, not a foreign exception."""
    data = bytearray(packed({"a": b"abc" * 1000}))
    data[40] ^= 0xFF
    with checked_zip(bytes(data), PATH) as archive:
        assert fault_of(lambda: member(archive, "a", PATH)) is Fault.BROKEN


# The collected files


def articles(draft: Draft) -> int:
    return sum(1 for b in draft.blocks if b.kind is H and b.text.lower().startswith("điều "))


@real
def test_collected_docx() -> None:
    """A consolidated code has all its articles and chapters; a form its title and its tables."""
    path = FORMATS / "laodong__bo_luat_lao_dong.docx"
    draft = docx_draft(path.read_bytes(), path)
    assert articles(draft) >= 215
    assert (T, 0, "BỘ LUẬT\nLAO ĐỘNG") in shapes(draft)
    assert sum(1 for b in draft.blocks if b.kind is H and b.text.startswith("Chương ")) == 17
    path = FORMATS / "congan__mau-dc01.docx"
    form = docx_draft(path.read_bytes(), path)
    assert (T, 0, "PHIẾU THU THẬP THÔNG TIN DÂN CƯ") in shapes(form)
    assert any(text.startswith("TT | Họ, chữ đệm và tên | Mối quan hệ") for text in texts(form))


@real
@needs_converter
@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("laodong__45_2019_QH14_333670.doc", 215),
        ("pccc__SRC-F__07_LUAT_LuatPCCC_L27QH.DOC", 60),
        ("pccc__SRC-F__06_LUAT_jt1cu2cf.lne-LuatPCCC_L27QH.docx", 60),
    ],
)
def test_collected_old_word(name: str, least: int) -> None:
    """Laws in old Word files have their articles, even those that call themselves docx."""
    path = FORMATS / name
    assert articles(docx_draft(path.read_bytes(), path)) >= least


@real
@needs_converter
def test_collected_old_form_is_whole() -> None:
    """All the numbered lines of a form are there."""
    path = FORMATS / "congan__mau-ct01.doc"
    whole = "\n".join(texts(doc_draft(path.read_bytes(), path)))
    assert "TỜ KHAI THAY ĐỔI THÔNG TIN CƯ TRÚ" in whole
    assert "Áp dụng đối với các trường hợp quy định tại khoản 2" in whole
