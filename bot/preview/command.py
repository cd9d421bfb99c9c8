"""`hoidap preview`: the bot itself, a Telegram of its own on this machine, and a page to it."""

import argparse
import asyncio
import os
import platform
import secrets
import shutil
import socket
import string
import time
import webbrowser
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from bot.errors import BotError, ConfigError
from bot.setting_list import SECRETS
from bot.settings import Settings
from bot.stopping import until_told
from bot.texts.preview import preview_texts
from retrieval.types import LOCAL

if TYPE_CHECKING:
    from bot.app import BotApp
    from bot.botapi import BotApiServer
    from bot.services import Services
    from bot.session import Session

DONE = 0
_HOST = "127.0.0.1"
_BOT_USERNAME = "hoidap_preview_bot"
_KEEP_DAYS = 30
_SEND_RATE = 1_000
_EPOCH_S = 1_767_225_600  # 2026-01-01
_MOST_PORT = 65_535
_PATIENCE_S = 60.0


def add_preview_command(commands: Any, common: argparse.ArgumentParser, seed: Path) -> None:
    """Add the command to the parser's; `seed` holds the article that comes along."""
    preview = commands.add_parser(
        "preview", parents=[common], help="try the bot in a browser: no token, no Telegram"
    )
    preview.add_argument("--no-open", action="store_true", help="print the address, open nothing")
    preview.add_argument("--port", type=_port, default=0, metavar="N", help="(any that is free)")
    preview.set_defaults(act=_preview, seed=seed)


def _port(value: str) -> int:
    if not value.isdigit() or not 1 <= int(value) <= _MOST_PORT:
        raise argparse.ArgumentTypeError(f"{value!r} is not a port")
    return int(value)


def _preview(options: argparse.Namespace, settings: Settings) -> int:
    try:
        import bot.botapi  # noqa: F401  # TDLib, which comes with the extra
    except ImportError as error:
        raise ConfigError(["hoidap preview needs TDLib: pip install 'hoidap[preview]'"]) from error
    from bot.data_lock import in_use
    from bot.session import Session

    for name in SECRETS:
        os.environ.pop(name, None)
    own = preview_settings(settings, options.seed)
    say = preview_texts(settings.language)
    words = say.of_corpus if own.corpus == settings.corpus else say.of_seed
    print(words.format(corpus=settings.corpus, copy=own.corpus), flush=True)
    with in_use(own.data):
        session = Session(own)
        with _listen(options.port) as listening:
            if code := session.prepare_to_serve():
                return code
            serving = _run(own, session, listening, opens=not options.no_open)
            asyncio.run(until_told(serving))
    return DONE


def preview_settings(settings: Settings, seed: Path) -> Settings:
    """Return the operator's settings as the preview has them: its own data, nothing outside.

    Where the operator has no documents, a copy of `seed` takes their place.
    """
    data = settings.data / "preview"
    corpus = settings.corpus
    if not _has_documents(corpus):
        corpus = data / "corpus"
        if not _has_documents(corpus):
            shutil.copytree(seed, corpus, dirs_exist_ok=True)
    return replace(
        settings,
        corpus=corpus,
        data=data,
        token=None,
        admins=frozenset(),
        closed=False,
        keep_questions_days=_KEEP_DAYS,
        watch_minutes=0,
        place=LOCAL,
        webhook=None,
        public=None,
        send_rate=_SEND_RATE,
        metrics=None,
    )


def _has_documents(folder: Path) -> bool:
    with suppress(OSError):
        return any(not one.name.startswith(".") for one in folder.iterdir())
    return False


async def _run(
    settings: Settings, session: "Session", listening: socket.socket, *, opens: bool
) -> None:
    from bot.app import BotApp
    from bot.botapi import BotApiServer
    from bot.preview.cast import Cast
    from bot.preview.server import PreviewServer
    from bot.reader_links import ReaderLinks
    from bot.web.html import Pages

    # What the database keeps of an earlier Telegram must not be taken to be about this one.
    first_number = max(1, int(time.time()) - _EPOCH_S)
    telegram = BotApiServer(_token(), _BOT_USERNAME, first_number=first_number)
    telegram.inline_feedback = True
    cast = Cast(telegram)
    async with telegram:
        own = replace(
            settings,
            token=telegram.token,
            api_base=telegram.base_url,
            admins=frozenset({cast.admin.id}),
        )
        # Its citations lead into the reader beside this page, where all documents are open.
        links = ReaderLinks(_origin(listening))
        app = BotApp(own, session.serving_embedder, session.reranker, links)
        bot = asyncio.create_task(app.serve(), name="bot")
        try:
            services = await _started(app, bot, telegram)
            page = PreviewServer(cast, services, Pages(settings.language), _origin(listening))
            async with page.listens(listening):
                _invite(page.entrance.address, settings, opens=opens)
                await bot
        finally:
            bot.cancel()
            with suppress(asyncio.CancelledError):
                await bot


async def _started(
    app: "BotApp", bot: "asyncio.Task[None]", telegram: "BotApiServer"
) -> "Services":
    """Return the parts of the bot once it asks for updates.

    Raises:
        BotError: It does not; or whatever it ended with.
    """
    asking = asyncio.create_task(
        telegram.wait_until(lambda: telegram.calls("getUpdates"), _PATIENCE_S)
    )
    await asyncio.wait({bot, asking}, return_when=asyncio.FIRST_COMPLETED)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    if bot.done():
        bot.result()
    if app.services is None:
        raise BotError("the bot has not started")
    return app.services


def _invite(address: str, settings: Settings, *, opens: bool) -> None:
    say = preview_texts(settings.language)
    print(say.address.format(address=address), flush=True)
    if opens and _has_display():
        # Some browsers come back only when they are closed.
        Thread(target=webbrowser.open, args=(address,), daemon=True).start()


def _listen(port: int) -> socket.socket:
    """Return a socket on this machine alone; on any free port where none is given.

    Raises:
        ConfigError: The port is taken.
    """
    try:
        return socket.create_server((_HOST, port))
    except OSError as error:
        raise ConfigError([f"--port: cannot listen on {_HOST}:{port}: {error.strerror}"]) from None


def _origin(listening: socket.socket) -> str:
    return f"http://{_HOST}:{listening.getsockname()[1]}"


def _token() -> str:
    """Return a token of the right shape that nobody can guess."""
    signs = string.ascii_letters + string.digits
    return "7000000001:" + "".join(secrets.choice(signs) for _ in range(35))


def _has_display() -> bool:
    displays = ("DISPLAY", "WAYLAND_DISPLAY")
    return platform.system() != "Linux" or any(map(os.environ.get, displays))
