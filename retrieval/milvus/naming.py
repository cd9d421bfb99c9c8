"""What `milvus.json` says of a generation: which collection has its legs."""

import json
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path

import numpy as np

from retrieval.embedding import Embeddings
from retrieval.errors import GenerationCorrupt

_FILE = "milvus.json"
WORDS, CONTEXT, NUMBERS, EMBEDDING = "words", "context", "numbers", "embedding"
TEXTS = (WORDS, CONTEXT, NUMBERS)
"""Fields of a collection that have terms."""


@dataclass(frozen=True, slots=True)
class Named:
    """What `milvus.json` says; it has no address, for that is a setting, and may have a secret.

    Attributes:
        collection: A name of chance: two data folders can have one server.
        alias: Of the data folder's current collection, for people.
        dimension: Columns of the embeddings.
        passages: Rows; 0 until all are there.
        marks: Passage → digest of its embedding, of a few.
    """

    collection: str
    alias: str
    dimension: int
    passages: int = 0
    marks: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> "Named":
        """Read it.

        Raises:
            GenerationCorrupt: It is missing or unreadable.
        """
        try:
            return cls(**json.loads((folder / _FILE).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise GenerationCorrupt(f"{folder / _FILE} is missing or unreadable") from error

    def write(self, folder: Path) -> None:
        """Write it."""
        (folder / _FILE).write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")


def is_in_milvus(folder: Path) -> bool:
    """Return whether the legs of the generation in `folder` are in Milvus."""
    return (folder / _FILE).exists()


def mark_of(embedding: Embeddings) -> str:
    """Return a digest of one embedding, which every build gives back bit by bit."""
    return sha256(np.ascontiguousarray(embedding, dtype="<f4").data).hexdigest()[:16]


def bm25_of(name: str) -> str:
    """Return the field that has the counted terms of a field."""
    return f"{name}_bm25"
