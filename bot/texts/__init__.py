"""Every sentence a person can read, in Vietnamese and English.

A field is a template for `str.format`; both languages have the same fields and, a test holds,
the same placeholders. Telegram texts are plain here: whoever renders them escapes them.
"""

from bot.settings import Language
from bot.texts.english import EN
from bot.texts.sentences import Sentences
from bot.texts.vietnamese import VI

__all__ = ["EN", "VI", "Sentences", "language_of", "sentences"]

_LANGUAGES: dict[Language, Sentences] = {"vi": VI, "en": EN}


def sentences(language: Language) -> Sentences:
    """Return the wording of `language`."""
    return _LANGUAGES[language]


def language_of(code: str | None, default: Language = "vi") -> Language:
    """Return the language for a Telegram `language_code`: Vietnamese, or English for all others."""
    if code is None:
        return default
    return "vi" if code.lower().startswith("vi") else "en"
