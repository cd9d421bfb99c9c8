"""What the preview says, in the terminal and on its page."""

from dataclasses import dataclass

from bot.settings import Language


@dataclass(frozen=True, slots=True)
class PreviewTexts:
    """The wording of one language."""

    # In the terminal.
    of_corpus: str
    of_seed: str
    address: str
    next_address: str
    # To whoever is kept out.
    locked_title: str
    locked: str
    wrong_door: str
    # Who and where.
    role_newcomer: str
    role_admin: str
    role_colleague: str
    general: str
    channel: str
    joined: str
    left: str
    topic_opened: str
    something_happened: str
    deleted: str
    # On the page.
    title: str
    chats: str
    back: str
    messages: str
    composer: str
    placeholder: str
    send: str
    attach: str
    commands: str
    speaks_as: str
    start: str
    about_start: str
    examples: str
    reply: str
    edit: str
    like: str
    cancel: str
    replying: str
    editing: str
    edited: str
    via: str
    bot: str
    typing: str
    expand: str
    fold: str
    copied: str
    download: str
    inline_results: str
    inline_none: str
    no_commands: str
    pick_a_chat: str
    lost: str
    unread: str
    close: str
    link: str
    violations: str
    # What could not be done.
    refused: str
    empty: str
    too_long: str
    file_too_large: str
    not_yours: str
    button_gone: str
    message_gone: str
    no_answer: str
    failed: str


VI = PreviewTexts(
    of_corpus="Tài liệu: {corpus}. Tệp gửi lên trong trang được thêm vào đó.",
    of_seed=(
        "Ở {corpus} chưa có tài liệu nào, nên bản xem thử dùng bài viết mẫu ở {copy}. "
        "Tệp gửi lên trong trang được thêm vào đó."
    ),
    address="Mở địa chỉ này trong trình duyệt trên máy này (dùng được một lần):\n  {address}",
    next_address="Để mở trong một trình duyệt khác:\n  {address}",
    locked_title="Cần có khóa",
    locked=(
        "Trang này chỉ mở cho ai có khóa, và mỗi khóa dùng được một lần. Hãy mở địa chỉ mới nhất "
        "mà lệnh hoidap preview in ra trong cửa sổ dòng lệnh."
    ),
    wrong_door=(
        "Trang này chỉ mở từ chính nó, ở {origin}. Nếu bạn bấm vào đường dẫn ở một trang khác, "
        "hãy chép nó vào thanh địa chỉ."
    ),
    role_newcomer="người mới",
    role_admin="người quản lý",
    role_colleague="đồng nghiệp",
    general="Chung",
    channel="kênh",
    joined="{names} vào nhóm",
    left="{name} rời nhóm",
    topic_opened="{name} mở chủ đề “{topic}”",
    something_happened="Có thay đổi trong nhóm",
    deleted="Tin nhắn đã xóa",
    title="Trò chuyện",
    chats="Các cuộc trò chuyện",
    back="Về danh sách",
    messages="Tin nhắn",
    composer="Viết tin nhắn",
    placeholder="Tin nhắn",
    send="Gửi",
    attach="Gửi tệp",
    commands="Các lệnh",
    speaks_as="Nói với tư cách",
    start="Bắt đầu",
    about_start="Bot thật đang chạy trên máy này. Bấm Bắt đầu, như trong Telegram.",
    examples="Thử hỏi",
    reply="Trả lời",
    edit="Sửa",
    like="Thả 👍",
    cancel="Bỏ",
    replying="Trả lời {name}",
    editing="Sửa tin nhắn",
    edited="đã sửa",
    via="qua {bot}",
    bot="bot",
    typing="đang soạn…",
    expand="Xem hết",
    fold="Thu gọn",
    copied="Đã chép.",
    download="Tải {name}, {size}",
    inline_results="Kết quả của {bot}",
    inline_none="Không tìm thấy gì.",
    no_commands="Ở đây chưa có lệnh nào.",
    pick_a_chat="Chọn một cuộc trò chuyện.",
    lost="Mất kết nối với hoidap preview; đang thử lại…",
    unread="{count} tin mới",
    close="Đóng",
    link="Mở {link}",
    violations="Telegram sẽ bỏ qua những điều này mà không báo",
    refused="Ở đây không làm được việc này.",
    empty="Hãy viết gì đó đã.",
    too_long="Tin nhắn dài quá; hãy gửi dưới dạng tệp.",
    file_too_large="Tệp lớn quá, nhiều nhất là {limit} MB.",
    not_yours="Chỉ sửa được tin nhắn của chính mình.",
    button_gone="Nút này không còn nữa.",
    message_gone="Tin nhắn này không còn nữa.",
    no_answer="Bot chưa trả lời. Hãy thử lại.",
    failed="Không làm được; hãy xem cửa sổ dòng lệnh.",
)
EN = PreviewTexts(
    of_corpus="Documents: {corpus}. Files sent in the page are added there.",
    of_seed=(
        "There are no documents in {corpus} yet, so the preview uses the article that comes along, "
        "in {copy}. Files sent in the page are added there."
    ),
    address="Open this address in a browser on this machine (it works once):\n  {address}",
    next_address="For another browser:\n  {address}",
    locked_title="A key is needed",
    locked=(
        "This page opens only to those with a key, and each key works once. Open the newest "
        "address that hoidap preview has printed in the terminal."
    ),
    wrong_door=(
        "This page can be opened only from itself, at {origin}. If you followed a link on another "
        "page, copy it into the address bar."
    ),
    role_newcomer="newcomer",
    role_admin="admin",
    role_colleague="colleague",
    general="General",
    channel="channel",
    joined="{names} joined the group",
    left="{name} left the group",
    topic_opened="{name} opened the topic “{topic}”",
    something_happened="Something changed in the group",
    deleted="Deleted message",
    title="Chat",
    chats="Chats",
    back="Back to the list",
    messages="Messages",
    composer="Write a message",
    placeholder="Message",
    send="Send",
    attach="Send a file",
    commands="Commands",
    speaks_as="Speak as",
    start="Start",
    about_start="The real bot is running on this machine. Press Start, as in Telegram.",
    examples="Try asking",
    reply="Reply",
    edit="Edit",
    like="React with 👍",
    cancel="Cancel",
    replying="Reply to {name}",
    editing="Edit message",
    edited="edited",
    via="via {bot}",
    bot="bot ",
    typing="typing…",
    expand="Show all",
    fold="Show less",
    copied="Copied.",
    download="Download {name}, {size}",
    inline_results="Results from {bot}",
    inline_none="Nothing found.",
    no_commands="There are no commands here yet.",
    pick_a_chat="Choose a chat.",
    lost="The connection to hoidap preview is lost; trying again…",
    unread="{count} new",
    close="Close",
    link="Open {link}",
    violations="Telegram would silently ignore this",
    refused="This cannot be done here.",
    empty="Write something first.",
    too_long="This message is too long; send it as a file.",
    file_too_large="This file is too large; the most is {limit} MB.",
    not_yours="Only your own messages can be edited.",
    button_gone="This button is no longer there.",
    message_gone="This message is no longer there.",
    no_answer="The bot has not answered. Please try again.",
    failed="It did not work; see the terminal.",
)
_LANGUAGES: dict[Language, PreviewTexts] = {"vi": VI, "en": EN}


def preview_texts(language: Language) -> PreviewTexts:
    """Return the wording of `language`."""
    return _LANGUAGES[language]
