"""The database, room on the disks, rights of files, and programs that may be of use."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from bot.backup import interrupted
from bot.doctor.findings import Finding, note, todo, well
from bot.reader_links import KEY_FILE
from bot.settings import Settings
from bot.store.checking import Condition, examined
from bot.texts.doctor import DoctorTexts
from retrieval.documents import can_recognise
from retrieval.errors import GenerationError
from retrieval.generation import GenerationStore

ENV_FILE = Path(".env")
_MEGABYTE = 1_000_000
_FREE_BYTES = 200 * _MEGABYTE
"""For the database, uploads and logs to grow."""
_DOC_READERS = ("soffice", "libreoffice", "antiword", "catdoc")
_BY_ALL_READ, _BY_ALL_WRITTEN, _BY_ALL_PASSED = 0o004, 0o002, 0o001


def machine_findings(settings: Settings, say: DoctorTexts) -> Iterator[Finding]:
    """Yield what there is to say of them."""
    yield _database(settings.database, say)
    yield from _disks(settings, say)
    yield from _permissions(settings, say)
    yield from _restores(settings, say)
    program = next(filter(shutil.which, _DOC_READERS), None)
    if program is None:
        yield note("old_word", say.old_word_none)
    else:
        yield well("old_word", say.old_word_ok.format(program=program))
    if can_recognise():
        yield well("scans", say.scans_ok)
    else:
        yield note("scans", say.scans_none)


def _database(path: Path, say: DoctorTexts) -> Finding:
    condition, detail = examined(path)
    match condition:
        case Condition.ABSENT:
            return well("database", say.database_none)
        case Condition.WELL:
            return well("database", say.database_ok)
        case Condition.OLDER:
            return note("database", say.database_older)
        case Condition.NEWER:
            return todo("database", say.database_newer)
        case Condition.LOCKED:
            return todo("database", say.database_locked)
        case Condition.READ_ONLY:
            return todo("database", say.database_read_only.format(path=path))
        case Condition.DAMAGED:
            return todo("database", say.database_damaged.format(detail=detail))


def _disks(settings: Settings, say: DoctorTexts) -> Iterator[Finding]:
    """Yield how much room there is for another index, and for more documents."""
    seen = set()
    for folder, needed in (
        # One that is built lies beside the two that are kept.
        (settings.data, _FREE_BYTES + _index_bytes(settings.data)),
        (settings.corpus, _FREE_BYTES),
    ):
        place = _existing(folder)
        device = place.stat().st_dev
        if device in seen:
            continue
        seen.add(device)
        free = shutil.disk_usage(place).free
        values = {"path": folder, "free": free // _MEGABYTE, "needed": needed // _MEGABYTE}
        if free < needed:
            yield todo("disk", say.disk_full.format(**values))
        else:
            yield well("disk", say.disk_ok.format(**values))


def _index_bytes(data: Path) -> int:
    try:
        return _bytes_in(GenerationStore(data).current())
    except GenerationError:
        return 0


def _bytes_in(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())


def _existing(folder: Path) -> Path:
    """Return a folder, or the nearest one above it that is there."""
    whole = folder.resolve()
    return next(path for path in (whole, *whole.parents) if path.is_dir())


def _permissions(settings: Settings, say: DoctorTexts) -> Iterator[Finding]:
    """Yield what others can read and should not, and what we cannot and must."""
    files = (ENV_FILE, settings.database, settings.data / KEY_FILE)
    secret = [(file, _BY_ALL_READ, say.readable_by_all) for file in files]
    folders = [
        (folder, _BY_ALL_WRITTEN, say.writable_by_all)
        for folder in (settings.data, settings.corpus)
    ]
    ours = (
        (settings.data, os.W_OK | os.X_OK, say.not_writable),
        (settings.corpus, os.R_OK | os.X_OK, say.not_readable),
    )
    wrong = [
        *((path, words) for path, right, words in (*secret, *folders) if _open_to_all(path, right)),
        *((path, words) for path, right, words in ours if not os.access(_existing(path), right)),
    ]
    found = [todo("permissions", words.format(path=path)) for path, words in wrong]
    yield from found or [well("permissions", say.permissions_ok)]


def _open_to_all(path: Path, right: int) -> bool:
    """Return whether anybody on the machine has a right to a file: the folders let them pass."""
    if not path.exists():
        return False
    whole = path.resolve()
    passed = all(parent.stat().st_mode & _BY_ALL_PASSED for parent in whole.parents)
    return passed and bool(whole.stat().st_mode & right)


def _restores(settings: Settings, say: DoctorTexts) -> Iterator[Finding]:
    if interrupted(settings.data):
        yield todo("restores", say.restore_cut_short)
    kept = [
        *settings.data.glob("before-restore-*"),
        *settings.corpus.glob(".before-restore-*"),
    ]
    for folder in sorted(kept):
        size = f"{_bytes_in(folder) / _MEGABYTE:.1f}"
        yield note("restores", say.restore_kept.format(path=folder, size=size))
