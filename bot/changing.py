"""A value that others wait to see changed."""

import asyncio
from typing import Generic, TypeVar

_Value = TypeVar("_Value")


class Changing(Generic[_Value]):
    """Holds a value; belongs to one event loop."""

    def __init__(self, value: _Value) -> None:
        self._value = value
        self._changed = asyncio.Event()

    @property
    def value(self) -> _Value:
        """What it is now."""
        return self._value

    def become(self, value: _Value) -> None:
        """Be another value from now on, and wake whoever waits for one."""
        self._value = value
        self._changed.set()
        self._changed = asyncio.Event()

    async def other_than(self, seen: _Value) -> _Value:
        """Return the value as soon as it is not the one that was `seen`."""
        while self._value is seen:
            await self._changed.wait()
        return self._value
