"""The bot under load: questions a second from many chats, over HTTP, for a minute.

    python -m tests.bench.load [--rate 200] [--seconds 60] [--chats 50] [--passages 10000]

The live bot (a process of its own, by long polling) against the tests' Bot API server, first on the
seed article, then on made passages. Every question has an answer of its own, found beforehand by
asking the index directly, so one that is lost, wrong, doubled or out of order is seen. Questions
come when their time has come, whether the bot keeps up or not. Prints a table, then a line of JSON.
"""

import argparse
import asyncio
import json
import random
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bot.botapi import BotApiServer, Call, Chat
from retrieval.build import build_generation
from retrieval.embedding import BUNDLED_MODEL, CALIBRATION_FILE, load_embedder
from retrieval.fusion import Calibration
from retrieval.search import Searcher, open_serving, parse_query
from tests.bench.corpus import PARAGRAPHS, asked_of, write_documents
from tests.bench.seed import CORPUS, QUESTIONS
from tests.e2e.processes import BotProcess
from tests.e2e.talking import new_person

_SEED = 11
_WARM_UP_S = 3.0
_PATIENCE_S = 120.0
_TEXTS = 2_000
"""Different questions; each is asked a few times in the course of a minute."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and a piece of its answer by which it is known."""

    text: str
    answer: str


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--chats", type=int, default=50)
    parser.add_argument("--passages", type=int, default=10_000)
    options = parser.parse_args()
    figures: dict[str, Any] = {}
    print(
        f"{'questions':>28} {'answered':>9} {'median ms':>10} {'p99 ms':>8} {'last s':>7}  faults"
    )
    for name, passages in (("seed", 0), (f"{options.passages} passages", options.passages)):
        with tempfile.TemporaryDirectory(prefix="hoidap-bench-") as folder:
            own = asyncio.run(_run(Path(folder), passages, options))
        figures[name] = own
        print(
            f"{name:>17} {own['questions']:>10} {own['answered']:>9} {own['median_ms']:>10.1f}"
            f" {own['p99_ms']:>8.1f} {own['seconds']:>7.1f}  {own['faults'] or 'none'}",
            flush=True,
        )
    print(json.dumps({"rate": options.rate, "chats": options.chats, **figures}))


async def _run(folder: Path, passages: int, options: argparse.Namespace) -> dict[str, Any]:
    corpus, data = folder / "corpus", folder / "data"
    if passages:
        write_documents(corpus, passages // PARAGRAPHS)
    else:
        shutil.copytree(CORPUS, corpus)
    embedder = load_embedder()
    calibration = Calibration.load(BUNDLED_MODEL / CALIBRATION_FILE)
    build_generation(corpus, data, embedder, calibration)
    searcher, _ = open_serving(data, embedder)
    questions = _questions(searcher)
    # What a bot that pays for it may send; Telegram's own limits are not what is measured.
    environment = {"HOIDAP_SEND_RATE": "1000"}
    async with BotApiServer() as server:
        bot = BotProcess(server, folder, environment=environment)
        await bot.start()
        chats = [new_person(server, f"Người {number}") for number in range(options.chats)]
        asked: dict[int, list[tuple[Question, float]]] = {one.chat.id: [] for one in chats}
        chance = random.Random(_SEED)

        async def ask(seconds: float) -> None:
            started = time.monotonic()
            for number in range(int(seconds * options.rate)):
                await asyncio.sleep(max(0.0, started + number / options.rate - time.monotonic()))
                person, question = chats[number % len(chats)], chance.choice(questions)
                person.say(question.text)
                asked[person.chat.id].append((question, time.monotonic()))

        await ask(_WARM_UP_S)
        await _all_answered(server, asked)
        warm_up = {chat: len(own) for chat, own in asked.items()}
        started = time.monotonic()
        await ask(options.seconds)
        await _all_answered(server, asked)
        seconds = time.monotonic() - started
        answers = _answers(server, [one.chat for one in chats])
        await bot.stop()
        latencies, faults = _judged(asked, answers, warm_up)
        faults += [f"{len(server.violations)} violations"] if server.violations else []
        return {
            "questions": sum(len(own) for own in asked.values()) - sum(warm_up.values()),
            "answered": len(latencies),
            "median_ms": round(1e3 * median(latencies), 1),
            "p99_ms": round(1e3 * quantiles(latencies, n=100)[-1], 1),
            "seconds": round(seconds, 1),
            "faults": faults,
        }


def _questions(searcher: Searcher) -> list[Question]:
    """Return questions that are told apart by what the bot says to them."""
    table, chance = searcher.index.passages, random.Random(_SEED)
    texts = list(QUESTIONS)
    if len(table) > len(QUESTIONS) * 100:
        passages = chance.sample(range(len(table)), _TEXTS)
        texts += [asked_of(table[passage].text, chance) for passage in passages]
    # What could be a follow-up has another answer after each question.
    alone = [text for text in texts if not parse_query(text, QUESTIONS[0]).completed]
    found = [(text, searcher.ask(text)) for text in dict.fromkeys(alone)]
    return [
        Question(text, _known_by(answer.citations[0].quote))
        for text, answer in found
        if answer.answered
    ]


def _known_by(quote: str) -> str:
    return quote[: quote.find(".")][:60]


async def _all_answered(
    server: BotApiServer, asked: dict[int, list[tuple[Question, float]]]
) -> None:
    """Wait until the bot has said as much as it was asked, or long enough."""
    wanted = sum(map(len, asked.values()))
    ends = time.monotonic() + _PATIENCE_S
    while time.monotonic() < ends:
        if sum(call.method == "sendMessage" and call.ok for call in server.requests) >= wanted:
            return
        await asyncio.sleep(0.2)


def _answers(server: BotApiServer, chats: Sequence[Chat]) -> dict[int, list[tuple[str, float]]]:
    """Return what the bot said in each chat, and when."""
    said: dict[int, list[tuple[str, float]]] = {chat.id: [] for chat in chats}
    for call in server.requests:
        if call.method == "sendMessage" and call.ok:
            said[int(call.params["chat_id"])].append((_sent_text(call), call.at))
    return said


def _sent_text(call: Call) -> str:
    return str((call.response or {})["result"]["text"])


def _judged(
    asked: dict[int, list[tuple[Question, float]]],
    answers: dict[int, list[tuple[str, float]]],
    warm_up: dict[int, int],
) -> tuple[list[float], list[str]]:
    """Return the seconds that each question waited, and what went wrong."""
    latencies: list[float] = []
    lost = doubled = wrong = 0
    for chat, questions in asked.items():
        own = answers[chat]
        lost += max(0, len(questions) - len(own))
        doubled += max(0, len(own) - len(questions))
        pairs = list(zip(questions, own, strict=False))
        for (question, asked_at), (text, at) in pairs[warm_up[chat] :]:
            # Also where it is the answer to another question: out of order.
            wrong += question.answer not in text
            latencies.append(at - asked_at)
    counts = {"lost": lost, "doubled": doubled, "wrong or out of order": wrong}
    return latencies, [f"{count} {kind}" for kind, count in counts.items() if count]


if __name__ == "__main__":
    main()
