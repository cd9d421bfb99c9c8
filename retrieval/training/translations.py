"""Write the table of translations that the search by words uses (`retrieval.text.translations`).

    python -m retrieval.training.translations --work scratch

The glossary says how everyday words are said; the aligned sentence pairs add what it lacks. Run
it after the model's own recipe, whose work folder holds the pairs as tokens.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from tokenizers import Tokenizer

import retrieval.text.translations as product
from retrieval.training.alignment import Alignment, align
from retrieval.training.data import Corpus
from retrieval.training.files import replace_file
from retrieval.training.glossary import read_glossary, to_english
from retrieval.training.tokenizer import SPACE
from retrieval.training.tokens import Ids, Tokens

TABLE = Path(product.__file__).with_name("translations.tsv")
ALIGNED_TASKS = ("bitext", "bitext-tech", "span-cross")
LONGEST = 90
"""Longer texts align by chance."""

MOST = 6
"""Translations kept of a word."""

LEAST_SHARE, LEAST_WEIGHT = 0.12, 0.2
INFLECTED = 0.8
"""Weight of `kings` beside `king` as a translation."""

_SUFFIXES = ("s", "es", "ed", "d", "ing")
_WORDS = re.compile(r"[^\W\d_]+")

Weights = dict[str, dict[str, float]]


def main() -> None:
    """Read the work folder and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="work folder of the recipe")
    options = parser.parse_args()
    corpus = Corpus.load(options.work / "corpus")
    tokenizer = Tokenizer.from_file(str(options.work / "tokenizer.json"))
    tokens = Tokens.load(options.work / "tokens.npz")
    vietnamese, english = _pairs(corpus, tokens)
    names = [tokenizer.id_to_token(n) or "" for n in range(tokenizer.get_vocab_size())]
    glossary = list(read_glossary())
    to_vi: Weights = {word.lower(): _by_rank(said) for word, said in glossary}
    to_en: Weights = {phrase: dict(said) for phrase, said in to_english(glossary).items()}
    _add(to_vi, align(english, vietnamese), names)
    _add(to_en, align(vietnamese, english), names)
    seen = Counter(w for text in _english(corpus) for w in _WORDS.findall(text.lower()))
    to_en = {phrase: _inflected(said, seen) for phrase, said in to_en.items()}
    lines = [*_lines("en", to_vi), *_lines("vi", to_en)]
    with replace_file(TABLE) as stream:
        stream.write(("\n".join(lines) + "\n").encode())
    print(f"{len(lines)} entries → {TABLE}")


def _by_rank(translations: Iterable[str]) -> dict[str, float]:
    return {phrase.lower(): 1 / rank**0.5 for rank, phrase in enumerate(translations, start=1)}


def _pairs(corpus: Corpus, tokens: Tokens) -> tuple[list[Ids], list[Ids]]:
    """Return the Vietnamese and the English sides of the sentence pairs."""
    sides: tuple[list[Ids], list[Ids]] = [], []
    for task in ALIGNED_TASKS:
        for row in corpus.pairs.get(task, ()):
            texts = [tokens.ids[tokens.offsets[n] : tokens.offsets[n + 1]] for n in row]
            if all(0 < len(ids) <= LONGEST for ids in texts):
                for side, ids in zip(sides, texts, strict=True):
                    side.append(ids)
    return sides


def _english(corpus: Corpus) -> Iterable[str]:
    return (t for t, lang in zip(corpus.texts, corpus.languages, strict=True) if lang == 1)


def _add(table: Weights, found: Alignment, names: list[str]) -> None:
    """Add what was aligned to words that the glossary does not have."""
    known = set(table)
    rows = zip(found.sources.tolist(), found.targets.tolist(), found.shares.tolist(), strict=True)
    for source, target, share in rows:
        word, said = (_phrase(names[number]) for number in (source, target))
        if not word or not said or word == said or share < LEAST_SHARE:
            continue
        if known.isdisjoint(product.plain_forms(word)):
            table.setdefault(word, {})[said] = share


def _phrase(token: str) -> str:
    """Return the words of a whole-word token, "" for a piece of a word."""
    words = token.split(SPACE)
    return " ".join(words[1:]) if not words[0] and all(w.isalpha() for w in words[1:]) else ""


def _inflected(said: Mapping[str, float], seen: Counter[str]) -> dict[str, float]:
    """Add the forms of English words that the training text has."""
    forms = dict(said)
    for word, weight in said.items():
        for form in (word + suffix for suffix in _SUFFIXES):
            if seen[form] >= 5:
                forms[form] = max(forms.get(form, 0.0), INFLECTED * weight)
    return forms


def _lines(language: str, table: Weights) -> list[str]:
    lines = []
    for word, said in sorted(table.items()):
        if language == "en" and " " in word:
            continue  # English is looked up word by word
        best = sorted(said.items(), key=lambda pair: (-pair[1], pair[0]))[: 2 * MOST]
        kept = [(phrase, weight / best[0][1]) for phrase, weight in best]
        shown = [f"{p} {round(100 * w)}" for p, w in kept if w >= LEAST_WEIGHT]
        lines.append(f"{language}\t{word}\t{'; '.join(shown)}")
    return lines


if __name__ == "__main__":
    main()
