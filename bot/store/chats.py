"""Chats that the bot is or was in, and how it is to behave in each room of them."""

import time
from collections.abc import Iterator, Sequence

from bot.rooms import Room, RoomSettings, SettingName, decode_settings, encode_setting
from bot.store.database import Database

_TABLES = ("chats", "room_settings", "questions", "answers", "feedback", "jobs")


class Chats:
    """Rows of `chats` and `room_settings`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def saw(self, chat_id: int, kind: str, title: str = "") -> None:
        """Remember a chat and when it was last active."""
        await self._database.write(
            "INSERT INTO chats (chat_id, kind, title, first_seen, last_seen) "
            "VALUES (?, ?, ?, ?, ?) ON CONFLICT (chat_id) DO UPDATE "
            "SET kind = excluded.kind, title = excluded.title, last_seen = excluded.last_seen, "
            "is_in = 1",
            (chat_id, kind, title, time.time(), time.time()),
        )

    async def left(self, chat_id: int) -> None:
        """Remember that the bot is no longer in a chat."""
        await self._database.write("UPDATE chats SET is_in = 0 WHERE chat_id = ?", (chat_id,))

    async def counts(self) -> dict[str, int]:
        """Return kind → how many chats the bot is in."""
        query = "SELECT kind, COUNT(*) FROM chats WHERE is_in GROUP BY kind"
        return {str(kind): int(count) for kind, count in await self._database.rows(query)}

    async def settings(self, room: Room) -> RoomSettings:
        """Return how to behave in a room: what it sets, over what its group sets."""
        own = await self._kept(room)
        if not room.topic:
            return decode_settings(own)
        return decode_settings(await self._kept(room.group), own)

    async def own_settings(self, room: Room) -> frozenset[str]:
        """Return the names of what a room sets itself."""
        return frozenset(await self._kept(room))

    async def set(self, room: Room, name: SettingName, value: object) -> None:
        """Set one thing of a room."""
        await self._database.write(
            "INSERT INTO room_settings VALUES (?, ?, ?, ?) "
            "ON CONFLICT (chat_id, topic, name) DO UPDATE SET value = excluded.value",
            (room.chat_id, room.topic, name, encode_setting(value)),
        )

    async def unset(self, room: Room, name: SettingName) -> None:
        """Let a room take one thing from its group, or from the defaults, again."""
        await self._database.write(
            "DELETE FROM room_settings WHERE chat_id = ? AND topic = ? AND name = ?",
            (room.chat_id, room.topic, name),
        )

    async def forget(self, chat_id: int) -> None:
        """Delete a chat and its settings."""
        await self._database.write_all(
            (f"DELETE FROM {table} WHERE chat_id = ?", (chat_id,))  # noqa: S608
            for table in ("chats", "room_settings")
        )
        await self._database.scrub()

    async def migrated(self, old: int, new: int) -> None:
        """Give a group that became a supergroup all that it had under its old id.

        Telegram says so twice, in both; where the new one has something already, that stays.
        """
        await self._database.write_all(_moving(old, new))

    async def _kept(self, room: Room) -> dict[str, str]:
        query = "SELECT name, value FROM room_settings WHERE chat_id = ? AND topic = ?"
        rows = await self._database.rows(query, (room.chat_id, room.topic))
        return {str(name): str(value) for name, value in rows}


def _moving(old: int, new: int) -> Iterator[tuple[str, Sequence[object]]]:
    for table in _TABLES:
        yield f"UPDATE OR IGNORE {table} SET chat_id = ? WHERE chat_id = ?", (new, old)  # noqa: S608
        yield f"DELETE FROM {table} WHERE chat_id = ?", (old,)  # noqa: S608
    yield "UPDATE OR IGNORE members SET id = ? WHERE id = ?", (new, old)
    yield "DELETE FROM members WHERE id = ?", (old,)
    yield "UPDATE chats SET kind = 'supergroup' WHERE chat_id = ?", (new,)
