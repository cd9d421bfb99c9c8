"""The words of every passage, as the bundled model cuts them: written once, mapped to read.

A question is weighed against the words of its best passages; cutting those anew for each question
would cost more than all the rest. A passage is kept as its context (title and headings) and its
sentences, as `retrieval.text.sentence_spans` has them. It costs about 3 bytes a token.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from retrieval.copying import copy_bytes
from retrieval.errors import GenerationCorrupt
from retrieval.text import normalise_spelling, sentence_spans
from retrieval.token_vectors import Tokens, TokenVectors, Words

_TOKENS = np.dtype("<u2")
_LENGTHS = np.dtype("<u2")
_NORMS = np.dtype("<f2")
_PLACES = np.dtype([("token", "<u8"), ("word", "<u8"), ("part", "<u8")])
_FIRST = np.zeros((), dtype=_PLACES)[()]
_FILES = {
    "tokens.bin": ("token", _TOKENS),
    "lengths.bin": ("word", _LENGTHS),
    "norms.bin": ("word", _NORMS),
    "parts.bin": ("part", _LENGTHS),
}
"""File → what its numbers are counted by in a place, and their type."""
_ENDS_FILE = "places.bin"


@dataclass(frozen=True, slots=True)
class PassageWords:
    """The words of some passages, one after the other.

    Attributes:
        words: All of them.
        norms: (w,) float32, how much each tells.
        parts: (s,) words of each part; a passage's first part is its context, the others are its
            sentences; a part may be empty.
        counts: (p,) parts of each passage.
    """

    words: Words
    norms: NDArray[np.float32]
    parts: NDArray[np.int64]
    counts: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class WordRun:
    """The words of neighbouring passages of a table, to be taken over as they lie there.

    Attributes:
        folder: The table's.
        start: Where the first passage's words begin, by name of `_PLACES`.
        ends: (n,) where each passage's words end.
    """

    folder: Path
    start: Any
    ends: NDArray[np.void]


class WordTable:
    """Random access to the words of the passages of one generation, by index from 0."""

    def __init__(
        self,
        folder: Path,
        tokens: NDArray[np.uint16],
        lengths: NDArray[np.uint16],
        norms: NDArray[np.float16],
        parts: NDArray[np.uint16],
        places: NDArray[np.void],
    ) -> None:
        self._folder = folder
        self._tokens = tokens
        self._lengths = lengths
        self._norms = norms
        self._parts = parts
        self._places = places

    @classmethod
    def open(cls, folder: Path) -> "WordTable":
        """Map what `WordTableWriter` wrote.

        Raises:
            GenerationCorrupt: A file is missing or cut short.
        """
        try:
            return cls(
                folder,
                _mapped(folder / "tokens.bin", _TOKENS),
                _mapped(folder / "lengths.bin", _LENGTHS),
                _mapped(folder / "norms.bin", _NORMS),
                _mapped(folder / "parts.bin", _LENGTHS),
                _mapped(folder / "places.bin", _PLACES),
            )
        except (OSError, ValueError) as error:
            raise GenerationCorrupt(f"the words in {folder} are unreadable") from error

    def __len__(self) -> int:
        return len(self._places)

    def of(self, passages: Sequence[int]) -> PassageWords:
        """Return the words of these passages, in this order."""
        spans = [self._span(passage) for passage in passages]
        tokens = _joined([self._tokens[a["token"] : b["token"]] for a, b in spans], np.int64)
        lengths = _joined([self._lengths[a["word"] : b["word"]] for a, b in spans], np.int64)
        return PassageWords(
            Words(tokens, lengths),
            _joined([self._norms[a["word"] : b["word"]] for a, b in spans], np.float32),
            _joined([self._parts[a["part"] : b["part"]] for a, b in spans], np.int64),
            np.array([int(b["part"]) - int(a["part"]) for a, b in spans], dtype=np.int64),
        )

    def run(self, start: int, count: int) -> WordRun:
        """Return the words of `count` passages from `start` on, for another table."""
        first = self._places[start - 1] if start else _FIRST
        return WordRun(self._folder, first, self._places[start : start + count])

    def _span(self, passage: int) -> tuple[Any, Any]:
        start = self._places[passage - 1] if passage else _FIRST
        return start, self._places[passage]


class WordTableWriter:
    """Writes words to a folder, passage after passage."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._place = np.zeros(1, dtype=_PLACES)
        with ExitStack() as stack:
            self._files = {
                name: stack.enter_context((folder / name).open("wb"))
                for name in (*_FILES, _ENDS_FILE)
            }
            self._open = stack.pop_all()

    def __enter__(self) -> "WordTableWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def add(self, own: PassageWords | WordRun) -> None:
        """Write the words of some passages, or a run of another table's."""
        if isinstance(own, WordRun):
            ends = _copied(own, self._place, self._files)
        else:
            ends = _appended(own, self._place, self._files)
        self._files[_ENDS_FILE].write(ends.tobytes())
        self._place = ends[-1:] if len(ends) else self._place


@dataclass(frozen=True, slots=True)
class CutPassages:
    """The parts of some passages as the bundled model cuts them, context first.

    Attributes:
        tokens: Of each part.
        counts: (p,) parts of each passage.
    """

    tokens: Tokens
    counts: NDArray[np.int64]


def cut(entries: Sequence[tuple[str, str]], vectors: TokenVectors) -> CutPassages:
    """Return the parts of passages, each a text and its context; all are cut in one call."""
    texts: list[str] = []
    counts: list[int] = []
    for text, context in entries:
        parts = [context, *(text[start:end] for start, end in sentence_spans(text))]
        texts += map(normalise_spelling, parts)
        counts.append(len(parts))
    return CutPassages(vectors.tokens(texts), np.array(counts, dtype=np.int64))


def words_of(text: str, context: str, vectors: TokenVectors) -> PassageWords:
    """Return the words of one passage that is not in a table."""
    return words_in(cut([(text, context)], vectors), vectors)


def words_in(passages: CutPassages, vectors: TokenVectors) -> PassageWords:
    """Return the words of passages that are cut."""
    words, parts = vectors.words_in(passages.tokens)
    return PassageWords(words, vectors.norms(words), parts, passages.counts)


def _appended(
    own: PassageWords, place: NDArray[np.void], files: Mapping[str, BinaryIO]
) -> NDArray[np.void]:
    """Write the words of `own` from `place` on; return where each passage ends."""
    columns: list[NDArray[Any]] = [own.words.tokens, own.words.lengths, own.norms, own.parts]
    for (name, (_, dtype)), column in zip(_FILES.items(), columns, strict=True):
        files[name].write(column.astype(dtype).tobytes())
    parts = np.cumsum(own.counts)
    words = np.concatenate([[0], np.cumsum(own.parts)])[parts]
    tokens = np.concatenate([[0], np.cumsum(own.words.lengths)])[words]
    ends = np.empty(len(parts), dtype=_PLACES)
    for name, values in (("token", tokens), ("word", words), ("part", parts)):
        ends[name] = values.astype(np.uint64) + place[name]
    return ends


def _copied(
    run: WordRun, place: NDArray[np.void], files: Mapping[str, BinaryIO]
) -> NDArray[np.void]:
    """Write the words of `run` from `place` on; return where each passage ends."""
    ends = run.ends.copy()
    if not len(ends):
        return ends
    for name, (unit, dtype) in _FILES.items():
        start, end = int(run.start[unit]), int(ends[-1][unit])
        size = dtype.itemsize
        copy_bytes(run.folder / name, start * size, end * size, files[name])
    for unit in ("token", "word", "part"):
        # Below 0 it wraps around, and back.
        ends[unit] += place[unit] - run.start[unit]
    return ends


def _joined(arrays: Sequence[NDArray[Any]], dtype: type) -> NDArray[Any]:
    return np.concatenate(arrays).astype(dtype) if arrays else np.empty(0, dtype=dtype)


def _mapped(path: Path, dtype: np.dtype[Any]) -> NDArray[Any]:
    if path.stat().st_size % dtype.itemsize:
        raise ValueError(f"{path} is cut short")
    if not path.stat().st_size:
        return np.empty(0, dtype=dtype)
    # As a plain array: slices of a memmap cost several times as much to make.
    return np.asarray(np.memmap(path, dtype=dtype, mode="r"))
