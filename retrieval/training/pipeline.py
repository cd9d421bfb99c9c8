"""The recipe, stage by stage; each stage leaves a file, and a rerun skips finished stages.

Owns the order of the stages and the settings of the shipped model.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from retrieval.training.data import Corpus, prepare
from retrieval.training.evaluate import Task, VectorModel, dev_suite, test_sets
from retrieval.training.export import export
from retrieval.training.files import replace_file
from retrieval.training.glossary import read_glossary, to_english
from retrieval.training.sampling import EN_QUESTION_WORDS, VI_QUESTION_WORDS, Mixture, Sampler
from retrieval.training.split import load_dev
from retrieval.training.surface import strip_accents
from retrieval.training.teacher import SentenceTeacher, first_directions
from retrieval.training.tokenizer import TokenizerSize, build_tokenizer
from retrieval.training.tokens import Ids, Tokens
from retrieval.training.train import State, TrainSettings, initial_vectors, train

# Batches per task, relative. Encyclopedia and everyday sentences weigh more than their rows.
WEIGHTS: Mapping[str, float] = {
    "heading-wiki": 8,
    "heading-law": 4,
    "heading-other": 5,
    "question": 2,
    "span-wiki": 14,
    "span-law": 3,
    "span-other": 5,
    "span-news": 2,
    "bitext": 12,
    "bitext-tech": 6,
    "section-en-vi": 5,
    "section-vi-en": 5,
    "section-en-en": 3,
    "span-cross": 8,
    "glossary": 4,
    "span-glossed": 12,
}

# Their English side is English that somebody wrote, so the teacher can read it.
TAUGHT_TASKS = ("bitext", "bitext-tech", "section-en-vi", "section-vi-en", "span-cross")


@dataclass(frozen=True, slots=True)
class Recipe:
    """Every choice behind one model.

    Attributes:
        size: the vocabulary's make-up.
        mixture: how batches are drawn.
        settings: the optimiser's numbers; its seed also seeds data and batches.
        bare_every: one Vietnamese text in this many is counted without accents when the
            vocabulary is chosen.
        teacher: start English words from an English model's vectors instead of random ones, and
            match sentence pairs with its vector of the English side.
    """

    size: TokenizerSize = field(default_factory=TokenizerSize)
    mixture: Mixture = field(default_factory=lambda: Mixture(dict(WEIGHTS)))
    settings: TrainSettings = field(default_factory=TrainSettings)
    bare_every: int = 3
    teacher: bool = True


def make_corpus(data: Path, eval_dir: Path | None, work: Path, recipe: Recipe) -> Corpus:
    """Read or prepare the filtered training text."""
    folder = work / "corpus"
    if not (folder / "pairs.npz").exists():
        corpus, counts = prepare(data, eval_dir, seed=recipe.settings.seed)
        corpus.save(folder)
        print(json.dumps({"prepared": counts}))
    return Corpus.load(folder)


def make_tokenizer(corpus: Corpus, work: Path, recipe: Recipe) -> Tokenizer:
    """Read or build the tokenizer."""
    path = work / "tokenizer.json"
    if not path.exists():
        by_language: dict[int, list[str]] = {0: [], 1: [], 2: []}
        for text, language in zip(corpus.texts, corpus.languages, strict=True):
            by_language[int(language)].append(text)
        bare = [strip_accents(text) for text in by_language[0][:: recipe.bare_every]]
        whole = [english for english, _ in read_glossary() if english.isalpha()]
        tokenizer = build_tokenizer(by_language[0], bare, by_language[1], recipe.size, whole)
        with replace_file(path) as stream:
            stream.write(tokenizer.to_str(pretty=False).encode())
    return Tokenizer.from_file(str(path))


def make_tokens(
    corpus: Corpus, tokenizer: Tokenizer, work: Path, recipe: Recipe
) -> tuple[Tokens, Tokens]:
    """Read or make the token ids of the texts the mixture uses, with and without accents."""
    paths = work / "tokens.npz", work / "tokens-bare.npz"
    if not paths[1].exists():
        used = np.zeros(len(corpus.texts), dtype=np.bool_)
        for task in recipe.mixture.weights:
            used[corpus.pairs.get(task, np.empty(0, np.int32)).ravel()] = True
        texts = [t if u else "" for t, u in zip(corpus.texts, used, strict=True)]
        Tokens.encode(tokenizer, texts).save(paths[0])
        vietnamese = corpus.languages == 0
        bare = [strip_accents(t) if v else "" for t, v in zip(texts, vietnamese, strict=True)]
        Tokens.encode(tokenizer, bare).save(paths[1])
    return Tokens.load(paths[0]), Tokens.load(paths[1])


def make_teacher(corpus: Corpus, work: Path) -> SentenceTeacher:
    """Read or make the teacher's vectors of the English texts that have a translation."""
    used = np.zeros(len(corpus.texts), dtype=np.bool_)
    for task in TAUGHT_TASKS:
        used[corpus.pairs.get(task, np.empty(0, np.int32)).ravel()] = True
    chosen = np.flatnonzero(used & (corpus.languages == 1))
    return SentenceTeacher.read(corpus.texts, chosen, work / "teacher.npz")


def question_ids(tokenizer: Tokenizer) -> tuple[list[Ids], list[Ids]]:
    """Return the question words as token ids, Vietnamese and English."""
    vi, en = (
        [Tokens.encode(tokenizer, [phrase]).ids for phrase in phrases]
        for phrases in (VI_QUESTION_WORDS, EN_QUESTION_WORDS)
    )
    return vi, en


def token_counts(tokens: Tokens, bare: Tokens, vocabulary: int) -> NDArray[np.int64]:
    """Return (vocabulary,) occurrences; bare forms count a quarter, as rarely as they are met."""
    accented = np.bincount(tokens.ids, minlength=vocabulary)
    return accented + np.bincount(bare.ids, minlength=vocabulary) // 4


def figures(model: VectorModel, tasks: list[Task]) -> dict[str, float]:
    """Return nDCG@10 per task and their mean, rounded to four places."""
    scores = {task.name: model.score(task) for task in tasks}
    scores["mean"] = sum(scores.values()) / max(1, len(scores))
    return {name: round(score, 4) for name, score in scores.items()}


def make_model(
    data: Path, eval_dir: Path | None, out: Path, work: Path, recipe: Recipe
) -> dict[str, dict[str, float]]:
    """Run the whole recipe and write the model folder.

    Args:
        data: the folder of training files.
        eval_dir: evaluation sets to keep out of training and to report on; None skips both.
        out: the model folder to write.
        work: scratch folder; a rerun with the same one continues where it stopped.
        recipe: the choices.

    Returns:
        {"dev": {task: nDCG@10}, "test": {set: nDCG@10}} of the exported (rounded) vectors.
    """
    work.mkdir(parents=True, exist_ok=True)
    corpus = make_corpus(data, eval_dir, work, recipe)
    tokenizer = make_tokenizer(corpus, work, recipe)
    tokens, bare = make_tokens(corpus, tokenizer, work, recipe)
    sampler = Sampler(
        corpus, tokens, bare, question_ids(tokenizer), recipe.mixture, seed=recipe.settings.seed
    )
    checkpoint = work / "checkpoint.safetensors"
    if checkpoint.exists():
        state = State.resume(checkpoint, recipe.settings)
    else:
        counts = token_counts(tokens, bare, tokenizer.get_vocab_size())
        start = None
        if recipe.teacher:
            settings = recipe.settings
            carried = to_english(list(read_glossary()))
            start = first_directions(tokenizer, settings.dimension, carried, seed=settings.seed)
        state = State.fresh(initial_vectors(counts, recipe.settings, start), recipe.settings)
    suite = dev_suite(load_dev(data))

    def progress(now: State) -> str:
        return json.dumps(figures(VectorModel(tokenizer, now.vectors.detach()), suite))

    teacher = make_teacher(corpus, work) if recipe.teacher else None
    train(state, sampler.draw, recipe.settings, checkpoint, teacher=teacher, on_checkpoint=progress)
    export(tokenizer, state.vectors, out)
    return report(data, eval_dir, out)


def report(data: Path, eval_dir: Path | None, out: Path) -> dict[str, dict[str, float]]:
    """Measure an exported folder the way the product loads it."""
    from sentence_transformers import SentenceTransformer

    static = SentenceTransformer(str(out), device="cpu")[0]
    vectors: torch.Tensor = static.embedding.weight.detach()  # type: ignore[union-attr, operator]
    model = VectorModel(static.tokenizer, vectors)  # type: ignore[arg-type]
    result = {"dev": figures(model, dev_suite(load_dev(data)))}
    if eval_dir is not None:
        result["test"] = figures(model, test_sets(eval_dir))
    return result
