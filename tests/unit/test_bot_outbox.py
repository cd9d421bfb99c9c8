"""Where a message may have gone that nobody confirmed, and what the next process knows of it."""

from pathlib import Path

import pytest
from telegram import Message

from bot import logbook
from bot.logbook import Logbook
from bot.outbox import Outbox


def message(number: int, chat: int = 5) -> Message:
    """A message in a private chat, or in a supergroup where `chat` is negative."""
    kind = "private" if chat > 0 else "supergroup"
    found = Message.de_json(
        {"message_id": number, "date": 1, "chat": {"id": chat, "type": kind}}, None
    )
    assert found is not None
    return found


def reopened(path: Path) -> Outbox:
    """The outbox of the process that comes after one that was killed."""
    outbox = Outbox()
    outbox.open(path)
    return outbox


def test_what_was_not_begun_is_not_doubted(tmp_path: Path) -> None:
    """A question that nobody began to answer is answered without looking for an answer."""
    outbox = reopened(tmp_path / "log")
    outbox.knows(message(1))
    again = reopened(tmp_path / "log")
    again.doubt([message(1)])
    assert again.doubtful(message(1)) == []


def test_what_may_have_arrived(tmp_path: Path) -> None:
    """It is looked for after what was known as it was sent, past all that is something else."""
    outbox = reopened(tmp_path / "log")
    for number in (1, 2, 3):
        outbox.knows(message(number, chat=number))
    outbox.begins(message(1), outbox.newest(message(1)))
    outbox.sent(message(2, chat=2), 5)
    again = reopened(tmp_path / "log")
    again.doubt([message(1)])
    [numbers] = again.doubtful(message(1))
    assert numbers[:3] == [4, 6, 7]
    assert again.doubtful(message(1)) == []


def test_many_that_may_have_arrived(tmp_path: Path) -> None:
    """Of many that were sent at once each is looked for where the last of them may be."""
    outbox = reopened(tmp_path / "log")
    asked = [message(number, chat=number) for number in range(1, 21)]
    for one in asked:
        outbox.knows(one)
    for one in asked:
        outbox.begins(one, 20)
    again = reopened(tmp_path / "log")
    again.doubt(asked)
    assert all(40 in again.doubtful(one)[0] for one in asked)


def test_parts_that_have_arrived(tmp_path: Path) -> None:
    """Of an answer in parts, those that arrived are where they are, and the next one is doubted."""
    outbox = reopened(tmp_path / "log")
    for number in (11, 12):
        outbox.begins(message(10), number - 1)
        outbox.sent(message(10), number)
    outbox.begins(message(10), 12)
    again = reopened(tmp_path / "log")
    again.doubt([message(10)])
    first, second, third = again.doubtful(message(10))
    assert (first, second, third[0]) == ([11], [12], 13)


def test_chats_that_count_by_themselves(tmp_path: Path) -> None:
    """What is known of one supergroup says nothing of another, or of private chats."""
    outbox = reopened(tmp_path / "log")
    outbox.knows(message(7, chat=-1001))
    again = reopened(tmp_path / "log")
    assert again.newest(message(1, chat=-1001)) == 7
    assert again.newest(message(1, chat=-1002)) == 1
    assert again.newest(message(1)) == 1


def test_nobody_is_named_on_the_disk(tmp_path: Path) -> None:
    """Of private chats only the numbers of messages are written down, not whose they are."""
    outbox = reopened(tmp_path / "log")
    outbox.knows(message(7, chat=4242))
    outbox.begins(message(7, chat=4242), 7)
    outbox.sent(message(7, chat=4242), 8)
    assert (tmp_path / "log").read_text() == "k 0 7\nb 0 7 7\ns 0 7 8\n"


def test_a_line_that_was_cut_off(tmp_path: Path) -> None:
    """A line that a full disk cut off is passed over, and what comes next is read again."""
    (tmp_path / "log").write_bytes(b"k 0 7\ns 0 \xff\nk 0\nzz\n\nk 0 9")
    outbox = reopened(tmp_path / "log")
    assert outbox.newest(message(1)) == 9
    outbox.knows(message(11))
    assert reopened(tmp_path / "log").newest(message(1)) == 11


def test_it_stays_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A book that grows too long keeps its newest lines."""
    monkeypatch.setattr(logbook, "_MOST_LINES", 10)
    monkeypatch.setattr(logbook, "_KEPT_LINES", 4)
    book = Logbook()
    book.open(tmp_path / "log")
    for number in range(25):
        book.write("k", number)
    book.close()
    kept = Logbook().open(tmp_path / "log")
    assert len(kept) <= 10
    assert kept[-4:] == [("k", (number,)) for number in (21, 22, 23, 24)]


def test_without_a_disk(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Where nothing can be written, that is said once, and everything goes on in memory."""
    (tmp_path / "log").mkdir()
    outbox = reopened(tmp_path / "log")
    outbox.knows(message(7))
    outbox.sent(message(7), 8)
    assert outbox.newest(message(1)) == 8
    assert caplog.text.count("logbook.failed") == 1
