"""Who comes in: whoever has the address that the terminal shows, once, and then their browser.

Other pages in the same browser can send requests here too. Their names for this machine (Host), the
place they come from (Origin, Sec-Fetch-Site) and the cookie they do not have keep them out.
"""

import hmac
import secrets
from collections.abc import Callable
from http import HTTPStatus

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.texts.preview import preview_texts
from bot.web.html import HEADERS, STATIC, Pages

_KEY = "key"
_WORD_BYTES = 24


class Entrance:
    """The key, the cookies given for it, and the judgement on every request."""

    def __init__(self, pages: Pages, origin: str, show: Callable[[str], None]) -> None:
        """Take note of where this is, and who is told.

        Args:
            pages: Make the page of whoever is refused.
            origin: `http://127.0.0.1:<port>`: the one place where requests may come from.
            show: Is given a new address whenever the last one has been used.
        """
        self._pages = pages
        self._show = show
        self._key = secrets.token_urlsafe(_WORD_BYTES)
        self._cookies: set[str] = set()
        self._origin = origin

    @property
    def address(self) -> str:
        """Where the next browser comes in."""
        return f"{self._origin}/?{_KEY}={self._key}"

    def guard(self, application: web.Application) -> None:
        """Have every request of `application` come through here."""
        application.middlewares.append(self._judge)
        application.on_response_prepare.append(_add_headers)

    @web.middleware
    async def _judge(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        return self._refusal(request) or self._let_in(request) or await handler(request)

    def _refusal(self, request: web.Request) -> web.Response | None:
        headers = request.headers
        is_ours = f"http://{headers.get('Host', '')}" == self._origin
        is_ours = is_ours and headers.get("Sec-Fetch-Site") != "cross-site"
        if request.method not in ("GET", "HEAD"):
            is_ours = is_ours and headers.get("Origin", self._origin) == self._origin
        if not is_ours:
            return self._refused(request, wrong_door=True)
        if request.path.startswith(f"{STATIC}/") or _asks_in(request):
            return None
        said = request.cookies.get(self._cookie, "")
        if any(_is_same(said, one) for one in self._cookies):
            return None
        return self._refused(request)

    def _let_in(self, request: web.Request) -> web.Response | None:
        """Take the key of whoever brings one, and give them their cookie."""
        if not _asks_in(request):
            return None
        if not _is_same(request.query[_KEY], self._key):
            return self._refused(request)
        self._key = secrets.token_urlsafe(_WORD_BYTES)
        cookie = secrets.token_urlsafe(_WORD_BYTES)
        self._cookies.add(cookie)
        self._show(self.address)
        # Not kept in a history, not handed on: the key is gone from the address.
        response = web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": "/"})
        response.set_cookie(self._cookie, cookie, httponly=True, samesite="Strict")
        return response

    @property
    def _cookie(self) -> str:
        # Browsers share cookies among the ports of a machine.
        return f"hoidap_preview_{self._origin.rpartition(':')[2]}"

    def _refused(self, request: web.Request, *, wrong_door: bool = False) -> web.Response:
        say = preview_texts(self._pages.language(request))
        text = say.wrong_door.format(origin=self._origin) if wrong_door else say.locked
        values = {"title": say.locked_title, "text": text}
        return self._pages.page(request, "notice.html", values, HTTPStatus.FORBIDDEN)


def _asks_in(request: web.Request) -> bool:
    return request.method == "GET" and request.path == "/" and _KEY in request.query


def _is_same(said: str, word: str) -> bool:
    # What is no UTF-8 comes as half surrogates.
    return hmac.compare_digest(said.encode("utf-8", "surrogatepass"), word.encode())


async def _add_headers(_: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
