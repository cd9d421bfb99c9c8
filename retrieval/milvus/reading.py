"""An opened collection: the searches that both legs make of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.embedding import Embeddings
from retrieval.errors import IndexRefused
from retrieval.milvus.checking import check, embeddings_of
from retrieval.milvus.connection import ASK_S, MAKE_S, Connection, connection
from retrieval.milvus.naming import EMBEDDING, TEXTS, Named, bm25_of
from retrieval.milvus.terms import among_passages, token
from retrieval.types import MilvusAddress

Hits = tuple[NDArray[np.int64], NDArray[np.float64]]
"""Passages, and what each scores, best first."""
_EF = 1_000
"""Passages that a graph keeps in sight: of the ten nearest of 10,000 it finds 98.8 %, with 400 of
them 96.3 %."""


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for in one field, of several questions at once.

    Attributes:
        field: A text, or `embedding`.
        data: Texts of tokens, or embeddings, one a question.
        limit: Hits of each, at most.
        among: Filter; "" for none.
    """

    field: str
    data: Sequence[Any]
    limit: int
    among: str = ""


class OpenCollection:
    """One generation's collection, checked and loaded. Safe to use from several threads."""

    def __init__(self, server: Connection, named: Named) -> None:
        self._server = server
        self._named = named

    @classmethod
    def open(cls, folder: Path, address: MilvusAddress) -> "OpenCollection":
        """Open the collection of the generation in `folder`.

        Raises:
            GenerationCorrupt: It is not what was written.
            GenerationError: The server cannot be reached, or refuses.
        """
        named, server = Named.read(folder), connection(address)
        check(server, named)
        opened = cls(server, named)
        # The first question must not wait for what a server puts off until somebody asks.
        nothing = np.zeros(named.dimension, dtype=np.float32)
        firsts = [Search(text, [token(text, "")], 1) for text in TEXTS]
        opened.search([*firsts, Search(EMBEDDING, [nothing], 1)], MAKE_S)
        return opened

    def __len__(self) -> int:
        return self._named.passages

    @property
    def dimension(self) -> int:
        """Columns of the embeddings."""
        return self._named.dimension

    def search(self, searches: Sequence[Search], seconds: float = ASK_S) -> list[list[Hits]]:
        """Return the hits of each search's questions; all searches are under way at once.

        Args:
            searches: What to look for.
            seconds: After which it is given up.

        Raises:
            GenerationError: The server cannot be reached, has lost the collection, or refuses.
        """

        async def all_at_once(client: Any) -> list[list[Hits]]:
            asking = [self._search(client, one, seconds) for one in searches]
            return list(await asyncio.gather(*asking))

        try:
            return self._server.ask(all_at_once, seconds)
        except IndexRefused:
            # A server that was started again, or an operator, may have taken it out of memory.
            check(self._server, self._named)
            return self._server.ask(all_at_once, seconds)

    async def _search(self, client: Any, search: Search, seconds: float) -> list[Hits]:
        by_words = search.field != EMBEDDING
        found = await client.search(
            self._named.collection,
            data=list(search.data),
            anns_field=bm25_of(search.field) if by_words else EMBEDDING,
            limit=search.limit,
            filter=search.among,
            search_params={
                "metric_type": "BM25" if by_words else "IP",
                "params": {} if by_words else {"ef": max(_EF, search.limit)},
            },
            output_fields=["passage"],
            timeout=seconds,
        )
        return [_hits(hits, by_words) for hits in found]

    def vectors(self, passages: NDArray[np.int64]) -> Embeddings:
        """Return (len(passages), dimension), the embeddings of `passages`."""
        wanted, places = np.unique(passages, return_inverse=True)
        among = among_passages(wanted.tolist())
        return embeddings_of(self._server, self._named, among, len(wanted))[places]


def _hits(hits: Any, by_words: bool) -> Hits:
    scores = np.array(hits.distances, dtype=np.float64)
    # BM25 is above 0 by its formula. Milvus says it so; Milvus Lite 3 says how far away that is.
    return np.array(hits.ids, dtype=np.int64), np.abs(scores) if by_words else scores
