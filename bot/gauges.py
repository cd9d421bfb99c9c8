"""Figures that are looked up in the parts of a running bot whenever somebody asks for them."""

from typing import Any

from telegram.ext import Application

from bot import metrics
from bot.health import Health
from bot.reindexing import Reindexer
from bot.searching import SearchProcess
from bot.service import MAX_WAITING, AnswerService


def watch(
    application: "Application[Any, Any, Any, Any, Any, Any]",
    answers: AnswerService,
    reindexer: Reindexer,
    search: SearchProcess | None,
    health: Health,
) -> None:
    """Have these parts looked at from now on; the database is the one that `health` looks at."""
    processor, updates = application.update_processor, application.update_queue
    metrics.QUEUE_LIMIT.set(MAX_WAITING)
    metrics.QUEUE.set_function(lambda: answers.waiting)
    metrics.REINDEXING.set_function(lambda: reindexer.running)
    metrics.UPDATES_PENDING.set_function(
        lambda: updates.qsize() + processor.current_concurrent_updates
    )
    metrics.DATABASE_UNWRITTEN.set_function(
        lambda: 0 if health.store is None else health.store.unwritten
    )
    if search is not None:
        metrics.watch_search_process(lambda: search.pid)
