"""Whether it is an operator who asks, alone with the bot; and saying so where it is not."""

from telegram import CallbackQuery, Chat, Message, Update

from bot.handlers.leafing import reply_to_press, shown_message
from bot.handlers.speaking import language, tell
from bot.services import Services
from bot.texts import sentences
from bot.texts.operators import operators_texts


async def asks_as_operator(services: Services, update: Update) -> bool:
    """Return whether a command comes from an operator in private; say why not.

    In a group nothing is said but where to go: others read along.
    """
    message, spoken = update.effective_message, await language(services, update)
    if message is None:
        return False
    if not services.access.is_operator(update.effective_user):
        await tell(services, update, sentences(spoken).admins_only, quote=_is_heard(message))
    elif _is_heard(message):
        await tell(services, update, operators_texts(spoken).privately, quote=True)
    else:
        return True
    return False


async def pressed_message(
    services: Services, update: Update, query: CallbackQuery
) -> Message | None:
    """Return the message whose button an operator pressed in private; say why not."""
    message, say = shown_message(query), sentences(await language(services, update))
    if not services.access.is_operator(query.from_user):
        await reply_to_press(query, say.admins_only)
    elif message is None or _is_heard(message):
        await reply_to_press(query, say.answer_gone)
    else:
        return message
    return None


def _is_heard(message: Message) -> bool:
    return message.chat.type != Chat.PRIVATE
