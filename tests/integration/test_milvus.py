"""Generations whose legs are in Milvus: published, taken back, moved, pruned, lost and found."""

import logging
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from retrieval.build import build_generation, move_generation, undo
from retrieval.embedding import Embeddings
from retrieval.errors import (
    CollectionMissing,
    GenerationCorrupt,
    GenerationElsewhere,
    IndexUnreachable,
    MilvusMissing,
)
from retrieval.generation import GenerationStore
from retrieval.milvus import connection as door
from retrieval.milvus import release
from retrieval.milvus.connection import connection
from retrieval.milvus.naming import Named
from retrieval.search import open_serving
from retrieval.types import LOCAL, Answer, Place
from retrieval.verifying import verify_generation
from tests import milvus_servers
from tests.builders import PAPERS, build, serving, write_corpus
from tests.embedders import CALIBRATION, HashEmbedder

pytestmark = pytest.mark.skipif(
    not milvus_servers.lite_version(), reason="milvus-lite has no build for this system"
)

QUESTION, QUOTE = "Cầu Long Biên bắc qua sông nào?", PAPERS["giao-thong.txt"]
ANOTHER = {"cho.txt": "Chợ Đồng Xuân họp cả tuần, trừ mồng một Tết."}
_PATIENCE_S = 60.0
LAST = {"truong.txt": "Năm học khai giảng ngày mồng năm tháng chín."}


class CountingEmbedder(HashEmbedder):
    """Counts the passages that it is given."""

    embedded = 0

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Embeddings:
        """As the hashes do."""
        self.embedded += len(texts)
        return super().embed_passages(texts, progress)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One server for all of these tests."""
    with milvus_servers.serving(tmp_path_factory.mktemp("milvus")) as (found, _):
        yield found


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Three papers."""
    return write_corpus(tmp_path / "corpus", PAPERS)


def named(folder: Path) -> Named:
    """What a generation says of its collection."""
    return Named.read(folder)


def exists(folder_or_name: Path | str, place: Place) -> bool:
    """Whether the server has a collection."""
    name = folder_or_name if isinstance(folder_or_name, str) else named(folder_or_name).collection
    return bool(told(place, lambda client: client.has_collection(name)))


def alias_of(folder: Path, place: Place) -> str:
    """The collection that the data folder's alias points at."""
    alias = named(folder).alias
    return str(told(place, lambda client: client.describe_alias(alias))["collection_name"])


def told(place: Place, act: Callable[[Any], Any]) -> Any:
    """What the server says to a client."""
    assert place.milvus is not None
    return connection(place.milvus).make(act)


def answer(data: Path, place: Place) -> str:
    """What the current generation quotes for the question."""
    found = serving(data, place=place).ask(QUESTION)
    assert found.answered
    return found.citations[0].quote


def said(found: Answer) -> tuple[bool, list[str], float]:
    """What two answers have alike if their scores differ by the rounding of sums alone."""
    return found.answered, [one.quote for one in found.citations], round(found.confidence, 5)


def back_soon(act: Callable[[], bool]) -> bool:
    """Do what fails as long as a client has not noticed that its server is back."""
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            return act()
        except IndexUnreachable:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def test_publish_undo_and_prune(corpus: Path, tmp_path: Path, place: Place) -> None:
    """The alias follows the pointer, there and back; a generation takes its collection with it."""
    data, store = tmp_path / "data", GenerationStore(tmp_path / "data")
    build(corpus, data, place=place)
    first = named(store.current())
    assert answer(data, place) == QUOTE
    write_corpus(corpus, ANOTHER)
    build(corpus, data, place=place)
    second = named(store.current())
    assert (second.passages, second.alias) == (4, first.alias)
    assert undo(data, place) == "000001"
    assert named(store.current()) == first
    assert len(serving(data, place=place).documents) == 3
    if not milvus_servers.is_core():
        assert alias_of(store.current(), place) == first.collection
    undo(data, place)
    write_corpus(corpus, LAST)
    build(corpus, data, place=place)
    assert not exists(first.collection, place)
    assert exists(second.collection, place)
    assert answer(data, place) == QUOTE
    if not milvus_servers.is_core():
        assert alias_of(store.current(), place) == named(store.current()).collection


def test_what_is_known_is_not_embedded_again(corpus: Path, tmp_path: Path, place: Place) -> None:
    """After a change only what is new is embedded, and the index is as if built from nothing."""
    embedder = CountingEmbedder()
    build(corpus, tmp_path / "data", embedder, place)
    write_corpus(corpus, ANOTHER)
    build(corpus, tmp_path / "data", embedder, place)
    assert embedder.embedded == 4
    build(corpus, tmp_path / "fresh")
    ours, fresh = serving(tmp_path / "data", place=place), serving(tmp_path / "fresh")
    for question in (QUESTION, "Chợ họp khi nào?", "bao nhiêu người dân"):
        assert said(ours.ask(question)) == said(fresh.ask(question))
    assert not build(corpus, tmp_path / "data", embedder, place).published


_DYING = """
import os, sys
from pathlib import Path
from retrieval.build import build_generation
from retrieval.generation import GenerationStore
from retrieval.types import MilvusAddress, Place
from tests.embedders import CALIBRATION, HashEmbedder
corpus, data, uri, when = sys.argv[1:]
die = lambda *_: os._exit(9)
if when == "pointer":
    GenerationStore.publish = die
place = Place("milvus", MilvusAddress(uri))
build_generation(
    Path(corpus), Path(data), HashEmbedder(), CALIBRATION, place=place,
    check=die if when == "check" else lambda _: None,
)
"""


@pytest.mark.parametrize("when", ["check", "pointer"])
def test_a_build_that_is_killed(corpus: Path, tmp_path: Path, place: Place, when: str) -> None:
    """What a killed build leaves on the server is dropped by the next, which rights the alias."""
    assert place.milvus is not None
    data, store = tmp_path / "data", GenerationStore(tmp_path / "data")
    build(corpus, data, place=place)
    write_corpus(corpus, ANOTHER)
    command = [sys.executable, "-c", _DYING, str(corpus), str(data), place.milvus.uri, when]
    assert subprocess.run(command, check=False).returncode == 9
    orphan = named(data / "generations" / "000002")
    assert exists(orphan.collection, place)
    assert answer(data, place) == QUOTE
    (corpus / "cho.txt").unlink()  # so that nothing has changed for the next one
    assert not build(corpus, data, place=place).published
    assert not exists(orphan.collection, place)
    assert answer(data, place) == QUOTE
    if not milvus_servers.is_core():
        assert alias_of(store.current(), place) == named(store.current()).collection


def test_there_and_back(corpus: Path, tmp_path: Path, place: Place) -> None:
    """An index is moved to Milvus and back without its documents, and nothing is embedded."""
    data, embedder = tmp_path / "data", CountingEmbedder()
    build(corpus, data, embedder)
    before = said(serving(data).ask(QUESTION))
    shutil.rmtree(corpus)
    assert move_generation(data, embedder, place) == "000002"
    assert said(serving(data, place=place).ask(QUESTION)) == before
    assert move_generation(data, embedder, place) == "000002"
    there = GenerationStore(data).current()
    assert not (there / "lexical").exists()
    assert not list(there.glob("dense*"))
    assert move_generation(data, embedder, Place("local", place.milvus)) == "000003"
    assert said(serving(data).ask(QUESTION)) == before
    assert embedder.embedded == 3


def test_where_the_settings_do_not_say(corpus: Path, tmp_path: Path, place: Place) -> None:
    """Settings and index that differ are said, not passed over for the index before."""
    data = tmp_path / "data"
    build(corpus, data)
    move_generation(data, HashEmbedder(), place)
    with pytest.raises(GenerationElsewhere) as found:
        open_serving(data, HashEmbedder())
    assert found.value.kind == "milvus"
    undo(data, Place("local", place.milvus))
    with pytest.raises(GenerationElsewhere) as found:
        open_serving(data, HashEmbedder(), place=place)
    assert found.value.kind == "local"


def test_a_server_that_is_gone(corpus: Path, tmp_path: Path) -> None:
    """Without its server an index says so, and answers again soon after the server is back."""
    data = tmp_path / "data"
    with milvus_servers.serving(tmp_path / "server") as (place, server):
        build(corpus, data, place=place)
        searcher = serving(data, place=place)
        server.kill()
        server.wait()
        with pytest.raises(IndexUnreachable):
            searcher.ask(QUESTION)
        with pytest.raises(IndexUnreachable):
            open_serving(data, HashEmbedder(), place=place)
        with pytest.raises(IndexUnreachable):
            build(corpus, data, place=place)
    assert place.milvus is not None
    port = int(place.milvus.uri.rpartition(":")[2])
    with milvus_servers.serving(tmp_path / "server", port) as (again, _):
        assert back_soon(lambda: searcher.ask(QUESTION).answered)
        assert answer(data, again) == QUOTE


def test_a_collection_that_is_not_what_was_written(
    corpus: Path, tmp_path: Path, place: Place
) -> None:
    """A collection with other rows, or none at all, is not served; the next build mends it."""
    data, store = tmp_path / "data", GenerationStore(tmp_path / "data")
    build(corpus, data, place=place)
    name = named(store.current()).collection
    told(place, lambda client: client.delete(name, ids=[1]))
    with pytest.raises(GenerationCorrupt, match="rows"):
        open_serving(data, HashEmbedder(), place=place)
    with pytest.raises(GenerationCorrupt, match="rows"):
        verify_generation(store.current(), corpus, place)
    release(store.current(), place.milvus)
    with pytest.raises(CollectionMissing):
        open_serving(data, HashEmbedder(), place=place)
    embedder = CountingEmbedder()
    assert build(corpus, data, embedder, place).published
    assert embedder.embedded == 3
    assert answer(data, place) == QUOTE
    assert verify_generation(store.current(), corpus, place).wrong == []


def test_embeddings_of_another(corpus: Path, tmp_path: Path, place: Place) -> None:
    """A collection with as many rows and other embeddings, as from a backup, is found out."""
    data, store = tmp_path / "data", GenerationStore(tmp_path / "data")
    build(corpus, data, place=place)
    own = named(store.current())
    rows = told(
        place, lambda c: c.query(own.collection, filter="passage == 0", output_fields=["*"])
    )
    row = {key: value for key, value in rows[0].items() if not key.endswith("_bm25")}
    row["embedding"] = [0.0, 1.0] + 62 * [0.0]
    told(place, lambda client: client.delete(own.collection, ids=[0]))
    told(place, lambda client: client.insert(own.collection, [row]))
    told(place, lambda client: client.flush(own.collection))
    with pytest.raises(GenerationCorrupt, match="other embeddings"):
        open_serving(data, HashEmbedder(), place=place)


def test_a_collection_that_cannot_be_dropped(
    corpus: Path, tmp_path: Path, place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    """A generation stays until its collection can be dropped, and says so."""
    data = tmp_path / "data"
    build(corpus, data, place=place)
    first = data / "generations" / "000001"
    name = named(first).collection
    for papers in (ANOTHER, LAST):
        write_corpus(corpus, papers)
        build(corpus, data)  # of files, and nobody says where the server is
    assert first.exists()
    assert "milvus.not_dropped" in caplog.text
    build_generation(corpus, data, HashEmbedder(), CALIBRATION, place=Place("local", place.milvus))
    assert not first.exists()
    assert not exists(name, place)


def test_no_secret_is_kept_or_logged(
    corpus: Path, tmp_path: Path, place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither address nor token is in the data folder; the token is in no log, whatever fails."""
    caplog.set_level(logging.DEBUG)
    data = tmp_path / "data"
    assert place.milvus is not None
    build(corpus, data, place=place)
    with pytest.raises(CollectionMissing):
        told(place, lambda client: client.query("nowhere", filter="passage == 1"))
    secret = place.milvus.token
    assert secret not in repr(place)
    assert secret not in caplog.text
    for file in data.rglob("*"):
        if file.is_file():
            assert secret.encode() not in file.read_bytes()
            assert place.milvus.uri.encode() not in file.read_bytes()


def test_without_the_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pymilvus is not installed, the error says how to install it."""
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(MilvusMissing, match=r"pip install 'hoidap\[milvus\]'"):
        door._library.__wrapped__()


def test_the_client_leaves_the_environment_alone(tmp_path: Path) -> None:
    """Importing pymilvus reads no `.env`, and a file in MILVUS_URI is no hindrance."""
    script = (
        "import os; before = dict(os.environ)\n"
        "from retrieval.milvus.connection import _library; _library()\n"
        "assert dict(os.environ) == before, set(os.environ) ^ set(before)\n"
    )
    environment = {**os.environ, "MILVUS_URI": "./lite.db", "PYTHONPATH": str(Path.cwd())}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_no_place_is_said(corpus: Path, tmp_path: Path) -> None:
    """An index in Milvus without a server is an error that says so, not a crash."""
    with pytest.raises(IndexUnreachable, match="where"):
        build(corpus, tmp_path / "data", place=Place("milvus"))
    assert LOCAL.milvus is None
