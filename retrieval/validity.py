"""Whether a document still holds."""

from datetime import date

from retrieval.types import DocumentRef


def has_lapsed(document: DocumentRef, today: str | None = None) -> bool:
    """Return whether another document holds in its place, or its time is over.

    Args:
        document: The document.
        today: ISO 8601; None for the day on which it is asked.
    """
    if document.in_force_to is None:
        return document.replaced_by is not None
    return document.in_force_to < (today or date.today().isoformat())
