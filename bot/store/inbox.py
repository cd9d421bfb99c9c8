"""Updates that came in and are not dealt with yet: what survives a restart, and what came twice.

A body is kept only until it is dealt with; then only its number is, for a day, because Telegram
may send an update again that long.
"""

import json
import time
from collections.abc import Mapping
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

    async def take(self, bodies: Mapping[int, dict[str, Any]]) -> set[int]:
        """Keep updates, all or none, until they are done; return the numbers of the new ones."""
        if not bodies:
            return set()
        rows = ", ".join(["(?, ?, ?)"] * len(bodies))
        now = time.time()
        added = await self._database.write(
            f"INSERT INTO inbox (update_id, received_at, body) VALUES {rows} "  # noqa: S608
            "ON CONFLICT (update_id) DO NOTHING RETURNING update_id",
            [value for number, body in bodies.items() for value in (number, now, json.dumps(body))],
        )
        return {int(number) for (number,) in added}

    def done(self, update_id: int) -> None:
        """Forget, in a moment, what an update said.

        A process that dies before leaves it to the next one, which has to find out for itself that
        it has been dealt with.
        """
        self._database.write_soon(
            "UPDATE inbox SET body = NULL WHERE update_id IN (SELECT value FROM json_each(?))",
            update_id,
            # A process that dies in between must not have forgotten what it would deal with again.
            last=True,
        )

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
