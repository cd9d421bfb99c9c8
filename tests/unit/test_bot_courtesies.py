"""Greetings and thanks are told from questions."""

import pytest

from bot.courtesies import Courtesy, courtesy_in


@pytest.mark.parametrize(
    "text",
    ["Xin chào!", "xin chao", "Chào bạn ạ", "chào bot", "Hello 👋", "hi", "Hi there!"],
)
def test_a_greeting(text: str) -> None:
    """What only greets is a greeting, however it is typed."""
    assert courtesy_in(text) is Courtesy.GREETING


@pytest.mark.parametrize(
    "text", ["Cảm ơn", "cam on ban nhieu", "Xin cám ơn!", "Thank you so much", "tks ad"]
)
def test_thanks(text: str) -> None:
    """What only thanks is thanks, however it is typed."""
    assert courtesy_in(text) is Courtesy.THANKS


@pytest.mark.parametrize(
    "text",
    [
        "Chào cờ là gì?",
        "Xin chào, Đề án 06 là gì?",
        "Thư cảm ơn gửi ai?",
        "cảm ơn thầy cô",
        "High",
        "history",
        "👍",
        "",
        "hỏi",
    ],
)
def test_what_asks(text: str) -> None:
    """Whatever has another word in it is left to be answered."""
    assert courtesy_in(text) is None
