"""Command names, Vietnamese first, and reading a question out of a message."""

import re

from telegram import Message, MessageEntity

ASK = ("hoi", "ask")
SOURCES = ("nguon", "sources")
HELP = ("trogiup", "help")
SETTINGS = ("caidat", "settings")
PRIVACY = ("riengtu", "privacy")
FORGET = ("xoadulieu", "deletemydata")
REINDEX = ("lapchimuc", "reindex")
DOCUMENTS = ("tailieu", "documents")
STATISTICS = ("thongke", "statistics")
WHY = ("kiemtra", "why")
INVITE = ("moi", "invite")

_ASK_PREFIX = re.compile(rf"^/(?:{'|'.join(ASK)})(?:@(?P<bot>\w+))?(?:\s+|$)", re.IGNORECASE)


def asks(text: str, username: str) -> bool:
    """Return whether `text` begins with an asking command meant for the bot `username`."""
    match = _ASK_PREFIX.match(text)
    return match is not None and (match["bot"] or username).lower() == username.lower()


def arguments(message: Message) -> str:
    """Return the question in `message`: its text or caption without the asking command.

    A bare command as a reply asks what the message replied to says.
    """
    text = message.text or message.caption or ""
    match = _ASK_PREFIX.match(text)
    if match is None:
        return text
    rest = text[match.end() :].strip()
    original = message.reply_to_message
    if not rest and original is not None:
        return original.text or original.caption or ""
    return rest


def mentions(message: Message, username: str) -> bool:
    """Return whether `message` mentions the bot `username` by name."""
    return any(value.lower() == f"@{username.lower()}" for value in _mentions(message).values())


def without_mention(message: Message, username: str) -> str:
    """Return the text of `message` without mentions of the bot `username`."""
    text = message.text or message.caption or ""
    return re.sub(rf"@{re.escape(username)}\b[:,]?", " ", text, flags=re.IGNORECASE).strip()


def _mentions(message: Message) -> dict[MessageEntity, str]:
    kinds: list[str | None] = [MessageEntity.MENTION]
    if message.text is not None:
        return message.parse_entities(kinds)
    return message.parse_caption_entities(kinds)
