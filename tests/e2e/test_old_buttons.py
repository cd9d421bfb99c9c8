"""Buttons under a message that Telegram does not show the bot any more: too old, or deleted."""

import pytest

from bot.botapi import BotApiServer
from tests.e2e.papers import FEE_QUESTION
from tests.e2e.processes import PATIENCE_S
from tests.e2e.talking import Person

pytestmark = pytest.mark.asyncio(loop_scope="session")

GONE = "Câu trả lời này cũ quá, xin hỏi lại."


@pytest.mark.parametrize(
    ("button", "told"),
    [("Xem ngữ cảnh", GONE), ("Đoạn khác ▸", GONE), ("👍", "Cảm ơn bạn!")],
)
async def test_a_message_that_is_out_of_reach(
    server: BotApiServer, lan: Person, button: str, told: str
) -> None:
    """Whoever presses is told so in a sentence; what needs only the message's number is done."""
    answer = (await lan.answer(FEE_QUESTION))[-1]
    server.delete(answer)
    query = server.press(lan.user, answer, button)
    await server.wait_for_answer(query, PATIENCE_S)
    assert query.text == told
