"""What a group is told when the bot comes, and when it has to go."""

from dataclasses import dataclass

from bot.settings import Language


@dataclass(frozen=True, slots=True)
class MembershipTexts:
    """The wording of one language."""

    hello: str
    farewell: str
    farewell_channel: str


VI = MembershipTexts(
    hello=(
        "Chào cả nhóm! Tôi trả lời câu hỏi bằng cách trích nguyên văn tài liệu, kèm nguồn.\n"
        "Muốn hỏi: gõ /hoi rồi câu hỏi, nhắc @{username}, hoặc trả lời tin nhắn của tôi."
    ),
    farewell=(
        "Tôi chỉ phục vụ những nhóm được mời nên xin phép rời nhóm này. "
        "Muốn có tôi, hãy xin người quản lý bot một đường dẫn mời."
    ),
    farewell_channel=(
        "Tôi chỉ phục vụ những nơi được mời nên đã rời kênh “{title}”. "
        "Muốn có tôi ở đó, hãy xin người quản lý bot thêm tôi vào."
    ),
)
EN = MembershipTexts(
    hello=(
        "Hello everyone! I answer questions by quoting documents word for word, with the source.\n"
        "To ask: type /hoi and a question, mention @{username}, or reply to one of my messages."
    ),
    farewell=(
        "I only serve groups that were invited, so I am leaving this one. "
        "To have me here, please ask those who run the bot for an invitation."
    ),
    farewell_channel=(
        "I only serve places that were invited, so I have left the channel “{title}”. "
        "To have me there, please ask those who run the bot to add me."
    ),
)
_LANGUAGES: dict[Language, MembershipTexts] = {"vi": VI, "en": EN}


def membership_texts(language: Language) -> MembershipTexts:
    """Return the wording of `language`."""
    return _LANGUAGES[language]
