"""The bundled model as anyone would load it, for the systems that need it handed to them."""

from importlib import import_module
from pathlib import Path
from typing import Any

MODEL = str(Path(__file__).parents[3] / "retrieval" / "model")
_BATCH = 64


class Encoder:
    """Texts → unit rows, by sentence-transformers."""

    def __init__(self) -> None:
        self._model: Any = import_module("sentence_transformers").SentenceTransformer(
            MODEL, device="cpu"
        )

    def rows(self, texts: list[str]) -> Any:
        """Return (len(texts), dimension) float32."""
        return self._model.encode(texts, batch_size=_BATCH, show_progress_bar=False)

    def lists(self, texts: list[str]) -> list[list[float]]:
        """Return the rows as lists, for systems that ask for these."""
        rows: list[list[float]] = self.rows(texts).tolist()
        return rows

    def list_of(self, text: str) -> list[float]:
        """Return the row of one text as a list."""
        return self.lists([text])[0]
