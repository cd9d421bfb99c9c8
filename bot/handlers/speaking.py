"""In which room, in which words."""

from telegram import Message, Update, User

from bot.render import plain_messages
from bot.rooms import Room, RoomSettings
from bot.services import Services
from bot.settings import Language
from bot.texts import Sentences, language_of, sentences


def room_of(message: Message) -> Room:
    """Return the room of a message; a thread of replies is no topic."""
    topic = message.message_thread_id if message.is_topic_message else None
    return Room(message.chat_id, topic or 0)


def language_in(settings: RoomSettings, user: User | None, default: Language) -> Language:
    """Return the language to speak: that of the room, else of whoever asks, else the operator's."""
    if settings.language is not None:
        return settings.language
    return default if user is None else language_of(user.language_code)


async def wording(services: Services, update: Update) -> Sentences:
    """Return the wording for whoever sent `update`, where they sent it."""
    return sentences(await language(services, update))


async def language(services: Services, update: Update) -> Language:
    """Return the language for whoever sent `update`, where they sent it."""
    message = update.effective_message
    room = Room(0) if message is None else room_of(message)
    settings = await services.access.room_settings(room)
    return language_in(settings, update.effective_user, services.settings.language)


async def tell(services: Services, update: Update, text: str, *, quote: bool = False) -> list[int]:
    """Say `text`, which is plain, where `update` is; return the numbers of the messages."""
    message = update.effective_message
    if message is None:
        return []
    return await services.sender.reply(message, plain_messages(text), quote=quote)
