"""Promises of splitting: passages are exact, complete, ordered, neither huge nor mere scraps."""

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.documents.draft import DraftBlock
from retrieval.documents.plain import plain_blocks
from retrieval.passages import MAX_CHARS, MIN_WORDS, split
from retrieval.types import BlockKind, Document
from tests.builders import (
    LEFTOVERS,
    SEED_ARTICLE,
    SEED_CORPUS,
    document,
    heading,
    paragraph,
    read_document,
    text_of,
)

SENTENCE = "Hội nghị đã rà soát, đánh giá toàn diện tình hình thực hiện đề án."

_PROSE = st.text(st.sampled_from("ab ữđ.;, \n")).map(str.strip)
_LONG = st.builds(
    lambda piece, times: piece * times,
    st.sampled_from([SENTENCE + " ", "chữ; ", "chữ ", "liền", "Dòng một.\n", "v.v. "]),
    st.integers(1, 900),
)
_BLOCKS = st.one_of(
    st.builds(paragraph, st.one_of(_PROSE, _LONG, st.sampled_from([SENTENCE, "Gồm:", "Ký tên"]))),
    st.builds(heading, st.sampled_from(["Mục A", "Mục B", "Phần C"]), st.integers(1, 3)),
    st.builds(DraftBlock, st.just(BlockKind.TITLE), st.just("Tiêu đề")),
)
DOCUMENTS = st.lists(_BLOCKS, max_size=8).map(lambda blocks: document(*blocks))


@given(DOCUMENTS)
def test_passage_is_exactly_its_span(whole: Document) -> None:
    """The text of a passage is what the document has at its place, never empty or padded."""
    for passage in split(whole):
        assert whole.text[passage.start : passage.end] == passage.text
        assert passage.text == passage.text.strip() != ""
        assert passage.document_id == whole.id


@given(DOCUMENTS)
def test_passages_are_numbered_in_order_without_overlap(whole: Document) -> None:
    """Passages are numbered 1 to n in reading order and share no character."""
    passages = split(whole)
    assert [passage.number for passage in passages] == list(range(1, len(passages) + 1))
    assert all(first.end <= second.start for first, second in pairwise(passages))


@given(DOCUMENTS)
def test_every_letter_of_every_paragraph_is_in_a_passage(whole: Document) -> None:
    """Nothing that a paragraph says is lost; with no overlap, nothing is said twice."""
    covered = {at for passage in split(whole) for at in range(passage.start, passage.end)}
    wanted = {
        at
        for block in whole.blocks
        if block.kind is BlockKind.PARAGRAPH
        for at in range(block.start, block.end)
        if not whole.text[at].isspace()
    }
    assert wanted - covered == set()


@given(DOCUMENTS)
def test_no_passage_is_longer_than_the_limit(whole: Document) -> None:
    """However a document is laid out, no passage exceeds MAX_CHARS."""
    assert max((len(passage.text) for passage in split(whole)), default=0) <= MAX_CHARS


def test_only_a_paragraph_over_the_limit_is_cut() -> None:
    """A paragraph of MAX_CHARS is one passage, one of a letter more is two."""
    words = "chữ " * (MAX_CHARS // 4)
    sizes = [len(split(document(paragraph(words[:-1] + end)))) for end in ("", "a", "ab")]
    assert len(words[:-1] + "a") == MAX_CHARS
    assert sizes == [1, 1, 2]


def test_long_paragraph_is_cut_between_sentences_into_balanced_parts() -> None:
    """The parts of a long paragraph end with a sentence and are of about one length."""
    passages = split(document(paragraph(" ".join([SENTENCE] * 50))))
    assert [len(passage.text) for passage in passages] == [1138, 1138, 1071]
    assert all(passage.text.endswith("đề án.") for passage in passages)
    assert all(passage.text.startswith("Hội nghị") for passage in passages)


@given(st.integers(27, 400), st.integers(20, 250))
def test_no_part_of_a_long_paragraph_is_a_scrap(sentences: int, letters: int) -> None:
    """However many sentences a paragraph has, its parts are of comparable length."""
    whole = document(paragraph(" ".join(["C" + "h" * letters + "ữ."] * sentences)))
    sizes = [len(passage.text) for passage in split(whole)]
    assert len(sizes) == 1 or min(sizes) > 500


def test_long_sentence_is_cut_between_words() -> None:
    """Without a sentence end in reach, no word is cut in two."""
    words = ["chữ" * 3] * 400
    passages = split(document(paragraph(" ".join(words))))
    assert [word for passage in passages for word in passage.text.split()] == words


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ([paragraph("Gồm:"), paragraph(SENTENCE)], [f"Gồm:\n\n{SENTENCE}"]),
        ([paragraph(SENTENCE), paragraph("Ký tên")], [f"{SENTENCE}\n\nKý tên"]),
        (
            [paragraph(SENTENCE), paragraph("Ký tên"), heading("Mục"), paragraph(SENTENCE)],
            [f"{SENTENCE}\n\nKý tên", SENTENCE],
        ),
        ([paragraph("Một"), paragraph("Hai"), paragraph(SENTENCE)], [f"Một\n\nHai\n\n{SENTENCE}"]),
        ([paragraph("Một")], ["Một"]),
        ([paragraph("Đã xong."), paragraph(SENTENCE)], ["Đã xong.", SENTENCE]),
        ([paragraph(SENTENCE), heading("Hết")], [f"{SENTENCE}\n\nHết"]),
    ],
)
def test_fragments_are_joined_to_their_neighbours(
    blocks: list[DraftBlock], expected: list[str]
) -> None:
    """A scrap goes with what follows under its heading, else with what comes before."""
    assert [passage.text for passage in split(document(*blocks))] == expected


def test_fragment_beside_a_full_passage_stays_alone() -> None:
    """A scrap is not joined where that would make a passage too long."""
    full = " ".join([SENTENCE] * 26) + " Hội nghị kết thúc vào lúc năm giờ chiều."
    assert MAX_CHARS - 20 < len(full) <= MAX_CHARS
    passages = split(document(paragraph("Đoạn sau đây nói về"), paragraph(full)))
    assert [passage.text for passage in passages] == ["Đoạn sau đây nói về", full]


def test_headings_above_a_passage_are_its_context() -> None:
    """The heading of a passage is the path of headings above it, not part of its text."""
    whole = document(
        heading("Phần I", 1),
        paragraph(SENTENCE),
        heading("Mục 1", 2),
        paragraph(SENTENCE),
        heading("Mục 2", 2),
        heading("Tiểu mục", 3),
        paragraph(SENTENCE),
        heading("Phần II", 1),
        paragraph(SENTENCE),
    )
    assert [passage.heading for passage in split(whole)] == [
        "Phần I",
        "Phần I › Mục 1",
        "Phần I › Mục 2 › Tiểu mục",
        "Phần II",
    ]
    assert {passage.text for passage in split(whole)} == {SENTENCE}


def seed_article() -> Document:
    """The seed article as the product reads it."""
    return read_document(SEED_CORPUS, SEED_ARTICLE)


def bare_seed_article() -> Document:
    """The text of the seed file alone, as a file without front matter would have it."""
    raw = SEED_ARTICLE.read_text(encoding="utf-8")
    body = re.sub(r"\A---\n.*?\n---\n", "", raw, count=1, flags=re.DOTALL)
    assert body.startswith("Hà Nội: Tập trung")
    return document(*plain_blocks(body), name="khac.txt")


@pytest.mark.parametrize("article", [seed_article, bare_seed_article])
def test_seed_article_is_ten_passages_without_leftovers(article: Callable[[], Document]) -> None:
    """The article's ten paragraphs are its passages; the web page around it is not."""
    whole = article()
    passages = split(whole)
    assert len(passages) == 10
    assert [(p.start, p.end) for p in passages] == [
        (block.start, block.end) for block in whole.blocks if block.kind is BlockKind.PARAGRAPH
    ]
    assert not any(words in passage.text for words in LEFTOVERS for passage in passages)
    assert not any(words in whole.text for words in LEFTOVERS)
    assert all(len(passage.text.split()) >= MIN_WORDS for passage in passages)


def test_seed_article_begins_with_its_title() -> None:
    """The headline is the title, no passage of its own."""
    whole = bare_seed_article()
    assert whole.blocks[0].kind is BlockKind.TITLE
    assert whole.title == text_of(whole, whole.blocks[0])
    assert whole.title.startswith("Hà Nội: Tập trung củng cố cơ sở đảng yếu kém")
    assert split(whole)[0].text == "Bí thư Thành ủy Hà Nội Hoàng Trung Hải chủ trì hội nghị."
