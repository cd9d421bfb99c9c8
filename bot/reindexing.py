"""Reindexing in a process of its own, so that neither memory nor a crash is shared with answers.

The child is `hoidap index --events`: it prints one JSON object a line, progress first and the
report last. Whatever happens to it, the published generation stays.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from bot.errors import ReindexFailed
from bot.setting_list import SECRETS
from bot.settings import Language, Settings
from retrieval.build import BuildReport, Progress

_LINE_BYTES = 64 * 1024 * 1024
_CHILD_NICENESS = 5


def encode_event(event: Progress | BuildReport) -> str:
    """Return the line that `Reindexer` reads back."""
    kind = "progress" if isinstance(event, Progress) else "report"
    return json.dumps({kind: asdict(event)}, ensure_ascii=False)


def encode_failure(reason: str) -> str:
    """Return the line that tells the parent why there will be no report."""
    return json.dumps({"failure": reason}, ensure_ascii=False)


def lower_priority() -> None:
    """Let questions go first: called by the child."""
    os.nice(_CHILD_NICENESS)


class Reindexer:
    """Runs one reindex at a time."""

    def __init__(
        self, settings: Settings, ended: Callable[[str, float], object] = lambda *_: None
    ) -> None:
        """Take note of what to read.

        Args:
            settings: Where the documents and the index are.
            ended: Is told how each reindex ended (published, unchanged, failed), and its seconds.
        """
        self._settings = settings
        self._ended = ended
        self._running = False
        self._child: asyncio.subprocess.Process | None = None

    @property
    def running(self) -> bool:
        """Whether one is under way in this process."""
        return self._running

    @contextmanager
    def claim(self) -> Iterator[None]:
        """Mark a reindex as under way, at once, so that a second request finds it running."""
        self._running = True
        try:
            yield
        finally:
            self._running = False

    def stop(self) -> None:
        """End the reindex under way, if there is one: a bot that stops does not wait for it."""
        if self._child is not None and self._child.returncode is None:
            self._child.terminate()

    async def run(
        self, language: Language = "vi", *, force: bool = False
    ) -> AsyncIterator[Progress | BuildReport]:
        """Yield progress, then the report.

        Args:
            language: In which the child is to say why it failed.
            force: Rebuild even if nothing has changed.

        Raises:
            ReindexFailed: The child ended without a report; the old generation serves on.
        """
        began = time.monotonic()
        child = await asyncio.create_subprocess_exec(
            *self._command(force),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            env=child_environment(self._settings, language),
            limit=_LINE_BYTES,
        )
        self._child = child
        reported = False
        failure = ""
        try:
            if child.stdout is None:
                raise ReindexFailed("the reindex process has no output")
            async for line in child.stdout:
                event, reason = _decode(line)
                failure = reason or failure
                if event is not None:
                    if isinstance(event, BuildReport):
                        reported = True
                        result = "published" if event.published else "unchanged"
                        self._ended(result, time.monotonic() - began)
                    yield event
        finally:
            if child.returncode is None and not reported:
                await _end(child)
        code = await child.wait()
        if not reported:
            self._ended("failed", time.monotonic() - began)
            raise ReindexFailed(failure, code)

    def _command(self, force: bool) -> list[str]:
        return index_command(self._settings, "--events", *(["--force"] if force else []))


def index_command(settings: Settings, *options: str) -> list[str]:
    """Return the command line of `hoidap index`, with these settings, for another process."""
    command = [sys.executable, "-m", "bot.cli", "index", *options]
    command += ["--corpus", str(settings.corpus), "--data", str(settings.data)]
    return command + (["--model", settings.model] if settings.model else [])


def child_environment(settings: Settings, language: Language) -> dict[str, str]:
    """Return this process's environment for a child that builds, speaking `language`.

    Without the bot's token: the child reads documents written by strangers. It is told where the
    index is, and what a server there asks for; whoever reads the documents for it is not.
    """
    kept = {name: value for name, value in os.environ.items() if name not in SECRETS}
    place = settings.place
    told: dict[str, str] = {"HOIDAP_LANGUAGE": language, "HOIDAP_INDEX": place.kind}
    if place.milvus is not None:
        told |= {"MILVUS_URI": place.milvus.uri, "MILVUS_TOKEN": place.milvus.token}
    return {**kept, **told}


def failure_in(output: bytes) -> str:
    """Return why a child that has ended says that it failed, or ""."""
    return "".join(reason for line in output.splitlines() if (reason := _decode(line)[1]))


async def _end(child: asyncio.subprocess.Process) -> None:
    """Stop a child whose events nobody wants any more, or which has already closed its output."""
    try:
        await asyncio.wait_for(child.wait(), 1.0)
    except TimeoutError:
        child.kill()
        await child.wait()


def _decode(line: bytes) -> tuple[Progress | BuildReport | None, str]:
    try:
        event: dict[str, Any] = json.loads(line)
        if "progress" in event:
            return Progress(**event["progress"]), ""
        if "report" in event:
            fields = event["report"]
            failed = [(str(name), str(reason)) for name, reason in fields["failed"]]
            return BuildReport(**{**fields, "failed": failed}), ""
        return None, str(event.get("failure", ""))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None, ""  # a library's stray line is no event
