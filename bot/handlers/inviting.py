"""Who may come in: /moi makes links, /start with one lets in, and strangers' presses do nothing."""

import logging
import re

from telegram import Message, Update
from telegram.ext import (
    Application,
    ApplicationHandlerStop,
    CallbackContext,
    CallbackQueryHandler,
    CommandHandler,
    filters,
)

from bot.buttons import Button, Rows
from bot.errors import StoreError
from bot.handlers.commands import INVITE
from bot.handlers.leafing import reply_to_press
from bot.handlers.operating import asks_as_operator
from bot.handlers.privacy import PRESSES as PRIVACY_PRESSES
from bot.handlers.speaking import language, tell, wording
from bot.keyboards import deep_link
from bot.render import plain_messages
from bot.services import Services
from bot.texts.inviting import InvitingTexts, inviting_texts

_log = logging.getLogger(__name__)

MOST_USES = 100
_VALID_H = 24
_REVOKE = ("thu-hoi", "thuhoi", "revoke")
_NUMBER = re.compile(r"^\d{1,4}$")
_ID = re.compile(r"^-?\d{1,15}$")
_INVITED = re.compile(r"^/start(?:@\w+)?\s+k(?P<word>[A-Za-z0-9_-]+)$", re.IGNORECASE)
_BEFORE_ALL = -1


class InvitingHandlers:
    """The door of a closed bot, for people; `membership` has it for groups and channels."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def register(self, application: "Application") -> None:  # type: ignore[type-arg]
        """Add the handlers; before that of any other /start."""
        new = filters.UpdateType.MESSAGE
        invited = new & filters.ChatType.PRIVATE & filters.Regex(_INVITED)
        application.add_handler(CommandHandler(INVITE, self._invite, new))
        application.add_handler(CommandHandler("start", self._came, invited))
        if self._services.settings.closed:
            application.add_handler(CallbackQueryHandler(self._pressed), group=_BEFORE_ALL)

    async def _invite(self, update: Update, context: "CallbackContext") -> None:  # type: ignore[type-arg]
        message = update.effective_message
        # In private alone: whoever sees a link can use it.
        if message is None or not await asks_as_operator(self._services, update):
            return
        say = inviting_texts(await language(self._services, update))
        if self._services.settings.closed:
            arguments = [word.lower() for word in context.args or []]
            await self._answer(update, message, arguments, say)
        else:
            await tell(self._services, update, _addresses(say.open_to_all, message))

    async def _answer(
        self, update: Update, message: Message, arguments: list[str], say: InvitingTexts
    ) -> None:
        match arguments:
            case []:
                uses = 1
            case [number] if _NUMBER.match(number) and 1 <= int(number) <= MOST_USES:
                uses = int(number)
            case [word, member] if word in _REVOKE and _ID.match(member):
                await self._take_back(update, int(member), say)
                return
            case _:
                await tell(self._services, update, say.usage.format(most=MOST_USES))
                return
        await self._give_links(update, message, uses, say)

    async def _give_links(
        self, update: Update, message: Message, uses: int, say: InvitingTexts
    ) -> None:
        store, username = self._services.store, message.get_bot().username
        try:
            if store is None:
                raise StoreError("there is no database")
            for_people = await store.people.invite(_VALID_H * 3600, uses)
            # A word of its own: everybody in the group sees it there.
            for_group = await store.people.invite(_VALID_H * 3600, 1)
        except StoreError as error:
            await self._fail(update, error)
            return
        person = deep_link(username, f"k{for_people}")
        group = group_link(username, f"k{for_group}")
        text = say.links.format(people=uses, hours=_VALID_H, person=person, group=group)
        buttons: Rows = [
            [Button(say.button_copy_person, copies=person)],
            [Button(say.button_copy_group, copies=group)],
        ]
        await self._services.sender.reply(
            message, plain_messages(text), quote=False, buttons=buttons
        )

    async def _take_back(self, update: Update, member_id: int, say: InvitingTexts) -> None:
        try:
            if self._services.store is None:
                raise StoreError("there is no database")
            was_in = await self._services.store.people.dismiss(member_id)
        except StoreError as error:
            await self._fail(update, error)
            return
        text = say.taken_back if was_in else say.nobody_to_take_back
        await tell(self._services, update, text.format(id=member_id))

    async def _came(self, update: Update, _: object) -> None:
        message = update.effective_message
        if message is None:
            return
        say = inviting_texts(await language(self._services, update))
        access = self._services.access
        if await access.may_ask(update.effective_user, message.chat):
            await tell(self._services, update, say.already_in)
            return
        try:
            let_in = await access.use_invitation(invited_word(message), message.chat)
        except StoreError as error:
            await self._fail(update, error)
            return
        # Not why: that would tell whoever tries words which of them once were right.
        await tell(self._services, update, say.welcome if let_in else say.refused)

    async def _fail(self, update: Update, error: StoreError) -> None:
        _log.warning("store.failed error=%s", error)
        await tell(self._services, update, (await wording(self._services, update)).failed)

    async def _pressed(self, update: Update, _: object) -> None:
        """Let nobody in by a button from before; what is kept about them anybody may delete."""
        query = update.callback_query
        if query is None or query.data in PRIVACY_PRESSES:
            return
        chat = query.message.chat if query.message is not None else None
        if not await self._services.access.may_ask(query.from_user, chat):
            await reply_to_press(query, (await wording(self._services, update)).closed)
            raise ApplicationHandlerStop


def invited_word(message: Message) -> str:
    """Return the word of the invitation that `message` comes with, or ""."""
    match = _INVITED.match(message.text or "")
    return "" if match is None else match["word"]


def group_link(username: str, payload: str) -> str:
    """Return the address that adds the bot to a group, and tells it `payload` there."""
    return f"https://t.me/{username}?startgroup={payload}"


def _addresses(text: str, message: Message) -> str:
    username = message.get_bot().username
    return text.format(person=f"https://t.me/{username}", group=group_link(username, "true"))
