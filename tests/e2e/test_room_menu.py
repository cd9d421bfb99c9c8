"""Settings in the chat: each one, set by pressing buttons, changes how the bot answers there."""

from datetime import datetime

import pytest

from bot.botapi import BotApiServer, Chat, Message, User
from tests.e2e.papers import FEE_QUESTION, FEE_QUOTE
from tests.e2e.processes import PATIENCE_S, BotProcess
from tests.e2e.room_menus import BACK, Menu, answered, open_menu
from tests.e2e.talking import Person, all_quiet, answer_to, new_person, quotes, said_after

pytestmark = pytest.mark.asyncio(loop_scope="session")

SMALL_TALK = "Tối nay mọi người ăn món gì nhỉ?"
UNSURE_QUESTION = "Mượn sách có mất tiền không?"
"""Answered, with a confidence of less than 80 %."""


@pytest.fixture
def group(server: BotApiServer, lan: Person) -> Chat:
    """A supergroup of Lan's in which the bot sees everything, being an administrator."""
    return server.add_group("Nhóm đọc sách", [lan.user], bot="administrator")


@pytest.fixture
def other(server: BotApiServer, lan: Person) -> Chat:
    """Another one."""
    return server.add_group("Nhóm khác", [lan.user], bot="administrator")


@pytest.fixture
def minh(server: BotApiServer, group: Chat, other: Chat, lan: Person) -> User:
    """Somebody who runs neither."""
    user = new_person(server, "Minh").user
    for chat in (group, other):
        server.set_status(chat, user, "member")
    return user


async def asked(
    server: BotApiServer, chat: Chat, user: User, question: str = FEE_QUESTION
) -> list[Message]:
    """Ask by command and return the answer."""
    return await answer_to(server, server.say(chat, user, f"/hoi {question}"))


def last_line(answer: list[Message]) -> str:
    """Return the footer of an answer."""
    return answer[-1].text.splitlines()[-1]


async def test_the_menu_says_how_things_are(server: BotApiServer, lan: Person, group: Chat) -> None:
    """The menu is a reply to the command, in plain words, and is the only message there is."""
    menu = await open_menu(server, group, lan.user)
    assert menu.message.text == (
        "Cài đặt của nhóm này\n\n"
        "• Khi nào lên tiếng: chỉ khi được gọi\n"
        "• Ngôn ngữ: theo người hỏi\n"
        "• Tài liệu: tất cả (6)\n"
        "• Số đoạn mỗi lần: tự chọn\n"
        "• Giờ yên lặng: không có\n"
        "• Độ chắc chắn: bình thường\n"
        "• Số câu mỗi người: không giới hạn\n\n"
        "Bấm vào mục muốn đổi. Chỉ quản trị viên đổi được."
    )
    assert menu.message.reply_to is not None
    await menu.go("Số đoạn mỗi lần", "2 đoạn", BACK, "Giờ yên lặng", "Giờ khác…", BACK, BACK)
    assert "• Số đoạn mỗi lần: 2 đoạn\n" in menu.message.text
    assert said_after(server, menu.message) == []


async def test_the_language_of_a_group(
    server: BotApiServer, lan: Person, group: Chat, other: Chat, minh: User
) -> None:
    """English set in a group is spoken there to everybody at once, the menu included."""
    menu = await open_menu(server, group, lan.user, command="/settings")
    await menu.go("Ngôn ngữ", "Tiếng Anh (English)")
    assert menu.message.text.startswith("Language\n")
    assert "✅ English" in menu.labels
    assert last_line(await asked(server, group, minh)).startswith("Confidence")
    assert last_line(await asked(server, other, minh)).startswith("Độ tin cậy")
    await menu.go("that of whoever asks")
    assert last_line(await asked(server, group, minh)).startswith("Độ tin cậy")


async def test_how_many_passages(
    server: BotApiServer, lan: Person, group: Chat, other: Chat
) -> None:
    """As many passages as were set are shown at once, there and nowhere else."""
    menu = await open_menu(server, group, lan.user)
    assert len(quotes(await asked(server, group, lan.user))) == 1
    await menu.go("Số đoạn mỗi lần", "3 đoạn")
    assert len(quotes(await asked(server, group, lan.user))) == 3
    assert len(quotes(await asked(server, other, lan.user))) == 1
    await menu.go("tự chọn")
    assert len(quotes(await asked(server, group, lan.user))) == 1


async def test_how_sure_to_be(server: BotApiServer, lan: Person, group: Chat, other: Chat) -> None:
    """A strict group hears of no answer that is not rather sure, but of those that are."""
    usual = last_line(await asked(server, group, lan.user, UNSURE_QUESTION))
    assert usual.startswith("Độ tin cậy ")
    assert int(usual.split()[3]) < 80
    menu = await open_menu(server, group, lan.user)
    await menu.go("Độ chắc chắn", "chặt chẽ")
    [strict, *_] = await asked(server, group, lan.user, UNSURE_QUESTION)
    assert strict.text.startswith("Không tìm thấy")
    assert quotes(await asked(server, group, lan.user))[0] == FEE_QUOTE
    assert last_line(await asked(server, other, lan.user, UNSURE_QUESTION)) == usual


async def test_a_quota(
    server: BotApiServer, lan: Person, group: Chat, other: Chat, minh: User
) -> None:
    """Whoever has used up their questions is told so once, then left without an answer there."""
    menu = await open_menu(server, group, lan.user)
    await menu.go("Số câu mỗi người", "5 câu một ngày")
    for _ in range(5):
        await asked(server, group, minh)
    sixth = server.say(group, minh, f"/hoi {FEE_QUESTION}")
    told = await answered(server, sixth)
    assert told.text == "Bạn đã hỏi 5 câu hôm nay ở đây; mai hãy hỏi tiếp."
    server.say(group, minh, f"/hoi {FEE_QUESTION}")
    await all_quiet(server)
    assert said_after(server, told) == []
    assert quotes(await asked(server, group, lan.user))[0] == FEE_QUOTE
    assert quotes(await asked(server, other, minh))[0] == FEE_QUOTE
    await menu.go("không giới hạn")
    assert quotes(await asked(server, group, minh))[0] == FEE_QUOTE


async def test_speaking_up(
    server: BotApiServer, lan: Person, group: Chat, other: Chat, minh: User
) -> None:
    """Only where it was set does the bot answer what calls nobody, if it is clear and sure."""
    menu = await open_menu(server, group, lan.user)
    before = server.say(group, minh, FEE_QUESTION)
    await all_quiet(server)
    assert said_after(server, before) == []
    await menu.go("Khi nào lên tiếng", "cả khi thấy rõ là câu hỏi")
    assert "⚠️" not in menu.message.text
    elsewhere = server.say(other, minh, FEE_QUESTION)
    unsure = server.say(group, minh, UNSURE_QUESTION)
    talk = server.say(group, minh, SMALL_TALK)
    server.say(group, minh, "Lệ phí làm thẻ bạn đọc là 20.000 đồng một năm.")
    await all_quiet(server)
    assert said_after(server, unsure) == []
    clear = server.say(group, minh, FEE_QUESTION)
    [answer, *_] = await answer_to(server, clear)
    assert answer.reply_to is clear
    assert said_after(server, elsewhere) == []
    assert talk.id < clear.id


async def test_quiet_hours(server: BotApiServer, lan: Person, group: Chat, minh: User) -> None:
    """In quiet hours the bot speaks when called alone, and without a sound."""
    menu = await open_menu(server, group, lan.user)
    await menu.go("Khi nào lên tiếng", "cả khi thấy rõ là câu hỏi", BACK)
    now = datetime.now().astimezone().hour
    begin, end = now, (now + 2) % 24
    await menu.go("Giờ yên lặng", "Giờ khác…", f"{begin:02d}", f"{end:02d}")
    assert f"✅ từ {begin} giờ đến {end} giờ" in menu.labels
    unheard = server.say(group, minh, FEE_QUESTION)
    await all_quiet(server)
    assert said_after(server, unheard) == []
    assert [one.silent for one in await asked(server, group, minh)] == [True]
    begin, end = (now + 12) % 24, (now + 14) % 24
    await menu.go("Giờ khác…", f"{begin:02d}", f"{end:02d}")
    assert [one.silent for one in await asked(server, group, minh)] == [False]
    [answer, *_] = await answer_to(server, server.say(group, minh, FEE_QUESTION))
    assert not answer.silent
    await menu.go("không có")
    assert "✅ không có" in menu.labels


async def test_quiet_hours_by_one_press(server: BotApiServer, lan: Person, group: Chat) -> None:
    """The night and the noon break are one button each."""
    menu = await open_menu(server, group, lan.user)
    await menu.go("Giờ yên lặng", "từ 22 giờ đến 6 giờ", "từ 12 giờ đến 13 giờ", BACK)
    assert "• Giờ yên lặng: từ 12 giờ đến 13 giờ\n" in menu.message.text


async def test_comments_on_posts(server: BotApiServer, lan: Person) -> None:
    """Only a group with a channel has the setting; it has posts that ask commented."""
    group = server.add_group("Bàn luận", [lan.user], bot="administrator")
    channel = server.add_channel("Kênh thư viện", [lan.user], discussion=group)
    menu = await open_menu(server, group, lan.user)
    assert "• Bình luận bài của kênh: không\n" in menu.message.text
    server.post(channel, FEE_QUESTION)
    await all_quiet(server)
    assert said_after(server, menu.message) == []
    await menu.go("Bình luận bài của kênh", "có")
    post = server.post(channel, FEE_QUESTION)
    assert post.mirror is not None
    [comment, *_] = await answer_to(server, post.mirror)
    assert comment.reply_to is post.mirror
    assert quotes([comment])[0] == FEE_QUOTE


async def test_a_group_without_a_channel(server: BotApiServer, lan: Person, group: Chat) -> None:
    """Where no channel is linked nothing about comments can be set, whatever the app sends."""
    menu = await open_menu(server, group, lan.user)
    assert "Bình luận bài của kênh" not in menu.labels
    assert await menu.forge("rm:comments:yes") == (
        "Bảng cài đặt này cũ rồi; hãy gõ /caidat để mở bảng mới."
    )


async def test_a_topic(server: BotApiServer, lan: Person) -> None:
    """A topic follows its group, sets what it likes for itself, and can follow its group again."""
    forum = server.add_group("Diễn đàn", [lan.user], forum=True, bot="administrator")
    cards, books = server.add_topic(forum, "Thẻ"), server.add_topic(forum, "Sách")

    async def passages() -> list[int]:
        counts = []
        for topic in (None, cards, books):
            question = server.say(forum, lan.user, f"/hoi {FEE_QUESTION}", topic=topic)
            counts.append(len(quotes(await answer_to(server, question))))
        return counts

    whole = await open_menu(server, forum, lan.user)
    assert whole.message.text.startswith("Cài đặt của nhóm này\n")
    assert "Chủ đề nào không đặt riêng thì theo những gì ghi ở đây." in whole.message.text
    await whole.go("Số đoạn mỗi lần", "2 đoạn")
    assert await passages() == [2, 2, 2]
    own = await open_menu(server, forum, lan.user, cards)
    assert own.message.topic is cards
    assert "• Số đoạn mỗi lần: 2 đoạn (theo nhóm)\n" in own.message.text
    await own.go("Số đoạn mỗi lần")
    assert "✅ Theo cả nhóm" in own.labels
    await own.go("3 đoạn")
    assert await passages() == [2, 3, 2]
    await whole.go("1 đoạn")
    assert await passages() == [1, 3, 1]
    await own.go("Theo cả nhóm", BACK)
    assert "• Số đoạn mỗi lần: 1 đoạn (theo nhóm)\n" in own.message.text
    assert await passages() == [1, 1, 1]


async def test_in_private(server: BotApiServer, lan: Person) -> None:
    """In private everybody sets, for themselves alone, what makes sense there."""
    hoa = new_person(server, "Hoa")
    menu = await open_menu(server, lan.chat, lan.user)
    assert menu.message.text == (
        "Cài đặt của riêng bạn\n\n"
        "• Ngôn ngữ: theo Telegram của bạn\n"
        "• Tài liệu: tất cả (6)\n"
        "• Số đoạn mỗi lần: tự chọn\n"
        "• Độ chắc chắn: bình thường\n\n"
        "Chỉ có hiệu lực khi bạn hỏi riêng ở đây."
    )
    assert menu.message.reply_to is None
    await menu.go("Số đoạn mỗi lần", "1 đoạn", BACK, "Ngôn ngữ", "Tiếng Anh (English)")
    answer = await lan.answer(FEE_QUESTION)
    assert (len(quotes(answer)), last_line(answer)[:10]) == (1, "Confidence")
    others = await hoa.answer(FEE_QUESTION)
    assert (len(quotes(others)), last_line(others)[:10]) == (3, "Độ tin cậy")


async def test_as_everywhere(server: BotApiServer, lan: Person, group: Chat, other: Chat) -> None:
    """Everything is dropped at once, when asked twice, and only there."""
    for chat in (group, other):
        menu = await open_menu(server, chat, lan.user)
        await menu.go("Số đoạn mỗi lần", "3 đoạn", BACK, "Giờ yên lặng", "từ 22 giờ đến 6 giờ")
        await menu.go(BACK)
    await menu.go("Về như mọi nơi", "Thôi, giữ nguyên")
    assert "• Số đoạn mỗi lần: 3 đoạn\n" in menu.message.text
    await menu.go("Về như mọi nơi", "Đúng, bỏ hết")
    assert "• Số đoạn mỗi lần: tự chọn\n• Giờ yên lặng: không có\n" in menu.message.text
    assert len(quotes(await asked(server, other, lan.user))) == 1
    assert len(quotes(await asked(server, group, lan.user))) == 3


async def test_closing(server: BotApiServer, lan: Person, group: Chat, live: BotProcess) -> None:
    """A closed menu is gone; one too old to be taken away says that it is closed."""
    menu = await open_menu(server, group, lan.user)
    assert await menu.toast("Đóng") == ""
    await server.wait_until(lambda: menu.message.deleted, PATIENCE_S)
    old = await open_menu(server, group, lan.user)
    old.message.age(days=3)
    await old.press("Đóng")
    assert old.message.text == "Đã đóng bảng cài đặt. Gõ /caidat để mở lại."
    assert old.labels == []
    assert live.running


async def test_where_the_bot_does_not_hear(server: BotApiServer, lan: Person) -> None:
    """A group where Telegram hides other people's words is told how to have the bot hear them."""
    deaf = server.add_group("Nhóm kín tiếng", [lan.user])
    menu = await open_menu(server, deaf, lan.user)
    await menu.go("Khi nào lên tiếng")
    assert "⚠️ Hiện Telegram chỉ cho tôi thấy tin nhắn gọi tôi." in menu.message.text


async def test_a_basic_group(server: BotApiServer, lan: Person) -> None:
    """A basic group has the same menu."""
    small = server.add_group("Nhóm nhỏ", [lan.user], supergroup=False)
    menu: Menu = await open_menu(server, small, lan.user)
    await menu.go("Số đoạn mỗi lần", "2 đoạn")
    assert len(quotes(await asked(server, small, lan.user))) == 2
