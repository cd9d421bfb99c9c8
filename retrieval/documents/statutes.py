"""The structure of laws and administrative texts: parts, chapters and articles become headings.

Readers know only how lines look; what a line means in a statute is known here, for every format.
A text without articles is left as it was read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from retrieval.documents.draft import DraftBlock
from retrieval.text.clauses import Part, opening
from retrieval.types import BlockKind

_LEAST_ARTICLES = 2
"""A text that quotes one article of a law is not a law."""
_MAX_TITLE_CHARS = 200
_ENDS_SENTENCE = (".", ";", ":", ",")


def structured(blocks: Sequence[DraftBlock]) -> list[DraftBlock]:
    """Return `blocks` with the parts of a statute as headings of their levels."""
    openings = [opening(_unmarked(block)) for block in blocks]
    articles = sum(1 for found in openings if found and found.part is Part.ARTICLE)
    if articles < _LEAST_ARTICLES:
        return list(blocks)
    return list(_with_titles(list(_parts(blocks))))


def _parts(blocks: Sequence[DraftBlock]) -> Iterator[DraftBlock]:
    inside = False
    for block in blocks:
        text = _unmarked(block)
        found = opening(text)
        if found is None:
            # Below an article nothing but another part is a heading.
            keep = block.kind is not BlockKind.HEADING or not inside
            yield block if keep else _below(block)
            continue
        inside = True
        if found.part is not Part.ARTICLE or _is_title(text[found.end :]):
            yield replace(block, kind=BlockKind.HEADING, level=int(found.part), text=text)
        else:
            # "Điều 5. Luật này quy định …": the article has no title, its words are its text.
            mark, words = text[: found.end], text[found.end :].strip()
            yield replace(block, kind=BlockKind.HEADING, level=int(found.part), text=mark)
            yield replace(block, kind=BlockKind.PARAGRAPH, level=0, text=words)


def _unmarked(block: DraftBlock) -> str:
    """Return the words of a block without a list's sign, which converters put anywhere."""
    return block.text.strip().lstrip("-–•*+ ")


def _is_title(words: str) -> bool:
    stripped = words.strip()
    return len(stripped) <= _MAX_TITLE_CHARS and not stripped.endswith(_ENDS_SENTENCE)


def _below(block: DraftBlock) -> DraftBlock:
    if block.text.isupper():
        return block
    return replace(block, level=max(block.level, int(Part.ARTICLE) + 1))


def _with_titles(blocks: list[DraftBlock]) -> Iterator[DraftBlock]:
    """Join "Chương I" to the title on the line after it."""
    waiting: DraftBlock | None = None
    for block in blocks:
        if waiting is not None:
            if _is_chapter_title(block):
                yield replace(waiting, text=f"{waiting.text.rstrip('.: ')}. {block.text.strip()}")
                waiting = None
                continue
            yield waiting
            waiting = None
        found = opening(block.text) if block.kind is BlockKind.HEADING else None
        bare = found is not None and not block.text[found.end :].strip()
        if bare and found is not None and found.part is not Part.ARTICLE:
            waiting = block
        else:
            yield block
    if waiting is not None:
        yield waiting


def _is_chapter_title(block: DraftBlock) -> bool:
    text = block.text.strip()
    if opening(text) is not None or len(text) > _MAX_TITLE_CHARS:
        return False
    return text.isupper() or block.kind is not BlockKind.PARAGRAPH
