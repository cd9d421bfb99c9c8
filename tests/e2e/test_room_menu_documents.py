"""Settings in the chat: which documents a room searches, what stays hidden, and a bad database."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio

from bot.botapi import BotApiServer, Chat, Message, User
from bot.keyboards import CONTEXT
from bot.room_menu.labels import label_key
from tests.e2e.conftest import assert_discreet
from tests.e2e.papers import note, where_is
from tests.e2e.processes import PATIENCE_S, BotProcess
from tests.e2e.room_menus import BACK, Menu, answered, open_menu
from tests.e2e.talking import Person, answer_to, new_person, quotes

pytestmark = pytest.mark.asyncio(loop_scope="session")

HORN, KITE, KEY, SEAL = "kèn đồng", "sáo diều", "chìa khóa kho", "con dấu"
STORE_FAILED = "Chưa đổi được vì cơ sở dữ liệu đang trục trặc. Xin thử lại sau ít phút."


def tagged(tag: str, subject: str, place: str) -> str:
    """Return a document about where `subject` is, with a tag."""
    title, _, text = note(subject, place).partition("\n\n")
    return f"---\ntitle: {title}\ntags: [{tag}]\n---\n{text}\n"


def write_corpus(corpus: Path) -> None:
    """Fill `corpus`: a folder, a tag, a restricted tag, a folder in a restricted one, and more."""
    texts = {
        "nhac/ken.txt": note(HORN, "gác chuông"),
        "dieu.md": tagged("Trò chơi", KITE, "gác xép nhà ông Bảy"),
        "kho.md": tagged("nội bộ", KEY, "ngăn kéo bàn bà Tư"),
        "mat/2025/dau.txt": note(SEAL, "két sắt phòng văn thư"),
        **{f"tap/{n:02d}.md": tagged(f"số {n:02d}", f"cuốn {n}", f"kệ {n}") for n in range(9)},
    }
    for name, text in texts.items():
        (corpus / name).parent.mkdir(parents=True, exist_ok=True)
        (corpus / name).write_text(text, encoding="utf-8")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[BotApiServer]:
    """A Telegram for this module alone."""
    async with BotApiServer() as running:
        yield running


@pytest.fixture(scope="module")
def operator(server: BotApiServer) -> Person:
    """Who runs the bot."""
    return new_person(server, "Quản trị")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def bot(
    server: BotApiServer, operator: Person, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[BotProcess]:
    """A bot with restricted documents."""
    bot = BotProcess(
        server,
        tmp_path_factory.mktemp("documents"),
        admins=[operator.user.id],
        environment={"HOIDAP_RESTRICTED": "nội bộ, mat/"},
    )
    write_corpus(bot.corpus)
    await bot.start()
    yield bot
    assert await bot.stop() == 0, bot.err
    assert_discreet(server, bot)


@pytest.fixture
def lan(bot: BotProcess, server: BotApiServer) -> Person:
    """Somebody new."""
    assert bot.running, bot.err
    return new_person(server)


@pytest.fixture
def group(server: BotApiServer, lan: Person, operator: Person) -> Chat:
    """A group that Lan and the operator run."""
    chat = server.add_group("Nhóm", [lan.user])
    server.set_status(chat, operator.user, "administrator")
    return chat


async def found(server: BotApiServer, chat: Chat, user: User, subject: str) -> bool:
    """Return whether a question about where `subject` is brings the note about it."""
    asked = server.say(chat, user, f"/hoi {where_is(subject)}")
    answer = await answer_to(server, asked)
    return any(quote.startswith(f"Cái {subject} đang") for quote in quotes(answer))


async def listed(server: BotApiServer, chat: Chat, user: User) -> str:
    """Return the documents that are named there on request."""
    return (await answered(server, server.say(chat, user, "/nguon"))).text


def said(message: Message) -> str:
    """Return all that a message has ever shown, buttons included."""
    contents = [message.sent, *message.edits]
    labels = [b.text + (b.data or "") for c in contents for row in c.buttons for b in row]
    return "\n".join([c.text for c in contents] + labels)


async def test_documents_of_a_folder(server: BotApiServer, lan: Person, group: Chat) -> None:
    """A group limited to a folder is answered from it alone, while others search everything."""
    other = server.add_group("Nhóm khác", [lan.user])
    menu = await open_menu(server, group, lan.user)
    assert "• Tài liệu: tất cả (11)\n" in menu.message.text
    await menu.go("Tài liệu", "2/2 ▸", "nhac/ (1)")
    assert "✅ nhac/ (1)" in menu.labels
    assert "• Sổ ghi chép về kèn đồng (nhac/ken.txt)" in await listed(server, group, lan.user)
    assert "sáo diều" not in await listed(server, group, lan.user)
    await menu.go(BACK)
    assert "• Tài liệu: nhac/ (1 tài liệu)\n" in menu.message.text
    assert await found(server, group, lan.user, HORN)
    assert not await found(server, group, lan.user, KITE)
    assert await found(server, other, lan.user, KITE)


async def test_documents_of_a_tag(server: BotApiServer, lan: Person, group: Chat) -> None:
    """A group limited to a tag is answered from its documents; more labels add theirs."""
    menu = await open_menu(server, group, lan.user)
    await menu.go("Tài liệu", "2/2 ▸", "#Trò chơi (1)", BACK)
    assert "• Tài liệu: #Trò chơi (1 tài liệu)\n" in menu.message.text
    assert await found(server, group, lan.user, KITE)
    assert not await found(server, group, lan.user, HORN)
    await menu.go("Tài liệu", "2/2 ▸", "nhac/ (1)")
    assert await found(server, group, lan.user, KITE)
    assert await found(server, group, lan.user, HORN)
    await menu.go("✅ #Trò chơi (1)")
    assert not await found(server, group, lan.user, KITE)
    await menu.go("Tất cả tài liệu")
    assert "✅ Tất cả tài liệu" in menu.labels
    assert await found(server, group, lan.user, KITE)


async def test_documents_in_private(server: BotApiServer, lan: Person) -> None:
    """Who limits their private chat to some documents does so for themselves alone."""
    menu = await open_menu(server, lan.chat, lan.user)
    await menu.go("Tài liệu", "2/2 ▸", "nhac/ (1)")
    assert not await found(server, lan.chat, lan.user, KITE)
    hoa = new_person(server, "Hoa")
    assert await found(server, hoa.chat, hoa.user, KITE)


async def test_restricted_documents_are_hidden(
    server: BotApiServer, lan: Person, group: Chat
) -> None:
    """To whoever does not run the bot nothing of a restricted label is shown or can be pressed."""
    for chat in (group, lan.chat):
        menu = await open_menu(server, chat, lan.user)
        await menu.go("Tài liệu", "2/2 ▸")
        assert await menu.forge("rm:locked") == (
            "Chỉ người vận hành bot mở hay đóng được tài liệu hạn chế."
        )
        for label in ("#noi bo", "mat/", "mat/2025/"):
            for act in "oc+-":
                await menu.forge(f"rm:locked:{act}{label_key(label)}")
                await menu.forge(f"rm:shows:{act}{label_key(label)}")
        for word in ("nội bộ", "mat/", "🔒"):
            assert word not in said(menu.message)
        assert "tất cả (11)" in menu.message.text
        assert not await found(server, chat, lan.user, KEY)
        assert not await found(server, chat, lan.user, SEAL)


async def test_an_operator_opens_restricted_documents(
    server: BotApiServer, lan: Person, operator: Person, group: Chat
) -> None:
    """What an operator opens in a group is answered there, to everybody, and nowhere else."""
    other = server.add_group("Nhóm khác", [lan.user])
    menu = await open_menu(server, group, operator.user)
    await menu.go("Tài liệu", "🔒 Tài liệu hạn chế", "🔒 #nội bộ (1)")
    assert "🔓 #nội bộ (1)" in menu.labels
    assert await found(server, group, lan.user, KEY)
    assert not await found(server, group, lan.user, SEAL)
    assert not await found(server, other, lan.user, KEY)
    assert not await found(server, lan.chat, lan.user, KEY)
    # Others neither close it nor see its name, by resetting all that is theirs.
    own = await open_menu(server, group, lan.user)
    assert "• Tài liệu: tất cả (12)\n" in own.message.text
    await own.go("Về như mọi nơi", "Đúng, bỏ hết")
    assert "nội bộ" not in said(own.message)
    assert await found(server, group, lan.user, KEY)
    await menu.go("🔓 #nội bộ (1)", "✅ #nội bộ (1)")
    assert "🔒 #nội bộ (1)" in menu.labels
    assert not await found(server, group, lan.user, KEY)


async def test_a_button_opens_nothing_restricted(
    server: BotApiServer, lan: Person, operator: Person, group: Chat
) -> None:
    """The button under an operator's answer, pressed from elsewhere by a doctored app, is vain."""
    secret = (await operator.answer(where_is(KEY)))[-1]
    [context] = [b for row in secret.buttons for b in row if (b.data or "").startswith(CONTEXT)]
    assert context.data is not None
    for chat in (lan.chat, group):
        plain = await answered(server, server.say(chat, lan.user, f"/hoi {where_is(HORN)}"))
        for user in (lan.user, operator.user) if chat is group else (lan.user,):
            told = await Menu(server, user, plain).forge(context.data)
            assert told == "Tài liệu này không còn nữa."
        assert "bà Tư" not in said(plain)
    own = Menu(server, operator.user, secret)
    await own.press(context.text)
    assert "bà Tư" in secret.text


async def test_a_group_for_restricted_documents(
    server: BotApiServer, lan: Person, operator: Person, group: Chat
) -> None:
    """An operator can limit a group to what is restricted; others see how many labels, no names."""
    menu = await open_menu(server, group, operator.user)
    await menu.go("Tài liệu", "🔒 Tài liệu hạn chế", "🔒 mat/ (1)", "🔓 mat/ (1)")
    assert await found(server, group, lan.user, SEAL)
    assert not await found(server, group, lan.user, HORN)
    own = await open_menu(server, group, lan.user)
    assert "• Tài liệu: 1 nhãn do người vận hành chọn (1 tài liệu)\n" in own.message.text
    assert "mat/" not in said(own.message)


async def test_an_operator_in_private(server: BotApiServer, operator: Person) -> None:
    """To an operator alone nothing is restricted, and every label can be chosen."""
    menu = await open_menu(server, operator.chat, operator.user)
    assert "• Tài liệu: tất cả (13)\n" in menu.message.text
    await menu.go("Tài liệu", "#nội bộ (1)")
    assert "🔒 Tài liệu hạn chế" not in menu.labels
    assert await found(server, operator.chat, operator.user, KEY)
    assert not await found(server, operator.chat, operator.user, HORN)
    await menu.go("Tất cả tài liệu")


async def test_a_menu_from_before_a_restart(
    server: BotApiServer, bot: BotProcess, lan: Person, group: Chat
) -> None:
    """A menu goes on working, and settings hold, after the bot was started again."""
    menu = await open_menu(server, group, lan.user)
    await menu.go("Số đoạn mỗi lần", "2 đoạn")
    assert await bot.stop() == 0
    await bot.start()
    await menu.go(BACK)
    assert "• Số đoạn mỗi lần: 2 đoạn\n" in menu.message.text
    await menu.go("Số đoạn mỗi lần", "3 đoạn")


async def test_a_database_that_takes_nothing(
    server: BotApiServer, bot: BotProcess, lan: Person, group: Chat
) -> None:
    """A change that cannot be kept is said not to be made; no setting is lost or half made."""
    menu = await open_menu(server, group, lan.user)
    await menu.go("Số đoạn mỗi lần", "2 đoạn", BACK, "Giờ yên lặng", "từ 22 giờ đến 6 giờ", BACK)
    before = menu.message.text
    refuse = (
        "CREATE TRIGGER refuse BEFORE {act} ON room_settings BEGIN SELECT RAISE(ABORT, 'full'); END"
    )
    path = bot.data / "hoidap.sqlite3"
    with closing(sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None)) as database:
        database.execute(refuse.format(act="INSERT"))
        for data in ("rm:passages:5", "rm:quiet:12-13", "rm:quiet:off"):
            assert await menu.forge(data) == STORE_FAILED
        database.execute("DROP TRIGGER refuse")
        database.execute(refuse.format(act="DELETE"))
        assert await menu.forge("rm:reset:yes") == STORE_FAILED
        database.execute("DROP TRIGGER refuse")
    assert menu.message.text == before
    await menu.go("Số đoạn mỗi lần", BACK)
    assert "• Số đoạn mỗi lần: 2 đoạn\n" in menu.message.text
    assert await found(server, group, lan.user, HORN)


async def test_without_a_database(server: BotApiServer, bot: BotProcess, lan: Person) -> None:
    """A bot whose database cannot be opened says that nothing can be set, and goes on answering."""
    path, aside = bot.data / "hoidap.sqlite3", bot.data / "aside.sqlite3"
    assert await bot.stop() == 0
    path.rename(aside)
    path.mkdir()
    await bot.start()
    assert await lan.told("/caidat") == STORE_FAILED
    assert await found(server, lan.chat, lan.user, HORN)
    assert await bot.stop() == 0
    path.rmdir()
    aside.rename(path)
    await bot.start()
