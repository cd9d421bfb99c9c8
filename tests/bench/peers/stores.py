"""Vector stores around the same model: FAISS bare, in LangChain, in telegram-rag-bot; Chroma."""

import logging
import os
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.bench.peers.contract import Passages
from tests.bench.peers.model import MODEL, Encoder


class Bare:
    """The least that a dense search does: sentence-transformers and an exact FAISS index."""

    def __init__(self) -> None:
        self._encoder: Encoder
        self._index: Any = None

    def build(self, passages: Passages, folder: Path) -> None:
        """Embed all, add all."""
        faiss = import_module("faiss")
        rows = Encoder().rows(list(passages.texts))
        index = faiss.IndexFlatIP(rows.shape[1])
        index.add(rows)
        faiss.write_index(index, str(folder / "index.faiss"))

    def open(self, folder: Path) -> None:
        """Read the index into memory."""
        self._index = import_module("faiss").read_index(str(folder / "index.faiss"))
        self._encoder = Encoder()

    def ask(self, question: str, k: int) -> list[int]:
        """Encode and look."""
        _, found = self._index.search(self._encoder.rows([question]), k)
        return [int(passage) for passage in found[0] if passage >= 0]


def _numbered(texts: int) -> list[dict[str, int]]:
    return [{"passage": number} for number in range(texts)]


class LangChain:
    """langchain-community's FAISS store with its defaults (exact, by distance)."""

    def __init__(self) -> None:
        self._store: Any = None

    def _embeddings(self) -> Any:
        encoder = Encoder()
        base = import_module("langchain_core.embeddings").Embeddings
        methods = {
            "embed_documents": lambda _, texts: encoder.lists(texts),
            "embed_query": lambda _, text: encoder.list_of(text),
        }
        return type("SameModel", (base,), methods)()

    def build(self, passages: Passages, folder: Path) -> None:
        """Embed and store, with the texts."""
        faiss = import_module("langchain_community.vectorstores").FAISS
        texts = list(passages.texts)
        store = faiss.from_texts(texts, self._embeddings(), metadatas=_numbered(len(texts)))
        store.save_local(str(folder))

    def open(self, folder: Path) -> None:
        """Load index and (pickled) texts."""
        faiss = import_module("langchain_community.vectorstores").FAISS
        self._store = faiss.load_local(
            str(folder), self._embeddings(), allow_dangerous_deserialization=True
        )

    def ask(self, question: str, k: int) -> list[int]:
        """Search by similarity."""
        found = self._store.similarity_search(question, k=k)
        return [document.metadata["passage"] for document in found]


class TelegramRagBot:
    """The retrieval of PyPI's telegram-rag-bot by its own classes: local model, FAISS provider.

    Its `rebuild_index` cuts one text file by length and embeds each piece twice; here it is given
    the passages, and embeds them once. Its retriever takes the 3 best; here it is asked for more.
    """

    _MODE = "bench"

    def __init__(self) -> None:
        self._store: Any = None
        self._retrievers: dict[int, Any] = {}

    def _providers(self, folder: Path) -> tuple[Any, Any]:
        warnings.simplefilter("ignore")  # it uses what LangChain has deprecated
        logging.disable(logging.INFO)
        local = import_module("telegram_rag_bot.embeddings.local")
        embeddings = local.LocalEmbeddingsProvider({"model": MODEL})
        stores = import_module("telegram_rag_bot.vectorstore.local_faiss")
        return embeddings, stores.LocalFAISSProvider({"indices_dir": str(folder)}, embeddings)

    def build(self, passages: Passages, folder: Path) -> None:
        """As its `rebuild_index` does with pieces."""
        embeddings, provider = self._providers(folder)
        piece = import_module("langchain_core.documents").Document
        pieces = [
            piece(page_content=text, metadata={"passage": number, "mode": self._MODE})
            for number, text in enumerate(passages.texts)
        ]
        faiss = import_module("langchain_community.vectorstores").FAISS
        provider.save_index(faiss.from_documents(pieces, embeddings.model), self._MODE)

    def open(self, folder: Path) -> None:
        """Load the index of the mode."""
        _, provider = self._providers(folder)
        self._store = provider.load_index(self._MODE)

    def ask(self, question: str, k: int) -> list[int]:
        """Ask its retriever, as its chain does before it asks a language model."""
        if k not in self._retrievers:
            self._retrievers[k] = self._store.as_retriever(search_kwargs={"k": k})
        return [found.metadata["passage"] for found in self._retrievers[k].invoke(question)]


class Chroma:
    """A persistent Chroma collection with its defaults (HNSW, so not exact)."""

    def __init__(self) -> None:
        self._encoder: Encoder
        self._collection: Any = None

    def _collection_in(self, folder: Path) -> Any:
        os.environ["ANONYMIZED_TELEMETRY"] = "False"
        chromadb = import_module("chromadb")
        self._client = chromadb.PersistentClient(path=str(folder))
        return self._client.get_or_create_collection("bench", embedding_function=None)

    def build(self, passages: Passages, folder: Path) -> None:
        """Embed and add in the largest batches that it takes."""
        collection, encoder = self._collection_in(folder), Encoder()
        texts, most = list(passages.texts), self._client.get_max_batch_size()
        for start in range(0, len(texts), most):
            part = texts[start : start + most]
            names = [str(start + number) for number in range(len(part))]
            collection.add(ids=names, documents=part, embeddings=encoder.rows(part))

    def open(self, folder: Path) -> None:
        """Open the collection."""
        self._collection, self._encoder = self._collection_in(folder), Encoder()

    def ask(self, question: str, k: int) -> list[int]:
        """Query, with the texts."""
        rows = self._encoder.rows([question])
        found = self._collection.query(query_embeddings=rows, n_results=k, include=["documents"])
        return [int(name) for name in found["ids"][0]]
