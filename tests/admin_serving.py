"""The pages for operators over real HTTP: real index, real database, real child processes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bot.access import Access
from bot.conversations import Conversations
from bot.preview.admin import AdminPages
from bot.quotas import Quotas
from bot.reindexing import Reindexer
from bot.sending import Sender
from bot.service import AnswerService
from bot.services import Services
from bot.settings import Settings
from bot.store import Store
from bot.web.html import Pages, add_static
from bot.working import Working
from tests.integration.indexed import embedder


@dataclass(frozen=True)
class Served:
    """Where the pages are, and the bot behind them."""

    url: str
    services: Services

    @property
    def store(self) -> Store:
        """The database, which the tests have."""
        assert self.services.store is not None
        return self.services.store


@asynccontextmanager
async def admin_pages(
    corpus: Path, data: Path, *, keep_questions_days: int = 30, database: bool = True
) -> AsyncIterator[Served]:
    """Serve the pages of a bot with these folders on loopback."""
    data.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240
    settings = Settings(
        corpus,
        data,
        None,
        frozenset({7}),
        "vi",
        "https://api.telegram.org",
        keep_questions_days=keep_questions_days,
    )
    store = await Store.open(settings.database) if database else None
    answers = AnswerService(data, embedder())
    await answers.start()
    services = Services(
        settings=settings,
        answers=answers,
        reindexer=Reindexer(settings),
        store=store,
        conversations=Conversations(),
        access=Access(settings, store),
        quotas=Quotas(store),
        sender=Sender(),
        working=Working(),
    )
    application = web.Application()
    add_static(application)
    AdminPages(services, Pages("vi")).add_to(application)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield Served(f"http://127.0.0.1:{runner.addresses[0][1]}", services)
    finally:
        services.reindexer.stop()
        await runner.cleanup()
        await answers.stop()
        if store is not None:
            await store.close()
