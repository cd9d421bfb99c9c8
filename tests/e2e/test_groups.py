"""The live bot in groups, forums and channels: it speaks when spoken to, in the right place."""

from collections.abc import Iterator

import pytest

from bot.botapi import BotApiServer, Chat, Message
from tests.e2e.papers import FEE_QUESTION, FEE_QUOTE
from tests.e2e.processes import PATIENCE_S, BotProcess
from tests.e2e.talking import (
    Person,
    all_quiet,
    answer_to,
    new_person,
    posted_after,
    quotes,
    said_after,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

USAGE = "Hãy viết câu hỏi sau lệnh, ví dụ: /hoi Đề án 06 là gì?"


@pytest.fixture
def group(server: BotApiServer, lan: Person) -> Chat:
    """A supergroup of Lan's with the bot in it."""
    return server.add_group("Nhóm đọc sách", [lan.user])


@pytest.fixture
def forum(server: BotApiServer, lan: Person) -> Chat:
    """A forum of Lan's with the bot in it."""
    return server.add_group("Diễn đàn", [lan.user], forum=True)


@pytest.fixture(params=[False, True], ids=["privacy on", "privacy off"])
def privacy(server: BotApiServer, request: pytest.FixtureRequest) -> Iterator[bool]:
    """Whether Telegram shows the bot everything said in groups."""
    server.world.sees_all_groups = request.param
    yield request.param
    server.world.sees_all_groups = False


async def assert_answered(server: BotApiServer, asked: Message) -> None:
    """The bot answers with the one quote, as a reply to the question, in its topic."""
    answer = await answer_to(server, asked)
    assert quotes(answer)[0] == FEE_QUOTE
    assert [message.topic for message in answer] == [asked.topic] * len(answer)
    assert answer[0].reply_to is asked


@pytest.mark.parametrize(
    "words",
    [
        f"/hoi {FEE_QUESTION}",
        f"/hoi@hoidap_test_bot {FEE_QUESTION}",
        f"/ASK\n{FEE_QUESTION}",
        f"@hoidap_test_bot {FEE_QUESTION}",
        f"{FEE_QUESTION} @HoiDap_Test_Bot",
    ],
)
async def test_spoken_to_by_name_or_command(
    server: BotApiServer, lan: Person, group: Chat, privacy: bool, words: str
) -> None:
    """A command or a mention is answered as a reply to it, whatever the privacy mode."""
    await assert_answered(server, server.say(group, lan.user, words))


async def test_a_basic_group(server: BotApiServer, lan: Person) -> None:
    """A basic group is answered as a supergroup is."""
    group = server.add_group("Nhóm nhỏ", [lan.user], supergroup=False)
    await assert_answered(server, server.say(group, lan.user, f"/hoi {FEE_QUESTION}"))


async def test_a_reply_to_the_bot_is_a_question(
    server: BotApiServer, lan: Person, group: Chat, privacy: bool
) -> None:
    """Replying to one of the bot's messages asks it."""
    [first, *_] = await answer_to(server, server.say(group, lan.user, f"/hoi {FEE_QUESTION}"))
    await assert_answered(server, server.say(group, lan.user, FEE_QUESTION, reply_to=first))


async def test_talk_among_people(
    server: BotApiServer, lan: Person, group: Chat, privacy: bool
) -> None:
    """What is not for the bot is left alone: talk, replies to people, other bots' commands."""
    minh = new_person(server, "Minh").user
    server.set_status(group, minh, "member")
    talk = server.say(group, lan.user, FEE_QUESTION)
    server.say(group, minh, FEE_QUESTION, reply_to=talk)
    server.say(group, minh, f"/hoi@otherbot {FEE_QUESTION}")
    server.say(group, minh, f"@hoidap_test_bot_2 {FEE_QUESTION}")
    server.say(group, minh, f"nghe nói gõ /hoi {FEE_QUESTION}")
    server.say(group, minh, f"a@hoidap_test_bot.vn {FEE_QUESTION}")
    server.upload(group, minh, "sach.pdf", b"%PDF", caption=FEE_QUESTION)
    await all_quiet(server)
    assert said_after(server, talk) == []


async def test_an_edit_in_a_group(server: BotApiServer, lan: Person, group: Chat) -> None:
    """Editing a message into a question, or a question again, is not answered."""
    asked = server.say(group, lan.user, f"/hoi {FEE_QUESTION}")
    [*_, last] = await answer_to(server, asked)
    server.edit(asked, f"/hoi {FEE_QUESTION} hả")
    await all_quiet(server)
    assert said_after(server, last) == []


async def test_a_reply_to_an_answer_keeps_its_subject(
    server: BotApiServer, group: Chat, lan: Person
) -> None:
    """Anybody who replies to one of the bot's answers asks about what it answered."""
    minh = new_person(server, "Minh").user
    server.set_status(group, minh, "member")
    group_answer = await answer_to(server, server.say(group, lan.user, f"/hoi {FEE_QUESTION}"))
    asked = server.say(group, minh, "Vì sao?", reply_to=group_answer[0])
    answer = await answer_to(server, asked)
    assert answer[0].text.startswith("Hiểu là: “Vì sao Lệ phí làm thẻ bạn đọc?”")
    assert quotes(answer)[0] == FEE_QUOTE


async def test_a_bare_command_as_a_reply(
    server: BotApiServer, lan: Person, group: Chat, privacy: bool
) -> None:
    """A bare /hoi or mention in reply to somebody's message asks what that message says."""
    minh = new_person(server, "Minh").user
    server.set_status(group, minh, "member")
    wondering = server.say(group, minh, FEE_QUESTION)
    for words in ("/hoi", "@hoidap_test_bot"):
        await assert_answered(server, server.say(group, lan.user, words, reply_to=wondering))


async def test_a_bare_command(server: BotApiServer, lan: Person, group: Chat, forum: Chat) -> None:
    """A bare /hoi or mention that replies to nothing is told how to ask, in a topic too."""
    topic = server.add_topic(forum, "Mượn sách")
    for words in ("/hoi", "@hoidap_test_bot"):
        in_group = server.say(group, lan.user, words)
        in_topic = server.say(forum, lan.user, words, topic=topic)
        for bare in (in_group, in_topic):
            told = await server.wait_for_message(bare.chat, after=bare, timeout=PATIENCE_S)
            assert (told.text, told.reply_to, told.topic) == (USAGE, bare, bare.topic)


async def test_the_right_topic(
    server: BotApiServer, lan: Person, forum: Chat, privacy: bool
) -> None:
    """In a forum the answer lands in the topic of the question, General included."""
    cards, books = server.add_topic(forum, "Thẻ"), server.add_topic(forum, "Sách")
    for topic in (cards, None, books):
        asked = server.say(forum, lan.user, f"/hoi {FEE_QUESTION}", topic=topic)
        await assert_answered(server, asked)
    plain = server.say(forum, lan.user, FEE_QUESTION, topic=cards)
    await all_quiet(server)
    assert said_after(server, plain) == []


async def test_a_thread_of_replies_is_no_topic(
    server: BotApiServer, lan: Person, group: Chat
) -> None:
    """In a thread of replies, whose id is no topic's, the answer is a reply all the same."""
    root = server.say(group, lan.user, "Ai biết về thẻ không?")
    asked = server.say(group, lan.user, f"/hoi {FEE_QUESTION}", reply_to=root)
    assert asked.thread_id == root.id
    await assert_answered(server, asked)


async def test_a_question_deleted_meanwhile(server: BotApiServer, lan: Person, group: Chat) -> None:
    """A question that is gone when the answer comes is answered without a reply."""
    asked = server.say(group, lan.user, f"/hoi {FEE_QUESTION}")
    server.delete(asked)
    answer = await answer_to(server, asked)
    assert answer[0].reply_to is None


async def test_a_group_where_the_bot_may_not_write(
    server: BotApiServer, lan: Person, group: Chat
) -> None:
    """A group that the bot was thrown out of, or may not write in, costs it nothing."""
    server.say(group, lan.user, f"/hoi {FEE_QUESTION}")
    server.kick_bot(group)
    muted = server.add_group("Nhóm im lặng", [lan.user])
    muted.muted = True
    server.say(muted, lan.user, f"/hoi {FEE_QUESTION}")
    assert quotes(await lan.answer(FEE_QUESTION))[0] == FEE_QUOTE


async def test_a_channel_post_that_asks(server: BotApiServer, live: BotProcess) -> None:
    """/hoi in a post is answered in the channel, under the post."""
    channel = server.add_channel("Kênh thư viện")
    post = server.post(channel, f"/hoi {FEE_QUESTION}")
    answer = await server.wait_for_message(channel, after=post, timeout=PATIENCE_S)
    assert quotes([answer])[0] == FEE_QUOTE
    assert answer.reply_to is post
    bare = server.post(channel, "/hoi@hoidap_test_bot")
    assert (await server.wait_for_message(channel, after=bare, timeout=PATIENCE_S)).text == USAGE
    assert live.running


async def test_other_channel_posts(server: BotApiServer, live: BotProcess) -> None:
    """Posts that do not ask the bot, and edits of posts, are left alone."""
    channel = server.add_channel("Kênh tin")
    first = server.post(channel, FEE_QUESTION)
    silent = [
        first,
        server.post(channel, f"/hoi@otherbot {FEE_QUESTION}"),
        server.post(channel, f"/hoidap {FEE_QUESTION}"),
        server.post(channel, f"Gõ /hoi {FEE_QUESTION}"),
        server.post(channel, f"@hoidap_test_bot {FEE_QUESTION}"),
        server.post(channel, "/reindex"),
    ]
    await all_quiet(server)
    server.edit(first, f"/hoi {FEE_QUESTION}")
    await all_quiet(server)
    assert posted_after(server, first) == silent[1:]
    assert live.running
