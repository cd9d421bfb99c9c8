"""Chats that the bot is or was in, and how it is to behave in each room of them."""

import time
from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeVar

from bot.rooms import Room, RoomSettings, SettingName, decode_settings, encode_setting
from bot.store.database import Database

_TABLES = ("chats", "room_settings", "questions", "answers", "feedback", "jobs")
_MOST_KNOWN = 10_000
_SEEN_S = 3_600.0

T = TypeVar("T")
Kept = Mapping[int, Mapping[str, str]]
"""Topic → name → value of what is set in a chat."""


class Chats:
    """Rows of `chats` and `room_settings`.

    This process alone writes them, so what every question asks for is read once.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._settings: OrderedDict[int, Kept] = OrderedDict()
        self._seen: OrderedDict[int, tuple[str, str, float]] = OrderedDict()

    async def saw(self, chat_id: int, kind: str, title: str = "") -> None:
        """Remember a chat and, to the hour, when it was last active."""
        now = time.time()
        known_kind, known_title, at = self._seen.get(chat_id, ("", "", 0.0))
        if (known_kind, known_title) == (kind, title) and 0 <= now - at < _SEEN_S:
            return
        await self._database.write(
            "INSERT INTO chats (chat_id, kind, title, first_seen, last_seen) "
            "VALUES (?, ?, ?, ?, ?) ON CONFLICT (chat_id) DO UPDATE "
            "SET kind = excluded.kind, title = excluded.title, last_seen = excluded.last_seen, "
            "is_in = 1",
            (chat_id, kind, title, now, now),
        )
        _know(self._seen, chat_id, (kind, title, now))

    async def left(self, chat_id: int) -> None:
        """Remember that the bot is no longer in a chat."""
        with self._anew(chat_id):
            await self._database.write("UPDATE chats SET is_in = 0 WHERE chat_id = ?", (chat_id,))

    async def counts(self) -> dict[str, int]:
        """Return kind → how many chats the bot is in."""
        query = "SELECT kind, COUNT(*) FROM chats WHERE is_in GROUP BY kind"
        return {str(kind): int(count) for kind, count in await self._database.rows(query)}

    async def settings(self, room: Room) -> RoomSettings:
        """Return how to behave in a room: what it sets, over what its group sets."""
        kept = await self._kept(room.chat_id)
        layers = (room.group, room) if room.topic else (room,)
        return decode_settings(*(kept.get(layer.topic, {}) for layer in layers))

    async def own_settings(self, room: Room) -> frozenset[str]:
        """Return the names of what a room sets itself."""
        kept = await self._kept(room.chat_id)
        return frozenset(kept.get(room.topic, {}))

    async def set(self, room: Room, name: SettingName, value: object) -> None:
        """Set one thing of a room."""
        await self.set_many(room, {name: value})

    async def set_many(
        self,
        room: Room,
        values: Mapping[SettingName, object],
        unset: Collection[SettingName] = (),
    ) -> None:
        """Set things of a room, and let it take others from its group or the defaults again.

        All of it is done or nothing.
        """
        with self._anew(room.chat_id):
            await self._database.write_all(_setting(room, values, unset))

    async def forget(self, chat_id: int) -> None:
        """Delete a chat and its settings."""
        with self._anew(chat_id):
            await self._database.write_all(
                (f"DELETE FROM {table} WHERE chat_id = ?", (chat_id,))  # noqa: S608
                for table in ("chats", "room_settings")
            )
        await self._database.scrub()

    async def migrated(self, old: int, new: int) -> None:
        """Give a group that became a supergroup all that it had under its old id.

        Telegram says so twice, in both; where the new one has something already, that stays.
        """
        with self._anew(old, new):
            await self._database.write_all(_moving(old, new))

    async def _kept(self, chat_id: int) -> Kept:
        known = self._settings.get(chat_id)
        if known is not None:
            self._settings.move_to_end(chat_id)
            return known
        query = "SELECT topic, name, value FROM room_settings WHERE chat_id = ?"
        kept: dict[int, dict[str, str]] = {}
        for topic, name, value in await self._database.rows(query, (chat_id,)):
            kept.setdefault(int(topic), {})[str(name)] = str(value)
        _know(self._settings, chat_id, kept)
        return kept

    @contextmanager
    def _anew(self, *chat_ids: int) -> Iterator[None]:
        """Know nothing of chats from before a change to them, or from the middle of it.

        The database does one thing after the other: what was asked of it before the end of the
        change has been answered by then.
        """
        self._drop(chat_ids)
        try:
            yield
        finally:
            self._drop(chat_ids)

    def _drop(self, chat_ids: Collection[int]) -> None:
        for chat_id in chat_ids:
            self._settings.pop(chat_id, None)
            self._seen.pop(chat_id, None)


def _know(known: OrderedDict[int, T], chat_id: int, value: T) -> None:
    known[chat_id] = value
    known.move_to_end(chat_id)
    if len(known) > _MOST_KNOWN:
        known.popitem(last=False)


def _setting(
    room: Room, values: Mapping[SettingName, object], unset: Collection[SettingName]
) -> Iterator[tuple[str, Sequence[object]]]:
    for name in unset:
        yield (
            "DELETE FROM room_settings WHERE chat_id = ? AND topic = ? AND name = ?",
            (room.chat_id, room.topic, name),
        )
    for name, value in values.items():
        yield (
            "INSERT INTO room_settings VALUES (?, ?, ?, ?) "
            "ON CONFLICT (chat_id, topic, name) DO UPDATE SET value = excluded.value",
            (room.chat_id, room.topic, name, encode_setting(value)),
        )


def _moving(old: int, new: int) -> Iterator[tuple[str, Sequence[object]]]:
    for table in _TABLES:
        yield f"UPDATE OR IGNORE {table} SET chat_id = ? WHERE chat_id = ?", (new, old)  # noqa: S608
        yield f"DELETE FROM {table} WHERE chat_id = ?", (old,)  # noqa: S608
    yield "UPDATE OR IGNORE members SET id = ? WHERE id = ?", (new, old)
    yield "DELETE FROM members WHERE id = ?", (old,)
    yield "UPDATE chats SET kind = 'supergroup' WHERE chat_id = ?", (new,)
