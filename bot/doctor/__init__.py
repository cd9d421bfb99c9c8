"""Looking at everything that a bot needs, and saying of each that it is well or what to do.

Nothing is changed, and nothing secret is said. What belongs together lies in a module: `asking`
asks Telegram, `indexes` looks at the model, the index and the documents, `machine` at the database,
the disks and the rights of files.
"""

from collections.abc import Callable, Iterator

from bot.doctor.asking import telegram_findings
from bot.doctor.findings import Finding, State, todo, well
from bot.doctor.indexes import index_findings
from bot.doctor.machine import machine_findings
from bot.settings import Settings
from bot.texts.doctor import DoctorTexts, doctor_texts

__all__ = ["Finding", "State", "findings"]


def findings(settings: Settings, faults: list[str], *, offline: bool = False) -> Iterator[Finding]:
    """Yield what there is to say of each thing, as it is found out.

    Args:
        settings: As far as they can be used.
        faults: What is wrong with the others.
        offline: Ask nothing of Telegram.
    """
    say = doctor_texts(settings.language)
    yield from _settings_findings(settings, faults, say)
    if not offline:
        yield from telegram_findings(settings, say)
    yield from _tried("index", index_findings, settings, say)
    yield from _tried("permissions", machine_findings, settings, say)


def _tried(
    check: str,
    part: Callable[[Settings, DoctorTexts], Iterator[Finding]],
    settings: Settings,
    say: DoctorTexts,
) -> Iterator[Finding]:
    """Yield what a part finds, up to a folder that may not even be looked into."""
    try:
        yield from part(settings, say)
    except OSError as error:
        detail = f"{error.filename}: {error.strerror}"
        yield todo(check, say.failed.format(detail=detail))


def _settings_findings(
    settings: Settings, faults: list[str], say: DoctorTexts
) -> Iterator[Finding]:
    for fault in faults:
        yield todo("settings", fault)
    if not faults:
        told = say.settings_ok.format(corpus=settings.corpus, data=settings.data)
        yield well("settings", told)
    if settings.admins:
        yield well("operators", say.operators_ok.format(count=len(settings.admins)))
    else:
        yield todo("operators", say.operators_none)
    if settings.token is None and not any("TELEGRAM_BOT_TOKEN" in fault for fault in faults):
        yield todo("login", say.login_none)
