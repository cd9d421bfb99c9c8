"""An operator's own questions: two columns, a question and words of the passage that answers it."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import CorpusError, Fault
from retrieval.passage_table import PassageTable
from retrieval.text import canonical_text, normalise_spelling

_HEADS = frozenset({"question", "query", "câu hỏi", "cau hoi"})


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """A question and what the passage that answers it says, or a part of it.

    Attributes:
        line: Its line in the file, from 1.
    """

    line: int
    question: str
    expected: str


def load_own_questions(path: Path) -> list[OwnQuestion]:
    """Read tab- or comma-separated `path` in UTF-8; a line of headings and empty lines are skipped.

    Raises:
        CorpusError: It cannot be read, has no question, or a line has not two columns; the
            error's path names the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(path, Fault.NO_QUESTIONS) from error
    questions = list(_rows(path, text))
    if not questions:
        raise CorpusError(path, Fault.NO_QUESTIONS)
    return questions


def _rows(path: Path, text: str) -> Iterator[OwnQuestion]:
    lines = text.splitlines()
    if "\t" in text:
        reader = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    else:
        reader = csv.reader(lines)
    for cells in reader:
        row = [canonical_text(cell) for cell in cells]
        if not any(row) or (reader.line_num == 1 and row[0].casefold() in _HEADS):
            continue
        if len(row) != 2 or not all(any(c.isalnum() for c in cell) for cell in row):
            raise CorpusError(Path(f"{path}:{reader.line_num}"), Fault.NO_QUESTIONS)
        yield OwnQuestion(reader.line_num, row[0], row[1])


def passages_with(table: PassageTable, questions: Sequence[OwnQuestion]) -> list[set[int]]:
    """Return, per question, the passages whose words hold the expected ones.

    Capitals, white space and where a tone stands do not matter.
    """
    wanted = [_plain(question.expected) for question in questions]
    found: list[set[int]] = [set() for _ in questions]
    for passage in range(len(table)):
        text = _plain(table[passage].text)
        for holders, words in zip(found, wanted, strict=True):
            if words in text:
                holders.add(passage)
    return found


def has_words(text: str, words: str) -> bool:
    """Return whether `text` holds `words`, which no difference of typing hides."""
    return _plain(words) in _plain(text)


def _plain(text: str) -> str:
    return " ".join(normalise_spelling(text).casefold().split())
