"""SHA-256 of the files in a folder, two at a time.

Owns how files are hashed quickly; refuses to know what they are.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType

FileDigests = dict[str, tuple[int, str]]
"""Relative path → (bytes, SHA-256 in hex)."""
FileKey = tuple[int, int]
"""Device and number of a file, which all its hard links share."""
KnownDigests = Mapping[FileKey, str]
NONE_KNOWN: KnownDigests = MappingProxyType({})

_THREADS = 2
_PIECE_BYTES = 1 << 20


@contextmanager
def hashing(
    folder: Path, names: list[str], known: KnownDigests
) -> Iterator[Callable[[], FileDigests]]:
    """Hash the files `names` in `folder` meanwhile; what is yielded waits for their digests.

    Args:
        folder: Where they are.
        names: Relative paths.
        known: Digests of files that are whole; the same files need not be read again.
    """
    sizes: dict[str, int] = {}
    found: dict[str, Future[str] | str] = {}
    with ThreadPoolExecutor(_THREADS) as pool:
        for name in names:
            status = (folder / name).stat()
            sizes[name] = status.st_size
            key = status.st_dev, status.st_ino
            found[name] = known[key] if key in known else pool.submit(_sha256, folder / name)

        def digests() -> FileDigests:
            return {
                name: (sizes[name], one if isinstance(one, str) else one.result())
                for name, one in found.items()
            }

        yield digests


def known_digests(folder: Path, files: FileDigests) -> KnownDigests:
    """Return what `hashing` may take for known of `files` in `folder`, which were just checked."""
    known: dict[FileKey, str] = {}
    for name, (_, digest) in files.items():
        with suppress(OSError):  # it has vanished since: nothing can link to it
            status = (folder / name).stat()
            known[status.st_dev, status.st_ino] = digest
    return known


def first_fault(folder: Path, files: FileDigests) -> tuple[Path, OSError | None] | None:
    """Return the first of `files` that is not as it was, and why it cannot be read if it cannot."""
    # The largest goes first, so that neither thread waits long for the other.
    largest_first = sorted(files, key=lambda name: -files[name][0])
    with ThreadPoolExecutor(_THREADS) as pool:
        checks = {n: pool.submit(_is_intact, folder / n, *files[n]) for n in largest_first}
        for name in files:
            try:
                if not checks[name].result():
                    return folder / name, None
            except OSError as error:
                return folder / name, error
    return None


def _is_intact(path: Path, size: int, digest: str) -> bool:
    return path.stat().st_size == size and _sha256(path) == digest


def _sha256(path: Path) -> str:
    # In large pieces: each is hashed without Python's lock, and only between them is it taken.
    digest, piece = hashlib.sha256(), memoryview(bytearray(_PIECE_BYTES))
    with path.open("rb", buffering=0) as file:
        while size := file.readinto(piece):
            digest.update(piece[:size])
    return digest.hexdigest()
