"""The command line as it is read, and the JSON it writes."""

import json
import os
from pathlib import Path

import pytest

from bot import __version__, cli
from bot.terminal import answer_json
from retrieval.types import Answer, Citation, DocumentRef, Sentence

CITATION = Citation(
    rank=1,
    score=1.23456789,
    document=DocumentRef("a/b.txt", 'Tựa "đề"', "https://x.vn", "Nhà xuất bản", "2024"),
    passage=7,
    start=100,
    end=110,
    quote="Một câu.\nX",
    heading="Chương I",
    sentence=Sentence(100, 108, "Một câu."),
)


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run where there is no .env, with none of the developer's settings."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("HOIDAP_", "TELEGRAM_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOIDAP_LANGUAGE", "en")


def ended(*arguments: str) -> int | str | None:
    """How the command ends when the parser ends it."""
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    return caught.value.code


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    """--version names the version; --help names every command, setting and exit code."""
    assert ended("--version") == 0
    assert capsys.readouterr().out == f"hoidap {__version__}\n"
    assert ended("--help") == 0
    shown = capsys.readouterr().out
    for word in ("ask", "chat", "index", "run", "HOIDAP_CORPUS", "TELEGRAM_API_BASE", "0 answered"):
        assert word in shown
    for command in ("ask", "chat", "index", "run", "backup", "restore", "doctor"):
        assert ended(command, "--help") == 0
        assert "--corpus" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fly"],
        ["ask"],
        ["ask", "-k", "0", "gì"],
        ["ask", "-k", "51", "gì"],
        ["ask", "-k", "-1", "gì"],
        ["ask", "-k", "ba", "gì"],
        ["ask", "-k", "²", "gì"],
        ["ask", "--colour", "gì"],
        ["index", "more"],
        ["backup"],
        ["restore"],
        ["doctor", "more"],
    ],
    ids=" ".join,
)
def test_wrong_use(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong use ends with exit code 2, the usage and one line of what is wrong."""
    assert ended(*arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("usage: hoidap")
    assert "error: " in told.err.splitlines()[-1]


def test_what_is_read() -> None:
    """Words of a question need no quotes; three passages are shown unless told otherwise."""
    options = cli.build_parser().parse_args(["ask", "Đề", "án", "06", "--json"])
    assert (options.question, options.json, options.k) == (["Đề", "án", "06"], True, 3)
    options = cli.build_parser().parse_args(["ask", "-k", "50", "x", "--model", "m"])
    assert (options.k, options.model, options.corpus, options.data) == (50, "m", None, None)
    assert cli.build_parser().parse_args(["index", "--force"]).force is True


def test_all_bad_settings_at_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bad settings end the command with exit code 2 and one line for each."""
    monkeypatch.setenv("HOIDAP_ADMINS", "lan")
    monkeypatch.setenv("TELEGRAM_API_BASE", "x")
    assert cli.main(["ask", "gì"]) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("hoidap: HOIDAP_ADMINS has lan: ")
    assert second.startswith("        TELEGRAM_API_BASE is x; ")


def test_the_json_of_an_answer() -> None:
    """The JSON has exactly the keys and values of the contract, in one line."""
    written = answer_json(Answer("Gì?", True, 0.876543, 12, (CITATION,)))
    assert "\n" not in written
    assert "Một câu." in written
    assert json.loads(written) == {
        "question": "Gì?",
        "answered": True,
        "confidence": 0.8765,
        "documents_searched": 12,
        "citations": [
            {
                "rank": 1,
                "score": 1.234568,
                "document": {"id": "a/b.txt", "title": 'Tựa "đề"', "source": "https://x.vn"},
                "passage": 7,
                "page": None,
                "clause": None,
                "lapsed": False,
                "start": 100,
                "end": 110,
                "quote": "Một câu.\nX",
                "sentence": {"start": 100, "end": 108, "text": "Một câu."},
            }
        ],
    }


def test_the_json_of_a_miss() -> None:
    """A miss without any passage is the same contract with an empty list."""
    assert json.loads(answer_json(Answer("Gì?", False, 0.0, 3, ()))) == {
        "question": "Gì?",
        "answered": False,
        "confidence": 0.0,
        "documents_searched": 3,
        "citations": [],
    }
