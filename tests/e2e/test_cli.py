"""The command as a person runs it: a process, its output and its exit code."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable
from pathlib import Path

import pytest
import pytest_asyncio

from tests.e2e import papers
from tests.e2e.processes import Outcome, clean_environment, command

pytestmark = pytest.mark.asyncio(loop_scope="session")

_AT_ONCE = asyncio.Semaphore(2)


class Desk:
    """A folder with a corpus and a .env that names it, where commands are typed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.corpus = folder / "corpus"
        self.data = folder / "data"
        papers.write_papers(self.corpus)
        (folder / ".env").write_text("HOIDAP_CORPUS=corpus\nHOIDAP_DATA=data\n", encoding="utf-8")

    async def run(self, *arguments: str, typed: str | None = None, **environment: str) -> Outcome:
        """Run `hoidap` here; no traceback is ever seen."""
        async with _AT_ONCE:
            outcome = await command(
                *arguments,
                folder=self.folder,
                environment=clean_environment(**environment),
                typed=typed,
            )
        assert "Traceback" not in outcome.err, outcome.err
        return outcome

    @property
    def generation(self) -> str:
        """Name of the current generation."""
        return str(json.loads((self.data / "current.json").read_text())["current"])


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk whose corpus has been indexed by the first question asked."""
    desk = Desk(tmp_path_factory.mktemp("desk"))
    first = await desk.run("ask", papers.FEE_QUESTION)
    assert first.code == 0, first.err
    assert f"Đang lập chỉ mục {Path('corpus')} …" in first.err
    assert f"“{papers.FEE_QUOTE}”" in first.out
    return desk


async def together(*commands: Awaitable[Outcome]) -> list[Outcome]:
    """Run commands side by side."""
    return list(await asyncio.gather(*commands))


async def test_an_answer_in_the_terminal(desk: Desk) -> None:
    """An answer is printed with its quote and place, exit code 0 and nothing else anywhere."""
    found = await desk.run("ask", *papers.FEE_QUESTION.split(), "-k", "1")
    lines = [line.strip() for line in found.out.splitlines() if line.strip()]
    assert (found.code, found.err) == (0, "")
    assert lines[0] == f"“{papers.FEE_QUOTE}”"
    assert lines[1].startswith(f"— {papers.LIBRARY_TITLE}, Thẻ bạn đọc, đoạn 2, 2024-03-01 (https:")
    assert lines[2].startswith("Độ tin cậy ")
    assert len(lines) == 3


async def test_the_json_contract(desk: Desk) -> None:
    """--json prints the contract, offsets in the canonical text, and a miss has exit code 1."""
    found, missed, hostile = await together(
        desk.run("ask", "--json", "-k", "2", papers.FEE_QUESTION),
        desk.run("ask", "--json", papers.NONSENSE),
        desk.run("ask", "--json", papers.HOSTILE_QUESTIONS["huong-chu.txt"]),
    )
    assert (found.code, missed.code, hostile.code) == (0, 1, 0)
    for outcome in (found, missed, hostile):
        [line] = outcome.out.splitlines()
        answer = json.loads(line)
        assert_contract(answer, desk.corpus)
        assert answer["answered"] is (outcome is not missed)
    answer = json.loads(found.out)
    assert answer["question"] == papers.FEE_QUESTION
    assert len(answer["citations"]) == 2
    first = answer["citations"][0]
    assert (first["quote"], first["passage"]) == (papers.FEE_QUOTE, 2)
    assert first["sentence"]["text"] == papers.FEE_SENTENCE
    assert first["document"] == {
        "id": "thu-vien.md",
        "title": papers.LIBRARY_TITLE,
        "source": "https://thuvien.example.vn/quy-che?ban=1&trang=2",
    }


def assert_contract(answer: dict[str, object], corpus: Path) -> None:
    """Exactly the keys, types and ranges of the documented contract."""
    match answer:
        case {
            "question": str(),
            "answered": bool() as answered,
            "confidence": float() as confidence,
            "documents_searched": papers.DOCUMENTS,
            "citations": list() as citations,
            **others,
        }:
            assert others == {}
            assert 0 <= confidence <= 1
            assert answered <= bool(citations)
        case _:
            raise AssertionError(answer)
    scores = []
    for rank, citation in enumerate(citations, start=1):
        assert set(citation) == {
            *("rank", "score", "document", "passage", "page", "clause", "lapsed"),
            *("start", "end", "quote", "sentence"),
        }
        assert citation["rank"] == rank
        assert isinstance(citation["score"], float)
        assert isinstance(citation["passage"], int)
        assert citation["passage"] >= 1
        assert set(citation["document"]) == {"id", "title", "source"}
        assert all(isinstance(value, str) for value in citation["document"].values())
        text = papers.text_of(corpus, citation["document"]["id"])
        assert text[citation["start"] : citation["end"]] == citation["quote"]
        sentence = citation["sentence"]
        if sentence is not None:
            assert set(sentence) == {"start", "end", "text"}
            assert text[sentence["start"] : sentence["end"]] == sentence["text"]
            assert citation["start"] <= sentence["start"] < sentence["end"] <= citation["end"]
        scores.append(citation["score"])
    assert scores == sorted(scores, reverse=True)


async def test_a_chat_through_a_pipe(desk: Desk) -> None:
    """Each line of a pipe is a question; one that cannot be searched does not end the chat."""
    typed = f"{papers.FEE_QUESTION}\n\n?!\n{papers.NONSENSE}\n"
    piped = await desk.run("chat", typed=typed)
    assert piped.code == 0
    assert piped.out.count(f"“{papers.FEE_QUOTE}”") == 1
    expected = f"Không tìm thấy câu trả lời trong {papers.DOCUMENTS} tài liệu."
    assert piped.out.count(expected) == 1
    assert "Bạn chưa hỏi gì." in piped.err
    assert "Tạm biệt!" in piped.err


async def test_indexing_again(tmp_path: Path) -> None:
    """A second index keeps what is there, --force builds it anew, and a change is counted."""
    desk = Desk(tmp_path)
    first = await desk.run("index")
    assert (first.code, first.out) == (0, "")
    assert f"Thêm {papers.DOCUMENTS} · sửa 0 · bỏ 0 · lỗi 0" in first.err
    name = desk.generation
    again = await desk.run("index")
    assert again.code == 0
    assert f"Không có gì thay đổi: {papers.DOCUMENTS} tài liệu" in again.err
    assert desk.generation == name
    (desk.corpus / "thu-vien.md").unlink()
    (desk.corpus / "moi.txt").write_text(papers.note("kèn đồng", "gác chuông"), encoding="utf-8")
    forced = await desk.run("index", "--force")
    assert forced.code == 0
    assert "Thêm 1 · sửa 0 · bỏ 1 · lỗi 0" in forced.err
    assert desk.generation != name


async def test_what_cannot_be_done(desk: Desk, tmp_path: Path) -> None:
    """A missing corpus, an unknown model or unusable data end with exit code 2 and the reason."""
    nowhere, blocked = tmp_path / "nowhere", tmp_path / "blocked"
    empty = tmp_path / "empty"
    empty.mkdir()
    blocked.touch()
    no_corpus, no_model, no_data = await together(
        # The flag wins over the environment, which wins over the .env of the desk.
        desk.run("index", "--corpus", str(nowhere), HOIDAP_CORPUS=str(empty)),
        desk.run("ask", "gì", "--model", str(tmp_path / "no-such-model")),
        desk.run("index", "--data", str(blocked)),
    )
    assert [one.code for one in (no_corpus, no_model, no_data)] == [2] * 3
    assert f"hoidap: Không có tài liệu để đọc ở {nowhere} (" in no_corpus.err
    assert "hoidap: Không nạp được mô hình: " in no_model.err
    assert no_data.err.startswith(f"hoidap: HOIDAP_DATA is {blocked}, which is a file")


async def test_questions_that_are_none(desk: Desk) -> None:
    """An empty or endless question and a bad -k end with exit code 2 before any model loads."""
    empty, marks, endless, many = await together(
        desk.run("ask", "  "),
        desk.run("ask", "?!"),
        desk.run("ask", "a" * 1_001),
        desk.run("ask", "-k", "0", "gì"),
    )
    assert [one.code for one in (empty, marks, endless, many)] == [2] * 4
    assert empty.err == marks.err == "hoidap: Bạn chưa hỏi gì. Hãy gõ một câu hỏi bằng chữ.\n"
    assert endless.err == "hoidap: Câu hỏi dài 1001 ký tự; xin rút gọn còn tối đa 1000.\n"
    assert "argument -k: '0' is not a number from 1 to 50" in many.err


async def test_version(desk: Desk) -> None:
    """--version and --help answer with exit code 0."""
    version, helped = await together(desk.run("--version"), desk.run("--help"))
    assert (version.code, helped.code) == (0, 0)
    assert version.out.startswith("hoidap 0.")
    assert "exit codes: 0 answered or done, 1 nothing found, or not all well, 2" in helped.out


async def test_a_reader_who_leaves_early_is_no_failure(desk: Desk) -> None:
    """An answer piped into a reader that has seen enough ends with 0, not with "nothing found"."""
    ends = os.pipe()
    os.close(ends[0])
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot.cli", "ask", papers.FEE_QUESTION),
            cwd=desk.folder,
            env=clean_environment(),
            stdout=ends[1],
            stderr=asyncio.subprocess.PIPE,
        )
    finally:
        os.close(ends[1])
    _, complaint = await process.communicate()
    assert (process.returncode, complaint.decode()) == (0, "")
