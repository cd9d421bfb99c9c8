"""The menu of commands, and what Telegram shows of the bot before anybody has written to it."""

from dataclasses import dataclass

from bot.settings import Language


@dataclass(frozen=True, slots=True)
class MenuTexts:
    """The wording of one language; a description of a command has at most 256 characters.

    `description` has at most 512, `short_description` 120.
    """

    ask: str
    sources: str
    settings: str
    privacy: str
    forget: str
    help: str
    documents: str
    reindex: str
    statistics: str
    why: str
    invite: str
    description: str
    short_description: str


VI = MenuTexts(
    ask="hỏi một câu",
    sources="các tài liệu đang có",
    settings="cài đặt",
    privacy="tôi giữ gì về bạn",
    forget="xóa mọi điều tôi giữ về bạn",
    help="cách dùng",
    documents="xem, tìm, bỏ tài liệu",
    reindex="lập lại chỉ mục",
    statistics="thống kê",
    why="vì sao câu hỏi được trả lời như vậy",
    invite="mời người dùng",
    description=(
        "Tôi trả lời câu hỏi bằng cách trích nguyên văn tài liệu, kèm nguồn để bạn kiểm tra. "
        "Tôi chỉ trích, không bịa; không tìm thấy thì nói là không tìm thấy.\n\n"
        "Bấm Bắt đầu rồi gõ câu hỏi, hoặc thêm tôi vào nhóm và nhắc tên tôi."
    ),
    short_description="Hỏi đáp bằng trích dẫn nguyên văn từ tài liệu, có nguồn.",
)
EN = MenuTexts(
    ask="ask a question",
    sources="the documents I have",
    settings="settings",
    privacy="what I keep about you",
    forget="delete all that I keep about you",
    help="how to use me",
    documents="see, find and remove documents",
    reindex="reindex the documents",
    statistics="statistics",
    why="why a question is answered as it is",
    invite="invite people",
    description=(
        "I answer questions by quoting documents word for word, with the source so that you can "
        "check. I only quote, I never make things up; when I find nothing, I say so.\n\n"
        "Press Start and type a question, or add me to a group and mention me."
    ),
    short_description="Answers by exact quotes from documents, with their sources.",
)
_LANGUAGES: dict[Language, MenuTexts] = {"vi": VI, "en": EN}


def menus_texts(language: Language) -> MenuTexts:
    """Return the wording of `language`."""
    return _LANGUAGES[language]
