"""Who may ask, and who sees which documents where; what is not known is refused."""

from dataclasses import replace
from pathlib import Path

import pytest
from telegram import Chat, User

from bot.access import Access
from bot.errors import StoreError
from bot.rooms import DEFAULTS, Room, RoomSettings
from bot.settings import Settings
from bot.store import Store
from retrieval.labels import is_visible
from retrieval.types import DocumentRef

pytestmark = pytest.mark.asyncio(loop_scope="session")

OPERATOR, LAN = User(1, "Quản trị", is_bot=False), User(5, "Lan", is_bot=False)
OWN_CHATS = {user.id: Chat(user.id, Chat.PRIVATE) for user in (OPERATOR, LAN)}
GROUP, CHANNEL = Chat(-7, Chat.SUPERGROUP), Chat(-8, Chat.CHANNEL)
SECRET, LAW = frozenset({"#mat", "noi-bo/"}), frozenset({"#luat"})

OPEN_PAPER = DocumentRef("luat/2024.txt", "Luật", "", tags=("Luật",))
SECRET_PAPER = DocumentRef("ho-so/a.txt", "Hồ sơ", "", tags=("Mật", "Luật"))
INNER_PAPER = DocumentRef("noi-bo/b.txt", "Quy chế", "")
PAPERS = (OPEN_PAPER, SECRET_PAPER, INNER_PAPER)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A closed bot with one operator, and two kinds of document that are restricted."""
    return Settings(
        corpus=tmp_path / "corpus",
        data=tmp_path,
        model=None,
        admins=frozenset({OPERATOR.id}),
        language="vi",
        api_base="https://x",
        closed=True,
        restricted=SECRET,
    )


def seen(
    settings: Settings, room: RoomSettings, user: User | None, chat: Chat | None
) -> list[DocumentRef]:
    """The papers that a question may see."""
    scope = Access(settings, None).scope(room, user, chat)
    return [paper for paper in PAPERS if is_visible(paper, scope)]


@pytest.mark.parametrize(
    ("user", "chat"),
    [
        (LAN, OWN_CHATS[LAN.id]),
        (LAN, GROUP),
        (OPERATOR, GROUP),
        (None, CHANNEL),
        (None, GROUP),
        (LAN, None),
        (OPERATOR, None),
    ],
)
async def test_what_is_restricted_is_hidden(
    settings: Settings, user: User | None, chat: Chat | None
) -> None:
    """A restricted document is shown to nobody by itself, nor by an operator where others read."""
    assert seen(settings, DEFAULTS, user, chat) == [OPEN_PAPER]


async def test_an_operator_in_private_sees_all(settings: Settings) -> None:
    """An operator alone with the bot sees what is restricted without opening it."""
    assert seen(settings, DEFAULTS, OPERATOR, OWN_CHATS[OPERATOR.id]) == list(PAPERS)


@pytest.mark.parametrize("chat", [OWN_CHATS[LAN.id], GROUP, CHANNEL])
async def test_what_is_opened_is_seen_there(settings: Settings, chat: Chat) -> None:
    """Where one label is opened, documents of that label are seen, and others are not."""
    room = RoomSettings(opened=frozenset({"#mat"}))
    assert seen(settings, room, LAN, chat) == [OPEN_PAPER, SECRET_PAPER]
    room = RoomSettings(opened=frozenset({"noi-bo/"}))
    assert seen(settings, room, LAN, chat) == [OPEN_PAPER, INNER_PAPER]


async def test_what_is_opened_is_not_seen_elsewhere(settings: Settings) -> None:
    """What anybody may come to read, inline or as a guest, never has what is restricted."""
    room = RoomSettings(opened=SECRET)
    for user in (LAN, OPERATOR, None):
        assert seen(settings, room, user, None) == [OPEN_PAPER]


async def test_a_document_with_two_restricted_labels(settings: Settings) -> None:
    """A document under two restricted labels is seen only where both are opened."""
    paper = DocumentRef("noi-bo/c.txt", "Cả hai", "", tags=("Mật",))
    one = Access(settings, None).scope(RoomSettings(opened=frozenset({"#mat"})), LAN, GROUP)
    both = Access(settings, None).scope(RoomSettings(opened=SECRET), LAN, GROUP)
    assert not is_visible(paper, one)
    assert is_visible(paper, both)


async def test_a_choice_of_documents_opens_nothing(settings: Settings) -> None:
    """A room that shows only some labels shows no restricted document among them."""
    assert seen(settings, RoomSettings(shows=LAW), LAN, GROUP) == [OPEN_PAPER]
    assert seen(settings, RoomSettings(shows=SECRET), LAN, GROUP) == []
    own = OWN_CHATS[OPERATOR.id]
    assert seen(settings, RoomSettings(shows=LAW), OPERATOR, own) == [OPEN_PAPER, SECRET_PAPER]


async def test_an_open_bot_answers_everybody(settings: Settings) -> None:
    """Anybody may ask an open bot, with a database or without, and nobody is a stranger."""
    access = Access(replace(settings, closed=False), None)
    for user, chat in ((LAN, None), (None, CHANNEL), (LAN, GROUP)):
        assert await access.may_ask(user, chat)
        assert not await access.is_stranger(user, chat)


async def test_a_closed_bot_answers_those_let_in(settings: Settings, store: Store) -> None:
    """A closed bot answers operators, people who were let in, and everybody in such a chat."""
    access, own = Access(settings, store), OWN_CHATS[LAN.id]
    assert await access.may_ask(OPERATOR, OWN_CHATS[OPERATOR.id])
    assert await access.is_stranger(LAN, GROUP)
    assert not await access.may_ask(LAN, GROUP)
    await access.admit(GROUP)
    assert await access.may_ask(LAN, GROUP)
    assert await access.may_ask(None, GROUP)
    assert not await access.may_ask(LAN, own)
    assert await access.use_invitation(await store.people.invite(60.0, 1), own)
    for chat in (own, CHANNEL, None):
        assert await access.may_ask(LAN, chat)
    assert await store.people.dismiss(LAN.id)
    assert not await access.may_ask(LAN, own)


@pytest.mark.parametrize("broken", [True, False], ids=["broken", "absent"])
async def test_what_is_not_known_is_refused(settings: Settings, store: Store, broken: bool) -> None:
    """Without a working database nobody but operators may ask, and no place is left for it."""
    await store.people.admit(LAN.id)
    await store.close()
    access = Access(settings, store if broken else None)
    assert await access.may_ask(OPERATOR, None)
    assert not await access.may_ask(LAN, OWN_CHATS[LAN.id])
    assert not await access.is_stranger(LAN, GROUP)
    await access.admit(GROUP)
    with pytest.raises(StoreError):
        await access.use_invitation("word", GROUP)


async def test_a_room_that_cannot_be_read_opens_nothing(settings: Settings, store: Store) -> None:
    """When its settings cannot be read, a room is as any other, and what it opens is hidden."""
    access = Access(settings, store)
    await store.chats.set(Room(GROUP.id), "opened", SECRET)
    assert (await access.room_settings(Room(GROUP.id))).opened == SECRET
    # A change, made or not: what was known before it is not known any more.
    await store.close()
    with pytest.raises(StoreError):
        await store.chats.set(Room(GROUP.id), "opened", frozenset())
    assert await access.room_settings(Room(GROUP.id)) == DEFAULTS
    assert await Access(settings, None).room_settings(Room(GROUP.id)) == DEFAULTS
