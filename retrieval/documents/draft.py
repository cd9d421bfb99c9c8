"""What a reader hands over: blocks of text and metadata, before there are any offsets."""

from dataclasses import dataclass, field, replace

from retrieval.text import canonical_line, canonical_text
from retrieval.text.clauses import opening
from retrieval.types import Block, BlockKind, Document


@dataclass(frozen=True, slots=True)
class DraftBlock:
    """A stretch of text in any form.

    Attributes:
        level: Of a heading, 1 outermost.
        page: Where it begins, from 1; 0 where there are no pages.
    """

    kind: BlockKind
    text: str
    level: int = 0
    page: int = 0

    def with_text(self, text: str) -> "DraftBlock":
        """Return the same block with other words."""
        return self if text == self.text else replace(self, text=text)

    def as_paragraph(self) -> "DraftBlock":
        """Return the same words as a paragraph."""
        return replace(self, kind=BlockKind.PARAGRAPH, level=0)


@dataclass(slots=True)
class Draft:
    """A file as its reader understood it; metadata by lower-case key."""

    blocks: list[DraftBlock] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)


def tidy_text(text: str) -> str:
    """Return `text` with single spaces and no empty line; for readers to judge by.

    Unlike `canonical_text` it removes no letter: in old fonts an invisible one is `ư`.
    """
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(filter(None, lines))


def tidy_line(text: str) -> str:
    """Return `tidy_text` on one line."""
    return " ".join(text.split())


_MAX_TITLE_CHARS = 200
_SEPARATOR = "\n\n"


def assemble(draft: Draft, document_id: str, fallback_title: str) -> Document:
    """Return the Document whose text is the draft's blocks in canonical form.

    The title is the metadata's, else the first title block's, else the first heading's, else
    `fallback_title`, which may be "" where a document has no name either.
    """
    parts: list[str] = []
    blocks: list[Block] = []
    position = 0
    for block in draft.blocks:
        text = canonical_text(block.text)
        if not text:
            continue
        blocks.append(Block(block.kind, position, position + len(text), block.level, block.page))
        parts.append(text)
        position += len(text) + len(_SEPARATOR)
    whole = _SEPARATOR.join(parts)
    # Composing across a seam could shift offsets; a seam is white space, so it cannot.
    return Document(
        id=document_id,
        title=_title(draft, whole, blocks, fallback_title),
        source=draft.metadata.get("source") or None,
        text=whole,
        blocks=tuple(blocks),
        publisher=draft.metadata.get("publisher") or None,
        date=draft.metadata.get("date") or None,
        tags=tuple(filter(None, map(str.strip, draft.metadata.get("tags", "").split(",")))),
        in_force_from=draft.metadata.get("in_force_from") or None,
        in_force_to=draft.metadata.get("in_force_to") or None,
        replaced_by=draft.metadata.get("replaced_by") or None,
    )


def _title(draft: Draft, text: str, blocks: list[Block], fallback: str) -> str:
    candidates = [draft.metadata.get("title", "")]
    for kind in (BlockKind.TITLE, BlockKind.HEADING):
        lines = [text[b.start : b.end] for b in blocks if b.kind is kind]
        # Nothing is called "Chương I": a text that begins so has lost its name.
        candidates += [line for line in lines[:1] if opening(line) is None]
    candidates.append(fallback)
    title = next(filter(None, map(canonical_line, candidates)), "")
    if len(title) <= _MAX_TITLE_CHARS:
        return title
    return title[: _MAX_TITLE_CHARS - 1].rstrip() + "…"
