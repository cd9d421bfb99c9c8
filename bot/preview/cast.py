"""Who is in the preview, and where they can talk: people with names, their chats, a group."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bot.botapi import BotApiServer, Chat, Topic, User

Kind = Literal["newcomer", "admin", "colleague", "group", "channel"]


@dataclass(frozen=True, slots=True)
class Room:
    """One line of the list of chats: a chat, or one topic of a forum.

    Attributes:
        people: Who can speak there; whoever looks chooses as whom.
        topic: None for the General topic, and where there are none.
    """

    kind: Kind
    chat: Chat
    people: tuple[User, ...]
    topic: Topic | None = None

    @property
    def id(self) -> str:
        """Its name in addresses and events."""
        return f"{self.chat.id}.{self.topic.id if self.topic else 0}"

    def person(self, number: object) -> User:
        """Return who of its people has this id.

        Raises:
            KeyError: Nobody has.
        """
        return {person.id: person for person in self.people}[number]  # type: ignore[index]


class Cast:
    """The people and chats of one Telegram, made with it."""

    def __init__(self, server: BotApiServer) -> None:
        self.server = server
        self.newcomer = server.add_user("Nguyễn Lan", username="nguyen_lan")
        self.colleague = server.add_user("Trần Minh", username="tran_minh")
        self.admin = server.add_user("Lê Hà", username="le_ha")
        server.private_chat(self.admin)
        # Whoever makes a group owns it, and so may change how the bot behaves there.
        members = (self.colleague, self.newcomer)
        self.group = server.add_group("Tổ chuyển đổi số", members, forum=True)
        server.add_topic(self.group, "Hỏi đáp thủ tục")
        self.channel = server.add_channel(
            "Bản tin phường", (self.admin,), username="ban_tin_phuong"
        )

    def rooms(self) -> Iterator[Room]:
        """Yield where one can talk, as the list shows it."""
        chats = self.server.world.chats
        yield Room("newcomer", chats[self.newcomer.id], (self.newcomer,))
        yield Room("admin", chats[self.admin.id], (self.admin,))
        colleague = chats[self.colleague.id]
        if colleague.messages:
            # They have followed a link of the group's.
            yield Room("colleague", colleague, (self.colleague,))
        members = (self.newcomer, self.colleague)
        yield Room("group", self.group, members)
        for topic in self.group.topics.values():
            yield Room("group", self.group, members, topic)
        yield Room("channel", self.channel, (self.admin,))

    def room(self, name: object) -> Room:
        """Return the room of this id.

        Raises:
            KeyError: There is none.
        """
        return {room.id: room for room in self.rooms()}[name]  # type: ignore[index]

    def private_room(self, person: User) -> Room:
        """Return the room where somebody talks to the bot alone."""
        return next(room for room in self.rooms() if room.chat.user is person)
