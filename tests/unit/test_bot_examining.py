"""Why passages rank as they do: the very numbers of the search, in a message that fits."""

from pathlib import Path

import pytest

from bot.buttons import units
from bot.errors import DeadlineExceeded
from bot.examining import examination_text, examine
from bot.render import MAX_UNITS
from bot.service import AnswerService
from retrieval.errors import GenerationMissing, QueryEmpty
from retrieval.search import Searcher, parse_query
from tests.builders import PAPERS, build, serving, write_corpus
from tests.embedders import BrokenEmbedder, HashEmbedder

pytestmark = pytest.mark.asyncio(loop_scope="session")

QUESTION = "Luật An ninh mạng được thông qua ngày nào?"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of three documents and one with tags in its title."""
    folder = tmp_path_factory.mktemp("examining")
    odd = f"---\ntitle: <i>Lạ</i>\n---\nNghị định 13/2023/NĐ-CP có {'từ lạ, ' * 60}và hết."
    write_corpus(folder / "corpus", {**PAPERS, "la.md": odd})
    build(folder / "corpus", folder / "data")
    return folder / "data"


@pytest.fixture(scope="module")
def searcher(data: Path) -> Searcher:
    """What searches it."""
    return serving(data)


async def test_the_numbers_of_the_search(searcher: Searcher) -> None:
    """What is examined is what an answer came from: its order, scores, confidence and verdict."""
    found, answer = examine(searcher, parse_query(QUESTION)), searcher.ask(QUESTION, 3)
    best, cited = found.passages[0], answer.citations[0]
    assert (best.document.id, best.number) == (cited.document.id, cited.passage)
    assert (best.fused, best.confidence) == (cited.score, answer.confidence)
    assert found.answered == answer.answered
    assert best.has == ("luật", "an", "ninh", "mạng", "được", "thông", "qua", "ngày")
    assert best.lacks == ("nào",)
    scores = [one.fused for one in found.passages]
    assert scores == sorted(scores, reverse=True)


async def test_a_document_number(searcher: Searcher) -> None:
    """A document number that was asked for is named, and so is the passage that holds it."""
    found = examine(searcher, parse_query("Nghị định 13/2023/NĐ-CP có gì?"))
    assert len(found.numbers) == 1
    assert [bool(one.level) for one in found.passages] == [True, False, False, False]
    told = examination_text(found, "en")
    assert f"document numbers asked for: {found.numbers[0]}" in told
    assert "\n\n1. &lt;i&gt;Lạ&lt;/i&gt;, paragraph 1\n" in told


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_a_message_that_fits(searcher: Searcher, language: str) -> None:
    """The longest question and words make one message within Telegram's limit."""
    question = " ".join(f"từ{number}" for number in range(160))
    found = examine(searcher, parse_query(question))
    text = examination_text(found, "vi" if language == "vi" else "en")
    assert units(text) <= MAX_UNITS


async def test_without_a_model(data: Path) -> None:
    """Where the model fails the scores by words are shown, and that there are no others."""
    found = examine(serving(data, BrokenEmbedder()), parse_query(QUESTION))
    assert found.share is None
    assert {one.dense for one in found.passages} == {None}
    assert "ranked by words alone" in examination_text(found, "en")


async def test_through_the_service(data: Path, tmp_path: Path) -> None:
    """The service examines beside its answers, and refuses what it would refuse to answer."""
    service = AnswerService(tmp_path, HashEmbedder())
    await service.start()
    with pytest.raises(GenerationMissing):
        await service.examine(QUESTION)
    await service.stop()
    service = AnswerService(data, HashEmbedder())
    await service.start()
    assert (await service.examine(QUESTION)).passages[0].document.id == "an-ninh/mang.txt"
    with pytest.raises(QueryEmpty):
        await service.examine("?!")
    await service.stop()
    hasty = AnswerService(data, HashEmbedder(), deadline_s=0.0)
    await hasty.start()
    with pytest.raises(DeadlineExceeded):
        await hasty.examine(QUESTION)
    await hasty.stop()


@pytest.mark.parametrize(
    "question", [QUESTION, "Nghị định 13/2023/NĐ-CP có gì?", "Luật An ninh mạng là gì?", "ha noi"]
)
async def test_the_parts_of_a_score(searcher: Searcher, question: str) -> None:
    """What a score is said to be made of adds up to it, and terms to the score by words."""
    found = examine(searcher, parse_query(question), closely=True)
    assert found.passages
    for one in found.passages:
        assert one.parts.total == pytest.approx(one.fused)
        assert sum(one.terms.values()) == pytest.approx(one.lexical or 0.0, rel=1e-4)
    first = found.passages[0]
    assert (first.lexical_rank, first.parts.second) == (1, 0.0)
    assert all(one.terms == {} for one in examine(searcher, parse_query(question)).passages)


async def test_a_definition_and_a_number_are_parts(searcher: Searcher) -> None:
    """What defines, and what holds the number asked for, gets a part of its own."""
    found = examine(searcher, parse_query("Nghị định 13/2023/NĐ-CP có gì?"))
    assert [one.parts.number > 0 for one in found.passages] == [True, False, False, False]
    weights = examine(searcher, parse_query(QUESTION)).reading.words
    assert sum(weight for _, weight in weights) == pytest.approx(1.0)
    assert dict(weights)["nào"] == 0.0


async def test_a_follow_up_is_examined_as_completed(searcher: Searcher) -> None:
    """A question that leans on the one before is read with it, and that is said."""
    found = examine(searcher, parse_query("còn năm 1902 thì sao?", "Năm 2018 có gì?"))
    assert found.reading.completed
    assert found.reading.asked == "còn năm 1902 thì sao?"
    assert "1902" in found.question
