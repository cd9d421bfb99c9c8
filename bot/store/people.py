"""People: known by a keyed hash alone, and who may use a bot that is closed to strangers."""

import hashlib
import hmac
import secrets
import time

from bot.store.database import Database

_KEY = "people"
_HASH_BYTES = 16


class People:
    """Rows of `members`, `invitations` and `secrets`."""

    def __init__(self, database: Database, key: bytes) -> None:
        self._database = database
        self._key = key

    @classmethod
    async def open(cls, database: Database) -> "People":
        """Return them, with the database's own key for hashes, made once.

        Raises:
            StoreError: The database cannot be used.
        """
        await database.write(
            "INSERT OR IGNORE INTO secrets VALUES (?, ?)", (_KEY, secrets.token_bytes(32))
        )
        [(key,)] = await database.rows("SELECT value FROM secrets WHERE name = ?", (_KEY,))
        return cls(database, bytes(key))

    def hashed(self, user_id: int) -> str:
        """Return what a person is called in the database; it cannot be turned back."""
        digest = hmac.new(self._key, str(user_id).encode(), hashlib.sha256)
        return digest.hexdigest()[: 2 * _HASH_BYTES]

    async def admit(self, member_id: int) -> None:
        """Let a person, or a chat, use the bot."""
        await self._database.write(
            "INSERT OR IGNORE INTO members VALUES (?, ?)", (member_id, time.time())
        )

    async def dismiss(self, member_id: int) -> bool:
        """Take that back; return whether they were admitted."""
        gone = await self._database.write(
            "DELETE FROM members WHERE id = ? RETURNING id", (member_id,)
        )
        return bool(gone)

    async def is_admitted(self, member_id: int) -> bool:
        """Return whether a person, or a chat, may use the bot."""
        query = "SELECT 1 FROM members WHERE id = ?"
        return bool(await self._database.rows(query, (member_id,)))

    async def invite(self, valid_s: float, uses: int) -> str:
        """Return a word that admits whoever starts the bot with it, while it holds."""
        word = secrets.token_urlsafe(12)
        await self._database.write(
            "INSERT INTO invitations VALUES (?, ?, ?)", (_digest(word), time.time() + valid_s, uses)
        )
        return word

    async def use_invitation(self, word: str, member_id: int) -> bool:
        """Admit a person, or a chat, that comes with `word`; return whether they are admitted.

        A use is counted only for somebody new, and never without their being admitted.
        """
        now = time.time()
        await self._database.write_all(
            (
                (
                    "UPDATE invitations SET uses_left = uses_left - 1 "
                    "WHERE digest = ? AND until >= ? AND uses_left > 0 "
                    "AND NOT EXISTS (SELECT 1 FROM members WHERE id = ?)",
                    (_digest(word), now, member_id),
                ),
                ("INSERT INTO members SELECT ?, ? WHERE changes() = 1", (member_id, now)),
            )
        )
        return await self.is_admitted(member_id)

    async def prune(self) -> None:
        """Forget the invitations that hold no longer."""
        await self._database.write(
            "DELETE FROM invitations WHERE until < ? OR uses_left <= 0", (time.time(),)
        )


def _digest(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
