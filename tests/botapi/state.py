"""The things Telegram keeps: users, chats, members, topics, messages, files, queries.

Plain records compared by identity, changed only by ``world`` and the modules above it. Knows no
HTTP, no wire JSON (``wire`` does that) and no rules (``access``, ``delivery``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

JSON = dict[str, Any]
ChatType = Literal["private", "group", "supergroup", "channel"]
Status = Literal["creator", "administrator", "member", "left", "kicked"]

ADMIN_RIGHTS = frozenset(
    {
        "can_manage_chat",
        "can_delete_messages",
        "can_manage_video_chats",
        "can_restrict_members",
        "can_promote_members",
        "can_change_info",
        "can_invite_users",
        "can_post_stories",
        "can_edit_stories",
        "can_delete_stories",
        "can_post_messages",
        "can_edit_messages",
        "can_pin_messages",
        "can_manage_topics",
    }
)


@dataclass(eq=False)
class User:
    """An account. ``username`` is without the ``@``."""

    id: int
    first_name: str
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False


@dataclass(frozen=True)
class Entity:
    """One ``MessageEntity``; ``offset`` and ``length`` are UTF-16 code units."""

    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None
    user_id: int | None = None
    custom_emoji_id: str | None = None

    @property
    def end(self) -> int:
        """One past the last UTF-16 unit."""
        return self.offset + self.length


@dataclass(frozen=True)
class Button:
    """One inline button; ``raw`` is the JSON object the bot sent."""

    text: str
    raw: JSON

    @property
    def data(self) -> str | None:
        """Its ``callback_data``, if it is a callback button."""
        return self.raw.get("callback_data")

    @property
    def url(self) -> str | None:
        """Its ``url``, if it is a link."""
        return self.raw.get("url")

    @property
    def copy_text(self) -> str | None:
        """What it copies, if it is a copy button."""
        return (self.raw.get("copy_text") or {}).get("text")


Buttons = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True)
class Content:
    """What a message says at one time.

    Attributes:
        text: The text or caption after parsing and trimming.
        html: The text exactly as it was sent, before parsing (whatever its parse mode).
        buttons: The inline keyboard, row by row.
        keyboard: A reply keyboard, removal or force reply as it was sent.
        at: ``time.monotonic()`` of the send or edit.
    """

    text: str
    entities: tuple[Entity, ...] = ()
    html: str = ""
    buttons: Buttons = ()
    keyboard: JSON | None = None
    at: float = 0.0

    def same(self, other: Content) -> bool:
        """Whether Telegram calls an edit from ``self`` to ``other`` "not modified"."""
        return (self.text, self.entities, self.buttons) == (
            other.text,
            other.entities,
            other.buttons,
        )


@dataclass(frozen=True)
class Quote:
    """A quoted part of the replied message; ``position`` is UTF-16 units."""

    text: str
    entities: tuple[Entity, ...]
    position: int


@dataclass(eq=False)
class File:
    """A stored file; ``path`` is the ``file_path`` that ``getFile`` gives."""

    id: str
    unique_id: str
    path: str
    name: str
    mime: str
    data: bytes


@dataclass(eq=False)
class Message:
    """A message in a chat. Its text is that of the last edit; ``sent`` keeps the first one.

    Attributes:
        sender: The author, or nobody for a channel post.
        thread_id: ``message_thread_id``: a topic's id, or the root of a reply thread in a
            supergroup (which is *not* a topic and must never be sent back).
        service: The service fields (``new_chat_members``...) of a service message.
        edits: One content per edit, oldest first.
        reactions: By user id, the emoji shown now.
    """

    id: int
    chat: Chat
    date: int
    sender: User | None
    sent: Content
    topic: Topic | None = None
    thread_id: int | None = None
    reply_to: Message | None = None
    quote: Quote | None = None
    document: File | None = None
    service: JSON = field(default_factory=dict)
    edits: list[Content] = field(default_factory=list)
    edit_date: int | None = None
    reactions: dict[int, tuple[str, ...]] = field(default_factory=dict)
    deleted: bool = False

    @property
    def content(self) -> Content:
        """The content shown now."""
        return self.edits[-1] if self.edits else self.sent

    @property
    def text(self) -> str:
        """The text (or caption) shown now, after parsing."""
        return self.content.text

    @property
    def entities(self) -> tuple[Entity, ...]:
        """The entities shown now."""
        return self.content.entities

    @property
    def html(self) -> str:
        """The text as last sent, before parsing."""
        return self.content.html

    @property
    def buttons(self) -> Buttons:
        """The inline keyboard shown now, row by row."""
        return self.content.buttons

    def entity_text(self, entity: Entity) -> str:
        """The part of the text under ``entity``."""
        units = self.text.encode("utf-16-le")
        return units[2 * entity.offset : 2 * entity.end].decode("utf-16-le")

    def __repr__(self) -> str:
        who = self.sender.first_name if self.sender else self.chat.title
        return f"<{self.id} {who}: {self.text or self.service!r}>"


@dataclass(eq=False)
class Topic:
    """A forum topic; its id is the id of the service message that opened it."""

    id: int
    chat: Chat
    name: str
    opening: Message
    closed: bool = False


@dataclass(eq=False)
class Member:
    """A user's place in a chat; ``rights`` counts only for administrators."""

    user: User
    status: Status
    rights: frozenset[str] = frozenset()

    @property
    def is_admin(self) -> bool:
        """Whether the member is the owner or an administrator."""
        return self.status in ("creator", "administrator")

    @property
    def is_in(self) -> bool:
        """Whether the member is in the chat."""
        return self.status in ("creator", "administrator", "member")

    def may(self, right: str) -> bool:
        """Whether an administrator has ``right``; the owner has all of them."""
        return self.status == "creator" or (self.is_admin and right in self.rights)


@dataclass(frozen=True)
class Action:
    """One ``sendChatAction``; ``thread_id`` is as the bot sent it, 0 for none."""

    action: str
    thread_id: int
    at: float


@dataclass(eq=False)
class Chat:
    """A chat of any type. In a private chat the bot's status says ``left`` (never started),
    ``member`` (started) or ``kicked`` (blocked).
    """

    id: int
    type: ChatType
    title: str = ""
    username: str | None = None
    user: User | None = None
    is_forum: bool = False
    muted: bool = False
    members: dict[int, Member] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    actions: list[Action] = field(default_factory=list)
    drafts: list[Content] = field(default_factory=list)
    migrated_to: Chat | None = None
    next_message_id: int = 1

    def member(self, user: User) -> Member:
        """The user's place here; ``left`` for a stranger."""
        return self.members.get(user.id) or Member(user, "left")
