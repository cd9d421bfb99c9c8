"""Text and entities exactly as Telegram makes them; the only importer of ``tdjson``.

A text goes through two steps, in the order of the real server (tdlib/telegram-bot-api
``Client::get_formatted_text``, then TDLib's ``fix_formatted_text`` in MessageEntity.cpp):

1. ``parse``: HTML or Markdown by TDLib's own parser (``td_execute parseTextEntities``), or the
   explicit ``entities``. Its refusals are TDLib's own messages. A text over 32 KiB is refused.
2. ``fix``: control characters become spaces, carriage returns go, and so do entities over white
   space only; the end is trimmed, and the start up to the first entity; what is then empty is
   refused with "message must be non-empty"; mentions, commands, links and hashtags are found by
   ``td_execute getTextEntities``; at most 100 entities are kept (Bot API documentation).

Splitting of crossing styles (TDLib's ``fix_entities``) is not repeated: TDLib's parser cannot
produce crossing ones, and explicit ones are kept as given.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import tdjson

from bot.botapi.content import JSON, Entity
from bot.botapi.errors import bad_request

MAX_ENTITIES = 100
MAX_INPUT_BYTES = 1 << 15

_MODES: dict[str, JSON] = {
    "html": {"@type": "textParseModeHTML"},
    "markdown": {"@type": "textParseModeMarkdown", "version": 1},
    "markdownv2": {"@type": "textParseModeMarkdown", "version": 2},
}
_TYPES = {
    "Mention": "mention",
    "Hashtag": "hashtag",
    "Cashtag": "cashtag",
    "BotCommand": "bot_command",
    "Url": "url",
    "EmailAddress": "email",
    "PhoneNumber": "phone_number",
    "BankCardNumber": "bank_card_number",
    "Bold": "bold",
    "Italic": "italic",
    "Underline": "underline",
    "Strikethrough": "strikethrough",
    "Spoiler": "spoiler",
    "Code": "code",
    "Pre": "pre",
    "PreCode": "pre",
    "BlockQuote": "blockquote",
    "ExpandableBlockQuote": "expandable_blockquote",
    "TextUrl": "text_link",
    "MentionName": "text_mention",
    "CustomEmoji": "custom_emoji",
}
# Found by the server itself, so a bot's explicit ones are skipped (Client::get_text_entity_type).
_FOUND = frozenset(
    [
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "bank_card_number",
    ]
)
_STYLES = frozenset(["bold", "italic", "underline", "strikethrough", "spoiler"])
_QUOTES = frozenset({"blockquote", "expandable_blockquote"})
_KNOWN = frozenset(_TYPES.values())


@dataclass(frozen=True)
class Formatted:
    """A text with its entities, sorted by offset, longer first."""

    text: str
    entities: tuple[Entity, ...] = ()


def utf16_length(text: str) -> int:
    """The length Telegram counts: UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def parse(text: str, parse_mode: str, entities: object = None) -> Formatted:
    """Step 1: the text as marked up by the bot.

    Args:
        text: As sent.
        parse_mode: ``HTML``, ``MarkdownV2``, ``Markdown`` in any case, or empty.
        entities: The decoded ``entities`` parameter; anything but a list is ignored, as is the
            whole of it when there is a parse mode.

    Raises:
        ApiError: 400 in TDLib's words.
    """
    if len(text.encode()) > MAX_INPUT_BYTES:
        raise bad_request("Text is too long")
    mode = parse_mode.lower()
    if text and mode and mode != "none":
        if mode not in _MODES:
            raise bad_request("Unsupported parse_mode")
        return _parsed(_execute("parseTextEntities", text=text, parse_mode=_MODES[mode]))
    given = [_explicit(entity) for entity in entities] if isinstance(entities, list) else []
    kept = (entity for entity in given if entity is not None and entity.length > 0)
    return Formatted(text, _sorted(kept))


def fix(raw: Formatted, *, allow_empty: bool = False, trim: bool = True) -> Formatted:
    """Step 2: the text as it is stored and shown.

    Raises:
        ApiError: 400 when nothing is left, or an entity lies outside the text.
    """
    clean = _cleaned(raw)
    kept = _without_blank(clean)
    if not clean.text.strip(" \n"):
        if allow_empty:
            return Formatted("")
        raise bad_request("Message must be non-empty")
    shown = _trimmed(Formatted(clean.text, kept)) if trim else Formatted(clean.text, kept)
    found = [e for e in find(shown.text) if not any(_excludes(o, e) for o in shown.entities)]
    return Formatted(shown.text, _sorted([*shown.entities, *found])[:MAX_ENTITIES])


def find(text: str) -> list[Entity]:
    """What Telegram finds in plain text: mentions, commands, links, hashtags and the like."""
    return list(_entities(_execute("getTextEntities", text=text)["entities"]))


def _execute(request: str, **fields: object) -> JSON:
    """One synchronous TDLib call.

    Raises:
        ApiError: TDLib's error, in the Bot API's wording.
    """
    answer = tdjson.td_execute(json.dumps({"@type": request, **fields}).encode())
    result: JSON = json.loads(answer) if answer else {}
    if result.get("@type") == "error":
        raise bad_request(str(result["message"]))
    return result


def _parsed(result: JSON) -> Formatted:
    return Formatted(result["text"], _sorted(_entities(result["entities"])))


def _entities(raw: list[JSON]) -> list[Entity]:
    made = []
    for item in raw:
        kind = item["type"]
        name = _TYPES.get(kind["@type"].removeprefix("textEntityType"))
        if name is None:
            continue  # media timestamps and such: never shown to bots
        made.append(
            Entity(
                name,
                item["offset"],
                item["length"],
                url=kind.get("url"),
                language=kind.get("language"),
                user_id=kind.get("user_id"),
                custom_emoji_id=kind.get("custom_emoji_id"),
            )
        )
    return made


def _explicit(raw: Any) -> Entity | None:
    """One entity the bot wrote by hand; nothing for the kinds the server finds itself."""
    prefix = "Can't parse MessageEntity: "
    if not isinstance(raw, dict):
        raise bad_request(f"{prefix}expected an Object")
    for name in ("offset", "length", "type"):
        if name not in raw:
            raise bad_request(f'{prefix}Can\'t find field "{name}"')
    offset, length, kind = raw["offset"], raw["length"], raw["type"]
    if kind not in _KNOWN:
        raise bad_request(f"{prefix}Unsupported type specified")
    if kind in _FOUND:
        return None
    if kind == "text_link" and not raw.get("url"):
        raise bad_request(f'{prefix}Can\'t find field "url"')
    if not 0 <= offset <= 1_000_000:
        raise bad_request(f"Receive an entity with incorrect offset {offset}")
    if not 0 <= length <= 1_000_000:
        raise bad_request(f"Receive an entity with incorrect length {length}")
    return Entity(
        kind,
        offset,
        length,
        url=raw.get("url"),
        language=raw.get("language"),
        user_id=(raw.get("user") or {}).get("id"),
        custom_emoji_id=raw.get("custom_emoji_id"),
    )


def _cleaned(raw: Formatted) -> Formatted:
    """``clean_input_string_with_entities``: old UTF-16 offsets are mapped to new ones."""
    moved: dict[int, int] = {}
    out: list[str] = []
    old = new = 0
    for char in raw.text:
        moved[old] = new
        width = 2 if ord(char) > 0xFFFF else 1
        old += width
        if char == "\r" or "\u2028" <= char <= "\u202e" or char in "\u0333\u033f\u030a":
            continue
        out.append(" " if char < " " and char != "\n" else char)
        new += width
    moved[old] = new
    fixed = []
    for entity in raw.entities:
        begin, end = _moved(moved, entity, old)
        fixed.append(replace(entity, offset=begin, length=end - begin))
    return Formatted("".join(out), tuple(fixed))


def _moved(moved: dict[int, int], entity: Entity, total: int) -> tuple[int, int]:
    if entity.offset >= total:
        raise bad_request(
            f"Entity begins after the end of the text at UTF-16 offset {entity.offset}"
        )
    start = f"Entity beginning at UTF-16 offset {entity.offset}"
    if entity.end > total:
        raise bad_request(f"{start} ends after the end of the text at UTF-16 offset {entity.end}")
    if entity.offset not in moved:
        raise bad_request("Entity begins in a middle of a UTF-16 symbol")
    if entity.end not in moved:
        raise bad_request(f"{start} ends in a middle of a UTF-16 symbol")
    return moved[entity.offset], moved[entity.end]


def _without_blank(text: Formatted) -> tuple[Entity, ...]:
    """Drops entities over white space only; the others start at their first visible sign."""
    units = text.text.encode("utf-16-le")
    kept = []
    for entity in text.entities:
        inside = units[2 * entity.offset : 2 * entity.end].decode("utf-16-le")
        lead = len(inside) - len(inside.lstrip(" \n"))
        if lead < len(inside):
            kept.append(replace(entity, offset=entity.offset + lead, length=entity.length - lead))
    return tuple(kept)


def _trimmed(text: Formatted) -> Formatted:
    shown = text.text.rstrip(" \n")
    lead = len(shown) - len(shown.lstrip(" \n"))
    lead = min([lead, *(entity.offset for entity in text.entities)])
    end = utf16_length(shown)
    cut = (
        replace(entity, offset=entity.offset - lead, length=min(entity.end, end) - entity.offset)
        for entity in text.entities
    )
    return Formatted(shown[lead:], _sorted(cut))


def _excludes(own: Entity, found: Entity) -> bool:
    """Whether a found entity must give way: inside code and links, or across a quote's edge."""
    if own.type in _STYLES or own.end <= found.offset or found.end <= own.offset:
        return False
    if own.type in _QUOTES:
        return not (own.offset <= found.offset and found.end <= own.end)
    return True


def _sorted(entities: Any) -> tuple[Entity, ...]:
    return tuple(sorted(entities, key=lambda e: (e.offset, -e.length, e.type)))


# TDLib logs to stderr by default.
_execute("setLogVerbosityLevel", new_verbosity_level=0)
