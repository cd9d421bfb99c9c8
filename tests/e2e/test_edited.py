"""Questions that are put otherwise, quote a part of an answer, or come as a caption."""

import pytest

from bot.botapi import BotApiServer, Chat
from tests.e2e.papers import FEE_QUESTION, FEE_QUOTE
from tests.e2e.processes import PATIENCE_S
from tests.e2e.talking import Person, all_quiet, answer_to, quotes, said_after

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOURS_QUESTION = "Thư viện mở cửa từ mấy giờ?"
HOURS = "Thư viện mở cửa từ 7 giờ 30 đến 17 giờ các ngày trong tuần."


@pytest.fixture
def group(server: BotApiServer, lan: Person) -> Chat:
    """A supergroup of Lan's with the bot in it."""
    return server.add_group("Nhóm", [lan.user])


async def test_an_edited_question(server: BotApiServer, lan: Person) -> None:
    """A question that is put otherwise has its answer changed, not a second one."""
    asked = lan.say(FEE_QUESTION)
    [answer] = await answer_to(server, asked)
    server.edit(asked, HOURS_QUESTION)
    await server.wait_until(lambda: answer.text.startswith(HOURS), PATIENCE_S)
    await all_quiet(server)
    assert said_after(server, asked) == [answer]


async def test_a_question_put_otherwise_at_once(server: BotApiServer, lan: Person) -> None:
    """A question that is put otherwise before it is answered has one answer, to its last words."""
    asked = lan.say(FEE_QUESTION)
    server.edit(asked, HOURS_QUESTION)
    answer = await lan.hear(asked)
    await server.wait_until(lambda: answer.text.startswith(HOURS), PATIENCE_S)
    await all_quiet(server)
    assert said_after(server, asked) == [answer]


async def test_an_edited_question_in_a_group(
    server: BotApiServer, lan: Person, group: Chat
) -> None:
    """In a group, too, and the answer stays under its question."""
    asked = server.say(group, lan.user, f"/hoi {FEE_QUESTION}")
    [answer] = await answer_to(server, asked)
    server.edit(asked, f"/hoi {HOURS_QUESTION}")
    await server.wait_until(lambda: answer.text.startswith(HOURS), PATIENCE_S)
    await all_quiet(server)
    assert said_after(server, asked) == [answer]
    assert answer.reply_to is asked


async def test_calling_the_bot_afterwards(server: BotApiServer, lan: Person, group: Chat) -> None:
    """A message that is edited so that it calls the bot is answered; other edits are not."""
    server.world.sees_all_groups = True
    asked = server.say(group, lan.user, FEE_QUESTION)
    other = server.say(group, lan.user, "Chào cả nhà")
    server.edit(other, "Chào cả nhà nhé")
    server.edit(asked, f"{FEE_QUESTION} @hoidap_test_bot")
    answer = await answer_to(server, asked)
    server.world.sees_all_groups = False
    assert quotes(answer) == [FEE_QUOTE]
    assert said_after(server, asked) == answer


async def test_a_marked_part_of_an_answer(server: BotApiServer, lan: Person) -> None:
    """A question about a marked part of an answer is asked of what was marked."""
    answer = (await lan.answer(FEE_QUESTION))[-1]
    marked = server.say(
        lan.chat, lan.user, "bao nhiêu?", reply_to=answer, quote="Lệ phí làm thẻ bạn đọc"
    )
    assert quotes(await answer_to(server, marked))[0] == FEE_QUOTE
    marked = server.say(
        lan.chat, lan.user, "là mấy ngày?", reply_to=answer, quote="Thẻ bị mất được cấp lại"
    )
    [again, *_] = await answer_to(server, marked)
    assert "Thẻ bị mất được cấp lại sau 3 ngày làm việc." in again.text


async def test_a_caption(server: BotApiServer, lan: Person, group: Chat) -> None:
    """A question under a photo is answered, in private and with a command in a group."""
    private = server.send(lan.chat, lan.user, "photo", caption=FEE_QUESTION)
    assert quotes(await answer_to(server, private))[0] == FEE_QUOTE
    in_group = server.send(group, lan.user, "photo", caption=f"@hoidap_test_bot {FEE_QUESTION}")
    answer = await answer_to(server, in_group)
    assert quotes(answer) == [FEE_QUOTE]
    assert answer[0].reply_to is in_group


@pytest.mark.parametrize(
    ("kind", "reply"),
    [("voice", "Tôi chưa nghe được lời nói."), ("sticker", "Tôi chỉ đọc được chữ.")],
)
async def test_no_words(server: BotApiServer, lan: Person, kind: str, reply: str) -> None:
    """A voice message or a sticker is told, kindly, to use words."""
    told = await lan.hear(server.send(lan.chat, lan.user, kind))  # type: ignore[arg-type]
    assert told.text.startswith(reply)
