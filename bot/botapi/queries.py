"""What waits for the bot outside of chats: pressed buttons, inline and guest queries, the webhook.

Each query is also the record of its answer; a test that sets ``expired`` makes Telegram refuse a
later one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.botapi.content import JSON
from bot.botapi.state import Chat, Message, User


@dataclass(eq=False, kw_only=True)
class Query:
    """What the bot is to answer once, in time."""

    id: str
    answered: bool = False
    expired: bool = False


@dataclass(eq=False, kw_only=True)
class CallbackQuery(Query):
    """A pressed callback button, and the toast, alert or link of the bot's answer."""

    user: User
    message: Message
    data: str
    text: str = ""
    show_alert: bool = False
    url: str = ""
    cache_time: int = 0


@dataclass(eq=False, kw_only=True)
class InlineQuery(Query):
    """A typed inline query and its answer; ``results`` is as the bot sent them.

    Attributes:
        chat: Where it was typed, which the bot is told the type of; nobody's chat if not given.
        from_cache: The bot was not asked, Telegram had an answer.
        answer: ``results``, ``next_offset``, ``button``, ``is_personal`` and ``cache_time``.
    """

    user: User
    query: str
    offset: str = ""
    chat: Chat | None = None
    from_cache: bool = False
    results: list[JSON] = field(default_factory=list)
    answer: JSON = field(default_factory=dict)

    @property
    def button(self) -> JSON | None:
        """The button above the results, if the bot gave one."""
        return self.answer.get("button")


@dataclass(eq=False, kw_only=True)
class GuestQuery(Query):
    """A message that summoned the bot as a guest; ``reply`` is what then appeared in the chat."""

    message: Message
    result: JSON = field(default_factory=dict)
    reply: Message | None = None


@dataclass
class Webhook:
    """What ``setWebhook`` stored; an empty ``url`` is no webhook."""

    url: str = ""
    secret_token: str = ""
    max_connections: int = 40
    ip_address: str = ""
    last_error: str = ""
    last_error_date: int = 0


@dataclass(frozen=True)
class WebhookPost:
    """One attempt to post an update.

    Attributes:
        status: The bot's answer, 0 when it gave none.
        at: ``time.monotonic()`` of the answer.
    """

    update_id: int
    status: int
    at: float
