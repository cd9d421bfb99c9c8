"""Addresses of passages in the reader, and the signatures that open what not everybody may read.

A signature opens one document for some days. It is given where the bot has shown a passage of the
document, and nowhere else; whoever has the address of a message can read on. Knows no telegram.
"""

import base64
import errno
import hashlib
import hmac
import logging
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import time

from bot.links import KeptPassage, document_key
from bot.settings import Settings
from retrieval.labels import is_visible
from retrieval.types import Citation, DocumentRef, Scope

_log = logging.getLogger(__name__)

KEY_FILE = "reader.key"
"""In the data folder; never in a backup."""
VALID_S = 7 * 24 * 3600
_KEY_BYTES = 32
_SIGNATURE = re.compile(r"([1-9][0-9]{0,11})-([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class Lock:
    """Which documents everybody may read, and what opens the others; as it stands, all are open.

    Attributes:
        closed: Whether none is open to everybody.
        restricted: Labels, as `retrieval.labels` has them, of those that are not.
        key: Signs; without one nothing that is locked can be opened.
        now: POSIX time.
    """

    closed: bool = False
    restricted: frozenset[str] = frozenset()
    key: bytes = field(default=b"", repr=False)
    now: Callable[[], float] = field(default=time, repr=False)

    @property
    def scope(self) -> Scope:
        """What everybody may see, where the bot is not closed."""
        return Scope(hidden=self.restricted)

    @property
    def keeps(self) -> bool:
        """Whether there can be anything that not everybody may read."""
        return self.closed or bool(self.restricted)

    def is_open(self, document: DocumentRef) -> bool:
        """Return whether everybody may read a document."""
        return not self.closed and is_visible(document, self.scope)

    def sign(self, key: str) -> str:
        """Return what opens the document with this short name from now on for some days."""
        expiry = int(self.now()) + VALID_S
        return f"{expiry}-{self._mac(key, expiry)}"

    def opens(self, key: str, signature: str) -> bool:
        """Return whether `signature` opens the document with this short name now."""
        match = _SIGNATURE.fullmatch(signature)
        if match is None or not self.key:
            return False
        expiry = int(match[1])
        # First the secret part: how long an address is valid is no secret.
        return hmac.compare_digest(match[2], self._mac(key, expiry)) and self.now() < expiry

    def _mac(self, key: str, expiry: int) -> str:
        told = f"reader:{key}:{expiry}".encode()
        digest = hmac.new(self.key, told, hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class ReaderLinks:
    """What makes addresses; without a `root` there is no reader, and none is made.

    Attributes:
        root: What addresses begin with, without a last slash.
        lock: Who may read what there.
    """

    root: str = ""
    lock: Lock = Lock()

    def to(self, citation: Citation, *, to_anybody: bool = False) -> str:
        """Return the address of what is cited, with its sentence marked; "" where there is none.

        Where `to_anybody` may come to see it, which the bot cannot know, nothing is signed.
        """
        if not self.root:
            return ""
        if self.lock.is_open(citation.document):
            return f"{self.root}{passage_path(citation)}"
        if to_anybody or not self.lock.key:
            return ""
        signature = self.lock.sign(document_key(citation.document.id))
        return f"{self.root}{passage_path(citation, signature)}"


NO_READER = ReaderLinks()
"""Where documents cannot be read in a browser."""


def passage_path(citation: Citation, signature: str = "") -> str:
    """Return the path and what follows it of a passage, below what all addresses begin with."""
    kept = KeptPassage.of(citation)
    asks = [f"m={kept.first}-{kept.last}"] if kept.last else []
    asks += [f"s={signature}"] if signature else []
    return f"/r/{kept.link}{'?' if asks else ''}{'&'.join(asks)}#passage"


def links_of(settings: Settings) -> ReaderLinks:
    """Return what makes the links of a bot with these settings; it has a key where it needs one."""
    if settings.public is None:
        return NO_READER
    lock = Lock(settings.closed, settings.restricted)
    if lock.keeps:
        lock = replace(lock, key=_key_or_passing_one(settings.data))
    return ReaderLinks(settings.public.url, lock)


def _key_or_passing_one(data: Path) -> bytes:
    try:
        return reader_key(data)
    except OSError as error:
        # Links then open nothing after the next start; that is no reason not to answer.
        _log.error("reader.key_not_kept error=%s", error.strerror)
        return secrets.token_bytes(_KEY_BYTES)


def reader_key(data: Path) -> bytes:
    """Return the key of a data folder, made now if it has none.

    Raises:
        OSError: It cannot be read, or kept.
    """
    path = data / KEY_FILE
    try:
        return _read(path)
    except FileNotFoundError:
        data.mkdir(parents=True, exist_ok=True)
    fresh = data / f".{KEY_FILE}.{secrets.token_hex(4)}.new"
    descriptor = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        # Unlike a rename it fails where another process was quicker: then theirs holds.
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink(missing_ok=True)
    return _read(path)


def _read(path: Path) -> bytes:
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise OSError(errno.EINVAL, f"{len(key)} bytes instead of {_KEY_BYTES}", str(path))
    return key
