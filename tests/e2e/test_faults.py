"""The live bot when Telegram, or the way to it, fails."""

from collections.abc import Iterator

import pytest

from bot import botapi
from bot.botapi import BotApiServer, Fault
from tests.e2e.papers import FEE_QUESTION, FEE_QUOTE, FEE_SENTENCE
from tests.e2e.processes import PATIENCE_S, BotProcess
from tests.e2e.talking import Person, all_quiet, answer_to, new_person, quotes, said_after

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture(autouse=True)
def faults_end(server: BotApiServer) -> Iterator[None]:
    """No test leaves a fault to the next; each has struck."""
    yield
    left = len(server.faults)
    server.faults.clear()
    assert left == 0


@pytest.mark.parametrize(
    "fault",
    [botapi.RetryAfter(1), botapi.ServerError(502), botapi.DropBefore()],
    ids=lambda fault: type(fault).__name__,
)
async def test_an_answer_that_was_not_taken_is_sent_again(
    server: BotApiServer, lan: Person, fault: Fault
) -> None:
    """An answer that Telegram did not take the first time arrives, once."""
    server.faults.add("sendMessage", fault)
    asked = lan.say(FEE_QUESTION)
    await answer_to(server, asked)
    await all_quiet(server)
    assert [quotes([one])[0] for one in said_after(server, asked)] == [FEE_QUOTE]


@pytest.mark.parametrize(
    "fault", [botapi.DropAfter(), botapi.Garbage()], ids=lambda fault: type(fault).__name__
)
async def test_an_answer_whose_receipt_is_lost(
    server: BotApiServer, lan: Person, fault: Fault
) -> None:
    """An answer that was taken, though the bot cannot know it, is there, and the bot goes on."""
    server.faults.add("sendMessage", fault)
    answer = await lan.answer(FEE_QUESTION)
    assert quotes(answer)[0] == FEE_QUOTE
    await all_quiet(server)


@pytest.mark.parametrize(
    "fault",
    [
        botapi.Forbidden("bot was blocked by the user"),
        botapi.BadRequest("chat not found"),
        botapi.BadRequest("not enough rights to send text messages to the chat"),
    ],
    ids=lambda fault: fault.text,
)
async def test_a_chat_that_refuses_the_answer(
    server: BotApiServer, lan: Person, fault: Fault
) -> None:
    """An answer that a chat refuses is given up, and the next question is answered."""
    server.faults.add("sendMessage", fault)
    refused = lan.say(FEE_QUESTION)
    await server.wait_until(lambda: len(server.faults) == 0, PATIENCE_S)
    assert quotes(await lan.answer(FEE_QUESTION))[0] == FEE_QUOTE
    await all_quiet(server)
    assert len(said_after(server, refused)) == 1


async def test_a_person_who_has_blocked_the_bot(server: BotApiServer, lan: Person) -> None:
    """A person who blocks the bot at once gets nothing, and is answered after unblocking it."""
    lan.say(FEE_QUESTION)
    server.block(lan.user)
    await all_quiet(server)
    assert [message for message in server.messages(lan.chat) if message.sender is server.bot] == []
    server.unblock(lan.user)
    assert quotes(await lan.answer(FEE_QUESTION))[0] == FEE_QUOTE


async def test_html_that_telegram_refuses(server: BotApiServer, lan: Person) -> None:
    """An answer whose tags Telegram refuses arrives as plain text, without the tags."""
    reason = "can't parse entities: Unexpected end tag at byte offset 5"
    server.faults.add("sendMessage", botapi.BadRequest(reason))
    [answer] = await lan.answer(FEE_QUESTION)
    assert answer.text.startswith(f"{FEE_SENTENCE}\n\n{FEE_QUOTE}\n— ")
    found_by_telegram = {"url", "hashtag", "mention"}
    assert {entity.type for entity in answer.entities} <= found_by_telegram


async def test_telegram_is_away_for_longer(server: BotApiServer, lan: Person) -> None:
    """An answer that cannot be sent for some seconds arrives, once, when Telegram is back."""
    server.faults.add("sendMessage", botapi.ServerError(502), times=4)
    asked = lan.say(FEE_QUESTION)
    await answer_to(server, asked)
    await all_quiet(server)
    assert [quotes([one])[0] for one in said_after(server, asked)] == [FEE_QUOTE]


@pytest.mark.parametrize(
    "fault",
    [botapi.DropBefore(), botapi.DropAfter(), botapi.ServerError(502), botapi.RetryAfter(1)],
    ids=lambda fault: type(fault).__name__,
)
async def test_a_poll_that_fails(
    live: BotProcess, server: BotApiServer, lan: Person, fault: Fault
) -> None:
    """After a failed poll the bot polls again, and no question is lost or answered twice."""
    server.faults.add("getUpdates", fault)
    asked = [lan.say(FEE_QUESTION)]
    await server.wait_until(lambda: len(server.faults) == 0, PATIENCE_S)
    asked.append(lan.say(FEE_QUESTION))
    await answer_to(server, asked[1])
    await all_quiet(server)
    assert len(said_after(server, asked[0])) == 2
    assert live.running


async def test_fifty_questions_at_once(server: BotApiServer, live: BotProcess) -> None:
    """Fifty questions at once, from twenty chats, are each answered exactly once."""
    people = [new_person(server, f"Người {number}") for number in range(20)]
    firsts = [person.say(FEE_QUESTION) for person in people]
    others = [people[number % 20].say(FEE_QUESTION) for number in range(30)]

    def said() -> int:
        return sum(len(said_after(server, first)) for first in firsts)

    await server.wait_until(lambda: said() >= 50, PATIENCE_S)
    await all_quiet(server)
    expected = [1 + sum(other.chat is first.chat for other in others) for first in firsts]
    assert [len(said_after(server, first)) for first in firsts] == expected
    every = [message for first in firsts for message in said_after(server, first)]
    assert {quotes([message])[0] for message in every} == {FEE_QUOTE}
    assert live.running


async def test_sending_limits(server: BotApiServer, lan: Person) -> None:
    """Within Telegram's own sending limits every question of a hasty person is answered."""
    server.limits.enabled = True
    try:
        asked = [lan.say(FEE_QUESTION) for _ in range(6)]
        await server.wait_until(lambda: len(said_after(server, asked[0])) >= 6, PATIENCE_S)
    finally:
        server.limits.enabled = False
    await all_quiet(server)
    assert len(said_after(server, asked[0])) == 6
