"""Count how common each word is in public Vietnamese and English text.

Writes `retrieval/text/frequencies.txt`, the table behind `retrieval.text.rarity`:

    python -m retrieval.training.frequencies --data ../shared/data/train
"""

import argparse
import lzma
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from retrieval.text import canonical_text
from retrieval.text.spelling import syllable_key
from retrieval.text.terms import words

OUTPUT = Path(__file__).parent.parent / "text" / "frequencies.txt"
_MIN_PER_MILLION = 120
_VIETNAMESE = ("mono.vi.txt.xz", "mono.news.vi.txt.xz")
_PARALLEL = "parallel.vi-en.tsv.xz"
# Web documentation is most of the parallel text; its vocabulary is not English at large.
_SKIPPED_SOURCES = frozenset({"mdn"})
_HEADER = """\
# word key <tab> paragraphs of a million that have it. Keys: retrieval.text.spelling.syllable_key.
# Counted by python -m retrieval.training.frequencies on the sources that the model card credits.
"""


def main() -> None:
    """Count and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the training text")
    data: Path = parser.parse_args().data
    vietnamese = _shares(text for name in _VIETNAMESE for text in _lines(data / name))
    english = _shares(_english(data / _PARALLEL))
    shares = {
        key: max(vietnamese.get(key, 0.0), english.get(key, 0.0))
        for key in vietnamese.keys() | english.keys()
    }
    rows = sorted(
        ((round(share * 1e6), key) for key, share in shares.items()),
        key=lambda row: (-row[0], row[1]),
    )
    kept = [f"{key}\t{count}\n" for count, key in rows if count >= _MIN_PER_MILLION]
    OUTPUT.write_text(_HEADER + "".join(kept), encoding="utf-8")
    print(f"{len(kept)} words → {OUTPUT}")


def _shares(texts: Iterator[str]) -> dict[str, float]:
    counts: Counter[str] = Counter()
    total = 0
    for text in texts:
        counts.update({syllable_key(word) for word in words(canonical_text(text))})
        total += 1
    return {key: count / total for key, count in counts.items()}


def _lines(path: Path) -> Iterator[str]:
    with lzma.open(path, "rt", encoding="utf-8") as file:
        yield from file


def _english(path: Path) -> Iterator[str]:
    for line in _lines(path):
        _, english, source = line.rstrip("\n").split("\t")
        if source not in _SKIPPED_SOURCES:
            yield english


if __name__ == "__main__":
    main()
