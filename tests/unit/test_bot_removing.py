"""Taking a file out of the corpus and putting it back: all that belongs to it, nothing else."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.removing import (
    KEPT_DAYS,
    Located,
    is_there,
    locate,
    prune,
    removals,
    remove,
    removed_name,
    restore,
)
from tests.builders import write_corpus

NOW = datetime(2026, 3, 2, 8, 30)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Two documents that one file tells about, one with a file of its own, and an archive."""
    papers: dict[str, str | bytes] = {
        "luat/a.txt": "Một",
        "luat/a.md": "Hai",
        "luat/a.yaml": "tags: mật",
        "luat/a.txt.yaml": "title: Một",
        "goi.zip": b"PK",
    }
    return write_corpus(tmp_path / "corpus", papers)


def files(folder: Path) -> set[str]:
    """The files under a folder."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def taken_out(corpus: Path, name: str) -> Path:
    """Remove the document `name`; return where it is kept."""
    return remove(corpus, corpus.parent / "data", located(corpus, name), NOW)


def located(corpus: Path, name: str) -> Located:
    """The file that the document `name` is in."""
    found = locate(corpus, name)
    assert found is not None
    return found


def test_what_tells_about_another_document_too_stays(corpus: Path) -> None:
    """A removal takes what tells about its document alone, never what restricts another too."""
    kept = taken_out(corpus, "luat/a.txt")
    assert kept.name == "20260302-083000-a.txt"
    assert files(kept) == {"luat/a.txt", "luat/a.txt.yaml"}
    assert files(corpus) == {"luat/a.md", "luat/a.yaml", "goi.zip"}


def test_a_removal_is_undone(corpus: Path) -> None:
    """What is put back is all where it was, and nothing is left of the removal."""
    before = files(corpus)
    kept = taken_out(corpus, "luat/a.txt")
    assert removed_name(kept) == "luat/a.txt"
    assert removals(corpus.parent / "data") == [kept]
    restore(corpus, kept)
    assert files(corpus) == before
    assert removals(corpus.parent / "data") == []


def test_what_is_there_now_is_not_replaced(corpus: Path) -> None:
    """Where another file has come meanwhile, nothing at all is put back."""
    kept = taken_out(corpus, "luat/a.txt")
    (corpus / "luat" / "a.txt").write_text("Ba", encoding="utf-8")
    with pytest.raises(FileExistsError):
        restore(corpus, kept)
    assert (corpus / "luat" / "a.txt").read_text(encoding="utf-8") == "Ba"
    assert "luat/a.txt.yaml" not in files(corpus)
    assert files(kept) == {"luat/a.txt", "luat/a.txt.yaml"}


def test_two_of_one_name_in_one_second(corpus: Path) -> None:
    """Two removals of one name at one time are kept apart."""
    first = taken_out(corpus, "luat/a.txt")
    (corpus / "luat" / "a.txt").write_text("Ba", encoding="utf-8")
    second = taken_out(corpus, "luat/a.txt")
    assert first != second
    assert (second / "luat" / "a.txt").read_text(encoding="utf-8") == "Ba"


def test_a_document_in_an_archive(corpus: Path) -> None:
    """A document in an archive is located there; one that is nowhere is not."""
    inside = locate(corpus, "goi.zip/van-ban/b.txt")
    assert inside is not None
    assert inside.id == "goi.zip"
    assert locate(corpus, "luat/c.txt") is None
    there = ("luat/a.txt", "goi.zip/van-ban/b.txt")
    assert [is_there(corpus, name) for name in (*there, "luat/c.txt")] == [True, True, False]


def test_a_removal_is_kept_for_so_long(corpus: Path) -> None:
    """What was removed can be undone for its days, and is gone after them; nothing else goes."""
    data = corpus.parent / "data"
    kept = taken_out(corpus, "luat/a.txt")
    later = remove(corpus, data, located(corpus, "goi.zip"), NOW + timedelta(seconds=1))
    own = data / "removed" / "của tôi"
    own.mkdir()
    assert prune(data, NOW + timedelta(days=KEPT_DAYS)) == 0
    assert set(removals(data)) == {kept, later, own}
    assert prune(data, NOW + timedelta(days=KEPT_DAYS, seconds=1)) == 1
    assert set(removals(data)) == {later, own}
    restore(corpus, later)
    assert files(corpus) == {"luat/a.md", "luat/a.yaml", "goi.zip"}


def test_nothing_was_ever_removed(tmp_path: Path) -> None:
    """Where there are no removals none is pruned."""
    assert prune(tmp_path, NOW) == 0
