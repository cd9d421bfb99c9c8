"""Work that goes on until somebody stops the process."""

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any


async def until_told(work: Coroutine[Any, Any, None]) -> None:
    """Do `work` until it ends, or until a signal comes: then it is cancelled, once, and may end."""
    doing = asyncio.create_task(work, name="serving")

    def stop() -> None:
        # Whoever is impatient must not cut short what is being put in order.
        if not doing.cancelling():
            doing.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    with suppress(asyncio.CancelledError):
        await doing
