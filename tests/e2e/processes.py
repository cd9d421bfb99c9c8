"""hoidap as processes of their own: the live bot, and the command a person types."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.botapi import BotApiServer

PATIENCE_S = 180.0
"""For anything that must happen; machines differ, and a wait ends when it does happen."""

T = TypeVar("T")
_OURS = ("HOIDAP_", "TELEGRAM_", "MILVUS_", "LC_")


def clean_environment(**extra: str) -> dict[str, str]:
    """Return this machine's environment without its owner's settings of hoidap, and `extra`."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    # COLUMNS: a quote in the terminal stays on one line.
    mine |= {"LANG": "C.UTF-8", "HF_HUB_OFFLINE": "1", "COLUMNS": "2000", "HOIDAP_LANGUAGE": "vi"}
    return mine | extra


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    code: int
    out: str
    err: str


async def command(
    *arguments: str, folder: Path, environment: Mapping[str, str], typed: str | None = None
) -> Outcome:
    """Run `hoidap` with `arguments` in `folder`; `typed` is piped into it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.cli", *arguments),
        cwd=folder,
        env=dict(environment),
        stdin=asyncio.subprocess.PIPE if typed is not None else asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            out, err = await process.communicate(None if typed is None else typed.encode())
    except TimeoutError:
        process.kill()
        raise
    return Outcome(await process.wait(), out.decode(), err.decode())


class BotProcess:
    """`hoidap run` against a Bot API server of the tests.

    Attributes:
        folder: Where it runs; holds `corpus`, `data` and what it printed.
    """

    def __init__(
        self,
        server: BotApiServer,
        folder: Path,
        *,
        admins: Sequence[int] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.corpus = folder / "corpus"
        self.data = folder / "data"
        self._server = server
        self._process: asyncio.subprocess.Process | None = None
        self._environment = clean_environment(
            TELEGRAM_BOT_TOKEN=server.token,
            TELEGRAM_API_BASE=server.base_url,
            HOIDAP_CORPUS=str(self.corpus),
            HOIDAP_DATA=str(self.data),
            HOIDAP_ADMINS=",".join(map(str, admins)),
            **(environment or {}),
        )

    def reach(self, api_base: str) -> None:
        """Have it look for Telegram elsewhere from its next start on."""
        self._environment["TELEGRAM_API_BASE"] = api_base

    @property
    def pid(self) -> int:
        """Of the running process."""
        assert self._process is not None
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process is not None and self._process.returncode is None

    @property
    def out(self) -> str:
        """What all its runs printed to standard output."""
        return (self.folder / "stdout").read_text(encoding="utf-8")

    @property
    def err(self) -> str:
        """What all its runs printed to standard error."""
        return (self.folder / "stderr").read_text(encoding="utf-8")

    async def start(self) -> None:
        """Start it and wait until it asks for updates."""
        polls = len(self._server.calls("getUpdates"))
        process = await self.launch()
        ended = asyncio.create_task(process.wait())
        ready = asyncio.create_task(
            self._server.wait_until(
                lambda: len(self._server.calls("getUpdates")) > polls, PATIENCE_S
            )
        )
        await asyncio.wait({ended, ready}, return_when=asyncio.FIRST_COMPLETED)
        for task in (ended, ready):
            task.cancel()
        await asyncio.gather(ended, ready, return_exceptions=True)
        assert self.running, f"the bot ended at once:\n{self.err}"

    async def launch(self) -> asyncio.subprocess.Process:
        """Start it and wait for nothing."""
        with (self.folder / "stdout").open("a") as out, (self.folder / "stderr").open("a") as err:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot.cli", "run"),
                cwd=self.folder,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )
        return self._process

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send it a signal and return its exit code."""
        assert self._process is not None
        with suppress(ProcessLookupError):
            self._process.send_signal(number)
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self._process.wait()
        except TimeoutError:
            self._process.kill()
            raise AssertionError(f"the bot did not end:\n{self.err[-3_000:]}") from None

    async def printed(self, words: str) -> None:
        """Wait until it has printed `words` to standard error."""
        await eventually(lambda: words in self.err)

    async def child(self, doing: str) -> int:
        """Return the id of its child process with this word in its command, once it has one."""
        return (await eventually(lambda: self.children(doing)))[0]

    def children(self, doing: str) -> list[int]:
        """Return the ids of its child processes with this word in their commands."""
        return _children_of(self.pid, doing)


async def gone(pid: int) -> None:
    """Wait until there is no such process."""
    await eventually(lambda: not Path(f"/proc/{pid}").exists())


async def eventually(look: Callable[[], T]) -> T:
    """Return the first true value of `look`; the kernel tells of no other process's children."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            if value := look():
                return value
            await asyncio.sleep(0.01)


def _children_of(pid: int, doing: str) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # "pid (name) state parent …"; the name may hold spaces and brackets.
            parent = status.read_text().rpartition(")")[2].split()[1]
            command = (status.parent / "cmdline").read_text()
            if int(parent) == pid and doing in command:
                found.append(int(status.parent.name))
    return found
