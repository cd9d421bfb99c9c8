"""What the pages for operators say: documents, unanswered questions, rankings, figures."""

from bot.settings import Language
from bot.texts.admin_english import EN
from bot.texts.admin_sentences import AdminTexts
from bot.texts.admin_vietnamese import VI

__all__ = ["EN", "VI", "AdminTexts", "admin_texts"]

_LANGUAGES: dict[Language, AdminTexts] = {"vi": VI, "en": EN}


def admin_texts(language: Language) -> AdminTexts:
    """Return the wording of `language`."""
    return _LANGUAGES[language]
