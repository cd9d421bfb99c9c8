"""A document as a row of the list, and as a page with its passages."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.links import PassageLink, document_key
from bot.removing import is_there
from bot.texts.admin_pages import AdminTexts
from retrieval.labels import labels_of
from retrieval.passage_table import DocumentRow, PassageTable
from retrieval.types import DocumentRef
from retrieval.validity import has_lapsed

_IN_A_WINDOW = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """A document of the list.

    Attributes:
        key: Its short name.
        validity: Whether it holds, in words; "" where it does not say.
        lapsed: Whether it does not.
        there: Whether its file is still in the corpus.
    """

    key: str
    id: str
    title: str
    passages: int
    labels: Sequence[str]
    date: str
    validity: str
    lapsed: bool
    there: bool


@dataclass(frozen=True, slots=True)
class PassageView:
    """A passage of a document's page.

    Attributes:
        link: As the reader has it.
        page: From 1; 0 where there are no pages.
    """

    number: int
    link: str
    heading: str
    text: str
    page: int


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document's page.

    Attributes:
        facts: (what, how it is written) of what is known of it.
        source: A link to the original, or "".
        first: Number of the first passage shown.
        before: Number at which the window before begins; 0 for none.
        after: The same of the one after.
    """

    entry: Entry
    facts: Sequence[tuple[str, str]]
    source: str
    passages: Sequence[PassageView]
    first: int
    before: int
    after: int


def entry_of(row: DocumentRow, corpus: Path, say: AdminTexts) -> Entry:
    """Return a document as a row of the list; looks at the disk."""
    ref = row.ref
    lapsed = has_lapsed(ref)
    return Entry(
        key=document_key(ref.id),
        id=ref.id,
        title=ref.title,
        passages=row.passages,
        labels=ref.tags,
        date=ref.date or "",
        validity=_validity(ref, say, lapsed=lapsed),
        lapsed=lapsed,
        there=is_there(corpus, ref.id),
    )


def document_view(
    table: PassageTable, index: int, wanted: int, corpus: Path, say: AdminTexts
) -> DocumentView:
    """Return the page of the document with this index that shows passage `wanted` first."""
    row = table.documents[index]
    ref, count, start = row.ref, row.passages, int(table.starts[index])
    first = min(max(1, wanted), max(1, count))
    last = min(count, first + _IN_A_WINDOW - 1)
    passages = [table[start + number - 1] for number in range(first, last + 1)]
    told = (
        (say.fact_id, ref.id),
        (say.fact_publisher, ref.publisher),
        (say.fact_date, ref.date),
        (say.fact_from, ref.in_force_from),
        (say.fact_to, ref.in_force_to),
        (say.fact_replaced, ref.replaced_by),
        (say.fact_labels, ", ".join(sorted(labels_of(ref)))),
        (say.fact_archive, row.archive),
        (say.fact_passages, str(count)),
    )
    return DocumentView(
        entry=entry_of(row, corpus, say),
        facts=[(name, value) for name, value in told if value],
        # Anything else that a document names as its source might be a script.
        source=ref.source if ref.source.startswith(("https://", "http://")) else "",
        passages=[
            PassageView(
                number=one.number,
                link=str(PassageLink.to(one.document_id, one.number, one.text)),
                heading=one.heading,
                text=one.text,
                page=one.page,
            )
            for one in passages
        ],
        first=first,
        before=max(1, first - _IN_A_WINDOW) if first > 1 else 0,
        after=last + 1 if last < count else 0,
    )


def _validity(ref: DocumentRef, say: AdminTexts, *, lapsed: bool) -> str:
    if lapsed:
        return say.lapsed
    known = ref.in_force_from or ref.in_force_to
    return say.in_force if known else ""
