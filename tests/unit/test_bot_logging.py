"""Logs: on standard error, without secrets."""

import ast
import json
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.logging import configure_logging, event_template
from bot.settings import LogStyle

SECRET = "123456:ABCdefGHIjkl_mno-pqr"


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """Leave the process's logging and warnings as they were."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    show = warnings.showwarning
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    warnings.showwarning = show


def test_no_secret_in_any_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A secret is taken out of messages, their arguments and tracebacks."""
    configure_logging(logging.INFO, secrets=(SECRET, ""))
    log = logging.getLogger("somewhere")
    log.info("polling https://api.telegram.org/bot%s/getUpdates", SECRET)
    try:
        raise OSError(f"bad url with {SECRET}")
    except OSError:
        log.exception("failed")
    lines = capsys.readouterr().err
    assert "INFO somewhere polling https://api.telegram.org/bot***/getUpdates" in lines
    assert "OSError: bad url with ***" in lines
    log.info("the bot's own half is %s", SECRET.partition(":")[2])
    lines += capsys.readouterr().err
    assert "the bot's own half is ***" in lines
    assert SECRET.partition(":")[2] not in lines


@pytest.mark.parametrize("name", ["httpx", "aiohttp.client"])
def test_the_libraries_that_log_urls_are_quiet(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a client says of each request is not logged; its warnings are."""
    configure_logging(logging.DEBUG)
    logging.getLogger(name).info("HTTP Request: POST https://…")
    logging.getLogger(name).warning("a warning")
    lines = capsys.readouterr().err
    assert "HTTP Request" not in lines
    assert f"WARNING {name} a warning" in lines


def test_the_level(capsys: pytest.CaptureFixture[str]) -> None:
    """Below the level nothing is logged, and nothing ever goes to standard output."""
    configure_logging(logging.ERROR)
    logging.getLogger("bot").warning("a warning")
    logging.getLogger("bot").error("an error")
    printed = capsys.readouterr()
    assert "a warning" not in printed.err
    assert "an error" in printed.err
    assert printed.out == ""


def test_an_event_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    """An event is one line, whatever its values: what is not one plain word stands in quotes."""
    configure_logging(logging.INFO)
    hostile = 'a b\n2026-01-01 ERROR bot forged="yes"\u2028\x1b[31m'
    logging.getLogger("bot.x").info("file.read name=%s count=%d share=%.2f", hostile, 3, 0.256)
    logging.getLogger("somewhere").info("one\nline")
    line, foreign = capsys.readouterr().err.splitlines()
    assert foreign.endswith("INFO somewhere one\\u000aline")
    _, written = line.split("INFO bot.x ")
    assert written.startswith('file.read name="a b\\n2026-01-01 ERROR bot forged=\\"yes')
    assert written.endswith('" count=3 share=0.26')
    assert "\x1b" not in line
    assert "\u2028" not in line


def test_an_event_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """With JSON each line is an object: when, how bad, who says it, the event and its fields."""
    configure_logging(logging.INFO, (SECRET,), "json")
    log = logging.getLogger("bot.x")
    log.info("file.read name=%s count=%d share=%.2f all=%s", f"đề án\n{SECRET}", 3, 0.256, True)
    log.warning("GET %s took too long", "https://x.vn")
    try:
        raise StoreError("the disk is full")
    except StoreError:
        log.exception("store.failed")
    event, foreign, fault = map(json.loads, capsys.readouterr().err.splitlines())
    assert event.pop("time").endswith("+00:00")
    assert event == {
        "level": "info",
        "logger": "bot.x",
        "event": "file.read",
        "name": "đề án\n***",
        "count": 3,
        "share": 0.26,
        "all": True,
    }
    assert foreign["event"] == "library.message"
    assert foreign["message"] == "GET https://x.vn took too long"
    assert (fault["level"], fault["event"]) == ("error", "store.failed")
    assert fault["traceback"].splitlines()[0] == "Traceback (most recent call last):"
    assert fault["traceback"].splitlines()[-1] == "bot.errors.StoreError: the disk is full"


@pytest.mark.parametrize("style", ["text", "json"])
def test_a_traceback_does_not_quote(style: LogStyle, capsys: pytest.CaptureFixture[str]) -> None:
    """What a foreign exception says may be a question: only its kind is kept."""
    configure_logging(logging.INFO, style=style)
    question = "lương của tôi"
    try:
        try:
            int(question)
        except ValueError as error:
            raise StoreError("not a number") from error
    except StoreError:
        logging.getLogger("bot.x").exception("store.failed")
    lines = capsys.readouterr().err
    assert "lương" not in lines
    assert "ValueError" in lines
    assert "bot.errors.StoreError: not a number" in lines
    assert lines.count("Traceback (most recent call last)") == 2


def test_every_call_names_an_event_and_its_fields() -> None:
    """Each log call of the product is an event's name and named fields, as many as its values."""
    found = [call for path in _sources() for call in _log_calls(path)]
    assert len(found) > 50
    for where, call in found:
        template, *values = call.args
        assert isinstance(template, ast.Constant), where
        assert isinstance(template.value, str), where
        parsed = event_template(template.value)
        assert parsed is not None, f"{where}: {template.value}"
        names = [name for name, _ in parsed[1]]
        assert len(names) == len(values) == len(set(names)), where
        assert not {"time", "level", "logger", "event", "message", "traceback"} & set(names), where


def test_no_call_logs_what_people_write() -> None:
    """No value of a log call is a question, a text, a caption or a query."""
    words = {"question", "text", "texts", "caption", "query", "data", "meant", "understood"}
    for path in _sources():
        for where, call in _log_calls(path):
            for value in call.args[1:]:
                last = value.attr if isinstance(value, ast.Attribute) else None
                last = value.id if isinstance(value, ast.Name) else last
                assert last not in words, where


def _sources() -> list[Path]:
    root = Path(__file__).parents[2]
    return [path for house in ("bot", "retrieval") for path in sorted((root / house).rglob("*.py"))]


def _log_calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "_log"
        ):
            yield f"{path.name}:{node.lineno}", node
