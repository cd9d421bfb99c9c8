"""Bytes from one file to another, in little memory, and onto the disk."""

import os
from pathlib import Path
from typing import BinaryIO

_CHUNK_BYTES = 1 << 20


def copy_bytes(source: Path, start: int, end: int, target: BinaryIO) -> None:
    """Write what `source` has from byte `start` to before `end` to `target`.

    Raises:
        OSError: It cannot be read or written, or `source` ends before `end`.
    """
    chunk = memoryview(bytearray(min(_CHUNK_BYTES, end - start)))
    with source.open("rb", buffering=0) as file:
        file.seek(start)
        left = end - start
        while left:
            size = file.readinto(chunk[:left])
            if not size:
                raise OSError(f"{source} is cut short")
            target.write(chunk[:size])
            left -= size


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk: there whatever happens from now on.

    Raises:
        OSError: It cannot be opened, or the disk fails.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
