"""Where a citation stands, in words: the parts that chats and terminals show in their own ways."""

from bot.texts import Sentences
from retrieval.types import Citation


def place_parts(citation: Citation, say: Sentences) -> list[str]:
    """Return what follows the title of a citation: headings, page, paragraph, date, validity."""
    parts = []
    if citation.heading and not citation.clause:
        parts.append(citation.heading)
    if citation.page:
        parts.append(say.page.format(number=citation.page))
    parts.append(say.passage.format(number=citation.passage))
    if citation.document.date:
        parts.append(citation.document.date)
    return parts + _validity(citation, say)


def _validity(citation: Citation, say: Sentences) -> list[str]:
    if not citation.lapsed:
        return []
    until, successor = citation.document.in_force_to, citation.document.replaced_by
    parts = [say.lapsed_on.format(date=until) if until else say.lapsed]
    return parts + ([say.replaced_by.format(title=successor)] if successor else [])
