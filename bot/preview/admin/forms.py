"""Pages with forms, and where a form leads."""

from http import HTTPStatus

from aiohttp import web


def with_forms(response: web.Response) -> web.Response:
    """Have browsers say truly where a form of this page was sent from.

    Where a page wants no referrer they say `Origin: null`, as they do for a forged form; other
    sites are still told nothing.
    """
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def see(address: str) -> web.Response:
    """Return what has a browser ask for another page, so that reloading that repeats nothing."""
    return web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": address})
