"""The process that reads files by parsers of others: `python -m retrieval.documents.worker`.

It takes a line of JSON per file, {"path": …}, and answers with one, {"drafts": [[name, draft or
fault], …]}. It may crash, hang or run out of memory without harm: `sandbox` owns its life.
"""

import ctypes
import json
import os
import resource
import signal
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from retrieval.documents.archives import checked_zip, member
from retrieval.documents.formats import ARCHIVE_SUFFIX, SUFFIXES, read_draft
from retrieval.documents.wire import encoded
from retrieval.errors import CorpusError, Fault

_PR_SET_PDEATHSIG = 1
MEMORY_BYTES = 2_000_000_000
"""Of address space, for the parsers; one whole statute book takes a fifth of it."""


def main() -> None:
    """Answer until the input ends."""
    _limit_memory()
    _end_with_parent()
    # Whatever a parser prints must not be taken for an answer.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin:
        path = Path(json.loads(line)["path"])
        answers.write(json.dumps({"drafts": [*_answer(path)]}) + "\n")
        answers.flush()


def _limit_memory() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(hard, MEMORY_BYTES)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _end_with_parent() -> None:
    """Die when the build does, even while a parser hangs; only Linux can be asked for that."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _answer(path: Path) -> Iterator[tuple[str, Any]]:
    try:
        data = path.read_bytes()
        if path.suffix.lower() == ARCHIVE_SUFFIX:
            yield from _archive(data, path)
        else:
            yield "", read(path.name, data, path)
    except OSError:
        yield "", str(Fault.UNREADABLE)
    except CorpusError as error:
        yield "", str(error.fault)


def _archive(data: bytes, path: Path) -> Iterator[tuple[str, Any]]:
    with checked_zip(data, path) as archive:
        for name in sorted(_documents_in(archive)):
            try:
                yield _plain(name), read(name, member(archive, name, path), path)
            except CorpusError as error:
                yield _plain(name), str(error.fault)


def _documents_in(archive: zipfile.ZipFile) -> Iterator[str]:
    """Yield the names of what can be read; a name is only ever a name, no file is unpacked."""
    for info in archive.infolist():
        parts = PurePosixPath(info.filename).parts
        hidden = any(part.startswith((".", "__MACOSX")) for part in parts if part != "..")
        suffix = PurePosixPath(info.filename).suffix.lower()
        if not info.is_dir() and not hidden and suffix in SUFFIXES and suffix != ARCHIVE_SUFFIX:
            yield info.filename


def _plain(name: str) -> str:
    """Return a name that leads nowhere but down."""
    return "/".join(part for part in PurePosixPath(name).parts if part not in {"..", "/"})


def read(name: str, data: bytes, path: Path) -> Any:
    """Return the draft as JSON has it, or what is wrong with the file."""
    try:
        draft = read_draft(name, data, path)
    except CorpusError as error:
        return str(error.fault)
    except MemoryError:
        return str(Fault.TOO_LARGE_INSIDE)
    except Exception:  # a parser may raise anything at all
        return str(Fault.BROKEN)
    return encoded(draft)


if __name__ == "__main__":
    main()
