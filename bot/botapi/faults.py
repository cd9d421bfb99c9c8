"""Faults a test injects into coming calls, each a small value that says what goes wrong.

Knows no HTTP: the server acts them out.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class RetryAfter:
    """429 with ``parameters.retry_after``; the action is not done."""

    seconds: int


@dataclass(frozen=True)
class Forbidden:
    """403 with ``Forbidden: <text>``; the action is not done."""

    text: str


@dataclass(frozen=True)
class BadRequest:
    """400 with ``Bad Request: <text>``; the action is not done."""

    text: str


@dataclass(frozen=True)
class ServerError:
    """A gateway's HTML page, as Telegram's nginx gives when a backend is away; nothing is done."""

    status: int = 502


@dataclass(frozen=True)
class DropBefore:
    """The connection is reset; the action is NOT done."""


@dataclass(frozen=True)
class DropAfter:
    """The action is done, then the connection is reset with no reply."""


@dataclass(frozen=True)
class Delay:
    """The call waits this long, then goes on as usual, even if the client has hung up."""

    seconds: float


@dataclass(frozen=True)
class LateReply:
    """The action is done at once; the reply comes so much later."""

    seconds: float


@dataclass(frozen=True)
class Garbage:
    """The action is done; the reply is a 200 whose JSON is cut in the middle."""


Fault = (
    RetryAfter
    | Forbidden
    | BadRequest
    | ServerError
    | DropBefore
    | DropAfter
    | Delay
    | LateReply
    | Garbage
)


@dataclass
class Faults:
    """The faults still to come, taken in the order they were added."""

    _waiting: list[tuple[str, Fault]] = field(default_factory=list)

    def add(self, method: str, fault: Fault, times: int = 1) -> None:
        """Plans ``fault`` for the next ``times`` calls of ``method`` (``"*"`` is any method)."""
        self._waiting.extend([(method.lower(), fault)] * times)

    def take(self, method: str) -> Fault | None:
        """The fault for this call, used up by it."""
        for index, (name, fault) in enumerate(self._waiting):
            if name in (method.lower(), "*"):
                del self._waiting[index]
                return fault
        return None

    def clear(self) -> None:
        """Forgets the faults still to come."""
        self._waiting.clear()

    def __len__(self) -> int:
        return len(self._waiting)
