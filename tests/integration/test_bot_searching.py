"""Promises of the process that searches: the same answers, and no question lost with it."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Callable
from multiprocessing import active_children
from multiprocessing.process import BaseProcess
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

PATIENCE_S = 60.0
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


@pytest_asyncio.fixture(loop_scope="module")
async def process() -> AsyncIterator[SearchProcess]:
    """What may have a process, ended when all is done."""
    process = SearchProcess()
    yield process
    all_go_on()
    await process.stop()
    await until(lambda: not active_children())


@pytest_asyncio.fixture(loop_scope="module")
async def service(
    data: Path, embedder: Embedder, process: SearchProcess
) -> AsyncIterator[AnswerService]:
    """Answers, and may have a process for it."""
    service = AnswerService(data, embedder, process=process, deadline_s=PATIENCE_S)
    await service.start()
    yield service
    all_go_on()
    await service.stop()


def queries() -> list[Query]:
    """What is asked."""
    return [parse_query(question) for question in QUESTIONS]


def folder_of(service: AnswerService) -> Path:
    """The generation that it serves."""
    assert service.searcher is not None
    return service.searcher.folder


async def crowd(service: AnswerService, size: int = 96) -> set[bool]:
    """Ask so many questions at once, 32 to a batch; return whether they were answered."""
    asking = (service.ask(QUESTIONS[0], 1) for _ in range(size))
    return {answer.answered for answer, _ in await asyncio.gather(*asking)}


async def until(happened: Callable[[], object]) -> None:
    """Wait until it has; nobody tells when a process is ready or gone."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            if happened():
                return
            await asyncio.sleep(0.01)


async def starting(service: AnswerService) -> BaseProcess:
    """Let questions pile up once; return the process that begins to start, halted."""
    asking = asyncio.create_task(crowd(service))
    await until(active_children)
    [child] = active_children()
    halt(child)
    assert await asking == {True}
    return child


async def started(service: AnswerService, process: SearchProcess) -> BaseProcess:
    """Let questions pile up until there is a process that answers; return it."""
    async with asyncio.timeout(PATIENCE_S):
        while not process.is_ready(folder_of(service)):
            await crowd(service)
    [child] = active_children()
    return child


def halt(child: BaseProcess) -> None:
    """Let it do nothing, nor end by itself, until it is killed or goes on."""
    assert child.pid is not None
    os.kill(child.pid, signal.SIGSTOP)


def go_on(child: BaseProcess) -> None:
    """Let a halted process do what it has to do."""
    assert child.pid is not None
    os.kill(child.pid, signal.SIGCONT)


def all_go_on() -> None:
    """Let no process that a failed test has halted keep its end waiting."""
    for child in active_children():
        go_on(child)


async def test_no_process_for_single_questions(service: AnswerService) -> None:
    """Questions that come one at a time are answered without a process, however many."""
    for _ in range(30):
        assert (await service.ask(QUESTIONS[0], 1))[0].answered
    assert active_children() == []


async def test_no_process_for_a_burst(service: AnswerService) -> None:
    """What two batches settle is no pile, nor are many such bursts one after the other."""
    for _ in range(5):
        assert await crowd(service, 64) == {True}
        await service.ask(QUESTIONS[0], 1)
    assert active_children() == []


async def test_a_process_when_questions_pile_up(
    service: AnswerService, process: SearchProcess
) -> None:
    """Piles start one process; until it is ready all questions are answered without it."""
    child = await starting(service)
    assert await crowd(service) == {True}
    assert not process.is_ready(folder_of(service))
    go_on(child)
    await until(lambda: process.is_ready(folder_of(service)))
    assert active_children() == [child]
    assert await crowd(service, 200) == {True}


async def test_it_ends_after_quiet(
    service: AnswerService, process: SearchProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After ten minutes without a pile the process is gone, and the next piles start another."""
    loop, skipped_s = asyncio.get_running_loop(), 0.0
    real = loop.time
    monkeypatch.setattr(loop, "time", lambda: real() + skipped_s)
    first = await started(service, process)
    skipped_s += 500.0
    await crowd(service, 8)
    skipped_s += 500.0
    await service.ask(QUESTIONS[0], 1)
    assert process.is_ready(folder_of(service))
    assert active_children() == [first]
    skipped_s += 500.0
    assert (await service.ask(QUESTIONS[0], 1))[0].answered
    await until(lambda: not active_children())
    assert first.exitcode == 0
    assert await started(service, process) != first
    assert await crowd(service) == {True}


async def test_it_answers_as_the_search_does(
    data: Path, embedder: Embedder, service: AnswerService, process: SearchProcess
) -> None:
    """What comes out of the process is what the search itself says, to the last field."""
    searcher, _ = open_serving(data, embedder)
    await started(service, process)
    assert await process.ask(searcher.folder, queries(), 2) == searcher.ask_many(queries(), 2)


async def test_what_cannot_be_opened(
    tmp_path: Path, service: AnswerService, process: SearchProcess
) -> None:
    """An index that is not there is an error of the search, and the process lives on."""
    child = await started(service, process)
    with pytest.raises(GenerationCorrupt):
        await process.ask(tmp_path, queries(), 1)
    assert await service.ask(QUESTIONS[0], 1)
    assert active_children() == [child]


async def test_a_new_generation(
    tmp_path: Path, data: Path, embedder: Embedder, process: SearchProcess
) -> None:
    """The process opens a new generation before it is asked of it; until then it is not needed."""
    own = tmp_path / "data"
    shutil.copytree(data, own)
    service = AnswerService(own, embedder, process=process, deadline_s=PATIENCE_S)
    await service.start()
    child = await started(service, process)
    old = folder_of(service)
    (tmp_path / "corpus").mkdir()
    text = "Cái kèn đồng đang được giữ ở gác chuông. Gác chuông có khóa."
    (tmp_path / "corpus" / "ken.txt").write_text(text, encoding="utf-8")
    calibration = Calibration.load(BUNDLED_MODEL / CALIBRATION_FILE)
    build_generation(tmp_path / "corpus", own, embedder, calibration)
    halt(child)
    await service.reload()
    new = folder_of(service)
    assert new != old
    assert not process.is_ready(new)
    answer, name = await service.ask("Cái kèn đồng đang ở đâu?", 1)
    assert (answer.citations[0].quote[:12], name) == ("Cái kèn đồng", new.name)
    go_on(child)
    await until(lambda: process.is_ready(new))
    assert (await service.ask("Cái kèn đồng đang ở đâu?", 1))[0] == answer
    assert active_children() == [child]
    await service.stop()


async def test_a_question_outlives_its_process(
    service: AnswerService, process: SearchProcess
) -> None:
    """Killed under a question, the process costs nobody an answer, and another takes its place."""
    first = await started(service, process)
    before = await service.ask(QUESTIONS[0], 1)
    halt(first)
    asking = asyncio.create_task(service.ask(QUESTIONS[0], 1))
    await asyncio.sleep(0)
    first.kill()
    assert await asking == before
    await until(lambda: process.is_ready(folder_of(service)))
    assert await service.ask(QUESTIONS[0], 1) == before
    [second] = active_children()
    assert second.pid != first.pid
    await service.stop()
    assert active_children() == []


async def test_killed_before_it_is_ready(service: AnswerService, process: SearchProcess) -> None:
    """A process that dies as it starts costs nothing, and the next piles start another."""
    first = await starting(service)
    first.kill()
    assert await crowd(service) == {True}
    assert await started(service, process) != first


async def test_a_process_that_hangs(
    data: Path, embedder: Embedder, service: AnswerService, process: SearchProcess
) -> None:
    """A process that does not answer in time is killed, and another one takes its place."""
    hasty = AnswerService(data, embedder, process=process, deadline_s=1.0)
    await hasty.start()
    first = await started(service, process)
    before = await service.ask(QUESTIONS[0], 1)
    halt(first)
    with pytest.raises(DeadlineExceeded):
        await hasty.ask(QUESTIONS[0], 1)
    assert await service.ask(QUESTIONS[0], 1) == before
    await asyncio.to_thread(first.join)
    assert first.exitcode == -signal.SIGKILL
    await until(lambda: process.is_ready(folder_of(service)))
    assert await service.ask(QUESTIONS[0], 1) == before
    await hasty.stop()


async def test_a_process_that_hangs_as_it_starts(
    service: AnswerService,
    process: SearchProcess,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A process that is not ready in time is killed, and the next piles start another."""
    monkeypatch.setattr("bot.searching._OPENS_S", 0.0)
    assert await crowd(service) == {True}
    await until(lambda: "search.process_hangs" in caplog.text)
    await until(lambda: not active_children())
    monkeypatch.undo()
    await started(service, process)


async def test_it_is_seen_to_live_and_to_be_lost(service: AnswerService) -> None:
    """Its number is told while it lives, and each time that one died or was killed."""
    lost: list[None] = []
    process = SearchProcess(restarted=lambda: lost.append(None))
    folder = folder_of(service)
    assert process.pid == 0
    for _ in range(3):
        process.notice(8, folder)
    await until(lambda: process.is_ready(folder))
    [first] = active_children()
    assert (process.pid, lost) == (first.pid, [])
    process.give_up(folder)
    await asyncio.to_thread(first.join)
    assert len(lost) == 1
    await until(lambda: process.is_ready(folder))
    assert process.pid not in {0, first.pid}
    await process.stop()
    assert (process.pid, len(lost)) == (0, 1)


async def test_the_number_of_a_process_that_is_gone(
    service: AnswerService, process: SearchProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has ended has no number, even if the kernel has given it to another program since."""
    child = await started(service, process)
    assert process.pid == child.pid
    child.kill()
    await asyncio.to_thread(child.join)
    with monkeypatch.context() as patched:
        # As it is when some program has every number.
        patched.setattr(os, "kill", lambda *_: None)
        assert process.pid == 0
    assert await crowd(service) == {True}
    await until(lambda: process.is_ready(folder_of(service)))
    assert process.pid not in {0, child.pid}
    await process.stop()
    assert process.pid == 0
