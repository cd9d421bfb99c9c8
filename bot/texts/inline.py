"""What is said where the bot is asked by name in any chat: inline, and as a guest."""

from dataclasses import dataclass

from bot.settings import Language


@dataclass(frozen=True, slots=True)
class InlineTexts:
    """The wording of one language; all but the last are short, for a button or a list."""

    usage: str
    closed: str
    missed: str
    perhaps: str
    words_only: str
    too_long: str
    busy: str
    no_index: str
    failed: str
    guest_usage: str


VI = InlineTexts(
    usage="Gõ câu hỏi sau @{username}, hoặc bấm để hỏi riêng",
    closed="Bot này chỉ dành cho người được mời",
    missed="Không thấy câu trả lời trong {documents} tài liệu",
    perhaps="Gần nhất, có thể không đúng ý: {text}",
    words_only="Đang tạm tìm theo từ, có thể sót",
    too_long="Câu hỏi dài quá, xin rút gọn",
    busy="Đang bận, xin gõ lại sau giây lát",
    no_index="Chưa có tài liệu nào để tìm",
    failed="Có lỗi ở phía tôi, xin gõ lại sau",
    guest_usage="Hãy viết câu hỏi sau tên tôi, ví dụ: @{username} Đề án 06 là gì?",
)
EN = InlineTexts(
    usage="Type a question after @{username}, or ask in private",
    closed="This bot is for invited people alone",
    missed="No answer found in {documents} documents",
    perhaps="Nearest, may not be what you asked: {text}",
    words_only="Searching by words only for now, some may be missed",
    too_long="This question is too long; please shorten it",
    busy="Busy; please type it again in a moment",
    no_index="There are no documents to search yet",
    failed="Something failed here; please type it again later",
    guest_usage="Write your question after my name, like: @{username} What is Project 06?",
)
_LANGUAGES: dict[Language, InlineTexts] = {"vi": VI, "en": EN}


def inline_texts(language: Language) -> InlineTexts:
    """Return the wording of `language`."""
    return _LANGUAGES[language]
