"""Who may do what: every command, and every button's data, by everybody wherever they are.

A new command or button is one more row here; `tests/unit/test_rights_table.py` fails until it is.
Buttons are pressed as a doctored app does it: whether or not the message shows them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.document_pages import ASK_TO_REMOVE, LIST, REINDEX_NOW, REMOVE, SHOW, UNDO
from bot.handlers.commands import (
    ASK,
    DOCUMENTS,
    FORGET,
    HELP,
    INVITE,
    PRIVACY,
    REINDEX,
    SETTINGS,
    SOURCES,
    STATISTICS,
    WHY,
)
from bot.handlers.privacy import PRESSES as PRIVACY_PRESSES
from bot.keyboards import BACK, CONTEXT, NO, PAGE, YES
from bot.links import document_key
from bot.room_menu.presses import PREFIX as MENU
from tests.e2e.papers import FEE_SENTENCE

STRANGER, MEMBER, CHAT_ADMIN = "stranger in private", "group member", "chat admin"
OPERATOR, OPERATOR_IN_GROUP = "operator in private", "operator in group"
WHO = (STRANGER, MEMBER, CHAT_ADMIN, OPERATOR, OPERATOR_IN_GROUP)
IN_PRIVATE = (STRANGER, OPERATOR)

OPERATORS_ONLY = "Chỉ quản trị viên của bot mới dùng được lệnh này."
FILES_BY_OPERATORS_ONLY = "Chỉ quản trị viên của bot mới gửi thêm tài liệu được."
CHAT_ADMINS_ONLY = "Chỉ quản trị viên của nhóm đổi được cài đặt ở đây."
PRIVATELY = "Lệnh này tôi chỉ trả lời riêng. Mời bạn nhắn riêng cho tôi."
NOT_HERE = "Câu trả lời này cũ quá, xin hỏi lại."
CLOSED = "Bot này chỉ dành cho người được mời. Hãy xin người quản lý một đường dẫn mời."
REFUSALS = (OPERATORS_ONLY, FILES_BY_OPERATORS_ONLY, CHAT_ADMINS_ONLY, PRIVATELY, NOT_HERE, CLOSED)
SILENCE = ""

FILE, START = "a file", ("start",)


@dataclass(frozen=True)
class Did:
    """The bot did it: what it says begins with one of these."""

    beginnings: tuple[str, ...]
    may_be_silent: bool = False


@dataclass(frozen=True)
class Pressed:
    """What came of a button: what is said in passing, and what its message then begins with.

    Attributes:
        toasts: One of these is said.
        shows: "" where the message stays as it is.
    """

    toasts: tuple[str, ...] = ("",)
    shows: str = ""


Row = tuple[str | Did, str | Did, str | Did, str | Did, str | Did]
PressRow = tuple[Pressed, Pressed, Pressed, Pressed, Pressed]


def operators_alone(*beginnings: str) -> Row:
    """What only operators may do, and only where nobody reads along."""
    return (OPERATORS_ONLY, OPERATORS_ONLY, OPERATORS_ONLY, Did(beginnings), PRIVATELY)


def everybody(beginning: str, in_group: Did | None = None) -> Row:
    """What anybody may do; in a group perhaps otherwise than in private."""
    here, there = Did((beginning,)), in_group or Did((beginning,))
    return (here, there, there, here, there)


OWN_SETTINGS, GROUP_SETTINGS = Did(("Cài đặt của riêng bạn",)), Did(("Cài đặt của nhóm",))
# Nobody needs to be greeted twice in a minute.
GREETED = Did(("Chào cả nhóm!",), may_be_silent=True)

# Told to each of WHO, in that order: one of REFUSALS word for word, what was done, or nothing.
RIGHTS: Mapping[tuple[str, ...], Row] = {
    START: everybody("Chào bạn!", GREETED),
    ASK: everybody(FEE_SENTENCE),
    SOURCES: everybody("Tôi đang tìm trong 6 tài liệu:"),
    HELP: everybody("• Ở đây: gõ câu hỏi."),
    PRIVACY: everybody("Tôi giữ những gì, và trong bao lâu:"),
    FORGET: everybody("Xóa mọi điều tôi giữ về bạn:", Did(("Việc này của riêng bạn",))),
    REINDEX: operators_alone("Bắt đầu lập lại chỉ mục", "Đang lập chỉ mục rồi"),
    DOCUMENTS: operators_alone("6 tài liệu · trang 1/1"),
    STATISTICS: operators_alone("Thống kê"),
    WHY: operators_alone("Vì sao"),
    INVITE: operators_alone("Ai cũng dùng được tôi"),
    SETTINGS: (OWN_SETTINGS, CHAT_ADMINS_ONLY, GROUP_SETTINGS, OWN_SETTINGS, CHAT_ADMINS_ONLY),
    (FILE,): (FILES_BY_OPERATORS_ONLY, SILENCE, SILENCE, Did(("Đã nhận",)), SILENCE),
}

# What a stranger is told where only those who were invited may ask.
STRANGERS_AT_A_CLOSED_BOT: Mapping[tuple[str, ...], str | Did] = {
    START: CLOSED,
    ASK: CLOSED,
    SOURCES: CLOSED,
    HELP: Did(("• Ở đây: gõ câu hỏi.",)),
    PRIVACY: Did(("Tôi giữ những gì, và trong bao lâu:",)),
    FORGET: Did(("Xóa mọi điều tôi giữ về bạn:",)),
    REINDEX: OPERATORS_ONLY,
    DOCUMENTS: OPERATORS_ONLY,
    STATISTICS: OPERATORS_ONLY,
    WHY: OPERATORS_ONLY,
    INVITE: OPERATORS_ONLY,
    SETTINGS: CLOSED,
    (FILE,): FILES_BY_OPERATORS_ONLY,
}

LINK = "<link>"
"""In data: the link to the passage that is quoted."""
_KEY, _NO_KEY = document_key("thu-vien.md"), document_key("there is no such document")
_ERASE, _SPARE = PRIVACY_PRESSES


def pressed_by_operators(*toasts: str, shows: str = "") -> PressRow:
    """What only operators may press, and only where nobody reads along."""
    refused, elsewhere = Pressed((OPERATORS_ONLY,)), Pressed((NOT_HERE,))
    return (refused, refused, refused, Pressed(toasts or ("",), shows), elsewhere)


def pressed_by_all(toast: str = "", shows: str = "") -> PressRow:
    """What anybody may press who sees the message."""
    return (Pressed((toast,), shows),) * 5


def pressed_by_its_owner(shows: str) -> PressRow:
    """What is about whoever presses, in private alone; elsewhere nothing comes of it."""
    own, nothing = Pressed(shows=shows), Pressed()
    return (own, nothing, nothing, own, nothing)


_OWN_MENU, _GROUP_MENU = Pressed(shows="Cài đặt của riêng bạn"), Pressed(shows="Cài đặt của nhóm")
_NO_MENU = Pressed((CHAT_ADMINS_ONLY,))

# Data → what comes of it when each of WHO presses it under an answer of the bot's.
PRESSES: Mapping[str, PressRow] = {
    f"{PAGE}0": pressed_by_all(shows="Đoạn 1/"),
    f"{CONTEXT}{LINK}": pressed_by_all(shows="Thẻ bạn đọc\n\nThư viện mở cửa từ 7 giờ 30"),
    BACK: pressed_by_all(shows="Đoạn 1/"),
    YES: pressed_by_all("Cảm ơn bạn!"),
    NO: pressed_by_all("Cảm ơn bạn!"),
    f"{MENU}main": (_OWN_MENU, _NO_MENU, _GROUP_MENU, _OWN_MENU, _NO_MENU),
    f"{MENU}passages:2": (
        Pressed(("Đã đổi.",), "Số đoạn mỗi lần"),
        _NO_MENU,
        Pressed(("Đã đổi.",), "Số đoạn mỗi lần"),
        Pressed(("Đã đổi.",), "Số đoạn mỗi lần"),
        _NO_MENU,
    ),
    f"{LIST}0:": pressed_by_operators(shows="6 tài liệu · trang 1/1"),
    f"{SHOW}{_KEY}:0:": pressed_by_operators(
        shows="Quy chế làm việc của Thư viện Lâm Bình\nTệp: thu-vien.md"
    ),
    f"{ASK_TO_REMOVE}{_KEY}:0:": pressed_by_operators(shows="Bỏ thu-vien.md khỏi kho?"),
    f"{REMOVE}{_NO_KEY}": pressed_by_operators(shows="Tài liệu này không còn nữa."),
    f"{UNDO}{_NO_KEY}": pressed_by_operators(shows="Không còn gì để hoàn tác"),
    REINDEX_NOW: pressed_by_operators("", "Đang lập chỉ mục rồi, xin đợi."),
    # Last: it forgets what the answers above it are known by.
    _SPARE: pressed_by_its_owner("Vậy tôi không xóa gì cả."),
    _ERASE: pressed_by_its_owner("Xong."),
}

# What a stranger may press at a closed bot; of all else they are told that it is closed.
PRESSED_BY_STRANGERS: Mapping[str, Pressed] = {
    _SPARE: Pressed(shows="Vậy tôi không xóa gì cả."),
    _ERASE: Pressed(shows="Xong."),
}
