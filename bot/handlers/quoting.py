"""What a reply is about, when its writer marked a part of one of the bot's answers."""

import logging

from telegram import Message

from bot.errors import StoreError
from bot.links import KeptPassage, follow
from bot.services import Services

_log = logging.getLogger(__name__)


async def about_what(services: Services, message: Message) -> tuple[str, str]:
    """Return the marked part of the bot's answer, and the id of the document it is from, or "".

    Both are "" where `message` marks nothing in one of the bot's own messages.
    """
    original, marked = message.reply_to_message, message.quote
    own = original is not None and original.from_user == message.get_bot().bot
    if original is None or marked is None or not own or not marked.is_manual:
        return "", ""
    return marked.text, await _document(services, original)


async def _document(services: Services, answer: Message) -> str:
    searcher = services.answers.searcher
    if services.store is None or searcher is None:
        return ""
    try:
        given = await services.store.answers.of_message(answer.chat_id, answer.message_id)
    except StoreError as error:
        _log.warning("store.failed error=%s", error)
        return ""
    kept = KeptPassage.read(given.passages[0]) if given is not None and given.passages else None
    found = None if kept is None else follow(kept.link, searcher.index.passages)
    return "" if found is None else found.document.id
