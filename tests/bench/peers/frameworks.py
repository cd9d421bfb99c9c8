"""LlamaIndex, Haystack and txtai around the same model; bm25s, which has words alone."""

import os
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.bench.peers.contract import Passages
from tests.bench.peers.model import MODEL, Encoder


class LlamaIndex:
    """A VectorStoreIndex in memory, saved as JSON."""

    def __init__(self) -> None:
        self._index: Any = None
        self._retrievers: dict[int, Any] = {}

    def _model(self) -> Any:
        encoder = Encoder()
        base = import_module("llama_index.core.embeddings").BaseEmbedding

        async def asked(_: Any, query: str) -> list[float]:
            return encoder.list_of(query)

        methods = {
            "_get_text_embedding": lambda _, text: encoder.list_of(text),
            "_get_text_embeddings": lambda _, texts: encoder.lists(texts),
            "_get_query_embedding": lambda _, query: encoder.list_of(query),
            "_aget_query_embedding": asked,
            "__module__": __name__,
        }
        return type("SameModel", (base,), methods)(embed_batch_size=64)

    def build(self, passages: Passages, folder: Path) -> None:
        """Embed nodes and save everything."""
        core = import_module("llama_index.core")
        node = import_module("llama_index.core.schema").TextNode
        nodes = [node(id_=str(number), text=text) for number, text in enumerate(passages.texts)]
        index = core.VectorStoreIndex(nodes, embed_model=self._model())
        index.storage_context.persist(persist_dir=str(folder))

    def open(self, folder: Path) -> None:
        """Load everything into memory."""
        core = import_module("llama_index.core")
        context = core.StorageContext.from_defaults(persist_dir=str(folder))
        self._index = core.load_index_from_storage(context, embed_model=self._model())

    def ask(self, question: str, k: int) -> list[int]:
        """Retrieve nodes."""
        if k not in self._retrievers:
            self._retrievers[k] = self._index.as_retriever(similarity_top_k=k)
        return [int(found.node.node_id) for found in self._retrievers[k].retrieve(question)]


class Haystack:
    """An InMemoryDocumentStore and its embedding retriever, saved as JSON."""

    def __init__(self) -> None:
        self._encoder: Encoder
        self._retriever: Any = None

    def _import(self, name: str) -> Any:
        os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
        return import_module(name)

    def build(self, passages: Passages, folder: Path) -> None:
        """Embed documents, write them to the store, save the store."""
        document = self._import("haystack").Document
        store = self._import("haystack.document_stores.in_memory").InMemoryDocumentStore(
            embedding_similarity_function="cosine"
        )
        texts = list(passages.texts)
        rows = Encoder().lists(texts)
        store.write_documents(
            [
                document(id=str(number), content=text, embedding=row)
                for number, (text, row) in enumerate(zip(texts, rows, strict=True))
            ]
        )
        store.save_to_disk(str(folder / "store.json"))

    def open(self, folder: Path) -> None:
        """Load the store into memory."""
        stores = self._import("haystack.document_stores.in_memory")
        retrievers = self._import("haystack.components.retrievers.in_memory")
        store = stores.InMemoryDocumentStore.load_from_disk(str(folder / "store.json"))
        self._retriever = retrievers.InMemoryEmbeddingRetriever(store)
        self._encoder = Encoder()

    def ask(self, question: str, k: int) -> list[int]:
        """Embed the question and run the retriever."""
        row = self._encoder.list_of(question)
        found = self._retriever.run(query_embedding=row, top_k=k)
        return [int(document.id) for document in found["documents"]]


class Txtai:
    """A txtai Embeddings index with its defaults (IVF from 5,000 passages on, so not exact)."""

    def __init__(self) -> None:
        self._index: Any = None

    def _embeddings(self, **options: Any) -> Any:
        return import_module("txtai").Embeddings(**options)

    def build(self, passages: Passages, folder: Path) -> None:
        """Index numbered texts and save."""
        embeddings = self._embeddings(path=MODEL, method="sentence-transformers", gpu=False)
        embeddings.index((number, text, None) for number, text in enumerate(passages.texts))
        embeddings.save(str(folder))

    def open(self, folder: Path) -> None:
        """Load index and model."""
        self._index = self._embeddings()
        self._index.load(str(folder))

    def ask(self, question: str, k: int) -> list[int]:
        """Search."""
        return [int(number) for number, _ in self._index.search(question, k)]


class Bm25s:
    """BM25 over words, no model; its own tokenizer, without its English stop words."""

    def __init__(self) -> None:
        self._library: Any = None
        self._index: Any = None

    def _tokens(self, texts: list[str]) -> Any:
        return self._library.tokenize(texts, stopwords=None, show_progress=False)

    def build(self, passages: Passages, folder: Path) -> None:
        """Tokenize, index, save."""
        self._library = import_module("bm25s")
        index = self._library.BM25()
        index.index(self._tokens(list(passages.texts)), show_progress=False)
        index.save(str(folder))

    def open(self, folder: Path) -> None:
        """Load the scores into memory."""
        self._library = import_module("bm25s")
        self._index = self._library.BM25.load(str(folder))

    def ask(self, question: str, k: int) -> list[int]:
        """Tokenize and retrieve."""
        found, scores = self._index.retrieve(self._tokens([question]), k=k, show_progress=False)
        pairs = zip(found[0].tolist(), scores[0].tolist(), strict=True)
        return [passage for passage, score in pairs if score > 0]
