"""What takes one message, and the buttons under it, judged by Telegram's own parser and rules."""

from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.botapi import BOT_USERNAME
from bot.botapi.entities import parse
from bot.botapi.markup import check_markup, read_markup
from bot.botapi.world import World
from bot.buttons import MAX_COPIED_UNITS, Rows, units
from bot.keyboards import (
    channel_buttons,
    context_buttons,
    copied,
    group_buttons,
    link_of,
    private_buttons,
)
from bot.links import Found, KeptPassage
from bot.pages import cited, context_page, passage_page
from bot.render import answer_messages, brief_message, citation_message, is_link
from bot.sending import markup
from bot.texts import EN, VI, Sentences
from retrieval.types import Answer, Citation, DocumentRef, Sentence
from tests.tables import PlainTable
from tests.unit.test_bot_render import HOSTILE, LINES, QUOTES, accepted, answers, citations

WORDINGS = st.sampled_from([VI, EN])
ADDRESSES = st.one_of(
    HOSTILE,
    st.builds(
        "{}{}{}{}".format,
        st.sampled_from(["https://", "http://", "HTTP://", "https:", "ftp://", ""]),
        st.sampled_from(
            [
                "a.vn",
                "localhost",
                "a..b",
                "1.2.3.4",
                "[::1]",
                "[::1%25e]",
                "đề.án",
                "a,b.vn",
                "a@b.vn",
            ]
        )
        | st.text("ab.-_:@[]%/\\đ𝕏١", max_size=8),
        st.sampled_from(["", ":", ":0", ":80", ":99999", ":x"]),
        st.sampled_from(["", "/", "/a?b=1&c='\"<>", "#x y", "/\\", "/\u200b", "?" + "k" * 1_000])
        | HOSTILE,
    ),
)
BOOK = DocumentRef("sach.txt", "Sổ tay", "https://example.vn/so-tay", date="2024")


def taken(rows: Rows) -> None:
    """Telegram takes the keyboard as it is, and finds nothing odd in it."""
    world, keyboard = World(BOT_USERNAME, sees_all_groups=False), markup(rows)
    assert keyboard is not None
    check_markup(read_markup(world, keyboard.to_dict()))
    assert world.violations == []


def in_one_message(text: str) -> str:
    """What is seen of a message, which Telegram takes."""
    return accepted([text])[0].text


@st.composite
def tables(draw: st.DrawFn) -> PlainTable:
    """Up to two documents of up to three passages, of hostile words in every place."""
    papers = {
        DocumentRef(f"{number}.txt", draw(LINES), draw(LINES)): draw(
            st.lists(QUOTES, min_size=1, max_size=3)
        )
        for number in range(draw(st.integers(1, 2)))
    }
    return PlainTable(papers, draw(st.just("") | LINES))


@settings(max_examples=150)
@given(answers(), WORDINGS)
def test_any_brief_answer_is_taken(answer: Answer, say: Sentences) -> None:
    """Whatever is cited, Telegram takes what a group gets, and all of a guest's in one message."""
    accepted(answer_messages(answer, say, brief=True))
    in_one_message(brief_message(answer, say))


@settings(max_examples=150)
@given(citations(1), st.booleans(), WORDINGS)
def test_any_passage_fits_into_one_message(
    citation: Citation, nearest: bool, say: Sentences
) -> None:
    """A passage chosen from a list, or leafed to, is one message that Telegram takes."""
    in_one_message(citation_message(citation, say, nearest=nearest))
    assert in_one_message(passage_page(citation, 0, 8, say)).startswith(
        say.page_of.format(number=1, count=8)
    )


@settings(max_examples=150)
@given(tables(), st.data(), st.booleans(), WORDINGS)
def test_any_passage_among_its_neighbours_is_taken(
    table: PlainTable, data: st.DataObject, changed: bool, say: Sentences
) -> None:
    """A passage among its neighbours is one message that Telegram takes; changed ones say so."""
    index = data.draw(st.integers(0, len(table) - 1))
    found = Found(table, index, table.document_of(index), changed=changed)
    assert in_one_message(context_page(found, say)).startswith(say.passage_changed) == changed


@settings(max_examples=150)
@given(citations(1), st.integers(0, 9), st.integers(0, 9), WORDINGS)
def test_any_keyboard_is_taken(citation: Citation, page: int, count: int, say: Sentences) -> None:
    """Whatever is cited, Telegram takes the buttons under it."""
    taken(private_buttons(citation, page, count, say))
    taken(group_buttons(citation, page, count, say, BOT_USERNAME))
    taken(channel_buttons(citation, say, BOT_USERNAME))
    taken(context_buttons(citation, say, back=page > 0))
    assert 1 <= units(copied(citation, say)) <= MAX_COPIED_UNITS


@settings(max_examples=400)
@given(ADDRESSES)
def test_what_is_called_a_link_is_one_for_telegram(source: str) -> None:
    """An address that is made a link is not dropped by Telegram, nor refused in a button."""
    if is_link(source):
        [entity] = parse(f'<a href="{escape(source)}">x</a>', "HTML").entities
        assert entity.type == "text_link"
        document = DocumentRef("a.txt", "Tựa", source)
        taken(channel_buttons(Citation(1, 1.0, document, 1, 0, 1, "x", "", None), VI, BOT_USERNAME))


@pytest.mark.parametrize("host", ["a.vn", "thu-vien.hà-nội.vn:8080", "1.2.3.4", "[::1]:80"])
def test_a_web_address_is_a_link(host: str) -> None:
    """An ordinary address can be opened, with a port or an accented name too."""
    assert is_link(f"https://{host}/quy-che?ban=1&trang=2#muc")


def test_a_passage_among_its_neighbours() -> None:
    """Around a passage stand those before and after it in its own document, and no other's."""
    other = DocumentRef("khac.txt", "Khác", "khac.txt")
    table = PlainTable({BOOK: ["Một.", "Hai.", "Ba."], other: ["Bốn."]}, heading="Chương I")
    place = "— Sổ tay (nguồn), Chương I, đoạn {}, 2024"
    assert in_one_message(context_page(Found(table, 1, BOOK), VI)).split("\n\n") == [
        *("Chương I", "Một.", "Hai.", "Ba."),
        place.format(2),
    ]
    assert in_one_message(context_page(Found(table, 0, BOOK), VI)).split("\n\n") == [
        *("Chương I", "Một.", "Hai."),
        place.format(1),
    ]
    last = in_one_message(context_page(Found(table, 2, BOOK), VI))
    assert "Bốn." not in last


def test_a_long_passage_stands_alone() -> None:
    """Where a passage and its neighbours are too much for one message, the neighbours give way."""
    table = PlainTable({BOOK: ["&" * 600, "<" * 2_400, ">" * 600]})
    text = in_one_message(context_page(Found(table, 1, BOOK), VI))
    assert text == f"{'<' * 2_400}\n\n— Sổ tay (nguồn), đoạn 2, 2024"


def test_what_was_marked_stays_marked() -> None:
    """A passage that is leafed to shows the sentence that was found, unless its words changed."""
    table = PlainTable({BOOK: ["Không.", "Một câu. Hai câu."]})
    citation = cited(Found(table, 1, BOOK))
    start = citation.start + 9
    kept = KeptPassage.of(
        Citation(
            1,
            1.0,
            BOOK,
            2,
            citation.start,
            citation.end,
            citation.quote,
            "",
            Sentence(start, start + 8, "Hai câu."),
        )
    )
    assert cited(Found(table, 1, BOOK), kept).sentence == Sentence(start, start + 8, "Hai câu.")
    assert cited(Found(table, 1, BOOK, changed=True), kept).sentence is None
    beyond = KeptPassage(link_of(citation), 9, 18)
    assert cited(Found(table, 1, BOOK), beyond).sentence is None


def test_half_an_address_is_not_copied() -> None:
    """What is copied has the source's address whole, or not at all."""
    short = copied(cited(Found(PlainTable({BOOK: ["Một."]}), 0, BOOK)), VI)
    assert short == "“Một.” — Sổ tay, đoạn 1, 2024, https://example.vn/so-tay"
    far = DocumentRef("xa.txt", "Sổ tay", "https://example.vn/" + "x" * 120)
    assert "https" not in copied(cited(Found(PlainTable({far: ["Một."]}), 0, far)), VI)
