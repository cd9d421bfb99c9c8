"""Invitations: what operators and those who come with a link are told."""

from dataclasses import dataclass

from bot.settings import Language


@dataclass(frozen=True, slots=True)
class InvitingTexts:
    """The wording of one language."""

    links: str
    usage: str
    open_to_all: str
    button_copy_person: str
    button_copy_group: str
    taken_back: str
    nobody_to_take_back: str
    welcome: str
    already_in: str
    refused: str


VI = InvitingTexts(
    links=(
        "Đường dẫn mời {people} người, dùng được trong {hours} giờ:\n{person}\n\n"
        "Đường dẫn thêm tôi vào một nhóm, cũng trong {hours} giờ:\n{group}\n\n"
        "Ai có đường dẫn đều dùng được, nên chỉ gửi cho người bạn muốn mời."
    ),
    usage=(
        "/moi: đường dẫn mời 1 người.\n"
        "/moi 10: đường dẫn mời 10 người (nhiều nhất {most}).\n"
        "/moi thu-hoi SỐ: thôi cho người hoặc nhóm có số ấy dùng tôi."
    ),
    open_to_all=(
        "Ai cũng dùng được tôi, không cần mời. Cứ gửi đường dẫn này: {person}\n"
        "Để thêm tôi vào nhóm: {group}"
    ),
    button_copy_person="Chép đường dẫn mời người",
    button_copy_group="Chép đường dẫn cho nhóm",
    taken_back="{id} không dùng được tôi nữa.",
    nobody_to_take_back="{id} không có trong những nơi được mời.",
    welcome="Mời bạn vào! Cứ gõ câu hỏi, tôi sẽ tìm trong tài liệu và trích nguyên văn.",
    already_in="Bạn dùng được tôi rồi, không cần đường dẫn mời. Cứ gõ câu hỏi.",
    refused=(
        "Đường dẫn mời này không dùng được (nữa). Hãy xin người quản lý bot một đường dẫn khác."
    ),
)
EN = InvitingTexts(
    links=(
        "A link for inviting people ({people} in all), valid for {hours} hours:\n{person}\n\n"
        "A link that adds me to one group, also valid for {hours} hours:\n{group}\n\n"
        "Whoever has a link can use it, so send it only to those you mean to invite."
    ),
    usage=(
        "/moi: a link that invites 1 person.\n"
        "/moi 10: a link that invites 10 people (at most {most}).\n"
        "/moi revoke NUMBER: the person or group of that number can no longer use me."
    ),
    open_to_all=(
        "Everybody can use me without an invitation. Just send this link: {person}\n"
        "To add me to a group: {group}"
    ),
    button_copy_person="Copy the link for people",
    button_copy_group="Copy the link for a group",
    taken_back="{id} can no longer use me.",
    nobody_to_take_back="{id} is not among those who were invited.",
    welcome="Welcome! Just type a question; I search the documents and quote them word for word.",
    already_in="You can use me already, without an invitation. Just type a question.",
    refused=(
        "This invitation does not work (any more). Please ask those who run the bot for a new one."
    ),
)
_LANGUAGES: dict[Language, InvitingTexts] = {"vi": VI, "en": EN}


def inviting_texts(language: Language) -> InvitingTexts:
    """Return the wording of `language`."""
    return _LANGUAGES[language]
