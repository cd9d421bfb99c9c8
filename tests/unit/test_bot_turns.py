"""Answers in one chat come in the order of what they answer, and nobody waits for ever."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime

import pytest
from telegram import CallbackQuery, Chat, Message, Update, User

from bot.receiving import Processor
from bot.turns import Turns, speaking

pytestmark = pytest.mark.asyncio(loop_scope="session")

PATIENCE_S = 30.0
HERE, THERE = 5, 6
LAN = User(HERE, "Lan", is_bot=False)


async def together(*works: Awaitable[None]) -> list[BaseException]:
    """Do all at once, and return what went wrong; fail if that does not end."""
    async with asyncio.timeout(PATIENCE_S):
        ended = await asyncio.gather(*works, return_exceptions=True)
    return [one for one in ended if one is not None]


class Desk:
    """Updates that are worked on at once, and what has been said for them."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self.turns = Turns(patience_s)
        self.said: list[str] = []

    async def answer(
        self, name: str, after: asyncio.Event, ready: asyncio.Event, chat_id: int = HERE
    ) -> None:
        """Answer an update whose work lasts until `after`; `ready` is set when it is at its end."""
        with self.turns.taken(chat_id):
            await after.wait()
            ready.set()
            async with speaking(chat_id):
                self.said.append(name)

    async def fail(self, after: asyncio.Event) -> None:
        """Fail with an update after so much work."""
        with self.turns.taken(HERE):
            await after.wait()
            raise RuntimeError("nothing to say")


def done() -> asyncio.Event:
    """Return an event that has happened."""
    event = asyncio.Event()
    event.set()
    return event


async def test_the_first_comes_first() -> None:
    """Whatever is ready first, what is said comes in the order in which turns were taken."""
    desk, ready = Desk(), [asyncio.Event() for _ in range(3)]
    failed = await together(
        desk.answer("1", ready[1], ready[0]),
        desk.answer("2", ready[2], ready[1]),
        desk.answer("3", done(), ready[2]),
    )
    assert failed == []
    assert desk.said == ["1", "2", "3"]
    assert len(desk.turns) == 0


async def test_nothing_to_say() -> None:
    """One that fails or says nothing passes its turn, but nobody overtakes those before it."""
    desk, ready = Desk(), [asyncio.Event() for _ in range(2)]
    failed = await together(
        desk.answer("1", ready[1], ready[0]),
        desk.fail(done()),
        desk.answer("3", done(), ready[1]),
        desk.fail(ready[0]),
        desk.answer("5", done(), asyncio.Event()),
    )
    assert [type(one) for one in failed] == [RuntimeError] * 2
    assert desk.said == ["1", "3", "5"]
    assert len(desk.turns) == 0


async def test_one_that_is_given_up() -> None:
    """One that is cancelled while it waits for its turn does not keep the next one waiting."""
    desk, go_on, ready = Desk(), asyncio.Event(), asyncio.Event()
    first = asyncio.create_task(desk.answer("1", go_on, asyncio.Event()))
    second = asyncio.create_task(desk.answer("2", done(), ready))
    third = asyncio.create_task(desk.answer("3", done(), asyncio.Event()))
    await ready.wait()
    second.cancel()
    go_on.set()
    assert await together(first, third) == []
    assert desk.said == ["1", "3"]
    assert len(desk.turns) == 0


async def test_long_work_loses_its_turn() -> None:
    """When somebody's work takes too long the others speak, and it speaks when it is ready."""
    desk, go_on = Desk(patience_s=0.0), asyncio.Event()
    slow = asyncio.create_task(desk.answer("1", go_on, asyncio.Event()))
    quick = [asyncio.create_task(desk.answer(name, done(), asyncio.Event())) for name in ("2", "3")]
    assert await together(*quick) == []
    go_on.set()
    await slow
    assert desk.said == ["2", "3", "1"]
    assert len(desk.turns) == 0


async def test_long_speech_is_not_interrupted() -> None:
    """Whoever has begun to speak is heard to the end, even if that takes longer than patience."""
    turns, begun, said = Turns(patience_s=0.0), asyncio.Event(), asyncio.Event()

    async def talk() -> None:
        with turns.taken(HERE):
            async with speaking(HERE):
                begun.set()
                # Whoever interrupts does so as soon as the loop turns.
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(said.wait(), 0.1)

    async def reply() -> None:
        with turns.taken(HERE):
            await begun.wait()
            async with speaking(HERE):
                said.set()

    assert await together(talk(), reply()) == []
    assert said.is_set()


async def test_every_chat_has_its_own_turns() -> None:
    """Work in one chat keeps no other chat waiting, and only the first words need a turn."""
    desk, ready = Desk(), asyncio.Event()
    failed = await together(
        desk.answer("here", ready, asyncio.Event()),
        desk.answer("there", done(), ready, THERE),
    )
    assert failed == []
    assert sorted(desk.said) == ["here", "there"]
    with desk.turns.taken(HERE), desk.turns.taken(HERE):
        async with speaking(THERE):
            desk.said.append("elsewhere")
    async with speaking(HERE):
        desk.said.append("unasked")
    assert desk.said[-2:] == ["elsewhere", "unasked"]


async def test_updates_take_turns() -> None:
    """Messages have their turns in the order in which they come to the processor, buttons none."""
    said: list[str] = []
    done_with: list[int] = []
    processor, pressed, ready = Processor(done_with.append), asyncio.Event(), asyncio.Event()

    async def answered(name: str, after: asyncio.Event, then: asyncio.Event) -> None:
        await after.wait()
        then.set()
        async with speaking(HERE):
            said.append(name)

    def message(number: int) -> Message:
        return Message(number, datetime.now(UTC), Chat(HERE, Chat.PRIVATE), from_user=LAN, text="?")

    async with processor:
        failed = await together(
            processor.process_update(
                Update(1, message=message(1)), answered("message", ready, asyncio.Event())
            ),
            processor.process_update(
                Update(2, edited_message=message(2)), answered("edited", pressed, ready)
            ),
            processor.process_update(
                Update(3, callback_query=CallbackQuery("3", LAN, "x", message=message(3))),
                answered("button", done(), pressed),
            ),
        )
    assert failed == []
    assert said == ["button", "message", "edited"]
    assert sorted(done_with) == [1, 2, 3]
