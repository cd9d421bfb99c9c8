"""Zip files of strangers: opened only where what they unpack to is bounded.

Every format that is a zip inside (docx, xlsx, odt, epub) goes through here before a library sees
it, as does a zip of documents.
"""

import io
import struct
import zipfile
import zlib
from pathlib import Path

from retrieval.errors import CorpusError, Fault

MAX_UNPACKED_BYTES = 500_000_000
MAX_ENTRIES = 10_000
MAX_RATIO = 200
"""Unpacked to packed; text packs ten to fifty times, a bomb a thousand."""
_SMALL_BYTES = 20_000_000
"""Up to here any ratio will do: an empty form is little but repetition."""
_CHUNK = 1 << 20

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED_STREAMS = ("EncryptedPackage".encode("utf-16-le"), "EncryptionInfo".encode("utf-16-le"))
_IS_ENCRYPTED = 0x1
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)

PARSER_DAMAGE = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
)
"""What parsers of others raise where an archive is whole and what is in it is not."""


def checked_zip(data: bytes, path: Path) -> zipfile.ZipFile:
    """Return the archive in `data` if it is whole, not protected, and not too large unpacked.

    Args:
        data: The file.
        path: Named in errors.

    Raises:
        CorpusError: It is none of those.
    """
    if is_locked_package(data):
        raise CorpusError(path, Fault.ENCRYPTED)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _DAMAGE as error:
        raise CorpusError(path, Fault.BROKEN) from error
    fault = _fault(archive, len(data))
    if fault is not None:
        archive.close()
        raise CorpusError(path, fault)
    return archive


def member(archive: zipfile.ZipFile, name: str, path: Path) -> bytes:
    """Return the bytes of one entry; they are counted, whatever size the archive declares.

    Raises:
        CorpusError: There is no such entry, it is damaged, protected, or too large.
    """
    pieces: list[bytes] = []
    size = 0
    try:
        with archive.open(name) as entry:
            while piece := entry.read(_CHUNK):
                size += len(piece)
                if size > MAX_UNPACKED_BYTES:
                    raise CorpusError(path, Fault.TOO_LARGE_INSIDE)
                pieces.append(piece)
    except _DAMAGE as error:
        raise CorpusError(path, Fault.BROKEN) from error
    return b"".join(pieces)


def is_ole(data: bytes) -> bool:
    """Return whether a file is in the container of Office before 2007."""
    return data.startswith(_OLE)


def is_locked_package(data: bytes) -> bool:
    """Return whether a file is a docx or xlsx under a password, which is no zip any more."""
    return is_ole(data) and any(stream in data for stream in _LOCKED_STREAMS)


def _fault(archive: zipfile.ZipFile, packed: int) -> Fault | None:
    entries = archive.infolist()
    if any(entry.flag_bits & _IS_ENCRYPTED for entry in entries):
        return Fault.ENCRYPTED
    size = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or size > MAX_UNPACKED_BYTES:
        return Fault.TOO_LARGE_INSIDE
    if size > _SMALL_BYTES and size > MAX_RATIO * packed:
        return Fault.TOO_LARGE_INSIDE
    return None
