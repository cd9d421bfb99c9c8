"""Settings of rooms: kept as text, read back, inherited by topics, and quiet hours."""

import asyncio
import json
import sqlite3
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path
from typing import get_args

import pytest

from bot.errors import StoreError
from bot.rooms import (
    DEFAULTS,
    MAX_PASSAGES,
    MAX_QUOTA,
    Room,
    RoomSettings,
    SettingName,
    Speaks,
    Strictness,
    decode_settings,
    encode_setting,
)
from bot.store import Store

pytestmark = pytest.mark.asyncio(loop_scope="session")

NAMES: tuple[SettingName, ...] = get_args(SettingName)
EVERYTHING_SET = RoomSettings(
    speaks=Speaks.ON_QUESTIONS,
    language="en",
    shows=frozenset({"#le hoi", "luat/2024/"}),
    opened=frozenset({"#noi bo"}),
    passages=MAX_PASSAGES,
    quiet_from=22,
    quiet_until=0,
    strictness=Strictness.STRICT,
    quota=MAX_QUOTA,
    comments=True,
)
UNREADABLE = {
    "speaks": ['"always"', "1", "null"],
    "language": ['"fr"', "7"],
    "shows": ["5", "null"],
    "opened": ["true"],
    "passages": ["0", "6", '"many"', "[]"],
    "quiet_from": ["-1", "24", "{}"],
    "quiet_until": ["99"],
    "strictness": ['"lax"'],
    "quota": ["-1", "1001", "null"],
}


def kept(settings: RoomSettings) -> dict[str, str]:
    """Return all of `settings` as they are kept."""
    return {field.name: encode_setting(getattr(settings, field.name)) for field in fields(settings)}


@pytest.mark.parametrize("settings", [DEFAULTS, EVERYTHING_SET], ids=["defaults", "all set"])
async def test_settings_are_read_as_they_were_kept(settings: RoomSettings) -> None:
    """Whatever can be set comes back from its text as it was."""
    assert decode_settings(kept(settings)) == settings


async def test_every_setting_has_its_name() -> None:
    """The names that can be set are those that a room has."""
    assert set(NAMES) == {field.name for field in fields(RoomSettings)}


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, texts in UNREADABLE.items() for text in texts]
)
async def test_what_cannot_be_read_is_left_at_its_default(name: str, text: str) -> None:
    """A value that another version wrote changes neither its setting nor the others."""
    layer = kept(EVERYTHING_SET) | {name: text}
    default = getattr(DEFAULTS, name)
    assert decode_settings(layer) == replace(EVERYTHING_SET, **{name: default})


@pytest.mark.parametrize("text", ["", "{", "nan nan", "\x00"])
async def test_what_is_no_json_is_left_at_its_default(text: str) -> None:
    """Text that is no value at all is passed over, for every setting."""
    assert decode_settings(dict.fromkeys(NAMES, text)) == DEFAULTS


async def test_names_of_another_version_are_passed_over() -> None:
    """A setting that this version does not know does not disturb the ones it does."""
    assert decode_settings({"colour": '"red"', "quota": "5"}) == RoomSettings(quota=5)


async def test_sets_are_kept_in_order() -> None:
    """The same labels are always kept as the same text."""
    assert json.loads(encode_setting(frozenset({"b/", "#a", "a/"}))) == ["#a", "a/", "b/"]


@pytest.mark.parametrize(
    ("begin", "end", "quiet"),
    [
        (22, 6, {22, 23, 0, 1, 2, 3, 4, 5}),
        (12, 13, {12}),
        (0, 23, set(range(23))),
        (23, 0, {23}),
        (5, 5, set()),
        (None, 6, set()),
        (22, None, set()),
        (None, None, set()),
    ],
)
async def test_quiet_hours(begin: int | None, end: int | None, quiet: set[int]) -> None:
    """Quiet are the hours from the first up to the last, past midnight too, and none by halves."""
    settings = RoomSettings(quiet_from=begin, quiet_until=end)
    assert {hour for hour in range(24) if settings.quiet_at(hour)} == quiet


async def test_a_topic_inherits_what_it_does_not_set(store: Store) -> None:
    """A topic has its own values over its group's, and lets a value of its own be no value."""
    group, topic = Room(-7), Room(-7, 5)
    await store.chats.set(group, "language", "en")
    await store.chats.set(group, "quota", 10)
    await store.chats.set(topic, "quota", 0)
    await store.chats.set(topic, "language", None)
    assert await store.chats.settings(topic) == RoomSettings(language=None, quota=0)
    assert await store.chats.own_settings(topic) == {"language", "quota"}
    await store.chats.set_many(topic, {}, unset=["language"])
    assert await store.chats.settings(topic) == RoomSettings(language="en", quota=0)
    assert await store.chats.settings(group) == RoomSettings(language="en", quota=10)


async def test_rooms_are_apart(store: Store) -> None:
    """What one topic or chat sets changes no other topic, not its group and no other chat."""
    await store.chats.set(Room(-7, 5), "passages", 3)
    for other in (Room(-7), Room(-7, 6), Room(-8, 5), Room(7)):
        assert await store.chats.settings(other) == DEFAULTS
        assert await store.chats.own_settings(other) == frozenset()


async def test_settings_move_with_their_group(store: Store) -> None:
    """A group that becomes a supergroup keeps what it and its topics have set."""
    await store.chats.set(Room(-7), "comments", True)
    await store.chats.migrated(-7, -1007)
    assert await store.chats.settings(Room(-1007)) == RoomSettings(comments=True)
    assert await store.chats.settings(Room(-7)) == DEFAULTS


async def test_settings_are_set_all_or_none(store: Store, tmp_path: Path) -> None:
    """Of several things set and dropped together, all or nothing is done, and is seen at once."""
    room = Room(-7, 5)
    await store.chats.set_many(room, {"quiet_from": 22, "quiet_until": 6, "quota": 3})
    before = await store.chats.settings(room)
    assert (before.quiet_from, before.quiet_until, before.quota) == (22, 6, 3)
    with closing(sqlite3.connect(tmp_path / "hoidap.sqlite3", isolation_level=None)) as raw:
        raw.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON room_settings WHEN new.name = 'quiet_until' "
            "BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
        with pytest.raises(StoreError):
            await store.chats.set_many(room, {"quiet_from": 1, "quiet_until": 2}, unset=["quota"])
        assert await store.chats.settings(room) == before
        raw.execute("DROP TRIGGER refuse")
    assert await store.chats.settings(room) == before
    await store.chats.set_many(room, {"quiet_from": 1, "quiet_until": 2}, unset=["quota"])
    assert await store.chats.settings(room) == RoomSettings(quiet_from=1, quiet_until=2)


async def test_setting_that_is_cut_short(store: Store) -> None:
    """Whenever whoever sets is cancelled, all of it is set or nothing, and others go on."""
    half = [RoomSettings(), RoomSettings(quota=3, passages=4, language="en")]
    for steps in range(40):
        room = Room(steps)
        wanted = store.chats.set_many(room, {"quota": 3, "passages": 4, "language": "en"})
        setting = asyncio.create_task(wanted)
        for _ in range(steps):
            await asyncio.sleep(0)
        setting.cancel()
        await asyncio.gather(setting, return_exceptions=True)
        assert await store.chats.settings(room) in half
        await store.chats.set(room, "comments", True)
        assert (await store.chats.settings(room)).comments


async def test_settings_are_those_that_were_set_last(store: Store) -> None:
    """However many look at the same time, whoever looks after a change sees it."""
    room, over = Room(-7), asyncio.Event()

    async def look() -> None:
        while not over.is_set():
            await store.chats.settings(room)
            await asyncio.sleep(0)

    looking = [asyncio.create_task(look()) for _ in range(5)]
    for quota in range(20):
        await store.chats.set(room, "quota", quota)
        assert (await store.chats.settings(room)).quota == quota
    over.set()
    await asyncio.gather(*looking)
    await store.chats.forget(-7)
    assert await store.chats.settings(room) == DEFAULTS


async def test_settings_are_known_without_the_database(store: Store) -> None:
    """How to behave in a room, once known, is still known when the database fails."""
    await store.chats.set(Room(-7), "language", "en")
    await store.chats.set(Room(-7, 5), "quota", 2)
    expected = [await store.chats.settings(room) for room in (Room(-7), Room(-7, 5), Room(-7, 6))]
    await store.close()
    known = [await store.chats.settings(room) for room in (Room(-7), Room(-7, 5), Room(-7, 6))]
    assert known == expected
    with pytest.raises(StoreError):
        await store.chats.settings(Room(-8))


async def test_more_chats_than_are_known(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chats that nobody has asked in for long are looked up again, and nothing is mixed up."""
    monkeypatch.setattr("bot.store.chats._MOST_KNOWN", 3)
    for chat in range(1, 8):
        await store.chats.set(Room(chat), "quota", chat)
    for _ in range(2):
        for chat in range(1, 8):
            assert (await store.chats.settings(Room(chat))).quota == chat
            await store.chats.saw(chat, "group")
    assert await store.chats.counts() == {"group": 7}
