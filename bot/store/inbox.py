"""Updates that came in and are not dealt with yet: what survives a restart, and what came twice.

A body is kept only until it is dealt with; then only its number is, for a day, because Telegram
may send an update again that long.
"""

import json
import time
from dataclasses import dataclass
from typing import Any

from bot.store.database import Database

_KNOWN_S = 24 * 3600
_MOST_TRIES = 3
"""An update that ends the process is not tried for ever."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update that a process took and did not live to deal with."""

    update_id: int
    received_at: float
    body: dict[str, Any]


class Inbox:
    """Rows of `inbox`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, update_id: int, body: dict[str, Any]) -> bool:
        """Keep an update until it is done; return whether it is new."""
        added = await self._database.write(
            "INSERT OR IGNORE INTO inbox (update_id, received_at, body) VALUES (?, ?, ?)",
            (update_id, time.time(), json.dumps(body)),
        )
        return added == 1

    async def done(self, update_id: int) -> None:
        """Forget what an update said."""
        await self._database.write("UPDATE inbox SET body = NULL WHERE update_id = ?", (update_id,))

    async def waiting(self) -> list[Waiting]:
        """Return, in order, what was taken and not done, and count this as a try of each."""
        await self._database.write_all(
            (
                ("UPDATE inbox SET tries = tries + 1 WHERE body IS NOT NULL", ()),
                ("UPDATE inbox SET body = NULL WHERE tries > ?", (_MOST_TRIES,)),
            )
        )
        query = (
            "SELECT update_id, received_at, body FROM inbox WHERE body IS NOT NULL "
            "ORDER BY update_id"
        )
        rows = await self._database.rows(query)
        return [Waiting(int(number), float(at), json.loads(body)) for number, at, body in rows]

    async def prune(self) -> None:
        """Forget the numbers of updates that will not come again."""
        await self._database.write(
            "DELETE FROM inbox WHERE body IS NULL AND received_at < ?", (time.time() - _KNOWN_S,)
        )
