"""Promises of fusion, against exact arithmetic."""

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import EmbedderError
from retrieval.fusion import MAX_LEAD, Calibration, Evidence, Logistic, fuse, lead_of, ranked
from retrieval.types import Hit
from tests.embedders import CALIBRATION

_SCORES = st.dictionaries(
    st.integers(0, 12), st.integers(-40, 40).map(lambda eighths: eighths / 8), max_size=8
)


def weighted(dense_weight: float | None) -> Calibration:
    """The tests' calibration with another weight."""
    return replace(CALIBRATION, dense_weight=dense_weight)


def standardised(scores: Mapping[int, float], candidates: set[int]) -> dict[int, tuple[int, float]]:
    """Passage → (sign, squared standard score), the square exact until the very last step."""
    values = {passage: Fraction(scores.get(passage, 0)) for passage in candidates}
    mean = sum(values.values(), Fraction()) / len(values)
    variance = sum(((v - mean) ** 2 for v in values.values()), Fraction()) / len(values)
    exact = {p: (v - mean) ** 2 / variance if variance else Fraction() for p, v in values.items()}
    return {p: (-1 if values[p] < mean else 1, float(square)) for p, square in exact.items()}


@given(_SCORES, _SCORES, st.sampled_from([0.0, 0.25, 0.3, 0.5, 1.0]))
def test_convex_fusion_is_exact(
    lexical: dict[int, float], dense: dict[int, float], weight: float
) -> None:
    """Fused scores are the weighted sum of both legs' standard scores over all candidates."""
    candidates = lexical.keys() | dense.keys()
    fused = fuse(lexical, dense, weighted(weight))
    assert fused.keys() == candidates
    if candidates:
        words, meaning = standardised(lexical, candidates), standardised(dense, candidates)
        for passage, score in fused.items():
            by_words = math.copysign(math.sqrt(words[passage][1]), words[passage][0])
            by_meaning = math.copysign(math.sqrt(meaning[passage][1]), meaning[passage][0])
            expected = (1 - weight) * by_words + weight * by_meaning
            assert score == pytest.approx(expected, abs=1e-12)


def test_fusion_of_a_case_small_enough_to_do_by_hand() -> None:
    """Two legs of deviation 2 and 1/4 give the scores that paper and pencil give."""
    lexical = {1: 4.0, 2: 4.0}
    dense = {1: 0.75, 2: 0.25, 3: 0.75, 4: 0.25}
    assert fuse(lexical, dense, weighted(0.25)) == {1: 1.0, 2: 0.5, 3: -0.5, 4: -1.0}


@given(_SCORES)
def test_words_alone_keep_their_order(lexical: dict[int, float]) -> None:
    """Without the dense leg the fused order is the order of the words' scores."""
    alone = ranked(fuse(lexical, None, CALIBRATION), 20)
    assert [hit.passage for hit in alone] == [hit.passage for hit in ranked(lexical, 20)]


@given(_SCORES, _SCORES, st.integers(1, 64), st.integers(-64, 64))
def test_fusion_does_not_depend_on_a_legs_scale(
    lexical: dict[int, float], dense: dict[int, float], scale: int, shift: int
) -> None:
    """A leg counts by how its scores differ, not by how large they are."""
    everywhere = {passage: dense.get(passage, 0.0) for passage in lexical.keys() | dense.keys()}
    scaled = {passage: score * scale + shift for passage, score in everywhere.items()}
    expected = fuse(lexical, everywhere, CALIBRATION)
    assert fuse(lexical, scaled, CALIBRATION) == pytest.approx(expected, abs=1e-9)


def test_leg_of_equal_scores_says_nothing() -> None:
    """Scores that differ by rounding only do not decide a ranking."""
    dense = {1: 0.3, 2: 0.1 + 0.2, 3: 0.3}
    assert fuse({2: 1.0}, dense, weighted(1.0)) == pytest.approx({1: 0.0, 2: 0.0, 3: 0.0}, abs=1e-4)


@given(_SCORES, _SCORES)
def test_uncalibrated_model_is_fused_by_reciprocal_ranks(
    lexical: dict[int, float], dense: dict[int, float]
) -> None:
    """Without a weight a passage scores the sum of 1/(60 + rank) over the legs that have it."""
    expected: dict[int, Fraction] = {}
    for leg in (lexical, dense):
        order = sorted(leg, key=lambda passage: (-leg[passage], passage))
        for rank, passage in enumerate(order, start=1):
            expected[passage] = expected.get(passage, Fraction()) + Fraction(1, 60 + rank)
    fused = fuse(lexical, dense, CALIBRATION.uncalibrated())
    assert fused == pytest.approx({p: float(score) for p, score in expected.items()}, rel=1e-15)


def test_uncalibrated_keeps_what_needs_no_model() -> None:
    """What was learned about words is kept; what was learned about a model is not."""
    kept = CALIBRATION.uncalibrated()
    assert (kept.dense_weight, kept.with_dense) == (None, None)
    assert kept.lexical_only == CALIBRATION.lexical_only
    assert kept.threshold == CALIBRATION.threshold
    assert kept.definition_bonus == CALIBRATION.definition_bonus


@given(_SCORES, st.integers(0, 10))
def test_ranking_is_total_and_ties_go_to_the_lower_passage(
    scores: dict[int, float], k: int
) -> None:
    """A ranking is the k best, best first, by passage among equals, ranks from 1."""
    hits = ranked(scores, k)
    order = sorted((-score, passage) for passage, score in scores.items())[:k]
    assert hits == [Hit(p, -negative, rank) for rank, (negative, p) in enumerate(order, start=1)]
    assert hits == ranked(dict(reversed(scores.items())), k)


def test_calibration_is_read_as_it_was_saved(tmp_path: Path) -> None:
    """Saving and loading keeps every number, with and without a dense leg."""
    for calibration in (CALIBRATION, CALIBRATION.uncalibrated(), MANY):
        calibration.save(tmp_path / "fusion.json")
        assert Calibration.load(tmp_path / "fusion.json") == calibration


@pytest.mark.parametrize("content", [None, "", "{", "[]", "{}", '{"with_dense": null}', "\xff"])
def test_unreadable_calibration_is_an_embedder_error(tmp_path: Path, content: str | None) -> None:
    """A calibration that is missing, cut short or something else is refused by name."""
    path = tmp_path / "fusion.json"
    if content is not None:
        path.write_bytes(content.encode("latin-1"))
    with pytest.raises(EmbedderError, match=r"fusion\.json is not a readable calibration"):
        Calibration.load(path)


def test_calibration_with_an_unknown_field_is_refused(tmp_path: Path) -> None:
    """A number that this version does not know is not silently ignored."""
    CALIBRATION.save(tmp_path / "fusion.json")
    fields = json.loads((tmp_path / "fusion.json").read_text(encoding="utf-8"))
    (tmp_path / "fusion.json").write_text(json.dumps({**fields, "extra": 1}), encoding="utf-8")
    with pytest.raises(EmbedderError):
        Calibration.load(tmp_path / "fusion.json")


@pytest.mark.parametrize(
    ("overlap", "share"), [(0.0, 0.8), (0.3, 0.8), (0.5, 0.55), (0.7, 0.3), (1.0, 0.3)]
)
def test_a_question_in_another_language_leans_on_meaning(overlap: float, share: float) -> None:
    """The fewer of a question's words any passage has, the more the dense leg counts."""
    assert CALIBRATION.dense_share(overlap) == pytest.approx(share)
    lexical, dense = {1: 2.0, 2: 0.0}, {1: 0.0, 2: 1.0}
    fused = fuse(lexical, dense, CALIBRATION, overlap)
    assert fused == pytest.approx({1: 1 - 2 * share, 2: 2 * share - 1})


@pytest.mark.parametrize(("known", "share"), [(0.0, 0.0), (0.3, 0.0), (0.5, 0.15), (0.7, 0.3)])
def test_what_a_model_does_not_know_it_does_not_judge(known: float, share: float) -> None:
    """The fewer of a question's words mean something to the model, the less its leg counts."""
    assert CALIBRATION.dense_share(1.0, known) == pytest.approx(share)


def test_evidence_adds_in_proportion_to_what_is_covered() -> None:
    """A passage with half of the words gains half of the bonus; without bonuses nothing changes."""
    favouring = replace(CALIBRATION, coverage_bonus=2.0, sentence_bonus=4.0)
    assert favouring.bonus(0.5, 0.25) == 2.0
    assert replace(CALIBRATION, coverage_bonus=0.0, sentence_bonus=0.0).bonus(0.5, 0.25) == 0.0


MANY = replace(
    CALIBRATION,
    among_many=Logistic(-6.0, 6.0, 0.0, lead=1.0),
    threshold_among_many=0.6,
)
WHOLE = Evidence(coverage=1.0, sentence=1.0, cosine=0.5, lead=4.0)


def test_a_lead_counts_only_where_it_is_known() -> None:
    """Among few passages, or without a model, confidence and threshold are those without a lead."""
    assert MANY.confidence(WHOLE) > MANY.confidence(replace(WHOLE, lead=0.5))
    assert MANY.threshold_for(WHOLE) == 0.6
    for unknown in (replace(WHOLE, lead=None), replace(WHOLE, cosine=None)):
        assert MANY.confidence(unknown) == CALIBRATION.confidence(unknown)
        assert MANY.threshold_for(unknown) == CALIBRATION.threshold
    assert MANY.uncalibrated().threshold_for(WHOLE) == CALIBRATION.threshold


def test_the_lead_is_over_the_fifth_and_bounded() -> None:
    """Four passages that say the same do not take the lead from each other."""
    assert lead_of(1, {1: 3.0, 2: 3.0, 3: 2.9, 4: 2.8, 5: 1.0, 6: 0.5}) == 2.0
    assert lead_of(3, {1: 3.0, 2: 1.0, 3: 0.5}) == 0.0
    assert lead_of(1, {1: 99.0, **dict.fromkeys(range(2, 9), 0.0)}) == MAX_LEAD
