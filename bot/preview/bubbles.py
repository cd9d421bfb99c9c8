"""Telegram text with its entities → HTML that is safe whatever the text is.

Knows no world and no page. Every character of the text goes through `escape`, and every tag comes
from the table below; a link leads to the web or into Telegram, or is no link.
"""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from urllib.parse import urlsplit

from bot.botapi import Entity

_TAGS = {
    "bold": ("<strong>", "</strong>"),
    "italic": ("<em>", "</em>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "code": ("<code>", "</code>"),
    "pre": ("<pre>", "</pre>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "spoiler": (
        '<span class="spoiler" tabindex="0" role="button" aria-expanded="false">',
        "</span>",
    ),
    "mention": ('<span class="named">', "</span>"),
    "text_mention": ('<span class="named">', "</span>"),
    "hashtag": ('<span class="named">', "</span>"),
    "bot_command": ('<button type="button" class="command">', "</button>"),
}
_BLOCKS = {"blockquote", "expandable_blockquote", "pre"}
_SCHEMES = {"http", "https", "tg"}


def bubble_html(text: str, entities: Sequence[Entity], expand: str) -> str:
    """Return the HTML of a message.

    Args:
        text: As Telegram shows it.
        entities: In any order; their offsets are UTF-16 units. Those that cross are split.
        expand: What the button says that unfolds a folded quote.
    """
    units = text.encode("utf-16-le")
    length = len(units) // 2
    inside = sorted((one for one in entities if one.length > 0), key=_outer_first)
    cuts = {0, length} | {min(max(at, 0), length) for one in inside for at in (one.offset, one.end)}
    written: list[str] = []
    open_now: list[Entity] = []
    for begin, end in pairwise(sorted(cuts)):
        wanted = [one for one in inside if one.offset <= begin and end <= one.end]
        kept = sum(1 for _ in _same(open_now, wanted))
        closed = open_now[kept:]
        written += [_end(one, units, expand) for one in reversed(closed)]
        part = units[2 * begin : 2 * end].decode("utf-16-le", "replace")
        if any(one.type in _BLOCKS for one in closed):
            # A block ends its line by itself.
            part = part.removeprefix("\n")
        written += [_start(one, units) for one in wanted[kept:]]
        written.append(escape(part))
        open_now = wanted
    written += [_end(one, units, expand) for one in reversed(open_now)]
    return "".join(written)


def safe_address(url: str) -> str | None:
    """Return where a link leads, None where it leads nowhere a chat should send people."""
    address = url if "://" in url else f"http://{url}"
    try:
        parts = urlsplit(address)
        # Raises where it is no number: "javascript:…" is no machine called javascript.
        has_place = bool(parts.netloc) and (parts.port or True)
    except ValueError:
        return None
    is_safe = parts.scheme in _SCHEMES and has_place and not any(map(str.isspace, address))
    return address if is_safe else None


def _outer_first(entity: Entity) -> tuple[bool, int, int]:
    return entity.type not in _BLOCKS, entity.offset, -entity.length


def _same(one: Sequence[Entity], other: Sequence[Entity]) -> Iterator[Entity]:
    """Yield what both begin with."""
    for first, second in zip(one, other, strict=False):
        if first is not second:
            return
        yield first


def _start(entity: Entity, units: bytes) -> str:
    if entity.type == "expandable_blockquote":
        return '<div class="fold"><blockquote class="folded">'
    address = _address(entity, units)
    if address is not None:
        return f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">'
    return _TAGS.get(entity.type, ("", ""))[0]


def _end(entity: Entity, units: bytes, expand: str) -> str:
    if entity.type == "expandable_blockquote":
        button = (
            f'<button type="button" class="unfold" aria-expanded="false">{escape(expand)}</button>'
        )
        return f"</blockquote>{button}</div>"
    if _address(entity, units) is not None:
        return "</a>"
    return _TAGS.get(entity.type, ("", ""))[1]


def _address(entity: Entity, units: bytes) -> str | None:
    if entity.type == "text_link":
        return safe_address(entity.url or "")
    if entity.type == "url":
        return safe_address(
            units[2 * entity.offset : 2 * entity.end].decode("utf-16-le", "replace")
        )
    return None
