"""What all pages in a browser say."""

from dataclasses import dataclass

from bot.settings import Language


@dataclass(frozen=True, slots=True)
class PageTexts:
    """The wording of one language that every page shares."""

    skip: str
    switch: str
    not_found: str
    failed: str
    busy: str
    nav: str
    nav_chat: str
    nav_corpus: str
    nav_unanswered: str
    nav_ranking: str
    nav_evaluation: str


PAGE_TEXTS: dict[Language, PageTexts] = {
    "vi": PageTexts(
        skip="Tới nội dung chính",
        switch="English",
        not_found="Không có trang này.",
        failed="Có lỗi khi mở trang này. Hãy thử lại sau ít phút.",
        busy="Đang có nhiều người dùng. Hãy thử lại sau vài giây.",
        nav="Các trang",
        nav_chat="Trò chuyện",
        nav_corpus="Tài liệu",
        nav_unanswered="Chưa trả lời được",
        nav_ranking="Vì sao xếp hạng thế",
        nav_evaluation="Đánh giá",
    ),
    "en": PageTexts(
        skip="Skip to the main part",
        switch="Tiếng Việt",
        not_found="There is no such page.",
        failed="This page could not be opened. Try again in a few minutes.",
        busy="Many people are here. Try again in a few seconds.",
        nav="Pages",
        nav_chat="Chat",
        nav_corpus="Documents",
        nav_unanswered="Unanswered",
        nav_ranking="Why this ranking",
        nav_evaluation="Evaluation",
    ),
}
