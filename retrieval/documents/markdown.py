"""Markdown → blocks of plain text, by markdown-it-py; the only importer of it."""

from markdown_it import MarkdownIt
from markdown_it.token import Token

from retrieval.documents.draft import DraftBlock
from retrieval.types import BlockKind

_PARSER = MarkdownIt("commonmark").enable("table")


def markdown_blocks(text: str) -> list[DraftBlock]:
    """Return the headings and paragraphs of `text`; emphasis, links and images become words.

    A list item is a paragraph, a table row is a paragraph with ` | ` between its cells.
    """
    blocks: list[DraftBlock] = []
    cells: list[str] | None = None
    heading_level = 0
    for token in _PARSER.parse(text):
        if token.type == "heading_open":
            heading_level = int(token.tag[1:])
        elif token.type == "heading_close":
            heading_level = 0
        elif token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            blocks.append(DraftBlock(BlockKind.PARAGRAPH, " | ".join(cells or [])))
            cells = None
        elif token.type == "inline":
            words = _plain(token)
            if cells is not None:
                cells.append(words)
            elif heading_level:
                blocks.append(DraftBlock(BlockKind.HEADING, words, heading_level))
            else:
                blocks.append(DraftBlock(BlockKind.PARAGRAPH, words))
        elif token.type in {"fence", "code_block"}:
            blocks.append(DraftBlock(BlockKind.PARAGRAPH, token.content))
    return blocks


def _plain(inline: Token) -> str:
    pieces: list[str] = []
    for child in inline.children or []:
        if child.type in {"text", "code_inline", "image"}:
            pieces.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            pieces.append(" " if child.type == "softbreak" else "\n")
    return "".join(pieces)
