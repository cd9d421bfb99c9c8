"""Answers → Telegram HTML messages, within Telegram's limits. Imports no telegram.

Lengths are UTF-16 code units of the text after parsing, as Telegram counts them. Every message
is whole HTML by itself: text is cut before it is tagged, never after.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape
from ipaddress import ip_address
from urllib.parse import urlsplit

from bot.buttons import shortened, units
from bot.places import place_parts
from bot.texts import Sentences
from retrieval.types import Answer, Citation, DocumentRef, Sentence

MAX_UNITS = 4_096
_QUOTE_UNITS = 3_000
_LEAD_UNITS = 1_500
_BRIEF_UNITS = 1_500
_BRIEF_LEAD_UNITS = 1_000
"""With all that can stand around it, what is brief has to fit into one message."""
_PART_UNITS = 120
"""Of a title, a heading or anything else that says where a quote is from."""
_QUESTION_UNITS = 200
_MAX_LINK_CHARS = 1_000
_SOURCES_SHOWN = 30
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+\.?")


def answer_messages(answer: Answer, say: Sentences, *, brief: bool = False) -> list[str]:
    """Return the HTML messages that give `answer`, in the order to send them; at least one.

    A `brief` one leaves off what of a quote is too long for a group, and says so.
    """
    return _packed(list(_answer_blocks(answer, say, brief=brief)))


def brief_message(answer: Answer, say: Sentences) -> str:
    """Return the one HTML message that gives `answer` with its first citation, if it has one."""
    first = replace(answer, citations=answer.citations[:1])
    return "\n\n".join(_answer_blocks(first, say, brief=True))


def citation_message(citation: Citation, say: Sentences, *, nearest: bool) -> str:
    """Return the one HTML message that is a citation by itself, `nearest` where it is no answer."""
    head = [_line(say.nearest)] if nearest else []
    return "\n\n".join([*head, *citation_blocks(citation, say, lead=not nearest, brief=True)])


def _answer_blocks(answer: Answer, say: Sentences, *, brief: bool) -> Iterator[str]:
    if answer.understood:
        meant = shortened(answer.understood, _QUESTION_UNITS)
        yield f"<i>{_line(say.understood.format(question=meant))}</i>"
    if not answer.answered:
        miss = _line(say.miss.format(documents=answer.documents_searched))
        yield f"{miss}\n{_line(say.nearest)}" if answer.citations else miss
    for citation in answer.citations:
        lead = answer.answered and citation.rank == 1
        yield from citation_blocks(citation, say, lead=lead, brief=brief)
    if answer.degraded:
        yield _line(say.degraded)
    if answer.answered:
        percent = round(answer.confidence * 100)
        footer = say.confidence.format(percent=percent, documents=answer.documents_searched)
        yield f"<i>{_line(footer)}</i>"


def sources_messages(documents: Sequence[DocumentRef], say: Sentences) -> list[str]:
    """Return the HTML messages that list `documents`."""
    lines = [_line(say.sources_head.format(documents=len(documents)))]
    lines += [f"• {_title(document, say)}" for document in documents[:_SOURCES_SHOWN]]
    if len(documents) > _SOURCES_SHOWN:
        lines.append(_line(say.sources_more.format(count=len(documents) - _SOURCES_SHOWN)))
    return _packed(lines, separator="\n")


def plain_messages(text: str) -> list[str]:
    """Return `text` as HTML messages that show it as it is."""
    return _packed([escape(part, quote=False) for part in _cut(text, MAX_UNITS)], separator="")


def citation_blocks(
    citation: Citation, say: Sentences, *, lead: bool, brief: bool
) -> Iterator[str]:
    """Yield the HTML blocks of one citation; the last has its place.

    Args:
        citation: What is quoted.
        say: The wording.
        lead: Whether its answering sentence is said first.
        brief: Whether what is too long for a group is left off.
    """
    sentence = citation.sentence
    is_part = sentence is not None and sentence.text != citation.quote
    longest = _BRIEF_LEAD_UNITS if brief else _LEAD_UNITS
    if lead and sentence is not None and is_part and units(sentence.text) <= longest:
        # The quote may fold to three lines: the answer must not be below the fold.
        yield f"<b>{escape(sentence.text, quote=False)}</b>"
    if brief and units(citation.quote) > _BRIEF_UNITS:
        cut = shortened(citation.quote, _BRIEF_UNITS)
        yield f"{_block(cut, citation.start, sentence)}\n{place_line(citation, say)}"
        yield _line(say.more_privately)
        return
    *first, last = _quotes(citation, sentence)
    yield from first
    yield f"{last}\n{place_line(citation, say)}"


def _quotes(citation: Citation, sentence: Sentence | None) -> Iterator[str]:
    position = citation.start
    for part in _cut(citation.quote, _QUOTE_UNITS):
        yield _block(part, position, sentence)
        position += len(part)


def _block(text: str, start: int, sentence: Sentence | None) -> str:
    return f"<blockquote expandable>{_marked(text, start, sentence)}</blockquote>"


def _marked(text: str, start: int, sentence: Sentence | None) -> str:
    """Return `text`, which begins at offset `start`, with its share of the sentence in bold."""
    if sentence is None:
        return escape(text, quote=False)
    first = min(max(sentence.start - start, 0), len(text))
    last = min(max(sentence.end - start, 0), len(text))
    if first >= last:
        return escape(text, quote=False)
    before, inside, after = text[:first], text[first:last], text[last:]
    marked = f"<b>{escape(inside, quote=False)}</b>"
    return f"{escape(before, quote=False)}{marked}{escape(after, quote=False)}"


def place_line(citation: Citation, say: Sentences) -> str:
    """Return, in HTML, where a citation is from."""
    parts = [_title(citation.document, say)]
    if citation.clause:
        parts.insert(0, _part(citation.clause))
    parts += [_part(part) for part in place_parts(citation, say)]
    return "— " + ", ".join(parts)


def _title(document: DocumentRef, say: Sentences) -> str:
    title = f"<i>{_part(document.title)}</i>"
    if is_link(document.source):
        return f'{title} (<a href="{escape(document.source)}">{_line(say.source)}</a>)'
    return f"{title} ({_part(document.source)})"


def is_link(source: str) -> bool:
    """Return whether a document's source can be opened, and Telegram takes it for a link."""
    try:
        parts = urlsplit(source)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    is_web = parts.scheme in {"http", "https"} and len(source) <= _MAX_LINK_CHARS
    has_port = port != 0 and not parts.netloc.endswith(":")
    return is_web and has_port and _is_host(host) and source.isprintable() and " " not in source


def _is_host(host: str) -> bool:
    """Return whether Telegram takes `host` for one: a name with a dot in it, or an address."""
    try:
        ip_address(host)
    except ValueError:
        return _HOST.fullmatch(host) is not None
    return True


def _line(text: str) -> str:
    return escape(text, quote=False)


def _part(text: str) -> str:
    return _line(shortened(text, _PART_UNITS))


def _cut(text: str, limit: int) -> Iterator[str]:
    """Yield `text` in parts of at most `limit` units, after white space where there is some."""
    while units(text) > limit:
        end = limit // 2
        # Characters are one or two units: grow from what surely fits.
        while end < len(text) and units(text[: end + 1]) <= limit:
            end += max(1, (limit - units(text[:end])) // 2)
        end = min(end, len(text))
        while units(text[:end]) > limit:
            end -= 1
        space = max(text.rfind(" ", 0, end), text.rfind("\n", 0, end)) + 1
        cut = space if space > end // 2 else end
        yield text[:cut]
        text = text[cut:]
    if text:
        yield text


def _packed(blocks: Sequence[str], separator: str = "\n\n") -> list[str]:
    """Join blocks into as few messages as the limit allows; a block is never cut.

    The tags are counted too: that is more than Telegram counts, so never too little.
    """
    messages: list[str] = []
    for block in blocks:
        joined = f"{messages[-1]}{separator}{block}" if messages else block
        if messages and units(joined) <= MAX_UNITS:
            messages[-1] = joined
        else:
            messages.append(block)
    return messages
