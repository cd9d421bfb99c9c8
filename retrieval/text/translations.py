"""What the words of a question are called in the other language, Vietnamese or English.

The table was learned by `python -m retrieval.training.translations` (DESIGN.md names its
sources). It serves the search by words; the model has its own idea of both languages.
"""

from functools import cache
from importlib.resources import files

from retrieval.text.asking import is_question_word
from retrieval.text.language import is_vietnamese
from retrieval.text.spelling import syllable_key
from retrieval.text.synonyms import Synonyms, Way, way
from retrieval.text.terms import words

_FILE = "translations.tsv"
_LONGEST = 4
"""Syllables of the longest Vietnamese entry that is looked for."""

# Endings of English words and what stands in their place in the table, most likely first.
_ENDINGS = (
    ("ies", ("y", "ie")),
    ("es", ("", "e")),
    ("s", ("",)),
    ("ied", ("y",)),
    ("ed", ("", "e")),
    ("ing", ("", "e")),
    ("ly", ("",)),
)


def translate(question: str) -> list[Synonyms]:
    """Return the words of canonical `question` that the table knows, in order."""
    return _from_vietnamese(question) if is_vietnamese(question) else _from_english(question)


def _from_english(question: str) -> list[Synonyms]:
    table = _tables()[0]
    found = []
    for word in words(question):
        if not is_question_word(word, accented=False):
            entry = next((table[form] for form in plain_forms(word) if form in table), None)
            if entry:
                found.append(Synonyms((syllable_key(word),), _ways(entry)))
    return found


def plain_forms(word: str) -> list[str]:
    """Return an English word and what it may be without its ending, most likely first."""
    forms = [word]
    for ending, stems in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 2:
            stem = word.removesuffix(ending)
            forms += [stem + rest for rest in stems]
            if len(stem) > 3 and stem[-1] == stem[-2]:
                forms.append(stem[:-1])
    return forms


def _from_vietnamese(question: str) -> list[Synonyms]:
    table = _tables()[1]
    keys = [syllable_key(word) for word in words(question)]
    found, at = [], 0
    while at < len(keys):
        size = min(_LONGEST, len(keys) - at)
        while size > 1 and " ".join(keys[at : at + size]) not in table:
            size -= 1
        part = tuple(keys[at : at + size])
        entry = table.get(" ".join(part))
        if entry and not (size == 1 and is_question_word(part[0], accented=True)):
            found.append(Synonyms(part, _ways(entry)))
        at += size
    return found


@cache
def _tables() -> tuple[dict[str, str], dict[str, str]]:
    """Return English word → Vietnamese, and Vietnamese keys joined by spaces → English.

    What is said is kept as it is written in the file: few entries are ever asked for.
    """
    english: dict[str, str] = {}
    vietnamese: dict[str, str] = {}
    for line in (files(__package__) / _FILE).read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        language, entry, said = line.split("\t")
        if language == "en":
            english[entry] = said
        else:
            vietnamese[" ".join(syllable_key(word) for word in entry.split())] = said
    return english, vietnamese


def _ways(said: str) -> tuple[Way, ...]:
    return tuple(_way(part) for part in said.split("; "))


def _way(part: str) -> Way:
    phrase, _, percent = part.rpartition(" ")
    return way(phrase, int(percent) / 100)
