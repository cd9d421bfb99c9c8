"""What people do on the page, as requests: writing, pressing, reacting, sending files.

A request says in which room and as whom. What cannot be done is answered with `error`, in words;
whoever asks for what the page never asks for gets the plain refusal.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from aiohttp import web

from bot.botapi import InlineQuery, Message, User
from bot.buttons import units
from bot.preview.cast import Cast, Room
from bot.texts.preview import PreviewTexts, preview_texts
from bot.web.html import Pages

_log = logging.getLogger(__name__)

JSON = dict[str, Any]
MAX_UNITS = 4_096
MAX_FILE_BYTES = 50_000_000
"""What a person may send on to a bot is more than it may fetch; that is the bot's to say."""
_MOST_PARTS = 10
_MOST_TYPED = 256
_PATIENCE_S = 20.0


class Refused(Exception):
    """Something that cannot be done, with the words to say so."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to do: where, as whom, and all that the page says of it."""

    room: Room
    person: User
    body: JSON
    say: PreviewTexts

    def text(self, name: str) -> str:
        """Return a text of the request; "" where it has none."""
        value = self.body.get(name, "")
        return value if isinstance(value, str) else ""

    def message(self, name: str = "message") -> Message:
        """Return the message that is meant.

        Raises:
            Refused: It is not there any more.
        """
        found = self.room.chat.messages.get(_number(self.body.get(name)))
        if found is None:
            raise Refused(self.say.message_gone)
        return found

    @property
    def replied(self) -> Message | None:
        """The message that this is a reply to."""
        return self.message("reply") if self.body.get("reply") else None


class Doing:
    """Answers what the page posts under `/do/`."""

    def __init__(self, cast: Cast, pages: Pages) -> None:
        self._cast = cast
        self._server = cast.server
        self._pages = pages
        self._deeds: dict[str, Callable[[Wish], JSON | Awaitable[JSON]]] = {
            "say": self._say,
            "start": self._start,
            "follow": self._follow,
            "edit": self._edit,
            "react": self._react,
            "press": self._press,
            "inline": self._inline,
            "choose": self._choose,
            "menu": self._menu,
        }

    def add_to(self, application: web.Application) -> None:
        """Add the routes."""
        application.router.add_post("/do/upload", self._uploaded)
        application.router.add_post("/do/{deed}", self._posted)
        application.router.add_get("/file/{id}", self._file)

    async def _posted(self, request: web.Request) -> web.Response:
        deed = self._deeds.get(request.match_info["deed"])
        try:
            body = await request.json()
        except ValueError:
            body = None
        if deed is None or not isinstance(body, dict):
            raise web.HTTPNotFound
        return await self._done(request, deed, body)

    async def _done(
        self, request: web.Request, deed: Callable[[Wish], JSON | Awaitable[JSON]], body: JSON
    ) -> web.Response:
        say = preview_texts(self._pages.language(request))
        try:
            room = self._cast.room(body.get("room"))
            person = room.person(_number(body.get("as")))
            done = deed(Wish(room, person, body, say))
            answer = done if isinstance(done, dict) else await done
        except Refused as refusal:
            answer = {"error": str(refusal)}
        except (KeyError, ValueError) as error:
            # No app would let a person do it.
            _log.info("preview.refused error=%s", type(error).__name__)
            answer = {"error": say.refused}
        return web.json_response(answer)

    def _say(self, wish: Wish) -> JSON:
        for number, part in enumerate(parts_of(wish.text("text"), wish.say)):
            replied = wish.replied if number == 0 else None
            if wish.room.kind == "channel":
                self._server.post(wish.room.chat, part, reply_to=replied)
            else:
                self._server.say(
                    wish.room.chat, wish.person, part, reply_to=replied, topic=wish.room.topic
                )
        return {}

    def _start(self, wish: Wish) -> JSON:
        self._server.start(wish.person)
        return {"room": self._cast.private_room(wish.person).id}

    def _follow(self, wish: Wish) -> JSON:
        """Open a link to the bot: in private, or with the group that it is to be added to."""
        url = wish.text("url")
        to_group = parse_qs(urlsplit(url).query).get("startgroup")
        if to_group:
            self._server.start_in_group(wish.person, self._cast.group, to_group[0])
            return {"room": Room("group", self._cast.group, ()).id}
        self._server.follow(wish.person, url)
        return {"room": self._cast.private_room(wish.person).id}

    def _edit(self, wish: Wish) -> JSON:
        message = wish.message()
        if message.sender is not wish.person and wish.room.kind != "channel":
            raise Refused(wish.say.not_yours)
        (text,) = parts_of(wish.text("text"), wish.say, most=1)
        if text != message.text:
            self._server.edit(message, text)
        return {}

    def _react(self, wish: Wish) -> JSON:
        emoji = wish.text("emoji") or None
        message = wish.message()
        if message.reactions.get(wish.person.id) == (emoji,):
            emoji = None
        self._server.react(wish.person, message, emoji)
        return {}

    async def _press(self, wish: Wish) -> JSON:
        try:
            query = self._server.press(wish.person, wish.message(), wish.text("button"))
        except ValueError:
            raise Refused(wish.say.button_gone) from None
        try:
            await self._server.wait_for_answer(query, _PATIENCE_S)
        except AssertionError:
            raise Refused(wish.say.no_answer) from None
        return {"toast": query.text, "alert": query.show_alert, "url": query.url}

    async def _inline(self, wish: Wish) -> JSON:
        typed = wish.text("text")[:_MOST_TYPED]
        query = self._server.inline_query(wish.person, typed, chat=wish.room.chat)
        try:
            await self._server.wait_for_answer(query, _PATIENCE_S)
        except AssertionError:
            # Somebody has typed on, and the bot has answered that.
            return {"query": query.id, "results": []}
        return {"query": query.id, "results": _offered(query), "button": query.button}

    def _choose(self, wish: Wish) -> JSON:
        query = self._server.world.inline_queries[wish.text("query")]
        if query.user is not wish.person:
            raise ValueError("typed by somebody else")
        self._server.choose(
            query,
            wish.text("result"),
            wish.room.chat,
            reply_to=wish.replied,
            topic=wish.room.topic,
        )
        return {}

    def _menu(self, wish: Wish) -> JSON:
        return {"commands": self._server.menu(wish.person, wish.room.chat)}

    async def _uploaded(self, request: web.Request) -> web.Response:
        say = preview_texts(self._pages.language(request))
        try:
            fields = await request.post()
        except web.HTTPRequestEntityTooLarge:
            limit = MAX_FILE_BYTES // 1_000_000
            return web.json_response({"error": say.file_too_large.format(limit=limit)})
        except ValueError:
            # A form that no browser makes.
            raise web.HTTPBadRequest from None
        file = fields.get("file")
        if not isinstance(file, web.FileField):
            raise web.HTTPBadRequest
        data = file.file.read()
        name = PurePath(file.filename.replace("\\", "/")).name or "file"

        def send(wish: Wish) -> JSON:
            self._server.upload(
                wish.room.chat,
                wish.person,
                name,
                data,
                caption=wish.text("text"),
                reply_to=wish.replied,
                topic=wish.room.topic,
            )
            return {}

        return await self._done(request, send, dict(fields))

    async def _file(self, request: web.Request) -> web.Response:
        wanted = request.match_info["id"]
        for file in self._server.world.files.values():
            if file.unique_id == wanted:
                # Never shown as a page, whatever it says it is.
                response = web.Response(body=file.data, content_type="application/octet-stream")
                name = quote(file.name, safe="")
                response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
                return response
        raise web.HTTPNotFound


def parts_of(text: str, say: PreviewTexts, most: int = _MOST_PARTS) -> list[str]:
    """Return a text as an app sends it: in as many messages as it takes, split at a space.

    Raises:
        Refused: There is nothing in it, or it takes too many.
    """
    rest = text.strip()
    parts: list[str] = []
    if not rest:
        raise Refused(say.empty)
    while units(rest) > MAX_UNITS and len(parts) < most:
        head = rest.encode("utf-16-le")[: 2 * MAX_UNITS].decode("utf-16-le", "ignore")
        space = max(head.rfind("\n"), head.rfind(" "))
        cut = space if space > len(head) // 2 else len(head)
        parts.append(rest[:cut])
        rest = rest[cut:].lstrip()
    if len(parts) >= most:
        raise Refused(say.too_long)
    return [*parts, rest]


def _offered(query: InlineQuery) -> list[JSON]:
    return [
        {"id": str(one["id"]), "title": one["title"], "description": one.get("description", "")}
        for one in query.results
    ]


def _number(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        return 0
