"""Passages for tests that need no index."""

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np

from retrieval.passage_table import PassageTable
from retrieval.types import DocumentRef, Passage


class PlainTable(PassageTable):
    """A table of passages in memory: document → the texts of its passages, all under one heading.

    A passage begins two characters after the end of the one before it.
    """

    def __init__(self, papers: Mapping[DocumentRef, Sequence[str]], heading: str = "") -> None:
        self._passages: list[Passage] = []
        self._refs: list[DocumentRef] = []
        self.documents: Any = []
        self.starts: Any = []
        for ref, texts in papers.items():
            self.starts.append(np.int64(len(self._passages)))
            self.documents.append(SimpleNamespace(ref=ref, passages=len(texts)))
            start = 0
            for number, text in enumerate(texts, start=1):
                end = start + len(text)
                self._passages.append(Passage(ref.id, number, start, end, text, heading))
                self._refs.append(ref)
                start = end + 2

    def __len__(self) -> int:
        return len(self._passages)

    def __getitem__(self, index: int) -> Passage:
        return self._passages[index]

    def document_of(self, index: int) -> DocumentRef:
        """The document of passage `index`."""
        return self._refs[index]

    def passages_of(self, document: int) -> list[Passage]:
        """The passages of one document."""
        wanted = self.documents[document].ref
        return [one for one, ref in zip(self._passages, self._refs, strict=True) if ref is wanted]
