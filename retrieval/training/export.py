"""Writes token vectors as a `sentence-transformers` model folder.

Each row is stored as int8 with one float32 factor; `StaticEmbedding.load` multiplies them back
into float32 rows. Owns the folder's layout; refuses to know how the vectors were trained.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save
from tokenizers import Tokenizer

from retrieval.training.files import replace_file

_MODULES = [
    {
        "idx": 0,
        "name": "0",
        "path": "",
        "type": "sentence_transformers.sentence_transformer.modules.StaticEmbedding",
    },
    {
        "idx": 1,
        "name": "1",
        "path": "1_Normalize",
        "type": "sentence_transformers.sentence_transformer.modules.Normalize",
    },
]


def quantise(vectors: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Round each row to 255 levels of its own.

    Args:
        vectors: (vocabulary, dimension) float32.

    Returns:
        (vocabulary, dimension) int8 rows in [-127, 127] and (vocabulary,) float32 factors;
        rows * factors[:, None] is within half a level of the input.
    """
    factors = np.abs(vectors).max(axis=1) / 127.0
    factors[factors == 0.0] = 1.0
    rows = np.rint(vectors / factors[:, None]).astype(np.int8)
    return rows, factors.astype(np.float32)


def export(tokenizer: Tokenizer, vectors: torch.Tensor, folder: Path) -> None:
    """Write the model folder; its card (README.md) is not touched.

    Args:
        tokenizer: written without indentation, which halves the file.
        vectors: (vocabulary, dimension) float32.
        folder: made if absent; `modules.json`, which makes it a model, is written last.
    """
    rows, factors = quantise(vectors.detach().numpy())
    tensors = {"embeddings": torch.from_numpy(rows), "weights": torch.from_numpy(factors)}
    normalise = {"module_input_name": "sentence_embedding", "module_output_name": None}
    settings = {
        "model_type": "SentenceTransformer",
        "prompts": {"query": "", "document": ""},
        "default_prompt_name": None,
        "similarity_fn_name": "cosine",
    }
    _write(folder / "model.safetensors", save(tensors, metadata={"format": "pt"}))
    _write(folder / "tokenizer.json", tokenizer.to_str(pretty=False).encode())
    _write(folder / "1_Normalize" / "config.json", _json(normalise))
    _write(folder / "config_sentence_transformers.json", _json(settings))
    _write(folder / "modules.json", _json(_MODULES))


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2) + "\n").encode()


def _write(path: Path, content: bytes) -> None:
    with replace_file(path) as stream:
        stream.write(content)
