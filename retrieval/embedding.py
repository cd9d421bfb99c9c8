"""Texts → unit vectors. The only importer of sentence-transformers (and, through it, torch).

Owns how a model is found, loaded, prompted and named. Refuses to know indexes and passages.
"""

import hashlib
import logging
import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import EmbedderError
from retrieval.text import normalise_spelling
from retrieval.token_vectors import Tokens, TokenVectors, is_token_vectors, load_token_vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BUNDLED_MODEL = Path(__file__).parent / "model"
CALIBRATION_FILE = "fusion.json"
"""Lies in a model's folder beside the weights; see `retrieval.fusion`."""
_DECIDE_NO_VECTOR = frozenset({CALIBRATION_FILE, "alignment.json", "answering.json"})

_BATCH = 64
_REMEMBERED = 512
_REPORT_EVERY = 1_024
_HUB_TIMEOUT_S = 10.0

_log = logging.getLogger(__name__)

# Models whose folder does not say how to prompt them, though their cards do.
_FAMILY_PROMPTS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        re.compile(r"e5-.*instruct", re.IGNORECASE),
        "Instruct: Given a question, retrieve passages that answer it\nQuery: ",
        "",
    ),
    (re.compile(r"(^|[/_-])e5-", re.IGNORECASE), "query: ", "passage: "),
)

Embeddings = NDArray[np.float32]
"""(n, dimension), unit rows."""


class Embedder(Protocol):
    """What the build and the search need of a model.

    Attributes:
        name: As set by the operator; for people.
        identity: Changes whenever the vectors may: vectors of two identities never mix.
        dimension: Columns of what `embed_*` returns.
        means_by_words: Whether a question means what its words mean, each by itself.
    """

    @property
    def name(self) -> str:
        """As set by the operator."""
        ...

    @property
    def identity(self) -> str:
        """Digest or address of the weights."""
        ...

    @property
    def dimension(self) -> int:
        """Columns."""
        ...

    @property
    def means_by_words(self) -> bool:
        """Whether a word that it does not know tells it nothing."""
        ...

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Embeddings:
        """Return (len(texts), dimension) unit rows; `progress` is told how many are done."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Embeddings:
        """Return (len(texts), dimension) unit rows."""
        ...


class SentenceTransformerEmbedder:
    """Any model that `sentence-transformers` loads, with its own query and passage prompts."""

    means_by_words = False

    def __init__(self, model: "SentenceTransformer", name: str, identity: str) -> None:
        dimension = model.get_embedding_dimension()
        if not dimension:
            raise EmbedderError(f"model {name} does not say how long its vectors are")
        self._model = model
        self.name = name
        self.identity = identity
        self.dimension = int(dimension)
        self._query_prompt, self._passage_prompt = _prompts(name, model.prompts)
        self._asked: dict[str, NDArray[np.float32]] = {}

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Embeddings:
        """Return (len(texts), dimension) float32 unit rows, in the order of `texts`."""
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _REPORT_EVERY):
            part = texts[start : start + _REPORT_EVERY]
            rows[start : start + len(part)] = self._embed(part, self._passage_prompt)
            if progress is not None:
                progress(start + len(part))
        return rows

    def embed_queries(self, texts: Sequence[str]) -> Embeddings:
        """Return (len(texts), dimension) float32 unit rows, in the order of `texts`.

        The last questions are remembered: a transformer takes longer over one than all the rest.
        """
        known = self._asked
        new = [text for text in dict.fromkeys(texts) if text not in known]
        rows = known | dict(zip(new, self._embed(new, self._query_prompt), strict=True))
        # Put in its place whole: another thread may read the one before.
        self._asked = dict(list(rows.items())[-_REMEMBERED:])
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.stack([rows[text] for text in texts])

    def _embed(self, texts: Sequence[str], prompt: str) -> Embeddings:
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        try:
            encoded = self._model.encode(
                [normalise_spelling(text) for text in texts],
                # An empty prompt is a choice too: without it the model's default would be used.
                prompt=prompt,
                batch_size=_BATCH,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        except Exception as error:  # out of memory, a token too many: each library has its own
            raise EmbedderError(f"model {self.name} failed: {error}") from error
        return _unit_rows(np.asarray(encoded, dtype=np.float32), len(texts), self.dimension)


class TokenVectorEmbedder:
    """A folder of averaged token vectors, by numpy alone.

    It gives what sentence-transformers gives of the same folder (to 5e-7), and nobody waits for
    torch to be imported, which takes longer than embedding 10,000 passages.
    """

    means_by_words = True

    def __init__(self, folder: Path, name: str) -> None:
        """Load the rows in `folder`.

        Raises:
            EmbedderError: They cannot be loaded.
        """
        self.folder = folder
        self.name = name
        self.identity = bundled_identity() if folder == BUNDLED_MODEL else _folder_identity(folder)
        try:
            shared = folder == BUNDLED_MODEL
            self._vectors = load_token_vectors(folder) if shared else TokenVectors(folder)
        except Exception as error:  # tokenizers raises bare Exception
            raise EmbedderError(f"model {folder} cannot be loaded: {error}") from error
        self.dimension = self._vectors.dimension

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Embeddings:
        """Return (len(texts), dimension) float32 unit rows, in the order of `texts`."""
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _REPORT_EVERY):
            part = texts[start : start + _REPORT_EVERY]
            rows[start : start + len(part)] = self.embed_queries(part)
            if progress is not None:
                progress(start + len(part))
        return rows

    def embed_queries(self, texts: Sequence[str]) -> Embeddings:
        """Return (len(texts), dimension) float32 unit rows, in the order of `texts`."""
        return self.embed_tokens(self._vectors.tokens([normalise_spelling(text) for text in texts]))

    def embed_tokens(self, tokens: Tokens) -> Embeddings:
        """Return (n, dimension) float32 unit rows of texts that are cut already."""
        return _unit_rows(self._vectors.means(tokens), len(tokens.counts), self.dimension)


def load_embedder(name: str | None = None) -> Embedder:
    """Load the bundled model, or the one that `name` names: a folder, or a model on a hub.

    Raises:
        EmbedderError: It is not there, cannot be fetched, or is no sentence-transformers model.
    """
    folder = BUNDLED_MODEL if name is None else Path(name).expanduser()
    if name is None and not (folder / "modules.json").is_file():
        raise EmbedderError(f"the bundled model is missing from {folder}; install hoidap again")
    if is_token_vectors(folder):
        return TokenVectorEmbedder(folder, name or "bundled")
    if folder.is_dir():
        return _load_sentence_transformer(str(folder), str(name), _folder_identity(folder))
    if str(name).startswith(("/", ".", "~")):
        raise EmbedderError(f"model {name} is not a folder")
    return _load_from_hub(str(name))


def _load_from_hub(name: str) -> SentenceTransformerEmbedder:
    """Load a model from the hub's local cache, and only when it is not there from the hub."""
    try:
        return _load_sentence_transformer(name, name, f"hub:{name}", local_files_only=True)
    except EmbedderError:
        _log.info("model.fetching name=%s", name)
    ask_hub(name)
    return _load_sentence_transformer(name, name, f"hub:{name}")


def ask_hub(name: str) -> None:
    """Make sure that the hub can be reached and has the model.

    One request, at once, instead of a minute of the library's retries for every file.

    Raises:
        EmbedderError: It cannot be, or has not.
    """
    from huggingface_hub import HfApi

    try:
        HfApi().model_info(name, timeout=_HUB_TIMEOUT_S)
    except Exception as error:  # no network, no such model, no access: each has its own type
        reason = str(error).partition("\n")[0]
        raise EmbedderError(f"model {name} cannot be fetched from its hub: {reason}") from error


def _load_sentence_transformer(
    target: str, name: str, identity: str, *, local_files_only: bool = False
) -> SentenceTransformerEmbedder:
    # Loading announces itself at INFO and draws bars; neither belongs in a bot's log.
    logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        # Pickled weights could run code; safetensors cannot.
        model = SentenceTransformer(
            target,
            device="cpu",
            model_kwargs={"use_safetensors": True},
            trust_remote_code=False,
            local_files_only=local_files_only,
        )
    except Exception as error:  # the library raises a dozen unrelated types here
        raise EmbedderError(f"model {target} cannot be loaded: {error}") from error
    return SentenceTransformerEmbedder(model.float().eval(), name, identity)


def _prompts(name: str, declared: dict[str, str | None]) -> tuple[str, str]:
    """Return (query prompt, passage prompt): what the model declares, else its family's."""
    query = declared.get("query")
    passage = declared.get("passage") or declared.get("document")
    if query or passage:
        return query or "", passage or ""
    for pattern, family_query, family_passage in _FAMILY_PROMPTS:
        if pattern.search(name):
            return family_query, family_passage
    return "", ""


def _unit_rows(rows: Embeddings, count: int, dimension: int) -> Embeddings:
    if rows.shape != (count, dimension):
        raise EmbedderError(f"the model gave {rows.shape}, expected {(count, dimension)}")
    if not np.isfinite(rows).all():
        raise EmbedderError("the model gave a vector with a value that is not a number")
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    # A text without a single known token has no direction: it stays 0 and is like nothing.
    np.divide(rows, norms, out=rows, where=norms > 0)
    return rows


@cache
def bundled_identity() -> str:
    """Return the identity of the bundled model, whose words every generation keeps."""
    return _folder_identity(BUNDLED_MODEL)


def _folder_identity(folder: Path) -> str:
    """Return a digest of every file that decides the vectors."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        decides = path.suffix in {".json", ".safetensors", ".txt", ".model"}
        if decides and path.name not in _DECIDE_NO_VECTOR and path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return f"sha256:{digest.hexdigest()[:32]}"
