"""Promises of asking: the owner's article answers, nonsense does not, and answers repeat."""

import json
import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from retrieval import candidates
from retrieval.build import build_generation
from retrieval.errors import QueryEmpty, QueryTooLong
from retrieval.search import MAX_K, MAX_QUERY_CHARS, Searcher, parse_query
from retrieval.types import Query
from tests.builders import PAPERS, SEED_CORPUS, build, places, serving, write_corpus
from tests.embedders import CALIBRATION, BrokenEmbedder, HashEmbedder

SEED_ID = "ha-noi-de-an-06.txt"
DEFINITION = "Đề án 06 là gì?"
SEED_QUESTIONS = [
    DEFINITION,
    "de an 06 la gi",
    unicodedata.normalize("NFD", DEFINITION),
    DEFINITION.upper(),
    "What is Project 06?",
]
OTHER_QUESTIONS = [
    "Ai chủ trì hội nghị?",
    "Chương trình 01-CTr/TU được triển khai thế nào?",
    "Nghị quyết số 19-NQ/TW của Trung ương nói gì?",
    "chi bo thon to dan pho",
    "xyzzy plugh",
]
NONSENSE = ["xyzzy plugh qwrtz", "Giá vàng hôm nay bao nhiêu?", "????? 12345 ?????", "asdf ghjk"]


@pytest.fixture(scope="module")
def seed_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the repository's own corpus."""
    data = tmp_path_factory.mktemp("seed")
    build(SEED_CORPUS, data)
    return data


@pytest.fixture(scope="module")
def seed(seed_data: Path) -> Searcher:
    """A searcher over the repository's own corpus."""
    return serving(seed_data)


@pytest.mark.parametrize("question", SEED_QUESTIONS)
def test_first_citation_names_the_project(seed: Searcher, question: str) -> None:
    """However the question is typed, the first quote names Đề án and 06."""
    answer = seed.ask(question)
    assert answer.answered
    assert (answer.question, answer.documents_searched) == (question, 1)
    assert not answer.degraded
    assert [citation.rank for citation in answer.citations] == [1, 2, 3]
    assert "Đề án" in answer.citations[0].quote
    assert "06" in answer.citations[0].quote


def test_definition_of_the_project_comes_first(seed: Searcher) -> None:
    """The paragraph that says what Đề án 06 is beats those that say it more often."""
    first = seed.ask(DEFINITION).citations[0]
    assert "Kiện toàn, sắp xếp tổ chức đảng" in first.quote
    assert first.sentence is not None
    assert "Kiện toàn, sắp xếp tổ chức đảng" in first.sentence.text
    assert (first.document.id, first.passage) == (SEED_ID, 2)
    assert seed.index.passages.text_of(0)[first.start : first.end] == first.quote


def test_spelling_of_a_question_changes_no_score(seed: Searcher) -> None:
    """Capitals and decomposed letters give the very citations of the plain question."""
    plain = seed.ask(DEFINITION)
    for typed in (DEFINITION.upper(), unicodedata.normalize("NFD", DEFINITION), "Đề  án 06 là gì"):
        assert seed.ask(typed).citations == plain.citations


@pytest.mark.parametrize("question", NONSENSE)
def test_nonsense_is_not_answered(seed: Searcher, question: str) -> None:
    """What the corpus does not know it does not answer: at most one place to look, unmarked."""
    answer = seed.ask(question)
    assert not answer.answered
    assert answer.confidence < seed.index.calibration.threshold
    assert len(answer.citations) <= 1
    assert [citation.sentence for citation in answer.citations] == [None] * len(answer.citations)


def test_nearest_miss_is_one_quote_without_a_marked_sentence(tmp_path: Path) -> None:
    """Below the threshold even a good passage is a place to look: one, with nothing marked."""
    doubting = replace(CALIBRATION, threshold=1.1)
    build_generation(SEED_CORPUS, tmp_path, HashEmbedder(), doubting)
    answer = serving(tmp_path).ask(DEFINITION)
    assert not answer.answered
    assert answer.confidence > CALIBRATION.threshold
    assert places(answer) == [(SEED_ID, 2)]
    assert answer.citations[0].sentence is None


def test_question_that_nothing_is_like_has_no_citation(seed_data: Path) -> None:
    """Without a shared word, and without a model, there is not even a nearest miss."""
    answer = serving_without_model(seed_data).ask("xyzzy plugh")
    assert (answer.answered, answer.confidence, answer.citations) == (False, 0.0, ())


def serving_without_model(data: Path) -> Searcher:
    """A searcher that has words only."""
    return Searcher.open(serving(data).folder, None)


def test_citations_are_best_first_and_at_most_k(seed: Searcher) -> None:
    """One gets as many citations as asked for, up to all passages, scores falling."""
    everything = seed.ask(DEFINITION, k=MAX_K + 1).citations
    assert len(everything) == 10
    scores = [citation.score for citation in everything]
    assert scores == sorted(scores, reverse=True)
    assert len({citation.passage for citation in everything}) == 10
    for k in (1, 3, 10):
        assert seed.ask(DEFINITION, k=k).citations == everything[:k]


def test_what_says_the_same_is_cited_once(tmp_path: Path) -> None:
    """Of documents that say the same the first by id is cited; another figure is another fact."""
    same = dict.fromkeys(["c.txt", "a.txt", "b.txt"], PAPERS["giao-thong.txt"])
    other = {"d.txt": PAPERS["giao-thong.txt"].replace("1902", "1903")}
    build(write_corpus(tmp_path / "corpus", {**same, **other}), tmp_path / "data")
    answer = serving(tmp_path / "data").ask("Cầu Long Biên bắc qua sông nào?")
    assert places(answer) == [("a.txt", 1), ("d.txt", 1)]
    assert [citation.rank for citation in answer.citations] == [1, 2]


def test_answers_repeat(seed_data: Path, seed: Searcher) -> None:
    """Asked again, or of the same generation opened anew, or built anew, the answer is the same."""
    for question in SEED_QUESTIONS + OTHER_QUESTIONS:
        first = seed.ask(question)
        assert seed.ask(question) == first
        assert serving(seed_data).ask(question) == first


_ELSEWHERE = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from tests.builders import serving
searcher = serving(Path(sys.argv[1]))
print(json.dumps([asdict(searcher.ask(question)) for question in json.loads(sys.argv[2])]))
"""


def test_another_process_gives_the_same_answers(seed_data: Path, seed: Searcher) -> None:
    """No answer depends on the process that gives it, to the last digit of its scores."""
    questions = SEED_QUESTIONS + OTHER_QUESTIONS
    command = [sys.executable, "-c", _ELSEWHERE, str(seed_data), json.dumps(questions)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    here = json.dumps([asdict(seed.ask(question)) for question in questions])
    assert json.loads(done.stdout) == json.loads(here)


def test_many_threads_may_ask_one_searcher(seed: Searcher) -> None:
    """Answers given to several threads at once are those given one after the other."""
    questions = (SEED_QUESTIONS + OTHER_QUESTIONS) * 5
    expected = [seed.ask(question) for question in questions]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(seed.ask, questions)) == expected


def test_asking_many_equals_asking_one_by_one(seed: Searcher) -> None:
    """A batch of questions has exactly the answers of its questions."""
    questions = (SEED_QUESTIONS + OTHER_QUESTIONS) * 3
    together = seed.ask_many([parse_query(question) for question in questions], k=5)
    assert together == [seed.ask(question, k=5) for question in questions]
    assert seed.ask_many([]) == []


def test_legs_asked_at_once_answer_as_one_after_the_other(
    seed_data: Path, seed: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large index, both of whose legs are asked at once, answers as if they were not."""
    monkeypatch.setattr(candidates, "_LONG_SEARCH", 1)
    large, degraded = serving(seed_data), serving(seed_data, BrokenEmbedder())
    queries = [parse_query(question) for question in SEED_QUESTIONS + OTHER_QUESTIONS]
    assert large.ask_many(queries) == seed.ask_many(queries)
    assert [large.ask(query.raw) for query in queries] == seed.ask_many(queries)
    assert all(answer.degraded for answer in degraded.ask_many(queries))


@pytest.mark.parametrize("question", SEED_QUESTIONS + OTHER_QUESTIONS)
def test_broken_model_leaves_the_words(seed_data: Path, question: str) -> None:
    """When the model fails on a question, words alone answer it, and the answer says so."""
    degraded = serving(seed_data, BrokenEmbedder()).ask(question)
    assert degraded.degraded
    assert degraded == serving_without_model(seed_data).ask(question)


def test_broken_model_still_finds_the_project(seed_data: Path) -> None:
    """Words alone answer the owner's question from a passage that names Đề án and 06."""
    answer = serving(seed_data, BrokenEmbedder()).ask(DEFINITION)
    assert (answer.answered, answer.degraded) == (True, True)
    assert "Đề án 06" in answer.citations[0].quote.replace("Đề án số 06", "Đề án 06")


def test_title_and_metadata_are_cited(tmp_path: Path) -> None:
    """A citation names its document as the front matter does; without a link, by its id."""
    header = "---\ntitle: Cầu\nsource: https://vi.du/cau\npublisher: Báo\ndate: 1902\n---\n"
    papers = {"a/cau.txt": header + PAPERS["giao-thong.txt"], "b.txt": PAPERS["dan-so.txt"]}
    build(write_corpus(tmp_path / "corpus", papers), tmp_path / "data")
    refs = {row.ref.id: row.ref for row in serving(tmp_path / "data").documents}
    cau = refs["a/cau.txt"]
    assert (cau.title, cau.source) == ("Cầu", "https://vi.du/cau")
    assert (cau.publisher, cau.date) == ("Báo", "1902")
    assert (refs["b.txt"].title, refs["b.txt"].source) == ("b", "b.txt")
    first = serving(tmp_path / "data").ask("Cầu Long Biên").citations[0]
    assert first.document == cau


@pytest.mark.parametrize("question", ["", "  \n ", "?!…", "\u200b\u202e", "👍", "___"])
def test_question_without_a_letter_is_empty(seed: Searcher, question: str) -> None:
    """A question without letter or digit is refused as empty, not searched."""
    with pytest.raises(QueryEmpty):
        seed.ask(question)


def test_question_that_is_too_long_is_refused_with_its_length(seed: Searcher) -> None:
    """The limit is on canonical characters, and the error names both numbers."""
    with pytest.raises(QueryTooLong) as raised:
        seed.ask("a" * (MAX_QUERY_CHARS + 1))
    assert (raised.value.length, raised.value.limit) == (MAX_QUERY_CHARS + 1, MAX_QUERY_CHARS)
    fits = unicodedata.normalize("NFD", "ộ" * MAX_QUERY_CHARS) + " " * 50
    assert parse_query(fits) == Query(raw=fits, text="ộ" * MAX_QUERY_CHARS)


def test_heading_above_a_passage_helps_to_find_it(tmp_path: Path) -> None:
    """A word that only the heading has leads to the passage below it, with the heading cited."""
    text = "# Luật\n\n## Hiệu lực\n\nTừ ngày đầu năm sau.\n\n## Phạm vi\n\nTrên cả nước ta.\n"
    build(write_corpus(tmp_path / "corpus", {"luat.md": text}), tmp_path / "data")
    first = serving(tmp_path / "data").ask("phạm vi").citations[0]
    assert (first.quote, first.heading) == ("Trên cả nước ta.", "Luật › Phạm vi")


@pytest.mark.parametrize("question", ["xyzzy plugh?", "còn xyzzy plugh thì sao?"])
def test_a_follow_up_must_find_what_it_names_itself(seed: Searcher, question: str) -> None:
    """The words of the question before do not answer for words that are nowhere."""
    (answer,) = seed.ask_many([parse_query(question, DEFINITION)])
    assert not answer.answered
    assert [citation.sentence for citation in answer.citations] == [None] * len(answer.citations)


def test_a_follow_up_finds_what_the_question_before_was_about(seed: Searcher) -> None:
    """'Nó là gì?' after a question about Đề án 06 is answered as that question is."""
    (answer,) = seed.ask_many([parse_query("Nó là gì?", "Ai ban hành Đề án 06?")])
    assert answer.answered
    assert "Đề án 06" in answer.understood
    assert "06" in answer.citations[0].quote
