"""How much a word says: rarity in Vietnamese and English at large.

A corpus of ten passages cannot tell which words are common; this table can. It was counted by
`python -m retrieval.training.frequencies` on public text (the model card names the sources).
"""

import math
from functools import cache
from importlib.resources import files

from retrieval.text.spelling import fold

_FILE = "frequencies.txt"

# Words that ask rather than describe; folded. No passage answers by containing them.
QUESTION_WORDS = frozenset(
    """
    gi nao ai dau sao la bao nhieu khi the vay nhi khong co may cho biet toi hoi hay ve duoc bi
    what who whom whose which where when why how is are was were do does did the a an of me tell
    about please in on at to for and
    """.split()
)
# With marks, these are other words than their folded look-alikes above.
_MARKED_QUESTION_WORDS = frozenset(
    """
    gi2 nao2 ai đâu sao la2 bao nhiêu khi thê1 vây5 nhi3 không co1 mây1 cho biêt1 tôi hoi3 hay5
    hay4 vê2 đươc5 bi5
    """.split()
)


def is_question_word(key: str, accented: bool) -> bool:
    """Return whether the key of a word only serves to ask; `accented` says which kind of key."""
    if accented and not key.isascii():
        return key in _MARKED_QUESTION_WORDS
    return key in QUESTION_WORDS or (accented and key in _MARKED_QUESTION_WORDS)


def rarity(key: str, accented: bool) -> float:
    """Return -ln of the share of paragraphs with this word; about 0.5 for `va4`, 11 for unknown."""
    shares = _accented_shares() if accented else _folded_shares()
    return -math.log(shares.get(key, _floor()))


def share(key: str) -> float:
    """Return the share of paragraphs, 0 to 1, with this accented key; 0 for a rare one."""
    return _accented_shares().get(key, 0.0)


@cache
def _accented_shares() -> dict[str, float]:
    table: dict[str, float] = {}
    for line in (files(__package__) / _FILE).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            key, per_million = line.split("\t")
            table[key] = int(per_million) / 1e6
    return table


@cache
def _folded_shares() -> dict[str, float]:
    table: dict[str, float] = {}
    for key, share in _accented_shares().items():
        folded = fold(key.rstrip("12345") if not key.isdigit() else key)
        # Spellings overlap in a paragraph, so the sum is an upper bound.
        table[folded] = min(0.9, table.get(folded, 0.0) + share)
    return table


@cache
def _floor() -> float:
    """A word that is not in the table is at most as common as the rarest that is."""
    return min(_accented_shares().values()) / 2
