"""What makes, names, checks and drops the collection of a generation, and reads its rows back."""

import json
import logging
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from hashlib import sha256
from itertools import islice
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import numpy as np

from retrieval.embedding import Embeddings
from retrieval.errors import (
    CollectionMissing,
    GenerationCorrupt,
    GenerationError,
    IndexRefused,
)
from retrieval.legs import Entry
from retrieval.milvus.connection import ASK_S, INDEX_S, MAKE_S, Connection, connection
from retrieval.milvus.terms import MAX_BYTES, TOKEN_CHARS, text_of, token
from retrieval.text import analyse
from retrieval.text.terms import with_pairs
from retrieval.types import MilvusAddress

_FILE = "milvus.json"
WORDS, CONTEXT, NUMBERS, EMBEDDING = "words", "context", "numbers", "embedding"
_TEXTS = (WORDS, CONTEXT, NUMBERS)
_BM25 = {"bm25_k1": 1.2, "bm25_b": 0.75}
"""As tantivy has them. They are sent in the older way, as one JSON value: Milvus takes both, and
Milvus Lite 3 takes the newer for nothing and goes on with a k1 of its own."""
_ROWS_AT_ONCE = 1_000
"""4 to 6 MB to send or to read: a server takes 64 at most."""
_MOST_FLAT = 100_000
"""Rows up to which all are weighed; above, a graph chooses. See DESIGN.md for what it misses."""
_HNSW = {"M": 16, "efConstruction": 200}
_MOST_KEYS = 1_024
_LONGEST_PAUSE_S = 5.0

_log = logging.getLogger(__name__)


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


def write_collection(
    folder: Path,
    address: MilvusAddress,
    rows: Iterable[tuple[Entry, Embeddings]],
    dimension: int,
    total: int,
    before: Path | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> None:
    """Make the collection of a generation, ready to be asked.

    Args:
        folder: Of the generation; `milvus.json` is written there.
        address: Of the server.
        rows: The passages in order, each with its embedding, (dimension,).
        dimension: Columns of the embeddings.
        total: How many rows there are.
        before: Folder of the generation before, whose alias is taken over.
        progress: Called with how many rows are there.

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
    while chunk := list(islice(waiting, _ROWS_AT_ONCE)):
        for passage, (_, embedding) in chunk:
            if passage in _marked(total):
                marks[str(passage)] = mark_of(embedding)
        _insert(server, named, [_row(passage, *row) for passage, row in chunk])
        progress(chunk[-1][0] + 1)
    named = replace(named, passages=total, marks=marks)
    _finish(server, named)
    named.write(folder)


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
    count = _count(server, name)
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
        for start in range(self.start, self.end, _ROWS_AT_ONCE):
            end = min(start + _ROWS_AT_ONCE, self.end)
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


def announce(folder: Path, address: MilvusAddress | None) -> None:
    """Point the alias of the data folder at the collection of the generation in `folder`.

    Nothing is done for a generation that is not in Milvus, or where the server knows no aliases.

    Raises:
        GenerationError: The server cannot be reached, has not the collection, or refuses.
    """
    if address is None or not is_in_milvus(folder):
        return
    named, server = Named.read(folder), connection(address)
    check(server, named)
    try:
        try:
            server.make(lambda c: c.create_alias(named.collection, named.alias, timeout=MAKE_S))
        except IndexRefused:  # it is there already
            server.make(lambda c: c.alter_alias(named.collection, named.alias, timeout=MAKE_S))
    except IndexRefused as error:
        # It serves nobody but people who look: an index is published without.
        _log.warning("milvus.no_alias collection=%s error=%s", named.collection, error)


def release(folder: Path, address: MilvusAddress | None) -> bool:
    """Drop the collection of a generation that is to be removed; return whether it is gone.

    One that cannot be dropped now is by a later build, as long as the folder stays.
    """
    if not is_in_milvus(folder):
        return True
    try:
        named = Named.read(folder)
    except GenerationCorrupt:
        return True  # it died while it wrote the name: there is no collection yet
    if address is None:
        _log.warning("milvus.not_dropped collection=%s error=no MILVUS_URI", named.collection)
        return False
    server = connection(address)
    try:
        # Milvus drops nothing that an alias points at. Not every build knows aliases.
        with suppress(IndexRefused, CollectionMissing):
            told = server.make(lambda c: c.list_aliases(named.collection, timeout=MAKE_S))
            for alias in told["aliases"]:
                server.make(partial(_drop_alias, alias))
        with suppress(CollectionMissing):
            server.make(lambda c: c.drop_collection(named.collection, timeout=MAKE_S))
    except GenerationError as error:
        _log.warning("milvus.not_dropped collection=%s error=%s", named.collection, error)
        return False
    return True


def _drop_alias(alias: str, client: Any) -> None:
    client.drop_alias(alias, timeout=MAKE_S)


def mark_of(embedding: Embeddings) -> str:
    """Return a digest of one embedding, which every build gives back bit by bit."""
    return sha256(np.ascontiguousarray(embedding, dtype="<f4").data).hexdigest()[:16]


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
    for name in _TEXTS:
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
    terms, context = analyse(entry.text), analyse(entry.context)
    # One field for both spellings: they are equally long, so BM25 counts each as if it were alone,
    # and a server takes four vectors a row, not five, as it comes.
    words = [token("accented", term) for term in with_pairs(terms.accented)]
    words += [token("folded", term) for term in with_pairs(terms.folded)]
    numbers = [token(NUMBERS, key) for key in terms.numbers + context.numbers]
    return {
        "passage": passage,
        "slot": entry.slot,
        "keys": list(dict.fromkeys(numbers))[:_MOST_KEYS],
        WORDS: text_of(words),
        CONTEXT: text_of(token(CONTEXT, term) for term in with_pairs(context.folded)),
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
    for text in _TEXTS:
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
    for indexed in (*map(bm25_of, _TEXTS), EMBEDDING):
        _wait_for_index(server, name, indexed)
    server.make(lambda client: client.load_collection(name, timeout=INDEX_S))
    count = _count(server, name)
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


def _count(server: Connection, name: str) -> int:
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


def bm25_of(name: str) -> str:
    """Return the field that has the counted terms of a field."""
    return f"{name}_bm25"
