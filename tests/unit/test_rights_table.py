"""The table of who may do what has a row for whatever the bot listens to."""

import re
from types import SimpleNamespace
from typing import Any, cast

from telegram.ext import Application, BaseHandler, CallbackQueryHandler, CommandHandler

from bot.handlers.registering import register_all
from bot.services import Services
from tests.e2e.rights import FILE, PRESSES, RIGHTS, STRANGERS_AT_A_CLOSED_BOT, WHO

AnyHandler = BaseHandler[Any, Any, Any]


class Recorder:
    """An application that remembers which handlers were added."""

    def __init__(self) -> None:
        self.handlers: list[AnyHandler] = []

    def add_handler(self, handler: AnyHandler, group: int = 0) -> None:
        """Remember one."""
        self.handlers.append(handler)


def registered() -> list[AnyHandler]:
    """Every handler of a closed bot, which has the most."""
    services = cast(Services, SimpleNamespace(settings=SimpleNamespace(closed=True)))
    recorder = Recorder()
    register_all(services, cast("Application[Any, Any, Any, Any, Any, Any]", recorder))
    return recorder.handlers


HANDLERS = registered()
PATTERNS = {
    cast("re.Pattern[str]", one.pattern).pattern
    for one in HANDLERS
    if isinstance(one, CallbackQueryHandler) and one.pattern is not None
}


def test_every_command_has_a_row() -> None:
    """A command that somebody adds is tried by everybody, or this says that it is not."""
    commands = {
        name for one in HANDLERS if isinstance(one, CommandHandler) for name in one.commands
    }
    assert len(commands) > 20
    assert {name for names in RIGHTS for name in names} == commands | {FILE}
    assert STRANGERS_AT_A_CLOSED_BOT.keys() == RIGHTS.keys()


def test_every_button_has_a_row() -> None:
    """Data that somebody lets the bot listen to is pressed by everybody; no row is for nothing."""
    assert len(PATTERNS) > 10
    assert [one for one in PATTERNS if not any(re.match(one, data) for data in PRESSES)] == []
    assert [data for data in PRESSES if not any(re.match(one, data) for one in PATTERNS)] == []


def test_every_row_has_everybody() -> None:
    """Each row says what comes of it for each of those who might try."""
    rows = [*RIGHTS.values(), *PRESSES.values()]
    assert {len(row) for row in rows} == {len(WHO)}


def test_a_handler_without_a_row_is_found() -> None:
    """What is listened to and not in the table does not go unseen."""
    assert not any(re.match("^zz:", data) for data in PRESSES)
    assert any(re.match("^rm:", data) for data in PRESSES)
