"""EPUB books → blocks: the chapters in reading order, as the book's own list has them."""

import posixpath
import re
import zipfile
from pathlib import Path
from urllib.parse import unquote

from lxml import etree, html

from retrieval.documents.archives import checked_zip, member
from retrieval.documents.draft import Draft, DraftBlock
from retrieval.documents.markup import markup_blocks
from retrieval.errors import CorpusError, Fault

_XML = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
_CONTAINER = "META-INF/container.xml"
_TEXT_TYPES = frozenset({"application/xhtml+xml", "text/html"})

_HEAD_BYTES = 1_024
_SAYS_ENCODING = re.compile(
    rb"^(?:\xff\xfe|\xfe\xff)|<\?xml[^>]*encoding|charset\s*=", re.IGNORECASE
)


def epub_draft(data: bytes, path: Path) -> Draft:
    """Return the book's chapters and its title, publisher and date.

    Raises:
        CorpusError: It is no EPUB, damaged, or protected.
    """
    with checked_zip(data, path) as book:
        try:
            if "META-INF/encryption.xml" in book.namelist():
                raise CorpusError(path, Fault.ENCRYPTED)
            package_name = _package_name(book, path)
            package = etree.fromstring(member(book, package_name, path), _XML)
            blocks: list[DraftBlock] = []
            for name in _chapters(package, posixpath.dirname(package_name)):
                blocks += markup_blocks(_chapter(member(book, name, path)))
            return Draft(blocks, _metadata(package))
        except (etree.LxmlError, KeyError, IndexError, ValueError, RecursionError) as error:
            raise CorpusError(path, Fault.BROKEN) from error


def _chapter(data: bytes) -> html.HtmlElement:
    """Return a chapter's tree; XHTML that does not say what it is written in is UTF-8."""
    says = _SAYS_ENCODING.search(data[:_HEAD_BYTES]) is not None
    return html.document_fromstring(
        data, parser=html.HTMLParser(encoding=None if says else "utf-8")
    )


def _package_name(book: zipfile.ZipFile, path: Path) -> str:
    container = etree.fromstring(member(book, _CONTAINER, path), _XML)
    return str(container.xpath("//*[local-name()='rootfile']/@full-path")[0])


def _chapters(package: etree._Element, folder: str) -> list[str]:
    items = {
        str(item.get("id")): item
        for item in package.xpath("//*[local-name()='manifest']/*[local-name()='item']")
    }
    names = []
    for reference in package.xpath("//*[local-name()='spine']/*[local-name()='itemref']/@idref"):
        item = items[str(reference)]
        if item.get("media-type") in _TEXT_TYPES:
            name = posixpath.join(folder, unquote(str(item.get("href"))))
            names.append(posixpath.normpath(name))
    return names


def _metadata(package: etree._Element) -> dict[str, str]:
    found = {}
    for key in ("title", "publisher", "date"):
        values = package.xpath(f"//*[local-name()='metadata']/*[local-name()='{key}']/text()")
        if values:
            found[key] = str(values[0]).strip()
    return {key: value[:10] if key == "date" else value for key, value in found.items()}
