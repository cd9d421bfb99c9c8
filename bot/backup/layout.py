"""What an archive is made of, and which archives can be read."""

import json
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

from bot import __version__
from bot.errors import BackupError, BackupFault

FORMAT = 1
"""Raise it whenever a member changes its meaning."""
HEAD = "hoidap-backup.json"
DIGESTS = "digests.json"
DATABASE = "database/hoidap.sqlite3"
GENERATION = "generation"
CORPUS = "corpus"
_FOLDERS = frozenset({GENERATION, CORPUS})

Digests = dict[str, tuple[int, str]]
"""Name of a member → (bytes, SHA-256 in hex)."""


@dataclass(frozen=True, slots=True)
class Head:
    """The first member.

    Attributes:
        format: FORMAT of its writer.
        hoidap: The writer's version.
        created: ISO 8601, UTC.
        generation: Name of the generation that is in it; "" for none.
        corpus: Whether the documents are in it.
        database: Whether the database is.
    """

    format: int
    hoidap: str
    created: str
    generation: str
    corpus: bool
    database: bool

    def encoded(self) -> bytes:
        """Return it as `decode_head` reads it."""
        return json.dumps(asdict(self), indent=1).encode()


def decode_head(data: bytes) -> Head:
    """Return the head of an archive.

    Raises:
        BackupError: It is none, or that of a newer hoidap.
    """
    try:
        fields: dict[str, Any] = json.loads(data)
        writer = str(fields["hoidap"])
        # Before the rest is read: another format may have other fields.
        if int(fields["format"]) > FORMAT or _numbers(writer) > _numbers(__version__):
            raise BackupError(BackupFault.NEWER, writer)
        return Head(**fields)
    except (ValueError, TypeError, KeyError) as error:
        raise BackupError(BackupFault.BROKEN, HEAD) from error


def encode_digests(digests: Digests) -> bytes:
    """Return them as `decode_digests` reads them."""
    return json.dumps(digests, indent=1).encode()


def decode_digests(data: bytes) -> Digests:
    """Return the digests that the last member has.

    Raises:
        BackupError: It has none.
    """
    try:
        return {str(name): (int(size), str(sha)) for name, (size, sha) in json.loads(data).items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise BackupError(BackupFault.BROKEN, DIGESTS) from error


def is_expected(name: str) -> bool:
    """Return whether a backup has members of this name; it leads nowhere else than it says."""
    if name == DATABASE:
        return True
    parts = PurePosixPath(name).parts
    plain = "/".join(parts) == name and "\0" not in name and ".." not in parts
    if not parts or not plain or parts[0] not in _FOLDERS or parts[0] == name:
        return False
    # tantivy has hidden files.
    return parts[0] != CORPUS or not any(part.startswith(".") for part in parts)


def _numbers(version: str) -> tuple[int, ...]:
    """Return 0.10.2 as (0, 10, 2); what follows the figures, as in 0.2.0rc1, does not count."""
    release = version.split("+", 1)[0]
    found = []
    for part in release.split("."):
        figures = part[: len(part) - len(part.lstrip("0123456789"))]
        if not figures:
            break
        found.append(int(figures))
    if not found:
        raise ValueError(f"{version} is no version")
    return tuple(found)
