"""What the pages say in which documents are read and searched."""

from dataclasses import dataclass

from bot.settings import Language


@dataclass(frozen=True, slots=True)
class ReaderTexts:
    """The wording of one language."""

    # a document
    contents: str
    contents_part: str
    document: str
    about: str
    source: str
    publisher: str
    date: str
    in_force_from: str
    in_force_to: str
    replaced_by: str
    lapsed: str
    passages: str
    window: str
    earlier: str
    later: str
    page: str
    cited: str
    changed: str
    beginning: str
    # searching
    search: str
    search_label: str
    search_button: str
    found: str
    no_answer: str
    nearest: str
    open: str
    answering: str
    words_only: str
    understood: str
    hint: str
    # what cannot be shown
    gone: str
    gone_told: str
    locked: str
    locked_told: str
    closed: str
    closed_told: str
    no_index: str
    busy: str
    no_page: str
    no_page_told: str
    failed: str


VI = ReaderTexts(
    contents="Mục lục",
    contents_part="Mục lục này chỉ gồm các mục gần chỗ đang đọc.",
    document="Nội dung tài liệu",
    about="Về tài liệu này",
    source="Nguồn",
    publisher="Nơi ban hành",
    date="Ngày",
    in_force_from="Có hiệu lực từ",
    in_force_to="Có hiệu lực đến",
    replaced_by="Được thay thế bởi",
    lapsed="Tài liệu này đã hết hiệu lực.",
    passages="Số đoạn",
    window="Đoạn {first}–{last} trong {count} đoạn",
    earlier="▴ Phần trước",
    later="Phần sau ▾",
    page="trang {number}",
    cited="Đoạn được trích dẫn",
    changed="Tài liệu đã đổi từ khi được trích dẫn: đây là đoạn gần nhất với chỗ cũ.",
    beginning="Từ đầu tài liệu",
    search="Tìm trong tài liệu",
    search_label="Câu hỏi hoặc từ khóa",
    search_button="Tìm",
    found="Kết quả cho “{question}”",
    no_answer="Không tìm thấy câu trả lời trong {documents} tài liệu.",
    nearest="Đoạn gần nhất, có thể không đúng ý bạn:",
    open="Mở trong tài liệu",
    answering="Câu trả lời",
    words_only="Đang tạm tìm theo từ, có thể sót.",
    understood="Hiểu là: {question}",
    hint="Hỏi như khi nhắn cho bot; gõ không dấu cũng được.",
    gone="Tài liệu không còn",
    gone_told="Tài liệu này không còn trong kho tài liệu. Hãy hỏi lại bot để có nguồn hiện nay.",
    locked="Không mở được bằng địa chỉ này",
    locked_told="Tài liệu không còn, hoặc chỉ mở được bằng địa chỉ mà bot đưa trong vòng bảy ngày. "
    "Hãy hỏi lại bot rồi bấm “📖 Mở trong tài liệu”.",
    closed="Không có trang tìm kiếm",
    closed_told="Bot này chỉ dành cho người được mời: hãy hỏi bot trong Telegram.",
    no_index="Chưa có tài liệu nào để đọc.",
    busy="Đang có nhiều người tìm. Hãy thử lại sau vài giây.",
    no_page="Không có trang này",
    no_page_told="Địa chỉ bị thiếu hoặc sai. Hãy mở lại từ nút “📖 Mở trong tài liệu” của bot.",
    failed="Có lỗi khi mở trang này. Hãy thử lại sau ít phút.",
)
EN = ReaderTexts(
    contents="Contents",
    contents_part="These contents are only those near where you read.",
    document="Text of the document",
    about="About this document",
    source="Source",
    publisher="Publisher",
    date="Date",
    in_force_from="In force from",
    in_force_to="In force until",
    replaced_by="Replaced by",
    lapsed="This document is no longer in force.",
    passages="Passages",
    window="Passages {first}–{last} of {count}",
    earlier="▴ Earlier",
    later="Later ▾",
    page="page {number}",
    cited="The passage that is cited",
    changed="The document has changed since it was cited: this is the passage nearest to there.",
    beginning="From the beginning",
    search="Search the documents",
    search_label="A question or keywords",
    search_button="Search",
    found="Found for “{question}”",
    no_answer="No answer found in {documents} documents.",
    nearest="The nearest passage, which may not be what you meant:",
    open="Open in the document",
    answering="The answer",
    words_only="Searching by words alone for now; some may be missed.",
    understood="Understood as: {question}",
    hint="Ask as you would ask the bot.",
    gone="This document is gone",
    gone_told="It is no longer among the documents. Ask the bot again for a source of today.",
    locked="This address opens nothing",
    locked_told="The document is gone, or it opens only by an address that the bot gave within the "
    "last seven days. Ask the bot again and press “📖 Open in the document”.",
    closed="There is no search page",
    closed_told="This bot is for invited people alone: ask it in Telegram.",
    no_index="There are no documents to read yet.",
    busy="Many people are searching. Try again in a few seconds.",
    no_page="There is no such page",
    no_page_told="The address is cut short or wrong. Open it again from the bot's button "
    "“📖 Open in the document”.",
    failed="This page could not be opened. Try again in a few minutes.",
)
_LANGUAGES: dict[Language, ReaderTexts] = {"vi": VI, "en": EN}


def reader_texts(language: Language) -> ReaderTexts:
    """Return the wording of `language`."""
    return _LANGUAGES[language]
