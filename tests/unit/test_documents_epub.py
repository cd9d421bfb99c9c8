"""Promises of the EPUB reader: chapters in the book's order, in whatever they are written."""

import io
import zipfile
from pathlib import Path

import pytest

from retrieval.documents.epub import epub_draft

PACKAGE = """<package><metadata><title>Sổ tay cư dân</title><publisher>Phường</publisher>
<date>2024-03-01T00:00</date></metadata><manifest>
<item id="b" href="text/hai.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="text/m%E1%BB%99t.xhtml" media-type="application/xhtml+xml"/>
<item id="c" href="bìa.png" media-type="image/png"/></manifest>
<spine><itemref idref="c"/><itemref idref="a"/><itemref idref="b"/></spine></package>"""
CHAPTER = "<html><body><h1>{title}</h1><p>Phường họp chợ mỗi sáng thứ bảy.</p></body></html>"


def book(first: bytes) -> bytes:
    """An EPUB of two chapters; `first` is the one that the list has first."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(
            "META-INF/container.xml", '<container><rootfile full-path="OPS/a.opf"/></container>'
        )
        archive.writestr("OPS/a.opf", PACKAGE)
        archive.writestr("OPS/text/hai.xhtml", CHAPTER.format(title="Chương hai").encode())
        archive.writestr("OPS/text/một.xhtml", first)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("", "utf-8"),
        ('<?xml version="1.0"?>', "utf-8"),
        ('<?xml version="1.0" encoding="UTF-8"?>', "utf-8"),
        ('<!DOCTYPE html><meta charset="utf-8">', "utf-8"),
        ('<?xml version="1.0" encoding="UTF-16"?>', "utf-16"),
        ('<meta charset="windows-1258">', "windows-1258"),
    ],
)
def test_chapters_are_read_in_order_and_by_their_own_encoding(head: str, encoding: str) -> None:
    """A chapter that does not say what it is written in is UTF-8; one that says is believed."""
    title = "Chuong mot" if encoding == "windows-1258" else "Chương một"
    text = CHAPTER.format(title=title)
    if encoding == "windows-1258":
        text = text.replace("Phường họp chợ mỗi sáng thứ bảy", "Ban quan ly")
    draft = epub_draft(book((head + text).encode(encoding)), Path("a.epub"))
    assert [block.text for block in draft.blocks][::2] == [title, "Chương hai"]
    assert draft.metadata == {
        "title": "Sổ tay cư dân", "publisher": "Phường", "date": "2024-03-01",
    }  # fmt: skip
