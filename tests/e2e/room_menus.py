"""The settings menu of a chat, as people open it and press its buttons."""

from dataclasses import dataclass

from bot.botapi import BotApiServer, CallbackQuery, Chat, Message, Topic, User
from bot.botapi.wire import callback_json
from tests.e2e.processes import PATIENCE_S

BACK = "◂ Quay lại"


@dataclass(frozen=True)
class Menu:
    """A menu that somebody has opened; they press its buttons unless told otherwise."""

    server: BotApiServer
    user: User
    message: Message

    @property
    def labels(self) -> list[str]:
        """What is written on the buttons, in order."""
        return [button.text for row in self.message.buttons for button in row]

    async def press(self, label: str, by: User | None = None) -> str:
        """Press a button that brings another page, or changes this one; return the toast."""
        seen = len(self.message.edits)
        toast = await self.toast(label, by)
        await self.server.wait_for_edit(self.message, seen=seen, timeout=PATIENCE_S)
        return toast

    async def toast(self, label: str, by: User | None = None) -> str:
        """Press a button; return what is said in passing."""
        query = self.server.press(by or self.user, self.message, label)
        await self.server.wait_for_answer(query, PATIENCE_S)
        return query.text

    async def go(self, *labels: str) -> None:
        """Press several buttons, each when the one before has had its effect."""
        for label in labels:
            await self.press(label)

    async def forge(self, data: str, by: User | None = None) -> str:
        """Send what no button here has, as a doctored app can; return what is said in passing."""
        query = CallbackQuery(
            id=f"{self.server.world.number()}7",
            user=by or self.user,
            message=self.message,
            data=data,
        )
        self.server.world.callbacks[query.id] = query
        self.server.world.updates.put("callback_query", callback_json(query))
        await self.server.wait_for_answer(query, PATIENCE_S)
        return query.text


async def open_menu(
    server: BotApiServer,
    chat: Chat,
    user: User,
    topic: Topic | None = None,
    command: str = "/caidat",
) -> Menu:
    """Send the command and return the menu."""
    asked = server.say(chat, user, command, topic=topic)
    return Menu(server, user, await answered(server, asked))


async def answered(server: BotApiServer, asked: Message) -> Message:
    """Return the bot's first message after one of a person."""
    return await server.wait_for_message(asked.chat, after=asked, timeout=PATIENCE_S)
