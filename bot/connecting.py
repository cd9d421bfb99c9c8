"""What there is no bot without, tried until it is done."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from telegram.error import BadRequest, InvalidToken, TelegramError

_log = logging.getLogger(__name__)

_LONGEST_PAUSE_S = 30.0


async def in_the_end(act: Callable[[], Awaitable[object]]) -> None:
    """Do what there is no bot without; a server starts before its network does, so wait for it.

    Raises:
        InvalidToken, BadRequest: Waiting would not help.
    """
    pause_s = 1.0
    while True:
        try:
            await act()
            return
        except (InvalidToken, BadRequest):
            raise
        except TelegramError as error:
            _log.warning("connect.failed error=%s", type(error).__name__)
            await asyncio.sleep(pause_s)
            pause_s = min(1.5 * pause_s, _LONGEST_PAUSE_S)
