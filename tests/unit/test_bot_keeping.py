"""What the database keeps of people, chats, answers and updates, and that it forgets them."""

import asyncio
import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.rooms import Room, RoomSettings
from bot.store import GivenAnswer, QuestionRecord, Store, Waiting

pytestmark = pytest.mark.asyncio(loop_scope="session")

LAN, MINH = 5_000_000_001, 5_000_000_002
PATIENCE_S = 60.0
SECRET = "Câu hỏi này không ai được biết"


def bytes_of(path: Path) -> bytes:
    """All that is on disk of a database."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")))


def updates(*numbers: int) -> dict[int, dict[str, Any]]:
    """Updates as the inbox takes them."""
    return {number: {"update_id": number} for number in numbers}


def rows_of(raw: sqlite3.Connection) -> list[Any]:
    """The numbers of the updates that wait."""
    return raw.execute("SELECT update_id FROM inbox WHERE body IS NOT NULL").fetchall()


async def reopened(store: Store, path: Path) -> Store:
    """The same database after a restart."""
    await store.close()
    return await Store.open(path)


def asked(store: Store, user_id: int, chat_id: int, number: int = 1) -> QuestionRecord:
    """A question that was not found, with its words."""
    person = store.people.hashed(user_id)
    words = f"{SECRET} {number}"
    return QuestionRecord(chat_id, number, "group", "missed", person=person, question=words)


def answered(store: Store, user_id: int, chat_id: int, number: int = 20) -> GivenAnswer:
    """An answer of two messages to message 10 of a chat."""
    person = store.people.hashed(user_id)
    return GivenAnswer(chat_id, number, 10, person, (number - 1, number), ("p1", "p2"))


async def test_a_person_is_a_hash(store: Store, path: Path, tmp_path: Path) -> None:
    """A person is the same hash after a restart, another one elsewhere, and nobody's number."""
    hashed = store.people.hashed(LAN)
    assert hashed != store.people.hashed(MINH)
    again = await Store.open(path)
    other = await Store.open(tmp_path / "other" / "hoidap.sqlite3")
    assert again.people.hashed(LAN) == hashed
    assert other.people.hashed(LAN) != hashed
    await again.close()
    await other.close()


async def test_being_let_in(store: Store) -> None:
    """Who was admitted is until that is taken back, which tells whether it was so."""
    assert not await store.people.is_admitted(LAN)
    await store.people.admit(LAN)
    await store.people.admit(LAN)
    assert await store.people.is_admitted(LAN)
    assert not await store.people.is_admitted(MINH)
    assert await store.people.dismiss(LAN)
    assert not await store.people.dismiss(LAN)
    assert not await store.people.is_admitted(LAN)


async def test_an_invitation_is_used_up(store: Store) -> None:
    """An invitation admits as many as it is for, none of them counted twice."""
    word = await store.people.invite(60.0, 2)
    assert await store.people.use_invitation(word, 1)
    assert await store.people.use_invitation(word, 1)
    assert await store.people.use_invitation(word, 2)
    assert not await store.people.use_invitation(word, 3)
    assert not await store.people.is_admitted(3)


async def test_many_with_the_last_use(store: Store) -> None:
    """Of many who come with one invitation at once, just one is let in."""
    word = await store.people.invite(60.0, 1)
    let_in = await asyncio.gather(*(store.people.use_invitation(word, one) for one in range(1, 9)))
    assert sum(let_in) == 1


async def test_an_invitation_that_is_none(store: Store, path: Path) -> None:
    """An expired word and a wrong one admit nobody, and no word stands in the file."""
    expired = await store.people.invite(-1.0, 5)
    good = await store.people.invite(60.0, 1)
    for word in (expired, "", "x", good.swapcase()):
        assert not await store.people.use_invitation(word, LAN)
    assert good.encode() not in bytes_of(path)
    await store.people.prune()
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT COUNT(*) FROM invitations").fetchone() == (1,)
    assert await store.people.use_invitation(good, LAN)


async def test_an_update_is_taken_once(store: Store, path: Path) -> None:
    """Of updates that come together each is new once, and waits until it is dealt with."""
    assert await store.inbox.take({}) == set()
    assert await store.inbox.take(updates(8)) == {8}
    assert await store.inbox.take(updates(7, 8, 9)) == {7, 9}
    store.inbox.done(8)
    store.inbox.done(9)
    assert await store.inbox.take(updates(8)) == set()
    again = await reopened(store, path)
    [waiting] = await again.inbox.waiting()
    await again.close()
    assert waiting == Waiting(7, waiting.received_at, {"update_id": 7})


async def test_an_update_that_ends_processes(store: Store) -> None:
    """An update that no process lives to deal with is given up after three."""
    await store.inbox.take(updates(7))
    tries = [len(await store.inbox.waiting()) for _ in range(5)]
    assert tries == [1, 1, 1, 0, 0]


async def test_numbers_of_updates(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number of an update is forgotten a day after, but not while it waits."""
    await store.inbox.take(updates(7, 8))
    store.inbox.done(8)
    again = await reopened(store, path)
    await again.inbox.prune()
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT update_id FROM inbox").fetchall() == [(7,), (8,)]
    now = time.time()
    monkeypatch.setattr("bot.store.inbox.time.time", lambda: now + 25 * 3600)
    await again.inbox.prune()
    await again.close()
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT update_id FROM inbox").fetchall() == [(7,)]


async def test_what_is_dealt_with_is_written_soon(store: Store, path: Path) -> None:
    """Without anybody's doing more, the words of all updates that are done leave the database."""
    await store.inbox.take(updates(1, 2, 3))
    for number in (1, 2):
        store.inbox.done(number)
    with closing(sqlite3.connect(path)) as raw:
        async with asyncio.timeout(PATIENCE_S):
            while (left := rows_of(raw)) != [(3,)]:
                # Not half of what was done together.
                assert left == [(1,), (2,), (3,)]
                await asyncio.sleep(0)


async def test_an_answer_is_found_by_its_messages(store: Store) -> None:
    """An answer is known by each of its messages and by what it answers, in its own chat."""
    given = answered(store, LAN, -5)
    store.answers.keep(given)
    assert await store.answers.of_message(-5, 20) == given
    assert await store.answers.of_message(-5, 19) == given
    assert await store.answers.to_question(-5, 10) == given
    assert await store.answers.of_message(-5, 18) is None
    assert await store.answers.of_message(-6, 20) is None
    assert await store.answers.to_question(-5, 20) is None


async def test_what_people_think_of_answers(store: Store) -> None:
    """Everybody has one opinion of an answer, the last one, or none."""
    for person, value in (("a", 1), ("a", -1), ("b", 1), ("c", 1), ("c", 0)):
        await store.questions.judge(-5, 20, person, value)
    opinions = [await store.questions.judgement(-5, 20, person) for person in "abc"]
    assert opinions == [-1, 1, 0]
    assert await store.questions.judgements() == (1, 1)


async def test_a_group_that_moves(store: Store) -> None:
    """Settings, answers and the invitation go along once; what is new there already stays."""
    await store.chats.saw(-5, "group", "Nhóm")
    await store.people.admit(-5)
    await store.chats.set(Room(-5), "language", "en")
    await store.chats.set(Room(-5), "quota", 3)
    store.questions.record(asked(store, LAN, -5))
    store.answers.keep(answered(store, LAN, -5))
    await store.chats.saw(-1005, "supergroup", "Nhóm")
    await store.chats.migrated(-5, -1005)
    await store.chats.set(Room(-1005), "quota", 4)
    await store.chats.migrated(-5, -1005)
    assert await store.chats.settings(Room(-1005)) == RoomSettings(language="en", quota=4)
    assert await store.chats.settings(Room(-5)) == RoomSettings()
    assert await store.chats.counts() == {"supergroup": 1}
    assert await store.answers.of_message(-5, 20) is None
    assert await store.answers.of_message(-1005, 20) is not None
    assert [await store.people.is_admitted(one) for one in (-5, -1005)] == [False, True]
    person = store.people.hashed(LAN)
    assert await store.questions.asked_by(person, -1005, 0.0) == 1


async def test_a_group_that_was_left(store: Store) -> None:
    """A chat that the bot has left is not counted until it is there again."""
    await store.chats.saw(-5, "group")
    await store.chats.saw(-6, "group")
    await store.chats.left(-5)
    assert await store.chats.counts() == {"group": 1}
    await store.chats.saw(-5, "group")
    assert await store.chats.counts() == {"group": 2}


async def test_the_last_active_hour_of_a_chat(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a chat was last active is true to the hour; its title and kind are at once."""
    now = time.time()

    async def seen(after_s: float, kind: str = "group", title: str = "Nhóm") -> Any:
        monkeypatch.setattr("bot.store.chats.time.time", lambda: now + after_s)
        await store.chats.saw(-5, kind, title)
        with closing(sqlite3.connect(path)) as raw:
            [row] = raw.execute("SELECT kind, title, last_seen - ? FROM chats", (now,)).fetchall()
        return row[:2], round(row[2])

    assert await seen(0.0) == (("group", "Nhóm"), 0)
    assert await seen(3_500.0) == (("group", "Nhóm"), 0)
    assert await seen(3_700.0) == (("group", "Nhóm"), 3_700)
    assert await seen(3_701.0, title="Nhóm mới") == (("group", "Nhóm mới"), 3_701)
    assert await seen(3_702.0, kind="supergroup") == (("supergroup", "Nhóm"), 3_702)


async def test_a_chat_that_is_left_and_seen_at_once(store: Store) -> None:
    """Whatever comes in between, a chat seen after it was left or forgotten is there again."""
    await store.chats.saw(-5, "group")
    for leave in (store.chats.left, store.chats.forget):
        await asyncio.gather(store.chats.saw(-5, "group"), leave(-5), store.chats.saw(-5, "group"))
        await store.chats.saw(-5, "group")
        assert await store.chats.counts() == {"group": 1}
        await asyncio.gather(leave(-5), store.chats.saw(-5, "group"))
        assert await store.chats.counts() == {"group": 1}


async def test_a_person_is_forgotten(store: Store, path: Path) -> None:
    """Nothing of a person remains, not even in the bytes of the files; others' things do."""
    for number in range(200):
        store.questions.record(asked(store, LAN, LAN if number % 2 else -5, number))
    store.questions.record(QuestionRecord(LAN, 300, "private", "missed", question=SECRET))
    store.questions.record(QuestionRecord(-5, 301, "group", "missed", question="Của Minh"))
    store.answers.keep(answered(store, LAN, -5))
    store.answers.keep(answered(store, MINH, -5, 30))
    await store.questions.judge(-5, 30, store.people.hashed(LAN), 1)
    await store.chats.saw(LAN, "private")
    await store.chats.set(Room(LAN), "language", "en")
    await store.inbox.take({7: {"update_id": 7, "message": {"text": SECRET}}})
    person = store.people.hashed(LAN)
    traces = (SECRET.encode(), json.dumps(SECRET).encode(), person.encode(), LAN.to_bytes(6))
    assert all(trace in bytes_of(path) for trace in traces)
    store.inbox.done(7)
    assert await store.questions.forget(person, LAN) == 201
    await store.chats.forget(LAN)
    assert not [trace for trace in traces if trace in bytes_of(path)]
    assert [one.question for one in await store.questions.missed(0.0, 10)] == ["Của Minh"]
    assert await store.answers.of_message(-5, 30) is not None
    assert await store.questions.judgements() == (0, 0)
    assert await store.chats.settings(Room(LAN)) == RoomSettings()


async def test_words_go_before_the_rest(store: Store, path: Path) -> None:
    """Words are forgotten after their time, the rest after its own, and the files have neither."""
    store.questions.record(asked(store, LAN, -5))
    store.answers.keep(answered(store, LAN, -5))
    await store.questions.judge(-5, 20, "somebody", 1)
    now = time.time()
    await store.questions.prune(now - 60.0, now + 60.0)
    assert await store.questions.outcomes() == {"missed": 1}
    assert await store.questions.missed(0.0, 10) == []
    assert SECRET.encode() not in bytes_of(path)
    assert await store.answers.of_message(-5, 20) is not None
    await store.questions.prune(now + 60.0, now + 60.0)
    assert await store.questions.outcomes() == {}
    assert await store.questions.judgements() == (0, 0)
    assert await store.answers.of_message(-5, 20) is None


async def test_forgetting_while_others_read(store: Store, path: Path) -> None:
    """What is deleted while questions are counted is gone from the files all the same."""
    store.questions.record(asked(store, LAN, -5))
    person = store.people.hashed(LAN)
    reading = [asyncio.create_task(store.questions.outcomes()) for _ in range(50)]
    assert await store.questions.forget(person, LAN) == 1
    assert SECRET.encode() not in bytes_of(path)
    await asyncio.gather(*reading)
