"""Logs: one line an event, an event's name and fields; never a token, never a question's text.

A call has the name and the fields in its template, `"question.ended outcome=%s seconds=%.3f"`, so
that a line of text and a line of JSON come of the same call. What other libraries say is passed on
as a message.

A traceback says where and of which kind, and the words of those exceptions alone that are known
not to quote what was being dealt with: Python's own do (`int("…")`).
"""

import json
import logging
import re
import sys
import traceback
import warnings
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from bot.settings import LogStyle

_EVENT = re.compile(r"[a-z]+(?:\.[a-z_]+)+")
_FIELD = re.compile(r"([a-z_]+)=(%(?:\.\d+)?[sdf])")
_PLAIN = re.compile(r"[^\s\"=]+")
# What ends a line or moves a cursor somewhere.
_CONTROLS = {code: f"\\u{code:04x}" for code in (*range(32), *range(127, 160), 0x2028, 0x2029)}
_SPEAKS_FREELY = ("bot.", "retrieval.", "telegram.")


def configure_logging(
    level: int = logging.INFO, secrets: tuple[str, ...] = (), style: LogStyle = "text"
) -> None:
    """Send logs to standard error; `secrets` never appear in them, tracebacks included."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter((_JsonLines if style == "json" else _TextLines)(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # A Bot API URL has the token in it, and clients may log any URL: aiohttp is the bot's own, the
    # next two are PTB's and fetch models too. The last two log that they begin.
    for name in ("aiohttp", "httpx", "httpcore", "faiss.loader", "telegram.ext.Application"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # The first logs answers that it cannot read whole, with what people wrote; it raises as well.
    # The second logs what strangers send to the webhook, as often as they send it.
    for name in ("telegram.request.BaseRequest", "aiohttp.server"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    logging.captureWarnings(True)
    # PTB's advice where a method is called by its name, which is deliberate (`sending`, `polling`).
    warnings.filterwarnings("ignore", "Please use 'Bot")


class _Lines(logging.Formatter):
    """Takes known secrets out of whatever came together."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__()
        # What follows the colon is the secret of a token; the rest is the bot's number.
        parts = {part for secret in secrets for part in (secret, secret.rpartition(":")[2])}
        self._secrets = sorted(filter(None, parts), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        line = self._line(record)
        for secret in self._secrets:
            line = line.replace(secret, "***")
        return line

    def _line(self, record: logging.LogRecord) -> str:
        raise NotImplementedError


class _TextLines(_Lines):
    """`time level logger event key=value …`, and a traceback below."""

    def _line(self, record: logging.LogRecord) -> str:
        event, fields = _event_of(record)
        said = [event, *(f"{name}={_quoted(value)}" for name, value in fields.items())]
        if event == _FOREIGN:
            said = [fields["message"].translate(_CONTROLS)]
        time = self.formatTime(record)
        line = f"{time} {record.levelname} {record.name} {' '.join(said)}"
        trace = _traceback(record)
        return f"{line}\n{trace}" if trace else line


class _JsonLines(_Lines):
    """An object a line; `time` is UTC."""

    def _line(self, record: logging.LogRecord) -> str:
        event, fields = _event_of(record)
        at = datetime.fromtimestamp(record.created, UTC)
        line = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": event,
            **fields,
        }
        if trace := _traceback(record):
            line["traceback"] = trace
        return _json(line)


_FOREIGN = "library.message"
"""The event of what was not logged in our way."""


def _event_of(record: logging.LogRecord) -> tuple[str, Mapping[str, Any]]:
    """Return the name of an event and its fields; numbers are numbers."""
    template = event_template(record.msg) if isinstance(record.msg, str) else None
    values = record.args or ()
    if template is None or not isinstance(values, tuple) or len(values) != len(template[1]):
        return _FOREIGN, {"message": record.getMessage()}
    event, names = template
    fields = {name: _value(form, value) for (name, form), value in zip(names, values, strict=True)}
    return event, fields


@lru_cache(maxsize=512)
def event_template(text: str) -> tuple[str, list[tuple[str, str]]] | None:
    """Return an event's name and, of each field, name and format; None where it is no event."""
    event, *fields = text.split(" ")
    found = [_FIELD.fullmatch(field) for field in fields]
    names = [(match[1], match[2]) for match in found if match]
    return (event, names) if _EVENT.fullmatch(event) and len(names) == len(fields) else None


def _value(form: str, value: object) -> str | int | float:
    if form == "%s":
        return value if isinstance(value, int) else str(value)
    try:
        said = form % value
    except TypeError:
        # logging would print it, and all that came with it, in its own way.
        return str(value)
    return int(said) if form == "%d" else float(said)


def _quoted(value: object) -> str:
    """Return a value as one word, or in quotes; no value makes another line of itself."""
    said = str(value)
    return said if _PLAIN.fullmatch(said) and said.isprintable() else _json(said)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).translate(_CONTROLS)


def _traceback(record: logging.LogRecord) -> str:
    error = record.exc_info[1] if record.exc_info else None
    return "" if error is None else "\n".join(_chain(error)).rstrip()


def _chain(error: BaseException) -> Iterator[str]:
    """Yield what led to an exception, the first first, then the exception."""
    chain = [error]
    while before := chain[-1].__cause__ or (
        None if chain[-1].__suppress_context__ else chain[-1].__context__
    ):
        if before in chain:
            break
        chain.append(before)
    for one in reversed(chain):
        yield "Traceback (most recent call last):"
        yield "".join(traceback.format_tb(one.__traceback__)).rstrip("\n")
        yield _named(one)


def _named(error: BaseException) -> str:
    kind = type(error)
    ours = kind.__module__.startswith(_SPEAKS_FREELY) or isinstance(error, OSError)
    said = str(error) if ours else ""
    name = (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else (f"{kind.__module__}.{kind.__qualname__}")
    )
    return f"{name}: {said}" if said else name
