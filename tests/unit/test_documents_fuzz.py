"""Promises of the readers under hostile files: an answer or a refusal, never anything else."""

import io
import re
import zipfile
from contextlib import suppress
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from retrieval.documents.formats import read_draft
from retrieval.documents.worker import read
from retrieval.errors import CorpusError, Fault

HERE = Path("fuzz")
FAULTS = set(map(str, Fault))


def pdf() -> bytes:
    """A page of text."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for line in range(12):
        canvas.drawString(72, 720 - 16 * line, f"Line {line} of a page that says something plain.")
    canvas.save()
    return buffer.getvalue()


def word() -> bytes:
    """A heading, a paragraph and a table."""
    document = docx.Document()
    document.add_heading("Chương I", 1)
    document.add_paragraph("Một đoạn văn bản bình thường.")
    table = document.add_table(2, 2)
    table.cell(1, 1).text = "ô"
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def sheet() -> bytes:
    """Two rows."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Tên", "Số"])
    book.active.append(["Hàng Bạc", 5])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def zipped(**members: str) -> bytes:
    """A zip of members; `_` in a name stands for `/`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return buffer.getvalue()


PAGE = (
    "<html><body><article><h1>Tựa</h1><p>" + "Một câu dài. " * 40 + "</p></article></body></html>"
)
ODT = '<office:text xmlns:office="o" xmlns:text="t"><text:p>Một câu.</text:p></office:text>'
FILES = {
    "a.pdf": pdf(),
    "a.docx": word(),
    "a.xlsx": sheet(),
    "a.html": PAGE.encode(),
    "a.csv": "Tên,Số\nHàng Bạc,5\n".encode(),
    "a.odt": zipped(content_xml=ODT),
    "a.epub": zipped(META_INF__container_xml="<container/>"),
    "a.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "a.txt": "Một đoạn văn bản bình thường.".encode(),
    "a.md": "# Tựa\n\n| a | b |\n|---|---|\n| 1 | 2 |\n".encode(),
}


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused(name: str, data: st.DataObject) -> None:
    """Whatever bytes of a file are changed, cut or repeated, a draft or a known fault comes."""
    content = bytearray(FILES[name])
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, max(0, len(content) - 1)))
        act = data.draw(st.sampled_from(["flip", "cut", "insert", "repeat"]))
        if act == "flip" and content:
            content[at] ^= data.draw(st.integers(1, 255))
        elif act == "cut":
            del content[at : at + data.draw(st.integers(1, 64))]
        elif act == "insert":
            content[at:at] = data.draw(st.binary(max_size=16))
        else:
            content[at:at] = content[at : at + 64] * 3
    found = read(name, bytes(content), HERE)
    assert isinstance(found, dict) or found in FAULTS


@pytest.mark.parametrize("name", [*FILES, "a.zip"])
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(name: str, content: bytes) -> None:
    """Bytes that never were a file of the kind their name says are no harm."""
    found = read(name, content, HERE)
    assert isinstance(found, dict) or found in FAULTS


@pytest.mark.parametrize(
    "text",
    [
        "<" * 5_000,
        "<div>" * 5_000 + "x",
        "> " * 3_000 + "x",
        "[" * 5_000,
        "*" * 5_000 + "a",
        "|" * 5_000,
        "- " * 3_000 + "x",
        "a" * 100_000,
        "Điều 1. " * 3_000,
        "\u202e\u200d" * 3_000,
        "`" * 5_000,
        "&lt;" * 5_000,
    ],
    ids=range(12),
)
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.csv"])
def test_deep_and_endless_text_is_read_or_refused(name: str, text: str) -> None:
    """Nesting and repetition that break naive parsers end in a draft or a fault, soon."""
    if name.endswith((".txt", ".md")):
        # Read by the build itself, which nothing but a CorpusError may reach.
        with suppress(CorpusError):
            read_draft(name, text.encode(), HERE)
    else:
        found = read(name, text.encode(), HERE)
        assert isinstance(found, dict) or found in FAULTS


LAUGHS = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPES = {
    "a file": '<!DOCTYPE x [<!ENTITY e SYSTEM "{secret}">]>',
    "a file by parameter": '<!DOCTYPE x [<!ENTITY % p SYSTEM "{secret}"> %p;<!ENTITY e "">]>',
    "laughs": f'<!DOCTYPE x [<!ENTITY e0 "ha">{LAUGHS}<!ENTITY e "&e9;">]>',
}


ODT_NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "text")
)
BOOK = {
    "META-INF/container.xml": '<container><rootfile full-path="a.opf"/></container>',
    "a.opf": (
        "<package><metadata><title>Tên của sách</title></metadata><manifest>"
        '<item id="i" href="a.html" media-type="text/html"/></manifest>'
        '<spine><itemref idref="i"/></spine></package>'
    ),
    "a.html": PAGE,
}
WITH_TEXTS = {
    "a.docx": FILES["a.docx"],
    "a.xlsx": FILES["a.xlsx"],
    "a.html": FILES["a.html"],
    "a.odt": zipped(
        content_xml=f"<office:document-content {ODT_NAMES}><office:body><office:text>"
        "<text:p>Một câu.</text:p></office:text></office:body></office:document-content>"
    ),
    "a.epub": zipped(**BOOK),
}


def with_entity(content: bytes, doctype: str) -> bytes:
    """The same file, each of whose texts, in each part, is an entity."""

    def within(xml: bytes) -> bytes:
        xml = re.sub(rb"^<\?xml[^>]*\?>\s*", b"", xml)
        return doctype.encode() + re.sub(rb">[^<>\s][^<>]*<", b">&e;<", xml)

    if not content.startswith(b"PK"):
        return within(content)
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, within(part) if name.endswith((".xml", ".opf", ".html")) else part)
    return buffer.getvalue()


@pytest.mark.parametrize("doctype", DOCTYPES.values(), ids=DOCTYPES)
@pytest.mark.parametrize("name", WITH_TEXTS)
def test_no_entity_reads_a_file_or_grows(name: str, doctype: str, tmp_path: Path) -> None:
    """No format has another file read for it, nor grows by what it defines."""
    secret = tmp_path / "secret"
    secret.write_text("plixtroz", encoding="utf-8")
    content = with_entity(WITH_TEXTS[name], doctype.replace("{secret}", secret.as_uri()))
    found = read(name, content, HERE)
    assert isinstance(found, dict) or found in FAULTS
    assert "plixtroz" not in str(found)
    assert "haha" not in str(found)
