"""Envelope, encodings, updates, webhooks and files of the Bot API server, through a PTB bot."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from telegram import (
    Bot,
)
from telegram.error import (
    BadRequest,
    Conflict,
    EndPointNotFound,
    InvalidToken,
)

from bot.botapi import BotApiServer, BotApiThread, Chat, User
from bot.botapi.client import bot_for


@pytest.mark.asyncio
async def test_get_me(server: BotApiServer, bot: Bot) -> None:
    """The bot is who the server says, with privacy mode on."""
    me = await bot.get_me()
    assert (me.id, me.username) == (server.bot.id, server.bot.username)
    assert me.can_read_all_group_messages is False


@pytest.mark.asyncio
async def test_wrong_token_and_unknown_method(server: BotApiServer, bot: Bot) -> None:
    """A wrong token is 401, a method that does not exist 404."""
    for token, refusal in [("7000000001:wrong", "Unauthorized"), ("wrong", "Not Found")]:
        other = bot_for(server, token=token)
        with pytest.raises(InvalidToken) as caught:
            await other.initialize()
        assert refusal in str(caught.value.__cause__)
        await other.shutdown()
    with pytest.raises(EndPointNotFound):
        await bot.do_api_request("flyToTheMoon")


@pytest.mark.asyncio
async def test_every_encoding_is_read(server: BotApiServer, chat: Chat) -> None:
    """Query string, form, multipart and JSON bodies mean the same, in any case of the method."""
    url = f"{server.base_url}/bot{server.token}/SendMessage"
    fields = {"chat_id": str(chat.id), "text": "chào"}
    multipart = aiohttp.FormData(fields, default_to_multipart=True)
    async with aiohttp.ClientSession() as session:
        replies = [
            await session.get(url, params=fields),
            await session.post(url, data=fields),
            await session.post(url, data=multipart),
            await session.post(url, json={"chat_id": chat.id, "text": "chào"}),
        ]
        assert [reply.status for reply in replies] == [200] * 4
    assert [message.text for message in server.messages(chat)] == ["chào"] * 4
    assert server.violations == []


@pytest.mark.asyncio
async def test_unknown_parameters_are_recorded(server: BotApiServer, bot: Bot, chat: Chat) -> None:
    """What Telegram ignores without a word is a violation here, and the call goes on."""
    await bot.send_message(chat.id, "x", api_kwargs={"colour": "red"})
    assert server.violations == ["sendMessage: unknown parameter 'colour'"]
    assert server.calls("sendmessage")[0].ok
    server.violations.clear()  # wanted here, so the fixture need not complain


@pytest.mark.asyncio
async def test_updates_are_kept_until_confirmed(
    server: BotApiServer, bot: Bot, chat: Chat, alice: User
) -> None:
    """An update comes again until a higher offset confirms it; a negative one skips to the end."""
    for text in "abc":
        server.say(chat, alice, text)
    first = await bot.get_updates(limit=1)
    assert await bot.get_updates(limit=1) == first
    rest = await bot.get_updates(offset=first[0].update_id + 1)
    assert [u.message.text for u in rest if u.message] == ["b", "c"]
    last = await bot.get_updates(offset=-1)
    assert [u.message.text for u in last if u.message] == ["c"]


@pytest.mark.asyncio
async def test_long_polling_wakes_at_once(
    server: BotApiServer, bot: Bot, chat: Chat, alice: User
) -> None:
    """A waiting poll returns as soon as something is said."""
    poll = asyncio.create_task(bot.get_updates(timeout=10))
    await server.wait_until(lambda: server.calls("getUpdates"))
    server.say(chat, alice, "dậy đi")
    assert [u.message.text for u in await poll if u.message] == ["dậy đi"]


@pytest.mark.asyncio
async def test_two_polls_conflict(server: BotApiServer, bot: Bot) -> None:
    """The poll that was waiting gets the 409 when another instance polls."""
    async with bot_for(server) as other:
        first = asyncio.create_task(bot.get_updates(timeout=10))
        await server.wait_until(lambda: server.calls("getUpdates"))
        second = asyncio.create_task(other.get_updates(timeout=10))
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await first
        server.world.updates.close()
        assert await second == ()


@pytest.mark.asyncio
async def test_files_go_up_and_come_down(
    server: BotApiServer, bot: Bot, chat: Chat, alice: User
) -> None:
    """A user's document is downloaded byte for byte, a bot's one is stored with its caption."""
    server.upload(chat, alice, "tài liệu.txt", b"n\xc3\xb4i dung", caption="đọc nhé")
    message = (await bot.get_updates())[0].message
    assert message is not None
    assert message.document is not None
    assert (message.document.file_name, message.caption) == ("tài liệu.txt", "đọc nhé")
    file = await message.document.get_file()
    assert bytes(await file.download_as_bytearray()) == b"n\xc3\xb4i dung"
    sent = await bot.send_document(
        chat.id, b"xin ch\xc3\xa0o", filename="trả lời.md", caption="<i>đây</i>", parse_mode="HTML"
    )
    stored = chat.messages[sent.message_id]
    assert stored.document is not None
    assert (stored.document.name, stored.document.data) == ("trả lời.md", b"xin ch\xc3\xa0o")
    assert (stored.text, stored.html) == ("đây", "<i>đây</i>")
    with pytest.raises(BadRequest, match=r"^Message caption is too long$"):
        await bot.send_document(chat.id, b"x", caption="x" * 1025)
    with pytest.raises(BadRequest, match=r"(?i)^invalid file_id$"):
        await bot.get_file("nothing")
    assert server.violations == []


@pytest.mark.asyncio
async def test_descriptions(bot: Bot) -> None:
    """Descriptions are kept by language, the common one serving the others."""
    await bot.set_my_description("Trợ lý", language_code="vi")
    await bot.set_my_short_description("Ngắn")
    assert (await bot.get_my_description("vi")).description == "Trợ lý"
    assert (await bot.get_my_short_description("en")).short_description == "Ngắn"


def test_the_server_runs_beside_a_synchronous_test() -> None:
    """In a thread of its own the server serves a test that knows no event loop."""
    with BotApiThread() as api:
        alice = api.do(lambda: api.server.add_user("Alice"))
        chat = api.do(lambda: api.server.private_chat(alice))

        async def send() -> str:
            async with bot_for(api.server) as bot:
                return (await bot.send_message(chat.id, "chào")).text or ""

        assert asyncio.run(send()) == "chào"
        assert api.wait(api.server.wait_for_message(chat)).text == "chào"
