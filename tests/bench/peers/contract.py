"""What is asked of every system."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol

TOP = 10
"""Passages to a question."""
PASSAGES, QUESTIONS = "passages.json", "questions.json"
"""In the folder of an input, for the processes that measure."""


@dataclass(frozen=True, slots=True)
class Passages:
    """The passages that every system indexes, in hoidap's order.

    Attributes:
        texts: A passage's number is its place here.
        corpus: The files they were cut from; read by hoidap alone, which has to cut them.
    """

    texts: Sequence[str]
    corpus: Path


class System(Protocol):
    """A retrieval system. What it imports it imports in `build` and `open`: both are timed."""

    def build(self, passages: Passages, folder: Path) -> None:
        """Index the passages and save the index in `folder`, which exists and is empty."""
        ...

    def open(self, folder: Path) -> None:
        """Get ready to answer from what `build` saved in another process."""
        ...

    def ask(self, question: str, k: int) -> list[int]:
        """Return the numbers of up to `k` passages, best first; called from several threads."""
        ...


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the table.

    Attributes:
        name: Of the system.
        place: Module and class.
        note: What to know beside its figures.
        index_of: The row whose index it opens; "" where it builds its own.
    """

    name: str
    place: str
    note: str = ""
    index_of: str = ""

    def system(self) -> System:
        """Return a new one."""
        module, name = self.place.split(":")
        made: System = getattr(import_module(f"{__package__}.{module}"), name)()
        return made


SYSTEMS = (
    Entry("hoidap", "own:Hoidap", "words and meanings; reads and cuts the files itself"),
    Entry(
        "hoidap, whole answer",
        "own:HoidapAnswers",
        "cites 10 passages; one where it says that it does not know",
        index_of="hoidap",
    ),
    Entry("model + FAISS, bare", "stores:Bare", "no texts"),
    Entry("LangChain + FAISS", "stores:LangChain"),
    Entry("telegram-rag-bot", "stores:TelegramRagBot", "its retrieval; no language model asked"),
    Entry("Chroma", "stores:Chroma", "HNSW"),
    Entry("LlamaIndex", "frameworks:LlamaIndex"),
    Entry("Haystack", "frameworks:Haystack"),
    Entry("txtai", "frameworks:Txtai", "IVF from 5,000 passages on; no texts"),
    Entry("bm25s", "frameworks:Bm25s", "words alone; no texts"),
)
