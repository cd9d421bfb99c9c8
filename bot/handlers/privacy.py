"""/riengtu tells what is kept, /xoadulieu deletes what is kept about whoever asks for it."""

import logging

from telegram import CallbackQuery, Chat, Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, filters

from bot.buttons import Button, Rows
from bot.conversations import KEPT_S
from bot.errors import StoreError
from bot.handlers.commands import FORGET, PRIVACY
from bot.handlers.leafing import reply_to_press, shown_message
from bot.handlers.speaking import language, tell, wording
from bot.keyboards import deep_link
from bot.render import plain_messages
from bot.services import Services
from bot.settings import Settings
from bot.texts.privacy import PrivacyTexts, privacy_texts

_log = logging.getLogger(__name__)

_ERASE, _SPARE = "erase:", "spare:"
PRESSES = (_ERASE, _SPARE)
"""What the buttons here say; they are for everybody, invited or not."""
_PAYLOAD = FORGET[0]


class PrivacyHandlers:
    """For everybody, invited or not: who was let out may still have something kept here."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def register(self, application: "Application") -> None:  # type: ignore[type-arg]
        """Add the handlers; before that of any other /start."""
        new = filters.UpdateType.MESSAGE
        came = new & filters.ChatType.PRIVATE & filters.Regex(rf"^/start\s+{_PAYLOAD}$")
        application.add_handler(CommandHandler(PRIVACY, self._tell, new))
        application.add_handler(CommandHandler(FORGET, self._ask, new))
        application.add_handler(CommandHandler("start", self._ask, came))
        application.add_handler(CallbackQueryHandler(self._erase, pattern=f"^{_ERASE}$"))
        application.add_handler(CallbackQueryHandler(self._spare, pattern=f"^{_SPARE}$"))

    async def _tell(self, update: Update, _: object) -> None:
        say = privacy_texts(await language(self._services, update))
        await tell(self._services, update, statement(self._services.settings, say))

    async def _ask(self, update: Update, _: object) -> None:
        message = update.effective_message
        if message is None:
            return
        say = privacy_texts(await language(self._services, update))
        if message.chat.type != Chat.PRIVATE:
            link = deep_link(message.get_bot().username, _PAYLOAD)
            buttons: Rows = [[Button(say.button_privately, url=link)]]
            await self._services.sender.reply(
                message, plain_messages(say.privately), quote=True, buttons=buttons
            )
            return
        text = say.confirm
        if self._services.settings.closed:
            text = f"{text} {say.confirm_invited}"
        buttons = [[Button(say.button_erase, data=_ERASE), Button(say.button_spare, data=_SPARE)]]
        await self._services.sender.reply(
            message, plain_messages(text), quote=False, buttons=buttons
        )

    async def _erase(self, update: Update, _: object) -> None:
        query = update.callback_query
        if query is None or not await _is_own(query):
            return
        say = privacy_texts(await language(self._services, update))
        try:
            count = await self._forget(query.from_user.id)
        except StoreError as error:
            _log.warning("store.failed error=%s", error)
            await reply_to_press(query, (await wording(self._services, update)).failed)
            return
        await self._end(query, say.erased.format(count=count))

    async def _spare(self, update: Update, _: object) -> None:
        query = update.callback_query
        if query is not None and await _is_own(query):
            say = privacy_texts(await language(self._services, update))
            await self._end(query, say.spared)

    async def _forget(self, user_id: int) -> int:
        """Forget all about somebody but that they were invited; return how many questions."""
        store = self._services.store
        self._services.conversations.forget(user_id)
        if store is None:
            raise StoreError("there is no database")
        count = await store.questions.forget(store.people.hashed(user_id), user_id)
        await store.chats.forget(user_id)
        _log.info("person.forgotten questions=%d", count)
        return count

    async def _end(self, query: CallbackQuery, text: str) -> None:
        """Say what was done in the place of the question, and take its buttons away."""
        message = shown_message(query)
        if message is not None:
            await self._services.sender.edit(
                message.get_bot(), message.chat_id, message.message_id, plain_messages(text)[0]
            )
            await reply_to_press(query)
        else:
            await reply_to_press(query, text)


def statement(settings: Settings, say: PrivacyTexts) -> str:
    """Return what a bot with these settings keeps, of whom, and who can see it."""
    days = min(settings.keep_questions_days, settings.retention_days)
    kept = [
        say.log,
        say.words_kept.format(days=days) if days else say.words_not_kept,
        say.passing.format(minutes=KEPT_S // 60),
        say.ratings,
        say.places,
        say.technical,
    ]
    if settings.closed:
        kept.append(say.invited)
    seen = f"{say.who_sees} {say.who_sees_words}" if days else say.who_sees
    retention = say.retention.format(days=settings.retention_days)
    return "\n\n".join(["\n".join([say.head, *kept]), retention, seen, say.erase])


async def _is_own(query: CallbackQuery) -> bool:
    """Return whether a press comes from the private chat of whoever presses; end it if not."""
    if query.message is not None and query.message.chat.id == query.from_user.id:
        return True
    await reply_to_press(query)
    return False
