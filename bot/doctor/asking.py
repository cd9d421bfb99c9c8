"""What Telegram says: whether it takes the token, what the bot may do, how updates come in."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from email.utils import parsedate_to_datetime

from telegram import Bot, User, WebhookInfo
from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError

from bot.doctor.findings import Finding, note, todo, well
from bot.settings import Settings
from bot.texts.doctor import DoctorTexts
from bot.web.requests import AiohttpRequest

_MOST_SKEW_S = 30
"""Headers tell whole seconds, and an answer may be under way for some."""
_MANY_WAITING = 100
_RECENT_S = 3_600
"""An error that is older is over: Telegram tries again within minutes."""


def telegram_findings(settings: Settings, say: DoctorTexts) -> Iterator[Finding]:
    """Yield what Telegram says; nothing where there is no token to ask with."""
    if settings.token is not None:
        yield from asyncio.run(_asked(settings, settings.token, say))


async def _asked(settings: Settings, token: str, say: DoctorTexts) -> list[Finding]:
    # As the bot asks, so that what keeps it from Telegram is found.
    request = AiohttpRequest(1)
    base = f"{settings.api_base}/bot"
    bot = Bot(token, base, request=request, get_updates_request=AiohttpRequest(1))
    await request.initialize()
    try:
        me = await bot.get_me()
        now = time.time()
        found = [well("login", say.login_ok.format(username=me.username)), *_may(me, say)]
        found += [operator async for operator in _operators(bot, settings, say)]
        info = await bot.get_webhook_info()
        return [
            *found,
            webhook_finding(settings, info, say, now),
            clock_finding(request.date, say, now),
        ]
    except InvalidToken:
        return [todo("login", say.login_refused)]
    except TelegramError as error:
        # Its words may quote an address, in which the token stands.
        told = say.unreachable.format(server=settings.api_base, reason=type(error).__name__)
        return [todo("login", told)]
    finally:
        await request.shutdown()


async def _operators(bot: Bot, settings: Settings, say: DoctorTexts) -> AsyncIterator[Finding]:
    """Yield which operators cannot be told anything: bots may not write first."""
    for operator in sorted(settings.admins):
        try:
            await bot.get_chat(operator)
        except (BadRequest, Forbidden):
            yield note("operators", say.operators_unmet.format(id=operator))


def _may(me: User, say: DoctorTexts) -> Iterator[Finding]:
    """Yield what the bot was given to do at BotFather."""
    if me.can_join_groups is False:
        yield note("groups", say.groups_none)
    elif me.can_read_all_group_messages:
        yield well("groups", say.groups_all)
    else:
        yield note("groups", say.groups_called)
    if me.supports_inline_queries:
        yield well("inline", say.inline_on)
    else:
        yield note("inline", say.inline_off)
    if me.supports_guest_queries:
        yield well("guests", say.guests_on)
    else:
        yield note("guests", say.guests_off)


def webhook_finding(settings: Settings, info: WebhookInfo, say: DoctorTexts, now: float) -> Finding:
    """Return whether updates come in as the settings want it.

    Args:
        settings: What is wanted.
        info: What Telegram has.
        say: The wording.
        now: Seconds since 1970.
    """
    wanted = None if settings.webhook is None else settings.webhook.url
    waiting = info.pending_update_count
    if wanted is None and info.url:
        return todo("webhook", say.webhook_unwanted.format(url=info.url))
    if wanted is not None and info.url != wanted:
        return todo("webhook", say.webhook_elsewhere.format(url=info.url or "—", wanted=wanted))
    failed_at = info.last_error_date
    if info.url and failed_at is not None and now - failed_at.timestamp() < _RECENT_S:
        error = info.last_error_message or "?"
        return todo("webhook", say.webhook_error.format(error=error, waiting=waiting))
    if waiting > _MANY_WAITING:
        return todo("webhook", say.webhook_waiting.format(waiting=waiting))
    if wanted is None:
        return well("webhook", say.webhook_polling.format(waiting=waiting))
    return well("webhook", say.webhook_ok.format(url=wanted, waiting=waiting))


def clock_finding(date: str, say: DoctorTexts, now: float) -> Finding:
    """Return how far this machine's clock is from the server's, whose answer had a Date."""
    with suppress(ValueError):
        seconds = round(now - parsedate_to_datetime(date).timestamp())
        if abs(seconds) <= _MOST_SKEW_S:
            return well("clock", say.clock_ok)
        return todo("clock", say.clock_wrong.format(seconds=f"{seconds:+d}"))
    return note("clock", say.clock_unknown)
