"""What is known of a document beside its words, by keys in either language.

It stands in the header of a text or in a file beside the document.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from retrieval.errors import CorpusError, Fault
from retrieval.text import fold

SIDE_SUFFIXES = (".yaml", ".yml")
"""`quy-dinh.pdf.yaml`, or `quy-dinh.yaml`, tells about `quy-dinh.pdf`."""

_KEYS = {
    "title": "title tieu_de ten",
    "source": "source nguon lien_ket link url",
    "publisher": "publisher co_quan_ban_hanh co_quan noi_ban_hanh nha_xuat_ban",
    "date": "date ngay ngay_ban_hanh",
    "tags": "tags the nhan chu_de",
    "in_force_from": "in_force_from ngay_hieu_luc hieu_luc_tu co_hieu_luc_tu",
    "in_force_to": "in_force_to ngay_het_hieu_luc het_hieu_luc hieu_luc_den",
    "replaced_by": "replaced_by thay_bang thay_the_boi bi_thay_the_boi",
}
_KEY_OF = {name: key for key, names in _KEYS.items() for name in names.split()}
_NOTHING = frozenset({"", "~", "null"})
_DAY_FIRST = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-]((?:19|20)\d\d)$")
_DATES = ("date", "in_force_from", "in_force_to")


def parsed_metadata(text: str, path: Path) -> dict[str, str] | None:
    """Return key → value of YAML `text`, or None where it is no mapping.

    A list is joined by commas. Known keys have their English names, others the name as written.

    Args:
        text: YAML.
        path: Named in the error.

    Raises:
        CorpusError: It is not valid YAML.
    """
    loaded = _loaded(text, path, Fault.BAD_HEADER)
    if not isinstance(loaded, Mapping):
        return None
    found: dict[str, str] = {}
    for name, value in loaded.items():
        words = _words(value)
        if words:
            # Where both are given, `title` counts for more than `ten`.
            key = _key(str(name))
            if key not in found or key == str(name).strip().lower():
                found[key] = _day_last(words) if key in _DATES else words
    return found


def parsed_mapping(text: str, path: Path) -> dict[str, str]:
    """Return key → value of YAML `text` as they are written; an empty value is "".

    Raises:
        CorpusError: It is not valid YAML, or no mapping of words to words.
    """
    loaded = _loaded(text, path, Fault.BAD_CANARIES)
    if not isinstance(loaded, Mapping) or not all(isinstance(v, str) for v in loaded.values()):
        raise CorpusError(path, Fault.BAD_CANARIES)
    return {str(key): "" if value in _NOTHING else value.strip() for key, value in loaded.items()}


def _loaded(text: str, path: Path, fault: Fault) -> object:
    import yaml  # most documents have no header

    try:
        # Only strings, as written: "06" is no number, "2018-31-12" no impossible date.
        return yaml.load(text, yaml.BaseLoader)  # noqa: S506
    except (yaml.YAMLError, RecursionError) as error:
        raise CorpusError(path, fault) from error


def side_names(name: str) -> list[str]:
    """Return what the files that tell about the document `name` may be called, best first."""
    stem = os.path.splitext(name)[0]  # noqa: PTH122
    return [base + suffix for base in (name, stem) for suffix in SIDE_SUFFIXES]


def side_files(path: Path) -> list[Path]:
    """Return the files that tell about the document in `path`, those that are there."""
    beside = [path.with_name(name) for name in side_names(path.name)]
    return [side for side in beside if side.is_file()]


def side_metadata(path: Path) -> dict[str, str]:
    """Return what the file beside a document tells about it; {} where there is none.

    Raises:
        CorpusError: It cannot be read; the error's path is the document's.
    """
    for side in side_files(path):
        try:
            return parsed_metadata(side.read_text(encoding="utf-8-sig"), path) or {}
        except (OSError, UnicodeDecodeError) as error:
            raise CorpusError(path, Fault.BAD_HEADER) from error
    return {}


def _key(name: str) -> str:
    plain = re.sub(r"[\s-]+", "_", fold(name.strip()))
    return _KEY_OF.get(plain, name.strip().lower())


def _words(value: object) -> str:
    if isinstance(value, str):
        return "" if value.strip() in _NOTHING else value.strip()
    if isinstance(value, list):
        return ", ".join(part.strip() for part in value if isinstance(part, str) and part.strip())
    return ""


def _day_last(date: str) -> str:
    """Return a date as ISO 8601 has it where its day comes first, else as it is written."""
    match = _DAY_FIRST.match(date)
    return f"{match[3]}-{int(match[2]):02d}-{int(match[1]):02d}" if match else date
