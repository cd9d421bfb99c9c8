"""The preview's own parts: what a page is told, how texts are sent, what is forgotten."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.botapi import Action, BotApiServer, Content, Draft
from bot.cli import SEED
from bot.preview.cast import Cast
from bot.preview.command import preview_settings
from bot.preview.deeds import MAX_UNITS, Refused, parts_of
from bot.preview.forgetting import MOST_MESSAGES, forget
from bot.preview.view import View
from bot.settings import Settings, Webhook
from bot.texts.preview import EN, VI


@pytest.fixture
async def cast() -> AsyncIterator[Cast]:
    async with BotApiServer(first_number=1_000) as server:
        yield Cast(server)


def settings(folder: Path) -> Settings:
    return Settings(
        folder / "corpus",
        folder / "data",
        None,
        frozenset({42}),
        "vi",
        "https://api.telegram.org",
        token="1:a",
        closed=True,
        watch_minutes=5,
        webhook=Webhook("https://x.vn", "0.0.0.0", 1, "12345678"),  # noqa: S104
    )


def test_the_preview_keeps_to_itself(tmp_path: Path) -> None:
    """Nothing that reaches outside, and no token, is taken over; data lie in a folder apart."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text("Một tài liệu.", encoding="utf-8")
    own = preview_settings(settings(tmp_path), SEED)
    assert own == replace(
        settings(tmp_path),
        data=tmp_path / "data" / "preview",
        token=None,
        admins=frozenset(),
        closed=False,
        watch_minutes=0,
        webhook=None,
        keep_questions_days=30,
        send_rate=own.send_rate,
    )


@pytest.mark.parametrize("makes", [False, True], ids=["missing", "empty"])
def test_without_documents_there_is_the_article(tmp_path: Path, makes: bool) -> None:
    """Where the operator has no documents yet, a copy of the article is used; theirs stay empty."""
    if makes:
        (tmp_path / "corpus").mkdir()
    own = preview_settings(settings(tmp_path), SEED)
    assert own.corpus == tmp_path / "data" / "preview" / "corpus"
    assert {one.name for one in own.corpus.iterdir()} == {one.name for one in SEED.iterdir()}
    (own.corpus / "b.txt").write_text("Đã gửi lên.", encoding="utf-8")
    again = preview_settings(settings(tmp_path), SEED)
    assert (again.corpus / "b.txt").read_text(encoding="utf-8") == "Đã gửi lên."
    assert not any((tmp_path / "corpus").glob("*"))


def test_a_long_text_is_sent_in_parts() -> None:
    """A text over Telegram's limit goes in parts, split at spaces, with nothing lost."""
    text = "chữ 🇻🇳 " * 1_500
    parts = parts_of(text, VI)
    assert len(parts) > 1
    assert " ".join(parts) == text.strip()
    assert all(len(part.encode("utf-16-le")) // 2 <= MAX_UNITS for part in parts)


def test_a_text_without_spaces_is_split_between_letters() -> None:
    """Where there is no space to split at, no letter is cut in two."""
    text = "a" + "𝕏" * 5_000
    assert "".join(parts_of(text, VI)) == text


@pytest.mark.parametrize(("text", "words"), [(" \n", EN.empty), ("a" * 99_999, EN.too_long)])
def test_what_cannot_be_sent_is_told(text: str, words: str) -> None:
    """Nothing, and more than ten messages, are refused in words."""
    with pytest.raises(Refused, match=words):
        parts_of(text, EN)


async def test_a_page_is_told_everything_once(cast: Cast) -> None:
    """First all there is, then nothing, then only the message that changed."""
    view = View(cast, VI)
    first = view.changes()
    assert [room["role"] for room in first["rooms"]] == [
        "Nguyễn Lan · người mới",
        "Lê Hà · người quản lý",
        "Chung",
        "Hỏi đáp thủ tục",
        "kênh",
    ]
    assert [one["service"] for one in first["messages"]] == [
        "Trần Minh mở chủ đề “Hỏi đáp thủ tục”"
    ]
    assert view.changes() == {}
    message = cast.server.say(cast.group, cast.colleague, "xin chào <b>")
    (told,) = view.changes()["messages"]
    assert (told["html"], told["name"], told["edited"]) == (
        "xin chào &lt;b&gt;",
        "Trần Minh",
        False,
    )
    cast.server.edit(message, "chào")
    (told,) = view.changes()["messages"]
    assert (told["text"], told["edited"]) == ("chào", True)
    cast.server.react(cast.newcomer, message, "👍")
    (told,) = view.changes()["messages"]
    assert told["reactions"] == [{"emoji": "👍", "by": [cast.newcomer.id]}]
    cast.server.delete(message)
    assert view.changes() == {"gone": [(told["room"], message.id)]}


async def test_a_topic_has_its_own_messages(cast: Cast) -> None:
    """What is said in a topic is shown there, and not in the General one."""
    view = View(cast, VI)
    view.changes()
    (topic,) = cast.group.topics.values()
    cast.server.say(cast.group, cast.newcomer, "ở đây", topic=topic)
    (told,) = view.changes()["messages"]
    assert told["room"] == f"{cast.group.id}.{topic.id}"


async def test_typing_and_drafts_end_with_the_message(cast: Cast) -> None:
    """What the bot shows while it works is there until it speaks, in that topic alone."""
    view, chat, bot = View(cast, VI), cast.server.private_chat(cast.admin), cast.server.bot
    view.changes()
    chat.actions.append(Action("typing", 0, time.monotonic()))
    chat.drafts.append(Draft(1, 0, Content("<b>sắp", html="<b>sắp", at=time.monotonic())))
    cast.group.actions.append(Action("typing", 2, time.monotonic()))
    rooms = {room["role"]: room for room in view.changes()["rooms"]}
    signs = {role: (room["typing"] is not None, room["draft"]) for role, room in rooms.items()}
    assert signs == {
        "Nguyễn Lan · người mới": (False, None),
        "Lê Hà · người quản lý": (True, "&lt;b&gt;sắp"),
        "Chung": (False, None),
        "Hỏi đáp thủ tục": (True, None),
        "kênh": (False, None),
    }
    cast.server.world.add_message(chat, bot, Content("xong", at=time.monotonic()))
    rooms = {room["role"]: room for room in view.changes()["rooms"]}
    admin = rooms["Lê Hà · người quản lý"]
    assert (admin["typing"], admin["draft"]) == (None, None)


async def test_ids_go_on_from_where_an_earlier_telegram_was(cast: Cast) -> None:
    """No id of a later Telegram has meant anything in an earlier one."""
    async with BotApiServer() as other:
        before = Cast(other)
        earlier = other.start(before.newcomer)
        later = cast.server.start(cast.newcomer)
        assert earlier.id < later.id
        chats = cast.server.world.chats.keys() & other.world.chats.keys()
        assert chats == set()
        assert {one.id for one in cast.server.updates}.isdisjoint(one.id for one in other.updates)


async def test_old_things_are_forgotten(cast: Cast) -> None:
    """However much is said, what is kept has a bound, and it is the newest that stays."""
    server, chat = cast.server, cast.server.private_chat(cast.newcomer)
    for number in range(MOST_MESSAGES + 20):
        server.say(chat, cast.newcomer, f"câu {number}")
        server.inline_query(cast.newcomer, f"câu {number}")
        server.upload(chat, cast.newcomer, "a.txt", b"a")
        forget(server, most_kept=30)
    assert len(chat.messages) == MOST_MESSAGES
    assert len(server.updates) == len(server.world.inline_queries) == 30
    assert len(server.world.files) == 50
    assert server.messages(chat)[-2].text == f"câu {MOST_MESSAGES + 19}"
