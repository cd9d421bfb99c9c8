"""What goes to Telegram for an answer, field by field."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from telegram import Message
from telegram.error import NetworkError
from telegram.ext import ExtBot
from telegram.request import BaseRequest, RequestData

from bot.buttons import Button
from bot.sending import Sender

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.filterwarnings("ignore:Please use 'Bot.sendMessage'"),
]

PRIVATE = {"id": 5, "type": "private", "first_name": "Lan"}
BASIC = {"id": -7, "type": "group", "title": "Nhóm"}
GROUP = {"id": -1007, "type": "supergroup", "title": "Nhóm"}
CHANNEL = {"id": -1009, "type": "channel", "title": "Kênh"}
OLD, NEW = {**BASIC, "id": -77}, -10_077
TOPIC = {"message_thread_id": 4, "is_topic_message": True}


class Wire(BaseRequest):
    """Takes down what is sent; the group `OLD` has become `NEW`."""

    read_timeout = 5.0

    def __init__(self) -> None:
        self.sent: list[Mapping[str, object]] = []

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        """Note the parameters; say that it has number 99, or where the group is now."""
        assert url.endswith("/sendMessage") and request_data is not None
        self.sent.append(request_data.parameters)
        if request_data.parameters["chat_id"] == OLD["id"]:
            moved = {"parameters": {"migrate_to_chat_id": NEW}, "description": "upgraded"}
            return 400, json.dumps({"ok": False, "error_code": 400, **moved}).encode()
        return 200, json.dumps({"ok": True, "result": {"message_id": 99}}).encode()


async def sent_for(
    chat: Mapping[str, object], more: Mapping[str, object], **how: Any
) -> list[Mapping[str, object]]:
    """Answer a message in a chat; return what was sent."""
    wire, sender = Wire(), Sender()
    bot: ExtBot[None] = ExtBot("1:a", request=wire, get_updates_request=Wire())
    message = Message.de_json({"message_id": 7, "date": 1, "chat": dict(chat), **more}, bot)
    sender.outbox.knows(message)
    assert await sender.reply(message, ["<b>Đây</b>"], **how) == [99]
    return wire.sent


@pytest.mark.parametrize(
    ("chat", "more", "place"),
    [
        (PRIVATE, {}, {}),
        (PRIVATE, TOPIC, {"message_thread_id": 4}),
        (BASIC, {}, {}),
        (GROUP, TOPIC, {"message_thread_id": 4}),
        (GROUP, {"message_thread_id": 4}, {}),
        (GROUP, {"direct_messages_topic": {"topic_id": 3}}, {"direct_messages_topic_id": 3}),
        (CHANNEL, {"sender_chat": CHANNEL}, {}),
        (PRIVATE, {"business_connection_id": "b"}, {"business_connection_id": "b"}),
    ],
    ids=str,
)
@pytest.mark.parametrize("quote", [False, True])
async def test_where_an_answer_goes(
    chat: dict[str, object], more: dict[str, object], place: dict[str, object], quote: bool
) -> None:
    """It goes where the question is: a forum topic, but not a thread of replies, has its number."""
    reply = {"reply_parameters": {"message_id": 7, "allow_sending_without_reply": True}}
    common = {
        "chat_id": chat["id"],
        "text": "<b>Đây</b>",
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "disable_notification": False,
    }
    assert await sent_for(chat, more, quote=quote) == [common | place | (reply if quote else {})]


async def test_a_group_that_has_moved() -> None:
    """Where a group has become a supergroup its answer follows it, and replies to nothing there."""
    first, second = await sent_for(OLD, TOPIC, quote=True)
    assert (first["chat_id"], second["chat_id"]) == (OLD["id"], NEW)
    assert second.keys() == first.keys() - {"reply_parameters", "message_thread_id"}


async def test_what_is_under_an_answer() -> None:
    """Buttons of every kind are sent as Telegram has them, and without a sound where wanted."""
    rows = [
        [Button("a", data="n:1"), Button("b", url="https://a.vn/")],
        [Button("c", copies="chép"), Button("d", asks_here="")],
    ]
    [sent] = await sent_for(PRIVATE, {}, quote=False, buttons=rows, silent=True)
    assert sent["disable_notification"] is True
    assert sent["reply_markup"] == {
        "inline_keyboard": [
            [{"text": "a", "callback_data": "n:1"}, {"text": "b", "url": "https://a.vn/"}],
            [
                {"text": "c", "copy_text": {"text": "chép"}},
                {"text": "d", "switch_inline_query_current_chat": ""},
            ],
        ]
    }


class Away(Wire):
    """A way to Telegram that breaks each time."""

    def __init__(self) -> None:
        super().__init__()
        self.methods: list[str] = []

    async def do_request(self, url: str, *_: Any, **__: Any) -> tuple[int, bytes]:
        """Note the method and fail."""
        self.methods.append(url.rpartition("/")[2])
        raise NetworkError("broken")


async def test_what_can_never_be_sent() -> None:
    """What fails at every try is given up in the end, so that the chat goes on; nothing is said."""
    away = Away()
    sender = Sender(pauses_s=(0.0, 0.0))
    bot: ExtBot[None] = ExtBot("1:a", request=away, get_updates_request=Wire())
    message = Message.de_json({"message_id": 7, "date": 1, "chat": PRIVATE}, bot)
    assert await sender.reply(message, ["Đây"], quote=False) == []
    assert away.methods.count("sendMessage") == 1
    assert not await sender.edit(bot, 5, 8, "Đây")
