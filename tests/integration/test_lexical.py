"""Promises of the lexical index, real tantivy against a naive scorer."""

import math
import random
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from retrieval import legs, lexical
from retrieval.errors import GenerationCorrupt
from retrieval.legs import FieldWeights, IndexedTerms
from retrieval.lexical import LexicalIndex, LexicalWriter
from retrieval.text import Terms, analyse
from retrieval.text.synonyms import Synonyms, Way
from retrieval.text.terms import with_pairs

Entry = tuple[str, str]
K1, B = 1.2, 0.75
_VOCABULARY = (
    "hà nội chi bộ thôn tổ dân phố đề án đảng xã phường quận bo de an ha noi dan to xa".split()
)


def bm25(entries: Sequence[Entry], field: str, question: Sequence[str]) -> list[float]:
    """The textbook score of every entry for the terms of `question` in one field."""
    texts = []
    for passage, context in entries:
        own, above = analyse(passage), analyse(context)
        texts.append(
            {
                "accented": with_pairs(own.accented),
                "folded": with_pairs(own.folded),
                "context": with_pairs(above.folded),
                "numbers": own.numbers + above.numbers,
            }[field]
        )
    mean_length = sum(map(len, texts)) / len(texts)
    scores = [0.0] * len(texts)
    for term in question:
        containing = sum(term in text for text in texts)
        idf = math.log(1 + (len(texts) - containing + 0.5) / (containing + 0.5))
        for index, text in enumerate(texts):
            if count := text.count(term):
                norm = K1 * (1 - B + B * len(text) / mean_length)
                scores[index] += idf * count * (K1 + 1) / (count + norm)
    return scores


def oracle(
    entries: Sequence[Entry], question: str, weights: FieldWeights
) -> list[tuple[int, float]]:
    """(passage, score) above 0, best first, ties by passage."""
    terms = analyse(question)
    typed_bare = terms.accented == terms.folded
    accented = 0.0 if typed_bare else weights.accented
    folded = weights.accented + weights.folded if typed_bare else weights.folded
    fields = (
        ("accented", with_pairs(terms.accented), accented),
        ("folded", with_pairs(terms.folded), folded),
        ("context", with_pairs(terms.folded), weights.context),
        ("numbers", terms.numbers, weights.numbers),
    )
    totals = [0.0] * len(entries)
    for field, asked, weight in fields:
        for passage, score in enumerate(bm25(entries, field, asked)):
            totals[passage] += weight * score
    found = [(passage, score) for passage, score in enumerate(totals) if score > 0]
    return sorted(found, key=lambda pair: (-round(pair[1], 4), pair[0]))


def opened(
    entries: Sequence[Entry], folder: Path, weights: FieldWeights | None = None
) -> LexicalIndex:
    """The index of `entries`, written and opened again."""
    write(placed(entries), folder / "lexical")
    return LexicalIndex.open(folder / "lexical", weights=weights)


def write(
    entries: Sequence[legs.Entry],
    folder: Path,
    base: Path | None = None,
    gone: Sequence[int] = (),
) -> None:
    """Write an index of `entries` to `folder`, with a base beside what that has."""
    with LexicalWriter(folder, base, gone) as writer:
        writer.add(entries)


def placed(entries: Sequence[Entry], slot: int = 0) -> list[legs.Entry]:
    """The entries as the passages of one document."""
    return [
        legs.Entry(slot, n, IndexedTerms.of(text, context))
        for n, (text, context) in enumerate(entries)
    ]


def random_entries(seed: int, count: int) -> list[Entry]:
    """Short passages under short titles, some with a document's number."""
    chance = random.Random(seed)

    def text(longest: int) -> str:
        return " ".join(chance.choices(_VOCABULARY, k=chance.randint(0, longest)))

    numbers = ["", "", "Nghị quyết 18-NQ/TW", "Đề án 06", "Chỉ thị số 15"]
    return [(f"{text(12)} {chance.choice(numbers)}", text(4)) for _ in range(count)]


QUESTIONS = [
    "đề án",
    "de an",
    "Hà Nội chi bộ Hà Nội",
    "tổ dân phố ở xã",
    "to dan pho",
    "Nghị quyết số 18 của đảng",
    "ĐỀ ÁN 06",
    "chỉ thị 15",
]


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    "weights", [FieldWeights(), FieldWeights(accented=0.7, folded=0.2, context=0.0, numbers=3.0)]
)
def test_search_is_bm25(tmp_path: Path, seed: int, weights: FieldWeights) -> None:
    """Ids and scores are those of the textbook, summed over the weighted fields."""
    entries = random_entries(seed, 30)
    index = opened(entries, tmp_path, weights)
    for question in QUESTIONS:
        hits = index.search(analyse(question), 100)
        expected = oracle(entries, question, weights)
        assert hits
        assert dict(hits) == pytest.approx(dict(expected), rel=1e-4)
        assert [passage for passage, _ in hits] == [passage for passage, _ in expected]


def test_best_k_are_the_first_of_all(tmp_path: Path) -> None:
    """Asking for fewer gives the head of the same ranking."""
    index = opened(random_entries(4, 60), tmp_path)
    everything = index.search(analyse("đề án chi bộ"), 60)
    assert len(everything) > 10
    for k in (0, 1, 5, 10):
        assert index.search(analyse("đề án chi bộ"), k) == everything[:k]


def test_equal_passages_come_by_number_even_at_the_cut(tmp_path: Path) -> None:
    """Of many passages with one score the first are found."""
    index = opened([("chi bộ thôn", "")] * 300 + [("chi bộ", "")], tmp_path)
    hits = index.search(analyse("thôn"), 5)
    assert [passage for passage, _ in hits] == [0, 1, 2, 3, 4]
    assert len({score for _, score in hits}) == 1


def test_context_counts_less_than_the_passage_itself(tmp_path: Path) -> None:
    """A word in the title alone finds a passage, behind one that says it."""
    entries = [("chi bộ", "thủy lợi"), ("thủy lợi", "chi bộ"), ("dân phố", "dân phố")]
    hits = opened(entries, tmp_path).search(analyse("thủy lợi"), 10)
    assert [passage for passage, _ in hits] == [1, 0]
    assert hits[0][1] > 2 * hits[1][1]


def test_number_is_found_however_it_is_written(tmp_path: Path) -> None:
    """A document's number finds its mentions before look-alikes, and the exact one first."""
    entries = [
        ("Đã có 18 nghị quyết.", ""),
        ("Theo Nghị quyết 18-NQ/TW.", ""),
        ("Theo Nghị quyết 18/NQ-CP.", ""),
        ("Cả xã có 18 thôn.", ""),
    ]
    index = opened(entries, tmp_path)
    assert [p for p, _ in index.search(analyse("NQ 18"), 10)][:2] in ([1, 2], [2, 1])
    assert index.search(analyse("18-NQ/TW"), 10)[0][0] == 1
    assert index.search(analyse("Nghị quyết 18/NQ-CP"), 10)[0][0] == 2


def test_accents_prefer_their_own_and_find_the_others(tmp_path: Path) -> None:
    """A word with marks finds itself first, and the same word without marks too."""
    index = opened([("ma", ""), ("má", ""), ("mà", ""), ("bé", "")], tmp_path)
    hits = index.search(analyse("má"), 10)
    assert [passage for passage, _ in hits] == [1, 0, 2]
    assert [passage for passage, _ in index.search(analyse("ma"), 10)] == [0, 1, 2]


@pytest.mark.parametrize("question", ["", "xyzzy", "?!"])
def test_unknown_words_find_nothing(tmp_path: Path, question: str) -> None:
    """A question that shares no term finds no passage."""
    assert opened([("chi bộ", "thôn")], tmp_path).search(analyse(question), 10) == []


def test_index_of_nothing_finds_nothing(tmp_path: Path) -> None:
    """An empty index is one that can be asked."""
    index = opened([], tmp_path)
    assert (len(index), index.search(analyse("chi bộ"), 10)) == (0, [])


@pytest.mark.parametrize("damage", ["absent", "empty", "meta"])
def test_folder_that_is_no_index_is_corrupt(tmp_path: Path, damage: str) -> None:
    """A missing, empty or broken folder is a corrupt generation, by name."""
    folder = tmp_path / "lexical"
    if damage == "empty":
        folder.mkdir()
    if damage == "meta":
        opened([("chi bộ", "")], tmp_path)
        (folder / "meta.json").write_text("{", encoding="utf-8")
    with pytest.raises(GenerationCorrupt, match="lexical is not a readable tantivy index"):
        LexicalIndex.open(folder)


def test_best_way_to_say_a_word_counts_and_no_other(tmp_path: Path) -> None:
    """Of a word's translations a passage scores its best one, by the textbook's formula."""
    entries = [("chồng bà là vua", ""), ("quốc vương", ""), ("vua và quốc vương", ""), ("sông", "")]
    write(placed(entries), tmp_path / "lexical")
    index = LexicalIndex.open(tmp_path / "lexical")
    king = Synonyms(
        ("king",), (Way("quốc vương", ("quôc1_vương",), 1.0), Way("vua", ("vua",), 0.5))
    )
    pair, single = (bm25(entries, "accented", [term]) for term in ("quôc1_vương", "vua"))
    expected = [max(a, b / 2) for a, b in zip(pair, single, strict=True)]
    found = dict(index.search(Terms([], [], []), 10, [king]))
    assert found == pytest.approx({n: s for n, s in enumerate(expected) if s > 0}, rel=1e-5)
    assert set(found) == {0, 1, 2}


def test_in_a_large_index_all_other_names_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there are many passages a passage with two other names of a word has both scores."""
    monkeypatch.setattr(lexical, "_MANY", 3)
    entries = [("nhà vua và quốc vương", ""), ("nhà vua", ""), ("đảng viên", "")]
    index = opened(entries, tmp_path)
    ways = (Way("vua", ("vua",), 1.0), Way("quốc vương", ("quôc1_vương",), 0.5))
    king, pair = (bm25(entries, "accented", [term]) for term in ("vua", "quôc1_vương"))
    found = dict(index.search(Terms([], [], []), 10, [Synonyms(("king",), ways)]))
    assert found == pytest.approx({0: king[0] + pair[0] / 2, 1: king[1]}, rel=1e-5)


def test_every_pair_of_a_longer_translation_counts(tmp_path: Path) -> None:
    """A phrase of three syllables is found by its pairs, each weighed down by their number."""
    entries = [("nhà triết học", ""), ("triết học", ""), ("nhà cửa", "")]
    write(placed(entries), tmp_path / "lexical")
    index = LexicalIndex.open(tmp_path / "lexical")
    terms = ("nha2_triêt1", "triêt1_hoc5")
    phrase = Synonyms(("philosopher",), (Way("nhà triết học", terms, 1.0),))
    expected = [score / math.sqrt(2) for score in bm25(entries, "accented", terms)]
    found = dict(index.search(Terms([], [], []), 10, [phrase]))
    assert found == pytest.approx({n: s for n, s in enumerate(expected) if s > 0}, rel=1e-5)


def test_an_index_goes_on_from_another(tmp_path: Path) -> None:
    """Documents are added and taken away by slot, and the index gone on from stays as it is."""
    chi_bo = [("chi bộ họp", ""), ("đảng viên", "")]
    dan_so = [("dân số thành phố", "")]
    new = [("chi bộ mới", ""), ("dân số mới", "")]
    write(placed(chi_bo, 0) + placed(dan_so, 1), tmp_path / "first")
    write(placed(new, 2), tmp_path / "second", tmp_path / "first", gone=[1])
    before = LexicalIndex.open(tmp_path / "first", np.array([0, 2]))
    after = LexicalIndex.open(tmp_path / "second", np.array([0, 0, 2]))
    assert [passage for passage, _ in before.search(analyse("dân số"), 9)] == [2]
    assert [passage for passage, _ in before.search(analyse("chi bộ"), 9)] == [0]
    assert [passage for passage, _ in after.search(analyse("dân số"), 9)] == [3]
    assert {passage for passage, _ in after.search(analyse("chi bộ"), 9)} == {0, 2}
    assert (len(before), len(after)) == (3, 4)


@pytest.mark.parametrize("entries", [1, 2_000])
def test_what_is_given_up_can_be_removed(tmp_path: Path, entries: int) -> None:
    """When writing ends in an error, nothing writes to its folder any more."""
    for number in range(10):
        folder = tmp_path / str(number)
        # The writer lives on in the error's traceback, as it does while a build cleans up.
        with pytest.raises(EnoughError) as held, LexicalWriter(folder) as writer:
            writer.add(placed([("Hà Nội chi bộ", "đề án")] * entries))
            raise EnoughError
        shutil.rmtree(folder)
        assert held.tb is not None
        assert list(tmp_path.iterdir()) == []


class EnoughError(Exception):
    """Something else went wrong while an index was written."""
