"""The things Telegram keeps about people and places: users, chats, members, topics, messages.

Plain records compared by identity, changed only by ``world`` and the modules above it. Knows no
HTTP, no wire JSON (``wire`` does that) and no rules (``access``, ``delivery``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from bot.botapi.content import JSON, Buttons, Content, Entity, File, Quote

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
        "can_manage_direct_messages",
        "can_pin_messages",
        "can_manage_topics",
        "can_manage_tags",
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


# Accounts that speak for a chat (documentation of ``Message.from``); they are nobody's bots.
TELEGRAM = User(777000, "Telegram")
GROUP_ANONYMOUS_BOT = User(1087968824, "Group", "GroupAnonymousBot", is_bot=True)
CHANNEL_BOT = User(136817688, "Channel", "Channel_Bot", is_bot=True)
MOUTHPIECES = (TELEGRAM, GROUP_ANONYMOUS_BOT, CHANNEL_BOT)


@dataclass(eq=False)
class Message:
    """A message in a chat. Its text is that of the last edit; ``sent`` keeps the first one.

    Attributes:
        sender: The author, or nobody for a channel post.
        thread_id: ``message_thread_id``: a topic's id, or the root of a reply thread in a
            supergroup (which is *not* a topic and must never be sent back).
        service: The service fields (``new_chat_members``...) of a service message.
        media: What it shows besides text and document: ``{"voice": {...}}`` and the like.
        sender_chat: The chat it speaks for: an anonymous administrator's group, a channel.
        signature: ``author_signature`` of a signed post or a titled anonymous administrator.
        origin: ``forward_origin``.
        automatic: A channel post that came into the discussion group by itself.
        mirror: Its copy in the discussion group, if it is such a post.
        via_bot: It was chosen from the bot's inline results.
        inline_id: ``inline_message_id``, for what the bot may edit without being in the chat.
        guest_caller: Who summoned the bot as a guest to say this.
        edits: One content per edit, oldest first.
        reactions: By user id, the emoji shown now.
        silent: Sent with ``disable_notification``.
        protected: Sent with ``protect_content``.
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
    media: JSON = field(default_factory=dict)
    sender_chat: Chat | None = None
    signature: str | None = None
    origin: JSON | None = None
    automatic: bool = False
    mirror: Message | None = None
    via_bot: User | None = None
    inline_id: str | None = None
    guest_caller: User | Chat | None = None
    silent: bool = False
    protected: bool = False
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

    @property
    def has_media(self) -> bool:
        """Whether its words are a caption."""
        return self.document is not None or bool(self.media)

    def entity_text(self, entity: Entity) -> str:
        """The part of the text under ``entity``."""
        units = self.text.encode("utf-16-le")
        return units[2 * entity.offset : 2 * entity.end].decode("utf-16-le")

    def age(self, days: float) -> None:
        """Makes it so many days older, for what Telegram allows only for two days."""
        self.date -= round(days * 86_400)

    def __repr__(self) -> str:
        who = self.sender.first_name if self.sender else self.chat.title
        return f"<{self.id} {who}: {self.text or self.service or self.media!r}>"


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
    """A user's place in a chat; what follows ``status`` counts only for administrators.

    Attributes:
        anonymous: Writes in the name of the group.
        custom_title: Shown beside the name, and as the signature of an anonymous one.
    """

    user: User
    status: Status
    rights: frozenset[str] = frozenset()
    anonymous: bool = False
    custom_title: str | None = None

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


@dataclass(frozen=True)
class Draft:
    """One ``sendMessageDraft``; those with one ``id`` are one draft growing."""

    id: int
    thread_id: int
    content: Content

    @property
    def text(self) -> str:
        """The text shown, empty for the "Thinking..." placeholder."""
        return self.content.text


@dataclass(eq=False)
class Chat:
    """A chat of any type.

    In a private chat the bot's status says ``left`` (never started), ``member`` (started) or
    ``kicked`` (blocked).

    Attributes:
        muted: Only administrators may write.
        protected: ``has_protected_content``: no guests, no forwarding.
        signed: A channel whose posts are signed.
        linked: A channel's discussion group, or the other way round.
        reactions: The emoji allowed here, if not all are.
        is_dialogue: Between two people; the bot is in it only as a guest or by inline results.
    """

    id: int
    type: ChatType
    title: str = ""
    username: str | None = None
    user: User | None = None
    is_forum: bool = False
    muted: bool = False
    protected: bool = False
    signed: bool = False
    linked: Chat | None = None
    reactions: frozenset[str] | None = None
    is_dialogue: bool = False
    members: dict[int, Member] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    actions: list[Action] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    migrated_to: Chat | None = None

    def member(self, user: User) -> Member:
        """The user's place here; ``left`` for a stranger."""
        return self.members.get(user.id) or Member(user, "left")
