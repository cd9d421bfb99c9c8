"""The HTTP side: Telegram's two URL shapes, dispatch, recording and acting out faults.

Knows the envelope and nothing of what methods do. A wrong token is answered 401 "Unauthorized"
(404 when it is not even shaped like one), an unknown method 404 "Not Found"; method names are
case-insensitive (``Query::Query`` lowers them).
"""

from __future__ import annotations

import asyncio
import inspect
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aiohttp import web

from bot.botapi import (
    faults,
    methods_bot,
    methods_chats,
    methods_menus,
    methods_messages,
    methods_queries,
    methods_signs,
    methods_webhook,
)
from bot.botapi.content import JSON
from bot.botapi.errors import ApiError, bad_request, forbidden, too_many_requests
from bot.botapi.limits import LIMITED_METHODS
from bot.botapi.parameters import Params, decode
from bot.botapi.world import World

Handler = Callable[[World, Params], Any]

METHODS: dict[str, Handler] = {
    name.lower(): handler
    for name, handler in {
        "getMe": methods_bot.get_me,
        "getUpdates": methods_bot.get_updates,
        "setWebhook": methods_webhook.set_webhook,
        "deleteWebhook": methods_webhook.delete_webhook,
        "getWebhookInfo": methods_webhook.get_webhook_info,
        "setMyCommands": methods_menus.set_my_commands,
        "getMyCommands": methods_menus.get_my_commands,
        "deleteMyCommands": methods_menus.delete_my_commands,
        "setMyName": methods_bot.set_profile("name"),
        "getMyName": methods_bot.get_profile("name"),
        "setMyDescription": methods_bot.set_profile("description"),
        "getMyDescription": methods_bot.get_profile("description"),
        "setMyShortDescription": methods_bot.set_profile("short_description"),
        "getMyShortDescription": methods_bot.get_profile("short_description"),
        "getFile": methods_bot.get_file,
        "sendMessage": methods_messages.send_message,
        "sendMessageDraft": methods_signs.send_message_draft,
        "sendDocument": methods_messages.send_document,
        "editMessageText": methods_messages.edit_message_text,
        "editMessageReplyMarkup": methods_messages.edit_message_reply_markup,
        "deleteMessage": methods_messages.delete_message,
        "sendChatAction": methods_signs.send_chat_action,
        "setMessageReaction": methods_signs.set_message_reaction,
        "answerCallbackQuery": methods_queries.answer_callback_query,
        "answerInlineQuery": methods_queries.answer_inline_query,
        "answerGuestQuery": methods_queries.answer_guest_query,
        "getChat": methods_chats.get_chat,
        "getChatMember": methods_chats.get_chat_member,
        "getChatAdministrators": methods_chats.get_chat_administrators,
        "leaveChat": methods_chats.leave_chat,
    }.items()
}
_MAX_BODY = 60 * 1024 * 1024


@dataclass
class Call:
    """One recorded call.

    Attributes:
        method: As the bot wrote it in the URL.
        params: Decoded but still strings, as on the wire.
        at: ``time.monotonic()`` when the call came in.
        status: The HTTP status sent, 0 while waiting or when the connection was dropped.
        response: The JSON body that was (or, for a dropped reply, would have been) sent.
    """

    method: str
    params: dict[str, str]
    at: float
    status: int = 0
    response: JSON | None = None

    @property
    def ok(self) -> bool:
        """Whether the method succeeded, reply delivered or not."""
        return bool(self.response and self.response["ok"])


class HttpServer:
    """Serves one bot's API on 127.0.0.1, on a port of the system's choosing."""

    def __init__(self, world: World, token: str) -> None:
        self.world = world
        self.token = token
        self.faults = faults.Faults()
        self.calls: list[Call] = []
        self.base_url = ""
        app = web.Application(client_max_size=_MAX_BODY)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)

    async def start(self) -> None:
        """Opens the port and sets ``base_url``."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.base_url = f"http://127.0.0.1:{port}"

    async def stop(self) -> None:
        """Lets waiting polls go and closes the port."""
        self.world.updates.close()
        await self._runner.cleanup()

    async def _call(self, request: web.Request) -> web.Response:
        token, name = request.match_info["token"], request.match_info["method"]
        if not re.fullmatch(r"[1-9]\d*:[\w-]+", token):
            return _reply(ApiError(404, "Not Found"))
        if token != self.token:
            return _reply(ApiError(401, "Unauthorized"))
        handler = METHODS.get(name.lower())
        try:
            params = await decode(request)
        except ApiError as refusal:
            return _reply(refusal)
        call = Call(name, params.values, time.monotonic())
        self.calls.append(call)
        self.world.signal.notify()
        if handler is None:
            return self._record(call, ApiError(404, "Not Found"))
        for unknown in params.unknown(name.lower()):
            self.world.violation(f"{name}: unknown parameter {unknown!r}")
        return await self._faulty(request, call, handler, params)

    async def _faulty(
        self, request: web.Request, call: Call, handler: Handler, params: Params
    ) -> web.Response:
        fault = self.faults.take(call.method)
        match fault:
            case faults.RetryAfter(seconds):
                return self._record(call, too_many_requests(seconds))
            case faults.Forbidden(text):
                return self._record(call, forbidden(text))
            case faults.BadRequest(text):
                return self._record(call, bad_request(text))
            case faults.ServerError(status):
                call.status = status
                self.world.signal.notify()
                return web.Response(status=status, body=_page(status), content_type="text/html")
            case faults.DropBefore():
                return _dropped(request)
            case faults.Delay(seconds):
                await asyncio.sleep(seconds)
        result = await self._result(call, handler, params)
        response = self._record(call, result)
        lost = call.method.lower() == "getupdates" and result and self.world.updates.lose()
        if lost or isinstance(fault, faults.DropAfter):
            call.status = 0
            return _dropped(request)
        if isinstance(fault, faults.LateReply):
            await asyncio.sleep(fault.seconds)
        if isinstance(fault, faults.Garbage):
            call.status = 200
            cut = (response.text or "")[: len(response.text or "") // 2]
            return web.Response(text=cut, content_type="application/json")
        return response

    async def _result(self, call: Call, handler: Handler, params: Params) -> Any:
        """The method's result, or the refusal it ended with."""
        try:
            self._limit(call.method.lower(), params)
            result = handler(self.world, params)
            return await result if inspect.isawaitable(result) else result
        except ApiError as refusal:
            return refusal
        except Exception as bug:  # never hidden behind a 500 that a bot would just retry
            self.world.violation(f"{call.method} {call.params}: this server failed: {bug!r}")
            return ApiError(500, "Internal Server Error")

    def _limit(self, method: str, params: Params) -> None:
        if method in LIMITED_METHODS:
            named = params.text("chat_id")
            chat = self.world.find_username(named) if named.startswith("@") else None
            # An inline or guest message has a chat too, known by nothing but its own id.
            other = params.text("inline_message_id") or params.text("guest_query_id")
            key = str(chat.id) if chat else named or other
            is_group = key.startswith("-") or named.startswith("@")
            seconds = self.world.limits.retry_after(key, is_group=is_group)
            if seconds:
                raise too_many_requests(seconds)

    def _record(self, call: Call, result: Any) -> web.Response:
        if isinstance(result, ApiError):
            call.status, call.response = result.code, result.body()
        else:
            call.status, call.response = 200, {"ok": True, "result": result}
        self.world.signal.notify()
        return _reply(result)

    async def _file(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != self.token:
            return _reply(ApiError(401, "Unauthorized"))
        wanted = request.match_info["path"]
        for file in self.world.files.values():
            if file.path == wanted:
                return web.Response(body=file.data, content_type="application/octet-stream")
        return _reply(ApiError(404, "Not Found"))


def _reply(result: Any) -> web.Response:
    if not isinstance(result, ApiError):
        return _json_reply(200, {"ok": True, "result": result})
    response = _json_reply(result.code, result.body())
    if "retry_after" in result.parameters:
        response.headers["Retry-After"] = str(result.parameters["retry_after"])
    return response


def _json_reply(status: int, body: JSON) -> web.Response:
    text = json.dumps(body, ensure_ascii=False)
    return web.Response(status=status, text=text, content_type="application/json")


def _dropped(request: web.Request) -> web.Response:
    """Resets the connection; the response returned is never written."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _page(status: int) -> bytes:
    title = f"{status} {HTTPStatus(status).phrase}"
    return (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1>"
        "</center>\r\n<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n"
    ).encode()
