"""Reindexing through a child process: its events, its failures, its end; and reports in words."""

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.errors import ReindexFailed
from bot.reindexing import Course, Reindexer, child_environment, encode_event, encode_failure
from bot.reports import progress_text, report_text
from bot.settings import Settings
from bot.texts import EN, VI
from retrieval.build import BuildReport, Progress
from retrieval.types import MilvusAddress, Place

pytestmark = pytest.mark.asyncio(loop_scope="session")

REPORT = BuildReport(
    published=True,
    generation="000002",
    documents=3,
    passages=9,
    added=["a.txt"],
    changed=[],
    removed=["b.txt", "c.txt"],
    failed=[("d.txt", "lý do")],
    seconds=1.25,
)


class ScriptedReindexer(Reindexer):
    """Runs a Python script in place of `hoidap index`."""

    def __init__(self, script: str) -> None:
        folder = Path("unused")
        super().__init__(Settings(folder, folder, None, frozenset(), "vi", "https://x"))
        self._script = script

    def _command(self, options: Sequence[str]) -> list[str]:
        return [sys.executable, "-c", self._script, *options]


def printing(*lines: str, then: str = "") -> ScriptedReindexer:
    """A child that prints these lines and then runs `then`."""
    return ScriptedReindexer(f"import os, sys\nfor line in {lines!r}: print(line)\n{then}")


async def events_of(reindexer: Reindexer, *, force: bool = False) -> list[Progress | BuildReport]:
    return [event async for event in reindexer.run(force=force)]


async def test_events_come_as_they_were_sent() -> None:
    """Progress and the report arrive as the child's own values, and stray lines do no harm."""
    progress = Progress("embed", 3, 9)
    stray = ["Loading weights…", "{", "null", "[]", '{"progress": 1}', '{"report": {}}', "\ufffd"]
    child = printing(encode_event(progress), *stray, encode_event(REPORT))
    assert await events_of(child) == [progress, REPORT]


async def test_a_reason_is_told() -> None:
    """A child that says why it failed has its reason in the error."""
    child = printing(encode_event(Progress("read", 1, 1)), encode_failure("hết đĩa"))
    with pytest.raises(ReindexFailed, match=r"^hết đĩa$"):
        await events_of(child)


@pytest.mark.parametrize(
    ("then", "code"), [("sys.exit(3)", 3), ("os.kill(os.getpid(), 9)", -9), ("", 0)]
)
async def test_a_child_that_ends_without_a_word(then: str, code: int) -> None:
    """A child that ends without a report has failed, however it ended."""
    with pytest.raises(ReindexFailed, match=f"code {code}$"):
        await events_of(printing(encode_event(Progress("read", 1, 2)), then=then))


async def test_a_child_that_closes_its_output_and_stays() -> None:
    """A child that says nothing more but does not end is ended."""
    child = printing(then="os.close(1); import time; time.sleep(600)")
    with pytest.raises(ReindexFailed, match=r"code -9$"):
        await events_of(child)


async def test_a_stop_ends_the_child() -> None:
    """Stopping ends the reindex under way, which then has failed; without one it does nothing."""
    line = encode_event(Progress("read", 1, 2))
    child = printing(line, then="sys.stdout.flush(); import time; time.sleep(600)")
    child.stop()
    with pytest.raises(ReindexFailed, match=r"code -15$"):
        async for event in child.run():
            assert event == Progress("read", 1, 2)
            child.stop()
    child.stop()


async def test_the_child_is_not_given_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child has the environment without the token, and speaks the administrator's language."""
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456:secret_secret")
    monkeypatch.setenv("HOIDAP_ADMINS", "7")
    monkeypatch.setenv("HOIDAP_LANGUAGE", "en")
    tell = (
        "import json; keys = {name: os.environ.get(name) for name in "
        "('TELEGRAM_BOT_TOKEN', 'HOIDAP_ADMINS', 'HOIDAP_LANGUAGE')}; "
        "print(json.dumps({'failure': json.dumps([keys, sys.argv[1:]])}))"
    )
    for force in (False, True):
        with pytest.raises(ReindexFailed) as caught:
            await events_of(printing(then=tell), force=force)
        keys, arguments = json.loads(str(caught.value))
        assert keys == {
            "TELEGRAM_BOT_TOKEN": None,
            "HOIDAP_ADMINS": "7",
            "HOIDAP_LANGUAGE": "vi",
        }
        assert arguments == (["--force"] if force else [])


async def test_one_at_a_time() -> None:
    """A claim marks a reindex as running until it ends, even by an error."""
    child = printing()
    seen = [child.running]
    with pytest.raises(ReindexFailed), child.claim():
        seen.append(child.running)
        await events_of(child)
    assert [*seen, child.running] == [False, True, False]


async def test_the_words_of_a_report() -> None:
    """A report counts what changed and names what failed, at most ten; nothing new says so."""
    assert report_text(REPORT, VI) == (
        "Đã lập xong chỉ mục: 3 tài liệu, 9 đoạn (1.2 giây).\n"
        "Thêm 1 · sửa 0 · bỏ 2 · lỗi 1\nKhông đọc được:\n• d.txt: lý do"
    )
    same = BuildReport(documents=1, passages=2, failed=[(f"{n}.txt", "x") for n in range(12)])
    lines = report_text(same, EN).splitlines()
    assert lines[0] == "Nothing has changed: 1 documents, 2 passages (0.0 s)."
    assert lines[3:] == [*(f"• {n}.txt: x" for n in range(10)), "… and 2 more files."]


async def test_the_words_of_progress() -> None:
    """Every stage of a build has its words, and an unknown one its own name."""
    told = [progress_text(Progress(stage, 1, 2), EN) for stage in ("read", "embed", "index", "xyz")]
    assert told == [
        f"Reindexing: {stage} 1/2"
        for stage in ("reading documents", "computing meaning", "indexing words", "xyz")
    ]


async def test_what_a_child_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that builds is told where the index is and what its server asks, and no more."""
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456:ABC")
    monkeypatch.setenv("HOIDAP_INDEX", "local")
    folder, address = Path("unused"), MilvusAddress("http://milvus:19530", "ann:a-password")
    settings = Settings(
        folder, folder, None, frozenset(), "vi", "https://x", place=Place("milvus", address)
    )
    told = child_environment(settings, "en")
    assert "TELEGRAM_BOT_TOKEN" not in told
    assert [told[name] for name in ("HOIDAP_INDEX", "MILVUS_URI", "MILVUS_TOKEN")] == [
        "milvus",
        address.uri,
        address.token,
    ]


async def test_whoever_watches_sees_how_it_goes() -> None:
    """The course tells what is under way, how far it is, and how it ended, to any who wait."""
    progress = Progress("embed", 3, 9)
    child = printing(encode_event(progress), encode_event(REPORT))
    seen: list[Course] = [child.course.value]

    async def look() -> None:
        while not seen[1:] or seen[-1].running:
            seen.append(await child.course.other_than(seen[-1]))

    looking = asyncio.create_task(look())
    await asyncio.sleep(0)
    with child.claim("dry-run", apart=True):
        await asyncio.sleep(0)
        async for _ in child.run():
            # Who looks has a turn between two events; of what goes faster they see the last.
            await asyncio.sleep(0)
    await looking
    assert seen[0] == Course()
    assert seen[1] == Course("dry-run", apart=True, running=True)
    assert Course("dry-run", apart=True, running=True, progress=progress) in seen
    assert seen[-1] == Course("dry-run", apart=True, report=REPORT)


async def test_the_course_keeps_a_failure() -> None:
    """What failed is still told when it is over, and is forgotten when something new begins."""
    child = printing(encode_failure("hết đĩa"))
    with pytest.raises(ReindexFailed), child.claim():
        await events_of(child)
    assert not child.running
    assert str(child.course.value.failure) == "hết đĩa"
    with child.claim():
        assert child.course.value == Course("reindex", running=True)


async def test_a_dry_run_is_no_reindex() -> None:
    """A dry run tells the child to change nothing, and is not counted among the reindexes."""
    ended: list[str] = []
    tell = "import json; print(json.dumps({'failure': ' '.join(sys.argv[1:])}))"
    child = printing(then=tell)
    child._ended = lambda result, _: ended.append(result)
    with pytest.raises(ReindexFailed, match=r"^--dry-run$"):
        async for _ in child.run(dry_run=True):
            raise AssertionError("nothing is to come")
    assert ended == []
