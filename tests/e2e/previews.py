"""`hoidap preview` as a process."""

import asyncio
import re
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.e2e.processes import PATIENCE_S, clean_environment

_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/\?key=[\w-]+")


class PreviewProcess:
    """The command, started in a folder of its own.

    Attributes:
        out: Lines that it has printed to standard output.
    """

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        command: Sequence[str] = (sys.executable, "-m", "bot.cli"),
    ) -> None:
        self.folder = folder
        self.corpus = folder / "corpus"
        self.data = folder / "data"
        self.out: list[str] = []
        self._command = (*command, "preview", "--no-open", *arguments)
        self._environment = clean_environment(
            HOIDAP_CORPUS=str(self.corpus), HOIDAP_DATA=str(self.data), **(environment or {})
        )
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._said = asyncio.Event()

    @property
    def err(self) -> str:
        """What it printed to standard error."""
        return (self.folder / "stderr").read_text(encoding="utf-8")

    async def start(self) -> str:
        """Start it, or start it again; return the address that it prints."""
        self.out.clear()
        with (self.folder / "stderr").open("a") as err:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                cwd=self.folder,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=err,
            )
        self._reading = asyncio.create_task(self._read(self._process.stdout))
        return await self.address()

    async def address(self, number: int = 1) -> str:
        """Return the address of this number that it prints, from 1, once it has."""
        async with asyncio.timeout(PATIENCE_S):
            while len(found := _ADDRESS.findall("".join(self.out))) < number:
                assert self._reading is not None
                assert not self._reading.done(), self.err
                self._said.clear()
                await self._said.wait()
        return str(found[number - 1])

    async def newest_address(self) -> str:
        """Return the address that works now."""
        return await self.address(len(_ADDRESS.findall("".join(self.out))))

    async def stop(self) -> int:
        """End it as Ctrl-C does; return its exit code."""
        assert self._process is not None
        assert self._reading is not None
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGINT)
        async with asyncio.timeout(PATIENCE_S):
            await self._reading
            return await self._process.wait()

    async def _read(self, stream: asyncio.StreamReader | None) -> None:
        assert stream is not None
        async for line in stream:
            self.out.append(line.decode())
            self._said.set()
        self._said.set()
