"""What makes the collection of a generation: its fields, its rows, its indexes."""

import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from retrieval.embedding import Embeddings
from retrieval.errors import GenerationCorrupt, IndexRefused
from retrieval.legs import Entry
from retrieval.milvus.checking import ROWS_AT_ONCE, row_count
from retrieval.milvus.connection import INDEX_S, MAKE_S, Connection, connection
from retrieval.milvus.naming import (
    CONTEXT,
    EMBEDDING,
    NUMBERS,
    TEXTS,
    WORDS,
    Named,
    bm25_of,
    mark_of,
)
from retrieval.milvus.terms import MAX_BYTES, TOKEN_CHARS, text_of, token
from retrieval.types import MilvusAddress

_BM25 = {"bm25_k1": 1.2, "bm25_b": 0.75}
"""As tantivy has them. They are sent in the older way, as one JSON value: Milvus takes both, and
Milvus Lite 3 takes the newer for nothing and goes on with a k1 of its own."""
_MOST_FLAT = 100_000
"""Rows up to which all are weighed; above, a graph chooses. See DESIGN.md for what it misses."""
_HNSW = {"M": 16, "efConstruction": 200}
_MOST_KEYS = 1_024
_LONGEST_PAUSE_S = 5.0


def write_collection(
    folder: Path,
    address: MilvusAddress,
    rows: Iterable[tuple[Entry, Embeddings]],
    dimension: int,
    total: int,
    before: Path | None = None,
) -> None:
    """Make the collection of a generation, ready to be asked.

    Args:
        folder: Of the generation; `milvus.json` is written there.
        address: Of the server.
        rows: The passages in order, each with its embedding, (dimension,).
        dimension: Columns of the embeddings.
        total: How many rows there are.
        before: Folder of the generation before, whose alias is taken over.

    Raises:
        GenerationError: The server cannot be reached, or refuses.
    """
    named = Named(f"hoidap_{secrets.token_hex(8)}", _alias(before), dimension)
    # Before the collection is there, so that no death can leave one that nobody knows.
    named.write(folder)
    server = connection(address)
    _create(server, named)
    marks: dict[str, str] = {}
    waiting = enumerate(rows)
    while chunk := list(islice(waiting, ROWS_AT_ONCE)):
        for passage, (_, embedding) in chunk:
            if passage in _marked(total):
                marks[str(passage)] = mark_of(embedding)
        _insert(server, named, [_row(passage, *row) for passage, row in chunk])
    named = replace(named, passages=total, marks=marks)
    _finish(server, named)
    named.write(folder)


def _marked(total: int) -> set[int]:
    return {0, total // 2, total - 1}


def _alias(before: Path | None) -> str:
    if before is not None:
        with suppress(GenerationCorrupt):
            return Named.read(before).alias
    return f"hoidap_current_{secrets.token_hex(4)}"


def _create(server: Connection, named: Named) -> None:
    library = server.library
    kind = library.DataType
    schema = library.MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("passage", kind.INT64, is_primary=True)
    schema.add_field("slot", kind.INT64)
    schema.add_field(
        "keys",
        kind.ARRAY,
        element_type=kind.VARCHAR,
        max_capacity=_MOST_KEYS,
        max_length=TOKEN_CHARS,
    )
    for name in TEXTS:
        schema.add_field(
            name,
            kind.VARCHAR,
            max_length=MAX_BYTES,
            enable_analyzer=True,
            analyzer_params={"tokenizer": "standard"},
            # Once counted nobody reads it again: it need not lie in memory.
            mmap_enabled=True,
        )
        schema.add_field(bm25_of(name), kind.SPARSE_FLOAT_VECTOR)
        schema.add_function(
            library.Function(
                name=f"{name}_counted",
                function_type=library.FunctionType.BM25,
                input_field_names=[name],
                output_field_names=[bm25_of(name)],
            )
        )
    schema.add_field(EMBEDDING, kind.FLOAT_VECTOR, dim=named.dimension)
    server.make(
        lambda client: client.create_collection(
            named.collection, schema=schema, consistency_level="Eventually", timeout=MAKE_S
        )
    )


def _row(passage: int, entry: Entry, embedding: Embeddings) -> dict[str, Any]:
    # One field for both spellings: they are equally long, so BM25 counts each as if it were alone,
    # and a server takes four vectors a row, not five, as it comes.
    words = [token("accented", term) for term in entry.terms.accented.split()]
    words += [token("folded", term) for term in entry.terms.folded.split()]
    numbers = [token(NUMBERS, key) for key in entry.terms.numbers.split()]
    return {
        "passage": passage,
        "slot": entry.slot,
        "keys": list(dict.fromkeys(numbers))[:_MOST_KEYS],
        WORDS: text_of(words),
        CONTEXT: text_of(token(CONTEXT, term) for term in entry.terms.context.split()),
        NUMBERS: text_of(numbers),
        EMBEDDING: embedding,
    }


def _insert(server: Connection, named: Named, rows: list[dict[str, Any]]) -> None:
    server.make(lambda client: client.insert(named.collection, rows, timeout=MAKE_S))


def _finish(server: Connection, named: Named) -> None:
    """Have all rows on the server's disk, indexed and in its memory.

    Raises:
        GenerationError: They are not, or not all.
    """
    name = named.collection
    server.make(lambda client: client.flush(name, timeout=INDEX_S))
    indexes = server.library.MilvusClient.prepare_index_params()
    for text in TEXTS:
        indexes.add_index(
            bm25_of(text),
            index_type="SPARSE_INVERTED_INDEX",
            metric_type="BM25",
            params={"params": _BM25},
        )
    many = named.passages > _MOST_FLAT
    indexes.add_index(
        EMBEDDING,
        index_type="HNSW" if many else "FLAT",
        metric_type="IP",
        params={"params": _HNSW if many else {}},
    )
    indexes.add_index("slot", index_type="INVERTED")
    server.make(lambda client: client.create_index(name, indexes, timeout=MAKE_S, sync=False))
    _index_keys(server, name)
    for indexed in (*map(bm25_of, TEXTS), EMBEDDING):
        _wait_for_index(server, name, indexed)
    server.make(lambda client: client.load_collection(name, timeout=INDEX_S))
    count = row_count(server, name)
    if count != named.passages:
        raise IndexRefused(f"Milvus has {count} rows of the {named.passages} that were sent")


def _index_keys(server: Connection, name: str) -> None:
    keys = server.library.MilvusClient.prepare_index_params()
    keys.add_index("keys", index_type="INVERTED")
    # Milvus Lite has no index for arrays, and needs none.
    with suppress(IndexRefused):
        server.make(lambda client: client.create_index(name, keys, timeout=MAKE_S, sync=False))


def _wait_for_index(server: Connection, name: str, field: str) -> None:
    """Wait until the server has indexed a field.

    pymilvus would wait half a second at least, and ask what Milvus Lite has not.
    """
    pause, until = 0.01, monotonic() + INDEX_S
    while monotonic() < until:
        told = server.make(lambda client: client.describe_index(name, field, timeout=MAKE_S))
        if told["state"] == "Finished":
            return
        if told["state"] == "Failed":
            break
        sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE_S)
    raise IndexRefused(f"Milvus has not indexed {field}")
