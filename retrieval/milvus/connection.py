"""One connection to a Milvus server: a client that makes things, and one that asks.

What makes things is called from the thread that builds. What asks is asynchronous, so that one
question's searches are under way at once; it lives on an event loop in a thread of its own.
"""

import asyncio
import logging
import os
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar

from retrieval.errors import CollectionMissing, IndexRefused, IndexUnreachable, MilvusMissing
from retrieval.types import MilvusAddress

ASK_S = 4.0
"""Seconds for one request of a question; a bot gives a question up after ten."""
MAKE_S = 120.0
"""Seconds for a request that makes or drops something, or sends rows."""
INDEX_S = 24 * 3600.0
"""Seconds for the server to index and load a collection, however large."""
_GRACE_S = 2.0
_CHANNEL = {
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.min_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 1_000,
}
"""A server that is back is found in a second; gRPC itself would wait up to two minutes."""
_NO_SUCH_COLLECTION = 100
_UNAUTHENTICATED = "StatusCode.UNAUTHENTICATED"
_NOT_ANSWERING = ("connecting to server", "UNAVAILABLE", "DEADLINE_EXCEEDED", "Retry timeout")
_READ_AT_IMPORT = ("MILVUS_URI", "MILVUS_DEFAULT_CONNECTION")

_Value = TypeVar("_Value")


class Connection:
    """A server, as far as this process has spoken to it. Safe to use from several threads."""

    def __init__(self, address: MilvusAddress) -> None:
        """Remember where it is; nothing is sent yet."""
        self._address = address
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._making: Any = None
        self._asking: Any = None

    @property
    def library(self) -> Any:
        """The module pymilvus.

        Raises:
            MilvusMissing: It is not installed.
        """
        return _library()

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="milvus", daemon=True).start()
            return self._loop

    def make(self, act: Callable[[Any], _Value]) -> _Value:
        """Return what `act` does with the synchronous client.

        Raises:
            GenerationError: The server cannot be reached, or refuses.
        """
        with _meaning(self.library):
            if self._making is None:
                self._making = self._client(self.library.MilvusClient)
            return act(self._making)

    def ask(
        self, act: Callable[[Any], Coroutine[Any, Any, _Value]], seconds: float = ASK_S
    ) -> _Value:
        """Return what `act`, a coroutine function, finds with the asynchronous client in time.

        Raises:
            GenerationError: The server cannot be reached, or refuses.
        """
        with _meaning(self.library):
            asked: Future[_Value] = asyncio.run_coroutine_threadsafe(
                self._ask(act), self._running_loop()
            )
            try:
                return asked.result(seconds + _GRACE_S)
            finally:
                asked.cancel()

    async def _ask(self, act: Callable[[Any], Awaitable[_Value]]) -> _Value:
        if self._asking is None:
            self._asking = self._client(self.library.AsyncMilvusClient)
        return await act(self._asking)

    def _client(self, kind: Any) -> Any:
        return kind(
            uri=self._address.uri,
            token=self._address.token,
            timeout=ASK_S,
            grpc_options=_CHANNEL,
        )


@contextmanager
def _meaning(library: Any) -> Iterator[None]:
    """Raise what an error of pymilvus's means."""
    try:
        yield
    except library.MilvusException as error:
        # pymilvus says of a server that does not take a token that it cannot be connected to.
        if _status(error.__cause__) == _UNAUTHENTICATED:
            raise IndexRefused("Milvus does not take the token") from error
        raise _meant(error.code, str(error)) from error
    except (TimeoutError, OSError) as error:
        raise IndexUnreachable("Milvus does not answer") from error
    except Exception as error:
        status = _status(error)
        if not status:
            raise
        raise _meant(0, status) from error


def _status(error: BaseException | None) -> str:
    """Return the status of an error of gRPC's itself; "" of any other."""
    status = getattr(error, "code", None)
    return str(status()) if callable(status) else ""


@lru_cache(maxsize=8)
def connection(address: MilvusAddress) -> Connection:
    """Return this process's connection to a server."""
    return Connection(address)


def _meant(code: object, message: str) -> IndexUnreachable | IndexRefused | CollectionMissing:
    """Return what an error of the server's means; its words are kept, they name no secret."""
    if code == _NO_SUCH_COLLECTION:
        return CollectionMissing("the collection is not on the Milvus server")
    if any(words in message for words in _NOT_ANSWERING):
        return IndexUnreachable("Milvus cannot be reached")
    return IndexRefused(f"Milvus refuses: {message}")


@lru_cache(maxsize=1)
def _library() -> Any:
    """Import pymilvus without what it does to a process.

    It loads any `.env` that it finds above its own folder into the environment, which would bring
    back secrets that were taken out of it; refuses to be imported where MILVUS_URI is a file; and
    logs a traceback for every error that it raises as well.
    """
    hidden = {name: os.environ.pop(name) for name in _READ_AT_IMPORT if name in os.environ}
    disabled = os.environ.get("PYTHON_DOTENV_DISABLED")
    os.environ["PYTHON_DOTENV_DISABLED"] = "1"
    try:
        import pymilvus
    except ImportError as error:
        raise MilvusMissing("Milvus needs its client: pip install 'hoidap[milvus]'") from error
    finally:
        os.environ.update(hidden)
        if disabled is None:
            del os.environ["PYTHON_DOTENV_DISABLED"]
    for name in ("pymilvus", "milvus_lite"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return pymilvus
