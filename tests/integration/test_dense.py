"""Promises of the dense index, real FAISS against brute force in numpy."""

from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval.dense import DenseIndex, DenseRows, DenseWriter
from retrieval.embedding import Embeddings
from retrieval.errors import GenerationCorrupt

Places = NDArray[np.int64]


def unit_rows(count: int, dimension: int, seed: int) -> Embeddings:
    """Random directions, to half precision."""
    rows = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.astype(np.float16).astype(np.float32)


def write(parts: Sequence[Embeddings | DenseRows], dimension: int, path: Path) -> None:
    """Write an index of `parts`, end to end."""
    with DenseWriter(path, dimension) as writer:
        for part in parts:
            writer.add(part)


def opened(embeddings: Embeddings, folder: Path) -> DenseIndex:
    """The index of `embeddings`, written and opened again."""
    write([embeddings], embeddings.shape[1], folder / "dense.faiss")
    return DenseIndex.open(folder / "dense.faiss")


def oracle(
    distinct: Embeddings, places: Places, query: Embeddings, k: int
) -> tuple[list[int], list[float]]:
    """The k best of `distinct[places]` in double precision: passages by (-score, id), scores."""
    scores = (distinct.astype(np.float64) @ query.astype(np.float64))[places]
    order = np.lexsort((np.arange(len(places)), -scores))[:k]
    return order.tolist(), scores[order].tolist()


@pytest.mark.parametrize("queries", [1, 3, 40])
@pytest.mark.parametrize(("count", "dimension"), [(1, 8), (30, 5), (1_000, 64)])
def test_search_is_brute_force(tmp_path: Path, count: int, dimension: int, queries: int) -> None:
    """For any number of passages, questions and hits, ids and scores are those of numpy."""
    rows = unit_rows(count, dimension, seed=1)
    index = opened(rows, tmp_path)
    asked = unit_rows(queries, dimension, seed=2)
    assert (len(index), index.dimension) == (count, dimension)
    for k in (1, 7, 100, 2_000):
        for query, hits in zip(asked, index.search(asked, k), strict=True):
            passages, scores = oracle(rows, np.arange(count), query, k)
            assert [passage for passage, _ in hits] == passages
            assert [score for _, score in hits] == pytest.approx(scores, abs=1e-6)


@pytest.mark.parametrize("k", [1, 3, 10, 99, 100, 150, 500])
def test_equal_passages_come_by_number_even_at_the_cut(tmp_path: Path, k: int) -> None:
    """Where many passages are the same, the first of them are found, on every machine."""
    distinct = unit_rows(40, 16, seed=3)
    places = np.random.default_rng(4).integers(0, 40, 500)
    index = opened(distinct[places], tmp_path)
    asked = unit_rows(30, 16, seed=5)
    for query, hits in zip(asked, index.search(asked, k), strict=True):
        assert [passage for passage, _ in hits] == oracle(distinct, places, query, k)[0]


def test_question_without_direction_finds_the_first_passages(tmp_path: Path) -> None:
    """A question that the model knows no word of is equally far from all: they come in order."""
    index = opened(unit_rows(50, 8, seed=6), tmp_path)
    assert index.search(np.zeros((1, 8), dtype=np.float32), 3) == [[(0, 0.0), (1, 0.0), (2, 0.0)]]


def test_questions_together_score_as_one_by_one(tmp_path: Path) -> None:
    """A batch changes no score, not even in the last bit."""
    index = opened(unit_rows(2_000, 64, seed=7), tmp_path)
    asked = unit_rows(64, 64, seed=8)
    alone = [index.search(asked[row : row + 1], 100)[0] for row in range(len(asked))]
    assert index.search(asked, 100) == alone


def test_scores_of_chosen_passages(tmp_path: Path) -> None:
    """Any passages can be scored by number, in the order asked for."""
    rows = unit_rows(50, 16, seed=9)
    index = opened(rows, tmp_path)
    query = unit_rows(1, 16, seed=10)[0]
    chosen = np.array([49, 0, 7, 7], dtype=np.int64)
    assert index.scores(query, chosen) == pytest.approx(rows[chosen] @ query, abs=1e-6)
    assert index.scores(query, np.array([], dtype=np.int64)).shape == (0,)


def test_empty_index_and_no_questions_find_nothing(tmp_path: Path) -> None:
    """Asking nothing, or for nothing, or of nothing, is no error."""
    index = opened(unit_rows(4, 8, seed=11), tmp_path)
    asked = unit_rows(2, 8, seed=12)
    assert index.search(np.empty((0, 8), dtype=np.float32), 3) == []
    assert index.search(asked, 0) == [[], []]
    assert opened(np.empty((0, 8), dtype=np.float32), tmp_path).search(asked, 3) == [[], []]


@pytest.mark.parametrize("content", [None, b"", b"IxSQ", b"not an index at all" * 100])
def test_file_that_is_no_index_is_corrupt(tmp_path: Path, content: bytes | None) -> None:
    """A missing, empty or foreign file is a corrupt generation, by name."""
    path = tmp_path / "dense.faiss"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(GenerationCorrupt, match=r"dense\.faiss is not a readable FAISS index"):
        DenseIndex.open(path)


def test_a_question_without_a_known_word_is_like_all_passages_alike(tmp_path: Path) -> None:
    """A zero vector finds the first passages with cosine 0, without weighing the whole index."""
    index = opened(np.eye(4, dtype=np.float32)[[3, 2, 1, 0, 3]], tmp_path)
    nothing = np.zeros((1, 4), dtype=np.float32)
    assert index.search(nothing, 3) == [[(0, 0.0), (1, 0.0), (2, 0.0)]]


@pytest.mark.parametrize("count", [0, 1, 300])
def test_the_file_is_what_faiss_itself_writes(tmp_path: Path, count: int) -> None:
    """Byte for byte, so that any other program of FAISS reads it."""
    rows = unit_rows(count, 24, seed=13)
    write([rows[:7], rows[7:]], 24, tmp_path / "ours")
    theirs = faiss.IndexScalarQuantizer(
        24, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    )
    theirs.add(rows)
    faiss.write_index(theirs, str(tmp_path / "theirs"))
    assert (tmp_path / "ours").read_bytes() == (tmp_path / "theirs").read_bytes()


def test_what_is_rounded_is_hardly_another(tmp_path: Path) -> None:
    """Kept in half precision, a cosine is what it was to a ten-thousandth."""
    rows = np.random.default_rng(21).standard_normal((400, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    index = opened(rows, tmp_path)
    ((hits),) = index.search(rows[:1], 400)
    found = np.array([score for _, score in sorted(hits)])
    np.testing.assert_allclose(found, rows @ rows[0], atol=1e-4)


def test_rows_are_taken_over_as_they_lie(tmp_path: Path) -> None:
    """Runs of another index between new rows are there bit by bit, in the order given."""
    old, new = unit_rows(40, 16, seed=14), unit_rows(3, 16, seed=15)
    opened(old, tmp_path)
    rows = DenseRows.of(tmp_path / "dense.faiss")
    assert (len(rows), rows.dimension) == (40, 16)
    few = rows.part(0, 30).part(10, 12)
    parts: list[Embeddings | DenseRows] = [rows.part(30, 40), new, rows.part(5, 5), few]
    write(parts, 16, tmp_path / "next.faiss")
    index = DenseIndex.open(tmp_path / "next.faiss")
    expected = np.concatenate([old[30:], new, old[10:12]])
    np.testing.assert_array_equal(index.vectors(np.arange(len(index))), expected)


@pytest.mark.parametrize("content", [None, b"IxSQ", b"not an index at all" * 100])
def test_rows_of_what_is_no_index_are_not_taken_over(tmp_path: Path, content: bytes | None) -> None:
    """What `write` has not written has no rows to give."""
    path = tmp_path / "dense.faiss"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(GenerationCorrupt, match=r"dense\.faiss is not an index that can be"):
        DenseRows.of(path)


MANY = 60_000
WIDE = 128


@pytest.fixture(scope="module", params=[0.0, 1.5])
def crowd(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of very many passages, of a model whose embeddings all lean one way or do not."""
    path = tmp_path_factory.mktemp("many") / "dense.faiss"
    # Passages about a thing are near each other, as those of a text are.
    things = np.tile(unit_rows(MANY // 30, WIDE, seed=7), (30, 1))
    rows = things + 0.6 * unit_rows(MANY, WIDE, seed=8)
    rows += request.param * unit_rows(1, WIDE, seed=9)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    write([rows[:40_000], rows[40_000:]], WIDE, path)
    return path


def near(path: Path, count: int) -> tuple[Embeddings, Embeddings]:
    """All embeddings of an index, and questions near some of them."""
    rows = DenseIndex.open(path).vectors(np.arange(MANY, dtype=np.int64))
    asked = rows[:count] + 0.7 * unit_rows(count, WIDE, seed=10)
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)
    return rows, asked


def test_of_very_many_hardly_any_is_missed(crowd: Path) -> None:
    """Chosen by signs, 98 of 100 of the ten best are found, the best always, scores exact."""
    rows, asked = near(crowd, 50)
    found = DenseIndex.open(crowd).search(asked, 10)
    right = 0
    for query, hits in zip(asked, found, strict=True):
        passages, scores = oracle(rows, np.arange(MANY), query, 10)
        best, score = hits[0]
        assert best == passages[0]
        assert score == pytest.approx(scores[0], abs=1e-6)
        right += len({passage for passage, _ in hits} & set(passages))
    assert right >= 490


def test_of_very_many_only_those_asked_for(crowd: Path) -> None:
    """With a choice that is large itself, nothing else is found, and a lost question nothing."""
    _, asked = near(crowd, 5)
    among = np.arange(MANY) % 7 != 0
    found = DenseIndex.open(crowd).search(np.vstack([asked, 0 * asked[:1]]), 20, among)
    assert all(len(hits) == 20 for hits in found)
    assert all(passage % 7 for hits in found for passage, _ in hits)
    assert [passage for passage, _ in found[-1]][:3] == [1, 2, 3]


def test_signs_that_are_cut_short(crowd: Path, tmp_path: Path) -> None:
    """An index of very many passages without all of its signs is refused."""
    for name in ("dense.faiss", "dense.signs"):
        (tmp_path / name).write_bytes(crowd.with_name(name).read_bytes())
    with (tmp_path / "dense.signs").open("r+b") as file:
        file.truncate(1_000)
    with pytest.raises(GenerationCorrupt):
        DenseIndex.open(tmp_path / "dense.faiss")


def test_signs_are_taken_over(crowd: Path, tmp_path: Path) -> None:
    """An index that goes on from another has its signs too, and finds the same."""
    kept = DenseRows.of(crowd)
    write([kept.part(0, 30_000), kept.part(30_000, MANY)], WIDE, tmp_path / "next.faiss")
    assert (tmp_path / "next.signs").read_bytes() == crowd.with_name("dense.signs").read_bytes()
