"""Promises of reading: which files are documents, and what each one says."""

import textwrap
from pathlib import Path

import pytest

from retrieval.documents import document_id, document_paths
from retrieval.errors import CorpusError, CorpusMissing
from retrieval.types import BlockKind, Document
from tests.builders import LEFTOVERS, read_document, text_of, write_corpus

FIRST = (
    "Hội nghị đã rà soát, đánh giá toàn diện tình hình, kết quả triển khai các công việc cụ thể "
    "của Chương trình trong quý. Các thôn, tổ dân phố có quy mô hợp lý hơn, thu gọn được đầu mối."
)
SECOND = (
    "Chi bộ thực hiện được vai trò hạt nhân chính trị ở địa bàn dân cư; lãnh đạo, chỉ đạo hoạt "
    "động và công tác xây dựng củng cố tổ chức thôn, tổ dân phố trong thời gian tới."
)


def read(tmp_path: Path, content: str | bytes, name: str = "van-ban.txt") -> Document:
    """Read one file with `content`."""
    write_corpus(tmp_path, {name: content})
    return read_document(tmp_path, tmp_path / name)


def outline(document: Document) -> list[tuple[str, int, str]]:
    """(kind, level, words) of each block."""
    return [(block.kind, block.level, text_of(document, block)) for block in document.blocks]


def paragraphs(document: Document) -> list[str]:
    """The words of each paragraph."""
    return [words for kind, _, words in outline(document) if kind == BlockKind.PARAGRAPH]


def test_front_matter_becomes_metadata_as_written(tmp_path: Path) -> None:
    """The header gives title, source, publisher and date, letter by letter, and is no text."""
    header = (
        "---\nTitle: 06\nsource: https://vi.du/1\nPublisher: 'Báo: Mới'\ndate: 2018-31-12\n---\n"
    )
    document = read(tmp_path, header + FIRST)
    assert (document.title, document.source) == ("06", "https://vi.du/1")
    assert (document.publisher, document.date) == ("Báo: Mới", "2018-31-12")
    assert document.text == FIRST


def test_document_without_front_matter_is_named_by_its_title_line(tmp_path: Path) -> None:
    """A first line that looks like a title names the document; nothing else is made up."""
    document = read(tmp_path, f"Tổng kết đề án\n\n{FIRST}")
    assert document.title == "Tổng kết đề án"
    assert (document.source, document.publisher, document.date) == (None, None, None)


@pytest.mark.parametrize(
    ("content", "title"),
    [
        (FIRST, "van-ban"),
        (f"---\ntitle:\nsource: ~\n---\n{FIRST}", "van-ban"),
        (f"---\ntitle: {'dài ' * 100}\n---\n{FIRST}", ("dài " * 50).strip() + "…"),
    ],
)
def test_title_falls_back_to_the_file_name_and_stays_short(
    tmp_path: Path, content: str, title: str
) -> None:
    """A document always has a title, of at most 200 characters."""
    document = read(tmp_path, content)
    assert document.title == title
    assert document.source is None


@pytest.mark.parametrize(
    "header", ["title: Đề án: thí điểm", "title: [mở", "title: " + "[" * 3_000, "a: b\n\tc: d"]
)
def test_broken_front_matter_is_refused_by_name(tmp_path: Path, header: str) -> None:
    """A header that is not YAML is an error of that file, with a reason to act on."""
    with pytest.raises(CorpusError, match="not valid YAML") as raised:
        read(tmp_path, f"---\n{header}\n---\n{FIRST}")
    assert raised.value.path == tmp_path / "van-ban.txt"


def test_rule_of_dashes_is_no_front_matter(tmp_path: Path) -> None:
    """Prose between two rules is text, not a header."""
    assert "xin chào" in read(tmp_path, f"---\nxin chào\n---\n{FIRST}").text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_files_read_alike(tmp_path: Path, encoding: str) -> None:
    """UTF-8 and UTF-16, with their marks, give the same document, header included."""
    marks = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
    content = marks.get(encoding, b"") + f"---\ntitle: Đề án\n---\n{FIRST}".encode(encoding)
    document = read(tmp_path, content)
    assert (document.title, document.text) == ("Đề án", FIRST)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_ends_do_not_matter(tmp_path: Path, ending: str) -> None:
    """Windows, old Mac and Unix files of one text are one document."""
    content = f"---\ntitle: Đề án\n---\n{FIRST}\n\n{SECOND}\n".replace("\n", ending)
    document = read(tmp_path, content)
    assert (document.title, document.text) == ("Đề án", f"{FIRST}\n\n{SECOND}")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\x81\x8d\x8f\x90\x9d", "its encoding is none that is known"),
        (b"\xff\xfeN\x00\xd8", "it is a binary file"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "it is a binary file"),
        (b"GIF89a\x00\x01", "it is a binary file"),
        (b"", "it has no text"),
        (b" \n\t\n", "it has no text"),
        (b"---\ntitle: A\n---\n", "it has no text"),
        ("Phản hồi\n\nCác tin khác\n".encode(), "it has no text"),
    ],
)
def test_unreadable_files_are_refused_by_name(tmp_path: Path, content: bytes, reason: str) -> None:
    """A file in another encoding, binary or empty is refused with its name and the reason."""
    with pytest.raises(CorpusError) as raised:
        read(tmp_path, content)
    assert raised.value.path == tmp_path / "van-ban.txt"
    assert raised.value.fault.startswith(reason)


def test_vanished_file_is_refused_by_name(tmp_path: Path) -> None:
    """A link to nothing is an error of that file only."""
    (tmp_path / "mat.txt").symlink_to(tmp_path / "khong-co.txt")
    with pytest.raises(CorpusError, match=r"mat\.txt: it cannot be read"):
        read_document(tmp_path, tmp_path / "mat.txt")


def test_leftovers_of_a_web_page_are_dropped_at_the_edges(tmp_path: Path) -> None:
    """Navigation lines before the first and after the last real paragraph are no text."""
    page = "\n\n".join(["Trang chủ", FIRST, SECOND, "Phản hồi (12)", *LEFTOVERS, "XEM THÊM >>"])
    assert read(tmp_path, page).text == f"{FIRST}\n\n{SECOND}"


def test_leftovers_inside_a_text_are_kept(tmp_path: Path) -> None:
    """The same words between real paragraphs, or within one, are the author's."""
    page = f"{FIRST}\n\nPhản hồi\n\n{SECOND} Phản hồi"
    assert read(tmp_path, page).text == page


@pytest.mark.parametrize("width", [50, 72, 100])
def test_hard_wrapped_text_is_joined(tmp_path: Path, width: int) -> None:
    """Lines broken at a fixed width become the paragraphs that they were."""
    wrapped = "\n\n".join(textwrap.fill(words, width) for words in (FIRST, SECOND))
    assert read(tmp_path, f"Tổng kết đề án\n\n{wrapped}\n").text == (
        f"Tổng kết đề án\n\n{FIRST}\n\n{SECOND}"
    )


def test_one_line_per_paragraph_is_not_joined(tmp_path: Path) -> None:
    """Where every paragraph is a line, every line stays a paragraph."""
    assert paragraphs(read(tmp_path, f"{FIRST}\n{SECOND}\n{FIRST}")) == [FIRST, SECOND, FIRST]


def test_plain_text_has_title_headings_and_list_items(tmp_path: Path) -> None:
    """Layout tells the title, the headings and the items of a list apart."""
    content = (
        "LUẬT AN NINH MẠNG\n\nChương I\n\nĐiều 1. Phạm vi\n\nLuật này quy định về an ninh mạng.\n\n"
        "1. Cá nhân được quyền.\n2. Tổ chức được quyền.\n"
    )
    assert outline(read(tmp_path, content)) == [
        ("title", 0, "LUẬT AN NINH MẠNG"),
        ("heading", 2, "Chương I"),
        ("heading", 2, "Điều 1. Phạm vi"),
        ("paragraph", 0, "Luật này quy định về an ninh mạng."),
        ("paragraph", 0, "1. Cá nhân được quyền."),
        ("paragraph", 0, "2. Tổ chức được quyền."),
    ]


def test_document_of_headings_alone_is_a_document_of_paragraphs(tmp_path: Path) -> None:
    """Short lines without any prose are the text, so they can be found."""
    assert paragraphs(read(tmp_path, "# Một\n\n## Hai\n", "a.md")) == ["Một", "Hai"]


def test_markdown_becomes_headings_and_plain_paragraphs(tmp_path: Path) -> None:
    """Headings keep their level; lists, tables, links, images and code become words."""
    content = (
        "# Đề án\n\nĐoạn **đậm** với [liên kết](http://x.vn) và ![ảnh](a.png)\nnối dòng.\n\n"
        "- một\n- hai\n\n1. ba\n\n| Tên | Số |\n|---|---|\n| Chi bộ | 12 |\n\n"
        "## Mục 2\n\n> trích\n\n```\nmã x\n```\n\nTựa\n===\n"
    )
    document = read(tmp_path, content, "a.MD")
    assert document.title == "Đề án"
    assert outline(document) == [
        ("heading", 1, "Đề án"),
        ("paragraph", 0, "Đoạn đậm với liên kết và ảnh nối dòng."),
        ("paragraph", 0, "một"),
        ("paragraph", 0, "hai"),
        ("paragraph", 0, "ba"),
        ("paragraph", 0, "Tên | Số"),
        ("paragraph", 0, "Chi bộ | 12"),
        ("heading", 2, "Mục 2"),
        ("paragraph", 0, "trích"),
        ("paragraph", 0, "mã x"),
        ("heading", 1, "Tựa"),
    ]


def test_document_files_are_listed_by_id_without_hidden_ones(tmp_path: Path) -> None:
    """Text and Markdown files at any depth are documents; hidden ones and others are not."""
    names = [
        "b.txt",
        "a/c.md",
        "a/D.MARKDOWN",
        ".an.txt",
        ".git/x.txt",
        "a/.b/y.md",
        "z.exe",
        "~$a.md",
        "t",
    ]
    write_corpus(tmp_path, dict.fromkeys(names, FIRST))
    ids = [document_id(tmp_path, path) for path in document_paths(tmp_path)]
    assert ids == ["a/D.MARKDOWN", "a/c.md", "b.txt"]


def test_document_id_can_be_stored_whatever_the_file_name(tmp_path: Path) -> None:
    """A file name that is not UTF-8 gives an id that is, and no two such names share one."""
    names = [b"t\xe0.txt", b"t\xe1.txt"]
    ids = {
        document_id(tmp_path, Path(str(tmp_path), name.decode("utf-8", "surrogateescape")))
        for name in names
    }
    assert ids == {"t\\udce0.txt", "t\\udce1.txt"}


def test_missing_corpus_folder_is_named(tmp_path: Path) -> None:
    """A corpus folder that is not there is an error that names it."""
    with pytest.raises(CorpusMissing, match="khong-co: there is no such folder"):
        document_paths(tmp_path / "khong-co")
