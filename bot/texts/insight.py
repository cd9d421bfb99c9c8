"""Statistics, the weekly digest, and why a question's passages rank as they do."""

from dataclasses import dataclass

from bot.settings import Language


@dataclass(frozen=True, slots=True)
class InsightTexts:
    """The wording of one language; `surface_` and `outcome_` end as the log of questions has it."""

    # statistics
    head: str
    last_week: str
    all_time: str
    nobody_asked: str
    asked: str
    slowest: str
    surface_private: str
    surface_group: str
    surface_channel: str
    surface_inline: str
    surface_guest: str
    outcome_answered: str
    outcome_missed: str
    outcome_refused: str
    outcome_overloaded: str
    outcome_deadline: str
    outcome_quota: str
    outcome_failed: str
    judgements: str
    index: str
    no_index: str
    minutes_ago: str
    hours_ago: str
    days_ago: str
    chats: str
    disk: str
    no_database: str
    missed: str
    nothing_missed: str
    words_not_kept: str
    # the weekly digest
    digest_head: str
    # why a ranking
    why_usage: str
    why_head: str
    why_index: str
    why_share: str
    why_numbers: str
    why_no_meaning: str
    why_columns: str
    why_answered: str
    why_missed: str
    why_nothing: str
    why_passage: str
    why_has: str
    why_lacks: str
    why_holds_number: str
    why_legend: str


VI = InsightTexts(
    head="Thống kê",
    last_week="7 ngày qua",
    all_time="Tất cả còn lưu",
    nobody_asked="chưa có ai hỏi",
    asked="{count} câu hỏi của {people} người",
    slowest="chậm nhất: {list}",
    surface_private="riêng",
    surface_group="nhóm",
    surface_channel="kênh",
    surface_inline="gõ @ ở nơi khác",
    surface_guest="làm khách",
    outcome_answered="trả lời được",
    outcome_missed="không thấy",
    outcome_refused="không phải câu hỏi",
    outcome_overloaded="bận quá",
    outcome_deadline="lâu quá",
    outcome_quota="hết lượt",
    outcome_failed="lỗi",
    judgements="đánh giá: 👍 {yes} · 👎 {no}",
    index="Chỉ mục {name}: {documents} tài liệu, {passages} đoạn, {size}, lập {age}",
    no_index="Chưa có chỉ mục nào.",
    minutes_ago="{count} phút trước",
    hours_ago="{count} giờ trước",
    days_ago="{count} ngày trước",
    chats="Đang ở trong: {groups} nhóm, {channels} kênh; {people} người từng nhắn riêng",
    disk="Cơ sở dữ liệu {database}; đĩa còn trống {free}",
    no_database="Cơ sở dữ liệu không dùng được, nên không có số liệu về câu hỏi.",
    missed="Hỏi mà không thấy",
    nothing_missed="Không có câu nào hỏi mà không thấy.",
    words_not_kept=(
        "Muốn biết người ta hỏi gì mà không thấy, hãy đặt HOIDAP_KEEP_QUESTIONS=30 "
        "(số ngày giữ lời câu hỏi) rồi chạy lại bot."
    ),
    digest_head="Tuần qua (từ {first} đến {last})",
    why_usage="Hãy viết câu hỏi sau lệnh, ví dụ: /kiemtra Lệ phí làm thẻ là bao nhiêu?",
    why_head="Vì sao xếp như vậy",
    why_index="chỉ mục {name}",
    why_share="điểm theo nghĩa chiếm {percent} %",
    why_numbers="số hiệu hỏi tới: {numbers}",
    why_no_meaning="không có điểm theo nghĩa, chỉ xếp theo từ",
    why_columns="từ nghĩa gộp nói câu tin",
    why_answered="Trả lời: độ tin {confidence} % đạt ngưỡng {threshold} %.",
    why_missed="Không trả lời: độ tin {confidence} % chưa đạt ngưỡng {threshold} %.",
    why_nothing="Không đoạn nào có gì chung với câu hỏi.",
    why_passage="đoạn {number}",
    why_has="có: {words}",
    why_lacks="thiếu: {words}",
    why_holds_number="đúng số hiệu (mức {level})",
    why_legend=(
        "từ: điểm theo từ (BM25) · nghĩa: độ gần nghĩa (cosin) · gộp: điểm để xếp · "
        "nói: % câu hỏi được cả đoạn nói tới · câu: % được một câu nói tới · tin: độ tin (%)"
    ),
)
EN = InsightTexts(
    head="Statistics",
    last_week="Last 7 days",
    all_time="All that is kept",
    nobody_asked="nobody has asked",
    asked="{count} questions by {people} people",
    slowest="slowest: {list}",
    surface_private="private",
    surface_group="groups",
    surface_channel="channels",
    surface_inline="inline",
    surface_guest="as a guest",
    outcome_answered="answered",
    outcome_missed="not found",
    outcome_refused="no question",
    outcome_overloaded="too busy",
    outcome_deadline="too slow",
    outcome_quota="over quota",
    outcome_failed="failed",
    judgements="feedback: 👍 {yes} · 👎 {no}",
    index="Index {name}: {documents} documents, {passages} passages, {size}, made {age}",
    no_index="There is no index yet.",
    minutes_ago="{count} minutes ago",
    hours_ago="{count} hours ago",
    days_ago="{count} days ago",
    chats="I am in {groups} groups and {channels} channels; {people} people have written to me",
    disk="Database {database}; {free} free on the disk",
    no_database="The database cannot be used, so nothing is known about questions.",
    missed="Asked and not found",
    nothing_missed="Nothing was asked and not found.",
    words_not_kept=(
        "To see what was asked and not found, set HOIDAP_KEEP_QUESTIONS=30 "
        "(days for which the words are kept) and restart the bot."
    ),
    digest_head="Last week ({first} to {last})",
    why_usage="Write the question after the command, like: /why How much is a card?",
    why_head="Why this order",
    why_index="index {name}",
    why_share="meaning counts {percent} %",
    why_numbers="document numbers asked for: {numbers}",
    why_no_meaning="no scores by meaning, ranked by words alone",
    why_columns="word mean fused said sent conf",
    why_answered="Answered: confidence {confidence} % reaches the limit of {threshold} %.",
    why_missed="Not answered: confidence {confidence} % is below the limit of {threshold} %.",
    why_nothing="No passage has anything in common with the question.",
    why_passage="paragraph {number}",
    why_has="has: {words}",
    why_lacks="lacks: {words}",
    why_holds_number="holds the document number (level {level})",
    why_legend=(
        "word: score by words (BM25) · mean: nearness in meaning (cosine) · fused: what orders "
        "them · said: % of the question said by the passage · sent: % by its best sentence · "
        "conf: confidence (%)"
    ),
)
_LANGUAGES: dict[Language, InsightTexts] = {"vi": VI, "en": EN}


def insight_texts(language: Language) -> InsightTexts:
    """Return the wording of `language`."""
    return _LANGUAGES[language]
