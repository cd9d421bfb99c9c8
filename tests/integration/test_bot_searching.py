"""Promises of the process that searches: the same answers, and no question lost with it."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from multiprocessing import active_children
from pathlib import Path

import pytest
import pytest_asyncio

from bot.errors import DeadlineExceeded
from bot.searching import SearchProcess
from bot.service import AnswerService
from retrieval.build import build_generation
from retrieval.embedding import BUNDLED_MODEL, CALIBRATION_FILE, Embedder, load_embedder
from retrieval.errors import GenerationCorrupt
from retrieval.fusion import Calibration
from retrieval.search import open_serving, parse_query
from retrieval.types import Query

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUESTIONS = ("Cái trống đồng đang ở đâu?", "trong dong o dau", "Giá vàng hôm nay bao nhiêu?")


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    """The bundled model."""
    return load_embedder()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    """An index of three documents."""
    folder = tmp_path_factory.mktemp("searching")
    (folder / "corpus").mkdir()
    for number, thing in enumerate(("trống đồng", "đàn bầu", "sáo trúc")):
        text = f"Cái {thing} đang được giữ ở ngăn số {number} của tủ kính. Tủ kính có khóa."
        (folder / "corpus" / f"{number}.txt").write_text(text, encoding="utf-8")
    calibration = Calibration.load(BUNDLED_MODEL / CALIBRATION_FILE)
    build_generation(folder / "corpus", folder / "data", embedder, calibration)
    return folder / "data"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def process() -> AsyncIterator[SearchProcess]:
    """A process, ended when all is done."""
    process = SearchProcess()
    yield process
    await process.stop()


def queries() -> list[Query]:
    """What is asked."""
    return [parse_query(question) for question in QUESTIONS]


async def test_it_answers_as_the_search_does(
    data: Path, embedder: Embedder, process: SearchProcess
) -> None:
    """What comes out of the process is what the search itself says, to the last field."""
    searcher, _ = open_serving(data, embedder)
    assert await process.ask(searcher.folder, queries(), 2) == searcher.ask_many(queries(), 2)


async def test_what_cannot_be_opened(tmp_path: Path, process: SearchProcess) -> None:
    """An index that is not there is an error of the search, and the process lives on."""
    with pytest.raises(GenerationCorrupt):
        await process.ask(tmp_path, queries(), 1)


async def test_a_question_outlives_its_process(
    data: Path, embedder: Embedder, process: SearchProcess
) -> None:
    """Killed under a question, the process costs nobody an answer, and another takes its place."""
    service = AnswerService(data, embedder, process=process)
    await service.start()
    before = await service.ask(QUESTIONS[0], 1)
    [first] = active_children()
    assert first.pid is not None
    os.kill(first.pid, signal.SIGSTOP)
    asking = asyncio.create_task(service.ask(QUESTIONS[0], 1))
    await asyncio.sleep(0)
    os.kill(first.pid, signal.SIGKILL)
    assert await asking == before
    assert await service.ask(QUESTIONS[0], 1) == before
    [second] = active_children()
    assert second.pid != first.pid
    await service.stop()
    assert active_children() == []


async def test_a_process_that_hangs(data: Path, embedder: Embedder) -> None:
    """A process that does not answer in time is killed, and the next question is answered."""
    process = SearchProcess()
    service = AnswerService(data, embedder, process=process, deadline_s=60.0)
    hasty = AnswerService(data, embedder, process=process, deadline_s=1.0)
    await service.start()
    await hasty.start()
    before = await service.ask(QUESTIONS[0], 1)
    [first] = active_children()
    assert first.pid is not None
    os.kill(first.pid, signal.SIGSTOP)
    with pytest.raises(DeadlineExceeded):
        await hasty.ask(QUESTIONS[0], 1)
    assert await service.ask(QUESTIONS[0], 1) == before
    await asyncio.to_thread(first.join)
    assert first.exitcode == -signal.SIGKILL
    await hasty.stop()
    await service.stop()


async def test_it_is_seen_to_live_and_to_be_begun_again(data: Path, embedder: Embedder) -> None:
    """Its number is told while it lives, and each time that another one takes its place."""
    begun_again: list[None] = []
    process = SearchProcess(restarted=lambda: begun_again.append(None))
    assert process.pid == 0
    searcher, _ = open_serving(data, embedder)
    await process.ask(searcher.folder, queries(), 1)
    [first] = active_children()
    assert process.pid == first.pid
    assert begun_again == []
    process.give_up()
    await asyncio.to_thread(first.join)
    assert process.pid == 0
    await process.ask(searcher.folder, queries(), 1)
    assert process.pid not in {0, first.pid}
    assert len(begun_again) == 1
    await process.stop()
    assert process.pid == 0
