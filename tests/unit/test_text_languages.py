"""Promises about two languages: which one a question is in, and how its words are said."""

import unicodedata

import pytest

from retrieval.text.kinds import Kind, has_kind, kinds_asked
from retrieval.text.language import is_vietnamese
from retrieval.text.translations import translate


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Đề án 06 là gì?", True),
        ("de an 06 la gi", True),
        ("Ai chủ trì hội nghị?", True),
        ("thoi han nop ho so la bao lau", True),
        ("What is Project 06?", False),
        ("who was the first president", False),
        ("où est la bibliothèque", False),
        ("06", False),
        ("", False),
    ],
)
def test_language_is_told_by_marks_or_by_the_shape_of_syllables(
    question: str, expected: bool
) -> None:
    """Vietnamese is known with and without its marks; other languages are not taken for it."""
    assert is_vietnamese(question) is expected


def said(question: str) -> dict[tuple[str, ...], set[tuple[str, ...]]]:
    """Keys of each word of the question → the terms of its translations."""
    return {word.keys: {way.terms for way in word.ways} for word in translate(question)}


def test_english_words_are_said_in_vietnamese() -> None:
    """A compound of two syllables is one term, the pair that the index holds."""
    assert ("dân_sô1",) in said("What is the population of the province?")[("population",)]


@pytest.mark.parametrize("form", ["river", "rivers"])
def test_inflected_words_are_found_under_their_plain_form(form: str) -> None:
    """The table lists words, not all their forms."""
    assert ("sông",) in said(f"longest {form}")[(form,)]


def test_the_longest_vietnamese_entry_is_read_first() -> None:
    """`dân số` is one word; its syllables are not translated one by one."""
    found_words = said("Dân số của tỉnh?")
    assert ("population",) in found_words[("dân", "sô1")]
    assert ("sô1",) not in found_words


@pytest.mark.parametrize("question", ["Who is it and what did they do?", "Ai là ai?", "123", ""])
def test_words_that_only_ask_are_not_translated(question: str) -> None:
    """Question words find nothing in the other language either."""
    assert not {("who",), ("what",), ("ai",)} & said(question).keys()


def test_composition_of_the_question_does_not_matter() -> None:
    """The same words come back for canonical text, whatever case it is in."""
    question = unicodedata.normalize("NFC", "DÂN SỐ của tỉnh")
    assert said(question) == said(question.lower())


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Có bao nhiêu đại biểu?", {Kind.COUNT}),
        ("How many delegates came?", {Kind.COUNT}),
        ("Đại hội họp khi nào?", {Kind.TIME}),
        ("dai hoi hop nam nao", {Kind.TIME}),
        ("Where was it held?", {Kind.PLACE}),
        ("Vì sao ông từ chức?", {Kind.REASON}),
        ("Ai chủ trì hội nghị?", {Kind.PERSON}),
        ("Who chaired it?", {Kind.PERSON}),
        ("Đề án 06 là gì?", set()),
    ],
)
def test_question_words_say_what_kind_of_thing_is_asked(question: str, expected: set[Kind]) -> None:
    """In both languages, with and without marks."""
    assert kinds_asked(question) == expected


@pytest.mark.parametrize(
    ("kind", "sentence", "question", "expected"),
    [
        (Kind.COUNT, "1.176 đại biểu đã dự.", "Bao nhiêu đại biểu?", True),
        (Kind.COUNT, "Đại hội năm 2006 rất đông.", "Đại hội 2006 bao nhiêu người?", True),
        (Kind.COUNT, "Hội nghị 12 kết thúc.", "Hội nghị 12 có bao nhiêu người?", False),
        (Kind.TIME, "Chợ xây năm 1914.", "Chợ xây khi nào?", True),
        (Kind.TIME, "Chợ rất đông khách.", "Chợ xây khi nào?", False),
        (Kind.PLACE, "Ông sinh tại Huế.", "Ông sinh ở đâu?", True),
        (Kind.REASON, "Ông nghỉ vì bệnh.", "Vì sao ông nghỉ?", True),
        (Kind.REASON, "Ông nghỉ hôm qua.", "Vì sao ông nghỉ?", False),
        (Kind.PERSON, "Hội nghị do bà Lan chủ trì.", "Ai chủ trì hội nghị?", True),
        (Kind.PERSON, "Bà Lan đến muộn.", "Bà Lan gặp ai?", False),
        (Kind.PERSON, "Hội nghị kéo dài.", "Ai chủ trì hội nghị?", False),
    ],
)
def test_a_sentence_has_a_kind_when_it_has_a_new_one(
    kind: Kind, sentence: str, question: str, expected: bool
) -> None:
    """What the question itself names is no answer to it."""
    assert has_kind(kind, sentence, question) is expected
