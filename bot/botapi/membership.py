"""Changes of who is in a chat, with the service messages and updates they cause."""

from __future__ import annotations

from collections.abc import Iterable

from bot.botapi.content import JSON, Content
from bot.botapi.delivery import announce, announce_member
from bot.botapi.state import ADMIN_RIGHTS, Chat, Member, Message, Status, Topic, User
from bot.botapi.wire import user_json
from bot.botapi.world import World


def fill(world: World, chat: Chat, people: Iterable[User], bot: Status) -> None:
    """Puts people (the first one owns the chat) and the bot into a new chat; nobody is told."""
    for index, user in enumerate(people):
        chat.members[user.id] = Member(user, "member" if index else "creator")
    if bot != "left":
        rights = ADMIN_RIGHTS if bot == "administrator" else frozenset()
        chat.members[world.bot.id] = Member(world.bot, bot, rights)


def owner(world: World, chat: Chat) -> User:
    """Who does things when a test does not say: the first person in the chat, else the bot."""
    people = (m.user for m in chat.members.values() if m.is_in and not m.user.is_bot)
    return next(people, world.bot)


def set_member(world: World, chat: Chat, new: Member, by: User) -> None:
    """Changes a member's place; for the bot itself ``my_chat_member`` is sent.

    Joining and leaving a group also make a service message; the bot sees the one about its own
    leaving, and nothing after it.
    """
    user = new.user
    old = chat.member(user)
    chat.members[user.id] = new
    if user is world.bot and (old.status, old.rights) != (new.status, new.rights):
        announce_member(world, chat, by, old, new)
    if chat.type in ("group", "supergroup") and old.is_in != new.is_in:
        joined: JSON = {"new_chat_members": [user_json(user)]}
        service = joined if new.is_in else {"left_chat_member": user_json(user)}
        add_service(world, chat, by, service)
    world.signal.notify()


def add_service(
    world: World, chat: Chat, by: User | None, service: JSON, topic: Topic | None = None
) -> Message:
    """A service message, shown to the bot."""
    message = world.add_message(chat, by, Content(""), service=service, topic=topic)
    announce(world, message)
    return message


def open_topic(world: World, chat: Chat, name: str, by: User) -> Topic:
    """Opens a forum topic with its service message, whose id is the topic's id."""
    service: JSON = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
    opening = world.add_message(chat, by, Content(""), service=service)
    topic = Topic(opening.id, chat, name, opening)
    opening.topic = topic
    opening.thread_id = opening.id
    chat.topics[topic.id] = topic
    announce(world, opening)
    return topic


def migrate(world: World, group: Chat, by: User) -> Chat:
    """Turns a basic group into a supergroup: a new chat id, both sides told by a message.

    The bot is told that it joined the new chat, never that it left the old one
    (tdlib/telegram-bot-api#266).
    """
    new = world.new_chat("supergroup", group.title, group.username)
    new.members = dict(group.members)
    group.migrated_to = new
    add_service(world, group, by, {"migrate_to_chat_id": new.id})
    bot = world.bot_member(new)
    if bot.is_in:
        announce_member(world, new, by, Member(world.bot, "left"), bot)
    add_service(world, new, by, {"migrate_from_chat_id": group.id})
    return new
