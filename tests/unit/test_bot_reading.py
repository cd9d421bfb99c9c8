"""Windows of a document, its table of contents: complete where short, bounded where long."""

from pathlib import Path

import pytest

from bot.web.reading import MOST_ENTRIES, WINDOW, Shown, contents, window_around, window_at
from retrieval.passage_table import PassageTable
from tests.builders import build, serving, write_corpus

SHORT = """# Khái quát

Lời dẫn của chương một nằm ở đây, trước mọi điều khác.

## Phạm vi

Đoạn đầu của điều một nói về phạm vi áp dụng của quy chế.

Đoạn sau của điều một nói về đối tượng áp dụng của quy chế.

## Từ ngữ

Điều hai nói về giải thích từ ngữ dùng trong quy chế này.

# Thực hiện

## Phạm vi

Điều một của chương hai nói về tổ chức thực hiện quy chế.
"""


def table_of(folder: Path, *papers: str) -> PassageTable:
    """The passages of some documents, in their order."""
    corpus = {f"{number}.md": text for number, text in enumerate(papers)}
    build(write_corpus(folder / "corpus", corpus), folder / "data")
    return serving(folder / "data").index.passages


def long_paper(sections: int, per_section: int = 1) -> str:
    """A document with a heading every few passages, under headings of chapters."""
    parts = []
    for number in range(sections):
        if number % 50 == 0:
            parts.append(f"# Chương {number // 50 + 1}")
        parts.append(f"## Mục số {number + 1}")
        parts += [
            f"Đây là đoạn {step} của mục {number + 1}, dài vừa đủ để đứng riêng một mình."
            for step in range(per_section)
        ]
    return "\n\n".join(parts)


def test_every_window_follows_the_one_before(tmp_path: Path) -> None:
    """Going on by `later` from the beginning shows each passage of a document once, in order."""
    table = table_of(tmp_path, long_paper(80, 2), SHORT)
    count = table.documents[0].passages
    shown: list[Shown] = []
    first = 1
    while first:
        window = window_at(table, 0, first, None, (0, 0))
        assert len(window.passages) <= WINDOW
        assert window.count == count
        shown += window.passages
        first = window.later
    texts = [one.before + one.marked + one.after for one in shown]
    assert texts == [passage.text for passage in table.passages_of(0)]
    assert [one.number for one in shown] == list(range(1, count + 1))


def test_going_back_reaches_the_beginning(tmp_path: Path) -> None:
    """Going back by `earlier` from the end reaches the first passage, and then there is none."""
    table = table_of(tmp_path, long_paper(80, 2))
    window = window_at(table, 0, 10**9, None, (0, 0))
    assert window.passages[-1].number == window.count
    while window.earlier:
        first = window.passages[0].number
        window = window_at(table, 0, window.earlier, None, (0, 0))
        assert first - WINDOW <= window.passages[0].number < first
    assert window.passages[0].number == 1


@pytest.mark.parametrize(
    ("number", "count", "first"),
    [(1, 1, 1), (5, 10, 1), (30, 1_000, 10), (1_000, 1_000, 941), (60, 60, 1), (61, 61, 2)],
)
def test_a_passage_stands_amid_its_window(number: int, count: int, first: int) -> None:
    """A window is full wherever the document is long enough, and has the passage in it."""
    assert window_around(number, count) == first
    assert first <= number < first + WINDOW


def test_headings_stand_where_they_begin(tmp_path: Path) -> None:
    """Each heading stands once, above its first passage; a window begins with all of its own."""
    table = table_of(tmp_path, SHORT)
    window = window_at(table, 0, 1, None, (0, 0))
    assert [list(one.headings) for one in window.passages] == [
        [(0, "Khái quát")],
        [(1, "Phạm vi")],
        [],
        [(1, "Từ ngữ")],
        [(0, "Thực hiện"), (1, "Phạm vi")],
    ]
    later = window_at(table, 0, 3, None, (0, 0))
    assert list(later.passages[0].headings) == [(0, "Khái quát"), (1, "Phạm vi")]


def test_contents_of_a_short_document(tmp_path: Path) -> None:
    """All headings are listed with their first passages; one is current: the innermost above."""
    table = table_of(tmp_path, "Không có đề mục nào trong tài liệu này cả.", SHORT)
    entries, whole = contents(table, 1, 3)
    assert whole
    assert [(one.number, one.level, one.words) for one in entries] == [
        (1, 0, "Khái quát"),
        (2, 1, "Phạm vi"),
        (4, 1, "Từ ngữ"),
        (5, 0, "Thực hiện"),
        (5, 1, "Phạm vi"),
    ]
    assert [one.words for one in entries if one.current] == ["Phạm vi"]
    assert contents(table, 0, 1) == ([], True)


def test_contents_of_a_long_document_are_bounded(tmp_path: Path) -> None:
    """Of many headings there are the outer ones and those of the section that one reads."""
    table = table_of(tmp_path, long_paper(200))
    entries, whole = contents(table, 0, 120)
    assert not whole
    own = [f"Mục số {number}" for number in range(101, 151)]
    assert [one.words for one in entries] == ["Chương 1", "Chương 2", "Chương 3", *own, "Chương 4"]
    assert [one.words for one in entries if one.current] == ["Mục số 120"]


@pytest.mark.parametrize("above", [[], ["Sách"]])
@pytest.mark.parametrize("here", [2, 200, 400])
def test_contents_that_have_one_level(tmp_path: Path, here: int, above: list[str]) -> None:
    """Of more headings of one level than a page has room for, there are those near one reads."""
    paper = "\n\n".join(f"## Mục số {n}\n\nĐây là lời của mục thứ {n}." for n in range(1, 401))
    head = "".join(f"# {one}\n\n" for one in above)
    entries, whole = contents(table_of(tmp_path, head + paper), 0, here)
    assert not whole
    assert len(entries) == MOST_ENTRIES
    assert [one.words for one in entries if one.current] == [f"Mục số {here}"]
    assert [one.words for one in entries[: len(above)]] == above
    numbers = [one.number for one in entries[len(above) :]]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_a_heading_in_which_nothing_is_read(tmp_path: Path) -> None:
    """Where one reads before the first heading, no entry is the current one."""
    table = table_of(tmp_path, "Lời nói đầu đứng trước mọi đề mục của tài liệu.\n\n" + SHORT)
    entries, _ = contents(table, 0, 1)
    assert [one for one in entries if one.current] == []
