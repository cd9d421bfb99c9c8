"""What the words of a question may also be called: abbreviated, spelled out, or translated."""

from retrieval.text.abbreviations import expansions
from retrieval.text.synonyms import Synonyms
from retrieval.text.translations import translate


def other_words(question: str) -> list[Synonyms]:
    """Return the other names of words in canonical `question`."""
    return [*expansions(question), *translate(question)]
