"""Whether a collection is the one that was written; and its embeddings, read back."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from retrieval.embedding import Embeddings
from retrieval.errors import CollectionMissing, GenerationCorrupt
from retrieval.milvus.connection import ASK_S, INDEX_S, MAKE_S, Connection, connection
from retrieval.milvus.naming import EMBEDDING, Named, mark_of
from retrieval.types import MilvusAddress

ROWS_AT_ONCE = 1_000
"""4 to 6 MB to send, one to read: a server takes 64 at most."""


def check(server: Connection, named: Named) -> None:
    """Load the collection, if it is not, and check that it is the one that was written.

    Raises:
        GenerationCorrupt: It is not there, not whole, or another.
        GenerationError: The server cannot be reached, or refuses.
    """
    name = named.collection
    if not server.make(lambda client: client.has_collection(name, timeout=ASK_S)):
        raise CollectionMissing(f"the collection {name} is not on the Milvus server")
    state = server.make(lambda client: client.get_load_state(name, timeout=ASK_S))
    if state["state"].name != "Loaded":
        # So it is after a file of Milvus Lite is opened again, or an operator has released it.
        server.make(lambda client: client.load_collection(name, timeout=INDEX_S))
    count = row_count(server, name)
    if count != named.passages:
        raise GenerationCorrupt(f"the collection {name} has {count} rows, not {named.passages}")
    marked = sorted(map(int, named.marks))
    found = embeddings_of(server, named, f"passage in {marked}", len(marked))
    if [mark_of(row) for row in found] != [named.marks[str(passage)] for passage in marked]:
        raise GenerationCorrupt(f"the collection {name} has other embeddings than were written")


def embeddings_of(server: Connection, named: Named, among: str, count: int) -> Embeddings:
    """Return (count, dimension), the embeddings of the rows that a filter lets pass, by passage.

    Raises:
        GenerationCorrupt: There are not as many.
        GenerationError: The server cannot be reached, or refuses.
    """
    if count == 0:
        return np.empty((0, named.dimension), dtype=np.float32)
    rows = server.make(
        lambda client: client.query(
            named.collection, filter=among, output_fields=["passage", EMBEDDING], timeout=MAKE_S
        )
    )
    rows = sorted(rows, key=lambda row: int(row["passage"]))
    if len(rows) != count:
        raise GenerationCorrupt(f"the collection {named.collection} has lost rows")
    return np.array([row[EMBEDDING] for row in rows], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class CollectionRows:
    """The embeddings of neighbouring passages in a collection, to be taken over."""

    server: Connection
    named: Named
    start: int
    end: int

    def part(self, start: int, end: int) -> "CollectionRows":
        """Return the rows `start` to before `end` of these."""
        return replace(self, start=self.start + start, end=self.start + end)

    def pieces(self) -> Iterator[Embeddings]:
        """Yield the rows in order, some at a time.

        Raises:
            GenerationError: They are not all there, or cannot be had.
        """
        for start in range(self.start, self.end, ROWS_AT_ONCE):
            end = min(start + ROWS_AT_ONCE, self.end)
            among = f"passage >= {start} and passage < {end}"
            yield embeddings_of(self.server, self.named, among, end - start)


def open_rows(folder: Path, address: MilvusAddress) -> CollectionRows:
    """Return all rows of the collection of the generation in `folder`, which is checked first.

    Raises:
        GenerationError: It is not whole, or cannot be reached.
    """
    named, server = Named.read(folder), connection(address)
    check(server, named)
    return CollectionRows(server, named, 0, named.passages)


def row_count(server: Connection, name: str) -> int:
    """Return how many rows a collection has, those sent a moment ago among them."""
    rows = server.make(
        lambda client: client.query(
            name,
            filter="",
            output_fields=["count(*)"],
            consistency_level="Strong",
            timeout=MAKE_S,
        )
    )
    return int(rows[0]["count(*)"])
