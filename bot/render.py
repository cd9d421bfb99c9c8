"""Answers → Telegram HTML messages, within Telegram's limits. Imports no telegram.

Lengths are UTF-16 code units of the text after parsing, as Telegram counts them. Every message
is whole HTML by itself: text is cut before it is tagged, never after.
"""

from collections.abc import Iterator, Sequence
from html import escape
from urllib.parse import urlsplit

from bot.places import place_parts
from bot.texts import Sentences
from retrieval.types import Answer, Citation, DocumentRef, Sentence

MAX_UNITS = 4_096
_QUOTE_UNITS = 3_000
_TITLE_CHARS = 120
_SOURCES_SHOWN = 30


def answer_messages(answer: Answer, say: Sentences) -> list[str]:
    """Return the HTML messages that give `answer`, in the order to send them; at least one."""
    blocks: list[str] = []
    if answer.understood:
        blocks.append(f"<i>{_line(say.understood.format(question=answer.understood))}</i>")
    if not answer.answered:
        blocks.append(_line(say.miss.format(documents=answer.documents_searched)))
        if answer.citations:
            blocks[-1] += "\n" + _line(say.nearest)
    for citation in answer.citations:
        blocks += _citation_blocks(citation, say, lead=answer.answered and citation.rank == 1)
    if answer.degraded:
        blocks.append(_line(say.degraded))
    if answer.answered:
        percent = round(answer.confidence * 100)
        footer = say.confidence.format(percent=percent, documents=answer.documents_searched)
        blocks.append(f"<i>{_line(footer)}</i>")
    return _packed(blocks)


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


def units(text: str) -> int:
    """Return the length of `text` in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _citation_blocks(citation: Citation, say: Sentences, *, lead: bool) -> Iterator[str]:
    sentence = citation.sentence
    is_part = sentence is not None and sentence.text != citation.quote
    if lead and sentence is not None and is_part and units(sentence.text) <= _QUOTE_UNITS // 2:
        # The quote may fold to three lines: the answer must not be below the fold.
        yield f"<b>{escape(sentence.text, quote=False)}</b>"
    *first, last = _quotes(citation, sentence)
    yield from first
    yield f"{last}\n{_place(citation, say)}"


def _quotes(citation: Citation, sentence: Sentence | None) -> Iterator[str]:
    position = citation.start
    for part in _cut(citation.quote, _QUOTE_UNITS):
        yield f"<blockquote expandable>{_marked(part, position, sentence)}</blockquote>"
        position += len(part)


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


def _place(citation: Citation, say: Sentences) -> str:
    parts = [_title(citation.document, say)]
    if citation.clause:
        parts.insert(0, _line(citation.clause))
    parts += [_line(_shortened(part)) for part in place_parts(citation, say)]
    return "— " + ", ".join(parts)


def _title(document: DocumentRef, say: Sentences) -> str:
    title = f"<i>{_line(_shortened(document.title))}</i>"
    if _is_link(document.source):
        return f'{title} (<a href="{escape(document.source)}">{_line(say.source)}</a>)'
    return f"{title} ({_line(_shortened(document.source))})"


def _is_link(source: str) -> bool:
    try:
        parts = urlsplit(source)
    except ValueError:
        return False
    has_space = any(char.isspace() for char in source)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not has_space


def _line(text: str) -> str:
    return escape(text, quote=False)


def _shortened(text: str) -> str:
    return text if len(text) <= _TITLE_CHARS else text[: _TITLE_CHARS - 1].rstrip() + "…"


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
