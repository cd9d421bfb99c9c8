"""What operators do in private: documents, statistics, why a ranking, menus; and nobody else."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.botapi import BotApiServer
from tests.e2e.conftest import assert_discreet
from tests.e2e.operators import ADMINS_ONLY, PRIVATELY, Desk, labels, write_notes
from tests.e2e.papers import where_is
from tests.e2e.processes import PATIENCE_S, BotProcess
from tests.e2e.talking import answer_to, new_person

pytestmark = pytest.mark.asyncio(loop_scope="session")

COMMANDS = ("/reindex", "/lapchimuc", "/tailieu", "/documents", "/thongke", "/kiemtra Ai?", "/why")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[BotApiServer]:
    """A Telegram for this module alone."""
    async with BotApiServer() as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(
    server: BotApiServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Desk]:
    """A bot that keeps the words of questions, and the one of its operators who uses it."""
    person, absent = new_person(server, "Quản trị"), server.add_user("Người vắng")
    bot = BotProcess(
        server,
        tmp_path_factory.mktemp("operators"),
        admins=[person.user.id, absent.id],
        environment={"HOIDAP_RESTRICTED": "nội bộ", "HOIDAP_KEEP_QUESTIONS": "30"},
    )
    write_notes(bot)
    await bot.start()
    yield Desk(server, bot, person)
    assert await bot.stop() == 0, bot.err
    assert_discreet(server, bot)


@pytest.mark.parametrize("command", COMMANDS)
async def test_nobody_else_may(server: BotApiServer, desk: Desk, command: str) -> None:
    """Anybody else is refused wherever they are; an operator in a group is told to come away."""
    stranger = new_person(server)
    assert await stranger.told(command) == ADMINS_ONLY
    group = server.add_group("Nhóm", [stranger.user, desk.person.user])
    for user, expected in ((stranger.user, ADMINS_ONLY), (desk.person.user, PRIVATELY)):
        asked = server.say(group, user, command)
        told = await server.wait_for_message(group, after=asked, timeout=PATIENCE_S)
        assert (told.text, told.reply_to, told.buttons) == (expected, asked, ())


async def test_the_list_is_paged_in_one_message(server: BotApiServer, desk: Desk) -> None:
    """The list shows every document with what is known of it, eight at a time, in one message."""
    page = await desk.page("/tailieu")
    assert page.text.startswith("12 tài liệu · trang 1/2\n\n")
    assert labels(page) == [["1", "2", "3", "4"], ["5", "6", "7", "8"], ["▸"]]
    first = page.text
    await desk.press(page, "▸")
    assert page.text.startswith("12 tài liệu · trang 2/2\n\n")
    assert labels(page)[-1] == ["◂"]
    assert "Sổ quỹ đen\nmat/quy.md · 1 đoạn · 2024-05-06 · #noi bo, mat/" in first + page.text
    assert "goi.zip/trong.txt · 1 đoạn" in first + page.text
    await desk.press(page, "◂")
    assert page.text == first
    assert server.unanswered_callbacks == []


async def test_the_list_is_searched_without_marks(desk: Desk) -> None:
    """Words of a title or an id find documents, with or without their marks; none is said so."""
    page = await desk.page("/tailieu SO GHI dàn")
    assert page.text.startswith("3 tài liệu có “so ghi dan” · trang 1/1")
    assert labels(page) == [["1", "2", "3"]]
    none = await desk.page("/tailieu voi rừng")
    assert none.text.startswith("Không có tài liệu nào có “voi rung” trong tên.")
    assert none.buttons == ()


async def test_a_document_and_its_first_passage(server: BotApiServer, desk: Desk) -> None:
    """A document shows what is known of it; its link opens its first passage, though restricted."""
    page = await desk.page("/tailieu quy den")
    await desk.press(page, "1")
    assert page.text.splitlines() == [
        "Sổ quỹ đen",
        "Tệp: mat/quy.md",
        "Nơi ban hành: Ban quản lý kho",
        "Ngày: 2024-05-06",
        "Nhãn: #noi bo, mat/",
        "1 đoạn",
    ]
    assert labels(page) == [["Mở đoạn đầu", "Bỏ khỏi kho"], ["◂ Danh sách"]]
    url = page.buttons[0][0].url
    assert url is not None
    opened = await desk.person.hear(server.follow(desk.person.user, url))
    assert "tầng hầm thứ ba" in opened.text
    stranger = new_person(server)
    assert "tầng hầm" not in (await stranger.hear(server.follow(stranger.user, url))).text


async def test_a_document_is_removed_and_put_back(server: BotApiServer, desk: Desk) -> None:
    """A removal is confirmed, takes what tells about the file along, and is undone by a button."""
    corpus = desk.bot.corpus / "mat"
    page = await desk.page("/tailieu quy")
    await desk.press(page, "1")
    await desk.press(page, "Bỏ khỏi kho")
    assert page.text.startswith("Bỏ mat/quy.md khỏi kho?")
    await desk.press(page, "Thôi")
    assert page.text.startswith("Sổ quỹ đen")
    await desk.press(page, "Bỏ khỏi kho")
    await desk.press(page, "Bỏ tài liệu này")
    assert page.text.startswith("Đã bỏ mat/quy.md, cất ở ")
    assert list(corpus.iterdir()) == []
    assert labels(page) == [["Hoàn tác", "Lập lại chỉ mục"], ["◂ Danh sách"]]
    listed = await desk.page("/tailieu quy")
    assert "đã bỏ, còn trong chỉ mục cho tới lần lập lại" in listed.text
    await desk.press(listed, "1")
    assert labels(listed) == [["Mở đoạn đầu"], ["◂ Danh sách"]]
    await desk.press(page, "Hoàn tác")
    assert page.text == "Đã đưa mat/quy.md về chỗ cũ."
    assert sorted(path.name for path in corpus.iterdir()) == ["quy.md", "quy.yaml"]
    assert labels(page) == [["◂ Danh sách", "Lập lại chỉ mục"]]


async def test_a_removal_that_was_reindexed_is_undone(server: BotApiServer, desk: Desk) -> None:
    """After a reindex a removed document is answered no more, and after undo and another it is."""
    path = desk.bot.corpus / "kèn-đồng.txt"
    page = await desk.page("/tailieu ken")
    for button in ("1", "Bỏ khỏi kho", "Bỏ tài liệu này"):
        await desk.press(page, button)
    assert not path.exists()
    assert "Thêm 0 · sửa 0 · bỏ 1" in (await desk.reindex_by(page)).text
    assert "gác chuông" not in (await desk.person.answer(where_is("kèn đồng")))[0].text
    await desk.press(page, "Hoàn tác")
    assert page.text == "Đã đưa kèn-đồng.txt về chỗ cũ."
    assert path.exists()
    assert "Thêm 1 · sửa 0 · bỏ 0" in (await desk.reindex_by(page)).text
    assert "gác chuông" in (await desk.person.answer(where_is("kèn đồng")))[0].text


async def test_a_document_in_an_archive_stays(desk: Desk) -> None:
    """What lies in an archive cannot be removed alone, which is said, and there is no button."""
    page = await desk.page("/tailieu trong.txt")
    await desk.press(page, "1")
    assert "nằm trong goi.zip nên không bỏ riêng được" in page.text
    assert labels(page) == [["Mở đoạn đầu"], ["◂ Danh sách"]]


async def test_rights_are_checked_when_a_button_is_pressed(
    server: BotApiServer, desk: Desk
) -> None:
    """A stranger's press of an operator's button does nothing but say so."""
    page = await desk.page("/tailieu đàn bầu")
    await desk.press(page, "1")
    await desk.press(page, "Bỏ khỏi kho")
    before = page.text
    query = server.press(new_person(server).user, page, "Bỏ tài liệu này")
    await server.wait_for_answer(query, PATIENCE_S)
    assert query.text == ADMINS_ONLY
    assert page.text == before
    assert (desk.bot.corpus / "đàn-bầu.txt").exists()


async def test_statistics(server: BotApiServer, desk: Desk) -> None:
    """What was asked is counted by place and outcome, and what was not found is listed."""
    lost = where_is("tù và ốc")
    reader = new_person(server)
    [*_, answer] = await reader.answer(where_is("mõ gỗ"))
    judged = server.press(reader.user, answer, "👍")
    await server.wait_for_answer(judged, PATIENCE_S)
    for _ in range(2):
        await reader.answer(lost)
    group = server.add_group("Nhóm hỏi", [reader.user])
    await answer_to(server, server.say(group, reader.user, f"/hoi {where_is('sáo trúc')}"))
    told = (await desk.page("/thongke")).text
    assert told.startswith("Thống kê\n\n7 ngày qua\n")
    for part in (
        " · không thấy ",
        "riêng",
        "nhóm 1",
        "đánh giá: 👍 1 · 👎 0",
        "chậm nhất: ",
        "Tất cả còn lưu",
        "phút trước",
        "Đang ở trong: 1 nhóm, 0 kênh",
        "Cơ sở dữ liệu ",
        f"Hỏi mà không thấy\n• {lost} (×2)",
    ):
        assert part in told
    assert (await desk.page("/statistics")).text.startswith("Thống kê")


async def test_why_a_ranking(desk: Desk) -> None:
    """The best passages are shown with their scores and words, and why the first is an answer."""
    told = await desk.page(f"/kiemtra {where_is('mõ gỗ')}")
    assert told.text.startswith(f"Vì sao xếp như vậy\n“{where_is('mõ gỗ')}”\nchỉ mục 0000")
    assert "Trả lời: độ tin " in told.text
    assert "\n\n1. Sổ ghi chép về mõ gỗ, đoạn 1\n" in told.text
    assert "có: cái mõ gỗ đang được giữ ở" in told.text
    (table,) = [one for one in told.entities if one.type == "pre"]
    rows = told.entity_text(table).splitlines()
    assert rows[0].split() == ["#", "từ", "nghĩa", "gộp", "nói", "câu", "tin"]
    assert [row.split()[0] for row in rows[1:]] == ["1", "2", "3", "4", "5"]
    assert len({len(row) for row in rows}) == 1


async def test_why_not(desk: Desk) -> None:
    """A question that is not answered says so; one that is missing, or no question, is told how."""
    told = await desk.page("/why Nghị định 13/2023/NĐ-CP quy định gì?")
    assert "Không trả lời: độ tin 0 % chưa đạt ngưỡng " in told.text
    assert "số hiệu hỏi tới: " in told.text
    assert (await desk.page("/kiemtra")).text.startswith("Hãy viết câu hỏi sau lệnh")
    assert (await desk.page("/kiemtra ?!")).text.startswith("Bạn chưa hỏi gì.")


async def test_menus_by_place_and_language(server: BotApiServer, desk: Desk) -> None:
    """Everyone sees the commands that work where they are, in their language, operators theirs."""
    en, vi = new_person(server, "Ann", "en"), new_person(server)
    await server.wait_until(lambda: len(server.calls("setMyShortDescription")) >= 2, PATIENCE_S)
    private = ["hoi", "nguon", "caidat", "riengtu", "xoadulieu", "trogiup"]
    own = ["tailieu", "lapchimuc", "thongke", "kiemtra"]
    assert list(server.menu(vi.user, vi.chat)) == private
    assert list(server.menu(desk.person.user, desk.person.chat)) == [*private, *own]
    assert server.menu(en.user, en.chat)["ask"] == "ask a question"
    group = server.add_group("Nhóm", [vi.user, en.user])
    assert list(server.menu(vi.user, group)) == ["hoi", "nguon", "caidat", "trogiup"]
    assert list(server.menu(en.user, group)) == ["ask", "sources", "help"]
    assert "menu.refused what=commands error=BadRequest" in desk.bot.err
