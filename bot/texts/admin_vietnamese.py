"""The pages for operators in Vietnamese."""

from bot.texts.admin_sentences import AdminTexts

VI = AdminTexts(
    # the documents
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
    # one document
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
    # building
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
    # undo
    undo_head="Quay lại chỉ mục trước?",
    undo_text="Sẽ dùng chỉ mục {name}, lập lúc {built}: {documents} tài liệu, {passages} đoạn.",
    undo_now="Nay là chỉ mục {name}: {documents} tài liệu, {passages} đoạn.",
    undo_twice="Tài liệu trong thư mục không đổi. Làm lần nữa thì trở về chỉ mục hiện nay.",
    undo_nothing="Không còn chỉ mục nào trước đó.",
    button_undo_yes="Quay lại",
    button_cancel="Thôi",
    # unanswered
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
    # why a ranking
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
    number_not_drawn=(
        "Phần của số hiệu (100 điểm một mức) không vẽ trong thanh, vì nó lớn hơn mọi phần khác."
    ),
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
    # evaluation
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
