"""The statement on privacy says what a bot with its settings does, and nothing else."""

from pathlib import Path

import pytest

from bot.handlers.privacy import statement
from bot.settings import Settings
from bot.texts.privacy import EN, VI, PrivacyTexts


def told(say: PrivacyTexts, *, words: int = 0, days: int = 365, closed: bool = False) -> str:
    """The statement of a bot with these settings."""
    settings = Settings(
        corpus=Path("corpus"),
        data=Path("data"),
        model=None,
        admins=frozenset(),
        language="vi",
        api_base="https://x",
        closed=closed,
        keep_questions_days=words,
        retention_days=days,
    )
    return statement(settings, say)


@pytest.mark.parametrize("say", [VI, EN], ids=["vi", "en"])
def test_whether_words_are_kept(say: PrivacyTexts) -> None:
    """Words are said to be kept, and seen by operators, where they are and only there."""
    without, with_words = told(say), told(say, words=30)
    assert say.words_not_kept in without
    assert say.who_sees_words not in without
    assert say.words_kept.format(days=30) in with_words
    assert say.who_sees_words in with_words
    assert say.words_not_kept not in with_words


@pytest.mark.parametrize("say", [VI, EN], ids=["vi", "en"])
def test_for_how_long(say: PrivacyTexts) -> None:
    """The days are those of the settings; words are not said to outlive the rest."""
    text = told(say, words=30, days=7)
    assert say.words_kept.format(days=7) in text
    assert say.retention.format(days=7) in text
    assert "30" not in text


@pytest.mark.parametrize("say", [VI, EN], ids=["vi", "en"])
def test_who_was_invited(say: PrivacyTexts) -> None:
    """A closed bot says that it keeps who was invited, an open one does not."""
    assert say.invited in told(say, closed=True)
    assert say.invited not in told(say)


@pytest.mark.parametrize("say", [VI, EN], ids=["vi", "en"])
def test_one_message_is_enough(say: PrivacyTexts) -> None:
    """The longest statement fits into one message, and ends with how to delete everything."""
    text = told(say, words=30, closed=True)
    assert len(text) < 4_096
    assert text.endswith("/xoadulieu")
