"""Promises of the product as shipped: the bundled model, its calibration, the owner's article."""

import unicodedata
from pathlib import Path

import pytest

from retrieval.build import build_generation
from retrieval.embedding import BUNDLED_MODEL, CALIBRATION_FILE, load_embedder
from retrieval.fusion import Calibration
from retrieval.search import Searcher, open_serving
from tests.builders import SEED_CORPUS

DEFINITION = "Đề án 06 là gì?"


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    """The repository's own corpus, indexed with what is bundled."""
    data: Path = tmp_path_factory.mktemp("shipped")
    embedder = load_embedder()
    calibration = Calibration.load(BUNDLED_MODEL / CALIBRATION_FILE)
    build_generation(SEED_CORPUS, data, embedder, calibration)
    searcher, fault = open_serving(data, embedder)
    assert fault is None
    return searcher


@pytest.mark.parametrize(
    "question",
    [
        DEFINITION,
        "de an 06 la gi",
        unicodedata.normalize("NFD", DEFINITION),
        DEFINITION.upper(),
        "What is Project 06?",
    ],
)
def test_first_citation_names_the_project(shipped: Searcher, question: str) -> None:
    """However the owner's question is typed, the first quote names Đề án and 06."""
    answer = shipped.ask(question)
    assert answer.answered
    assert not answer.degraded
    assert "Đề án" in answer.citations[0].quote
    assert "06" in answer.citations[0].quote


def test_definition_of_the_project_comes_first(shipped: Searcher) -> None:
    """The paragraph that says what Đề án 06 is comes first, and its sentence is marked."""
    first = shipped.ask(DEFINITION).citations[0]
    assert "Kiện toàn, sắp xếp tổ chức đảng" in first.quote
    assert first.sentence is not None
    assert "Kiện toàn, sắp xếp tổ chức đảng" in first.sentence.text


@pytest.mark.parametrize("question", ["xyzzy plugh qwrtz", "Giá vàng hôm nay bao nhiêu?"])
def test_nonsense_is_not_answered(shipped: Searcher, question: str) -> None:
    """What the article does not know is not answered; the nearest miss marks no sentence."""
    answer = shipped.ask(question)
    assert not answer.answered
    assert len(answer.citations) <= 1
    assert all(citation.sentence is None for citation in answer.citations)
