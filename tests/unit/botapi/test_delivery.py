"""Webhooks, raw updates and updates that come again, seen through a PTB bot."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from telegram import Bot, Update
from telegram.error import BadRequest, Conflict, NetworkError

from bot.botapi import BotApiServer, Chat, User

pytestmark = pytest.mark.asyncio


class Hook:
    """A bot's webhook that answers as it is told to, then with 200."""

    def __init__(self) -> None:
        self.url = ""
        self.answers: list[int] = []
        self.secrets: set[str | None] = set()
        self.bodies: list[object] = []

    async def take(self, request: web.Request) -> web.Response:
        """Takes one post."""
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.bodies.append(await request.json())
        return web.Response(status=self.answers.pop(0) if self.answers else 200)

    @property
    def texts(self) -> list[str]:
        """The texts of the messages that came."""
        updates = [Update.de_json(body) for body in self.bodies if isinstance(body, dict)]
        return [update.message.text or "" for update in updates if update.message]


@pytest_asyncio.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield hook
    await runner.cleanup()


async def test_posting(server: BotApiServer, bot: Bot, chat: Chat, alice: User, hook: Hook) -> None:
    """Updates are posted in order with the secret, and again until a 2xx; polling conflicts."""
    hook.answers = [500, 403]
    server.say(chat, alice, "một")
    await bot.set_webhook(hook.url, secret_token="abc", allowed_updates=["message"])
    with pytest.raises(Conflict, match="while webhook is active"):
        await bot.get_updates()
    server.say(chat, alice, "hai")
    await server.wait_until(lambda: len(server.webhook_posts) == 4)
    assert hook.texts == ["một", "một", "một", "hai"]
    assert [post.status for post in server.webhook_posts] == [500, 403, 200, 200]
    assert hook.secrets == {"abc"}
    info = await bot.get_webhook_info()
    assert (info.pending_update_count, info.allowed_updates) == (0, ("message",))
    assert info.last_error_message == "Wrong response from the webhook: 403 Forbidden"
    await bot.delete_webhook()
    server.say(chat, alice, "ba")
    assert [u.message.text for u in await bot.get_updates() if u.message] == ["ba"]
    assert len(hook.bodies) == 4


async def test_one_chat_does_not_wait_for_another(
    server: BotApiServer, bot: Bot, chat: Chat, alice: User, hook: Hook
) -> None:
    """A chat whose update is refused holds up its own updates only."""
    hook.answers = [500]
    bob = server.add_user("Bob")
    server.say(chat, alice, "của Alice")
    server.say(server.private_chat(bob), bob, "của Bob")
    server.say(chat, alice, "Alice nữa")
    await bot.set_webhook(hook.url)
    await server.wait_until(lambda: not server.world.updates.pending)
    assert hook.texts[2:] == ["của Alice", "Alice nữa"]
    assert sorted(hook.texts[:2]) == ["của Alice", "của Bob"]


async def test_webhooks_come_again(
    server: BotApiServer, bot: Bot, chat: Chat, alice: User, hook: Hook
) -> None:
    """An update is posted again when its 2xx was lost, or when a test asks for it."""
    await bot.set_webhook(hook.url)
    server.lose_update_reply()
    server.say(chat, alice, "x")
    await server.wait_until(lambda: len(hook.bodies) == 2)
    await server.wait_until(lambda: not server.world.updates.pending)
    server.redeliver(server.updates[0])
    await server.wait_until(lambda: len(server.webhook_posts) == 3)
    assert hook.bodies[0] == hook.bodies[1] == hook.bodies[2]


async def test_a_lost_answer_to_a_poll(
    server: BotApiServer, bot: Bot, chat: Chat, alice: User
) -> None:
    """When the answer with updates is lost, the next poll brings the same ones."""
    server.lose_update_reply()
    assert await bot.get_updates() == ()
    server.say(chat, alice, "x")
    with pytest.raises(NetworkError):
        await bot.get_updates()
    assert [u.update_id for u in await bot.get_updates()] == [server.updates[0].id]
    with pytest.raises(ValueError, match="only webhooks"):
        server.redeliver(server.updates[0])


async def test_raw_updates(server: BotApiServer, bot: Bot, hook: Hook) -> None:
    """Any JSON is delivered as it is, by polling and by webhook, wanted or not."""
    server.put_update({"chess_move": {"from": "e2"}})
    strange = server.put_update({"update_id": 5, "message": {}})
    server.put_update(["không phải cập nhật"])
    url = f"{server.base_url}/bot{server.token}/getUpdates"
    async with aiohttp.ClientSession() as session, session.get(url) as reply:
        body = await reply.json()
    first, second, third = body["result"]
    assert first == {"update_id": first["update_id"], "chess_move": {"from": "e2"}}
    assert (second, third) == (strange.body, ["không phải cập nhật"])
    await bot.set_webhook(hook.url)
    await server.wait_until(lambda: not server.world.updates.pending)
    assert hook.bodies == [first, second, third]
    server.put_update(None)
    server.drop_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


@pytest.mark.parametrize(
    ("url", "secret", "refusal"),
    [
        ("ftp://x.vn", None, "invalid webhook URL specified"),
        ("http://x.vn", None, "bad webhook: An HTTPS URL must be provided for webhook"),
        ("https://x.vn:81", None, "bad webhook: Webhook can be set up only on ports 80, 88, 443"),
        ("https://x.vn", "bí mật", "secret token contains unallowed characters"),
        ("https://x.vn", "x" * 257, "secret token is too long"),
    ],
)
async def test_bad_webhooks(bot: Bot, url: str, secret: str | None, refusal: str) -> None:
    """Webhooks Telegram could not or would not post to are refused."""
    with pytest.raises(BadRequest, match=f"(?i)^{refusal}"):
        await bot.set_webhook(url, secret_token=secret)
