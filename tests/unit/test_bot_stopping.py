"""Work that goes on until the process is told to stop."""

import asyncio
import os
import signal

from bot.stopping import until_told


async def test_a_second_signal_cuts_nothing_short() -> None:
    """Whoever is told to stop ends in order, and being told so again changes nothing."""
    done: list[str] = []
    begun = asyncio.Event()

    async def work() -> None:
        try:
            begun.set()
            await asyncio.Event().wait()
        finally:
            os.kill(os.getpid(), signal.SIGTERM)
            # A signal is dealt with when the loop comes round.
            for _ in range(10):
                await asyncio.sleep(0)
            done.append("in order")

    serving = asyncio.create_task(until_told(work()))
    await begun.wait()
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        await serving
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().remove_signal_handler(number)
    assert done == ["in order"]
