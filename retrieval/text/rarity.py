"""How common a word is in Vietnamese and English at large.

It was counted by `python -m retrieval.training.frequencies` on public text (the model card names
the sources).
"""

from functools import cache
from importlib.resources import files

_FILE = "frequencies.txt"


def share(key: str) -> float:
    """Return the share of paragraphs, 0 to 1, with this accented key; 0 for a rare one."""
    return _shares().get(key, 0.0)


@cache
def _shares() -> dict[str, float]:
    table: dict[str, float] = {}
    for line in (files(__package__) / _FILE).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            key, per_million = line.split("\t")
            table[key] = int(per_million) / 1e6
    return table
