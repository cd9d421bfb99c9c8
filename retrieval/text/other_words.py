"""What the words of a question may also be called: abbreviated, spelled out, or translated."""

from retrieval.text.abbreviations import expansions
from retrieval.text.quantities import quantities
from retrieval.text.synonyms import Synonyms
from retrieval.text.translations import translate


def other_words(question: str) -> list[Synonyms]:
    """Return the other names of words in canonical `question`."""
    found = [*expansions(question), *quantities(question), *translate(question)]
    return [word for word in found if word.ways]
