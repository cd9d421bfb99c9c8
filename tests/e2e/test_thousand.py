"""A thousand questions at once: none is lost, none is answered twice, each chat in its order."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.botapi import BotApiServer, Message
from bot.texts import VI
from tests.e2e.papers import note, where_is
from tests.e2e.processes import PATIENCE_S, BotProcess
from tests.e2e.talking import Person, answer_to, new_person, said_after

pytestmark = pytest.mark.asyncio(loop_scope="session")

PEOPLE = 50
SUBJECTS = (
    "kèn đồng",
    "đàn bầu",
    "trống chầu",
    "sáo trúc",
    "khèn bè",
    "cồng chiêng",
    "bình gốm",
    "gương soi",
    "thang tre",
    "xe cút kít",
    "máy khâu",
    "nón lá",
    "võng dù",
    "bàn tính",
    "ấm chè",
    "lồng đèn",
    "tủ thuốc",
    "mái chèo",
    "cân đĩa",
    "kính lúp",
)
POLITE = {VI.overloaded, VI.deadline}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[BotApiServer]:
    """A Telegram for this module alone."""
    async with BotApiServer() as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def bot(
    server: BotApiServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[BotProcess]:
    """A bot that may send as fast as it can."""
    folder = tmp_path_factory.mktemp("thousand")
    bot = BotProcess(server, folder, environment={"HOIDAP_SEND_RATE": "1000"})
    bot.corpus.mkdir()
    for number, subject in enumerate(SUBJECTS):
        text = note(subject, f"ngăn số {number}")
        (bot.corpus / f"{number}.txt").write_text(text, encoding="utf-8")
    await bot.start()
    yield bot
    assert await bot.stop() == 0, bot.err


async def test_a_thousand_questions_at_once(server: BotApiServer) -> None:
    """Each gets one reply, its answer or a polite refusal, in order; then the bot goes on."""
    people = [new_person(server, f"Người {number}") for number in range(PEOPLE)]
    asked = {person: _all_asked(person, first) for first, person in enumerate(people)}
    wanted = 2 * len(SUBJECTS) * PEOPLE
    await server.wait_until(
        lambda: sum(len(person.chat.messages) for person in people) >= wanted, PATIENCE_S
    )
    # Whatever would come twice has come before this.
    after = new_person(server).say(where_is(SUBJECTS[0]))
    assert _is_about(SUBJECTS[0], (await answer_to(server, after))[0].text)
    for person, (first, subjects) in asked.items():
        told = [reply.text for reply in said_after(server, first)]
        assert len(told) == len(subjects)
        for subject, text in zip(subjects, told, strict=True):
            assert text in POLITE or _is_about(subject, text), (person.user, subject, text)


def _all_asked(person: Person, start: int) -> tuple[Message, list[str]]:
    """Ask after every subject, beginning at another one; return the first question, and which."""
    start %= len(SUBJECTS)
    subjects = [*SUBJECTS[start:], *SUBJECTS[:start]]
    first, *_ = [person.say(where_is(subject)) for subject in subjects]
    return first, subjects


def _is_about(subject: str, text: str) -> bool:
    return text.startswith(f"Cái {subject} đang được giữ ở ngăn số {SUBJECTS.index(subject)} ")
