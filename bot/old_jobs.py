"""Work that the last process began and did not live to end."""

import logging

from telegram import Bot
from telegram.error import TelegramError

from bot.errors import StoreError
from bot.handlers.admin import JOB
from bot.store import Store
from bot.texts import Sentences, language_of, sentences

_log = logging.getLogger(__name__)


async def end_old_jobs(bot: Bot, store: Store | None) -> None:
    """Tell whoever waits for a reindex that the last process did not live to finish it."""
    if store is None:
        return
    try:
        for job in await store.jobs.unfinished():
            if job.kind == JOB:
                say = sentences(language_of(job.language))
                await _edit_quietly(bot, job.chat_id, job.message_id, say)
            await store.jobs.end(job.id)
    except StoreError as error:
        _log.warning("store.failed error=%s", error)


async def _edit_quietly(bot: Bot, chat_id: int, message_id: int, say: Sentences) -> None:
    try:
        await bot.edit_message_text(say.reindex_interrupted, chat_id=chat_id, message_id=message_id)
    except TelegramError as error:
        _log.info("edit.failed chat=%d error=%s", chat_id, type(error).__name__)
