"""Saved web pages → the main text, by trafilatura; the only importer of it.

What every page of a site repeats (menus, related articles, footers) is no part of the document.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lxml import etree
from trafilatura import extract
from trafilatura.metadata import extract_metadata

from retrieval.documents.draft import Draft, DraftBlock
from retrieval.documents.markup import markup_blocks
from retrieval.documents.plain import looks_like_heading
from retrieval.errors import CorpusError, Fault
from retrieval.types import BlockKind

_XML = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
_SITE_NAME = re.compile(r"\s+(?:[|–—]|-)\s+[^|–—]{2,40}$")
_LONE_NUMBER = re.compile(r"^\W*\d{1,3}\W*$")
_NUMBERED = re.compile(r"^\d{1,2}\.\s+\S.{2,80}(?<![.;:,])$")
_HEADING_LEVEL = 2


def html_draft(text: str, path: Path) -> Draft:
    """Return the main text of a page with its headings, and what its metadata says.

    Raises:
        CorpusError: It is no page that can be parsed.
    """
    try:
        found = extract(
            text,
            output_format="xml",
            include_comments=False,
            include_tables=True,
            include_formatting=False,
            favor_recall=True,
            with_metadata=False,
        )
        blocks = _blocks(found) if found else []
        metadata = _metadata(text)
    except (etree.LxmlError, ValueError, RecursionError) as error:
        raise CorpusError(path, Fault.BROKEN) from error
    return Draft(blocks, metadata)


def _blocks(xml: str) -> list[DraftBlock]:
    blocks = markup_blocks(etree.fromstring(xml.encode(), _XML), trafilatura=True)
    kept = [block for block in blocks if not _LONE_NUMBER.match(block.text)]
    if any(block.kind is BlockKind.HEADING for block in kept):
        return kept
    return _with_headings(kept)


def _with_headings(blocks: Sequence[DraftBlock]) -> list[DraftBlock]:
    """Many pages make headings of plain elements: then lines that look like one are."""
    found = []
    for block, after in zip(blocks, [*blocks[1:], None], strict=True):
        heading = after is not None and _is_heading(block.text.strip())
        kind = BlockKind.HEADING if heading else block.kind
        found.append(replace(block, kind=kind, level=_HEADING_LEVEL if heading else block.level))
    return found


def _is_heading(text: str) -> bool:
    """Return whether a line stands above others: "2. Thủ tục xin cấp mới", no "Lệ phí: 15.000đ"."""
    if ": " in text:
        return False
    return looks_like_heading(text) or _NUMBERED.match(text) is not None


def _metadata(text: str) -> dict[str, str]:
    # Dates are taken from what is marked as one; guessing finds years that mean something else.
    found = extract_metadata(text, date_config={"extensive_search": False, "original_date": True})
    title = _SITE_NAME.sub("", found.title or "")
    named = {
        "title": title,
        "source": found.url or "",
        "publisher": found.sitename or "",
        "date": found.date or "",
    }
    return {key: value for key, value in named.items() if value}
