"""Promises of documents that vanish, change or cannot be read while they are indexed."""

import sys
from pathlib import Path

import pytest

from retrieval.verifying import verify_generation
from tests.builders import write_corpus
from tests.integration.disk_faults import Commands, Outcome
from tests.integration.indexed import ANSWERED, NEXT, NOW, QUESTION, Indexed, permitted

UNREADABLE = "không mở được tệp"
READER = Path(sys.executable).name
"""What is started to read a table, after its digest has been made."""


@pytest.fixture
def moving(original: Indexed, tmp_path: Path) -> Indexed:
    """A copy whose corpus changes too."""
    return original.copied(tmp_path / "data", tmp_path / "corpus")


def assert_told(outcome: Outcome, *names: str) -> None:
    """The build succeeded and named each of the files that it could not read."""
    assert outcome.code == 0
    for name in names:
        assert f"• {name}: {UNREADABLE}" in outcome.err
    assert f"lỗi {len(names)}" in outcome.err


def test_document_that_cannot_be_read(moving: Indexed, hoidap: Commands) -> None:
    """A document whose file may not be read is told by name, and answers as it did before."""
    with permitted(0, moving.corpus / "giao-thong.txt"):
        assert_told(hoidap.run("index", *moving.folders), "giao-thong.txt")
        assert moving.served() == (NEXT, None)
        assert_told(hoidap.run("index", *moving.folders), "giao-thong.txt")
        assert moving.served() == (NEXT, None)
    moving.recover()


@pytest.mark.parametrize("mode", [0, 0o444], ids=["not listed", "not entered"])
def test_folder_that_cannot_be_read(moving: Indexed, hoidap: Commands, mode: int) -> None:
    """Documents in a folder that may not be read are not gone: they answer, and that is told."""
    with permitted(mode, moving.corpus / "an-ninh"):
        outcome = hoidap.run("index", *moving.folders)
        assert_told(outcome, "an-ninh" if mode == 0 else "an-ninh/mang.txt")
        assert "bỏ 0" in outcome.err
        assert moving.served() == (NEXT, None)
    moving.recover()


@pytest.mark.parametrize("mode", [0, 0o444], ids=["not listed", "not entered"])
def test_corpus_that_cannot_be_read(hoidap: Commands, tmp_path: Path, mode: int) -> None:
    """A corpus that may not be read is an error in clear words, and its index still answers."""
    indexed = Indexed.made(tmp_path)
    with permitted(mode, indexed.corpus):
        outcome = hoidap.run("index", *indexed.folders)
        assert (outcome.code, len(outcome.complaints)) == (2, 1)
        assert UNREADABLE in outcome.complaints[0]
        answered = hoidap.run("ask", QUESTION, *indexed.folders)
        assert (answered.code, answered.complaints) == (0, [])
        assert ANSWERED in answered.out
        assert indexed.served() == (NOW, None)
    indexed.recover()


def test_canaries_that_cannot_be_read(moving: Indexed, hoidap: Commands) -> None:
    """Without the questions that guard it no new index is published, and the file is named."""
    canaries = moving.corpus / "canary.yaml"
    canaries.write_text("Cầu Long Biên bắc qua sông nào?: giao-thong.txt\n", encoding="utf-8")
    with permitted(0, canaries):
        outcome = hoidap.run("index", *moving.folders)
        assert outcome.complaints == [f"hoidap: Không đọc được {canaries}: {UNREADABLE}"]
        assert (outcome.code, moving.served()) == (2, (NOW, None))
    moving.recover()


def test_document_that_never_could_be_read(hoidap: Commands, tmp_path: Path) -> None:
    """A broken document is told by every build, and then no question is told that it is news."""
    indexed = Indexed.made(tmp_path)
    write_corpus(indexed.corpus, {"hong.pdf": b"%PDF-1.4"})
    for added in (1, 0):
        outcome = hoidap.run("index", *indexed.folders)
        assert f"Thêm {added} · sửa 0 · bỏ 0 · lỗi 1" in outcome.err
        assert "• hong.pdf: tệp hỏng" in outcome.err
        assert hoidap.run("ask", QUESTION, *indexed.folders).err == ""
    write_corpus(indexed.corpus, {"hong.pdf": b"%PDF-1.7 broken too"})
    hoidap.run("index", *indexed.folders)
    assert hoidap.run("ask", QUESTION, *indexed.folders).err == ""


@pytest.mark.parametrize("act", ["delete", "forbid"])
def test_new_document_that_vanishes_meanwhile(moving: Indexed, hoidap: Commands, act: str) -> None:
    """A new file that is gone when it is to be read is told by name, and stops nothing."""
    write_corpus(moving.corpus, {"a-moi.txt": "Một văn bản mới nữa."})
    path = moving.corpus / "a-moi.txt"
    outcome = hoidap.run("index", *moving.folders, opens="a-moi.txt", act=act, path=path)
    assert_told(outcome, "a-moi.txt")
    assert moving.served() == (NEXT, None)
    path.unlink(missing_ok=True)
    moving.recover()


@pytest.mark.parametrize("act", ["delete", "forbid"])
def test_known_document_that_vanishes_meanwhile(
    moving: Indexed, hoidap: Commands, act: str
) -> None:
    """A known file that was listed and then is gone answers until a build does not list it."""
    known = moving.corpus / "cho.md"
    known.write_bytes(known.read_bytes())  # touched, and so to be opened
    outcome = hoidap.run("index", *moving.folders, opens="cho.md", act=act, path=known)
    assert_told(outcome, "cho.md")
    assert moving.served() == (NEXT, None)
    known.unlink(missing_ok=True)
    report = moving.build()
    assert (report.removed, report.failed) == (["cho.md"], [])


def test_corpus_that_vanishes_meanwhile(moving: Indexed, hoidap: Commands) -> None:
    """When the corpus goes halfway through, as a network disk does, no document is lost."""
    aside = moving.corpus.with_name("aside")
    for path in moving.corpus.glob("*.*"):
        path.write_bytes(path.read_bytes())  # touched, and so to be opened
    midway = "dan-so.txt"
    outcome = hoidap.run(
        *("index", *moving.folders),
        opens=midway,
        act="move",
        path=moving.corpus,
        other=aside,
    )
    assert outcome.code == 0
    assert f"• dan-so.txt: {UNREADABLE}" in outcome.err
    assert "bỏ 0" in outcome.err
    assert moving.served() == (NEXT, None)
    gone = hoidap.run("index", *moving.folders)
    assert (gone.code, len(gone.complaints)) == (2, 1)
    assert moving.served() == (NEXT, None)
    aside.rename(moving.corpus)
    moving.recover()


@pytest.mark.parametrize(
    ("name", "opens", "texts"),
    [
        ("tram.txt", "tram.txt", ["Trạm bơm thứ nhất.", "Trạm bơm thứ hai."]),
        ("tram.csv", READER, ["Trạm\nthứ nhất\n", "Trạm\nthứ hai\n"]),
    ],
    ids=["text", "table"],
)
def test_document_that_is_replaced_while_it_is_read(
    moving: Indexed, hoidap: Commands, tmp_path: Path, name: str, opens: str, texts: list[str]
) -> None:
    """However a file changes under a build, and back, the next one has what the file says."""
    path, other = moving.corpus / name, tmp_path / "other"
    for nth in (1, 2):
        path.write_text(texts[0], encoding="utf-8")
        other.write_text(texts[1], encoding="utf-8")
        race = {"opens": opens, "nth": nth, "act": "replace", "path": path, "other": other}
        hoidap.run("index", *moving.folders, **race)
        for text in texts:
            path.write_text(text, encoding="utf-8")
            moving.build()
            found = verify_generation(moving.store.current(), moving.corpus)
            assert (found.wrong, found.changed) == ([], [])
        path.unlink()
        other.unlink(missing_ok=True)
        moving.build()
