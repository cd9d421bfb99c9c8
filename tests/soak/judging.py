"""What came of a soak: what is lost, doubled, wrong, out of order, or not quoted to the letter."""

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.botapi import Chat, Content, Message
from bot.texts import VI
from tests.soak.library import Library, Note

POLITE = frozenset({VI.overloaded, VI.deadline})
_PLACE_LINE = re.compile(r"^— .*\(([^()\n]+)\), đoạn \d+", re.MULTILINE)
_LOOKED_AHEAD = 12
_PAGE = re.compile(r"Đoạn \d+/\d+")


@dataclass(eq=False, slots=True)
class Expected:
    """One message that somebody waits for.

    Attributes:
        message: What is to be answered.
        fits: Whether a text is the answer, said at that time.
        at: When it was asked, of `time.monotonic`.
        note: What it is about, if it is a question; that of its last wording.
        edited: Whether it was put otherwise, upon which the answer changes.
    """

    message: Message
    fits: Callable[[str, float], bool]
    at: float
    note: Note | None = None
    edited: bool = False

    def __repr__(self) -> str:
        return repr(self.message)


@dataclass(slots=True)
class Verdict:
    """Counts and faults.

    Attributes:
        counts: questions, answered, refused and the like.
        faults: Each in a sentence.
        waits: The seconds that each question waited, and the question.
    """

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    waits: list[tuple[float, Expected]] = field(default_factory=list)


def judge(
    library: Library,
    expected: Iterable[Expected],
    said: Callable[[Chat], Sequence[Message]],
    pressed: Container[Message],
) -> Verdict:
    """Hold what was said in every chat against what was asked there.

    Args:
        library: The documents.
        expected: What was asked.
        said: What the bot said in a chat, in order.
        pressed: The messages under which a button was pressed, upon which they change.
    """
    verdict = Verdict()
    by_chat: dict[Chat, list[Expected]] = {}
    for one in expected:
        by_chat.setdefault(one.message.chat, []).append(one)
    for chat, own in by_chat.items():
        for asked, reply in _pairs(own, said(chat), verdict):
            _judge_reply(library, asked, reply, verdict, leafed=reply in pressed)
    return verdict


def quote_faults(library: Library, content: Content) -> Iterator[str]:
    """Yield what is wrong with the quotes of a message; each has the place it is from below it."""
    quotes, places = _quotes(content), _PLACE_LINE.findall(content.text)
    if len(quotes) != len(places):
        yield f"{len(quotes)} quotes and {len(places)} places in {content.text!r}"
    for quote, place in zip(quotes, places, strict=False):
        note = library.notes.get(place)
        if note is None or not note.has(quote, content.at):
            yield f"not in {place}: {quote!r}"


def _pairs(
    expected: list[Expected], said: Sequence[Message], verdict: Verdict
) -> Iterator[tuple[Expected, Message]]:
    """Yield each expectation with its reply; what has no other half is a fault."""
    # In private an answer stands under its question without pointing at it.
    pairs = _pairs_by_reply if expected[0].message.chat.user is None else _pairs_by_order
    yield from pairs(expected, said, verdict)


def _pairs_by_reply(
    expected: list[Expected], said: Sequence[Message], verdict: Verdict
) -> Iterator[tuple[Expected, Message]]:
    replies: dict[Message | None, list[Message]] = {}
    for reply in said:
        replies.setdefault(reply.reply_to, []).append(reply)
    last = 0
    for asked in expected:
        own = replies.pop(asked.message, [])
        if not own:
            verdict.faults.append(f"lost: {asked.message!r} in {asked.message.chat.title!r}")
            continue
        verdict.faults += [f"doubled: {again!r}" for again in own[1:]]
        if own[0].id < last:
            verdict.faults.append(f"out of order: {own[0]!r}")
        last = own[0].id
        yield asked, own[0]
    verdict.faults += [f"to nobody: {one!r}" for own in replies.values() for one in own]


def _pairs_by_order(
    expected: list[Expected], said: Sequence[Message], verdict: Verdict
) -> Iterator[tuple[Expected, Message]]:
    waiting, done = list(expected), list[Expected]()
    for reply in said:
        ahead = next(
            (i for i, one in enumerate(waiting[:_LOOKED_AHEAD]) if _is_for(one, reply)), -1
        )
        if ahead >= 0:
            verdict.faults += [f"lost: {one.message!r}" for one in waiting[:ahead]]
            done += waiting[: ahead + 1]
            del waiting[: ahead + 1]
            yield done[-1], reply
        elif any(_is_for(one, reply) for one in done[-_LOOKED_AHEAD:]):
            verdict.faults.append(f"doubled or out of order: {reply!r}")
        else:
            verdict.faults.append(f"wrong, after {done[-1:]}: {reply.sent.text!r}")
    verdict.faults += [f"lost: {asked.message!r}" for asked in waiting]


def _is_for(asked: Expected, reply: Message) -> bool:
    versions = [reply.sent, *reply.edits] if asked.edited else [reply.sent]
    return any(one.text in POLITE or asked.fits(one.text, one.at) for one in versions)


def _judge_reply(
    library: Library, asked: Expected, reply: Message, verdict: Verdict, *, leafed: bool
) -> None:
    for content in (reply.sent, *reply.edits):
        verdict.faults += quote_faults(library, content)
    if asked.note is None:
        if not asked.fits(reply.sent.text, reply.sent.at):
            verdict.faults.append(f"wrong: {asked.message!r} was told {reply.sent.text!r}")
        return
    final = reply.content if asked.edited else reply.sent
    verdict.counts["questions"] += 1
    verdict.waits.append((reply.sent.at - asked.at, asked))
    if final.text in POLITE:
        verdict.counts["refused"] += 1
    elif asked.fits(final.text, final.at):
        verdict.counts["answered"] += 1
    else:
        verdict.faults.append(f"wrong: {asked.message!r} was told {final.text!r}")
    if not asked.edited:
        verdict.faults += _overwritten(asked, reply, leafed=leafed)


def _overwritten(asked: Expected, reply: Message, *, leafed: bool) -> Iterator[str]:
    """Yield an edit that nobody asked for: an answer put where another one stood."""
    for content in reply.edits:
        is_page = leafed and (_PAGE.match(content.text) or _quotes(content))
        if not is_page and not asked.fits(content.text, content.at):
            yield f"overwritten: {reply.sent.text[:60]!r} by {content.text[:60]!r}"


def _quotes(content: Content) -> list[str]:
    units = content.text.encode("utf-16-le")
    return [
        units[2 * one.offset : 2 * one.end].decode("utf-16-le")
        for one in content.entities
        if one.type == "expandable_blockquote"
    ]
