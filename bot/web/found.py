"""What a search has found, as a page shows it."""

from dataclasses import dataclass

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
    sentence, quote = citation.sentence, citation.quote
    first = 0 if sentence is None else sentence.start - citation.start
    last = 0 if sentence is None else sentence.end - citation.start
    place = [citation.clause, *place_parts(citation, say)]
    return FoundPassage(
        address=prefix + passage_path(citation),
        title=citation.document.title,
        place=", ".join(filter(None, place)),
        lapsed=citation.lapsed,
        before=quote[:first],
        marked=quote[first:last],
        after=quote[last:],
    )
