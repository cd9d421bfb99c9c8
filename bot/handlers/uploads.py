"""A file sent by an admin in private: read, and put into the corpus if it can be."""

import asyncio
import logging
import re
import secrets
from pathlib import Path

from telegram import Document, Update
from telegram.error import TelegramError
from telegram.ext import Application, MessageHandler, filters

from bot.render import plain_messages
from bot.reports import fault_text
from bot.sending import reply
from bot.services import Services
from bot.texts import Sentences, language_of, sentences
from retrieval.documents import SUFFIXES, tried
from retrieval.text import fold

_log = logging.getLogger(__name__)

MAX_BYTES = 20_000_000
"""What a bot may fetch from Telegram."""
_FOLDER = "telegram"
"""In the corpus; what came by chat is told apart from what an operator put there."""
_MAX_NAME_CHARS = 60
_FILE = (
    # With words under it, it is something to ask about.
    filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE & filters.Document.ALL & ~filters.CAPTION
)


class UploadHandlers:
    """Files from the people whose ids are in HOIDAP_ADMINS."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def register(self, application: "Application") -> None:  # type: ignore[type-arg]
        """Add the handler; before those that take any message for a question."""
        application.add_handler(MessageHandler(_FILE, self._sent))

    async def _sent(self, update: Update, _: object) -> None:
        message, user = update.effective_message, update.effective_user
        if message is None or message.document is None:
            return
        say = sentences(language_of(user.language_code if user else None))
        if user is None or user.id not in self._services.settings.admins:
            text = say.admins_only_files
        else:
            text = await self._taken(message.document, say)
        await reply(message, plain_messages(text), quote=True)

    async def _taken(self, sent: Document, say: Sentences) -> str:
        """Take a file into the corpus; return what to tell the admin."""
        suffix = Path(sent.file_name or "").suffix.lower()
        if suffix not in SUFFIXES:
            return say.upload_unknown_format.format(formats=" ".join(SUFFIXES))
        if (sent.file_size or 0) > MAX_BYTES:
            return say.upload_too_large.format(limit=MAX_BYTES // 1_000_000)
        folder = self._services.settings.corpus / _FOLDER
        name = _own_name(sent.file_name or "", suffix)
        # Hidden until it is known to be readable: a reindex under way does not see it.
        waiting = folder / f".{name}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            await (await sent.get_file()).download_to_drive(waiting)
            documents, fault = await asyncio.to_thread(tried, waiting)
            if fault is not None:
                return say.upload_refused.format(reason=fault_text(fault, say))
            waiting.replace(folder / name)
        except (OSError, TelegramError) as error:
            _log.warning("upload.failed error=%s", type(error).__name__)
            return say.upload_failed
        finally:
            waiting.unlink(missing_ok=True)
        _log.info("upload.taken name=%s documents=%d", name, documents)
        return say.upload_taken.format(name=f"{_FOLDER}/{name}", documents=documents)


def _own_name(sent: str, suffix: str) -> str:
    """Return a name that no sender chooses: letters of the one sent, and chance."""
    letters = re.sub(r"[^a-z0-9]+", "-", fold(Path(sent).stem)).strip("-")
    return f"{letters[:_MAX_NAME_CHARS] or 'tep'}-{secrets.token_hex(3)}{suffix}"
