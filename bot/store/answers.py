"""What the bot has answered where: so that a button, or an edited question, finds it again."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bot.store.database import Database, each_of


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer in a chat.

    Attributes:
        chat_id: Where.
        message_id: The message that has the buttons.
        asked_in: The message that asked.
        person: Who asked, as `People.hashed` has it.
        messages: All the messages of the answer, in order.
        passages: The passages that were found, best first, as `links.KeptPassage` writes them.
    """

    chat_id: int
    message_id: int
    asked_in: int
    person: str
    messages: Sequence[int]
    passages: Sequence[str]


class Answers:
    """Rows of `answers`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, answer: GivenAnswer) -> None:
        """Remember an answer; on the disk in a moment."""
        self._database.write_soon(
            f"INSERT OR REPLACE INTO answers SELECT {each_of(7)} FROM json_each(?)",  # noqa: S608
            (
                answer.chat_id,
                answer.message_id,
                answer.asked_in,
                answer.person,
                json.dumps(list(answer.messages)),
                json.dumps(list(answer.passages)),
                time.time(),
            ),
        )

    async def of_message(self, chat_id: int, message_id: int) -> GivenAnswer | None:
        """Return the answer that a message is, or a part of, if it is still known."""
        is_part = "EXISTS (SELECT 1 FROM json_each(messages) WHERE value = ?)"
        return await self._one("message_id = ?", chat_id, message_id) or await self._one(
            is_part, chat_id, message_id
        )

    async def to_question(self, chat_id: int, message_id: int) -> GivenAnswer | None:
        """Return the answer to what a message asked, if there is one."""
        return await self._one("asked_in = ?", chat_id, message_id)

    async def _one(self, condition: str, chat_id: int, message_id: int) -> GivenAnswer | None:
        query = (
            "SELECT chat_id, message_id, asked_in, person, messages, passages FROM answers "  # noqa: S608
            f"WHERE chat_id = ? AND {condition} ORDER BY given_at DESC LIMIT 1"
        )
        rows = await self._database.rows(query, (chat_id, message_id))
        return next((_answer(*row) for row in rows), None)


def _answer(
    chat_id: int, message_id: int, asked_in: int, person: str, messages: str, passages: str
) -> GivenAnswer:
    return GivenAnswer(
        chat_id,
        message_id,
        asked_in,
        person,
        tuple(map(int, json.loads(messages))),
        tuple(map(str, json.loads(passages))),
    )
