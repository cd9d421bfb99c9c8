"""Learn which sentence of a passage answers, and how much of a word is said at a cosine.

    python -m retrieval.training.answering --data ../shared/data/train --model retrieval/model

Learns from the hand-written questions over pages that are not held out, each as typed, without
accents and in English; prints how often the right sentence is chosen on the held-out pages. Writes
`answering.json` and `alignment.json` into the model's folder.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from retrieval.alignment import CLOSENESS_FILE, COSINES, asked_words, cosines, word_vectors
from retrieval.answering import (
    SPREAD_FLOOR,
    TRAITS,
    WEIGHTS_FILE,
    SentenceWeights,
    goes_on,
    traits,
)
from retrieval.evaluation.variants import without_accents
from retrieval.search import parse_query
from retrieval.text import sentence_spans
from retrieval.text.questions import definition_asked
from retrieval.training.asked import Asked, load_asked
from retrieval.training.made import definition_questions
from retrieval.training.split import DevPair, load_paragraphs
from retrieval.word_table import words_of

SEED = 20_261_124
_LEARNED_FROM = 5_000
"""Questions drawn for learning; more change nothing (DESIGN.md, log)."""
_DEFINITIONS = 200
"""Made questions for a definition, learned from beside them; each also without accents."""
_STEPS = 60
_PENALTY = 3.0
_CUT = 0.01
"""Share of the right sentences that may stay unmarked for saying too little of the question, and
again for hardly being likelier than another."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question and the passage that answers it, as tensors; m words, s sentences.

    Attributes:
        way: "vi", "bare", "en" or "definition".
        cosines: (1 + s, m).
        norms: (m,).
        signs: (m, 5), `asks` and `signs` of the words.
        weights: (m,).
        goes_on: (s,).
        traits: (s, len(TRAITS)).
        right: (s,) 1 for a sentence with the answer.
    """

    way: str
    cosines: torch.Tensor
    norms: torch.Tensor
    signs: torch.Tensor
    weights: torch.Tensor
    goes_on: torch.Tensor
    traits: torch.Tensor
    right: torch.Tensor


class Reader(torch.nn.Module):
    """The score of `retrieval.answering`, with what is learned as parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.steps = torch.nn.Parameter(torch.zeros(len(COSINES) - 1))
        self.telling = torch.nn.Parameter(torch.tensor(1.0))
        self.spread = torch.nn.Parameter(torch.tensor(0.3))
        self.signs = torch.nn.Parameter(torch.zeros(5))
        self.in_context = torch.nn.Parameter(torch.tensor(0.0))
        self.inherits = torch.nn.Parameter(torch.tensor([-1.0, 1.0]))
        self.log_scale = torch.nn.Parameter(torch.tensor(2.0))
        self.traits = torch.nn.Parameter(torch.zeros(len(TRAITS)))

    def said(self) -> torch.Tensor:
        """Return (len(COSINES),) how much of a word is said; from 0 to 1, never falling."""
        rises = torch.cumsum(torch.softmax(self.steps, 0), 0)
        return torch.cat([torch.zeros(1), rises])

    def closeness(self, values: torch.Tensor) -> torch.Tensor:
        """Return how much of each word is said at these cosines."""
        knots = torch.tensor(COSINES)
        inside = ((values[..., None] - knots[:-1]) / torch.diff(knots)).clamp(0, 1)
        return inside @ torch.diff(self.said())

    def forward(self, example: Example) -> torch.Tensor:
        """Return (s,) logits."""
        said = self.closeness(example.cosines)
        own = said[1:]
        passed_on = torch.sigmoid(self.inherits[0] + self.inherits[1] * example.goes_on)
        rows = [own[0]]
        for sentence, share in zip(own[1:], passed_on[1:], strict=True):
            rows.append(torch.maximum(sentence, share * rows[-1]))
        own = torch.stack(rows)
        spread = own.max(0).values - own.mean(0)
        logs = (
            self.telling * torch.log(example.norms + 1)
            + self.spread * torch.log(spread + SPREAD_FLOOR)
            + example.signs @ self.signs
            + self.in_context * said[0]
        )
        shares = own @ torch.softmax(logs, 0)
        return torch.exp(self.log_scale) * shares + example.traits @ self.traits


def main() -> None:
    """Learn, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the training text")
    parser.add_argument("--model", type=Path, required=True, help="folder of the model")
    options = parser.parse_args()
    chance = random.Random(SEED)  # noqa: S311  # a seeded sample, not a secret
    others, apart = (list(load_paragraphs(options.data, held_out=held)) for held in (False, True))
    learning, held_out = _examples(load_asked(others)), _examples(load_asked(apart))
    chosen = chance.sample(learning, min(len(learning), _LEARNED_FROM))
    reader = learn(chosen + _definitions(others, chance))
    for name, examples in (
        ("learned from", learning),
        ("held out", held_out + _definitions(apart, chance)),
    ):
        for way in ("vi", "bare", "en", "definition"):
            own = [example for example in examples if example.way == way]
            if own:
                print(f"{name:12} {way:10} {len(own):5}: {accuracy(reader, own):.4f} right")
    with torch.no_grad():
        said = [round(float(value), 4) for value in reader.said()]
    (options.model / CLOSENESS_FILE).write_text(json.dumps({"said": said}) + "\n")
    weights = as_weights(reader, held_out)
    (options.model / WEIGHTS_FILE).write_text(json.dumps(asdict(weights), indent=2) + "\n")
    print(
        f"→ {options.model / CLOSENESS_FILE}: {said}\n→ {options.model / WEIGHTS_FILE}: {weights}"
    )


def _examples(questions: Sequence[Asked]) -> list[Example]:
    examples = []
    for asked in questions:
        for way, text in (
            ("vi", asked.vietnamese),
            ("bare", without_accents(asked.vietnamese)),
            ("en", asked.english),
        ):
            example = example_of(way, text, asked.pair, asked.answer)
            if example is not None:
                examples.append(example)
    return examples


def _definitions(pairs: Sequence[DevPair], chance: random.Random) -> list[Example]:
    """Return made questions "X là gì?"; the written ones have next to none."""
    kept = [pair for pair in pairs if pair.source == "viwiki"]
    made = definition_questions(kept)
    examples = []
    for question in chance.sample(made, min(len(made), _DEFINITIONS)):
        pair = kept[question.answered_by]
        first, *_ = sentence_spans(pair.passage_text)
        answer = pair.passage_text[slice(*first)]
        for way, text in (
            ("definition", question.text),
            ("definition", without_accents(question.text)),
        ):
            example = example_of(way, text, pair, answer)
            if example is not None:
                examples.append(example)
    return examples


def example_of(way: str, question: str, pair: DevPair, answer: str) -> Example | None:
    """Return the example, or None where nothing can be learned: one sentence, or no answer."""
    spans = sentence_spans(pair.passage_text)
    sentences = [pair.passage_text[start:end] for start, end in spans]
    right = np.array([answer in sentence for sentence in sentences])
    if len(sentences) < 2 or not right.any():
        return None
    text = parse_query(question).text
    words = asked_words(text)
    if not len(words.norms):
        return None
    context = f"{pair.title}\n{pair.heading}"
    (values,) = cosines(words, words_of(pair.passage_text, context, word_vectors()))
    return Example(
        way,
        _tensor(values),
        _tensor(words.norms),
        _tensor(np.column_stack([words.asks, words.signs])),
        _tensor(words.weights),
        _tensor(goes_on(sentences)),
        _tensor(traits(text, sentences, definition_asked(text))),
        _tensor(right),
    )


def _tensor(values: NDArray[np.generic]) -> torch.Tensor:
    return torch.from_numpy(values.astype(np.float32))


def learn(examples: Sequence[Example], steps: int = _STEPS) -> Reader:
    """Return the reader under which the right sentences are likeliest; weights stay small."""
    torch.manual_seed(SEED)
    reader = Reader()
    start = [parameter.detach().clone() for parameter in reader.parameters()]
    optimiser = torch.optim.LBFGS(
        reader.parameters(), lr=0.5, max_iter=steps, line_search_fn="strong_wolfe"
    )

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        total = sum((_surprise(reader, example) for example in examples), torch.zeros(()))
        for parameter, first in zip(reader.parameters(), start, strict=True):
            total = total + _PENALTY / 2 * ((parameter - first) ** 2).sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    return reader


def _surprise(reader: Reader, example: Example) -> torch.Tensor:
    logits = reader(example)
    right: torch.Tensor = logits.masked_fill(example.right == 0, -torch.inf)
    return torch.logsumexp(logits, 0) - torch.logsumexp(right, 0)


def accuracy(reader: Reader, examples: Sequence[Example]) -> float:
    """Return the share of examples whose likeliest sentence has the answer."""
    with torch.no_grad():
        return float(np.mean([bool(e.right[int(reader(e).argmax())]) for e in examples]))


def as_weights(reader: Reader, examples: Sequence[Example]) -> SentenceWeights:
    """Return what the product needs of `reader`; what is marked at all is chosen on `examples`."""
    with torch.no_grad():
        sure = [_sureness(reader, example) for example in examples]
        return SentenceWeights(
            telling=_rounded(reader.telling),
            spread=_rounded(reader.spread),
            signs=tuple(map(_rounded, reader.signs)),
            in_context=_rounded(reader.in_context),
            inherits=_rounded(reader.inherits[0]),
            inherits_going_on=_rounded(reader.inherits[1]),
            scale=_rounded(torch.exp(reader.log_scale)),
            traits=tuple(map(_rounded, reader.traits)),
            least_share=_cut([share for share, _ in sure]),
            least_probability=_cut([likely for _, likely in sure if likely is not None]),
        )


def _sureness(reader: Reader, example: Example) -> tuple[float, float | None]:
    """Return the share that a right sentence says, and its probability if it is the likeliest."""
    said = reader.closeness(example.cosines)
    whole = torch.maximum(said[1:], said[:1]) @ example.weights
    probabilities = torch.softmax(reader(example), 0)
    best = int(probabilities.argmax())
    probability = float(probabilities[best]) if example.right[best] else None
    return float(whole[example.right > 0].max()), probability


def _cut(values: list[float]) -> float:
    return round(float(np.quantile(values, _CUT)), 4) if values else 0.0


def _rounded(value: torch.Tensor) -> float:
    return round(float(value), 4)


if __name__ == "__main__":
    main()
