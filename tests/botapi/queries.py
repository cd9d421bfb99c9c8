"""Pressed buttons, inline queries and the webhook: what waits for the bot outside of chats."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.botapi.state import JSON, Message, User


@dataclass(eq=False)
class CallbackQuery:
    """A pressed callback button, and the bot's answer to it once given."""

    id: str
    user: User
    message: Message
    data: str
    answered: bool = False
    expired: bool = False
    text: str = ""
    show_alert: bool = False
    url: str = ""


@dataclass(eq=False)
class InlineQuery:
    """A typed inline query and its answer; ``results`` is as the bot sent them.

    ``from_cache``: the bot was not asked, Telegram had an answer.
    """

    id: str
    user: User
    query: str
    offset: str = ""
    answered: bool = False
    expired: bool = False
    from_cache: bool = False
    results: list[JSON] = field(default_factory=list)
    answer: JSON = field(default_factory=dict)


@dataclass
class Webhook:
    """What ``setWebhook`` stored; an empty ``url`` is no webhook."""

    url: str = ""
    secret_token: str = ""
    max_connections: int = 40
    ip_address: str = ""
