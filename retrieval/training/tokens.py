"""Token ids of a whole corpus in flat arrays, and ragged cuts out of them.

Owns the layout; refuses to know why a cut is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from retrieval.training.files import replace_file

Ids = NDArray[np.int32]
Offsets = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Texts as token ids, end to end.

    Attributes:
        ids: (total,) int32 token ids.
        offsets: (n + 1,) int64; text i is ids[offsets[i]:offsets[i + 1]].
    """

    ids: Ids
    offsets: Offsets

    @classmethod
    def encode(cls, tokenizer: Tokenizer, texts: Sequence[str]) -> Tokens:
        """Tokenise texts in order; unknown characters (id 0) are left out."""
        parts: list[Ids] = []
        lengths = np.zeros(len(texts) + 1, dtype=np.int64)
        for start in range(0, len(texts), 4096):
            batch = tokenizer.encode_batch_fast(
                list(texts[start : start + 4096]), add_special_tokens=False
            )
            for row, encoding in enumerate(batch, start + 1):
                ids = np.array(encoding.ids, dtype=np.int32)
                parts.append(ids[ids != 0])
                lengths[row] = len(parts[-1])
        return cls(np.concatenate(parts) if parts else np.empty(0, np.int32), lengths.cumsum())

    def save(self, path: Path) -> None:
        """Write both arrays, whole or not at all."""
        with replace_file(path) as stream:
            np.savez(stream, ids=self.ids, offsets=self.offsets)

    @classmethod
    def load(cls, path: Path) -> Tokens:
        """Read what `save` wrote."""
        with np.load(path) as arrays:
            return cls(arrays["ids"], arrays["offsets"])

    def lengths(self, rows: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return the token counts of the given texts, (len(rows),) int64."""
        return self.offsets[rows + 1] - self.offsets[rows]


@dataclass(frozen=True, slots=True)
class Bags:
    """A batch of token bags, as `torch.nn.EmbeddingBag` wants them.

    Attributes:
        ids: (total,) int32 token ids.
        starts: (batch,) int64, where each bag begins.
    """

    ids: Ids
    starts: NDArray[np.int64]


def cut(
    ids: Ids, begins: NDArray[np.int64], lengths: NDArray[np.int64], *, per_bag: int = 1
) -> Bags:
    """Gather segments of a flat array into bags.

    Args:
        ids: (total,) int32.
        begins: (n,) first index of each segment.
        lengths: (n,) length of each segment, zero allowed.
        per_bag: how many neighbouring segments make one bag.
    """
    ends = lengths.cumsum()
    positions = np.arange(int(ends[-1]) if len(ends) else 0, dtype=np.int64)
    positions += np.repeat(begins - (ends - lengths), lengths)
    starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]])[::per_bag]
    return Bags(ids[positions], starts)
