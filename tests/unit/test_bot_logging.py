"""Logs: on standard error, without secrets."""

import logging
import warnings
from collections.abc import Iterator

import pytest

from bot.logging import configure_logging

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
        raise ValueError(f"bad url with {SECRET}")
    except ValueError:
        log.exception("failed")
    lines = capsys.readouterr().err
    assert "INFO somewhere polling https://api.telegram.org/bot***/getUpdates" in lines
    assert "ValueError: bad url with ***" in lines
    assert SECRET not in lines


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
