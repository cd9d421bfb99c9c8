"""What the bot remembers of what was asked just before: of each person, for a while."""

from datetime import UTC, datetime

from telegram import Chat, Message, User

from bot.conversations import KEPT_S, Conversations

LAN, MINH = User(5, "Lan", is_bot=False), User(6, "Minh", is_bot=False)
GROUP, OTHER = Chat(-7, Chat.SUPERGROUP), Chat(-8, Chat.SUPERGROUP)
QUESTION = "Lệ phí là bao nhiêu?"


class Clock:
    """Time that passes when told."""

    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def said(user: User, chat: Chat) -> Message:
    """A message of somebody's."""
    return Message(10, datetime.now(UTC), chat, from_user=user, text="Vì sao?")


def test_everybody_has_their_own() -> None:
    """A question is remembered of whoever asked it, where it was asked."""
    conversations = Conversations()
    conversations.remember(said(LAN, GROUP), [11, 12], QUESTION)
    assert conversations.before(said(LAN, GROUP)) == QUESTION
    assert conversations.before(said(MINH, GROUP)) == ""
    assert conversations.before(said(LAN, OTHER)) == ""


def test_a_question_grows_old() -> None:
    """After its time a question is not only passed over but gone, with the next one that comes."""
    clock = Clock()
    conversations = Conversations(clock)
    conversations.remember(said(LAN, GROUP), [11], QUESTION)
    clock.time += KEPT_S
    assert conversations.before(said(LAN, GROUP)) == QUESTION
    clock.time += 1.0
    assert conversations.before(said(LAN, GROUP)) == ""
    conversations.remember(said(MINH, GROUP), [13], "Ai?")
    clock.time -= 2.0
    assert conversations.before(said(LAN, GROUP)) == ""
    assert conversations.before(said(MINH, GROUP)) == "Ai?"


def test_a_person_is_forgotten() -> None:
    """All that one person asked is forgotten, wherever it was; others' questions are not."""
    conversations = Conversations()
    for chat in (GROUP, OTHER):
        conversations.remember(said(LAN, chat), [11], QUESTION)
    conversations.remember(said(MINH, GROUP), [13], "Ai?")
    conversations.forget(LAN.id)
    assert [conversations.before(said(LAN, chat)) for chat in (GROUP, OTHER)] == ["", ""]
    assert conversations.before(said(MINH, GROUP)) == "Ai?"
