"""Labels of documents as the menu offers them: those that nobody there may know of left out."""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from retrieval.labels import label_of, labels_of
from retrieval.passage_table import PassageTable
from retrieval.types import DocumentRef

_KEY_CHARS = 8


@dataclass(frozen=True, slots=True)
class OfferedLabel:
    """A label to choose.

    Attributes:
        label: As `retrieval.labels` has it.
        written: As people write it.
        documents: How many have it.
    """

    label: str
    written: str
    documents: int

    @property
    def key(self) -> str:
        """Its short name in the data of buttons."""
        return label_key(self.label)


@dataclass(frozen=True, slots=True)
class KnownLabels:
    """The labels of all the documents of a generation.

    Attributes:
        written: Label → as people write it.
        sets: Labels that documents have together → how many have just these.
    """

    written: Mapping[str, str]
    sets: Mapping[frozenset[str], int]

    @classmethod
    def of(cls, documents: Iterable[DocumentRef]) -> "KnownLabels":
        """Return the labels of `documents`."""
        written: dict[str, str] = {}
        sets: Counter[frozenset[str]] = Counter()
        for document in documents:
            sets[labels_of(document)] += 1
            for tag in document.tags:
                written.setdefault(label_of(f"#{tag}"), f"#{tag.removeprefix('#').strip()}")
        return cls(written, sets)

    def count(self, only: frozenset[str], hidden: frozenset[str]) -> int:
        """Return how many documents can be found; see `retrieval.types.Scope`."""
        return sum(
            count
            for labels, count in self.sets.items()
            if not labels & hidden and (not only or labels & only)
        )

    def ordinary(
        self, chosen: frozenset[str], hidden: frozenset[str], restricted: frozenset[str]
    ) -> list[OfferedLabel]:
        """Return, in order, the labels that anybody who runs a room may choose there.

        A label that only hidden documents have is hidden with them: its name may say what is in
        them.

        Args:
            chosen: Those of the room; offered even when no document has one any more.
            hidden: Labels that hide a document there.
            restricted: Labels that are never shown, nor the folders below them.
        """
        counts: Counter[str] = Counter(dict.fromkeys(chosen, 0))
        for labels, count in self.sets.items():
            if not labels & hidden:
                counts.update(dict.fromkeys(labels, count))
        folders = tuple(label for label in restricted if label.endswith("/"))
        return [
            self._offer(label, count)
            for label, count in sorted(counts.items())
            if label not in restricted and not label.startswith(folders)
        ]

    def named(self, labels: Iterable[str]) -> list[OfferedLabel]:
        """Return, in order, these labels, with how many documents have each."""
        return [self._offer(label, self.count(frozenset({label}), frozenset())) for label in labels]

    def _offer(self, label: str, count: int) -> OfferedLabel:
        return OfferedLabel(label, self.written.get(label, label), count)


NO_LABELS = KnownLabels({}, {})


@lru_cache(maxsize=2)
def known_labels(table: PassageTable) -> KnownLabels:
    """Return the labels of a generation's documents; slow the first time."""
    return KnownLabels.of(row.ref for row in table.documents)


def label_key(label: str) -> str:
    """Return the short name of a label; a label itself may be longer than a button can hold."""
    raw = hashlib.sha256(label.encode("utf-8", "surrogatepass")).digest()
    return base64.urlsafe_b64encode(raw).decode()[:_KEY_CHARS]
