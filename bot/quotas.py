"""How much one person may ask in a room in a day, where its administrators have set a limit."""

import logging
from datetime import datetime

from telegram import User

from bot.errors import StoreError
from bot.rooms import Room
from bot.store import Store

_log = logging.getLogger(__name__)


class Quotas:
    """Counts by the log of questions; without a database there is no limit."""

    def __init__(self, store: Store | None) -> None:
        self._store = store
        self._told: set[tuple[int, int]] = set()
        self._told_on = ""

    async def is_used_up(self, room: Room, user: User | None, quota: int) -> bool:
        """Return whether `user` has asked `quota` questions today in the chat; 0 is no limit."""
        if not quota or user is None or self._store is None:
            return False
        midnight = _now().replace(hour=0, minute=0, second=0, microsecond=0)
        try:
            person = self._store.people.hashed(user.id)
            since = midnight.timestamp()
            return await self._store.questions.asked_by(person, room.chat_id, since) >= quota
        except StoreError as error:
            _log.warning("store.failed error=%s", error)
            return False

    def tells(self, room: Room, user: User | None) -> bool:
        """Return whether to tell `user` that it is used up: once a day, then silence."""
        today = _now().date().isoformat()
        if today != self._told_on:
            self._told, self._told_on = set(), today
        key = (room.chat_id, 0 if user is None else user.id)
        if key in self._told:
            return False
        self._told.add(key)
        return True


def _now() -> datetime:
    return datetime.now().astimezone()
