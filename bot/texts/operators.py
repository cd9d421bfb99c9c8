"""What operators are told: where their commands work, uploads, and what the bot did by itself."""

from dataclasses import dataclass

from bot.settings import Language


@dataclass(frozen=True, slots=True)
class OperatorTexts:
    """The wording of one language."""

    privately: str
    button_reindex: str
    upload_again: str
    upload_same_name: str
    button_remove_old: str
    watch_failed: str
    watch_unreadable: str
    database_absent: str
    database_fails: str
    database_works: str


VI = OperatorTexts(
    privately="Lệnh này tôi chỉ trả lời riêng. Mời bạn nhắn riêng cho tôi.",
    button_reindex="Lập lại chỉ mục",
    upload_again="Tệp này đã có rồi, giống hệt: {name}. Tôi không cất thêm bản nữa.",
    upload_same_name=(
        "Trước đó đã có tệp cùng tên, nên nay có cả bản cũ lẫn bản mới. "
        "Nếu bản mới thay bản cũ, bấm nút bên dưới để bỏ bản cũ."
    ),
    button_remove_old="Bỏ bản cũ {name}",
    watch_failed=(
        "Tài liệu đã thay đổi nhưng tôi không lập lại được chỉ mục, "
        "bản cũ vẫn dùng bình thường.\nLý do: {reason}"
    ),
    watch_unreadable="Tài liệu đã thay đổi, tôi đã tự lập lại chỉ mục nhưng có tệp không đọc được.",
    database_absent=(
        "Tôi không mở được cơ sở dữ liệu. Câu hỏi vẫn được trả lời, nhưng cài đặt của các nhóm, "
        "lời mời và thống kê thì không dùng được.\n"
        "Hãy chạy hoidap doctor trên máy chủ, làm theo đó rồi khởi động lại bot."
    ),
    database_fails=(
        "Cơ sở dữ liệu đang trục trặc: {reason}\n"
        "Câu hỏi vẫn được trả lời. Hãy chạy hoidap doctor trên máy chủ để biết phải làm gì."
    ),
    database_works="Cơ sở dữ liệu đã hoạt động lại.",
)
EN = OperatorTexts(
    privately="I answer this command in private only. Please write to me there.",
    button_reindex="Reindex now",
    upload_again="This very file is here already: {name}. I have not kept it twice.",
    upload_same_name=(
        "There was a file of this name before, so now both the old and the new one are here. "
        "If the new one replaces the old one, press the button below to remove the old one."
    ),
    button_remove_old="Remove the old {name}",
    watch_failed=(
        "The documents have changed but I could not reindex them; "
        "the old index keeps serving.\nReason: {reason}"
    ),
    watch_unreadable="The documents have changed; I reindexed them, but some cannot be read.",
    database_absent=(
        "I cannot open the database. Questions are answered all the same, but settings of groups, "
        "invitations and statistics cannot be used.\n"
        "Run hoidap doctor on the server, do as it says, and start the bot again."
    ),
    database_fails=(
        "The database fails: {reason}\n"
        "Questions are answered all the same. Run hoidap doctor on the server to see what to do."
    ),
    database_works="The database works again.",
)
_LANGUAGES: dict[Language, OperatorTexts] = {"vi": VI, "en": EN}


def operators_texts(language: Language) -> OperatorTexts:
    """Return the wording of `language`."""
    return _LANGUAGES[language]
