"""A bot by webhook that is watched: health, figures and logs, through talk on every surface."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass

import aiohttp
import pytest
import pytest_asyncio

from bot import botapi, metrics
from bot.botapi import BotApiServer, Chat
from bot.rooms import Room, Speaks
from bot.store import Store
from tests.e2e.figures import Figures, fetched, figures
from tests.e2e.papers import DOCUMENTS, FEE_QUESTION, FEE_QUOTE, write_papers
from tests.e2e.processes import PATIENCE_S, BotProcess
from tests.e2e.talking import Person, all_quiet, answer_to, new_person, quotes, said_after

pytestmark = pytest.mark.asyncio(loop_scope="session")

SECRET = "s3cret-word-for-the-webhook"
CALL = "@hoidap_test_bot"
UNKNOWN = "Vưngquặt plixtroz zụngmẽo ở đâu?"
"""What nothing is known of, in words that nothing else has."""
HOURS_QUESTION = "Thư viện mở cửa từ mấy giờ đến mấy giờ?"
BROKEN = "krâmvol"
"""In an update that makes no sense."""


@dataclass(frozen=True)
class Watched:
    """The bot, where it listens, and those who talk to it."""

    server: BotApiServer
    bot: BotProcess
    webhook: int
    status: int
    operator: Person
    group: Chat

    async def figures(self) -> Figures:
        """What it has counted so far."""
        return await figures(self.status)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[BotApiServer]:
    """A Telegram for this module alone."""
    async with BotApiServer() as running:
        running.world.sees_all_groups = True
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def watched(
    server: BotApiServer,
    tmp_path_factory: pytest.TempPathFactory,
    unused_tcp_port_factory: Callable[[], int],
) -> AsyncIterator[Watched]:
    """A bot that is told about by JSON lines and figures; a group lets it speak uncalled."""
    webhook, status = (unused_tcp_port_factory() for _ in range(2))
    operator = new_person(server, "Quản trị")
    bot = BotProcess(
        server,
        tmp_path_factory.mktemp("observed"),
        admins=[operator.user.id],
        environment={
            "HOIDAP_WEBHOOK_URL": f"http://127.0.0.1:{webhook}/telegram",
            "HOIDAP_WEBHOOK_SECRET": SECRET,
            "HOIDAP_LISTEN": f"127.0.0.1:{webhook}",
            "HOIDAP_METRICS": f"127.0.0.1:{status}",
            "HOIDAP_LOG": "json",
        },
    )
    write_papers(bot.corpus)
    group = server.add_group("Nhóm", [operator.user])
    store = await Store.open(bot.data / "hoidap.sqlite3")
    await store.chats.set(Room(group.id), "speaks", Speaks.ON_QUESTIONS)
    await store.close()
    await bot.launch()
    await server.wait_until(lambda: bool(server.calls("setWebhook")), PATIENCE_S)
    yield Watched(server, bot, webhook, status, operator, group)
    assert await bot.stop() == 0, bot.err


async def test_well(watched: Watched) -> None:
    """A bot with an index, a database and a Telegram is live and ready, part by part."""
    await watched.operator.answer(FEE_QUESTION)
    assert await fetched(watched.status, "/healthz") == (
        200,
        {"ok": True, "receiving": True, "answering": True},
    )
    assert await fetched(watched.status, "/readyz") == (
        200,
        {"ok": True, "index": True, "database": True, "telegram": True},
    )
    now = await watched.figures()
    for name, parts in (("live", ("receiving", "answering")), ("ready", ("index", "database"))):
        assert [now.of(f"hoidap_{name}", part=part) for part in parts] == [1, 1]


async def test_questions_are_counted(watched: Watched) -> None:
    """Each question counts once, where it was asked and as what came of it; its time as well."""
    server, before = watched.server, await watched.figures()
    expected = dict.fromkeys([place async for place in _talk_everywhere(watched)], 1)
    now = await watched.figures()
    name, seconds = "hoidap_questions_total", "hoidap_question_seconds_count"
    counted = {
        (surface, outcome): count
        for surface in metrics.SURFACES
        for outcome in metrics.OUTCOMES
        if (count := _grown(before, now, name, surface=surface, outcome=outcome))
    }
    assert counted == expected
    asked = sum(expected.values())
    assert sum(_grown(before, now, seconds, surface=one) for one in metrics.SURFACES) == asked
    # Those refused were not searched; what nobody had asked for was not said.
    stage = "hoidap_question_stage_seconds_count"
    for one in ("waiting", "searching"):
        assert _grown(before, now, stage, stage=one) == asked - 1
    assert _grown(before, now, stage, stage="sending") == asked - 1
    assert now.of("hoidap_queue_questions") == 0
    assert now.of("hoidap_queue_limit_questions") > 0
    assert server.violations == []


async def _talk_everywhere(watched: Watched) -> AsyncIterator[tuple[str, str]]:
    """Ask once on each surface; yield where, and what should come of it."""
    server, operator, group = watched.server, watched.operator, watched.group
    assert quotes(await operator.answer(FEE_QUESTION))[0] == FEE_QUOTE
    yield "private", "answered"
    await operator.answer(UNKNOWN)
    yield "private", "missed"
    await operator.told(f"{UNKNOWN} " * 50)
    yield "private", "refused"
    await answer_to(server, server.say(group, operator.user, f"{CALL} {FEE_QUESTION}"))
    yield "group", "answered"
    await answer_to(server, server.say(group, operator.user, f"/hoi {UNKNOWN}"))
    yield "group", "missed"
    unsaid = server.say(group, operator.user, UNKNOWN)
    said = server.say(group, operator.user, FEE_QUESTION)
    await server.wait_for_message(group, after=said, timeout=PATIENCE_S)
    assert not [one for one in said_after(server, unsaid) if one.reply_to == unsaid]
    yield "uncalled", "missed"
    yield "uncalled", "answered"
    channel = server.add_channel("Kênh")
    post = server.post(channel, f"/hoi {FEE_QUESTION}")
    await server.wait_for_message(channel, after=post, timeout=PATIENCE_S)
    yield "channel", "answered"
    query = server.inline_query(operator.user, FEE_QUESTION)
    await server.wait_for_answer(query, PATIENCE_S)
    yield "inline", "answered"
    foreign = server.add_group("Nhóm lạ", [operator.user], bot="left")
    guest = server.guest_query(server.say(foreign, operator.user, f"{CALL} {UNKNOWN}"))
    assert guest is not None
    await server.wait_for_answer(guest, PATIENCE_S)
    yield "guest", "missed"


async def test_the_index_is_told(watched: Watched) -> None:
    """Which index answers, of how much and since when, and what came of reading documents again."""
    before = await watched.figures()
    name = json.loads((watched.bot.data / "current.json").read_text())["current"]
    assert before.of("hoidap_generation_info", generation=name) == 1
    assert before.of("hoidap_generation_documents") == DOCUMENTS
    assert before.of("hoidap_generation_passages") > DOCUMENTS
    assert 0 < before.of("hoidap_generation_age_seconds") < 3_600
    for change, result in (("", "unchanged"), ("mới", "published")):
        if change:
            (watched.bot.corpus / f"{change}.txt").write_text(
                "Một trang\n\nTrang này mới.", "utf-8"
            )
        started = await watched.operator.hear(watched.operator.say("/reindex"))
        await watched.server.wait_for_edit(
            started, timeout=PATIENCE_S, where=lambda message: "tài liệu" in message.text
        )
        now = await watched.figures()
        assert _grown(before, now, "hoidap_reindexes_total", result=result) == 1
    assert _grown(before, now, "hoidap_reindex_seconds_count") == 2
    assert now.of("hoidap_generation_documents") == DOCUMENTS + 1
    assert frozenset({("generation", name)}) not in now.samples["hoidap_generation_info"]
    assert now.of("hoidap_reindexing") == 0


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (botapi.RetryAfter(1), "rate_limited"),
        (botapi.Forbidden("bot was blocked by the user"), "forbidden"),
        (botapi.ServerError(502), "server_error"),
        (botapi.DropBefore(), "network"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_telegrams_errors_are_counted(
    watched: Watched, fault: botapi.Fault, outcome: str
) -> None:
    """A call that Telegram refuses or that is lost counts by its kind."""
    before = await watched.figures()
    watched.server.faults.add("sendMessage", fault)
    new_person(watched.server).say(FEE_QUESTION)
    await watched.server.wait_until(lambda: len(watched.server.faults) == 0, PATIENCE_S)
    await all_quiet(watched.server)
    now = await watched.figures()
    assert _grown(before, now, "hoidap_telegram_requests_total", outcome=outcome) == 1
    assert _grown(before, now, "hoidap_telegram_requests_total", outcome="ok") >= 1


async def test_updates_are_counted(watched: Watched) -> None:
    """Updates count as they come, and those that are not dealt with by why."""
    before = await watched.figures()
    watched.server.put_update({"message": f"{BROKEN}?"})
    await all_quiet(watched.server)
    watched.server.lose_update_reply()
    await all_quiet(watched.server)
    now, dropped = await watched.figures(), "hoidap_updates_dropped_total"
    async with asyncio.timeout(PATIENCE_S):
        # It is posted again a moment later.
        while not _grown(before, now, dropped, reason="again"):
            now = await watched.figures()
    assert _grown(before, now, "hoidap_updates_received_total") == 4
    assert _grown(before, now, dropped, reason="malformed") == 1
    assert _grown(before, now, dropped, reason="again") == 1
    assert now.of("hoidap_updates_failed_total") == 0


async def test_processes_are_told(watched: Watched) -> None:
    """The bot's own time and memory are told, and that nobody needs a process that searches."""
    now = await watched.figures()
    assert now.of("hoidap_search_process_up") == 0
    assert now.of("hoidap_search_process_restarts_total") == 0
    assert now.of("process_cpu_seconds_total") > 0
    assert now.of("process_resident_memory_bytes") > 10e6
    assert now.of("hoidap_database_failures_total") == 0
    assert now.of("hoidap_database_unwritten_rows") >= 0


async def test_not_by_the_public_way(watched: Watched) -> None:
    """Where Telegram posts, nobody is told how the bot is; where that is told, nothing is taken."""
    for path in ("/metrics", "/healthz", "/readyz", "/telegram/metrics", "/telegram/../metrics"):
        assert (await fetched(watched.webhook, path))[0] == 404
    assert (await fetched(watched.webhook, "/telegram"))[0] == 405
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"http://127.0.0.1:{watched.status}/metrics", data=b"x") as response,
    ):
        assert response.status == 405
    assert (await fetched(watched.status, "/telegram"))[0] == 404


async def test_a_wrong_secret_is_counted(watched: Watched) -> None:
    """Whoever does not know the secret is refused, counted, and named in the log once."""
    before = await watched.figures()
    url = f"http://127.0.0.1:{watched.webhook}/telegram"
    async with aiohttp.ClientSession() as session:
        for secret in ("wrong", "", SECRET[:-1], f"{SECRET}x"):
            headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
            async with session.post(url, json={"update_id": 1}, headers=headers) as response:
                assert response.status == 403
    now = await watched.figures()
    assert _grown(before, now, "hoidap_webhook_requests_total", outcome="wrong_secret") == 4
    events = [json.loads(line)["event"] for line in watched.bot.err.splitlines()]
    assert events.count("webhook.refused") == 1


async def test_every_line_is_an_event(watched: Watched) -> None:
    """Each line of the log is an object that names an event of ours, with its fields."""
    lines = [json.loads(line) for line in watched.bot.err.splitlines()]
    assert {"time", "level", "logger", "event"} <= set.intersection(*map(set, lines))
    foreign = {line["logger"] for line in lines if line["event"] == "library.message"}
    assert foreign <= {"telegram.ext.AIORateLimiter"}
    [ended] = [line for line in lines if line.get("outcome") == "refused"]
    assert ended["event"] == "question.ended"
    assert ended["surface"] == "private"
    assert isinstance(ended["seconds"], float)


async def test_nothing_tells_a_secret_or_a_question(watched: Watched) -> None:
    """Neither logs nor figures have a word of a question, a secret, or who asked and where."""
    await watched.operator.told(f"/kiemtra {HOURS_QUESTION}")
    now = await watched.figures()
    printed = watched.bot.err + watched.bot.out
    token = watched.server.token
    for secret in (token, token.split(":")[1], SECRET):
        assert secret not in printed
        assert secret not in now.text
    words = set(_words(FEE_QUESTION, UNKNOWN, HOURS_QUESTION, BROKEN))
    assert {"phí", "plixtroz", "zụngmẽo", "krâmvol"} <= words
    told = set(_words(watched.bot.err, now.text))
    assert not words & told
    numbers = set(re.findall(r"\d{4,}", " ".join(_label_values(now))))
    people = {str(abs(chat)) for chat in watched.server.world.chats}
    assert len(people) > 5
    assert not numbers & people


async def test_labels_have_few_values(watched: Watched) -> None:
    """Whatever was said, a label has one of the values that are written in the program."""
    now = await watched.figures()
    allowed = {
        "surface": metrics.SURFACES,
        "outcome": (
            *metrics.OUTCOMES,
            *metrics.TELEGRAM_OUTCOMES,
            *metrics.WEBHOOK_OUTCOMES,
            *metrics.PAGE_OUTCOMES,
        ),
        "page": metrics.PAGES,
        "reason": metrics.DROPPED,
        "result": metrics.REINDEXED,
        "stage": ("waiting", "searching", "sending"),
        "part": ("receiving", "answering", "index", "database", "telegram"),
    }
    seen: dict[str, set[str]] = {}
    for own in now.samples.values():
        for labels in own:
            for name, value in labels:
                seen.setdefault(name, set()).add(value)
    facts = {"le", "generation", "version", "implementation", "major", "minor", "patchlevel"}
    assert set(seen) == facts | set(allowed)
    for name, values in allowed.items():
        assert seen[name] <= set(values), name
    assert len(seen["generation"]) == 1
    assert sum(map(len, now.samples.values())) < 400


def _grown(before: Figures, now: Figures, name: str, **labels: str) -> float:
    return now.of(name, **labels) - before.of(name, **labels)


def _words(*texts: str) -> Iterator[str]:
    """Yield the words that no event, field or file of ours has by chance: of other letters too."""
    for text in texts:
        for word in re.findall(r"[^\W\d_]+", text.lower()):
            if not word.isascii() or word == "plixtroz":
                yield word


def _label_values(now: Figures) -> Iterator[str]:
    for own in now.samples.values():
        for labels in own:
            yield from (value for _, value in labels)
