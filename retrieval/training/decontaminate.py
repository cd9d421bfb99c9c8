"""Keeps evaluation text out of training text.

A text is dropped when it equals a protected sentence (after folding case, accents and
punctuation) or when it shares enough 8-word shingles with the protected texts. Owns the
matching; refuses to know where either side comes from, except for `evaluation_texts`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.training.surface import folded_words

SHINGLE_WORDS = 8
# Shorter sentences ("Xem thêm", "Tham khảo") are boilerplate that every page shares.
MIN_EXACT_WORDS = 4

_SENTENCE_END = re.compile(r"(?<=[.!?…。！？])\s+|\n+")
_MULTIPLIERS = np.array(
    [pow(0x9E3779B97F4A7C15, k + 1, 2**64) | 1 for k in range(SHINGLE_WORDS)], dtype=np.uint64
)


class Guard:
    """Recognises text that overlaps a protected collection.

    Attributes:
        min_share: fraction of a text's shingles that must be protected before the text counts
            as overlapping; 0 means that a single shared shingle is enough.
    """

    def __init__(self, protected: Iterable[str], *, min_share: float = 0.0) -> None:
        """Index the protected texts.

        Args:
            protected: sentences or passages, any case, with or without accents.
            min_share: see the class.
        """
        self.min_share = min_share
        self._ids: dict[str, int] = {}
        self._sentences: set[str] = set()
        shingles: list[NDArray[np.uint64]] = []
        for text in protected:
            for sentence in _SENTENCE_END.split(text):
                words = folded_words(sentence)
                if len(words) >= MIN_EXACT_WORDS:
                    self._sentences.add(" ".join(words))
            ids = [self._ids.setdefault(w, len(self._ids) + 1) for w in folded_words(text)]
            shingles.append(_shingles(np.array(ids, dtype=np.uint64)))
        joined = np.concatenate(shingles) if shingles else np.empty(0, dtype=np.uint64)
        self._shingles: NDArray[np.uint64] = np.unique(joined)

    def overlaps(self, text: str) -> bool:
        """Return whether one text overlaps the protected collection."""
        return bool(self.overlapping([text])[0])

    def overlapping(self, texts: Sequence[str]) -> NDArray[np.bool_]:
        """Return a (len(texts),) mask: True where the text must not be trained on."""
        marks = np.zeros(len(texts), dtype=np.bool_)
        for row, text in enumerate(texts):
            words = folded_words(text)
            if len(words) >= MIN_EXACT_WORDS and self._exact(text, words):
                marks[row] = True
                continue
            ids = np.fromiter((self._ids.get(w, 0) for w in words), np.uint64, len(words))
            shared = self._shared(ids)
            total = len(words) - SHINGLE_WORDS + 1
            marks[row] = shared > 0 and shared >= self.min_share * total
        return marks

    def _exact(self, text: str, words: list[str]) -> bool:
        """Whether the text, or (in strict mode) one of its sentences, is protected."""
        if " ".join(words) in self._sentences:
            return True
        if self.min_share > 0:
            return False
        parts = (folded_words(s) for s in _SENTENCE_END.split(text))
        return any(len(p) >= MIN_EXACT_WORDS and " ".join(p) in self._sentences for p in parts)

    def _shared(self, ids: NDArray[np.uint64]) -> int:
        """Count the text's shingles that are protected; id 0 is a word no protected text has."""
        hashes = _shingles(ids)
        if not len(hashes) or not len(self._shingles):
            return 0
        windows = np.lib.stride_tricks.sliding_window_view(ids != 0, SHINGLE_WORDS)
        hashes = hashes[windows.all(axis=1)]
        places = np.searchsorted(self._shingles, hashes)
        places[places == len(self._shingles)] = 0
        return int((self._shingles[places] == hashes).sum())


def _shingles(ids: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Hash every window of SHINGLE_WORDS word ids; (n,) uint64 → (n - 7,) uint64."""
    if len(ids) < SHINGLE_WORDS:
        return np.empty(0, dtype=np.uint64)
    windows = np.lib.stride_tricks.sliding_window_view(ids, SHINGLE_WORDS)
    mixed = windows * _MULTIPLIERS
    mixed ^= mixed >> np.uint64(29)
    hashed: NDArray[np.uint64] = (mixed * _MULTIPLIERS[::-1]).sum(axis=1, dtype=np.uint64)
    return hashed


def evaluation_texts(eval_dir: Path, *, judged_only: bool = True) -> list[str]:
    """Read the questions and passages of every evaluation set under a folder.

    Args:
        eval_dir: folder of sets, each with corpus.jsonl, queries.jsonl and qrels.tsv.
        judged_only: keep only passages that some question's judgement names. Distractors of
            the statute set share set phrases with every other statute ("theo quy định của
            pháp luật về …"), and no figure depends on their wording.
    """
    texts: list[str] = []
    for folder in sorted(p for p in eval_dir.iterdir() if (p / "qrels.tsv").exists()):
        lines = (folder / "qrels.tsv").read_text("utf-8").splitlines()[1:]
        judged = {line.split("\t")[1] for line in lines if line}
        for line in (folder / "corpus.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            if not judged_only or str(row["id"]) in judged:
                texts.append(row["text"])
        questions = (folder / "queries.jsonl").read_text("utf-8").splitlines()
        texts.extend(json.loads(line)["text"] for line in questions)
    return texts
