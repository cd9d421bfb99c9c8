"""The buttons under answers: other passages, context, source, copying, links, and opinions."""

from urllib.parse import parse_qs, urlsplit

import pytest

from bot.botapi import BotApiServer, Button, Chat, Message
from tests.e2e.papers import FEE_QUESTION, FEE_QUOTE, FEE_SENTENCE, LIBRARY_TITLE
from tests.e2e.processes import PATIENCE_S
from tests.e2e.talking import Person, answer_to, new_person, quotes, said_after, shown

pytestmark = pytest.mark.asyncio(loop_scope="session")

OPENING = "Thư viện mở cửa từ 7 giờ 30 đến 17 giờ"


def buttons(message: Message) -> dict[str, Button]:
    """Return the buttons under a message by what is written on them."""
    return {button.text: button for row in message.buttons for button in row}


async def pressed(person: Person, message: Message, label: str) -> Message:
    """Press a button and return the message, as it is once the press was answered."""
    query = person.server.press(person.user, message, label)
    await person.server.wait_until(lambda: query.answered, PATIENCE_S)
    return message


@pytest.fixture
def group(server: BotApiServer, lan: Person) -> Chat:
    """A supergroup of Lan's with the bot in it."""
    return server.add_group("Nhóm", [lan.user])


async def test_the_answer_comes_first(lan: Person) -> None:
    """An answer begins with its sentence in bold, then the quote, folded, with it marked."""
    [answer, *_] = await lan.answer(FEE_QUESTION)
    assert answer.text.startswith(f"{FEE_SENTENCE}\n\n{FEE_QUOTE}")
    assert shown(answer, "bold")[:2] == [FEE_SENTENCE, FEE_SENTENCE]
    assert LIBRARY_TITLE in answer.text


async def test_other_passages_one_by_one(lan: Person) -> None:
    """The next passages take the answer's place, and leafing back brings the sentence again."""
    answer = (await lan.answer(FEE_QUESTION))[-1]
    assert "◂ Trước" not in buttons(answer)
    await pressed(lan, answer, "Đoạn khác ▸")
    assert answer.text.startswith("Đoạn 2/")
    assert FEE_QUOTE not in answer.text
    await pressed(lan, answer, "◂ Trước")
    assert answer.text.startswith("Đoạn 1/")
    assert shown(answer, "bold")[0] == FEE_SENTENCE
    assert quotes([answer]) == [FEE_QUOTE]


async def test_in_context(lan: Person) -> None:
    """A passage is shown between its neighbours, under its heading, and back again."""
    answer = (await lan.answer(FEE_QUESTION))[-1]
    await pressed(lan, answer, "Xem ngữ cảnh")
    assert shown(answer, "bold") == ["Thẻ bạn đọc"]
    assert OPENING in answer.text
    assert quotes([answer]) == [FEE_QUOTE]
    await pressed(lan, answer, "◂ Quay lại")
    assert OPENING not in answer.text
    assert quotes([answer]) == [FEE_QUOTE]


async def test_source_and_copying(lan: Person) -> None:
    """One button opens the source, another copies the sentence with its place."""
    under = buttons((await lan.answer(FEE_QUESTION))[-1])
    assert under["Mở nguồn"].url == "https://thuvien.example.vn/quy-che?ban=1&trang=2"
    copied = under["Chép trích dẫn"].copy_text
    assert copied is not None
    assert copied.startswith(f"“{FEE_SENTENCE}” — {LIBRARY_TITLE}")


async def test_opinions(lan: Person) -> None:
    """An opinion is thanked for, and the same again takes it back."""
    answer = (await lan.answer(FEE_QUESTION))[-1]
    for label, thanks in (("👍", "Cảm ơn bạn!"), ("👎", "Cảm ơn bạn!"), ("👎", "Đã bỏ đánh giá.")):
        query = lan.server.press(lan.user, answer, label)
        await lan.server.wait_for_answer(query, PATIENCE_S)
        assert query.text == thanks


async def test_a_group_answer_can_be_checked_in_private(
    server: BotApiServer, lan: Person, group: Chat
) -> None:
    """A group's answer is one short message, and its link opens the passage for anybody."""
    asked = server.say(group, lan.user, f"/hoi {FEE_QUESTION}")
    [answer] = await answer_to(server, asked)
    minh = new_person(server, "Minh")
    url = buttons(answer)["Xem riêng"].url
    assert url is not None
    assert set(parse_qs(urlsplit(url).query)) == {"start"}
    shown_to = await minh.hear(server.follow(minh.user, url))
    assert quotes([shown_to]) == [FEE_QUOTE]
    assert OPENING in shown_to.text
    assert LIBRARY_TITLE in shown_to.text


async def test_a_channel_answer_has_links_alone(server: BotApiServer, lan: Person) -> None:
    """Under a channel's answer there is nothing to press but links."""
    channel = server.add_channel("Kênh")
    post = server.post(channel, f"/hoi {FEE_QUESTION}")
    answer = await server.wait_for_message(channel, after=post, timeout=PATIENCE_S)
    assert set(buttons(answer)) == {"Xem riêng", "Mở nguồn"}
    assert all(button.url for button in buttons(answer).values())


async def test_anybody_leafs_in_a_group(server: BotApiServer, lan: Person, group: Chat) -> None:
    """Whoever sees a group's answer may leaf through it; it stays one message."""
    minh = new_person(server, "Minh")
    server.set_status(group, minh.user, "member")
    asked = server.say(group, lan.user, f"/hoi {FEE_QUESTION}")
    [answer] = await answer_to(server, asked)
    await pressed(minh, answer, "Đoạn khác ▸")
    assert answer.text.startswith("Đoạn 2/")
    assert said_after(server, asked) == [answer]


async def test_a_link_to_nowhere(server: BotApiServer, lan: Person) -> None:
    """A link to a document that is not there is said to be so, and a strange one greets."""
    for payload, reply in ((f"p{'A' * 20}3", "Tài liệu này không còn nữa."), ("xyz", "Chào bạn!")):
        told = await lan.hear(server.start(lan.user, payload))
        assert told.text.startswith(reply)
