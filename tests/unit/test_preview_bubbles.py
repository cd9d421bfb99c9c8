"""Bubbles: text and entities become HTML that shows them and can do nothing else."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.botapi import Entity
from bot.botapi.entities import fix, parse
from bot.preview.bubbles import bubble_html, safe_address

KINDS = ["bold", "italic", "code", "pre", "blockquote", "expandable_blockquote", "text_link", "url"]
VOID_OF_MEANING = "<script>alert(1)</script>\" onclick='x' &lt; \u202e\x00"


def shown(html: str) -> str:
    """Return what Telegram makes of `html`, as a bubble."""
    text = fix(parse(html, "HTML"))
    return bubble_html(text.text, text.entities, "Xem hết")


class Balanced(HTMLParser):
    """Reads HTML and complains of tags that do not close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.tags: set[str] = set()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "unfold" not in self.open and self.open[-1:] != ["button"]:
            self.text += data


def read(html: str) -> Balanced:
    reader = Balanced()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


def test_styles_nest() -> None:
    """What is nested in Telegram is nested on the page."""
    assert shown("a <b>b <i>c</i></b> d") == "a <strong>b <em>c</em></strong> d"


def test_offsets_are_utf16() -> None:
    """Letters outside the basic plane count twice, as Telegram counts them."""
    assert shown("👍🏽 𝕏 <b>đậm</b> 🇻🇳") == "👍🏽 𝕏 <strong>đậm</strong> 🇻🇳"


def test_crossing_styles_are_split() -> None:
    """Where one style begins inside another and outlasts it, both are shown, in balance."""
    entities = (Entity("bold", 0, 4), Entity("italic", 2, 4))
    assert bubble_html("abcdef", entities, "") == ("<strong>ab<em>cd</em></strong><em>ef</em>")


def test_a_style_across_a_quote_stays_in_both_parts() -> None:
    """A quote is a block: what crosses its edge is closed and opened again around it."""
    entities = (Entity("bold", 0, 4), Entity("blockquote", 2, 4))
    assert bubble_html("abcdef", entities, "") == (
        "<strong>ab</strong><blockquote><strong>cd</strong>ef</blockquote>"
    )


def test_a_quote_ends_its_own_line() -> None:
    """The line break after a quote is not shown twice; an empty line stays one."""
    assert shown("<blockquote>a</blockquote>\nb") == "<blockquote>a</blockquote>b"
    assert shown("<blockquote>a</blockquote>\n\nb") == "<blockquote>a</blockquote>\nb"


def test_an_expandable_quote_has_its_button() -> None:
    """A quote that unfolds is folded at first, beside a button that says so."""
    assert shown("<blockquote expandable>dài</blockquote>") == (
        '<div class="fold"><blockquote class="folded">dài</blockquote>'
        '<button type="button" class="unfold" aria-expanded="false">Xem hết</button></div>'
    )


def test_links_open_elsewhere_and_tell_nothing() -> None:
    """A link opens in a tab of its own that learns nothing of where it came from."""
    link = (
        '<a href="https://a.vn/?x=1&amp;y=%22" target="_blank" rel="noopener noreferrer">ở đây</a>'
    )
    assert shown('<a href="https://a.vn/?x=1&y=%22">ở đây</a>') == link
    assert 'href="http://b.vn"' in bubble_html("b.vn", (Entity("url", 0, 4),), "")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "javascript://a.vn/%0aalert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "http://",
        "http://[",
        "java\nscript://a",
        "https://a b.vn",
    ],
)
def test_other_addresses_are_no_links(url: str) -> None:
    """Nothing but the web and Telegram is linked to; the words stay."""
    assert safe_address(url) is None
    assert bubble_html("đây", (Entity("text_link", 0, 3, url=url),), "") == "đây"


def test_what_looks_like_html_is_text() -> None:
    """No sign of a message becomes a tag, an attribute or an entity of HTML."""
    reader = read(bubble_html(VOID_OF_MEANING, (Entity("bold", 3, 9),), ""))
    assert reader.text.replace("\x00", "\ufffd") == VOID_OF_MEANING.replace("\x00", "\ufffd")
    assert reader.tags == {"strong"}
    assert reader.names == set()


def test_an_address_cannot_leave_its_attribute() -> None:
    """Quotes in an address stay in it."""
    url = "https://a.vn/\"onmouseover='x'><script>"
    reader = read(bubble_html("đây", (Entity("text_link", 0, 3, url=url),), ""))
    assert reader.tags == {"a"}
    assert reader.names == {"href", "target", "rel"}


_ENTITIES = st.lists(
    st.builds(
        Entity,
        st.sampled_from(KINDS),
        st.integers(0, 30),
        st.integers(0, 40),
        url=st.sampled_from(["https://a.vn", "javascript:x", '"><b>']),
    ),
    max_size=12,
)


@given(st.text("ab<>&\"'\n🇻đ", max_size=25), _ENTITIES)
def test_any_entities_over_any_text_are_balanced(text: str, entities: list[Entity]) -> None:
    """However entities lie, tags close in order, and what is not a line break is shown once."""
    reader = read(bubble_html(text, entities, ""))
    if all(one.type != "url" for one in entities):
        kept = reader.text.replace("\ufffd", "").replace("\n", "")
        assert kept == text.replace("\n", "") or "🇻" in text
    assert reader.tags <= {"strong", "em", "code", "pre", "blockquote", "div", "button", "a"}
    assert reader.names <= {"class", "type", "aria-expanded", "href", "target", "rel"}
