"""Promises of scopes: what a question may not see, it cannot find, count or be told of."""

from dataclasses import replace

import numpy as np
import pytest

from retrieval.labels import is_visible, label_of, labels_of
from retrieval.search import Searcher, parse_query
from retrieval.types import Answer, DocumentRef, Scope
from tests.builders import build, serving, write_corpus

SUBJECTS = ("nghỉ phép", "lương tháng", "tuyển dụng", "đào tạo", "khen thưởng")


def paper(number: int, tags: str = "") -> str:
    """Return a document about every subject, with its own number in every paragraph."""
    head = f"---\ntitle: Quy chế số {number}\ntags: {tags}\n---\n" if tags else ""
    body = "\n\n".join(
        f"Quy định về {subject} của phòng {number}: việc {subject} do trưởng phòng {number} quyết "
        f"định trong {number + 2} ngày theo Nghị quyết {number + 40}-NQ/TW."
        for subject in SUBJECTS
    )
    return f"{head}{body}\n"


PAPERS = {
    "chung/1.txt": paper(1, "công khai"),
    "chung/2.txt": paper(2, "công khai, Nội Bộ"),
    "mat/nhan-su/3.txt": paper(3),
    "mat/4.txt": paper(4, "công khai"),
    "5.txt": paper(5, "#noi-bo-2"),
}
SCOPES = [
    Scope(),
    Scope(only=frozenset({"#cong khai"})),
    Scope(hidden=frozenset({"#noi bo"})),
    Scope(hidden=frozenset({"mat/"})),
    Scope(only=frozenset({"mat/"}), hidden=frozenset({"mat/nhan-su/"})),
    Scope(only=frozenset({"chung/", "#noi-bo-2"})),
    Scope(document="5.txt"),
    Scope(document="mat/4.txt", hidden=frozenset({"mat/"})),
    Scope(only=frozenset({"#khong co"})),
]
QUESTIONS = [
    "Việc nghỉ phép do ai quyết định?",
    "luong thang cua phong 3",
    "Nghị quyết 43-NQ/TW nói gì?",
    "who decides on training?",
    "qwrtz xyzzy",
]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    """A searcher over documents in folders and with tags."""
    folder = tmp_path_factory.mktemp("scopes")
    build(write_corpus(folder / "corpus", PAPERS), folder / "data")
    return serving(folder / "data")


def ask(searcher: Searcher, question: str, scope: Scope, k: int = 30) -> Answer:
    """Return the answer to a question that may see `scope`."""
    [answer] = searcher.ask_many([replace(parse_query(question), scope=scope)], k)
    return answer


@pytest.mark.parametrize("scope", SCOPES, ids=str)
def test_nothing_outside_is_found(searcher: Searcher, scope: Scope) -> None:
    """Whatever is asked, only what may be seen is cited and counted, in the same order as ever."""
    inside = [row.ref for row in searcher.documents if is_visible(row.ref, scope)]
    for question in QUESTIONS:
        answer = ask(searcher, question, scope)
        assert answer.documents_searched == len(inside)
        assert {citation.document.id for citation in answer.citations} <= {r.id for r in inside}
        if not inside:
            assert (answer.answered, answer.citations) == (False, ())


@pytest.mark.parametrize("scope", SCOPES, ids=str)
def test_both_legs_keep_to_it(searcher: Searcher, scope: Scope) -> None:
    """Scores of both legs are those without a scope, of the passages that may be seen."""
    for question in QUESTIONS:
        query = parse_query(question)
        [whole, part] = searcher.ranker.rank_many([query, replace(query, scope=scope)])
        seen = searcher.ranker.seen(scope)
        inside = np.ones(len(searcher.index.passages), bool) if seen is None else seen.passages
        assert part.lexical == {p: s for p, s in whole.lexical.items() if inside[p]}
        assert part.dense is not None
        assert whole.dense is not None
        assert set(part.dense) == {p for p in whole.dense if inside[p]}
        for passage, cosine in part.dense.items():
            assert cosine == pytest.approx(whole.dense[passage], abs=1e-6)
        assert set(part.held) == {p for p in whole.held if inside[p]}


def test_questions_of_several_scopes_at_once(searcher: Searcher) -> None:
    """Questions that are answered together each keep to their own scope."""
    queries = [replace(parse_query(QUESTIONS[0]), scope=scope) for scope in SCOPES]
    together = searcher.ask_many(queries, 5)
    assert together == [ask(searcher, QUESTIONS[0], scope, 5) for scope in SCOPES]


def test_a_number_in_a_hidden_document(searcher: Searcher) -> None:
    """A document number that only a hidden document has is not there."""
    scope = Scope(hidden=frozenset({"mat/nhan-su/"}))
    assert ask(searcher, "Nghị quyết 43-NQ/TW nói gì?", Scope()).answered
    hidden = ask(searcher, "Nghị quyết 43-NQ/TW nói gì?", scope)
    assert (hidden.answered, hidden.confidence) == (False, 0.0)


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("Nội Bộ", "#noi bo"),
        ("# nội  bộ ", "#noi bo"),
        ("Luật/2024/", "Luật/2024/"),
        ("/mat/", "mat/"),
        ("", ""),
        (" # ", ""),
    ],
)
def test_labels_as_people_write_them(written: str, label: str) -> None:
    """A tag counts without marks, case and spaces around it; a folder ends in a slash."""
    assert label_of(written) == label


def test_labels_of_a_document() -> None:
    """A document has its tags and every folder above it."""
    ref = DocumentRef("a/b/c.txt", "C", "c", tags=("Nội Bộ", "luật"))
    assert labels_of(ref) == {"a/", "a/b/", "#noi bo", "#luat"}
    assert labels_of(DocumentRef("c.txt", "C", "c")) == frozenset()
