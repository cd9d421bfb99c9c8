"""A person at a chat with the bot, and reading what came back."""

from dataclasses import dataclass

from bot.botapi import BotApiServer, Chat, Message, Topic, User
from tests.e2e.papers import FEE_QUESTION
from tests.e2e.processes import PATIENCE_S

LAST_LINES = ("Độ tin cậy", "Confidence", "Không tìm thấy", "No answer found")


@dataclass(frozen=True)
class Person:
    """A user at their private chat with the bot."""

    server: BotApiServer
    user: User

    @property
    def chat(self) -> Chat:
        """The private chat."""
        return self.server.private_chat(self.user)

    def say(self, text: str) -> Message:
        """Write `text`."""
        return self.server.say(self.chat, self.user, text)

    async def hear(self, after: Message) -> Message:
        """Return the bot's first message after `after`."""
        return await self.server.wait_for_message(self.chat, after=after, timeout=PATIENCE_S)

    async def told(self, text: str) -> str:
        """Write `text` and return the text of the bot's first message after it."""
        return (await self.hear(self.say(text))).text

    async def answer(self, question: str) -> list[Message]:
        """Ask and return all the messages of the answer."""
        asked = self.say(question)
        return await answer_to(self.server, asked)


def new_person(server: BotApiServer, name: str = "Lan", language: str | None = "vi") -> Person:
    """Return somebody who has started the bot long ago."""
    user = server.add_user(name, language_code=language)
    server.private_chat(user)
    return Person(server, user)


async def answer_to(server: BotApiServer, asked: Message) -> list[Message]:
    """Return the messages of the answer to `asked`, when its last one has come."""
    await server.wait_for_message(
        asked.chat,
        after=asked,
        timeout=PATIENCE_S,
        where=lambda message: any(line in message.text for line in LAST_LINES),
    )
    return said_after(server, asked)


def said_after(server: BotApiServer, message: Message, topic: Topic | None = None) -> list[Message]:
    """Return what the bot has said in the chat after `message`."""
    standing = server.messages(message.chat, topic=topic)
    return [one for one in standing if one.id > message.id and one.sender is server.bot]


def posted_after(server: BotApiServer, post: Message) -> list[Message]:
    """Return the posts of a channel after `post`, all of them the bot's when people are quiet."""
    return [one for one in server.messages(post.chat) if one.id > post.id]


async def all_quiet(server: BotApiServer) -> None:
    """Wait until everything said so far has been dealt with.

    Updates come to the bot in order and wait in one queue, so when a later question has its
    answer, a wrong answer to an earlier message would be there too.
    """
    await new_person(server, "Người canh").answer(FEE_QUESTION)


def shown(message: Message, kind: str) -> list[str]:
    """Return the parts of a message under the entities of one kind."""
    return [message.entity_text(entity) for entity in message.entities if entity.type == kind]


def quotes(messages: list[Message]) -> list[str]:
    """Return the quotes of an answer, as the blocks that Telegram shows."""
    return [quote for one in messages for quote in shown(one, "expandable_blockquote")]
