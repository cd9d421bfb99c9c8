"""Answers as messages, judged by Telegram's own parser."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.botapi.entities import Formatted, fix, parse
from bot.buttons import units
from bot.render import MAX_UNITS, answer_messages, plain_messages, sources_messages
from bot.texts import EN, VI
from retrieval.text import canonical_line, canonical_text
from retrieval.types import Answer, Citation, DocumentRef, Sentence

PIECES = [
    "<b>",
    "</b>",
    "</blockquote>",
    "<a href='x'>",
    "&",
    "&lt;",
    "&#x3C;",
    '"',
    "'",
    "<",
    ">",
    " ",
    "\n",
    "\n\n",
    "từ ngữ ",
    "Đề án 06. ",
    "k" * 700,
    "𝕏",
    "👨\u200d👩\u200d👧",
    "𝕏" * 400,
    "\u05d0\u05d1",
    "a\u0323\u0301",
    "@ten",
    "#the",
    "/lenh",
    "https://example.com/?a=1&b=2",
    "{documents}",
    "%s",
]
HOSTILE = st.lists(st.sampled_from(PIECES) | st.text(max_size=20), max_size=30).map("".join)
LONG = st.tuples(HOSTILE, st.sampled_from([1, 40, 200])).map(lambda drawn: drawn[0] * drawn[1])
QUOTES = (
    LONG.map(lambda text: canonical_text(text[:8_000])).filter(
        lambda text: any(map(str.isalnum, text))
    )
    # Filtering alone would starve hypothesis of short ones.
    | st.just("Một câu. Hai câu.")
)
LINES = HOSTILE.map(lambda text: canonical_line(text) or "x")
OPTIONAL = st.none() | LINES
LINKS = HOSTILE.map(lambda text: f"https://example.vn/?{text}")


@st.composite
def citations(draw: st.DrawFn, rank: int) -> Citation:
    """A citation of hostile words with any span of its quote as its sentence, or none."""
    quote, start = draw(QUOTES), draw(st.integers(0, 10_000))
    sentence = None
    if draw(st.booleans()):
        first = draw(st.integers(0, len(quote) - 1))
        last = draw(st.integers(first + 1, len(quote)))
        sentence = Sentence(start + first, start + last, quote[first:last])
    return Citation(
        rank=rank,
        score=1.0,
        document=DocumentRef(
            "tai-lieu.txt",
            draw(LINES),
            draw(LINES | LINKS),
            draw(OPTIONAL),
            draw(OPTIONAL),
            in_force_to=draw(OPTIONAL),
            replaced_by=draw(OPTIONAL),
        ),
        passage=draw(st.integers(1, 99_999)),
        start=start,
        end=start + len(quote),
        quote=quote,
        heading=draw(st.just("") | LINES),
        sentence=sentence,
        page=draw(st.integers(0, 9_999)),
        clause=draw(st.just("") | LINES),
        lapsed=draw(st.booleans()),
    )


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """Any answer: up to three citations; when nothing was found, the nearest one or none."""
    answered = draw(st.booleans())
    count = draw(st.integers(1, 3)) if answered else draw(st.integers(0, 1))
    return Answer(
        question=draw(HOSTILE),
        answered=answered,
        confidence=draw(st.floats(0, 1)),
        documents_searched=draw(st.integers(1, 10**6)),
        citations=tuple(draw(citations(rank)) for rank in range(1, count + 1)),
        degraded=draw(st.booleans()),
        understood=draw(st.just("") | LINES),
    )


def accepted(messages: Sequence[str]) -> list[Formatted]:
    """The messages as Telegram parses them; each one it would also take and show."""
    parsed = [parse(message, "HTML") for message in messages]
    for one in parsed:
        assert 0 < units(fix(one).text) <= MAX_UNITS
    return parsed


def quoted(messages: Sequence[Formatted]) -> list[tuple[str, bool]]:
    """Every UTF-16 unit under a quote, in order, and whether it is bold."""
    found: list[tuple[str, bool]] = []
    for message in messages:
        text = message.text.encode("utf-16-le")
        bold = [entity for entity in message.entities if entity.type == "bold"]
        for entity in message.entities:
            if entity.type == "expandable_blockquote":
                for unit in range(entity.offset, entity.end):
                    is_bold = any(one.offset <= unit < one.end for one in bold)
                    found.append((text[2 * unit : 2 * unit + 2].hex(), is_bold))
    return found


def expected_units(answer: Answer) -> list[tuple[str, bool]]:
    """Every UTF-16 unit of the quotes of `answer`, and whether it is in the sentence."""
    found: list[tuple[str, bool]] = []
    for citation in answer.citations:
        for offset, char in enumerate(citation.quote, start=citation.start):
            sentence = citation.sentence
            is_bold = sentence is not None and sentence.start <= offset < sentence.end
            raw = char.encode("utf-16-le").hex()
            found += [(raw[at : at + 4], is_bold) for at in range(0, len(raw), 4)]
    return found


@settings(deadline=None, max_examples=200)
@given(answers(), st.sampled_from([VI, EN]))
def test_any_answer_is_taken_and_shows_the_exact_quote(answer: Answer, say: object) -> None:
    """Whatever is cited, Telegram takes every message, the quote whole, just the sentence bold."""
    parsed = accepted(answer_messages(answer, VI if say is VI else EN))
    assert quoted(parsed) == expected_units(answer)


@settings(deadline=None, max_examples=50)
@given(LONG.filter(str.strip))
def test_any_plain_text_arrives_as_it_is(text: str) -> None:
    """A text without markup is shown word for word, however long and whatever it holds."""
    parsed = [parse(message, "HTML") for message in plain_messages(text)]
    assert "".join(one.text for one in parsed) == text
    assert all(one.entities == () for one in parsed)
    assert all(units(one.text) <= MAX_UNITS for one in parsed)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.builds(DocumentRef, LINES, LINES, LINES), min_size=1, max_size=40))
def test_any_list_of_sources_is_taken(documents: list[DocumentRef]) -> None:
    """The list of documents is taken by Telegram whatever they are called."""
    text = "\n".join(one.text for one in accepted(sources_messages(documents, VI)))
    assert text.count("• ") >= min(len(documents), 30)
    assert (f"… và {len(documents) - 30} tài liệu nữa." in text) == (len(documents) > 30)


def cited(quote: str, *, sentence: str | None = None, source: str = "a.txt") -> Citation:
    """A citation of `quote` at offset 100, with the first occurrence of `sentence` in it."""
    found = None
    if sentence is not None:
        first = 100 + quote.index(sentence)
        found = Sentence(first, first + len(sentence), sentence)
    document = DocumentRef("a.txt", "Tựa & đề", source, date="2024")
    return Citation(1, 1.0, document, 7, 100, 100 + len(quote), quote, "Chương I › Điều 2", found)


def found_with(*citations: Citation, degraded: bool = False) -> Answer:
    """An answer with these citations, sure of itself by 0.876."""
    return Answer("?", True, 0.876, 12, citations, degraded)


def test_an_answer_to_the_letter() -> None:
    """The sentence first, then the quote with it in bold, its place, and how sure the answer is."""
    citation = cited("Một là < hai. Hai & ba.", sentence="Hai & ba.", source="https://x.vn/?a&b")
    assert answer_messages(found_with(citation), VI) == [
        "<b>Hai &amp; ba.</b>\n\n"
        "<blockquote expandable>Một là &lt; hai. <b>Hai &amp; ba.</b></blockquote>\n"
        '— <i>Tựa &amp; đề</i> (<a href="https://x.vn/?a&amp;b">nguồn</a>), Chương I › Điều 2, '
        "đoạn 7, 2024\n\n"
        "<i>Độ tin cậy 88 % · đã tìm trong 12 tài liệu</i>"
    ]


def test_a_quote_that_is_one_sentence_is_not_said_twice() -> None:
    """When the whole quote answers, there is no separate line with the answer."""
    [message] = answer_messages(found_with(cited("Một câu.", sentence="Một câu.")), EN)
    assert message.startswith("<blockquote expandable><b>Một câu.</b></blockquote>\n— ")
    assert message.endswith("<i>Confidence 88 % · searched 12 documents</i>")


def test_nothing_found() -> None:
    """A miss says how many documents were searched and shows the nearest passage, if any."""
    miss = Answer("?", False, 0.2, 12, ())
    assert answer_messages(miss, VI) == ["Không tìm thấy câu trả lời trong 12 tài liệu."]
    near = Answer("?", False, 0.2, 12, (cited("Gần."),))
    [message] = answer_messages(near, EN)
    assert message.startswith(
        "No answer found in 12 documents.\n"
        "The nearest passage, which may not answer the question:\n\n"
        "<blockquote expandable>Gần.</blockquote>\n— "
    )
    assert "Confidence" not in message


def test_an_answer_from_words_alone_says_so() -> None:
    """When the model could not be asked, the answer says that it comes from words alone."""
    [message] = answer_messages(found_with(cited("Một."), degraded=True), EN)
    assert EN.degraded in message


@pytest.mark.parametrize(
    "source", ["javascript:alert(1)", "http://", "https://a b.vn", "http://[", "tg://user?id=1"]
)
def test_what_is_no_web_address_is_no_link(source: str) -> None:
    """Only a web address becomes a link; anything else is shown as text."""
    [message] = answer_messages(found_with(cited("Một.", source=source)), VI)
    assert "<a " not in message
    assert f"({source})" in message


def test_a_sign_outside_the_first_plane_counts_twice() -> None:
    """A long quote of signs that Telegram counts twice is cut by its count and still whole."""
    answer = found_with(cited("𝕏" * 8_000))
    parsed = accepted(answer_messages(answer, VI))
    assert len(parsed) > 4
    assert quoted(parsed) == expected_units(answer)


def test_a_long_text_is_cut_between_words() -> None:
    """Where a long text has spaces it is cut after one, not inside a word."""
    text = "chữ nghĩa " * 1_000
    messages = plain_messages(text)
    assert "".join(messages) == text
    assert len(messages) == 3
    assert all(first.endswith(" ") for first, _ in pairwise(messages))
