"""What a reader hands over: blocks of text and metadata, before there are any offsets."""

from dataclasses import dataclass, field

from retrieval.text import canonical_line, canonical_text
from retrieval.types import Block, BlockKind, Document


@dataclass(frozen=True, slots=True)
class DraftBlock:
    """A stretch of text in any form; `level` counts for headings, 1 outermost."""

    kind: BlockKind
    text: str
    level: int = 0


@dataclass(slots=True)
class Draft:
    """A file as its reader understood it; metadata by lower-case key."""

    blocks: list[DraftBlock] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)


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
        blocks.append(Block(block.kind, position, position + len(text), block.level))
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
    )


def _title(draft: Draft, text: str, blocks: list[Block], fallback: str) -> str:
    candidates = [draft.metadata.get("title", "")]
    for kind in (BlockKind.TITLE, BlockKind.HEADING):
        candidates += [text[b.start : b.end] for b in blocks if b.kind is kind][:1]
    candidates.append(fallback)
    title = next(filter(None, map(canonical_line, candidates)), "")
    if len(title) <= _MAX_TITLE_CHARS:
        return title
    return title[: _MAX_TITLE_CHARS - 1].rstrip() + "…"
