"""The live bot's reader: buttons that open the exact place, beside a webhook and while polling."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from lxml import html

from bot.botapi import BotApiServer, Message
from bot.reader_links import KEY_FILE
from tests.e2e.conftest import assert_discreet
from tests.e2e.papers import FEE_QUESTION, FEE_QUOTE, FEE_SENTENCE, write_papers
from tests.e2e.processes import PATIENCE_S, BotProcess
from tests.e2e.talking import Person, answer_to, new_person, quotes

pytestmark = pytest.mark.asyncio(loop_scope="session")

CALL = "@hoidap_test_bot"
READ = "📖 Mở trong tài liệu"
SECRET_QUESTION = "Phụ cấp trực đêm của tổ bảo vệ là bao nhiêu?"
SECRET = "Phụ cấp trực đêm của tổ bảo vệ là 150.000 đồng một đêm."
PREFIX = "/hoidap"


@dataclass(frozen=True)
class Read:
    """A bot with a reader, its operator, and where both listen."""

    server: BotApiServer
    bot: BotProcess
    operator: Person
    root: str


async def opened(address: str) -> tuple[int, html.HtmlElement]:
    """Open an address as a browser does; return the status and the page."""
    async with aiohttp.ClientSession() as session, session.get(address) as response:
        return response.status, html.fromstring(await response.text())


def address_of(message: Message) -> str | None:
    """Where the button that opens the reader leads; None where there is none."""
    urls = [one.url for row in message.buttons for one in row if one.text == READ]
    assert len(urls) <= 1
    return urls[0] if urls else None


async def assert_opens(message: Message, quote: str) -> str:
    """The button opens a page on which exactly the quote is highlighted; return its address."""
    address = address_of(message)
    assert address is not None
    status, page = await opened(address)
    assert status == 200
    [passage] = page.xpath("//*[@id='passage']")
    assert passage.text_content() == quote
    assert address.endswith("#passage")
    return address


def bot_with_reader(
    server: BotApiServer, folder: Path, operator: Person, port: int, **more: str
) -> BotProcess:
    """A bot with a reader at a port, an operator, and a restricted document."""
    bot = BotProcess(
        server,
        folder,
        admins=[operator.user.id],
        environment={
            "HOIDAP_LISTEN": f"127.0.0.1:{port}",
            "HOIDAP_PUBLIC_URL": f"http://127.0.0.1:{port}{PREFIX}",
            "HOIDAP_RESTRICTED": "mat/",
            **more,
        },
    )
    write_papers(bot.corpus)
    (bot.corpus / "mat").mkdir()
    (bot.corpus / "mat" / "phu-cap.md").write_text(f"# Phụ cấp\n\n{SECRET}\n", encoding="utf-8")
    return bot


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[BotApiServer]:
    """A Telegram for the bot that polls."""
    async with BotApiServer() as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def polling(
    server: BotApiServer,
    tmp_path_factory: pytest.TempPathFactory,
    unused_tcp_port_factory: Callable[[], int],
) -> AsyncIterator[Read]:
    """A bot that polls, open to all but for one document."""
    port, operator = unused_tcp_port_factory(), new_person(server, "Quản trị")
    bot = bot_with_reader(server, tmp_path_factory.mktemp("polling"), operator, port)
    await bot.start()
    yield Read(server, bot, operator, f"http://127.0.0.1:{port}{PREFIX}")
    assert await bot.stop() == 0, bot.err
    assert_discreet(server, bot)
    assert "&s=" not in bot.err
    assert "?s=" not in bot.err


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def closed(
    tmp_path_factory: pytest.TempPathFactory, unused_tcp_port_factory: Callable[[], int]
) -> AsyncIterator[Read]:
    """A bot by webhook that only its operator may ask."""
    async with BotApiServer() as server:
        port, operator = unused_tcp_port_factory(), new_person(server, "Quản trị")
        bot = bot_with_reader(
            server,
            tmp_path_factory.mktemp("closed"),
            operator,
            port,
            HOIDAP_ACCESS="closed",
            HOIDAP_WEBHOOK_URL=f"http://127.0.0.1:{port}/telegram",
            HOIDAP_WEBHOOK_SECRET="s3cret-word",
        )
        await bot.launch()
        await server.wait_until(lambda: bool(server.calls("setWebhook")), PATIENCE_S)
        yield Read(server, bot, operator, f"http://127.0.0.1:{port}{PREFIX}")
        assert await bot.stop() == 0, bot.err
        assert server.violations == []


async def test_in_private(polling: Read) -> None:
    """An answer's button opens the quote with its sentence marked, unsigned, for anybody."""
    lan = new_person(polling.server)
    answer = (await lan.answer(FEE_QUESTION))[-1]
    assert quotes([answer])[0] == FEE_QUOTE
    address = await assert_opens(answer, FEE_QUOTE)
    assert address.startswith(f"{polling.root}/r/p")
    assert "s=" not in address
    _, page = await opened(address)
    assert [one.text_content() for one in page.xpath("//mark")] == [FEE_SENTENCE]


async def test_other_pages_of_an_answer(polling: Read) -> None:
    """Leafing, and a passage in its context, open the passage that is shown then."""
    server, lan = polling.server, new_person(polling.server)
    answer = (await lan.answer(FEE_QUESTION))[-1]
    seen = len(answer.edits)
    server.press(lan.user, answer, "Đoạn khác ▸")
    await server.wait_for_edit(answer, seen=seen, timeout=PATIENCE_S)
    await assert_opens(answer, quotes([answer])[0])
    seen = len(answer.edits)
    server.press(lan.user, answer, "Xem ngữ cảnh")
    await server.wait_for_edit(answer, seen=seen, timeout=PATIENCE_S)
    await assert_opens(answer, quotes([answer])[0])


async def test_in_groups_and_channels(polling: Read) -> None:
    """In groups and channels the button takes the place of the source's, and opens the quote."""
    server, lan = polling.server, new_person(polling.server)
    group = server.add_group("Nhóm", [lan.user])
    [answer] = await answer_to(server, server.say(group, lan.user, f"{CALL} {FEE_QUESTION}"))
    await assert_opens(answer, FEE_QUOTE)
    assert [[one.text for one in row] for row in answer.buttons] == [
        ["Đoạn khác ▸", "Xem riêng"],
        [READ, "👍", "👎"],
    ]
    channel = server.add_channel("Kênh")
    post = server.post(channel, f"/hoi {FEE_QUESTION}")
    said = await server.wait_for_message(channel, after=post, timeout=PATIENCE_S)
    await assert_opens(said, FEE_QUOTE)
    assert [[one.text for one in row] for row in said.buttons] == [["Xem riêng", READ]]


async def test_in_other_chats(polling: Read) -> None:
    """What is chosen inline or said as a guest has the button, too; it opens without signature."""
    server, lan = polling.server, new_person(polling.server)
    query = server.inline_query(lan.user, FEE_QUESTION)
    await server.wait_for_answer(query, PATIENCE_S)
    friends = server.add_dialogue(lan.user, new_person(server, "Minh").user)
    said = server.choose(query, query.results[0]["id"], friends)
    assert "s=" not in await assert_opens(said, FEE_QUOTE)
    foreign = server.add_group("Nhóm lạ", [lan.user], bot="left")
    guest = server.guest_query(server.say(foreign, lan.user, f"{CALL} {FEE_QUESTION}"))
    assert guest is not None
    await server.wait_for_answer(guest, PATIENCE_S)
    assert guest.reply is not None
    await assert_opens(guest.reply, FEE_QUOTE)


async def test_a_restricted_document(polling: Read) -> None:
    """Whoever was shown a restricted document can read it; who has no signature cannot."""
    answer = (await polling.operator.answer(SECRET_QUESTION))[-1]
    address = await assert_opens(answer, SECRET)
    unsigned = address.partition("s=")[0].rstrip("&?")
    assert unsigned != address
    status, page = await opened(unsigned)
    assert (status, page.xpath("//*[@id='passage']")) == (403, [])
    found, page = await opened(f"{polling.root}/search?q={SECRET_QUESTION}")
    assert found == 200
    assert "150.000" not in page.text_content()
    assert (polling.bot.data / KEY_FILE).stat().st_mode & 0o777 == 0o600


async def test_a_closed_bot_beside_its_webhook(closed: Read) -> None:
    """By webhook, at one address with the reader: those let in are led to what they were shown."""
    answer = (await closed.operator.answer(FEE_QUESTION))[-1]
    address = await assert_opens(answer, FEE_QUOTE)
    for path in (address.partition("?")[0], f"{closed.root}/search?q=a"):
        assert (await opened(path))[0] == 403
    telegram = closed.root.removesuffix(PREFIX) + "/telegram"
    async with aiohttp.ClientSession() as session:
        async with session.post(telegram, json={"update_id": 1}) as refused:
            assert refused.status == 403
        async with session.get(telegram) as read:
            assert read.status == 405


async def test_nothing_signed_goes_to_unknown_chats(closed: Read) -> None:
    """What is sent inline to a chat that the bot does not know opens nothing of a closed bot."""
    server, operator = closed.server, closed.operator
    query = server.inline_query(operator.user, FEE_QUESTION)
    await server.wait_for_answer(query, PATIENCE_S)
    friends = server.add_dialogue(operator.user, new_person(server, "Minh").user)
    said = server.choose(query, query.results[0]["id"], friends)
    assert quotes([said]) == [FEE_QUOTE]
    assert address_of(said) is None


async def test_links_outlive_the_bot(closed: Read) -> None:
    """A signed link that was given before a restart opens the same after it."""
    answer = (await closed.operator.answer(FEE_QUESTION))[-1]
    address = await assert_opens(answer, FEE_QUOTE)
    assert await closed.bot.stop() == 0, closed.bot.err
    before = len(closed.server.calls("setWebhook"))
    await closed.bot.launch()
    await closed.server.wait_until(
        lambda: len(closed.server.calls("setWebhook")) > before, PATIENCE_S
    )
    assert (await opened(address))[0] == 200
    printed = closed.bot.err + closed.bot.out
    assert address.partition("s=")[2].partition("#")[0] not in printed
