"""What the settings menu of a chat says."""

from dataclasses import dataclass

from bot.settings import Language


@dataclass(frozen=True, slots=True)
class RoomMenuTexts:
    """The wording of the menu, in one language; names of settings are keys of its fields."""

    # who may, and what can go wrong
    admins_only: str
    admins_as_themselves: str
    operators_only: str
    store_failed: str
    menu_old: str
    label_gone: str
    changed: str
    closed: str
    # the main page
    title_private: str
    title_group: str
    title_topic: str
    note_private: str
    note_group: str
    note_forum: str
    note_topic: str
    line: str
    line_inherited: str
    button_back: str
    button_close: str
    button_reset: str
    button_inherit: str
    # what can be set, and what that means
    name_speaks: str
    name_language: str
    name_shows: str
    name_passages: str
    name_quiet: str
    name_strictness: str
    name_quota: str
    name_comments: str
    about_speaks: str
    about_language: str
    about_language_private: str
    about_shows: str
    about_passages: str
    about_quiet: str
    about_strictness: str
    about_quota: str
    about_comments: str
    # values
    speaks_called: str
    speaks_questions: str
    speaks_unheard: str
    language_asker: str
    language_own: str
    language_vi: str
    language_en: str
    passages_auto: str
    passages_number: str
    strictness_usual: str
    strictness_strict: str
    quota_none: str
    quota_number: str
    comments_no: str
    comments_yes: str
    # quiet hours
    quiet_off: str
    quiet_hours: str
    quiet_other: str
    quiet_choose_from: str
    quiet_choose_until: str
    # documents
    shows_all: str
    shows_some: str
    shows_more: str
    shows_by_operator: str
    shows_none_left: str
    no_labels: str
    button_all: str
    button_locked: str
    about_locked: str
    about_locked_group: str
    locked_open: str
    # starting over
    ask_reset: str
    ask_reset_topic: str
    reset_keeps_opened: str
    button_reset_yes: str
    button_reset_no: str


VI = RoomMenuTexts(
    admins_only="Chỉ quản trị viên của nhóm đổi được cài đặt ở đây.",
    admins_as_themselves=(
        "Chỉ quản trị viên của nhóm đổi được cài đặt ở đây. "
        "Bạn đang nói nhân danh một kênh; hãy viết bằng tên của mình."
    ),
    operators_only="Chỉ người vận hành bot mở hay đóng được tài liệu hạn chế.",
    store_failed="Chưa đổi được vì cơ sở dữ liệu đang trục trặc. Xin thử lại sau ít phút.",
    menu_old="Bảng cài đặt này cũ rồi; hãy gõ /caidat để mở bảng mới.",
    label_gone="Nhãn này không còn nữa; bảng vừa được làm mới.",
    changed="Đã đổi.",
    closed="Đã đóng bảng cài đặt. Gõ /caidat để mở lại.",
    title_private="Cài đặt của riêng bạn",
    title_group="Cài đặt của nhóm này",
    title_topic="Cài đặt của chủ đề này",
    note_private="Chỉ có hiệu lực khi bạn hỏi riêng ở đây.",
    note_group="Bấm vào mục muốn đổi. Chỉ quản trị viên đổi được.",
    note_forum="Chủ đề nào không đặt riêng thì theo những gì ghi ở đây.",
    note_topic="Mục nào không đặt riêng thì theo cả nhóm.",
    line="{name}: {value}",
    line_inherited="{name}: {value} (theo nhóm)",
    button_back="◂ Quay lại",
    button_close="Đóng",
    button_reset="Về như mọi nơi",
    button_inherit="Theo cả nhóm",
    name_speaks="Khi nào lên tiếng",
    name_language="Ngôn ngữ",
    name_shows="Tài liệu",
    name_passages="Số đoạn mỗi lần",
    name_quiet="Giờ yên lặng",
    name_strictness="Độ chắc chắn",
    name_quota="Số câu mỗi người",
    name_comments="Bình luận bài của kênh",
    about_speaks=(
        "Tôi luôn trả lời khi được gọi tên, được trả lời lại, hay bằng /hoi. "
        "Tôi có thể lên tiếng cả khi ai đó rõ ràng đang hỏi và tôi rất chắc câu trả lời."
    ),
    about_language="Tôi nói tiếng gì ở đây. Đoạn trích thì luôn giữ nguyên văn.",
    about_language_private="Tôi nói tiếng gì với bạn. Đoạn trích thì luôn giữ nguyên văn.",
    about_shows=(
        "Tôi tìm trong những tài liệu có nhãn được chọn (✅). "
        "Không chọn nhãn nào thì tìm trong tất cả."
    ),
    about_passages="Mỗi câu trả lời cho xem bao nhiêu đoạn trích cùng lúc.",
    about_quiet=(
        "Trong giờ này tôi chỉ nói khi được gọi, và gửi không kèm tiếng báo. "
        "Bây giờ là {clock} theo giờ của tôi."
    ),
    about_strictness=(
        "Chặt chẽ: chỉ khi khá chắc tôi mới coi là câu trả lời, còn lại tôi nói không tìm thấy."
    ),
    about_quota="Mỗi người được hỏi tối đa bao nhiêu câu một ngày ở đây.",
    about_comments=(
        "Khi bài đăng của kênh liên kết là một câu hỏi và tôi rất chắc câu trả lời, "
        "tôi trả lời ở phần bình luận."
    ),
    speaks_called="chỉ khi được gọi",
    speaks_questions="cả khi thấy rõ là câu hỏi",
    speaks_unheard=(
        "⚠️ Hiện Telegram chỉ cho tôi thấy tin nhắn gọi tôi. Để tôi nghe được mọi câu hỏi, "
        "hãy cho tôi làm quản trị viên của nhóm, hoặc tắt Group Privacy ở @BotFather."
    ),
    language_asker="theo người hỏi",
    language_own="theo Telegram của bạn",
    language_vi="Tiếng Việt",
    language_en="Tiếng Anh (English)",
    passages_auto="tự chọn",
    passages_number="{count} đoạn",
    strictness_usual="bình thường",
    strictness_strict="chặt chẽ",
    quota_none="không giới hạn",
    quota_number="{count} câu một ngày",
    comments_no="không",
    comments_yes="có",
    quiet_off="không có",
    quiet_hours="từ {begin} giờ đến {end} giờ",
    quiet_other="Giờ khác…",
    quiet_choose_from="Yên lặng từ mấy giờ?",
    quiet_choose_until="Yên lặng từ {begin} giờ đến mấy giờ?",
    shows_all="tất cả ({documents})",
    shows_some="{labels} ({documents} tài liệu)",
    shows_more="và {count} nhãn khác",
    shows_by_operator="{count} nhãn do người vận hành chọn",
    shows_none_left="⚠️ Với lựa chọn này không có tài liệu nào để tìm.",
    no_labels="Các tài liệu chưa có nhãn hay thư mục nào để chọn.",
    button_all="Tất cả tài liệu",
    button_locked="🔒 Tài liệu hạn chế",
    about_locked=(
        "🔒 không tìm ở đây · 🔓 được tìm ở đây như các tài liệu khác · "
        "✅ được tìm, và nằm trong các nhãn đã chọn. Chỉ người vận hành bot đổi được."
    ),
    about_locked_group="⚠️ Cả nhóm đang nhìn thấy trang này.",
    locked_open="🔓 {count} nhãn hạn chế đang mở ở đây.",
    ask_reset="Bỏ mọi cài đặt ở đây và về như mọi nơi?",
    ask_reset_topic="Bỏ mọi cài đặt riêng của chủ đề này và theo cả nhóm?",
    reset_keeps_opened="Tài liệu hạn chế mà người vận hành đã mở hay đóng thì vẫn giữ nguyên.",
    button_reset_yes="Đúng, bỏ hết",
    button_reset_no="Thôi, giữ nguyên",
)

EN = RoomMenuTexts(
    admins_only="Only administrators of this group can change its settings.",
    admins_as_themselves=(
        "Only administrators of this group can change its settings. "
        "You are writing in the name of a channel; please write as yourself."
    ),
    operators_only="Only whoever runs the bot can open or close restricted documents.",
    store_failed="Not changed: the database has a problem. Please try again in a few minutes.",
    menu_old="This menu is out of date; send /settings to open a new one.",
    label_gone="This label is no longer there; the menu has been refreshed.",
    changed="Changed.",
    closed="The settings are closed. Send /settings to open them again.",
    title_private="Your own settings",
    title_group="Settings of this group",
    title_topic="Settings of this topic",
    note_private="They hold when you ask here in private.",
    note_group="Press what you want to change. Only administrators can.",
    note_forum="A topic that sets nothing of its own follows what is set here.",
    note_topic="What is not set for the topic follows the whole group.",
    line="{name}: {value}",
    line_inherited="{name}: {value} (as the group)",
    button_back="◂ Back",
    button_close="Close",
    button_reset="As everywhere",
    button_inherit="As the whole group",
    name_speaks="When to speak",
    name_language="Language",
    name_shows="Documents",
    name_passages="Passages at once",
    name_quiet="Quiet hours",
    name_strictness="How sure to be",
    name_quota="Questions per person",
    name_comments="Comments on channel posts",
    about_speaks=(
        "I always answer when I am mentioned, replied to, or asked by /hoi. "
        "I can also speak up when somebody clearly asks and I am very sure of the answer."
    ),
    about_language="Which language I speak here. Quotes always stay word for word.",
    about_language_private="Which language I speak with you. Quotes always stay word for word.",
    about_shows=(
        "I search the documents with a chosen label (✅). With none chosen I search all of them."
    ),
    about_passages="How many quotes an answer shows at once.",
    about_quiet=(
        "In these hours I only speak when I am called, and without a sound. "
        "It is {clock} now by my clock."
    ),
    about_strictness=(
        "Strict: only what I am rather sure of counts as an answer; else I say I found none."
    ),
    about_quota="How many questions each person may ask here in a day.",
    about_comments=(
        "When a post of the linked channel asks something and I am very sure of the answer, "
        "I give it in the comments."
    ),
    speaks_called="only when called",
    speaks_questions="also when it is clearly a question",
    speaks_unheard=(
        "⚠️ For now Telegram shows me only what calls me. To let me hear every question, make me "
        "an administrator of the group, or turn Group Privacy off at @BotFather."
    ),
    language_asker="that of whoever asks",
    language_own="as your Telegram",
    language_vi="Vietnamese (Tiếng Việt)",
    language_en="English",
    passages_auto="automatic",
    passages_number="{count}",
    strictness_usual="usual",
    strictness_strict="strict",
    quota_none="no limit",
    quota_number="{count} a day",
    comments_no="no",
    comments_yes="yes",
    quiet_off="none",
    quiet_hours="from {begin}:00 to {end}:00",
    quiet_other="Other hours…",
    quiet_choose_from="Quiet from which hour?",
    quiet_choose_until="Quiet from {begin}:00 until which hour?",
    shows_all="all ({documents})",
    shows_some="{labels} ({documents} documents)",
    shows_more="and {count} more labels",
    shows_by_operator="{count} labels chosen by whoever runs the bot",
    shows_none_left="⚠️ With this choice there is no document to search.",
    no_labels="The documents have no tags or folders to choose from yet.",
    button_all="All documents",
    button_locked="🔒 Restricted documents",
    about_locked=(
        "🔒 not searched here · 🔓 searched here like any other · "
        "✅ searched, and among the chosen labels. Only whoever runs the bot can change this."
    ),
    about_locked_group="⚠️ The whole group can see this page.",
    locked_open="🔓 {count} restricted labels are open here.",
    ask_reset="Drop all settings here and be as everywhere?",
    ask_reset_topic="Drop all the settings of this topic and follow the whole group?",
    reset_keeps_opened=(
        "Restricted documents that whoever runs the bot has opened or closed stay as they are."
    ),
    button_reset_yes="Yes, drop them",
    button_reset_no="No, keep them",
)

_LANGUAGES: dict[Language, RoomMenuTexts] = {"vi": VI, "en": EN}


def room_menu_texts(language: Language) -> RoomMenuTexts:
    """Return the wording of `language`."""
    return _LANGUAGES[language]
