"""Everything has a limit: the table of them, each a constant, each tried by a test."""

import ast
import asyncio
import importlib
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

import aiohttp
import pytest
from telegram import Document

from bot.handlers.uploads import MAX_BYTES, READ_AT_ONCE, UploadHandlers
from bot.receiving import MOST_AT_ONCE, Processor
from bot.services import Services
from bot.settings import Webhook
from bot.store import Store
from bot.store.inbox import _MOST_TRIES
from bot.texts import VI
from bot.web.webhook import MAX_UPDATE_BYTES, WebhookServer
from retrieval.errors import CorpusMissing, Fault
from tests.builders import build, write_corpus
from tests.release.packages import ROOT

HERE = "tests/unit/test_limits.py"


class Limit(NamedTuple):
    """A limit: of what, the constant that says it, and the test that goes beyond it."""

    what: str
    constant: str
    value: float
    tried: str


OFFICE, PRIVATE = "tests/unit/test_documents_office.py", "tests/e2e/test_private.py"
READER = "tests/integration/test_bot_reader.py"
SERVICE, MENU = "tests/unit/test_bot_service.py", "tests/unit/test_room_menu.py"
LIMITS = (
    Limit(
        "letters of a question",
        "retrieval.search:MAX_QUERY_CHARS",
        1_000,
        "tests/integration/test_search.py::test_question_that_is_too_long_is_refused_with_its_length",
    ),
    Limit(
        "passages of an answer",
        "retrieval.search:MAX_K",
        50,
        "tests/unit/test_bot_cli.py::test_wrong_use",
    ),
    Limit(
        "questions waiting", "bot.service:MAX_WAITING", 1_024, f"{SERVICE}::test_too_many_questions"
    ),
    Limit(
        "seconds of a question",
        "bot.service:DEADLINE_S",
        10.0,
        f"{SERVICE}::test_a_question_that_takes_too_long",
    ),
    Limit(
        "seconds before a chat's next answer goes first",
        "bot.turns:PATIENCE_S",
        25.0,
        "tests/unit/test_bot_turns.py::test_long_work_loses_its_turn",
    ),
    Limit(
        "updates dealt with at once",
        "bot.receiving:MOST_AT_ONCE",
        2_048,
        f"{HERE}::test_updates_at_once",
    ),
    Limit(
        "updates taken beyond these",
        "bot.receiving:MOST_QUEUED",
        1_024,
        "tests/unit/test_bot_receiving.py::test_no_more_are_taken_than_there_is_room_for",
    ),
    Limit(
        "updates of one person dealt with at once",
        "bot.shares:MOST_OF_ONE_PERSON",
        64,
        "tests/unit/test_bot_shares.py::test_what_is_beyond_a_persons_share",
    ),
    Limit(
        "updates of one chat dealt with at once",
        "bot.shares:MOST_OF_ONE_CHAT",
        512,
        "tests/unit/test_bot_shares.py::test_what_is_beyond_a_chats_share",
    ),
    Limit(
        "bytes of an update",
        "bot.web.webhook:MAX_UPDATE_BYTES",
        1_000_000,
        f"{HERE}::test_an_update_that_is_too_large",
    ),
    Limit(
        "searches at once in the reader",
        "bot.web.reader:SEARCHES_AT_ONCE",
        4,
        f"{READER}::test_more_searches_than_are_made_at_once",
    ),
    Limit(
        "pages a second of the reader",
        "bot.web.reader:PAGES_A_SECOND",
        50,
        f"{READER}::test_more_pages_than_are_made",
    ),
    Limit(
        "passages on a page of the reader",
        "bot.web.reading:WINDOW",
        60,
        f"{READER}::test_a_long_document_is_read_in_windows",
    ),
    Limit(
        "headings on a page of the reader",
        "bot.web.reading:MOST_ENTRIES",
        150,
        "tests/unit/test_bot_reading.py::test_contents_of_a_long_document_are_bounded",
    ),
    Limit(
        "seconds that a signed address opens a document",
        "bot.reader_links:VALID_S",
        604_800,
        f"{READER}::test_a_signature_ends",
    ),
    Limit(
        "tries of an update that ends the process",
        "bot.store.inbox:_MOST_TRIES",
        3,
        f"{HERE}::test_an_update_that_ends_the_process",
    ),
    Limit(
        "bytes of a button's data",
        "bot.buttons:MAX_DATA_BYTES",
        64,
        f"{MENU}::test_every_button_means_something",
    ),
    Limit(
        "units of a message",
        "bot.render:MAX_UNITS",
        4_096,
        "tests/unit/test_bot_pages.py::test_any_passage_fits_into_one_message",
    ),
    Limit(
        "uses of an invitation",
        "bot.handlers.inviting:MOST_USES",
        100,
        "tests/e2e/test_access.py::test_a_number_that_is_none",
    ),
    Limit(
        "questions a day of one person, where a group sets it",
        "bot.rooms:MAX_QUOTA",
        1_000,
        "tests/unit/test_bot_rooms.py::test_what_cannot_be_read_is_left_at_its_default",
    ),
    Limit(
        "bytes of a file sent by chat",
        "bot.handlers.uploads:MAX_BYTES",
        20_000_000,
        f"{HERE}::test_a_file_that_is_too_large_for_a_bot",
    ),
    Limit(
        "files read at once for chats",
        "bot.handlers.uploads:READ_AT_ONCE",
        2,
        f"{HERE}::test_files_read_at_once",
    ),
    Limit(
        "bytes of a document's file",
        "retrieval.documents.reading:MAX_FILE_BYTES",
        50_000_000,
        "tests/integration/test_taking_over.py::test_a_file_that_can_no_longer_be_read_is_told_and_not_taken_for_removed",
    ),
    Limit(
        "seconds of reading a file",
        "retrieval.documents.sandbox:SECONDS_PER_FILE",
        120.0,
        "tests/integration/test_corpus.py::test_a_file_that_takes_for_ever_is_given_up",
    ),
    Limit(
        "seconds of reading a scan",
        "retrieval.documents.ocr:OCR_SECONDS",
        1_800.0,
        f"{OFFICE}::test_failing_slow_and_asking_converters",
    ),
    Limit(
        "bytes of memory of a reader",
        "retrieval.documents.worker:MEMORY_BYTES",
        2_000_000_000,
        f"{HERE}::test_the_memory_of_a_reader",
    ),
    Limit(
        "bytes of an archive, unpacked",
        "retrieval.documents.archives:MAX_UNPACKED_BYTES",
        500_000_000,
        f"{OFFICE}::test_bombs_are_refused",
    ),
    Limit(
        "files in an archive",
        "retrieval.documents.archives:MAX_ENTRIES",
        10_000,
        f"{OFFICE}::test_bombs_are_refused",
    ),
    Limit(
        "cells of a table",
        "retrieval.documents.tables:MAX_CELLS",
        1_000_000,
        f"{OFFICE}::test_too_many_cells_are_refused",
    ),
    Limit(
        "passages of a document",
        "retrieval.passages:MAX_PASSAGES",
        200_000,
        f"{HERE}::test_a_document_with_too_many_passages",
    ),
    Limit(
        "letters of a passage",
        "retrieval.passages:MAX_CHARS",
        1_800,
        "tests/unit/test_passages.py::test_no_passage_is_longer_than_the_limit",
    ),
)


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.what)
def test_every_limit_is_said_and_tried(limit: Limit) -> None:
    """A limit is a constant of this value, and the test that tries it is there."""
    module, _, name = limit.constant.partition(":")
    assert getattr(importlib.import_module(module), name) == limit.value
    file, _, test = limit.tried.partition("::")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    named = {
        one.name
        for one in ast.walk(tree)
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert test in named


def test_updates_at_once() -> None:
    """More updates than are dealt with at once wait until one of them is done."""

    async def begun() -> int:
        processor, gate, running = Processor(lambda _: None), asyncio.Event(), 0

        async def work() -> None:
            nonlocal running
            running += 1
            await gate.wait()

        tasks = [
            asyncio.create_task(processor.process_update(object(), work()))
            for _ in range(MOST_AT_ONCE + 10)
        ]
        for _ in range(5):
            await asyncio.sleep(0)
        most = running
        gate.set()
        await asyncio.gather(*tasks)
        assert running == len(tasks)
        return most

    assert asyncio.run(begun()) == MOST_AT_ONCE


def test_an_update_that_is_too_large(unused_tcp_port: int) -> None:
    """A post of more bytes than an update has is refused, and not handed on; a smaller one is."""
    taken: list[dict[str, Any]] = []

    async def take(body: dict[str, Any]) -> None:
        taken.append(body)

    async def posted() -> list[int]:
        webhook = Webhook("https://x.vn/telegram", "127.0.0.1", unused_tcp_port, "s" * 32)
        server = WebhookServer(webhook, take)
        await server.start()
        url = f"http://127.0.0.1:{webhook.port}/telegram"
        header = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret}
        async with aiohttp.ClientSession(headers=header) as session:
            statuses = []
            for size in (10, MAX_UPDATE_BYTES + 1):
                async with session.post(url, json={"x": "a" * size}) as response:
                    statuses.append(response.status)
        await server.stop()
        return statuses

    assert asyncio.run(posted()) == [200, 413]
    assert taken == [{"x": "a" * 10}]


@pytest.mark.asyncio(loop_scope="session")
async def test_an_update_that_ends_the_process(store: Store) -> None:
    """What every process dies of is tried a few times and then left."""
    await store.inbox.take({7: {"update_id": 7}})
    for _ in range(_MOST_TRIES):
        assert [one.update_id for one in await store.inbox.waiting()] == [7]
    assert await store.inbox.waiting() == []


def uploads() -> UploadHandlers:
    """The handler of files, which needs nothing for those that it refuses at once."""
    return UploadHandlers(cast(Services, SimpleNamespace()))


def test_a_file_that_is_too_large_for_a_bot() -> None:
    """A file that is larger than bots may fetch is refused before it is asked for."""
    sent = Document("1", "1", file_name="a.txt", file_size=MAX_BYTES + 1)
    text, buttons = asyncio.run(uploads()._taken(sent, "vi"))
    assert (text, buttons) == (VI.upload_too_large.format(limit=MAX_BYTES // 1_000_000), ())


def test_files_read_at_once() -> None:
    """Whoever sends a whole folder has two files of it read at a time."""
    reading = uploads()._reading
    for _ in range(READ_AT_ONCE):
        assert not reading.locked()
        asyncio.run(reading.acquire())
    assert reading.locked()


def test_the_memory_of_a_reader() -> None:
    """A reader that wants more memory than it may have does not get it."""
    program = (
        "from retrieval.documents.worker import MEMORY_BYTES, _limit_memory\n"
        "_limit_memory()\n"
        "try:\n    bytearray(MEMORY_BYTES)\n"
        "except MemoryError:\n    print('refused')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout == "refused\n"


def test_a_document_with_too_many_passages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A document of too many passages is reported by name; what has fewer is read."""
    monkeypatch.setattr("retrieval.sources.MAX_PASSAGES", 2)
    paragraph = "Cầu Long Biên bắc qua sông Hồng được xây xong năm 1902 tại thủ đô Hà Nội."
    papers = {"hai.txt": "\n\n".join([paragraph] * 2), "ba.txt": "\n\n".join([paragraph] * 3)}
    corpus = write_corpus(tmp_path / "corpus", papers)
    report = build(corpus, tmp_path / "data")
    assert report.failed == [("ba.txt", str(Fault.TOO_MANY_PASSAGES))]
    (corpus / "hai.txt").unlink()
    with pytest.raises(CorpusMissing):
        build(corpus, tmp_path / "data2")
