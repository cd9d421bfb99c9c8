"""Pages: their language, their headers, what templates do to text, and static files."""

from collections.abc import Mapping
from http import HTTPStatus

import jinja2
import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from bot.web.html import STATIC, Pages, add_static, serve_static, static_address

WORDS = {"title": "Tiêu đề", "text": "Lời."}


def asked(address: str = "/x", headers: Mapping[str, str] | None = None) -> web.Request:
    """A request for an address."""
    return make_mocked_request("GET", address, headers=dict(headers or {}))


def text_of(response: web.StreamResponse) -> str:
    """The words of a page."""
    assert isinstance(response, web.Response)
    assert response.text is not None
    return response.text


@pytest.mark.parametrize(
    ("address", "headers", "language"),
    [
        ("/x", {}, "vi"),
        ("/x?lang=en", {"Accept-Language": "vi"}, "en"),
        ("/x?lang=fr", {"Accept-Language": "vi-VN,en;q=0.8"}, "vi"),
        ("/x", {"Accept-Language": "en-GB,en;q=0.8"}, "en"),
        ("/x", {"Accept-Language": "en-GB, VI;q=0.5"}, "vi"),
        ("/x", {"Accept-Language": "fr"}, "en"),
        ("/x", {"Accept-Language": "vie-nnese"}, "en"),
        ("/x", {"Cookie": "hoidap_language=en", "Accept-Language": "vi"}, "en"),
        ("/x?lang=vi", {"Cookie": "hoidap_language=en"}, "vi"),
        ("/x", {"Cookie": "hoidap_language=fr", "Accept-Language": "vi"}, "vi"),
    ],
)
def test_the_language_of_a_page(address: str, headers: dict[str, str], language: str) -> None:
    """What is asked for counts first, then what was before, then the browser's, then the bot's."""
    request = asked(address, headers)
    assert Pages("vi").language(request) == language
    page = text_of(Pages("vi").page(request, "notice.html", WORDS))
    assert f'<html lang="{language}">' in page


def test_the_bots_own_language() -> None:
    """A browser that says nothing is spoken to in the language of the bot."""
    assert Pages("en").language(asked()) == "en"


def test_a_language_is_remembered_where_it_was_asked_for() -> None:
    """Only an address that says the language has it remembered, out of reach of scripts."""
    pages = Pages("vi")
    cookie = pages.page(asked("/x?lang=en"), "notice.html", WORDS).cookies["hoidap_language"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("en", True, "Lax")
    assert not pages.page(asked(), "notice.html", WORDS).cookies


def test_the_other_language_keeps_the_address() -> None:
    """The link to the other language has all that the address had."""
    page = text_of(Pages("vi").page(asked("/r/abc?m=1-2&s=9-Ab_c"), "notice.html", WORDS))
    assert 'href="/r/abc?m=1-2&amp;s=9-Ab_c&amp;lang=en"' in page


def test_headers_of_every_page() -> None:
    """No page runs a foreign script, is framed, is kept, or tells where its reader comes from."""
    response = Pages("vi").page(asked(), "notice.html", WORDS, HTTPStatus.NOT_FOUND)
    assert response.status == 404
    policy = response.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'"} <= set(policy)
    assert {"frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} <= set(policy)
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"


def test_text_is_escaped() -> None:
    """Whatever is put into a page stands there as text."""
    hostile = """<script>alert(1)</script> & "dấu" 'nháy'"""
    page = text_of(Pages("vi").page(asked(), "notice.html", {"title": hostile, "text": hostile}))
    assert "<script>" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;dấu&#34;") == 3


def test_a_value_that_is_missing() -> None:
    """A template that is not given what it shows fails instead of showing nothing."""
    with pytest.raises(jinja2.UndefinedError):
        Pages("vi").page(asked(), "notice.html", {"title": "x"})


def test_addresses_have_the_prefix() -> None:
    """Below a path, static files are asked for below it too, and served there."""
    page = text_of(Pages("vi", "/hoidap").page(asked(), "notice.html", WORDS))
    assert f'href="/hoidap{static_address("base.css")}"' in page
    application = web.Application()
    add_static(application, "/hoidap")
    [resource] = application.router.resources()
    assert resource.canonical == f"/hoidap{STATIC}/{{name}}"


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    ("name", "kind"), [("base.css", "text/css"), ("reader.js", "text/javascript")]
)
async def test_static_files(name: str, kind: str) -> None:
    """A static file has its kind, and may be kept, since its address changes with its bytes."""
    address = static_address(name)
    assert address.startswith(f"{STATIC}/{name}?")
    response = await serve_static(make_mocked_request("GET", address, match_info={"name": name}))
    assert (response.content_type, response.charset) == (kind, "utf-8")
    assert "immutable" in response.headers["Cache-Control"]


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("name", ["", ".", "..", "../html.py", "base.css/", "BASE.CSS", "no.css"])
async def test_names_of_no_static_file(name: str) -> None:
    """A name is one of those that are there, or it is nothing, wherever it leads."""
    with pytest.raises(web.HTTPNotFound):
        await serve_static(make_mocked_request("GET", "/", match_info={"name": name}))
