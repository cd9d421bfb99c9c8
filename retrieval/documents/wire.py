"""Drafts as they pass between the process that reads files and the one that asks for them."""

from typing import Any

from retrieval.documents.draft import Draft, DraftBlock
from retrieval.types import BlockKind


def encoded(draft: Draft) -> dict[str, Any]:
    """Return a draft as JSON has it."""
    blocks = [[b.kind.value, b.text, b.level, b.page] for b in draft.blocks]
    return {"blocks": blocks, "metadata": draft.metadata}


def draft_from(fields: dict[str, Any]) -> Draft:
    """Return the draft that `encoded` gave."""
    blocks = [
        DraftBlock(BlockKind(k), text, level, page) for k, text, level, page in fields["blocks"]
    ]
    return Draft(blocks, {str(key): str(value) for key, value in fields["metadata"].items()})
