"""`hoidap preview` over HTTP: who is let in, and what its page is told."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession, CookieJar, FormData
from yarl import URL

from tests.e2e.previews import PreviewProcess
from tests.e2e.processes import clean_environment, command

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def preview(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PreviewProcess]:
    """A preview where there are no documents; it ends cleanly and has told nothing."""
    running = PreviewProcess(tmp_path_factory.mktemp("preview"))
    await running.start()
    yield running
    assert await running.stop() == 0, running.err
    assert "Traceback" not in running.err, running.err
    assert "7000000001:" not in running.err + "".join(running.out)


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(preview: PreviewProcess) -> AsyncIterator[ClientSession]:
    """Somebody who has come in with a key."""
    address = URL(await preview.newest_address())
    async with ClientSession(address.origin(), cookie_jar=CookieJar(unsafe=True)) as session:
        async with session.get(address) as response:
            assert response.status == 200
        yield session


@pytest_asyncio.fixture(loop_scope="session")
async def stranger(preview: PreviewProcess) -> AsyncIterator[ClientSession]:
    """Somebody without a key."""
    address = URL(await preview.newest_address())
    async with ClientSession(address.origin(), cookie_jar=CookieJar(unsafe=True)) as session:
        yield session


async def events(session: ClientSession) -> AsyncIterator[dict[str, Any]]:
    """Yield what an open page is told."""
    async with session.get("/events") as response:
        assert response.content_type == "text/event-stream"
        async for line in response.content:
            if line.startswith(b"data: "):
                yield json.loads(line.removeprefix(b"data: "))


async def done(session: ClientSession, deed: str, **body: object) -> dict[str, Any]:
    async with session.post(f"/do/{deed}", json=body) as response:
        assert response.status == 200
        answer: dict[str, Any] = await response.json()
        return answer


async def rooms(session: ClientSession) -> dict[str, dict[str, Any]]:
    """Return the rooms by their roles."""
    async for told in events(session):
        assert told["fresh"]
        return {room["role"]: room for room in told["rooms"]}
    raise AssertionError("no event came")


async def test_a_key_works_once(preview: PreviewProcess, stranger: ClientSession) -> None:
    """The printed key gives a cookie that no script and no other site can use, and is used up."""
    address = URL(await preview.newest_address())
    async with stranger.get(address, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (303, "/")
        cookie = response.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert address.query["key"] not in cookie
    async with stranger.get("/") as response:
        assert response.status == 200
    stranger.cookie_jar.clear()
    async with stranger.get(address, allow_redirects=False) as response:
        assert response.status == 403
        assert "Set-Cookie" not in response.headers
        assert "mỗi khóa dùng được một lần" in await response.text()
    assert await preview.newest_address() != str(address)


@pytest.mark.parametrize("path", ["/", "/?key=", "/?key=sai", "/?key=%ff", "/events", "/file/x"])
async def test_without_a_key_nothing_is_seen(stranger: ClientSession, path: str) -> None:
    """Whoever has no key, or a wrong one, is told what to do, and gets no cookie."""
    async with stranger.get(URL(path, encoded=True), allow_redirects=False) as response:
        assert response.status == 403
        assert "Set-Cookie" not in response.headers
        assert "hoidap preview" in await response.text()


async def test_without_a_key_nothing_is_done(stranger: ClientSession) -> None:
    """Nobody without the cookie can act."""
    async with stranger.post("/do/say", json={"room": "x", "text": "chào"}) as response:
        assert response.status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1:1"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
    ids=str,
)
async def test_other_sites_are_kept_out(visitor: ClientSession, headers: dict[str, str]) -> None:
    """Not even with the cookie does a request come in by another name or from another site."""
    async with visitor.post("/do/menu", json={}, headers=headers) as response:
        assert response.status == 403
        assert response.content_type == "text/html"


async def test_the_key_is_no_way_around(preview: PreviewProcess, stranger: ClientSession) -> None:
    """A right key that comes by another name of this machine is refused, and is not used up."""
    address = URL(await preview.newest_address())
    async with stranger.get(address, headers={"Host": "evil.example"}) as response:
        assert response.status == 403
    assert await preview.newest_address() == str(address)


async def test_every_reply_has_the_headers(visitor: ClientSession) -> None:
    """Pages, events, answers and refusals alike forbid foreign scripts, frames and guessing."""
    for path in ("/", "/events", "/nowhere", "/file/none", "/static/chat.css"):
        async with visitor.get(path) as response:
            policy = response.headers["Content-Security-Policy"]
            assert "script-src 'self'" in policy
            assert "frame-ancestors 'none'" in policy
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Referrer-Policy"] == "no-referrer"
    async with visitor.post("/do/menu", json={}) as response:
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_question_is_answered_by_event(visitor: ClientSession) -> None:
    """A page that listens is told the question, then the bot's answer with its quote."""
    room = (await rooms(visitor))["Lê Hà · người quản lý"]
    where = {"room": room["id"], "as": room["people"][0]["id"]}
    told = events(visitor)
    await anext(told)
    assert await done(visitor, "say", text="Đề án 06 là gì?", **where) == {}
    seen: list[dict[str, Any]] = []
    async for changes in told:
        seen += changes.get("messages", [])
        if any(one["bot"] for one in seen):
            break
    assert seen[0]["text"] == "Đề án 06 là gì?"
    assert "<blockquote" in seen[-1]["html"]
    assert "Kiện toàn, sắp xếp tổ chức đảng" in seen[-1]["text"]


async def test_what_cannot_be_done_is_told(visitor: ClientSession) -> None:
    """Impossible wishes are refused in words, in the reader's language, and do no harm."""
    lan = (await rooms(visitor))["Nguyễn Lan · người mới"]
    room, me = lan["id"], lan["people"][0]["id"]
    refused = {"error": "Ở đây không làm được việc này."}
    assert await done(visitor, "say", room="x", text="a") == refused
    assert await done(visitor, "say", room=room, text="a", **{"as": 1}) == refused
    assert await done(visitor, "choose", room=room, query="1", **{"as": me}) == refused
    follow = {"room": room, "as": me, "url": "https://t.me/other?start=x"}
    assert await done(visitor, "follow", **follow) == refused
    assert await done(visitor, "say", room=room, text=" ", **{"as": me}) == {
        "error": "Hãy viết gì đó đã."
    }
    gone = await done(visitor, "press", room=room, message=99, button="x", **{"as": me})
    assert gone == {"error": "Tin nhắn này không còn nữa."}


async def test_a_file_is_only_ever_downloaded(visitor: ClientSession) -> None:
    """What was uploaded comes back as bytes to be kept, never as a page, whatever its name."""
    room = (await rooms(visitor))["Chung"]
    form = {"room": room["id"], "as": str(room["people"][0]["id"])}
    sent = FormData(form, quote_fields=False)
    sent.add_field("file", b"<script>", filename="đơn; x=.html", content_type="text/html")
    async with visitor.post("/do/upload", data=sent) as response:
        assert await response.json() == {}
    async for told in events(visitor):
        (file,) = [one["file"] for one in told["messages"] if "file" in one]
        break
    async with visitor.get(file["url"]) as response:
        assert response.content_type == "application/octet-stream"
        disposition = response.headers["Content-Disposition"]
        assert disposition == "attachment; filename*=UTF-8''%C4%91%C6%A1n%3B%20x%3D.html"
        assert await response.read() == b"<script>"


async def test_a_broken_form_is_no_fault(visitor: ClientSession) -> None:
    """What no browser sends is refused as such; it is no fault of the preview's."""
    for kind in ("multipart/form-data; boundary=x", "multipart/form-data", "text/plain"):
        async with visitor.post(
            "/do/upload", data=b"--x\r\n\r\nabc", headers={"Content-Type": kind}
        ) as response:
            assert response.status == 400
    for body in (b"", b"[]", b"{", b"\xff"):
        async with visitor.post("/do/say", data=body) as response:
            assert response.status == 404


async def test_without_tdlib_it_says_what_to_install(tmp_path: Path) -> None:
    """Where the extra is not installed, the command says which one it needs, and does nothing."""
    without = "import sys; sys.modules['tdjson'] = None; from bot.cli import main; sys.exit(main())"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", without, "preview", "--no-open"),
        cwd=tmp_path,
        env=clean_environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert (process.returncode, out) == (2, b"")
    assert err.decode() == "hoidap: hoidap preview needs TDLib: pip install 'hoidap[preview]'\n"
    assert os.listdir(tmp_path) == []  # noqa: PTH208


async def test_a_taken_port_is_told(tmp_path: Path, preview: PreviewProcess) -> None:
    """Where something listens already, that is said before anything is built."""
    port = URL(await preview.newest_address()).port
    ended = await command(
        *("preview", "--no-open", "--port", str(port)),
        folder=tmp_path,
        environment=clean_environment(),
    )
    assert ended.code == 2
    assert f"127.0.0.1:{port}" in ended.err
    assert "Traceback" not in ended.err
