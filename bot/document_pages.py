"""The documents as operators see them: a list by pages, one of them, and the buttons under both.

Knows no telegram. What comes back: `dl:<page>:<words>` shows the list, `dd:<key>:<page>:<words>` a
document of it, `dr:` asks whether to remove that, `dx:<key>` removes it, `du:<key>` puts back what
was removed, `ri:` reindexes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path

from bot.buttons import Button, Rows, shortened
from bot.keyboards import deep_link
from bot.links import PassageLink, document_key, documents_by_key
from bot.removing import KEPT_DAYS
from bot.settings import Language
from bot.texts import sentences
from bot.texts.documents import DocumentTexts, documents_texts
from bot.texts.operators import operators_texts
from retrieval.labels import labels_of
from retrieval.passage_table import DocumentRow, PassageTable
from retrieval.text import fold
from retrieval.types import DocumentRef
from retrieval.validity import has_lapsed

LIST, SHOW, ASK_TO_REMOVE, REMOVE, UNDO = "dl:", "dd:", "dr:", "dx:", "du:"
REINDEX_NOW = "ri:"
_ON_A_PAGE = 8
_IN_A_ROW = 4
_MOST_WORDS_BYTES = 36
"""`dd:`, a key and a page with it are at most 64 bytes."""
_MOST_PAGES = 9_999
_LINE_UNITS = 80
_VALUE_UNITS = 300


@dataclass(frozen=True, slots=True)
class Listing:
    """Which list somebody looks at; `str` writes it as buttons have it.

    Attributes:
        words: What the names are searched for, folded, as much of it as a button holds; or "".
        page: From 0.
    """

    words: str = ""
    page: int = 0

    def __str__(self) -> str:
        return f"{self.page}:{self.words}"

    @classmethod
    def searching(cls, typed: str) -> "Listing":
        """Return the first page of the documents whose names have all words of `typed`."""
        words = " ".join(fold(typed).split())
        return cls(words.encode()[:_MOST_WORDS_BYTES].decode(errors="ignore").strip())

    @classmethod
    def read(cls, written: str) -> "Listing":
        """Return the list that a button names; the first page of all where it names none."""
        page, _, words = written.partition(":")
        known = page.isascii() and page.isdecimal() and int(page) <= _MOST_PAGES
        return cls(cls.searching(words).words, int(page)) if known else cls()

    def at(self, page: int) -> "Listing":
        """Return another page of it."""
        return Listing(self.words, page)


@dataclass(frozen=True, slots=True)
class DocumentPages:
    """What can be shown of the documents of one generation.

    Attributes:
        table: The generation's.
        language: To say it in.
        is_there: Whether the file of the document with an id is still in the corpus.
    """

    table: PassageTable
    language: Language
    is_there: Callable[[str], bool]

    def listed(self, listing: Listing) -> tuple[str, Rows]:
        """Return, as HTML, one page of a list, and what is under it."""
        say = documents_texts(self.language)
        found = matching(self.table, listing.words)
        if not found:
            return _plain(say.none_found.format(words=listing.words)), ()
        pages = -(-len(found) // _ON_A_PAGE)
        page = min(listing.page, pages - 1)
        shown = found[page * _ON_A_PAGE : (page + 1) * _ON_A_PAGE]
        template = say.head_found if listing.words else say.head
        head = template.format(count=len(found), page=page + 1, pages=pages, words=listing.words)
        entries = [self._entry(number, row, say) for number, row in enumerate(shown, start=1)]
        text = "\n\n".join([f"<b>{_plain(head)}</b>", *entries, f"<i>{_plain(say.hint)}</i>"])
        return text, self._list_buttons(shown, listing.at(page), pages)

    def document(self, key: str, listing: Listing, archive: str, username: str) -> tuple[str, Rows]:
        """Return, as HTML, what is known of a document of `table`, and what is under it.

        Args:
            key: As `documents_by_key` has it.
            listing: Where it was chosen.
            archive: Id of the file that it is inside of with others, or "".
            username: The bot's.
        """
        index = documents_by_key(self.table)[key]
        row, say = self.table.documents[index], documents_texts(self.language)
        lines = [f"<b>{_plain(shortened(row.ref.title, _VALUE_UNITS))}</b>", *self._facts(row, say)]
        if archive:
            lines.append("\n" + _plain(say.inside.format(archive=shortened(archive, _LINE_UNITS))))
        acts = [Button(say.button_open, url=self._link(index, username))] if row.passages else []
        if not archive and self.is_there(row.ref.id):
            acts.append(Button(say.button_remove, data=f"{ASK_TO_REMOVE}{key}:{listing}"))
        rows = [acts] if acts else []
        return "\n".join(lines), [*rows, [Button(say.button_list, data=f"{LIST}{listing}")]]

    def _link(self, index: int, username: str) -> str:
        first = self.table[int(self.table.starts[index])]
        return deep_link(username, PassageLink.to(first.document_id, first.number, first.text))

    def _entry(self, number: int, row: DocumentRow, say: DocumentTexts) -> str:
        told = [shortened(row.ref.id, _LINE_UNITS), say.passages.format(count=row.passages)]
        told += [row.ref.date or "", _labels(row.ref), self._lapsed(row.ref)]
        if not self.is_there(row.ref.id):
            told.append(say.awaits_reindex)
        title = f"<b>{number}.</b> {_plain(shortened(row.ref.title, _LINE_UNITS))}"
        return f"{title}\n{_plain(' · '.join(filter(None, told)))}"

    def _facts(self, row: DocumentRow, say: DocumentTexts) -> list[str]:
        ref = row.ref
        told = [
            (say.file, ref.id),
            (say.source, ref.source if ref.source != ref.id else ""),
            (say.publisher, ref.publisher),
            (say.date, ref.date),
            (say.in_force_from, ref.in_force_from),
            (say.labels, _labels(ref)),
        ]
        facts = [line.format(value=shortened(value, _VALUE_UNITS)) for line, value in told if value]
        facts.append(say.passages.format(count=row.passages))
        facts += filter(None, [self._lapsed(ref)])
        if not self.is_there(ref.id):
            facts.append(say.awaits_reindex)
        return [_plain(fact) for fact in facts]

    def _lapsed(self, ref: DocumentRef) -> str:
        if not has_lapsed(ref):
            return ""
        say = sentences(self.language)
        parts = [say.lapsed_on.format(date=ref.in_force_to) if ref.in_force_to else say.lapsed]
        if ref.replaced_by:
            parts.append(say.replaced_by.format(title=shortened(ref.replaced_by, _LINE_UNITS)))
        return ", ".join(parts)

    def _list_buttons(self, shown: Sequence[DocumentRow], listing: Listing, pages: int) -> Rows:
        numbers = [
            Button(str(number), data=f"{SHOW}{document_key(row.ref.id)}:{listing}")
            for number, row in enumerate(shown, start=1)
        ]
        rows = [numbers[at : at + _IN_A_ROW] for at in range(0, len(numbers), _IN_A_ROW)]
        turning = []
        if listing.page > 0:
            back = listing.at(listing.page - 1)
            turning.append(Button("◂", data=f"{LIST}{back}"))
        if listing.page + 1 < pages:
            turning.append(Button("▸", data=f"{LIST}{listing.at(listing.page + 1)}"))
        return [*rows, turning] if turning else rows


def confirming(key: str, name: str, listing: Listing, language: Language) -> tuple[str, Rows]:
    """Return the page that asks whether to remove the document `name`."""
    say = documents_texts(language)
    text = _plain(say.confirm.format(id=shortened(name, _VALUE_UNITS), days=KEPT_DAYS))
    sure = Button(say.button_confirm, data=f"{REMOVE}{key}")
    return text, [[sure, Button(say.button_cancel, data=f"{SHOW}{key}:{listing}")]]


def removed(name: str, kept: Path, language: Language) -> tuple[str, Rows]:
    """Return the page that says that the document `name` is now in the folder `kept`."""
    say = documents_texts(language)
    text = say.removed.format(id=shortened(name, _VALUE_UNITS), kept=kept, days=KEPT_DAYS)
    undo = Button(say.button_undo, data=f"{UNDO}{document_key(kept.name)}")
    return _plain(text), [[undo, reindex_button(language)], [_to_list(say)]]


def restored(name: str, language: Language) -> tuple[str, Rows]:
    """Return the page that says that the document `name` is back."""
    say = documents_texts(language)
    return said(say.restored.format(id=shortened(name, _VALUE_UNITS)), language)


def said(text: str, language: Language) -> tuple[str, Rows]:
    """Return a page that says `text`, from which one can go on."""
    return _plain(text), [[_to_list(documents_texts(language)), reindex_button(language)]]


def reindex_button(language: Language) -> Button:
    """Return the button that does what /reindex does."""
    return Button(operators_texts(language).button_reindex, data=REINDEX_NOW)


def _to_list(say: DocumentTexts) -> Button:
    return Button(say.button_list, data=f"{LIST}{Listing()}")


def matching(table: PassageTable, words: str) -> Sequence[DocumentRow]:
    """Return the documents whose title and id have all of some folded words in them."""
    if not words:
        return table.documents
    parts = words.split()
    return [
        row
        for row, name in zip(table.documents, _folded_names(table), strict=True)
        if all(part in name for part in parts)
    ]


@lru_cache(maxsize=2)
def _folded_names(table: PassageTable) -> Sequence[str]:
    return [fold(f"{row.ref.title} {row.ref.id}") for row in table.documents]


def _labels(ref: DocumentRef) -> str:
    return shortened(", ".join(sorted(labels_of(ref))), _LINE_UNITS)


def _plain(text: str) -> str:
    return escape(text, quote=False)
