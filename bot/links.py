"""Links to passages: short enough for a deep link, and alive after a reindex. Knows no telegram.

A link names a document by a digest of its id, a passage by its number, and the passage's words by
a digest, so that one which has moved in its document is found again. Nothing needs to be kept for
it, and it says nothing about who asked what.
"""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from retrieval.passage_table import PassageTable
from retrieval.types import Citation, DocumentRef, Passage

_DOCUMENT_CHARS = 12
_WORDS_CHARS = 8
_MARKED = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")
_WRITTEN = re.compile(
    rf"p([A-Za-z0-9_-]{{{_DOCUMENT_CHARS}}})([A-Za-z0-9_-]{{{_WORDS_CHARS}}})([1-9][0-9]{{0,8}})"
)


@dataclass(frozen=True, slots=True)
class PassageLink:
    """A passage by digests; `str` writes it in letters that a deep link may have, 64 at most."""

    document: str
    words: str
    number: int

    def __str__(self) -> str:
        return f"p{self.document}{self.words}{self.number}"

    @classmethod
    def to(cls, document_id: str, number: int, text: str) -> "PassageLink":
        """Return the link to passage `number` of a document, which reads `text`."""
        return cls(document_key(document_id), _digest(text, _WORDS_CHARS), number)

    @classmethod
    def read(cls, written: str) -> "PassageLink | None":
        """Return the link that `written` is, or None where it is none."""
        match = _WRITTEN.fullmatch(written)
        return None if match is None else cls(match[1], match[2], int(match[3]))


@dataclass(frozen=True, slots=True)
class KeptPassage:
    """A passage as an answer is remembered by: a link, and which part of it was marked.

    `first` and `last` are characters of the passage, both 0 where nothing was marked.
    """

    link: PassageLink
    first: int = 0
    last: int = 0

    def __str__(self) -> str:
        return f"{self.link}:{self.first}-{self.last}"

    @classmethod
    def of(cls, citation: Citation) -> "KeptPassage":
        """Return what is remembered of a citation."""
        link = PassageLink.to(citation.document.id, citation.passage, citation.quote)
        if citation.sentence is None:
            return cls(link)
        start, end = citation.sentence.start, citation.sentence.end
        return cls(link, start - citation.start, end - citation.start)

    @classmethod
    def read(cls, written: str) -> "KeptPassage | None":
        """Return the passage that `written` is, or None where it is none."""
        address, _, marked = written.partition(":")
        link, numbers = PassageLink.read(address), _MARKED.fullmatch(marked)
        if link is None or numbers is None:
            return None
        return cls(link, int(numbers[1]), int(numbers[2]))


@dataclass(frozen=True, slots=True)
class Found:
    """What a link leads to today.

    Attributes:
        table: Where the passage is.
        index: Of the passage there.
        document: Its document.
        changed: Whether the words are no longer those that the link was made for.
    """

    table: PassageTable
    index: int
    document: DocumentRef
    changed: bool = False


def document_key(document_id: str) -> str:
    """Return the short name of a document in links and buttons."""
    return _digest(document_id, _DOCUMENT_CHARS)


@lru_cache(maxsize=2)
def documents_by_key(table: PassageTable) -> Mapping[str, int]:
    """Return short name → index of every document of a generation."""
    return {document_key(row.ref.id): index for index, row in enumerate(table.documents)}


def follow(link: PassageLink, table: PassageTable) -> Found | None:
    """Return what a link leads to, or None where its document is gone.

    The passage with its words, wherever in the document; else, marked as changed, the one that
    has its number now, or the last.
    """
    found = standing(link, table)
    if found is None or not found.changed:
        return found
    document = documents_by_key(table)[link.document]
    at = _place(link, table.passages_of(document))
    if at is None:
        return found
    return Found(table, int(table.starts[document]) + at, found.document)


def standing(link: PassageLink, table: PassageTable) -> Found | None:
    """Return what stands where a link points, or None where its document is gone.

    It is marked as changed where the words are others: they may stand elsewhere in the document,
    which `follow` finds out by reading all of it.
    """
    document = documents_by_key(table).get(link.document)
    if document is None or not table.documents[document].passages:
        return None
    row = table.documents[document]
    index = int(table.starts[document]) + min(max(link.number, 1), row.passages) - 1
    is_same = _digest(table[index].text, _WORDS_CHARS) == link.words
    return Found(table, index, row.ref, changed=not is_same)


def _place(link: PassageLink, passages: Sequence[Passage]) -> int | None:
    """Return where the words of `link` are, nearest to where they were."""
    same = [i for i, own in enumerate(passages) if _digest(own.text, _WORDS_CHARS) == link.words]
    return min(same, key=lambda i: abs(i + 1 - link.number)) if same else None


@lru_cache(maxsize=1_024)
def _digest(text: str, chars: int) -> str:
    raw = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return base64.urlsafe_b64encode(raw).decode()[:chars]
