"""What one person, and one chat, may have under way: a share, and no more."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

import pytest
from telegram import (
    CallbackQuery,
    Chat,
    ChatMemberLeft,
    ChatMemberMember,
    ChatMemberUpdated,
    InlineQuery,
    Message,
    Update,
    User,
)

from bot.shares import Shares, is_surplus

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LAN, NAM, HOA = (User(number, "Ai", is_bot=False) for number in (5, 6, 7))
GROUP = Chat(-100, Chat.GROUP)
CHANNEL = Chat(-200, Chat.CHANNEL)


def said(sender: User | Chat, chat: Chat | None = None, text: str | None = "Ai?") -> Update:
    """Somebody has said something, in private if nowhere else."""
    if isinstance(sender, Chat):
        post = Message(1, NOW, chat or sender, text=text, sender_chat=sender)
        return Update(1, channel_post=post)
    place = chat or Chat(sender.id, Chat.PRIVATE)
    return Update(1, message=Message(1, NOW, place, from_user=sender, text=text))


@pytest.fixture
def shares() -> Shares:
    """Three things of a person at once, five of a chat; of operator Hoa any number."""
    return Shares([HOA.id], most_of_one_person=3, most_of_one_chat=5)


@contextmanager
def under_way(shares: Shares, *updates: Update) -> Iterator[list[bool]]:
    """Have all of them dealt with at once; yields which are surplus."""
    with ExitStack() as stack:
        found = []
        for update in updates:
            stack.enter_context(shares.taken(update))
            found.append(is_surplus())
        yield found
    assert not is_surplus()


def test_what_is_beyond_a_persons_share(shares: Shares) -> None:
    """Whoever has a share under way, in whatever chats, has what follows turned away."""
    pressed = Update(1, callback_query=CallbackQuery("1", LAN, "1", said(LAN).message, data="x"))
    typed = Update(1, inline_query=InlineQuery("1", LAN, "Ai", ""))
    first = (said(LAN), said(LAN, GROUP), typed)
    with under_way(shares, *first, said(LAN), pressed, typed, said(NAM), said(NAM, GROUP)) as found:
        assert found == [False] * 3 + [True] * 3 + [False] * 2


def test_what_is_beyond_a_chats_share(shares: Shares) -> None:
    """A chat has a share too, however many people speak in it; elsewhere they are heard."""
    people = [User(number, "Ai", is_bot=False) for number in range(20, 27)]
    crowd = [said(person, GROUP) for person in people]
    with under_way(shares, *crowd, said(people[-1])) as found:
        assert found == [False] * 5 + [True] * 2 + [False]


def test_a_channel_has_a_share(shares: Shares) -> None:
    """Of a channel's posts nobody is the author but the channel."""
    with under_way(shares, *[said(CHANNEL)] * 4) as found:
        assert found == [False] * 3 + [True]


def test_a_place_is_given_back(shares: Shares) -> None:
    """What is done, however it ends, makes room; what was turned away never took any."""
    with under_way(shares, *[said(LAN)] * 3), under_way(shares, *[said(LAN)] * 9) as found:
        assert found == [True] * 9
    with pytest.raises(ZeroDivisionError), shares.taken(said(LAN)):
        _ = 1 // 0
    with under_way(shares, *[said(LAN)] * 3) as found:
        assert found == [False] * 3
        assert len(shares) == 2
    assert len(shares) == 0


def test_operators_may_send_any_number(shares: Shares) -> None:
    """Whoever runs the bot sends whole folders of files."""
    with under_way(shares, *[said(HOA)] * 9) as found:
        assert not any(found)


def test_what_has_to_be_known_is_no_question(shares: Shares) -> None:
    """Who lets the bot in or shows it out, and what a group becomes, is never turned away."""
    bot = User(1, "Bot", is_bot=True)
    member, left = ChatMemberMember(bot), ChatMemberLeft(bot)
    shown_out = Update(1, my_chat_member=ChatMemberUpdated(GROUP, LAN, NOW, member, left))
    moved = Update(1, message=Message(1, NOW, GROUP, from_user=LAN, migrate_to_chat_id=-300))
    with under_way(shares, *[said(LAN)] * 3, shown_out, moved, said(LAN)) as found:
        assert found == [False] * 5 + [True]
