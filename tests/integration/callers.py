"""Callers of an HTTP server who say whatever bytes they like."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

PATIENCE_S = 30.0


class Line:
    """A connection on which a caller says whatever bytes they like."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def say(self, raw: bytes) -> None:
        """Send bytes."""
        self._writer.write(raw)

    async def status(self) -> int:
        """Return the status of the next answer; 0 where the connection ends without one."""
        async with asyncio.timeout(PATIENCE_S):
            with suppress(ConnectionError):
                head = await self._reader.readline()
                length = 0
                while (header := await self._reader.readline()).strip():
                    if header.lower().startswith(b"content-length:"):
                        length = int(header.split(b":")[1])
                await self._reader.read(length) if length else None
                return int(head.split()[1]) if head else 0
        return 0

    async def ends(self) -> None:
        """Wait until the other side has hung up."""
        async with asyncio.timeout(PATIENCE_S):
            with suppress(ConnectionError):
                while await self._reader.read(4_096):
                    pass

    def hang_up(self) -> None:
        """End the connection."""
        self._writer.close()


@asynccontextmanager
async def line(port: int) -> AsyncIterator[Line]:
    """Connect."""
    opened = Line(*await asyncio.open_connection("127.0.0.1", port))
    try:
        yield opened
    finally:
        opened.hang_up()


async def answer(port: int, raw: bytes) -> int:
    """Say something on a connection of its own; return the status of what came back."""
    async with line(port) as own:
        own.say(raw)
        return await own.status()
