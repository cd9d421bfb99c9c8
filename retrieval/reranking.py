"""A second stage, off by default: a cross-encoder reads question and passage together.

Any `CrossEncoder` of sentence-transformers that gives one score a pair. Refuses to know indexes.
"""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from retrieval.embedding import ask_hub
from retrieval.errors import EmbedderError
from retrieval.text import normalise_spelling

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

RERANK_DEPTH = 20
"""Passages read by the second stage; each costs a pass of its model."""
_BATCH = 32

_log = logging.getLogger(__name__)


class Reranker:
    """Scores passages against a question by a cross-encoder."""

    def __init__(self, model: "CrossEncoder", name: str) -> None:
        if model.num_labels != 1:
            raise EmbedderError(f"model {name} is no reranker: it gives {model.num_labels} scores")
        self._model = model
        self.name = name

    def scores(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """Return (len(passages),) float32, higher is better, comparable within one question.

        Raises:
            EmbedderError: The model failed, or gave what is no number.
        """
        if not passages:
            return np.empty(0, dtype=np.float32)
        pairs = [(normalise_spelling(question), normalise_spelling(text)) for text in passages]
        try:
            given = self._model.predict(pairs, batch_size=_BATCH, show_progress_bar=False)
        except Exception as error:  # out of memory, a token too many: each library has its own
            raise EmbedderError(f"model {self.name} failed: {error}") from error
        scores = np.asarray(given, dtype=np.float32)
        if scores.shape != (len(passages),) or not np.isfinite(scores).all():
            raise EmbedderError(f"model {self.name} gave no score for each passage")
        return scores


def load_reranker(name: str) -> Reranker:
    """Load the cross-encoder that `name` names: a folder, or a model on a hub.

    Raises:
        EmbedderError: It is not there, cannot be fetched, or is no reranker.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        return _load(str(folder), name, local_files_only=True)
    if name.startswith(("/", ".", "~")):
        raise EmbedderError(f"model {name} is not a folder")
    try:
        return _load(name, name, local_files_only=True)
    except EmbedderError:
        _log.info("model.fetching name=%s", name)
    ask_hub(name)
    return _load(name, name, local_files_only=False)


def _load(target: str, name: str, *, local_files_only: bool) -> Reranker:
    logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
    from sentence_transformers import CrossEncoder
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        # Pickled weights could run code; safetensors cannot.
        model = CrossEncoder(
            target,
            device="cpu",
            model_kwargs={"use_safetensors": True},
            trust_remote_code=False,
            local_files_only=local_files_only,
        )
    except Exception as error:  # the library raises a dozen unrelated types here
        raise EmbedderError(f"model {target} cannot be loaded: {error}") from error
    return Reranker(model, name)
