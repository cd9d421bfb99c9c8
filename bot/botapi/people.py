"""The test side: a Telegram with people in it, and the bot's API served over real HTTP.

Everything must be called on the server's own event loop. People's deeds are plain calls that take
effect at once; waiting for the bot is awaited and woken by events, never by polling.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from bot.botapi.deeds import Deeds
from bot.botapi.faults import Faults
from bot.botapi.limits import Limits
from bot.botapi.places import Places
from bot.botapi.posting import Poster
from bot.botapi.server import Call, HttpServer
from bot.botapi.sights import Sights
from bot.botapi.state import User
from bot.botapi.updates import Update
from bot.botapi.world import World

TOKEN = "7000000001:AAtest-hoidap_0123456789abcdefghijk"  # noqa: S105  # of no bot
BOT_USERNAME = "hoidap_test_bot"


class BotApiServer(Places, Deeds, Sights):
    """A strict Bot API for one bot, with the people and chats a test puts into it.

    ``Places`` makes people and chats, ``Deeds`` is what people do, ``Sights`` what the test sees
    and waits for; here are the server itself and the ways to make its life hard.

    Args:
        token: The only token accepted.
        username: The bot's, without ``@``.
        sees_all_groups: Privacy mode off; ``server.world.sees_all_groups`` switches it later.
        first_number: From which ids of people, chats, updates and private messages count up. A bot
            that keeps its database must not meet ids again that meant something else before.

    Attributes:
        base_url: Set on entering; the bot calls ``<base_url>/bot<token>/<method>``.
    """

    def __init__(
        self,
        token: str = TOKEN,
        username: str = BOT_USERNAME,
        *,
        sees_all_groups: bool = False,
        first_number: int = 1,
    ) -> None:
        self.token = token
        self.world = World(username, sees_all_groups=sees_all_groups, first_number=first_number)
        self._http = HttpServer(self.world, token)
        self._poster = Poster(self.world)

    async def __aenter__(self) -> Self:
        await self._http.start()
        self._poster.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._poster.stop()
        await self._http.stop()

    @property
    def base_url(self) -> str:
        """``http://127.0.0.1:<port>``, without a slash at the end."""
        return self._http.base_url

    @property
    def bot(self) -> User:
        """The bot's own account."""
        return self.world.bot

    @property
    def faults(self) -> Faults:
        """Faults to come: ``server.faults.add("sendMessage", RetryAfter(3))``."""
        return self._http.faults

    @property
    def limits(self) -> Limits:
        """Telegram's sending limits; ``server.limits.enabled = True`` switches them on."""
        return self.world.limits

    @property
    def requests(self) -> list[Call]:
        """Every call the bot made, in order of arrival."""
        return self._http.calls

    @property
    def violations(self) -> list[str]:
        """What Telegram would silently ignore; tests assert that it is empty."""
        return self.world.violations

    @property
    def inline_feedback(self) -> bool:
        """Whether the bot is told of the inline result that was chosen; off until set."""
        return self.world.inline_feedback

    @inline_feedback.setter
    def inline_feedback(self, on: bool) -> None:
        self.world.inline_feedback = on

    @property
    def guest_mode(self) -> bool:
        """Whether the bot may be summoned where it is no member; on until set."""
        return self.world.guest_mode

    @guest_mode.setter
    def guest_mode(self, on: bool) -> None:
        self.world.guest_mode = on

    def put_update(self, raw: Any) -> Update:
        """Delivers any JSON as an update, of any kind or shape, by polling or webhook.

        An object without ``update_id`` is given one, with which it is confirmed; what has none
        (a list, a text) comes again and again until ``drop_updates``, or a webhook takes it.
        """
        return self.world.updates.put_raw(raw)

    def drop_updates(self) -> None:
        """Forgets the updates that wait to be delivered."""
        self.world.updates.drop()

    def redeliver(self, update: Update) -> None:
        """Posts to the webhook once more what it has taken, under the same ``update_id``.

        Polling never does this: what a higher offset has confirmed is gone.
        """
        if not self.world.webhook.url:
            raise ValueError("only webhooks get an update again that they have taken")
        self.world.updates.again(update)

    def lose_update_reply(self, times: int = 1) -> None:
        """Loses the next replies that matter, after which Telegram delivers the same again.

        By polling that is the next answer with updates in it (the bot never saw them), by
        webhook the bot's next 2xx (it did).
        """
        self.world.updates.losing += times
