"""What a search has found, as a page shows it."""

from dataclasses import dataclass

from bot.links import KeptPassage
from bot.places import place_parts
from bot.reader_links import passage_path
from bot.texts import Sentences
from retrieval.types import Citation


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A citation: where it leads, where it is from, and its words around the marked ones."""

    address: str
    title: str
    place: str
    lapsed: bool
    before: str
    marked: str
    after: str


def found_of(citation: Citation, say: Sentences, prefix: str) -> FoundPassage:
    """Return how a citation is shown; its address begins with `prefix`."""
    quote, kept = citation.quote, KeptPassage.of(citation)
    place = [citation.clause, *place_parts(citation, say)]
    return FoundPassage(
        address=prefix + passage_path(citation),
        title=citation.document.title,
        place=", ".join(filter(None, place)),
        lapsed=citation.lapsed,
        before=quote[: kept.first],
        marked=quote[kept.first : kept.last],
        after=quote[kept.last :],
    )
