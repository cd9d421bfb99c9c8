"""Every sentence a person can read, in Vietnamese and English.

A field is a template for `str.format`; both languages have the same fields and, a test holds,
the same placeholders. Telegram texts are plain here: whoever renders them escapes them.
"""

from dataclasses import dataclass

from bot.settings import Language


@dataclass(frozen=True, slots=True)
class Sentences:
    """All the wording of one language."""

    # answers
    passage: str
    source: str
    confidence: str
    degraded: str
    understood: str
    miss: str
    nearest: str
    # questions that cannot be searched
    query_empty: str
    query_too_long: str
    overloaded: str
    deadline: str
    no_index: str
    failed: str
    only_text: str
    # commands
    start: str
    help: str
    group_usage: str
    unknown_command: str
    sources_head: str
    sources_more: str
    # reindexing
    admins_only: str
    reindex_started: str
    reindex_busy: str
    reindex_stage: str
    stage_read: str
    stage_embed: str
    stage_index: str
    stage_publish: str
    reindex_done: str
    reindex_unchanged: str
    reindex_failed: str
    reindex_died: str
    reindex_corrupt: str
    reindex_interrupted: str
    failed_documents: str
    failed_more: str
    # what is wrong with a document: retrieval.errors.Fault, one field each
    fault_no_folder: str
    fault_no_documents: str
    fault_none_readable: str
    fault_unreadable: str
    fault_too_large: str
    fault_not_utf8: str
    fault_binary: str
    fault_empty: str
    fault_bad_header: str
    fault_no_question_set: str
    fault_no_questions: str
    fault_nowhere: str
    fault_no_run: str
    # menu
    command_ask: str
    command_sources: str
    command_help: str
    command_reindex: str
    # command line
    cli_indexing: str
    cli_index_stale: str
    cli_fallback: str
    cli_chat_hint: str
    cli_bye: str
    cli_running: str
    cli_refused_login: str
    error_corpus: str
    error_no_corpus: str
    error_busy: str
    error_corrupt: str
    error_incompatible: str
    error_data: str
    error_model: str


VI = Sentences(
    passage="đoạn {number}",
    source="nguồn",
    confidence="Độ tin cậy {percent} % · đã tìm trong {documents} tài liệu",
    understood="Hiểu là: “{question}”",
    degraded="(mô hình ngữ nghĩa tạm thời không dùng được, chỉ tìm theo từ)",
    miss="Không tìm thấy câu trả lời trong {documents} tài liệu.",
    nearest="Đoạn gần nhất, có thể không trả lời đúng câu hỏi:",
    query_empty="Bạn chưa hỏi gì. Hãy gõ một câu hỏi bằng chữ.",
    query_too_long="Câu hỏi dài {length} ký tự; xin rút gọn còn tối đa {limit}.",
    overloaded="Đang bận quá, xin hỏi lại sau ít phút.",
    deadline="Tìm lâu quá nên đã dừng, xin hỏi lại.",
    no_index="Chưa có tài liệu nào được lập chỉ mục. Quản trị viên cần chạy /reindex.",
    failed="Có lỗi ở phía tôi, câu hỏi chưa được trả lời. Xin hỏi lại sau.",
    only_text="Tôi chỉ đọc được chữ. Hãy gõ câu hỏi của bạn.",
    start=(
        "Chào bạn! Tôi trả lời câu hỏi bằng cách trích nguyên văn từ {documents} tài liệu, "
        "kèm nguồn để bạn kiểm tra. Cứ gõ câu hỏi, có dấu hay không dấu đều được."
    ),
    help=(
        "• Ở đây: gõ câu hỏi.\n"
        "• Trong nhóm: nhắc @{username}, trả lời tin nhắn của tôi, hoặc /hoi câu hỏi.\n"
        "• Trong kênh: đăng /hoi câu hỏi (tôi phải là quản trị viên của kênh).\n"
        "• /nguon: tôi đang có những tài liệu nào.\n"
        "Tôi chỉ trích nguyên văn, không tự bịa; không thấy thì nói là không thấy."
    ),
    group_usage="Hãy viết câu hỏi sau lệnh, ví dụ: /hoi Đề án 06 là gì?",
    unknown_command="Tôi không biết lệnh này.",
    sources_head="Tôi đang tìm trong {documents} tài liệu:",
    sources_more="… và {count} tài liệu nữa.",
    admins_only="Chỉ quản trị viên của bot mới dùng được lệnh này.",
    reindex_started="Bắt đầu lập lại chỉ mục…",
    reindex_busy="Đang lập chỉ mục rồi, xin chờ lần đó xong.",
    reindex_stage="Đang lập lại chỉ mục: {stage} {done}/{total}",
    stage_read="đọc tài liệu",
    stage_embed="tính ngữ nghĩa",
    stage_index="lập chỉ mục từ",
    stage_publish="đưa vào dùng",
    reindex_done=(
        "Đã lập xong chỉ mục: {documents} tài liệu, {passages} đoạn ({seconds} giây).\n"
        "Thêm {added} · sửa {changed} · bỏ {removed} · lỗi {failed}"
    ),
    reindex_unchanged=(
        "Không có gì thay đổi: {documents} tài liệu, {passages} đoạn ({seconds} giây).\n"
        "Thêm {added} · sửa {changed} · bỏ {removed} · lỗi {failed}"
    ),
    reindex_failed="Không lập được chỉ mục, bản cũ vẫn dùng bình thường. Lý do: {reason}",
    reindex_died="tiến trình lập chỉ mục bị ngắt giữa chừng (mã {code})",
    reindex_corrupt="chỉ mục mới vừa ghi đã hỏng, hãy kiểm tra ổ đĩa",
    reindex_interrupted="Lần lập chỉ mục này đã bị ngắt, bản cũ vẫn dùng. Hãy chạy lại /reindex.",
    failed_documents="Không đọc được:",
    failed_more="… và {count} tệp nữa.",
    fault_no_folder="không có thư mục này",
    fault_no_documents="trong đó không có tài liệu nào",
    fault_none_readable="không đọc được tài liệu nào trong đó",
    fault_unreadable="không mở được tệp",
    fault_too_large="tệp lớn hơn 50 MB",
    fault_not_utf8="không phải mã UTF-8; hãy lưu lại bằng UTF-8",
    fault_binary="là tệp nhị phân, không phải văn bản",
    fault_empty="không có chữ nào",
    fault_bad_header="phần đầu giữa hai dòng --- không đúng cú pháp YAML",
    fault_no_question_set="không phải bộ câu hỏi kiểu BEIR",
    fault_no_questions="mỗi dòng phải có câu hỏi, dấu tab, rồi vài chữ của đoạn trả lời",
    fault_nowhere="không đoạn nào trong tài liệu có những chữ được chờ đợi",
    fault_no_run="không phải tệp kết quả TREC cho các câu hỏi này",
    command_ask="hỏi một câu",
    command_sources="các tài liệu đang có",
    command_help="cách dùng",
    command_reindex="lập lại chỉ mục (quản trị viên)",
    cli_indexing="Đang lập chỉ mục {corpus} …",
    cli_index_stale="Tài liệu trong {corpus} đã thay đổi; chạy `hoidap index` để cập nhật.",
    cli_fallback="Chỉ mục hiện tại bị hỏng nên đang dùng bản trước; chạy `hoidap index --force`.",
    cli_chat_hint="Gõ câu hỏi rồi Enter; Ctrl-D để thoát.",
    cli_bye="Tạm biệt!",
    cli_running="@{username} đang chạy với {documents} tài liệu; Ctrl-C để dừng.",
    cli_refused_login="Telegram không nhận token; hãy chép lại TELEGRAM_BOT_TOKEN từ @BotFather.",
    error_corpus="Không đọc được {path}: {reason}",
    error_no_corpus=(
        "Không có tài liệu để đọc ở {path} ({reason}). "
        "Đặt tệp .txt hay .md vào đó, hoặc trỏ HOIDAP_CORPUS tới thư mục khác."
    ),
    error_busy="Một tiến trình khác đang lập chỉ mục; xin chờ nó xong.",
    error_corrupt="Chỉ mục bị hỏng ({detail}). Chạy `hoidap index --force` để lập lại.",
    error_incompatible="Chỉ mục không hợp với phiên bản hay mô hình này. Chạy `hoidap index`.",
    error_data="Không ghi được dữ liệu: {detail}",
    error_model="Không nạp được mô hình: {detail}",
)

EN = Sentences(
    passage="paragraph {number}",
    source="source",
    confidence="Confidence {percent} % · searched {documents} documents",
    understood="Taken as: “{question}”",
    degraded="(the semantic model is unavailable for now; searched by words only)",
    miss="No answer found in {documents} documents.",
    nearest="The nearest passage, which may not answer the question:",
    query_empty="There is no question yet. Please type one in words.",
    query_too_long="The question has {length} characters; please shorten it to at most {limit}.",
    overloaded="Too busy right now; please ask again in a few minutes.",
    deadline="The search took too long and was stopped; please ask again.",
    no_index="No document has been indexed yet. An administrator has to run /reindex.",
    failed="Something went wrong on my side and the question was not answered. Please try later.",
    only_text="I can only read text. Please type your question.",
    start=(
        "Hello! I answer questions by quoting {documents} documents word for word, "
        "with the source so that you can check. Just type a question."
    ),
    help=(
        "• Here: type a question.\n"
        "• In a group: mention @{username}, reply to one of my messages, or /hoi question.\n"
        "• In a channel: post /hoi question (I have to be an administrator of the channel).\n"
        "• /nguon: which documents I have.\n"
        "I only quote, I never make things up; when I find nothing, I say so."
    ),
    group_usage="Write the question after the command, like: /hoi Đề án 06 là gì?",
    unknown_command="I do not know this command.",
    sources_head="I search {documents} documents:",
    sources_more="… and {count} more.",
    admins_only="Only the bot's administrators can use this command.",
    reindex_started="Reindexing has started…",
    reindex_busy="A reindex is already running; please wait for it.",
    reindex_stage="Reindexing: {stage} {done}/{total}",
    stage_read="reading documents",
    stage_embed="computing meaning",
    stage_index="indexing words",
    stage_publish="publishing",
    reindex_done=(
        "Reindexed: {documents} documents, {passages} passages ({seconds} s).\n"
        "Added {added} · changed {changed} · removed {removed} · failed {failed}"
    ),
    reindex_unchanged=(
        "Nothing has changed: {documents} documents, {passages} passages ({seconds} s).\n"
        "Added {added} · changed {changed} · removed {removed} · failed {failed}"
    ),
    reindex_failed="The reindex failed; the old index keeps serving. Reason: {reason}",
    reindex_died="the indexing process was cut short (code {code})",
    reindex_corrupt="the index just written is broken; check the disk",
    reindex_interrupted="This reindex was interrupted; the old index serves. Run /reindex again.",
    failed_documents="Could not be read:",
    failed_more="… and {count} more files.",
    fault_no_folder="there is no such folder",
    fault_no_documents="there are no documents in it",
    fault_none_readable="not one of its documents can be read",
    fault_unreadable="the file cannot be opened",
    fault_too_large="it is larger than 50 MB",
    fault_not_utf8="its encoding is not UTF-8; save it as UTF-8",
    fault_binary="it is a binary file, not text",
    fault_empty="there is no text in it",
    fault_bad_header="the header between the --- lines is not valid YAML",
    fault_no_question_set="it is not a question set in BEIR's layout",
    fault_no_questions=(
        "each line must have a question, a tab, and words of the passage that answers it"
    ),
    fault_nowhere="the expected words are in no passage of the documents",
    fault_no_run="it is not a TREC run for these questions",
    command_ask="ask a question",
    command_sources="the documents I have",
    command_help="how to use me",
    command_reindex="reindex (administrators)",
    cli_indexing="Indexing {corpus} …",
    cli_index_stale="The documents in {corpus} have changed; run `hoidap index` to update.",
    cli_fallback="The current index is broken, the one before answers; `hoidap index --force`.",
    cli_chat_hint="Type a question and press Enter; Ctrl-D to leave.",
    cli_bye="Goodbye!",
    cli_running="@{username} is running with {documents} documents; Ctrl-C to stop.",
    cli_refused_login="Telegram refuses this token; copy TELEGRAM_BOT_TOKEN from @BotFather again.",
    error_corpus="Cannot read {path}: {reason}",
    error_no_corpus=(
        "There are no documents to read at {path} ({reason}). "
        "Put .txt or .md files there, or point HOIDAP_CORPUS to another folder."
    ),
    error_busy="Another process is building the index; please wait for it.",
    error_corrupt="The index is broken ({detail}). Run `hoidap index --force` to rebuild it.",
    error_incompatible="The index does not fit this version or model. Run `hoidap index`.",
    error_data="The data cannot be written: {detail}",
    error_model="The model cannot be loaded: {detail}",
)

_LANGUAGES: dict[Language, Sentences] = {"vi": VI, "en": EN}


def sentences(language: Language) -> Sentences:
    """Return the wording of `language`."""
    return _LANGUAGES[language]


def language_of(code: str | None, default: Language = "vi") -> Language:
    """Return the language for a Telegram `language_code`: Vietnamese, or English for all others."""
    if code is None:
        return default
    return "vi" if code.lower().startswith("vi") else "en"
