"""Updates on their way in: kept together, handed on in order and once, whatever is among them."""

import asyncio
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest
from telegram import Bot, Update

from bot.polling import poll
from bot.receiving import Places, Processor, Receiver
from bot.store import Store

pytestmark = pytest.mark.asyncio(loop_scope="session")

BOT = Bot("1:token")


class Handed:
    """Receives what a receiver hands on, and looks each time at what is kept by then."""

    def __init__(self, path: Path) -> None:
        self.numbers: list[int] = []
        self.kept: list[list[int]] = []
        self._path = path

    async def take(self, update: Update) -> None:
        """Take note of one."""
        self.numbers.append(update.update_id)
        self.kept.append(kept_in(self._path))


def kept_in(path: Path) -> list[int]:
    """Return the numbers of the updates whose words are in the database."""
    with closing(sqlite3.connect(path)) as raw:
        query = "SELECT update_id FROM inbox WHERE body IS NOT NULL ORDER BY update_id"
        return [number for (number,) in raw.execute(query)]


def update(number: object, **content: object) -> dict[str, Any]:
    """Return an update as Telegram sends it; of a kind that nothing is known of, if not given."""
    return {"update_id": number, **(content or {"removed": {}})}


def typed(number: int) -> dict[str, Any]:
    """Return an inline query as Telegram sends it."""
    lan = {"id": 5, "is_bot": False, "first_name": "Lan"}
    return update(number, inline_query={"id": "1", "from": lan, "query": "Thẻ gi", "offset": ""})


async def test_a_batch_is_kept_before_any_of_it_is_handed_on(store: Store, path: Path) -> None:
    """Updates that come together are all safe before the first is dealt with, in their order."""
    handed = Handed(path)
    receiver = Receiver(BOT, handed.take)
    await receiver.start(store)
    await receiver.take_all([update(number) for number in (3, 1, 2)])
    assert handed.numbers == [3, 1, 2]
    assert handed.kept == [[1, 2, 3]] * 3
    await receiver.take(update(4))
    assert handed.numbers == [3, 1, 2, 4]


async def test_what_makes_no_sense_spoils_nothing(store: Store, path: Path) -> None:
    """Whatever stands between them, the updates of a batch that can be read are dealt with."""
    handed = Handed(path)
    receiver = Receiver(BOT, handed.take)
    await receiver.start(store)
    strange: Sequence[dict[str, Any]] = (
        {},
        update(None),
        update("5"),
        update(2**63),
        update(-1),
        update(10, message="Đề án 06 là gì?"),
        update(11, message={"message_id": 1, "date": "hôm qua"}),
        update(12, inline_query=[1]),
    )
    good = [update(number) for number in range(20, 20 + len(strange))]
    await receiver.take_all([one for pair in zip(strange, good, strict=True) for one in pair])
    assert handed.numbers == [one["update_id"] for one in good]
    await store.close()
    assert not {10, 11, 12} & set(kept_in(path))


async def test_an_update_that_comes_again(store: Store, path: Path) -> None:
    """An update is handed on once: of a batch, of two, and of two processes."""
    handed = Handed(path)
    first, second = (Receiver(BOT, handed.take) for _ in range(2))
    await first.start(store)
    await first.take_all([update(1), update(2), update(1)])
    await first.take_all([update(2), update(3)])
    assert handed.numbers == [1, 2, 3]
    await second.start(store)
    await second.take_all([update(3), update(4), update(1)])
    assert handed.numbers == [1, 2, 3, 4]


async def test_what_a_dead_process_left(store: Store, path: Path) -> None:
    """What was taken and is not done comes again after a restart, and what is done does not."""
    receiver = Receiver(BOT, Handed(path).take)
    await receiver.start(store)
    await receiver.take_all([update(1), update(2), update(3)])
    receiver.done(2)
    await store.close()
    again = await Store.open(path)
    left = await Receiver(BOT, Handed(path).take).start(again)
    await again.close()
    assert [one.update_id for one in left] == [1, 3]


async def test_half_typed_words_are_not_written(store: Store, path: Path) -> None:
    """An inline query is handed on once and in its turn, and nothing of it is in the database."""
    handed = Handed(path)
    receiver = Receiver(BOT, handed.take)
    await receiver.start(store)
    await receiver.take_all([update(1), typed(2), update(3), typed(2)])
    await receiver.take(typed(2))
    await receiver.take(typed(4))
    receiver.done(2)
    assert handed.numbers == [1, 2, 3, 4]
    assert handed.kept == [[1, 3]] * 4
    await store.close()
    assert kept_in(path) == [1, 3]
    assert "Thẻ gi".encode() not in path.read_bytes()  # noqa: ASYNC240
    assert json.dumps("Thẻ gi").encode() not in path.read_bytes()  # noqa: ASYNC240


async def test_a_database_that_fails(store: Store, path: Path) -> None:
    """Updates are dealt with, each once, though they cannot be kept."""
    handed = Handed(path)
    receiver = Receiver(BOT, handed.take)
    await receiver.start(store)
    await store.close()
    await receiver.take_all([update(1), typed(2), update(3), update(1)])
    for number in (1, 2, 3):
        receiver.done(number)
    assert handed.numbers == [1, 2, 3]


class Telegram:
    """Gives updates as they come; when there are no more, whoever polls is cancelled."""

    def __init__(self, *batches: list[Any]) -> None:
        self.offsets: list[int] = []
        self._batches = list(batches)

    async def do_api_request(self, method: str, wanted: dict[str, Any], **_: object) -> list[Any]:
        """Answer getUpdates."""
        assert method == "getUpdates"
        self.offsets.append(wanted["offset"])
        if not wanted["timeout"]:
            return []
        if not self._batches:
            raise asyncio.CancelledError
        return self._batches.pop(0)


async def test_a_batch_is_confirmed_when_it_is_taken() -> None:
    """Updates are taken as they come together, and the next are asked for after that."""
    telegram = Telegram([update(7), "rác", update(8)], [], [update(9), {"no": "number"}])
    taken: list[list[Any]] = []

    async def take(bodies: list[dict[str, Any]]) -> None:
        taken.append([body.get("update_id") for body in bodies])

    with pytest.raises(asyncio.CancelledError):
        await poll(cast(Bot, telegram), take)
    assert taken == [[7, 8], [], [9, None]]
    assert telegram.offsets == [0, 9, 9, 10, 10]


async def test_while_the_queue_is_full_no_more_are_asked_for() -> None:
    """What there is no room for waits at Telegram, and comes when there is room again."""
    telegram = Telegram([update(7), update(8)], [update(9)])
    queue: asyncio.Queue[Update] = asyncio.Queue(1)
    polling = asyncio.create_task(poll(cast(Bot, telegram), Receiver(BOT, queue.put).take_all))
    for _ in range(20):
        await asyncio.sleep(0)
    assert queue.full()
    assert telegram.offsets == [0]
    assert [(await queue.get()).update_id for _ in range(3)] == [7, 8, 9]
    with pytest.raises(asyncio.CancelledError):
        await polling
    assert telegram.offsets == [0, 9, 10, 10]


async def test_no_more_are_taken_than_there_is_room_for() -> None:
    """Whoever hands on an update waits while all places are taken, whatever frees one of them."""
    places = Places(2)
    processor = Processor(lambda _: None, places=places)
    await places.take()
    await places.take()
    third = asyncio.create_task(places.take())
    await asyncio.sleep(0)
    assert (third.done(), places.taken) == (False, 2)

    async def fails() -> None:
        raise ValueError

    with pytest.raises(ValueError):
        await processor.do_process_update(Update(7), fails())
    await third
    assert places.taken == 2


async def test_a_batch_that_is_not_taken_comes_again() -> None:
    """Whoever is stopped before a batch is safe confirms nothing of it."""
    telegram = Telegram([update(7)], [update(8), update(9)])

    async def take(bodies: list[dict[str, Any]]) -> None:
        if len(bodies) > 1:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await poll(cast(Bot, telegram), take)
    assert telegram.offsets == [0, 8, 8]
