"""Settings in the chat: who may open the menu and press it, and menus that are old or gone."""

from pathlib import Path

import pytest
import telegram

from bot.access import Access
from bot.botapi import BadRequest, BotApiServer, Chat, DropAfter, User
from bot.settings import Settings
from tests.e2e.processes import PATIENCE_S, BotProcess
from tests.e2e.room_menus import BACK, Menu, answered, open_menu
from tests.e2e.talking import Person, new_person, said_after

pytestmark = pytest.mark.asyncio(loop_scope="session")

REFUSED = "Chỉ quản trị viên của nhóm đổi được cài đặt ở đây."
OLD = "Bảng cài đặt này cũ rồi; hãy gõ /caidat để mở bảng mới."


@pytest.fixture
def group(server: BotApiServer, lan: Person) -> Chat:
    """A supergroup of Lan's with the bot in it."""
    return server.add_group("Nhóm", [lan.user])


@pytest.fixture
def minh(server: BotApiServer, group: Chat) -> User:
    """A member of it who does not run it."""
    user = new_person(server, "Minh").user
    server.set_status(group, user, "member")
    return user


async def test_a_member_is_refused(
    server: BotApiServer, lan: Person, group: Chat, minh: User
) -> None:
    """Who does not run a group can neither open its menu nor press one that stands there."""
    told = await answered(server, server.say(group, minh, "/caidat"))
    assert (told.text, told.buttons) == (REFUSED, ())
    menu = await open_menu(server, group, lan.user)
    await menu.go("Số đoạn mỗi lần")
    before = menu.message.text
    assert await menu.toast("2 đoạn", by=minh) == REFUSED
    assert await menu.toast(BACK, by=minh) == REFUSED
    assert await menu.forge("rm:close", by=minh) == REFUSED
    assert (menu.message.text, menu.message.deleted) == (before, False)
    await menu.go(BACK)
    assert "• Số đoạn mỗi lần: tự chọn\n" in menu.message.text


async def test_another_administrator_may_press(
    server: BotApiServer, lan: Person, group: Chat
) -> None:
    """A menu that one administrator opened obeys every other one, in the group's own wording."""
    anne = new_person(server, "Anne", "en").user
    server.set_status(group, anne, "administrator")
    menu = await open_menu(server, group, lan.user)
    assert await menu.press("Số đoạn mỗi lần", by=anne) == ""
    assert menu.message.text.startswith("Passages at once\n")
    assert await menu.press("2", by=anne) == "Changed."


async def test_an_anonymous_administrator(server: BotApiServer, lan: Person, group: Chat) -> None:
    """Who writes as the group itself runs it."""
    hoa = new_person(server, "Hoa").user
    server.set_status(group, hoa, "administrator", anonymous=True)
    menu = await open_menu(server, group, hoa)
    assert await menu.press("Số đoạn mỗi lần") == ""
    assert await menu.press("2 đoạn") == "Đã đổi."


async def test_in_the_name_of_a_channel(server: BotApiServer, lan: Person, group: Chat) -> None:
    """Who writes in the name of a channel, the linked one too, is asked to write as themselves."""
    channel = server.add_channel("Kênh", [lan.user], discussion=group)
    told = await answered(server, server.say(group, lan.user, "/caidat", as_channel=channel))
    assert told.text.startswith(REFUSED)
    assert "hãy viết bằng tên của mình" in told.text


async def test_a_post_is_no_command(server: BotApiServer, lan: Person, group: Chat) -> None:
    """A post that says /caidat opens no menu, neither in its channel nor where it is forwarded."""
    channel = server.add_channel("Kênh", [lan.user], discussion=group)
    post = server.post(channel, "/caidat")
    assert post.mirror is not None
    menu = await open_menu(server, group, lan.user)
    assert said_after(server, post.mirror) == [menu.message]


async def test_rights_that_cannot_be_found_out(
    server: BotApiServer, lan: Person, group: Chat
) -> None:
    """When Telegram does not say whether somebody runs a group, nothing is granted."""
    server.faults.add("getChatMember", BadRequest("user not found"))
    told = await answered(server, server.say(group, lan.user, "/caidat"))
    assert told.text == REFUSED
    assert (await open_menu(server, group, lan.user)).labels


async def test_rights_that_were_lost(
    server: BotApiServer, lan: Person, group: Chat, tmp_path: Path
) -> None:
    """Whoever loses their rights is refused after a minute, for which they are kept."""
    settings = Settings(tmp_path, tmp_path, None, frozenset(), "vi", server.base_url)
    clock = [1_000.0]
    access = Access(settings, None, now=lambda: clock[0])
    minh = new_person(server, "Minh").user
    server.set_status(group, minh, "administrator")
    async with telegram.Bot(server.token, base_url=f"{server.base_url}/bot") as bot:
        chat = telegram.Chat(group.id, group.type)
        chat.set_bot(bot)
        user = telegram.User(minh.id, minh.first_name, is_bot=False)
        assert await access.is_chat_admin(chat, user)
        server.set_status(group, minh, "member")
        clock[0] += 59
        assert await access.is_chat_admin(chat, user)
        clock[0] += 2
        assert not await access.is_chat_admin(chat, user)
        server.set_status(group, minh, "administrator")
        clock[0] += 61
        assert await access.is_chat_admin(chat, user)


async def test_pressing_twice(server: BotApiServer, lan: Person, group: Chat) -> None:
    """The same button pressed again, or several at once, is answered and does what it says once."""
    menu = await open_menu(server, group, lan.user)
    await menu.go("Số đoạn mỗi lần")
    presses = [server.press(lan.user, menu.message, f"{n} đoạn") for n in (1, 2, 3, 3)]
    for query in presses:
        await server.wait_for_answer(query, PATIENCE_S)
    assert [query.text for query in presses] == ["Đã đổi."] * 4
    await server.wait_until(lambda: any("✅" in one for one in menu.labels), PATIENCE_S)
    assert await menu.forge("rm:passages:2") == "Đã đổi."
    await server.wait_until(lambda: "✅ 2 đoạn" in menu.labels, PATIENCE_S)
    # Already so: there is nothing to edit, and that is fine.
    assert await menu.forge("rm:passages:2") == "Đã đổi."
    await menu.go(BACK)
    assert "• Số đoạn mỗi lần: 2 đoạn\n" in menu.message.text


async def test_a_menu_that_was_deleted(server: BotApiServer, lan: Person, group: Chat) -> None:
    """A press that comes from a deleted menu is told to open another, and changes nothing."""
    menu = await open_menu(server, group, lan.user)
    await menu.go("Số đoạn mỗi lần")
    server.delete(menu.message)
    assert await menu.forge("rm:passages:4") == OLD
    anew = await open_menu(server, group, lan.user)
    assert "• Số đoạn mỗi lần: tự chọn\n" in anew.message.text


async def test_buttons_of_another_version(server: BotApiServer, lan: Person, group: Chat) -> None:
    """Data that no button has is answered, changes nothing, and leads back to a menu that works."""
    menu = await open_menu(server, group, lan.user)
    await menu.go("Số đoạn mỗi lần")
    for data in ("rm:", "rm:colour:red", "rm:passages:9", "rm:quiet:99-1", "rm:a:b:c:d"):
        assert await menu.forge(data) == OLD
    assert (
        await menu.forge("rm:shows:+AAAAAAAA") == "Nhãn này không còn nữa; bảng vừa được làm mới."
    )
    assert (await open_menu(server, group, lan.user)).message.text.count("tự chọn") == 1


async def test_a_fault_while_the_menu_is_edited(
    server: BotApiServer, lan: Person, group: Chat
) -> None:
    """A reply of Telegram's that is lost costs neither the change nor the menu."""
    menu = await open_menu(server, group, lan.user)
    await menu.go("Số đoạn mỗi lần")
    server.faults.add("editMessageText", DropAfter())
    await menu.go("5 đoạn", BACK)
    assert "• Số đoạn mỗi lần: 5 đoạn\n" in menu.message.text


async def test_a_group_that_became_a_supergroup(
    server: BotApiServer, lan: Person, live: BotProcess
) -> None:
    """A menu left behind by a move says that it is old; a new one works in the new place."""
    small = server.add_group("Nhóm nhỏ", [lan.user], supergroup=False)
    menu = await open_menu(server, small, lan.user)
    large = server.migrate(small)
    assert await menu.toast("Số đoạn mỗi lần") == OLD
    anew: Menu = await open_menu(server, large, lan.user)
    await anew.go("Số đoạn mỗi lần", "2 đoạn")
    assert live.running
