"""What the page shows of the world, as JSON: rooms and messages, and only what has changed.

A connection has a `View`; it remembers by a cheap fingerprint of each message what the page has
already, so that a change costs the rendering of what changed.
"""

import time
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from bot.botapi import Action, Button, Content, Draft, Message
from bot.preview.bubbles import bubble_html, safe_address
from bot.preview.cast import Cast, Room
from bot.preview.forgetting import MOST_MESSAGES
from bot.texts.preview import PreviewTexts

JSON = dict[str, Any]
_ACTION_S = 5.0
"""So long Telegram shows that somebody types."""
_DRAFT_S = 30.0
_SNIPPET_CHARS = 120


class View:
    """What one open page has been told."""

    def __init__(self, cast: Cast, say: PreviewTexts) -> None:
        self._cast = cast
        self._say = say
        self._known: dict[tuple[str, int], object] = {}
        self._rooms: list[JSON] = []
        self._violations = 0

    def changes(self) -> JSON:
        """Return what the page does not know yet, and take it to know that from now on.

        An empty dict where there is nothing; else `rooms` (all, in order) where one of them
        changed, `messages` that are new or different, `gone` with those that are no more, each
        where there are any.
        """
        changes: JSON = {}
        rooms = list(self._cast.rooms())
        shown = [self._room(room) for room in rooms]
        if shown != self._rooms:
            self._rooms = changes["rooms"] = shown
        now = {
            (room.id, message.id): (room, message)
            for room in rooms
            for message in messages_in(room)
        }
        messages = []
        for key, (room, message) in now.items():
            stamp = _stamp(message)
            if self._known.get(key) != stamp:
                self._known[key] = stamp
                messages.append(self._message(room, message))
        if messages:
            changes["messages"] = messages
        gone = [key for key in self._known if key not in now]
        for key in gone:
            del self._known[key]
        if gone:
            changes["gone"] = gone
        violations = self._cast.server.violations
        if len(violations) > self._violations:
            changes["violations"] = violations[self._violations :]
        self._violations = len(violations)
        return changes

    def _room(self, room: Room) -> JSON:
        say, chat = self._say, room.chat
        bot = self._cast.server.bot
        roles = {
            "newcomer": say.role_newcomer,
            "admin": say.role_admin,
            "colleague": say.role_colleague,
            "group": room.topic.name if room.topic else say.general,
            "channel": say.channel,
        }
        who = f"{room.people[0].first_name} · " if room.chat.type == "private" else ""
        return {
            "id": room.id,
            "kind": chat.type,
            "title": bot.first_name if chat.type == "private" else chat.title,
            "role": f"{who}{roles[room.kind]}",
            "people": [{"id": one.id, "name": one.first_name} for one in room.people],
            "state": chat.member(bot).status,
            **self._signs(room),
        }

    def _signs(self, room: Room) -> JSON:
        """Return what the bot shows without saying anything: that it types, and what so far."""
        chat, thread = room.chat, room.topic.id if room.topic else 0
        said = max((one.content.at for one in self._by_bot(room)), default=0.0)
        now = time.monotonic()
        action = _last(chat.actions, thread, said, now - _ACTION_S)
        draft = _last(chat.drafts, thread, said, now - _DRAFT_S)
        return {
            "typing": action.at if isinstance(action, Action) else None,
            "draft": self._html(draft.content) if isinstance(draft, Draft) else None,
        }

    def _by_bot(self, room: Room) -> Iterator[Message]:
        bot = self._cast.server.bot
        return (one for one in messages_in(room) if one.sender is bot)

    def _message(self, room: Room, message: Message) -> JSON:
        bot = self._cast.server.bot
        told: JSON = {
            "room": room.id,
            "id": message.id,
            "date": message.date,
            "from": message.sender.id if message.sender else 0,
            "name": message.sender.first_name if message.sender else message.chat.title,
            "bot": message.sender is bot,
            "edited": message.edit_date is not None,
            "via": f"@{message.via_bot.username}" if message.via_bot else None,
            "text": message.text,
            "html": self._html(message.content),
            "buttons": [[_button(one) for one in row] for row in message.buttons],
            "reactions": _reactions(message),
            "service": self._service(message),
        }
        replied = message.reply_to
        if replied is not None:
            told["reply"] = {
                "id": replied.id,
                "name": replied.sender.first_name if replied.sender else replied.chat.title,
                "text": self._say.deleted if replied.deleted else snippet(replied),
            }
        if message.document is not None:
            file = message.document
            told["file"] = {
                "name": file.name,
                "bytes": len(file.data),
                "url": f"/file/{file.unique_id}",
            }
        return told

    def _html(self, content: Content) -> str:
        return bubble_html(content.text, content.entities, self._say.expand)

    def _service(self, message: Message) -> str | None:
        say, service = self._say, message.service
        if not service:
            return None
        name = message.sender.first_name if message.sender else message.chat.title
        if "new_chat_members" in service:
            names = ", ".join(one["first_name"] for one in service["new_chat_members"])
            return say.joined.format(names=names)
        if "left_chat_member" in service:
            return say.left.format(name=service["left_chat_member"]["first_name"])
        if "forum_topic_created" in service:
            topic = service["forum_topic_created"]["name"]
            return say.topic_opened.format(name=name, topic=topic)
        return say.something_happened


def messages_in(room: Room) -> Iterator[Message]:
    """Yield the newest messages of a room, oldest first."""
    found = (one for one in reversed(room.chat.messages.values()) if one.topic is room.topic)
    return reversed(list(islice(found, MOST_MESSAGES)))


def snippet(message: Message) -> str:
    """Return a message in one short line."""
    line = " ".join(message.text.split()) or (message.document.name if message.document else "…")
    return line if len(line) <= _SNIPPET_CHARS else f"{line[:_SNIPPET_CHARS]}…"


def _stamp(message: Message) -> object:
    """Return something that differs whenever a message looks different."""
    replied = message.reply_to
    return (
        message.content.at,
        len(message.edits),
        tuple(message.reactions.items()),
        replied is not None and (replied.deleted, len(replied.edits)),
    )


def _reactions(message: Message) -> list[JSON]:
    by: dict[str, list[int]] = {}
    for person, emoji in message.reactions.items():
        for one in emoji:
            by.setdefault(one, []).append(person)
    return [{"emoji": emoji, "by": people} for emoji, people in by.items()]


def _button(button: Button) -> JSON:
    for kind, value in (
        ("press", button.data),
        ("url", safe_address(button.url) if button.url else None),
        ("copy", button.copy_text),
        ("inline", button.raw.get("switch_inline_query_current_chat")),
        ("inline", button.raw.get("switch_inline_query")),
    ):
        if value is not None:
            return {"text": button.text, "kind": kind, "value": value}
    return {"text": button.text, "kind": "", "value": ""}


def _last(
    signs: Sequence[Action | Draft], thread: int, said: float, since: float
) -> Action | Draft | None:
    """Return the newest sign in a topic, unless the bot has spoken, or time has passed, since."""
    for sign in reversed(signs):
        at = sign.at if isinstance(sign, Action) else sign.content.at
        if at < max(said, since):
            return None
        if sign.thread_id == thread or (thread == 0 and sign.thread_id == 1):
            return sign
    return None
