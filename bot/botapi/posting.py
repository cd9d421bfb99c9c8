"""Posting updates to the bot's webhook, as ``WebhookActor`` does it.

Updates of one chat go one by one in their order, those of different chats at once, up to
``max_connections``. What is not answered with a 2xx is posted again, after a much shorter pause
than Telegram's, which would only slow tests.
"""

from __future__ import annotations

import asyncio
import time

import aiohttp

from bot.botapi.queries import WebhookPost
from bot.botapi.updates import Update
from bot.botapi.world import World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # a name
RETRY_S = 0.05


class Poster:
    """A task beside the server that posts whenever there is a webhook and something to post."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._busy: set[tuple[str, int]] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begins to watch for updates."""
        self._spawn(asyncio.create_task(self._run()))

    async def stop(self) -> None:
        """Gives up what is under way; it stays pending."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _spawn(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self) -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                update = await self._world.signal.wait(self._ready, 3600)
                if update is not None:
                    self._busy.add(update.queue)
                    self._spawn(asyncio.create_task(self._post(session, update)))

    def _ready(self) -> Update | None:
        hook = self._world.webhook
        if not hook.url or len(self._busy) >= hook.max_connections:
            return None
        waiting = self._world.updates.pending
        return next((update for update in waiting if update.queue not in self._busy), None)

    async def _post(self, session: aiohttp.ClientSession, update: Update) -> None:
        world = self._world
        try:
            error, status = await self._answer(session, update)
            world.webhook_posts.append(WebhookPost(update.id, status, time.monotonic()))
            if not error and not world.updates.lose():
                world.updates.took(update)
                return
            if error:
                world.webhook.last_error = error
                world.webhook.last_error_date = int(time.time())
            world.signal.notify()
            await asyncio.sleep(RETRY_S)
        finally:
            self._busy.discard(update.queue)
            world.signal.notify()

    async def _answer(self, session: aiohttp.ClientSession, update: Update) -> tuple[str, int]:
        """What went wrong, if anything, and the status."""
        hook = self._world.webhook
        headers = {SECRET_HEADER: hook.secret_token} if hook.secret_token else {}
        try:
            async with session.post(hook.url, json=update.json(), headers=headers) as reply:
                if '"method"' in await reply.text(errors="replace"):
                    self._world.violation("a call in answer to the webhook is not done here")
                status = reply.status
        except (aiohttp.ClientError, TimeoutError):
            return "Connection failed", 0
        if 200 <= status < 300:
            return "", status
        return f"Wrong response from the webhook: {status} {reply.reason or ''}".rstrip(), status
