"""Promises of evidence: what counts as shared, which sentence answers, what a definition is."""

import pytest

from retrieval.citing import answering_sentence
from retrieval.definitions import defines
from retrieval.evidence import coverage, found, pair_coverage, wanted
from retrieval.text.questions import DefinitionQuestion, definition_asked
from retrieval.text.rarity import is_question_word, rarity
from retrieval.types import Passage, Sentence


def shares(question: str, text: str) -> tuple[float, float]:
    """(coverage, pair coverage) of `question` by `text`."""
    asked = wanted(question)
    has = found(text, asked)
    return coverage(asked, has), pair_coverage(asked, has)


def test_question_words_and_numbers_are_kept_apart() -> None:
    """Words that only ask are not wanted; a document's number is wanted as one thing."""
    asked = wanted("Văn bản 18-NQ/TW nói gì về tinh giản biên chế?")
    assert asked.accented
    assert asked.numbers == {("nq18", "nq18/tw")}
    assert asked.weights.keys() == {"văn", "ban3", "noi1", "tinh", "gian3", "biên", "chê1"}
    assert asked.pairs == {
        ("văn", "ban3"),
        ("tinh", "gian3"),
        ("gian3", "biên"),
        ("biên", "chê1"),
    }


def test_question_without_accents_wants_folded_words() -> None:
    """Typed without accents, a question is matched without accents."""
    asked = wanted("tinh gian bien che la gi")
    assert not asked.accented
    assert asked.weights.keys() == {"tinh", "gian", "bien", "che"}


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("tinh giản biên chế", "Đã tinh giản biên chế.", (1.0, 1.0)),
        ("tinh giản biên chế", "Cầu Long Biên bắc qua sông.", (None, 0.0)),
        ("tinh giản biên chế", "Trời hôm nay mưa.", (0.0, 0.0)),
        ("tinh giản biên chế", "tinh gian bien che", (None, 0.0)),
        ("tinh gian bien che", "Đã tinh giản biên chế.", (1.0, 1.0)),
        ("Thuỷ lợi", "công trình thủy lợi", (1.0, 1.0)),
        ("Đề án 06 là gì?", "thực hiện Đề án số 06-ĐA/TU", (1.0, 1.0)),
        ("06-ĐA/TU là gì?", "thực hiện Đề án 06", (1.0, 1.0)),
        ("06-ĐA/TU là gì?", "thực hiện Đề án 06-ĐA/TW", (0.0, 0.0)),
        ("Nghị định 13/2023 là gì?", "Nghị định số 13/2023/NĐ-CP", (1.0, 1.0)),
        ("Nghị định 13/2023 là gì?", "Nghị định số 13/2020/NĐ-CP", (0.0, 0.0)),
        ("Nghị định 13/2023/NĐ-CP là gì?", "Nghị định 13/2023", (1.0, 1.0)),
        ("Đề án 06 là gì?", "6 đề án", (0.0, 0.0)),
        ("gì?", "gì?", (0.0, 0.0)),
    ],
)
def test_coverage_is_the_share_of_wanted_words_that_a_text_has(
    question: str, text: str, expected: tuple[float | None, float]
) -> None:
    """All wanted words give 1, none give 0; pairs must stand side by side."""
    by_words, by_pairs = shares(question, text)
    if expected[0] is None:
        assert 0 < by_words < 1
    else:
        assert by_words == pytest.approx(expected[0])
    assert by_pairs == pytest.approx(expected[1])


def test_coverage_is_weighed_by_rarity() -> None:
    """A rare word shared says more than a common one, by exactly its rarity."""
    rare, common = rarity("thuy3", True), rarity("công", True)
    assert rare > common
    by_words, _ = shares("công thủy", "thủy điện")
    assert by_words == pytest.approx(rare / (rare + common))


def test_word_without_neighbours_counts_as_its_own_pair() -> None:
    """Where a question has no pair, its words stand in for pairs."""
    assert shares("thủy", "thủy điện") == (1.0, 1.0)
    assert shares("thủy", "điện") == (0.0, 0.0)


def test_unknown_words_are_the_rarest() -> None:
    """A word that the table lacks is rarer than any that it has, in both spellings."""
    for accented in (True, False):
        assert rarity("xyzzyq", accented) > rarity("dân" if accented else "dan", accented) > 0
    assert rarity("va2", True) < rarity("công", True) < rarity("xyzzyq", True)


@pytest.mark.parametrize(
    ("key", "accented", "expected"),
    [
        ("gi2", True, True),
        ("gi", False, True),
        ("what", True, True),
        ("ai", True, True),
        ("gi1", True, False),
        ("đang", True, False),
        ("dang", False, False),
    ],
)
def test_question_words_are_told_from_their_look_alikes(
    key: str, accented: bool, expected: bool
) -> None:
    """`gì` asks and `gí` does not; without accents both might."""
    assert is_question_word(key, accented) is expected


@pytest.mark.parametrize(
    "text",
    [
        "Đề án 06 là bước đổi mới.",
        'tổng kết Đề án số 06-ĐA/TU ngày 24-9-2013 về "Kiện toàn tổ chức đảng".',
        "Đề án 06 (năm 2013) được hiểu là một chương trình.",
        "Đề án 06 của Thành ủy Hà Nội về “Kiện toàn”.",
        "Đề án 06: Kiện toàn tổ chức đảng.",
        "Project 06 is a plan of the city.",
    ],
)
def test_definition_of_a_numbered_document_is_recognised(text: str) -> None:
    """A mention followed by là, a title, a colon or "is a" defines, however it is written."""
    for question in ("Đề án 06 là gì?", "de an 06 la gi", "What is Project 06?"):
        asked = definition_asked(question)
        assert asked is not None
        assert defines(asked, text)


@pytest.mark.parametrize(
    "text",
    [
        "Hội nghị thảo luận về Đề án 06.",
        "Đề án 06 đã khắc phục được tình trạng chồng chéo.",
        "Đề án 07 là bước đổi mới.",
        "Đề án 06 là một trong những đề án lớn.",
        "Đây là 06 đề án.",
    ],
)
def test_mere_mention_is_no_definition(text: str) -> None:
    """Naming a thing, or saying what it did, does not say what it is."""
    assert not defines(DefinitionQuestion("Đề án 06"), text)


@pytest.mark.parametrize(
    ("subject", "text", "expected"),
    [
        ("chi bộ", "Chi bộ là hạt nhân chính trị.", True),
        ("chi bo", "Chi bộ là hạt nhân chính trị.", True),
        ("kĩ thuật số", "Kỹ thuật số nghĩa là dùng số.", True),
        ("bộ", "Cán bộ là gốc.", True),
        ("chi", "Chính là nó.", False),
        ("chi bộ", "Các chi bộ họp.", False),
        ("a.b(c", "a b c là chữ.", True),
    ],
)
def test_definition_of_a_term(subject: str, text: str, expected: bool) -> None:
    """A term is found as whole words in any spelling, with nothing in it taken for a pattern."""
    assert defines(DefinitionQuestion(subject), text) is expected


PASSAGE = Passage(
    document_id="a.txt",
    number=1,
    start=100,
    end=0,
    text="Chi bộ họp hằng tháng. Chi bộ là hạt nhân chính trị ở cơ sở. Trời hôm nay mưa to.",
)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Chi bộ là gì?", "Chi bộ là hạt nhân chính trị ở cơ sở."),
        ("chi bo hop khi nao", "Chi bộ họp hằng tháng."),
        ("Trời mưa không?", "Trời hôm nay mưa to."),
        ("Giá vàng bao nhiêu?", None),
    ],
)
def test_answering_sentence_is_exact_or_absent(question: str, expected: str | None) -> None:
    """The sentence that shares most with the question is marked at its place, or none is."""
    sentence = answering_sentence(PASSAGE, wanted(question), definition_asked(question))
    if expected is None:
        assert sentence is None
    else:
        at = PASSAGE.start + PASSAGE.text.index(expected)
        assert sentence == Sentence(at, at + len(expected), expected)
