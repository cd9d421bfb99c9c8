"""Which words translate which, learned from sentence pairs: IBM model 1.

Brown, Della Pietra, Della Pietra and Mercer 1993, "The mathematics of statistical machine
translation", section 4.1. Every token of one side is explained by the tokens of the other, or by
none of them; expectation and maximisation take turns. Repeats within a sentence count once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.training.tokens import Ids

_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class Alignment:
    """Translation probabilities above a floor, sorted by source, then target.

    Attributes:
        sources: (n,) int64 token ids.
        targets: (n,) int64 token ids.
        shares: (n,) float64 probability, 0 to 1, that `sources[i]` is said as `targets[i]`.
    """

    sources: NDArray[np.int64]
    targets: NDArray[np.int64]
    shares: NDArray[np.float64]


def align(sources: Sequence[Ids], targets: Sequence[Ids], *, least: float = 0.01) -> Alignment:
    """Learn how the tokens of `sources` are said in the language of `targets`.

    Args:
        sources: token ids per sentence, none of them empty.
        targets: token ids of the same sentences in the other language, none of them empty.
        least: probability below which a translation is dropped.
    """
    if not sources:
        nothing = np.empty(0, np.int64)
        return Alignment(nothing, nothing, np.empty(0))
    stride = 1 + max(int(ids.max()) for side in (sources, targets) for ids in side)
    # A token that no other explains is explained by the token `stride`, which stands for nothing.
    spoken = [np.append(np.unique(ids), stride).astype(np.int64) for ids in sources]
    heard = [np.unique(ids).astype(np.int64) for ids in targets]
    places, left, right = _cells(spoken, heard)
    words, cells = np.unique(left * (stride + 1) + right, return_inverse=True)
    left, right = np.divmod(words, stride + 1)
    shares = np.ones(len(words))
    for _ in range(_ROUNDS):
        weights = shares[cells]
        weights /= np.bincount(places, weights)[places]
        counts = np.bincount(cells, weights, minlength=len(words))
        shares = counts / np.bincount(left, counts)[left]
    kept = (shares >= least) & (left != stride)
    return Alignment(left[kept], right[kept], shares[kept])


def _cells(
    spoken: Sequence[NDArray[np.int64]], heard: Sequence[NDArray[np.int64]]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return, for every token pair of every sentence pair: target place, source id, target id."""
    sizes = np.array([len(ids) for ids in spoken])
    flat, targets = np.concatenate(spoken), np.concatenate(heard)
    begins = np.concatenate([[0], sizes.cumsum()[:-1]])
    sentence = np.repeat(np.arange(len(spoken)), [len(ids) for ids in heard])
    repeats = sizes[sentence]
    places = np.repeat(np.arange(len(targets)), repeats)
    inside = np.arange(len(places)) - np.repeat(repeats.cumsum() - repeats, repeats)
    return places, flat[np.repeat(begins[sentence], repeats) + inside], targets[places]
