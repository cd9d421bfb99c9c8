"""Figures that are looked up in the parts of a running bot whenever somebody asks for them."""

from bot import metrics
from bot.health import Health
from bot.receiving import Places
from bot.reindexing import Reindexer
from bot.searching import SearchProcess
from bot.service import MAX_WAITING, AnswerService


def watch(
    places: Places,
    answers: AnswerService,
    reindexer: Reindexer,
    search: SearchProcess | None,
    health: Health,
) -> None:
    """Have these parts looked at from now on; the database is the one that `health` looks at."""
    metrics.QUEUE_LIMIT.set(MAX_WAITING)
    metrics.QUEUE.set_function(lambda: answers.waiting)
    metrics.REINDEXING.set_function(lambda: reindexer.running)
    metrics.UPDATES_PENDING.set_function(lambda: places.taken)
    metrics.DATABASE_UNWRITTEN.set_function(
        lambda: 0 if health.store is None else health.store.unwritten
    )
    if search is not None:
        metrics.watch_search_process(lambda: search.pid)
