"""What both legs promise, wherever they are: one suite for FAISS and tantivy, and for Milvus."""

import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from retrieval.dense import rounded
from retrieval.embedding import Embeddings
from retrieval.errors import GenerationError
from retrieval.index import Index
from retrieval.legs import FieldWeights, SlotFilter, fields_asked
from retrieval.search import open_serving
from retrieval.text import Terms, analyse
from retrieval.text.other_words import other_words
from retrieval.text.synonyms import Synonyms, way
from retrieval.text.terms import with_pairs
from retrieval.types import LOCAL, Place
from tests.builders import build, write_corpus
from tests.embedders import HashEmbedder
from tests.milvus_servers import in_file, is_core, lite_version, serving

ENGINES = ("local", "lite file", "lite server")
K1, B = 1.2, 0.75
_EXACT, _QUANTISED = 1e-5, 0.06
"""Share of a score. tantivy keeps lengths above 40 terms in steps of a byte."""
_WORDS = (
    "hà nội chi bộ thôn tổ dân phố đề án đảng xã phường quận ủy ban nhân cư trú tạm vắng "
    "thuế nhà đất học sinh trường y tế bảo hiểm lương hưu nghỉ phép năm tháng ngày giờ"
).split()
_NUMBERS = (
    "Nghị định 135/2020/NĐ-CP",
    "Đề án 06",
    "Nghị quyết 18-NQ/TW",
    "Nghị định 13/2023/NĐ-CP",
)
QUESTIONS = (
    "Đề án 06 là gì?",
    "chi bộ thôn và tổ dân phố",
    "de an cua dang uy",
    "nhà nhà đất đất đất",
    "Nghị định 135/2020/NĐ-CP về lương hưu",
    "UBND phường làm việc giờ nào?",
    "when do schools pay health insurance?",
    "tạm trú tạm vắng",
    "qwrtz xyzzy",
)


@dataclass(frozen=True)
class Opened:
    """An index, and what it was made of.

    Attributes:
        entries: (text, context) of each passage.
        folders: That each is in.
        least_mean: The core of Milvus takes no mean length for less, as that of numbers may be.
    """

    index: Index
    entries: list[tuple[str, str]]
    folders: list[str]
    least_mean: float


def papers(words_each: tuple[int, int], seed: int) -> dict[str, str]:
    """Return documents in three folders; a few say the very same."""
    chance = random.Random(seed)
    made = {}
    for number in range(60):
        paragraphs = []
        for _ in range(chance.randint(1, 3)):
            said = [chance.choice(_WORDS) for _ in range(chance.randint(*words_each))]
            if chance.random() < 0.4:
                said.insert(chance.randint(0, len(said)), chance.choice(_NUMBERS))
            paragraphs.append(" ".join(said).capitalize() + ".")
        title = " ".join(chance.sample(_WORDS, 3))
        folder = ("a", "b", "mat")[number // 20]
        made[f"{folder}/{number:02}.md"] = f"# {title}\n\n" + "\n\n".join(paragraphs) + "\n"
    made["b/twin-1.md"] = made["b/twin-2.md"] = "# Sinh đôi\n\nTổ dân phố họp ở nhà văn hóa.\n"
    return made


@pytest.fixture(scope="session", params=ENGINES)
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """Where the legs are."""
    if request.param == "local":
        yield LOCAL
        return
    if not lite_version():
        pytest.skip("milvus-lite is not installed: it has no build for this system")
    folder = tmp_path_factory.mktemp("milvus")
    if request.param == "lite file":
        yield in_file(folder)
        return
    with serving(folder) as (found, _):
        yield found


@pytest.fixture(scope="session")
def short(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """Passages of at most 20 words: 39 terms, so that lengths are exact everywhere."""
    return opened(papers((2, 12), 3), tmp_path_factory.mktemp("short"), place)


@pytest.fixture(scope="session")
def long(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """Passages of up to 160 words."""
    return opened(papers((60, 160), 4), tmp_path_factory.mktemp("long"), place)


def opened(documents: dict[str, str], folder: Path, place: Place) -> Opened:
    """Build and open an index of `documents`."""
    build(write_corpus(folder / "corpus", documents), folder / "data", place=place)
    index = open_serving(folder / "data", HashEmbedder(), place=place)[0].index
    table = index.passages
    entries = [pair for number in range(len(table.documents)) for pair in table.entries_of(number)]
    folders = [row.ref.id.partition("/")[0] for row in table.documents for _ in range(row.passages)]
    least_mean = 1.0 if place.kind == "milvus" and is_core() else 0.0
    return Opened(index, entries, folders, least_mean)


# --- By words --------------------------------------------------------------------------------


class Oracle:
    """The textbook: BM25 of every field, weighted, with the best way of every other word."""

    def __init__(self, of: Opened) -> None:
        texts = [(analyse(text), analyse(context)) for text, context in of.entries]
        self.least_mean = of.least_mean
        self.fields: dict[str, list[Counter[str]]] = {
            "accented": [Counter(with_pairs(own.accented)) for own, _ in texts],
            "folded": [Counter(with_pairs(own.folded)) for own, _ in texts],
            "context": [Counter(with_pairs(above.folded)) for _, above in texts],
            "numbers": [Counter(own.numbers + above.numbers) for own, above in texts],
        }

    def bm25(self, field: str, term: str) -> list[float]:
        counts = self.fields[field]
        mean = max(sum(count.total() for count in counts) / len(counts), self.least_mean)
        containing = sum(term in count for count in counts)
        idf = math.log(1 + (len(counts) - containing + 0.5) / (containing + 0.5))
        return [
            idf * c[term] * (K1 + 1) / (c[term] + K1 * (1 - B + B * c.total() / mean))
            if term in c
            else 0.0
            for c in counts
        ]

    def scores(self, terms: Terms, others: Sequence[Synonyms] = ()) -> list[float]:
        total = np.zeros(len(self.fields["accented"]))
        for field, own, weight in fields_asked(terms, FieldWeights()):
            for term in own:
                total += weight * np.array(self.bm25(field, term))
        for word in others:
            ways = [
                one.weight
                / len(one.terms) ** 0.5
                * sum(np.array(self.bm25("accented", term)) for term in one.terms)
                for one in word.ways
            ]
            total += np.max(ways, axis=0)
        return total.tolist()


def expected(
    scores: Sequence[float], k: int, allowed: Sequence[bool] | None = None
) -> list[tuple[int, float]]:
    """Return the best (passage, score) above 0 of those allowed."""
    found = [
        (passage, score)
        for passage, score in enumerate(scores)
        if score > 0 and (allowed is None or allowed[passage])
    ]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:k]


def same(
    found: Sequence[tuple[int, float]], wanted: Sequence[tuple[int, float]], tolerance: float
) -> None:
    """Check that both are the same passages in the same order, but for scores that are as good."""
    assert len(found) == len(wanted)
    assert [score for _, score in found] == pytest.approx([s for _, s in wanted], rel=tolerance)
    of = dict(wanted)
    last = wanted[-1][1] if wanted else 0.0
    for passage, score in found:
        # One that is not wanted is as good as the last.
        assert score == pytest.approx(of.get(passage, last), rel=2 * tolerance)
    if tolerance == _EXACT:
        for (passage, score), (after, next_score) in pairwise(found):
            assert score >= next_score
            if abs(score - next_score) < 1e-9:
                assert passage < after


@pytest.mark.parametrize("k", [1, 10, 100, 5_000])
@pytest.mark.parametrize("question", QUESTIONS)
def test_the_score_by_words_is_the_textbook_s(short: Opened, question: str, k: int) -> None:
    """The best passages by words are those of BM25 as it is written down, in that order."""
    terms, others = analyse(question), other_words(question)
    wanted = expected(Oracle(short).scores(terms, others), k)
    same(short.index.lexical.search(terms, k, others), wanted, _EXACT)


@pytest.mark.parametrize("question", QUESTIONS)
def test_long_passages_score_nearly_so(long: Opened, question: str) -> None:
    """Of long passages the scores are the textbook's, but for lengths kept in a byte."""
    terms, others = analyse(question), other_words(question)
    scores = Oracle(long).scores(terms, others)
    found = long.index.lexical.search(terms, 100, others)
    assert len(found) == min(100, sum(score > 0 for score in scores))
    for passage, score in found:
        assert score == pytest.approx(scores[passage], rel=_QUANTISED)


def test_of_other_names_the_best_counts(short: Opened) -> None:
    """Of the ways to say one word a passage is given the one that counts most there, no more."""
    terms = analyse("xyzzy")
    word = Synonyms(("x",), (way("chi bộ tổ dân phố"), way("thôn", 0.5), way("phường", 0.7)))
    wanted = expected(Oracle(short).scores(terms, [word]), 50)
    assert wanted
    same(short.index.lexical.search(terms, 50, [word]), wanted, _EXACT)


@pytest.mark.parametrize("number", _NUMBERS)
def test_who_holds_a_number(short: Opened, number: str) -> None:
    """With a document number, only passages come that hold it, and their scores are as without."""
    terms = analyse(f"lương hưu theo {number}")
    oracle = Oracle(short)
    for key in terms.numbers:
        holds = [key in counts for counts in oracle.fields["numbers"]]
        wanted = expected(oracle.scores(terms), 20, holds)
        assert wanted
        same(short.index.lexical.search(terms, 20, holding=key), wanted, _EXACT)
    assert short.index.lexical.search(terms, 20, holding="nd999/1999") == []


@pytest.mark.parametrize("hides", [False, True])
@pytest.mark.parametrize("folder", ["a", "mat", "nowhere"])
def test_words_among_some_documents(short: Opened, folder: str, hides: bool) -> None:
    """Among some documents the best of them come, with the scores that they have among all."""
    table = short.index.passages
    slots = [row.slot for row in table.documents if row.ref.id.startswith(f"{folder}/")]
    allowed = [(name == folder) != hides for name in short.folders]
    terms = analyse("chi bộ đảng ủy phường")
    wanted = expected(Oracle(short).scores(terms), 15, allowed)
    found = short.index.lexical.search(terms, 15, among=SlotFilter(slots, hides))
    same(found, wanted, _EXACT)


def test_words_among_many_documents_here_and_there(short: Opened) -> None:
    """A choice of documents that are no neighbours is a choice all the same, and so a long one."""
    slots = [row.slot for row in short.index.passages.documents][::2]
    # As many as a large corpus has; those that are not there do no harm.
    many = slots + list(range(1_000, 60_000, 2))
    of = {row.slot: row.passages for row in short.index.passages.documents}
    allowed = [slot in slots for slot in sorted(of) for _ in range(of[slot])]
    terms = analyse("học sinh trường quận")
    oracle = Oracle(short).scores(terms)
    same(
        short.index.lexical.search(terms, 30, among=SlotFilter(many, False)),
        expected(oracle, 30, allowed),
        _EXACT,
    )
    same(
        short.index.lexical.search(terms, 30, among=SlotFilter(many, True)),
        expected(oracle, 30, [not one for one in allowed]),
        _EXACT,
    )


def test_nothing_asked_nothing_found(short: Opened) -> None:
    """An empty question, or none wanted, finds nothing and is no error."""
    empty = Terms([], [], [])
    assert short.index.lexical.search(empty, 10) == []
    assert short.index.lexical.search(analyse("chi bộ"), 0) == []


def test_twins_come_by_passage(short: Opened) -> None:
    """Passages that say the very same come in the order of their numbers."""
    found = short.index.lexical.search(analyse("nhà văn hóa"), 2)
    assert found[0][1] == found[1][1]
    assert found[0][0] < found[1][0]


# --- By meaning ------------------------------------------------------------------------------


def embedded(entries: Sequence[tuple[str, str]]) -> Embeddings:
    """Return what the index has of each passage."""
    return rounded(HashEmbedder().embed_passages([text for text, _ in entries]))


@pytest.mark.parametrize("k", [1, 10, 5_000])
def test_the_nearest_are_the_nearest(short: Opened, k: int) -> None:
    """The nearest passages are those of a plain product of matrices, with its cosines."""
    asked = HashEmbedder().embed_queries(QUESTIONS[:4])
    products = asked @ embedded(short.entries).T
    for found, cosines in zip(short.index.dense.search(asked, k), products, strict=True):
        order = np.lexsort((np.arange(len(cosines)), -cosines))[:k]
        assert len(found) == len(order)
        assert [score for _, score in found] == pytest.approx(cosines[order].tolist(), abs=1e-6)
        for passage, score in found:
            assert score == pytest.approx(float(cosines[passage]), abs=1e-6)


@pytest.mark.parametrize("folder", ["a", "mat", "nowhere"])
def test_the_nearest_among_some(short: Opened, folder: str) -> None:
    """Among some passages only those come, the nearest of them."""
    among = np.array([name == folder for name in short.folders])
    asked = HashEmbedder().embed_queries(["chi bộ thôn"])
    (found,) = short.index.dense.search(asked, 12, among)
    cosines = (embedded(short.entries) @ asked[0])[among]
    assert all(among[passage] for passage, _ in found)
    best = sorted(cosines.tolist(), reverse=True)[:12]
    assert [score for _, score in found] == pytest.approx(best, abs=1e-6)


def test_a_question_like_nothing(short: Opened) -> None:
    """A question without a known word is as far from all, and gets the first passages."""
    (found,) = short.index.dense.search(np.zeros((1, 64), dtype=np.float32), 3)
    assert found == [(0, 0.0), (1, 0.0), (2, 0.0)]
    assert short.index.dense.search(np.zeros((0, 64), dtype=np.float32), 3) == []


def test_the_cosines_of_given_passages(short: Opened) -> None:
    """Any passages' cosines can be had, in the order in which they are asked for."""
    asked = HashEmbedder().embed_queries(["học sinh"])[0]
    passages = np.array([7, 3, 3, 40], dtype=np.int64)
    wanted = embedded(short.entries)[passages] @ asked
    found = short.index.dense.scores(asked, passages)
    assert found.tolist() == pytest.approx(wanted.tolist(), abs=1e-6)
    assert short.index.dense.scores(asked, passages[:0]).tolist() == []
    np.testing.assert_array_equal(
        short.index.dense.vectors(passages), embedded(short.entries)[passages]
    )


def test_how_many_there_are(short: Opened) -> None:
    """Both legs know how many passages they have, and how wide embeddings are."""
    count = len(short.entries)
    assert (len(short.index.lexical), len(short.index.dense)) == (count, count)
    assert short.index.dense.dimension == 64


def test_the_other_place(place: Place, short: Opened) -> None:
    """An index is not opened where its legs are not."""
    other = Place("milvus", None) if place.kind == "local" else LOCAL
    with pytest.raises(GenerationError, match=place.kind):
        Index.open(short.index.passages.folder, other)
