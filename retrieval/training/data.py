"""Training text: reads the data files, filters them, and lays them out as numbered pairs.

Owns which rows become which task and how many of each source are kept. Refuses to know
tokens and models. The result is written once to the work folder and reused.
"""

from __future__ import annotations

import lzma
import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.training.decontaminate import Guard, evaluation_texts
from retrieval.training.files import replace_file
from retrieval.training.glossary import WordByWord, read_glossary, to_english
from retrieval.training.split import (
    is_dev,
    load_dev,
    read_bitext,
    read_rows,
    title_and_heading,
)
from retrieval.training.surface import canonical

# One web-technology site is most of the parallel rows; unbounded, it would set the meaning of
# every word. Units: rows kept per file.
MDN_CAPS = {"heading": 12_000, "bitext": 45_000, "sections": 15_000}
LAW_SOURCES = ("law-phapdien", "law-2026")
OTHER_LANGUAGES = ("de", "es", "fr", "ru", "zh", "ja", "ko")


@dataclass(slots=True)
class Corpus:
    """Numbered texts and, per task, which text should find which.

    Attributes:
        texts: unique canonical texts.
        pairs: task name → (n, 2) int32 array of text numbers, query then passage. In the
            tasks named "span-*" both columns are passages and the sampler cuts the query.
        languages: (len(texts),) uint8; 0 Vietnamese, 1 English, 2 other.
    """

    texts: list[str] = field(default_factory=list)
    pairs: dict[str, NDArray[np.int32]] = field(default_factory=dict)
    languages: NDArray[np.uint8] = field(default_factory=lambda: np.empty(0, np.uint8))

    def save(self, folder: Path) -> None:
        """Write the corpus under a folder; the pairs file, written last, marks it complete."""
        with replace_file(folder / "texts.txt") as stream:
            stream.write("\n".join(self.texts).encode())
        with replace_file(folder / "pairs.npz") as stream:
            np.savez(stream, languages=self.languages, **self.pairs)  # type: ignore[arg-type]

    @classmethod
    def load(cls, folder: Path) -> Corpus:
        """Read what `save` wrote."""
        with np.load(folder / "pairs.npz") as arrays:
            pairs = {name: arrays[name] for name in arrays.files}
        languages = pairs.pop("languages").astype(np.uint8)
        return cls((folder / "texts.txt").read_text("utf-8").split("\n"), pairs, languages)


class _Builder:
    """Collects raw pairs, then drops those whose text a guard rejects."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.languages: list[int] = []
        self.pairs: dict[str, dict[tuple[int, int], None]] = {}

    def add(self, task: str, query: str, passage: str, languages: tuple[int, int]) -> None:
        """Record one pair; repeats of a pair within a task count once."""
        if query and passage:
            pair = (self._number(query, languages[0]), self._number(passage, languages[1]))
            self.pairs.setdefault(task, {})[pair] = None

    def _number(self, text: str, language: int) -> int:
        if text not in self.numbers:
            self.numbers[text] = len(self.numbers)
            self.languages.append(language)
        return self.numbers[text]

    def build(self, guards: list[Guard]) -> tuple[Corpus, int]:
        """Return the corpus of clean texts, renumbered, and how many texts were dropped."""
        texts = list(self.numbers)
        bad = np.zeros(len(texts), dtype=np.bool_)
        for guard in guards:
            bad |= guard.overlapping(texts)
        used = np.zeros(len(texts), dtype=np.bool_)
        kept: dict[str, NDArray[np.int32]] = {}
        for task, rows in self.pairs.items():
            pairs = np.array(list(rows), dtype=np.int32).reshape(-1, 2)
            kept[task] = pairs[~bad[pairs].any(axis=1)]
            used[kept[task].ravel()] = True
        renumbered = np.cumsum(used, dtype=np.int32) - 1
        corpus = Corpus(
            [text for text, use in zip(texts, used, strict=True) if use],
            {task: renumbered[pairs].astype(np.int32) for task, pairs in kept.items()},
            np.array(self.languages, dtype=np.uint8)[used],
        )
        return corpus, int(bad.sum())


def prepare(data_dir: Path, eval_dir: Path | None, *, seed: int) -> tuple[Corpus, dict[str, int]]:
    """Read, filter and number all training text.

    Args:
        data_dir: folder of the training files.
        eval_dir: folder of the evaluation sets whose text must not be trained on; None only
            in tests on made-up data.
        seed: decides which rows of a capped source are kept.

    Returns:
        The corpus, and counts for the log (pairs per task, texts dropped).
    """
    builder = _Builder()
    chance = random.Random(seed)  # noqa: S311 (sampling, not secrets)
    _add_headings(builder, data_dir, chance)
    _add_questions(builder, data_dir)
    _add_sections(builder, data_dir, chance)
    _add_bitext(builder, data_dir, chance)
    _add_plain(builder, data_dir)
    _add_glossary(builder, chance)
    # Half of the shingles, not one: neighbouring pages share set phrases with held-out ones.
    guards = [Guard((p.passage_text for p in load_dev(data_dir)), min_share=0.5)]
    if eval_dir is not None:
        guards.append(Guard(evaluation_texts(eval_dir)))
        everything = evaluation_texts(eval_dir, judged_only=False)
        guards.append(Guard(everything, min_share=0.5))
    corpus, dropped = builder.build(guards)
    counts = {task: len(pairs) for task, pairs in corpus.pairs.items()}
    return corpus, {**counts, "texts": len(corpus.texts), "texts dropped": dropped}


def _keep(chance: random.Random, source: str, cap: int, total: int) -> bool:
    """Whether to keep a row of a capped source; `total` is how many rows that source has."""
    return source != "mdn" or chance.random() * total < cap


def _add_headings(builder: _Builder, data_dir: Path, chance: random.Random) -> None:
    rows = list(read_rows(data_dir / "heading_paragraph.vi.jsonl.xz"))
    totals = Counter(row["source"] for row in rows)
    for row in rows:
        source = row["source"]
        title, heading = canonical(row["title"]), canonical(row["heading"])
        if is_dev(source, title or heading):
            continue
        if not _keep(chance, source, MDN_CAPS["heading"], totals[source]):
            continue
        text = canonical(row["text"])
        domain = "wiki" if source == "viwiki" else "law" if source in LAW_SOURCES else "other"
        builder.add(f"heading-{domain}", title_and_heading(title, heading), text, (0, 0))
        # A heading alone is a fair question only when it says something ("Vị trí" does not).
        if len(heading.split()) >= 4:
            builder.add(f"heading-{domain}", heading, text, (0, 0))
        if len(text.split()) >= 20:
            builder.add(f"span-{domain}", text, text, (0, 0))


def _add_questions(builder: _Builder, data_dir: Path) -> None:
    for row in read_rows(data_dir / "qa_pairs.vi.jsonl.xz"):
        question = canonical(row["q"])
        if not is_dev(row["source"], canonical(row["title"]) or question):
            builder.add("question", question, canonical(row["a"]), (0, 0))


def _add_sections(builder: _Builder, data_dir: Path, chance: random.Random) -> None:
    rows = list(read_rows(data_dir / "sections.vi-en.jsonl.xz"))
    totals = Counter(row["source"] for row in rows)
    for row in rows:
        title, heading = canonical(row["title_vi"]), canonical(row["h_vi"])
        if is_dev(row["source"], title or heading):
            continue
        if not _keep(chance, row["source"], MDN_CAPS["sections"], totals[row["source"]]):
            continue
        query = title_and_heading(title, heading)
        query_en = title_and_heading(canonical(row["title_en"]), canonical(row["h_en"]))
        text, text_en = canonical(row["text_vi"]), canonical(row["text_en"])
        builder.add("section-en-vi", query_en, text, (1, 0))
        builder.add("section-vi-en", query, text_en, (0, 1))
        builder.add("section-en-en", query_en, text_en, (1, 1))
        if len(text.split()) >= 12:
            builder.add("span-cross", text, text_en, (0, 1))


def _add_bitext(builder: _Builder, data_dir: Path, chance: random.Random) -> None:
    rows = list(read_bitext(data_dir / "parallel.vi-en.tsv.xz"))
    totals = Counter(source for _, _, source in rows)
    for first, second, source in rows:
        vi = canonical(first)
        if is_dev(source, vi) or not _keep(chance, source, MDN_CAPS["bitext"], totals[source]):
            continue
        task = "bitext-tech" if source in ("mdn", "go-website") else "bitext"
        builder.add(task, vi, canonical(second), (0, 1))
    for language in OTHER_LANGUAGES:
        path = data_dir / f"parallel.{language}-en.tsv.xz"
        for first, second, _ in read_bitext(path) if path.exists() else ():
            builder.add("bitext-other", canonical(first), canonical(second), (2, 1))
    path = data_dir / "parallel.vi-ja.tsv.xz"
    for first, second, source in read_bitext(path) if path.exists() else ():
        vi = canonical(first)
        if not is_dev(source, vi):
            builder.add("bitext-ja", vi, canonical(second), (0, 2))


def _add_plain(builder: _Builder, data_dir: Path) -> None:
    for name, task in (("mono.vi", "span-other"), ("mono.news.vi", "span-news")):
        path = data_dir / f"{name}.txt.xz"
        if not path.exists():
            continue
        known = builder.pairs
        seen = {number for t in known if t.startswith("span-") for number, _ in known[t]}
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                text = canonical(line)
                if len(text.split()) >= 12 and builder.numbers.get(text) not in seen:
                    builder.add(task, text, text, (0, 0))


def _add_glossary(builder: _Builder, chance: random.Random) -> None:
    """Add the glossary, and the encyclopedia and the news word by word in English."""
    glossary = list(read_glossary())
    for english, translations in glossary:
        for vietnamese in translations:
            builder.add("glossary", vietnamese, english, (0, 1))
    speaker = WordByWord(to_english(glossary))
    texts = list(builder.numbers)
    for task in ("span-wiki", "span-news"):
        for number, _ in list(builder.pairs.get(task, ())):
            english = speaker.english(texts[number], chance)
            if len(english.split()) >= 12:
                builder.add("span-glossed", texts[number], english, (0, 1))
