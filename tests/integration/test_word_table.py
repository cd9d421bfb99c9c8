"""Promises of the word table: what is written comes back, passage by passage."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest

from retrieval.alignment import word_vectors
from retrieval.errors import GenerationCorrupt
from retrieval.text import sentence_spans
from retrieval.word_table import WordRun, WordTable, WordTableWriter, cut, words_in, words_of

ENTRIES = [
    ("Chi bộ họp hằng tháng. Trời hôm nay mưa to.", "Điều lệ\nChương I"),
    ("…", ""),
    ("Straßenbahn, Panthers và 我是中国人", ""),
    ("", "Chỉ có tiêu đề"),
    ("Một câu.\nHai câu! Ba câu?", "Văn bản\n"),
]


def write(entries: Sequence[tuple[str, str] | WordRun], folder: Path) -> None:
    """Write a table of `entries`; neighbouring texts are cut at once."""
    with WordTableWriter(folder) as writer:
        for is_run, group in groupby(entries, lambda entry: isinstance(entry, WordRun)):
            own = list(group)
            texts = [entry for entry in own if not isinstance(entry, WordRun)]
            if not is_run:
                writer.add(words_in(cut(texts, word_vectors()), word_vectors()))
            for run in own:
                if isinstance(run, WordRun):
                    writer.add(run)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A table of ENTRIES."""
    write(ENTRIES, tmp_path / "words")
    return tmp_path / "words"


@pytest.mark.parametrize("chosen", [[0], [4, 2], [1, 3], [0, 1, 2, 3, 4], [2, 2], []])
def test_words_come_back_in_the_order_asked_for(folder: Path, chosen: list[int]) -> None:
    """Any passages, in any order, twice if need be, have the words they were written with."""
    table = WordTable.open(folder)
    assert len(table) == len(ENTRIES)
    given = table.of(chosen)
    own = [words_of(*ENTRIES[passage], word_vectors()) for passage in chosen]
    assert given.counts.tolist() == [len(one.parts) for one in own]
    assert given.parts.tolist() == [size for one in own for size in one.parts.tolist()]
    assert given.words.tokens.tolist() == [t for one in own for t in one.words.tokens.tolist()]
    assert given.words.lengths.tolist() == [n for one in own for n in one.words.lengths.tolist()]
    expected = np.concatenate([one.norms for one in own]) if own else np.empty(0)
    np.testing.assert_allclose(given.norms, expected, rtol=1e-3)


def test_a_passage_is_its_context_and_its_sentences(folder: Path) -> None:
    """The parts are those that an answering sentence is chosen from, an empty context first."""
    table = WordTable.open(folder)
    for passage, (text, _) in enumerate(ENTRIES):
        own = table.of([passage])
        assert own.counts.tolist() == [1 + len(sentence_spans(text))]
        assert own.parts.sum() == len(own.words.lengths)
        assert own.words.lengths.sum() == len(own.words.tokens)
    assert table.of([4]).parts.tolist()[0] > 0
    assert table.of([2]).parts.tolist()[0] == 0


def test_many_passages_are_as_few(tmp_path: Path) -> None:
    """Where a batch ends makes no difference."""
    write([(f"Câu số {n}. Hết.", "") for n in range(1_100)], tmp_path)
    table = WordTable.open(tmp_path)
    assert len(table) == 1_100
    for passage in (0, 511, 512, 1_099):
        own = words_of(f"Câu số {passage}. Hết.", "", word_vectors())
        assert table.of([passage]).words.tokens.tolist() == own.words.tokens.tolist()


def test_the_vocabulary_fits_its_column() -> None:
    """A token's number takes two bytes on disk."""
    assert word_vectors().vocabulary <= 1 << 16


@pytest.mark.parametrize("name", ["tokens.bin", "places.bin"])
def test_a_table_cut_short_or_gone_is_corrupt(folder: Path, name: str) -> None:
    """A missing file, or one that ends inside a number, is named."""
    path = folder / name
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(GenerationCorrupt, match="the words in"):
        WordTable.open(folder)
    path.unlink()
    with pytest.raises(GenerationCorrupt, match="the words in"):
        WordTable.open(folder)


def test_an_empty_table_opens(tmp_path: Path) -> None:
    """No passage is a table too."""
    write([], tmp_path)
    assert len(WordTable.open(tmp_path)) == 0


def test_words_taken_over_are_written_as_they_were(folder: Path, tmp_path: Path) -> None:
    """A table made of runs of another one, with new passages between, is that of its texts."""
    table = WordTable.open(folder)
    new = ("Đoạn mới. Hai câu.", "Tựa")
    runs = table.run(0, 2), table.run(2, 0), table.run(2, 3)
    entries: list[tuple[str, str] | WordRun] = [runs[0], new, *runs[1:], new]
    write(entries, tmp_path / "taken")
    whole = [*ENTRIES[:2], new, *ENTRIES[2:], new]
    write(whole, tmp_path / "whole")
    for file in sorted((tmp_path / "whole").iterdir()):
        assert (tmp_path / "taken" / file.name).read_bytes() == file.read_bytes(), file.name
