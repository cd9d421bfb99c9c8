"""Averaged token vectors by numpy alone. The only importer of tokenizers and safetensors here.

A model folder whose only module is sentence-transformers' `StaticEmbedding` needs no torch to
encode a question: a text is the mean of its tokens' rows. Importing torch and its company takes
seconds, which is most of what a cold `hoidap ask` would take. A test holds the two to be equal.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

_MODULES = ("StaticEmbedding", "Normalize")


def is_token_vectors(folder: Path) -> bool:
    """Return whether the model in `folder` is averaged token vectors, normalised, unprompted."""
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        config = json.loads(
            (folder / "config_sentence_transformers.json").read_text(encoding="utf-8")
        )
        types = tuple(str(module["type"]).rpartition(".")[2] for module in modules)
        at_root = modules[0]["path"] == ""
        return types == _MODULES and at_root and not any(config.get("prompts", {}).values())
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError):
        return False


class TokenVectors:
    """The rows of one model; safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        """Load the model in `folder`.

        Raises:
            OSError, ValueError, KeyError: It is not there or not what it should be.
        """
        self._tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        tensors = load_file(folder / "model.safetensors")
        if "embedding.weight" in tensors:
            self._rows: NDArray[np.generic] = tensors["embedding.weight"]
            self._factors = np.ones(len(self._rows), dtype=np.float32)
        else:
            self._rows = tensors["embeddings"]
            self._factors = tensors["weights"].astype(np.float32)

    @property
    def dimension(self) -> int:
        """Columns of a row."""
        return int(self._rows.shape[1])

    def means(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (len(texts), dimension) float32: the mean of each text's rows, 0 of no token."""
        means = np.zeros((len(texts), self.dimension), dtype=np.float32)
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        for mean, encoding in zip(means, encodings, strict=True):
            if encoding.ids:
                rows = self._rows[encoding.ids].astype(np.float32)  # (tokens, dimension)
                np.divide(self._factors[encoding.ids] @ rows, len(encoding.ids), out=mean)
        return means
