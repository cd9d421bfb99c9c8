"""What documents are known by beside their names: tags and folders, so that some can be hidden.

A label is `#` and a tag, folded (`#noi bo`), or a folder with its last slash (`luat/2024/`).
"""

from pathlib import PurePosixPath

from retrieval.text import canonical_line, fold
from retrieval.types import DocumentRef, Scope


def label_of(written: str) -> str:
    """Return the label that an operator means by `written`: a folder ends in a slash."""
    text = canonical_line(written)
    if text.endswith("/"):
        return text.lstrip("/")
    tag = fold(text.removeprefix("#")).strip()
    return f"#{tag}" if tag else ""


def labels_of(document: DocumentRef) -> frozenset[str]:
    """Return the labels of a document: its tags, and every folder that it is in."""
    folders = PurePosixPath(document.id).parents
    found = {f"{folder}/" for folder in map(str, folders) if folder != "."}
    return frozenset(found | {label for tag in document.tags if (label := label_of(f"#{tag}"))})


def is_visible(document: DocumentRef, scope: Scope) -> bool:
    """Return whether a question with this scope may see a document."""
    if scope.document and document.id != scope.document:
        return False
    if not (scope.only or scope.hidden):
        return True
    labels = labels_of(document)
    return not labels & scope.hidden and (not scope.only or bool(labels & scope.only))
