"""Everything that `bot` raises.

```
BotError
├─ ConfigError         every bad setting at once; exit code 2
├─ Overloaded          the queue of questions is full
├─ DeadlineExceeded    no answer in time
├─ ReindexFailed       the child process that builds ended without a report
├─ BackupError         a backup cannot be made or put back; all is as it was
└─ StoreError          the database is unavailable; answers still flow
```
"""

from collections.abc import Sequence
from enum import StrEnum


class BotError(Exception):
    """Base of everything here."""


class ConfigError(BotError):
    """Settings that cannot be used.

    Attributes:
        faults: One sentence per bad setting.
    """

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


class Overloaded(BotError):
    """More questions are waiting than can be answered soon."""


class DeadlineExceeded(BotError):
    """The answer did not come in time."""


class ReindexFailed(BotError):
    """The reindex ended without publishing.

    Attributes:
        reason: Why, in one clause, as the child told it; "" when it died without a word.
        code: The child's exit code, negative for a signal; None while it is not known.
    """

    def __init__(self, reason: str = "", code: int | None = None) -> None:
        super().__init__(reason or f"the reindex process ended with code {code}")
        self.reason = reason
        self.code = code


class StoreError(BotError):
    """The database cannot be read or written."""


class BackupFault(StrEnum):
    """Why a backup cannot be made or put back; `bot.texts.upkeep` says each."""

    FAILED = "reading or writing failed"
    CHANGED = "a file changed while it was read"
    IN_CORPUS = "the archive would lie among the documents"
    TWICE = "another backup is being written there"
    BROKEN = "the archive is damaged, or no backup"
    UNSAFE = "the archive has a member that no backup has"
    NEWER = "a newer hoidap made it"
    IN_USE = "a bot uses the data folder"
    RESTORING = "a restore is under way"


class BackupError(BotError):
    """A backup that cannot be made or put back.

    Attributes:
        fault: Why.
        detail: What it is about: a path, a member's name, a version.
    """

    def __init__(self, fault: BackupFault, detail: str) -> None:
        super().__init__(f"{fault}: {detail}")
        self.fault = fault
        self.detail = detail
