"""What the doctor says of a collection in Milvus: whole, not whole, gone, out of reach, locked."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.doctor import State, findings
from bot.settings import Settings
from bot.texts.doctor import EN
from retrieval.build import build_generation
from retrieval.embedding import BUNDLED_MODEL, CALIBRATION_FILE, load_embedder
from retrieval.fusion import Calibration
from retrieval.generation import GenerationStore
from retrieval.milvus import release
from retrieval.milvus.connection import connection
from retrieval.milvus.naming import Named
from retrieval.types import LOCAL, MilvusAddress, Place
from tests import milvus_servers
from tests.builders import PAPERS, write_corpus

pytestmark = pytest.mark.skipif(
    not milvus_servers.lite_version(), reason="milvus-lite has no build for this system"
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One server for all of these tests."""
    with milvus_servers.serving(tmp_path_factory.mktemp("milvus")) as (found, _):
        yield found


@pytest.fixture
def settings(tmp_path: Path, place: Place) -> Settings:
    """Of a bot whose index is in Milvus."""
    corpus = write_corpus(tmp_path / "corpus", PAPERS)
    calibration = Calibration.load(BUNDLED_MODEL / CALIBRATION_FILE)
    build_generation(corpus, tmp_path / "data", load_embedder(), calibration, place=place)
    return settings_of(tmp_path, place)


def settings_of(folder: Path, place: Place) -> Settings:
    """Settings of the corpus and data in a folder."""
    return Settings(
        corpus=folder / "corpus",
        data=folder / "data",
        model=None,
        admins=frozenset({1}),
        language="en",
        api_base="",
        place=place,
    )


def said(settings: Settings) -> dict[State, str]:
    """State → what is said of the collection."""
    found = findings(settings, [], offline=True)
    return {one.state: one.text for one in found if one.check == "collection"}


def named(settings: Settings) -> Named:
    """The collection of the current generation."""
    return Named.read(GenerationStore(settings.data).current())


def test_a_collection_that_is_whole(settings: Settings) -> None:
    """What is there, with as many passages as it should have, is said to be."""
    told = EN.collection_ok.format(name=named(settings).collection, passages=3)
    assert said(settings) == {State.WELL: told}


def test_a_collection_that_lacks_something(settings: Settings, place: Place) -> None:
    """Rows that are gone are counted, and so is the whole collection."""
    assert place.milvus is not None
    name = named(settings).collection
    connection(place.milvus).make(lambda client: client.delete(name, ids=[1]))
    detail = f"the collection {name} has 2 rows, not 3"
    assert said(settings) == {State.TODO: EN.collection_not_whole.format(detail=detail)}
    release(GenerationStore(settings.data).current(), place.milvus)
    assert said(settings) == {State.TODO: EN.collection_missing}


def test_an_index_in_the_other_place(settings: Settings, tmp_path: Path) -> None:
    """An index that is in Milvus while the settings say files is said to be elsewhere."""
    assert said(settings_of(tmp_path, LOCAL)) == {State.TODO: EN.collection_elsewhere}


def test_an_index_in_files(tmp_path: Path) -> None:
    """Where nothing is in Milvus nor is to be, nothing is said of it."""
    corpus = write_corpus(tmp_path / "corpus", PAPERS)
    calibration = Calibration.load(BUNDLED_MODEL / CALIBRATION_FILE)
    build_generation(corpus, tmp_path / "data", load_embedder(), calibration)
    assert said(settings_of(tmp_path, LOCAL)) == {}


def test_a_server_out_of_reach(settings: Settings, tmp_path: Path, unused_tcp_port: int) -> None:
    """A server that does not answer is said not to."""
    nowhere = Place("milvus", MilvusAddress(f"http://127.0.0.1:{unused_tcp_port}", "a:b"))
    assert said(settings_of(tmp_path, nowhere)) == {State.TODO: EN.collection_unreachable}


def test_a_wrong_token(settings: Settings, tmp_path: Path) -> None:
    """A server that answers and does not take the token is told apart, and the token not said."""
    with locked() as uri:
        wrong = Place("milvus", MilvusAddress(uri, "nobody:a-secret"))
        told = said(settings_of(tmp_path, wrong))
    detail = "Milvus does not take the token"
    assert told == {State.TODO: EN.collection_refused.format(detail=detail)}


@contextmanager
def locked() -> Iterator[str]:
    """A server that answers every call as Milvus does where the token is wrong; its address."""
    grpc = pytest.importorskip("grpc")

    def refuse(_: object, context: Any) -> None:
        words = "auth check failure, please check username and password are correct"
        context.abort(grpc.StatusCode.UNAUTHENTICATED, words)

    class Locked(grpc.GenericRpcHandler):  # type: ignore[misc, name-defined]
        """Knows every method."""

        def service(self, _: object) -> Any:
            return grpc.unary_unary_rpc_method_handler(refuse)

    server = grpc.server(ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers([Locked()])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop(None).wait()
