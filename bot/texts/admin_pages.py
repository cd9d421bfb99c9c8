"""What the pages for operators say: documents, unanswered questions, rankings, figures."""

from dataclasses import dataclass

from bot.settings import Language


@dataclass(frozen=True, slots=True)
class AdminTexts:
    """The wording of one language."""

    # the documents
    serving: str
    read_from: str
    no_index: str
    warn_no_corpus: str
    warn_stale: str
    warn_elsewhere: str
    warn_fallback: str
    list_head: str
    filter: str
    button_filter: str
    button_all: str
    found: str
    page_of: str
    turning: str
    page_before: str
    page_after: str
    column_title: str
    column_passages: str
    column_date: str
    column_labels: str
    column_validity: str
    in_force: str
    lapsed: str
    gone: str
    # one document
    no_document: str
    no_document_text: str
    fact_id: str
    fact_publisher: str
    fact_date: str
    fact_from: str
    fact_to: str
    fact_replaced: str
    fact_labels: str
    fact_archive: str
    fact_passages: str
    fact_source: str
    open_reader: str
    passages_head: str
    passage: str
    on_page: str
    # building
    build_head: str
    build_text: str
    button_dry_run: str
    button_reindex: str
    button_undo: str
    act_reindex: str
    act_dry_run: str
    act_undo: str
    begun_in_chat: str
    starting: str
    look_again: str
    nothing_changed: str
    undo_failed: str
    undone: str
    reindexed: str
    unchanged: str
    would: str
    would_change_nothing: str
    diff_added: str
    diff_changed: str
    diff_removed: str
    diff_failed: str
    and_more: str
    last_head: str
    last_failed: str
    last_well: str
    refused: str
    refused_why: str
    canary_due: str
    canary_came: str
    no_answer: str
    # undo
    undo_head: str
    undo_text: str
    undo_now: str
    undo_twice: str
    undo_nothing: str
    button_undo_yes: str
    button_cancel: str
    # unanswered
    unanswered_text: str
    words_kept: str
    words_not_kept: str
    no_database: str
    nothing_unanswered: str
    question: str
    column_times: str
    column_why: str
    column_last: str
    why_missed: str
    why_unhelpful: str
    confidence: str
    # why a ranking
    ranking_text: str
    question_before: str
    button_examine: str
    read_head: str
    read_text: str
    read_completed: str
    read_language: str
    read_vietnamese: str
    read_other: str
    read_words: str
    read_numbers: str
    read_others: str
    read_fusion: str
    fusion_words_only: str
    fusion_share: str
    verdict_head: str
    verdict_answered: str
    verdict_missed: str
    best_head: str
    part_words: str
    part_meaning: str
    part_said: str
    part_definition: str
    part_lapsed: str
    part_number: str
    part_second: str
    terms_head: str
    terms_others: str
    terms_none: str
    words_has: str
    words_lacks: str
    legs_head: str
    leg_words: str
    leg_meaning: str
    leg_both: str
    column_passage: str
    column_rank: str
    column_said: str
    column_sentence: str
    nothing_ranked: str
    # evaluation
    measure_head: str
    measuring: str
    measured: str
    measure_failed: str
    measure_too_long: str
    button_measure: str
    sources: str
    no_sources: str
    where_head: str
    where_canaries: str
    where_own: str
    where_judged: str
    questions: str
    outcomes: str
    canaries_well: str
    column_leg: str
    spread_head: str
    spread_text: str
    spread_people: str
    curve_head: str
    curve_text: str
    curve_people: str
    threshold_mark: str
    as_table: str
    series_right: str
    series_wrong: str
    series_missed: str
    series_helped: str
    series_unhelpful: str
    series_answered: str
    series_precision: str
    series_share: str
    wrong_head: str
    wrong_canary: str
    wrong_rank: str
    wrong_nowhere: str
    people_head: str
    people_text: str
    too_few: str
    nobody_asked: str


VI = AdminTexts(
    serving="Đang dùng chỉ mục {name}: {documents} tài liệu, {passages} đoạn, lập lúc {built}.",
    read_from="Đọc từ thư mục {corpus}.",
    no_index="Chưa có chỉ mục nào. Hãy chép tài liệu vào {corpus} rồi bấm nút lập chỉ mục.",
    warn_no_corpus="Không mở được thư mục tài liệu {corpus}; chỉ mục cũ vẫn trả lời.",
    warn_stale=(
        "Tài liệu trong {corpus} đã thay đổi từ khi lập chỉ mục. Hãy xem thử sẽ đổi gì, rồi "
        "lập lại."
    ),
    warn_elsewhere="Chỉ mục này lập từ một thư mục khác {corpus}.",
    warn_fallback=(
        "Không mở được chỉ mục mới nhất, nên đang dùng chỉ mục trước đó. Hãy lập lại; tài liệu "
        "vẫn ở {corpus}."
    ),
    list_head="Tài liệu đang được tìm",
    filter="Lọc theo tên",
    button_filter="Lọc",
    button_all="Tất cả",
    found="{count} tài liệu",
    page_of="trang {page}/{pages}",
    turning="Lật trang",
    page_before="Trước",
    page_after="Tiếp",
    column_title="Tài liệu",
    column_passages="Số đoạn",
    column_date="Ngày",
    column_labels="Nhãn",
    column_validity="Hiệu lực",
    in_force="còn hiệu lực",
    lapsed="hết hiệu lực",
    gone="Tệp không còn trong thư mục; lần lập chỉ mục sau sẽ bỏ tài liệu này.",
    no_document="Không có tài liệu này",
    no_document_text="Có thể nó đã được bỏ ra ở lần lập chỉ mục gần đây.",
    fact_id="Tệp",
    fact_publisher="Nơi ban hành",
    fact_date="Ngày",
    fact_from="Hiệu lực từ",
    fact_to="Hiệu lực đến",
    fact_replaced="Được thay bằng",
    fact_labels="Nhãn",
    fact_archive="Nằm trong tệp nén",
    fact_passages="Số đoạn",
    fact_source="Nguồn",
    open_reader="Mở trong trình đọc",
    passages_head="Đoạn {first}–{last} trong {count}",
    passage="đoạn {number}",
    on_page="trang {page}",
    build_head="Lập chỉ mục",
    build_text=(
        "Xem trước thì không đổi gì. Lập lại thì chỉ mục cũ vẫn trả lời cho tới khi chỉ mục "
        "mới xong và đạt mọi câu hỏi thử."
    ),
    button_dry_run="Xem trước thay đổi",
    button_reindex="Lập lại chỉ mục",
    button_undo="Quay lại chỉ mục trước…",
    act_reindex="Lập lại chỉ mục",
    act_dry_run="Xem trước thay đổi",
    act_undo="Quay lại chỉ mục trước",
    begun_in_chat="(bắt đầu từ bot, không phải từ trang này)",
    starting="Đang bắt đầu…",
    look_again="Xem lại tiến độ",
    nothing_changed="Không xong; chỉ mục cũ vẫn trả lời.",
    undo_failed="Không quay lại được; chỉ mục hiện nay vẫn trả lời.",
    undone="Nay dùng chỉ mục {name}. Làm lần nữa thì trở về chỉ mục vừa rồi.",
    reindexed="Chỉ mục {name} đã xong: {documents} tài liệu, {passages} đoạn, {seconds} giây.",
    unchanged=(
        "Không có gì thay đổi, vẫn dùng chỉ mục {name}: {documents} tài liệu, {passages} đoạn, "
        "{seconds} giây."
    ),
    would=(
        "Sẽ có {documents} tài liệu (nay {documents_now}) và {passages} đoạn (nay {passages_now})."
    ),
    would_change_nothing="Sẽ không có gì thay đổi.",
    diff_added="Thêm",
    diff_changed="Sửa",
    diff_removed="Bỏ",
    diff_failed="Không đọc được",
    and_more="và {count} tài liệu nữa",
    last_head="Lần lập chỉ mục gần nhất ({ended})",
    last_failed="Không đọc được {count} tệp, nên chúng không được tìm:",
    last_well="Mọi tệp đều đọc được.",
    refused="Chỉ mục mới bị từ chối: sai {count} câu hỏi thử.",
    refused_why=(
        "Câu hỏi thử nằm trong canary.yaml: mỗi câu phải được trả lời từ đúng tài liệu của nó. "
        "Chỉ mục cũ vẫn trả lời. Hãy sửa tài liệu hoặc câu hỏi thử rồi lập lại."
    ),
    canary_due="Phải từ",
    canary_came="Đã từ",
    no_answer="(không trả lời)",
    undo_head="Quay lại chỉ mục trước?",
    undo_text="Sẽ dùng chỉ mục {name}, lập lúc {built}: {documents} tài liệu, {passages} đoạn.",
    undo_now="Nay là chỉ mục {name}: {documents} tài liệu, {passages} đoạn.",
    undo_twice="Tài liệu trong thư mục không đổi. Làm lần nữa thì trở về chỉ mục hiện nay.",
    undo_nothing="Không còn chỉ mục nào trước đó.",
    button_undo_yes="Quay lại",
    button_cancel="Thôi",
    unanswered_text=(
        "Câu hỏi không tìm thấy gì, hoặc được trả lời nhưng người hỏi chê (👎), mới nhất trước."
    ),
    words_kept="Lời câu hỏi được giữ {days} ngày.",
    words_not_kept=(
        "Lời câu hỏi không được giữ. Muốn thấy chúng ở đây, hãy đặt số ngày giữ trong .env rồi "
        "chạy lại bot:"
    ),
    no_database="Không dùng được cơ sở dữ liệu, nên không biết đã hỏi những gì.",
    nothing_unanswered="Không có câu nào.",
    question="Câu hỏi",
    column_times="Số lần",
    column_why="Vì sao",
    column_last="Lần cuối",
    why_missed="không tìm thấy",
    why_unhelpful="bị chê",
    confidence="Độ tin",
    ranking_text=(
        "Hãy viết một câu hỏi để xem nó được hiểu thế nào, từng cách tìm xếp các đoạn ra sao, "
        "và điểm gồm những gì."
    ),
    question_before="Câu hỏi trước đó (nếu có)",
    button_examine="Xem xếp hạng",
    read_head="Câu hỏi được đọc là",
    read_text="Đem tìm",
    read_completed="thêm từ câu hỏi trước",
    read_language="Ngôn ngữ",
    read_vietnamese="tiếng Việt",
    read_other="không phải tiếng Việt",
    read_words="Từ, và mỗi từ nặng bao nhiêu",
    read_numbers="Số hiệu văn bản",
    read_others="Còn gọi là",
    read_fusion="Cách gộp điểm",
    fusion_words_only=(
        "không có điểm theo nghĩa, chỉ xếp theo từ; hoặc mô hình chưa được cân chỉnh, nên gộp "
        "theo thứ hạng"
    ),
    fusion_share="theo từ {words} %, theo nghĩa {meaning} %, trên {candidates} đoạn",
    verdict_head="Có trả lời không",
    verdict_answered="Trả lời: độ tin {confidence} % đạt ngưỡng {threshold} %.",
    verdict_missed="Không trả lời: độ tin {confidence} % chưa đạt ngưỡng {threshold} %.",
    best_head="{count} đoạn đứng đầu, và điểm của chúng",
    part_words="theo từ",
    part_meaning="theo nghĩa",
    part_said="nói đúng điều hỏi",
    part_definition="định nghĩa",
    part_lapsed="hết hiệu lực",
    part_number="đúng số hiệu",
    part_second="xếp lại lần hai",
    terms_head="Từ nào khớp",
    terms_others="tên gọi khác của các từ",
    terms_none="Không từ nào của câu hỏi có trong đoạn này.",
    words_has="Có:",
    words_lacks="Thiếu:",
    legs_head="Hai cách tìm",
    leg_words="Theo từ",
    leg_meaning="Theo nghĩa",
    leg_both="Gộp",
    column_passage="Đoạn",
    column_rank="hạng",
    column_said="Đoạn nói tới",
    column_sentence="Một câu nói tới",
    nothing_ranked="Không đoạn nào có gì chung với câu hỏi.",
    measure_head="Đo trên bộ câu hỏi",
    measuring="Đang đo {name}: xong {done}/{total} bộ.",
    measured="Đo trên chỉ mục {name} lúc {ended}.",
    measure_failed="Không đo được: {reason}",
    measure_too_long="quá 15 phút nên đã dừng",
    button_measure="Đo ngay",
    sources="Sẽ đo: {names}.",
    no_sources="Chưa có gì để đo.",
    where_head="Đặt câu hỏi ở đâu",
    where_canaries=(
        "Câu hỏi thử, cạnh tài liệu: câu hỏi, rồi tài liệu phải trả lời; để trống nếu không "
        "được trả lời."
    ),
    where_own="Câu hỏi của bạn: câu hỏi, dấu tab, rồi vài lời trong đoạn trả lời nó.",
    where_judged="Bộ câu hỏi có đáp án theo kiểu BEIR, mỗi bộ một thư mục.",
    questions="{count} câu hỏi",
    outcomes="Trả lời đúng {right} %, trả lời sai {wrong} %, không trả lời {missed} %.",
    canaries_well="Mọi câu hỏi thử đều đúng, kể cả những câu không được trả lời.",
    column_leg="Cách tìm",
    spread_head="Độ tin trải ra sao",
    spread_text=(
        "Mỗi cột là số câu hỏi có độ tin trong khoảng đó. Cột càng tách về hai phía của ngưỡng "
        "càng tốt."
    ),
    spread_people="Mỗi cột là số câu hỏi người ta đã hỏi có độ tin trong khoảng đó.",
    curve_head="Nếu ngưỡng khác đi",
    curve_text=(
        "Với mỗi ngưỡng: trong các câu được trả lời bao nhiêu phần đúng, và bao nhiêu phần câu "
        "hỏi được trả lời."
    ),
    curve_people="Như trên, chỉ với những câu trả lời được khen 👍 hay bị chê 👎.",
    threshold_mark="ngưỡng đang dùng",
    as_table="Xem dưới dạng bảng",
    series_right="trả lời đúng",
    series_wrong="trả lời sai",
    series_missed="không trả lời",
    series_helped="được khen 👍",
    series_unhelpful="bị chê 👎",
    series_answered="trả lời, chưa ai đánh giá",
    series_precision="phần đúng trong các câu trả lời",
    series_share="phần câu hỏi được trả lời",
    wrong_head="{count} câu chưa đúng",
    wrong_canary="phải từ {due}, đã từ {came}",
    wrong_rank="đoạn đúng đứng thứ {rank}",
    wrong_nowhere="không tìm thấy đoạn đúng",
    people_head="Người ta đã hỏi",
    people_text="{count} câu hỏi gần đây, {judged} câu được đánh giá.",
    too_few="Cần ít nhất {count} đánh giá để vẽ đường theo ngưỡng.",
    nobody_asked="Chưa có ai hỏi.",
)
EN = AdminTexts(
    serving="Index {name} answers: {documents} documents, {passages} passages, made {built}.",
    read_from="Read from the folder {corpus}.",
    no_index=(
        "There is no index yet. Copy documents into {corpus} and press the button that reindexes."
    ),
    warn_no_corpus="The folder {corpus} cannot be opened; the index goes on answering.",
    warn_stale=(
        "The documents in {corpus} have changed since they were indexed. See what would "
        "change, then reindex."
    ),
    warn_elsewhere="This index was made from another folder than {corpus}.",
    warn_fallback=(
        "The newest index cannot be opened, so the one before answers. Reindex; the documents "
        "are still in {corpus}."
    ),
    list_head="Documents that are searched",
    filter="Filter by name",
    button_filter="Filter",
    button_all="All",
    found="{count} documents",
    page_of="page {page} of {pages}",
    turning="Pages of the list",
    page_before="Before",
    page_after="After",
    column_title="Document",
    column_passages="Passages",
    column_date="Date",
    column_labels="Tags",
    column_validity="In force",
    in_force="in force",
    lapsed="no longer in force",
    gone="Its file is gone; the next reindex takes it out.",
    no_document="There is no such document",
    no_document_text="It may have been taken out by a recent reindex.",
    fact_id="File",
    fact_publisher="Publisher",
    fact_date="Date",
    fact_from="In force from",
    fact_to="In force until",
    fact_replaced="Replaced by",
    fact_labels="Tags",
    fact_archive="Inside the archive",
    fact_passages="Passages",
    fact_source="Source",
    open_reader="Open in the reader",
    passages_head="Passages {first}–{last} of {count}",
    passage="passage {number}",
    on_page="page {page}",
    build_head="Building the index",
    build_text=(
        "Seeing what would change changes nothing. While a new index is made the old one "
        "answers, until the new one is whole and passes every canary question."
    ),
    button_dry_run="See what would change",
    button_reindex="Reindex",
    button_undo="Undo…",
    act_reindex="Reindex",
    act_dry_run="What would change",
    act_undo="Undo",
    begun_in_chat="(begun by the bot, not on this page)",
    starting="Starting…",
    look_again="See how far it is",
    nothing_changed="It failed; the old index goes on answering.",
    undo_failed="It failed; the present index goes on answering.",
    undone="Index {name} answers now. The same once more goes forward again.",
    reindexed="Index {name} is made: {documents} documents, {passages} passages, {seconds} s.",
    unchanged=(
        "Nothing has changed, index {name} stays: {documents} documents, {passages} passages, "
        "{seconds} s."
    ),
    would=(
        "There would be {documents} documents ({documents_now} now) and {passages} passages "
        "({passages_now} now)."
    ),
    would_change_nothing="Nothing would change.",
    diff_added="Added",
    diff_changed="Changed",
    diff_removed="Removed",
    diff_failed="Cannot be read",
    and_more="and {count} more",
    last_head="The last build ({ended})",
    last_failed="{count} files could not be read, so they are not searched:",
    last_well="Every file could be read.",
    refused="The new index was refused: it failed {count} canary questions.",
    refused_why=(
        "Canary questions are in canary.yaml: each must be answered from its document. The old "
        "index goes on answering. Mend the document or the question, and reindex."
    ),
    canary_due="Should come from",
    canary_came="Came from",
    no_answer="(no answer)",
    undo_head="Go back to the index before?",
    undo_text=(
        "Index {name}, made {built}, will answer: {documents} documents, {passages} passages."
    ),
    undo_now="Now it is index {name}: {documents} documents, {passages} passages.",
    undo_twice=(
        "The documents in the folder stay as they are. The same once more brings the present "
        "index back."
    ),
    undo_nothing="There is no index before this one.",
    button_undo_yes="Go back",
    button_cancel="Cancel",
    unanswered_text=(
        "Questions that found nothing, or whose answer was judged no help (👎), newest first."
    ),
    words_kept="The words of questions are kept for {days} days.",
    words_not_kept=(
        "The words of questions are not kept. To see them here, say in .env for how many days "
        "to keep them, and start the bot again:"
    ),
    no_database="The database cannot be used, so nothing is known of what was asked.",
    nothing_unanswered="There are none.",
    question="Question",
    column_times="Times",
    column_why="Why",
    column_last="Last asked",
    why_missed="not found",
    why_unhelpful="judged no help",
    confidence="Confidence",
    ranking_text=(
        "Write a question to see how it is read, how each way to search ranks the passages, "
        "and what scores are made of."
    ),
    question_before="Question before it (if any)",
    button_examine="Show the ranking",
    read_head="How the question is read",
    read_text="Searched as",
    read_completed="completed by the question before",
    read_language="Language",
    read_vietnamese="Vietnamese",
    read_other="not Vietnamese",
    read_words="Words, and what each counts for",
    read_numbers="Document numbers",
    read_others="Also called",
    read_fusion="How scores are fused",
    fusion_words_only=(
        "no scores by meaning, ranked by words alone; or a model that was never calibrated, "
        "fused by ranks"
    ),
    fusion_share="words {words} %, meaning {meaning} %, over {candidates} passages",
    verdict_head="Whether it is answered",
    verdict_answered="Answered: confidence {confidence} % reaches the threshold of {threshold} %.",
    verdict_missed=(
        "Not answered: confidence {confidence} % is below the threshold of {threshold} %."
    ),
    best_head="The best {count} passages, and what their scores are made of",
    part_words="words",
    part_meaning="meaning",
    part_said="says what is asked",
    part_definition="definition",
    part_lapsed="no longer in force",
    part_number="document number",
    part_second="second stage",
    terms_head="Which terms match",
    terms_others="other names of the words",
    terms_none="No term of the question is in this passage.",
    words_has="Has:",
    words_lacks="Lacks:",
    legs_head="Both legs",
    leg_words="Words",
    leg_meaning="Meaning",
    leg_both="Fused",
    column_passage="Passage",
    column_rank="rank",
    column_said="Passage says",
    column_sentence="One sentence says",
    nothing_ranked="No passage has anything in common with the question.",
    measure_head="Measured on sets of questions",
    measuring="Measuring {name}: {done} of {total} sets done.",
    measured="Measured on index {name}, {ended}.",
    measure_failed="It could not be measured: {reason}",
    measure_too_long="it took more than 15 minutes and was given up",
    button_measure="Measure now",
    sources="To be measured: {names}.",
    no_sources="There is nothing to measure yet.",
    where_head="Where to put questions",
    where_canaries=(
        "Canary questions, beside the documents: a question, and the document that must answer "
        "it; nothing where it must not be answered."
    ),
    where_own="Questions of your own: a question, a tab, and words of the passage that answers it.",
    where_judged="Judged sets in BEIR's layout, a folder each.",
    questions="{count} questions",
    outcomes="Answered rightly {right} %, answered wrongly {wrong} %, not answered {missed} %.",
    canaries_well="Every canary question came out right, those that must not be answered too.",
    column_leg="Leg",
    spread_head="How confidence is spread",
    spread_text=(
        "Each column counts the questions with confidence in its range. The further the kinds "
        "lie apart, on both sides of the threshold, the better."
    ),
    spread_people=(
        "Each column counts the questions that people asked with confidence in its range."
    ),
    curve_head="If the threshold were another",
    curve_text=(
        "For each threshold: which share of the answers is right, and which share of the "
        "questions is answered."
    ),
    curve_people="The same, of the answers that people judged 👍 or 👎.",
    threshold_mark="threshold in force",
    as_table="The same as a table",
    series_right="answered rightly",
    series_wrong="answered wrongly",
    series_missed="not answered",
    series_helped="judged helpful 👍",
    series_unhelpful="judged no help 👎",
    series_answered="answered, not judged",
    series_precision="share of the answers that is right",
    series_share="share of the questions that is answered",
    wrong_head="{count} questions that went wrong",
    wrong_canary="should come from {due}, came from {came}",
    wrong_rank="the right passage came as number {rank}",
    wrong_nowhere="the right passage was not found",
    people_head="What people asked",
    people_text="The last {count} questions, of which {judged} were judged.",
    too_few="It takes at least {count} judgements to draw the curve over the threshold.",
    nobody_asked="Nobody has asked yet.",
)
_LANGUAGES: dict[Language, AdminTexts] = {"vi": VI, "en": EN}


def admin_texts(language: Language) -> AdminTexts:
    """Return the wording of `language`."""
    return _LANGUAGES[language]
