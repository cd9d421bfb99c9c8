"""HTML pages: the only importer of Jinja. What every page has: its language, its headers, no cache.

Templates escape what is put into them, whatever it is. A page runs no script but the project's own
files, loads nothing from elsewhere, and cannot be framed.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from mimetypes import guess_type

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.settings import Language
from bot.texts.web import PAGE_TEXTS

STATIC = "/static"
_LANGUAGE_COOKIE = "hoidap_language"
_YEAR_S = 365 * 24 * 3600
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    # A link in a document must not tell its target who was reading what.
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Pages:
    """Makes pages of templates."""

    def __init__(self, language: Language, prefix: str = "") -> None:
        """Take note of how to make pages.

        Args:
            language: For whoever does not say theirs.
            prefix: What the paths of all addresses begin with, in templates `prefix`.
        """
        self._language = language
        self.prefix = prefix
        self._templates = Environment(
            loader=PackageLoader("bot.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals["static"] = lambda name: prefix + static_address(name)
        self._templates.globals["prefix"] = prefix

    def language(self, request: web.Request) -> Language:
        """Return the language to speak: that asked for, else that of before, else the browser's."""
        for said in (request.query.get("lang"), request.cookies.get(_LANGUAGE_COOKIE)):
            if said in ("vi", "en"):
                return "vi" if said == "vi" else "en"
        preferred = request.headers.get("Accept-Language", "")
        if not preferred:
            return self._language
        spoken = [one.partition(";")[0].strip().lower() for one in preferred.split(",")]
        return "vi" if any(one.split("-")[0] == "vi" for one in spoken) else "en"

    def page(
        self,
        request: web.Request,
        template: str,
        values: Mapping[str, object],
        status: HTTPStatus = HTTPStatus.OK,
    ) -> web.Response:
        """Return the page that `template` makes of `values`, with the headers of every page.

        Beside `values` a template has `page` (the wording that all pages share), `language`, and
        `other_language`, an address of the same page in the other one.
        """
        language = self.language(request)
        other = "en" if language == "vi" else "vi"
        # What a signed address carries stays in it.
        address = request.rel_url.update_query(lang=other)
        text = self._templates.get_template(template).render(
            values,
            page=PAGE_TEXTS[language],
            language=language,
            other_language=str(address),
        )
        response = web.Response(text=text, content_type="text/html", status=status)
        response.headers.update(HEADERS)
        if request.query.get("lang") == language:
            response.set_cookie(
                _LANGUAGE_COOKIE, language, max_age=_YEAR_S, httponly=True, samesite="Lax"
            )
        return response


def static_address(name: str) -> str:
    """Return the address of a static file, another one whenever its bytes change."""
    return f"{STATIC}/{name}?{_static(name)[1]}"


async def serve_static(request: web.Request) -> web.Response:
    """Give a file of `static`; there are no folders in it, and names are looked up, not opened."""
    name = request.match_info["name"]
    if name not in _names():
        raise web.HTTPNotFound
    body, _ = _static(name)
    kind = guess_type(name)[0] or "application/octet-stream"
    response = web.Response(body=body, content_type=kind)
    if kind.startswith("text/"):
        response.charset = "utf-8"
    response.headers.update(HEADERS)
    response.headers["Cache-Control"] = f"public, max-age={_YEAR_S}, immutable"
    return response


def add_static(application: web.Application, prefix: str = "") -> None:
    """Serve the static files of all pages, whose addresses begin with `prefix`."""
    application.router.add_get(f"{prefix}{STATIC}/{{name}}", serve_static)


@cache
def _names() -> frozenset[str]:
    return frozenset(one.name for one in (files("bot.web") / "static").iterdir())


@cache
def _static(name: str) -> tuple[bytes, str]:
    body = (files("bot.web") / "static" / name).read_bytes()
    return body, hashlib.sha256(body).hexdigest()[:12]
