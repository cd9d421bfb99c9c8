"""The project's own English–Vietnamese glossary, and a word-by-word English of Vietnamese text.

The parallel text is mostly technical; the glossary says how everyday and encyclopedic words are
said. Owns its file and the greedy, longest-first reading of a text by it. The English that comes
out is no language anyone speaks, but averaged vectors do not read word order.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.training.surface import canonical, strip_accents

GLOSSARY = Path(__file__).parent / "glossary.en-vi.tsv"
LONGEST = 4
"""Syllables of the longest Vietnamese entry that is looked for."""

_WORDS = re.compile(r"[^\W_]+")

Translations = Mapping[str, Sequence[tuple[str, float]]]
"""Lower-case word or phrase → (translation, weight above 0), best first."""


def read_glossary(path: Path = GLOSSARY) -> Iterator[tuple[str, list[str]]]:
    """Yield (English, Vietnamese translations in canonical spelling, best first)."""
    for line in path.read_text(encoding="utf-8").splitlines():
        english, _, translations = line.partition("\t")
        said = [canonical(t) for t in translations.split(";")]
        yield canonical(english), [t for t in said if t]


def to_english(glossary: Sequence[tuple[str, list[str]]]) -> dict[str, list[tuple[str, float]]]:
    """Turn the glossary round: Vietnamese → English, weighed by how good a translation it is."""
    turned: dict[str, dict[str, float]] = {}
    for english, translations in glossary:
        for rank, vietnamese in enumerate(translations, start=1):
            found = turned.setdefault(vietnamese.lower(), {})
            found[english.lower()] = max(found.get(english.lower(), 0.0), 1 / rank)
    return {
        vietnamese: sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
        for vietnamese, found in turned.items()
    }


@dataclass(frozen=True, slots=True)
class WordByWord:
    """Puts Vietnamese into English words, one entry after the other.

    Attributes:
        entries: Vietnamese → English.
    """

    entries: Translations

    def english(self, text: str, chance: random.Random) -> str:
        """Return the English words of `text`; names stay, what has no entry is left out."""
        written = _WORDS.findall(text)
        spoken = [word.lower() for word in written]
        said: list[str] = []
        at = 0
        while at < len(written):
            size, choices = self._longest(spoken, at)
            if choices:
                words, weights = zip(*choices, strict=True)
                said.append(chance.choices(words, weights)[0])
            elif written[at][0].isupper() or written[at].isdigit():
                said.append(strip_accents(written[at]))
            at += size
        return " ".join(said)

    def _longest(self, words: list[str], at: int) -> tuple[int, Sequence[tuple[str, float]]]:
        for size in range(min(LONGEST, len(words) - at), 0, -1):
            choices = self.entries.get(" ".join(words[at : at + size]))
            if choices:
                return size, choices
        return 1, ()
