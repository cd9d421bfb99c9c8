"""Figures of a set of token vectors: the dev suite to choose by, the test sets to report.

Owns the measure (nDCG@10) and the dev suite's make-up. Refuses to train.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from retrieval.training.asked import load_asked
from retrieval.training.split import DevPair
from retrieval.training.surface import canonical, strip_accents
from retrieval.training.tokens import Bags, Tokens
from retrieval.training.train import embed

DEPTH = 10


@dataclass(frozen=True, slots=True)
class Task:
    """One retrieval measurement.

    Attributes:
        name: shown in the tables.
        queries: query texts.
        passages: passage texts.
        relevant: per query, passage number → gain.
    """

    name: str
    queries: list[str]
    passages: list[str]
    relevant: list[dict[int, float]]

    def bare(self) -> Task:
        """Return the same task with accent-stripped queries."""
        stripped = [strip_accents(q) for q in self.queries]
        return Task(f"{self.name} bare", stripped, self.passages, self.relevant)


def ndcg(scores: NDArray[np.float32], relevant: Sequence[dict[int, float]]) -> float:
    """Return mean nDCG@10, gains as given, ties broken by passage number.

    Args:
        scores: (queries, passages), higher is better.
        relevant: per query, passage number → gain; missing means 0.
    """
    discounts = 1.0 / np.log2(np.arange(2, DEPTH + 2))
    total = 0.0
    for row, gains in zip(scores, relevant, strict=True):
        best = np.argsort(-row, kind="stable")[:DEPTH]
        found = np.array([gains.get(int(p), 0.0) for p in best])
        ideal = np.array(sorted(gains.values(), reverse=True)[:DEPTH])
        best_gain = float((ideal * discounts[: len(ideal)]).sum())
        total += float((found * discounts[: len(found)]).sum()) / best_gain
    return total / max(1, len(relevant))


class VectorModel:
    """Token vectors and their tokenizer, as a text embedder."""

    def __init__(self, tokenizer: Tokenizer, vectors: torch.Tensor) -> None:
        """Keep both; the vectors are not copied."""
        self.tokenizer, self.vectors = tokenizer, vectors

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (len(texts), dimension) float32 unit rows."""
        tokens = Tokens.encode(self.tokenizer, texts)
        with torch.no_grad():
            rows = embed(self.vectors, Bags(tokens.ids, tokens.offsets[:-1]))
        return rows.numpy()

    def score(self, task: Task) -> float:
        """Return the task's nDCG@10."""
        return ndcg(self.encode(task.queries) @ self.encode(task.passages).T, task.relevant)


def _pooled(name: str, pairs: Iterable[DevPair], pool: Sequence[str], limit: int) -> Task:
    """Make a task whose passages are a common pool; all passages of a query are relevant."""
    places = {text: number for number, text in enumerate(pool)}
    wanted: dict[str, dict[int, float]] = {}
    for pair in pairs:
        if pair.passage_text in places:
            wanted.setdefault(pair.query, {})[places[pair.passage_text]] = 1.0
    chosen = list(wanted)[:: max(1, len(wanted) // limit)][:limit]
    return Task(name, chosen, list(pool), [wanted[q] for q in chosen])


def _capped(pairs: Iterable[DevPair], mdn: int) -> list[DevPair]:
    """Drop the rows of the oversized web-technology source beyond a number."""
    kept, seen = [], 0
    for pair in pairs:
        seen += pair.source == "mdn"
        if pair.source != "mdn" or seen <= mdn:
            kept.append(pair)
    return kept


def _window(text: str, rng: np.random.Generator, least: int, greatest: int) -> str:
    """Cut a run of words out of a text, at most half of it."""
    words = text.split()
    size = min(int(rng.integers(least, greatest + 1)), max(1, len(words) // 2))
    start = int(rng.integers(0, len(words) - size + 1))
    return " ".join(words[start : start + size])


def dev_suite(pairs: Sequence[DevPair], *, limit: int = 1200, seed: int = 11) -> list[Task]:
    """Return the measurements that models are chosen by.

    Args:
        pairs: `split.load_dev`'s answer.
        limit: most queries per measurement.
        seed: places the windows of the "span" tasks.
    """
    rng = np.random.default_rng(seed)
    by_kind: dict[str, list[DevPair]] = {}
    for pair in pairs:
        by_kind.setdefault(pair.kind, []).append(pair)
    headings = _capped(by_kind["heading"], 400)
    questions = by_kind["question"]
    pool = list(dict.fromkeys(p.passage_text for p in headings + questions))
    heading = _pooled("heading", headings, pool, limit)
    question = _pooled("question", questions, pool, limit)
    long = [n for n, text in enumerate(pool) if len(text.split()) >= 30]
    picked = sorted(int(n) for n in rng.permutation(long)[:limit])
    spans = [_window(pool[n], rng, 4, 10) for n in picked]
    span = Task("span", spans, pool, [{n: 1.0} for n in picked])
    tasks = [heading, heading.bare(), question, question.bare(), span, span.bare()]
    crossed: dict[str, list[DevPair]] = {}
    for kind in ("en-vi", "vi-en"):
        crossed[kind] = _capped(by_kind[kind], 350)
        pool = list(dict.fromkeys(p.passage_text for p in crossed[kind]))
        tasks.append(_pooled(kind, crossed[kind], pool, limit))
    # load_dev yields the two directions of a section side by side.
    twins = list(zip(crossed["vi-en"], crossed["en-vi"], strict=True))
    for name, order in (("span en-vi", 1), ("span vi-en", -1)):
        rows = [twin[::order] for twin in twins]
        pool = list(dict.fromkeys(target.passage_text for _, target in rows))
        places = {text: n for n, text in enumerate(pool)}
        rows = [row for row in rows if len(row[0].passage_text.split()) >= 12]
        cuts = [_window(source.passage_text, rng, 8, 16) for source, _ in rows]
        tasks.append(Task(name, cuts, pool, [{places[t.passage_text]: 1.0} for _, t in rows]))
    sentences = _capped(by_kind["bitext"], 300)
    sentences = sentences[:: max(1, len(sentences) // 2000)]
    identity = [{n: 1.0} for n in range(len(sentences))]
    sides = [p.query for p in sentences], [p.passage_text for p in sentences]
    tasks.append(Task("bitext vi-en", sides[0], sides[1], identity))
    tasks.append(Task("bitext en-vi", sides[1], sides[0], identity))
    return tasks + _asked_tasks(pairs)


def _asked_tasks(pairs: Sequence[DevPair]) -> list[Task]:
    """Return the hand-written questions, in both languages, over the held-out paragraphs."""
    kept = [pair for pair in pairs if pair.kind == "heading" and pair.source != "mdn"]
    pool = list(dict.fromkeys(pair.passage_text for pair in kept))
    places = {text: number for number, text in enumerate(pool)}
    asked = load_asked(pairs)
    relevant = [{places[question.pair.passage_text]: 1.0} for question in asked]
    own = Task("asked", [question.vietnamese for question in asked], pool, relevant)
    return [own, own.bare(), Task("asked en-vi", [q.english for q in asked], pool, relevant)]


def load_test(folder: Path) -> Task:
    """Read one evaluation set; for reporting only."""
    corpus = [json.loads(x) for x in (folder / "corpus.jsonl").read_text("utf-8").splitlines()]
    queries = [json.loads(x) for x in (folder / "queries.jsonl").read_text("utf-8").splitlines()]
    places = {str(row["id"]): n for n, row in enumerate(corpus)}
    gains: dict[str, dict[int, float]] = {}
    for line in (folder / "qrels.tsv").read_text("utf-8").splitlines()[1:]:
        query, passage, gain = line.split("\t")
        if float(gain) > 0:
            gains.setdefault(query, {})[places[passage]] = float(gain)
    judged = [row for row in queries if str(row["id"]) in gains]
    return Task(
        folder.name,
        [canonical(row["text"]) for row in judged],
        [canonical(row["text"]) for row in corpus],
        [gains[str(row["id"])] for row in judged],
    )


def test_sets(eval_dir: Path) -> list[Task]:
    """Return every evaluation set, and XQuAD-vi with accent-stripped questions."""
    tasks = [load_test(p) for p in sorted(eval_dir.iterdir()) if (p / "qrels.tsv").exists()]
    return tasks + [task.bare() for task in tasks if task.name == "wiki-xquad-vi"]
