"""Everything that `bot` raises.

```
BotError
├─ ConfigError         every bad setting at once; exit code 2
├─ Overloaded          the queue of questions is full
├─ DeadlineExceeded    no answer in time
├─ ReindexFailed       the child process that builds ended without a report
└─ StoreError          the database is unavailable; answers still flow
```
"""

from collections.abc import Sequence


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
