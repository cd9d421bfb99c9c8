"""The bridge from asyncio to the search: bounded, fair, never blocking, swapping while it runs."""

import asyncio
import re
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from bot import generations
from bot.errors import DeadlineExceeded, Overloaded
from bot.service import AnswerService
from retrieval import search
from retrieval.build import build_generation
from retrieval.embedding import Embedder, Embeddings
from retrieval.errors import (
    GenerationCorrupt,
    GenerationError,
    GenerationMissing,
    IndexRefused,
    IndexUnreachable,
    QueryEmpty,
)
from retrieval.generation import GenerationStore
from retrieval.search import Searcher
from tests.embedders import CALIBRATION, BrokenEmbedder, HashEmbedder

pytestmark = pytest.mark.asyncio(loop_scope="session")

PATIENCE_S = 30.0
QUESTION = "Cái trống đồng đang được giữ ở ngăn nào?"


class BlockingEmbedder(HashEmbedder):
    """Keeps whoever asks it a question waiting until it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Event()
        self.release = threading.Event()
        self.batches: list[int] = []

    def embed_queries(self, texts: Sequence[str]) -> Embeddings:
        """The hashed words, after the release."""
        self.batches.append(len(texts))
        self.asked.set()
        if not self.release.wait(PATIENCE_S):
            raise AssertionError("the event loop was blocked: nobody could release the search")
        return super().embed_queries(texts)


class PoisonedEmbedder(HashEmbedder):
    """Fails in a way that nobody foresaw when the poison is among the questions."""

    def embed_queries(self, texts: Sequence[str]) -> Embeddings:
        """The hashed words, unless a text is poison."""
        if any("thuốc độc" in text for text in texts):
            raise RuntimeError("poisoned")
        return super().embed_queries(texts)


def publish(folder: Path, number: int = 1, embedder: Embedder | None = None) -> str:
    """Index a corpus that says the drum is in drawer `number`; return the generation's name."""
    corpus = folder / "corpus"
    corpus.mkdir(exist_ok=True)
    text = f"Cái trống đồng đang được giữ ở ngăn {number} của tủ kính trong phòng trưng bày."
    (corpus / "trong.txt").write_text(text, encoding="utf-8")
    model, data = embedder or HashEmbedder(), folder / "data"
    return build_generation(corpus, data, model, CALIBRATION, force=True).generation


def service_in(
    folder: Path,
    embedder: Embedder | None = None,
    *,
    max_waiting: int = 100,
    deadline_s: float = PATIENCE_S,
    watch_s: float = PATIENCE_S,
) -> AnswerService:
    """A service over what is published in `folder`, not started."""
    model, data = embedder or HashEmbedder(), folder / "data"
    return AnswerService(
        data, model, max_waiting=max_waiting, deadline_s=deadline_s, watch_s=watch_s
    )


async def until(event: threading.Event) -> None:
    """Wait for a thread's event without blocking the loop."""
    assert await asyncio.to_thread(event.wait, PATIENCE_S)


async def test_an_answer_and_who_gave_it(tmp_path: Path) -> None:
    """An answer comes with the name of its generation, and with no more passages than asked."""
    name = publish(tmp_path)
    service = service_in(tmp_path)
    await service.start()
    answer, generation = await service.ask(QUESTION, 1)
    assert (generation, len(answer.citations)) == (name, 1)
    assert "ngăn 1" in answer.citations[0].quote
    assert not answer.degraded
    with pytest.raises(QueryEmpty):
        await service.ask("?!", 1)
    await service.stop()


async def test_each_gets_as_many_passages_as_asked_for(tmp_path: Path) -> None:
    """Questions answered together get each its own number of passages."""
    publish(tmp_path)
    for number in range(4):
        text = f"Cái trống đồng số {number} đang được giữ ở ngăn tủ kính của nhà số {number}."
        (tmp_path / "corpus" / f"{number}.txt").write_text(text, encoding="utf-8")
    embedder = BlockingEmbedder()
    publish(tmp_path, embedder=embedder)
    service = service_in(tmp_path, embedder)
    await service.start()
    first = asyncio.create_task(service.ask(QUESTION, 1))
    await until(embedder.asked)
    others = [asyncio.create_task(service.ask(QUESTION, k)) for k in (3, 1, 2)]
    await asyncio.sleep(0)
    embedder.release.set()
    answers = [await first, *[await other for other in others]]
    assert [len(answer.citations) for answer, _ in answers] == [1, 3, 1, 2]
    assert embedder.batches == [1, 3]
    await service.stop()


async def test_a_slow_search_does_not_block_the_loop(tmp_path: Path) -> None:
    """While a search takes its time, the event loop does other work."""
    embedder = BlockingEmbedder()
    publish(tmp_path, embedder=embedder)
    service = service_in(tmp_path, embedder)
    await service.start()
    asking = asyncio.create_task(service.ask(QUESTION, 1))
    await until(embedder.asked)
    for _ in range(100):
        await asyncio.sleep(0)
    assert not asking.done()
    embedder.release.set()
    assert "ngăn 1" in (await asking)[0].citations[0].quote
    await service.stop()


async def test_too_many_questions(tmp_path: Path) -> None:
    """When the queue is full a question is refused at once, and those in it are answered."""
    embedder = BlockingEmbedder()
    publish(tmp_path, embedder=embedder)
    service = service_in(tmp_path, embedder, max_waiting=2)
    await service.start()
    asked = [asyncio.create_task(service.ask(QUESTION, 1))]
    await until(embedder.asked)
    asked += [asyncio.create_task(service.ask(QUESTION, 1)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await service.ask(QUESTION, 1)
    embedder.release.set()
    assert len(await asyncio.gather(*asked)) == 3
    await service.ask(QUESTION, 1)
    await service.stop()


async def test_a_question_that_takes_too_long(tmp_path: Path) -> None:
    """Past the deadline a question is given up, and nobody works on those given up."""
    embedder = BlockingEmbedder()
    publish(tmp_path, embedder=embedder)
    service = service_in(tmp_path, embedder, deadline_s=0.05)
    await service.start()
    asked = [asyncio.create_task(service.ask(QUESTION, 1)) for _ in range(3)]
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [DeadlineExceeded] * 3
    with pytest.raises(DeadlineExceeded):
        await service.ask(QUESTION, 1)
    embedder.release.set()
    tries, answered = 0, False
    while not answered:
        tries += 1
        with suppress(DeadlineExceeded):
            answered = (await service.ask(QUESTION, 1))[0].answered
    assert embedder.batches[0] == 3
    assert sum(embedder.batches[1:]) <= tries
    await service.stop()


async def test_one_question_that_fails(tmp_path: Path) -> None:
    """A question that makes the search fail fails alone; the others of its batch are answered."""
    embedder = PoisonedEmbedder()
    publish(tmp_path, embedder=embedder)
    service = service_in(tmp_path, embedder)
    await service.start()
    questions = [QUESTION, "thuốc độc ở đâu?", QUESTION]
    outcomes = await asyncio.gather(
        *(service.ask(question, 1) for question in questions), return_exceptions=True
    )
    assert [isinstance(outcome, RuntimeError) for outcome in outcomes] == [False, True, False]
    assert "ngăn 1" in (await service.ask(QUESTION, 1))[0].citations[0].quote
    await service.stop()


async def test_without_a_model(tmp_path: Path) -> None:
    """When the model fails the answer comes from words alone, and says so."""
    publish(tmp_path)
    service = service_in(tmp_path, BrokenEmbedder())
    await service.start()
    answer, _ = await service.ask(QUESTION, 1)
    assert answer.degraded
    assert "ngăn 1" in answer.citations[0].quote
    await service.stop()


async def test_before_anything_is_indexed(tmp_path: Path) -> None:
    """With no index questions are refused as such, and answered once there is one."""
    service = service_in(tmp_path)
    await service.start()
    assert service.searcher is None
    with pytest.raises(GenerationMissing):
        await service.ask(QUESTION, 1)
    name = publish(tmp_path)
    assert await service.reload() == name
    assert (await service.ask(QUESTION, 1))[1] == name
    await service.stop()


async def test_a_swap_never_mixes_generations(tmp_path: Path) -> None:
    """While generations are swapped every answer quotes the generation that it names."""
    drawers = {publish(tmp_path, 0): "0"}
    service = service_in(tmp_path)
    await service.start()
    seen: list[tuple[str, str]] = []
    swapping = True

    async def keep_asking() -> None:
        while swapping:
            answer, generation = await service.ask(QUESTION, 1)
            [drawer] = re.findall(r"ngăn (\d+)", answer.citations[0].quote)
            seen.append((generation, drawer))

    asking = [asyncio.create_task(keep_asking()) for _ in range(8)]
    for number in range(1, 6):
        name = await asyncio.to_thread(publish, tmp_path, number)
        drawers[name] = str(number)
        assert await service.reload() == name
        assert (await service.ask(QUESTION, 1))[1] == name
    swapping = False
    await asyncio.gather(*asking)
    assert set(seen) <= set(drawers.items())
    assert len({generation for generation, _ in seen}) > 1
    await service.stop()


async def test_a_question_keeps_its_generation(tmp_path: Path) -> None:
    """A question that is being searched when the swap comes is answered by the old generation."""
    embedder = BlockingEmbedder()
    old = publish(tmp_path, 1, embedder)
    service = service_in(tmp_path, embedder)
    await service.start()
    asking = asyncio.create_task(service.ask(QUESTION, 1))
    await until(embedder.asked)
    publish(tmp_path, 2, embedder)
    new = await service.reload()
    embedder.release.set()
    answer, generation = await asking
    assert generation == old != new
    assert "ngăn 1" in answer.citations[0].quote
    await service.stop()


async def test_what_another_process_publishes_is_picked_up(tmp_path: Path) -> None:
    """A generation published by somebody else serves without being asked to."""
    publish(tmp_path, 1)
    service = service_in(tmp_path, watch_s=0.01)
    await service.start()
    name = await asyncio.to_thread(publish, tmp_path, 2)
    async with asyncio.timeout(PATIENCE_S):
        while (await service.ask(QUESTION, 1))[1] != name:
            pass
    await service.stop()


@pytest.mark.parametrize("error", [IndexUnreachable("away"), IndexRefused("no token")])
async def test_a_generation_whose_server_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: GenerationError
) -> None:
    """A generation whose server does not answer, or refuses, is tried again until it serves."""
    monkeypatch.setattr(generations, "_AGAIN_S", 0.01)
    publish(tmp_path, 1)
    service = service_in(tmp_path, watch_s=0.01)
    await service.start()
    away, opened = [error] * 2, search.open_serving

    def open_when_back(*given: Any) -> tuple[Searcher, GenerationError | None]:
        if away:
            raise away.pop()
        return opened(*given)

    monkeypatch.setattr(generations, "open_serving", open_when_back)
    name = await asyncio.to_thread(publish, tmp_path, 2)
    async with asyncio.timeout(PATIENCE_S):
        while (await service.ask(QUESTION, 1))[1] != name:
            pass
    assert away == []
    await service.stop()


async def test_a_broken_generation_does_not_serve(tmp_path: Path) -> None:
    """A new generation that is broken is refused and the one before keeps serving."""
    old = publish(tmp_path, 1)
    service = service_in(tmp_path)
    await service.start()
    publish(tmp_path, 2)
    (GenerationStore(tmp_path / "data").current() / "texts.bin").write_bytes(b"broken")
    with pytest.raises(GenerationCorrupt):
        await service.reload()
    answer, generation = await service.ask(QUESTION, 1)
    assert generation == old
    assert "ngăn 1" in answer.citations[0].quote
    await service.stop()


async def test_the_end(tmp_path: Path) -> None:
    """At the end the search under way is finished and what still waits is refused."""
    embedder = BlockingEmbedder()
    publish(tmp_path, embedder=embedder)
    service = service_in(tmp_path, embedder)
    await service.start()
    searched = asyncio.create_task(service.ask(QUESTION, 1))
    await until(embedder.asked)
    waiting = asyncio.create_task(service.ask(QUESTION, 1))
    await asyncio.sleep(0)
    stopping = asyncio.create_task(service.stop())
    with pytest.raises(Overloaded):
        await waiting
    embedder.release.set()
    await stopping
    assert "ngăn 1" in (await searched)[0].citations[0].quote
