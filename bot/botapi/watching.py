"""Waiting for the bot, by events: the first thing that fits, or an assertion with the story."""

from __future__ import annotations

from collections.abc import Callable

from bot.botapi.server import Call
from bot.botapi.state import Chat, Message
from bot.botapi.world import World

Where = Callable[[Message], object]


async def message(
    world: World, calls: list[Call], chat: Chat, after: Message | None, seconds: float, where: Where
) -> Message:
    """The bot's first standing message in the chat later than ``after`` that fits."""
    last = after.id if after is not None else 0

    def found() -> Message | None:
        for candidate in world.by_bot(chat):
            if candidate.id > last and where(candidate):
                return candidate
        return None

    result = await world.signal.wait(found, seconds)
    if result is None:
        raise AssertionError(f"no such message in {seconds} s\n{story(chat, calls)}")
    return result


async def edit(
    world: World, calls: list[Call], watched: Message, seen: int, seconds: float, where: Where
) -> Message:
    """The message once it has more than ``seen`` edits and fits."""

    def done() -> bool:
        return len(watched.edits) > seen and bool(where(watched))

    if not await world.signal.wait(done, seconds):
        raise AssertionError(f"no such edit in {seconds} s\n{story(watched.chat, calls)}")
    return watched


async def quiet(world: World, calls: list[Call], seconds: float) -> None:
    """Nothing is sent or edited by the bot for so long."""
    before = world.outgoing
    if await world.signal.wait(lambda: world.outgoing != before, seconds):
        raise AssertionError(f"the bot spoke: {calls[-1].method} {calls[-1].params}")


def story(chat: Chat, calls: list[Call]) -> str:
    """The end of the chat and of the calls, for a failed wait."""
    lines = [f"  {one!r}" for one in list(chat.messages.values())[-10:]]
    said = [f"  {call.method} -> {call.status} {_reason(call)}" for call in calls[-10:]]
    return "\n".join(["chat:", *lines, "calls:", *said])


def _reason(call: Call) -> str:
    return str((call.response or {}).get("description", ""))
