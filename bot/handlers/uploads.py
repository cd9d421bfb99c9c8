"""A file sent by an admin in private: read, and put into the corpus if it can be."""

import asyncio
import filecmp
import logging
import re
import secrets
from collections.abc import Sequence
from pathlib import Path

from telegram import Document, Update
from telegram.error import TelegramError
from telegram.ext import Application, MessageHandler, filters

from bot.buttons import Button, Rows
from bot.document_pages import REMOVE, reindex_button
from bot.handlers.speaking import language
from bot.links import document_key
from bot.render import plain_messages
from bot.reports import fault_text
from bot.services import Services
from bot.settings import Language
from bot.texts import sentences
from bot.texts.operators import operators_texts
from retrieval.documents import SUFFIXES, tried
from retrieval.text import fold

_log = logging.getLogger(__name__)

MAX_BYTES = 20_000_000
"""What a bot may fetch from Telegram."""
_FOLDER = "telegram"
"""In the corpus; what came by chat is told apart from what an operator put there."""
_MAX_NAME_CHARS = 60
_CHANCE_BYTES = 3
READ_AT_ONCE = 2
"""Whoever sends a whole folder must not keep the machine from answering."""
_OLD_SHOWN = 3
_FILE = (
    # With words under it, it is something to ask about.
    filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE & filters.Document.ALL & ~filters.CAPTION
)


class UploadHandlers:
    """Files from the people whose ids are in HOIDAP_ADMINS."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._reading = asyncio.Semaphore(READ_AT_ONCE)

    def register(self, application: "Application") -> None:  # type: ignore[type-arg]
        """Add the handler; before those that take any message for a question."""
        application.add_handler(MessageHandler(_FILE, self._sent))

    async def _sent(self, update: Update, _: object) -> None:
        message = update.effective_message
        if message is None or message.document is None:
            return
        spoken = await language(self._services, update)
        buttons: Rows = ()
        if not self._services.access.is_operator(update.effective_user):
            text = sentences(spoken).admins_only_files
        else:
            async with self._reading:
                text, buttons = await self._taken(message.document, spoken)
        await self._services.sender.reply(
            message, plain_messages(text), quote=True, buttons=buttons
        )

    async def _taken(self, sent: Document, spoken: Language) -> tuple[str, Rows]:
        """Take a file into the corpus; return what to tell the admin, and what is under it."""
        say, suffix = sentences(spoken), Path(sent.file_name or "").suffix.lower()
        if suffix not in SUFFIXES:
            return say.upload_unknown_format.format(formats=" ".join(SUFFIXES)), ()
        if (sent.file_size or 0) > MAX_BYTES:
            return say.upload_too_large.format(limit=MAX_BYTES // 1_000_000), ()
        folder = self._services.settings.corpus / _FOLDER
        stem = _own_stem(sent.file_name or "")
        name = f"{stem}-{secrets.token_hex(_CHANCE_BYTES)}{suffix}"
        # Hidden until it is known to be readable: a reindex under way does not see it.
        waiting = folder / f".{name}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            await (await sent.get_file()).download_to_drive(waiting)
            older = await asyncio.to_thread(_of_the_same_name, folder, stem, suffix)
            same = await asyncio.to_thread(_same_as, waiting, older)
            if same is not None:
                return operators_texts(spoken).upload_again.format(name=_id(same)), ()
            documents, fault = await asyncio.to_thread(tried, waiting)
            if fault is not None:
                return say.upload_refused.format(reason=fault_text(fault, say)), ()
            waiting.replace(folder / name)
        except (OSError, TelegramError) as error:
            _log.warning("upload.failed error=%s", type(error).__name__)
            return say.upload_failed, ()
        finally:
            waiting.unlink(missing_ok=True)
        _log.info("upload.taken name=%s documents=%d", name, documents)
        taken = say.upload_taken.format(name=_id(folder / name), documents=documents)
        return _told(taken, older, spoken)


def _told(taken: str, older: Sequence[Path], spoken: Language) -> tuple[str, Rows]:
    """Return what to say of a file that was taken, and of older ones of its name."""
    say, reindex = operators_texts(spoken), [reindex_button(spoken)]
    if not older:
        return taken, [reindex]
    removing = [
        [
            Button(
                say.button_remove_old.format(name=path.name),
                data=f"{REMOVE}{document_key(_id(path))}",
            )
        ]
        for path in older[:_OLD_SHOWN]
    ]
    return f"{taken}\n{say.upload_same_name}", [reindex, *removing]


def _of_the_same_name(folder: Path, stem: str, suffix: str) -> list[Path]:
    """Return what has been sent under the same name before, the newest first."""
    own = re.compile(rf"{re.escape(stem)}-[0-9a-f]{{{2 * _CHANCE_BYTES}}}{re.escape(suffix)}")
    found = [path for path in folder.iterdir() if own.fullmatch(path.name)]
    return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)


def _same_as(file: Path, others: Sequence[Path]) -> Path | None:
    """Return which of `others` says the very same, if one does."""
    return next((one for one in others if filecmp.cmp(file, one, shallow=False)), None)


def _id(path: Path) -> str:
    return f"{_FOLDER}/{path.name}"


def _own_stem(sent: str) -> str:
    """Return a name that no sender chooses: the letters of the one sent."""
    letters = re.sub(r"[^a-z0-9]+", "-", fold(Path(sent).stem)).strip("-")
    return letters[:_MAX_NAME_CHARS] or "tep"
