"""Every sentence in Vietnamese."""

from bot.texts.sentences import Sentences

VI = Sentences(
    passage="đoạn {number}",
    page="trang {number}",
    lapsed="không còn hiệu lực",
    lapsed_on="hết hiệu lực từ {date}",
    replaced_by="thay bằng {title}",
    source="nguồn",
    confidence="Độ tin cậy {percent} % · đã tìm trong {documents} tài liệu",
    understood="Hiểu là: “{question}”",
    degraded="(mô hình ngữ nghĩa tạm thời không dùng được, chỉ tìm theo từ)",
    miss="Không tìm thấy câu trả lời trong {documents} tài liệu.",
    nearest="Đoạn gần nhất, có thể không trả lời đúng câu hỏi:",
    more_privately="Câu trả lời này dài; bấm “Xem riêng” để đọc đủ.",
    passage_changed="Tài liệu đã thay đổi từ lúc trích; đây là đoạn ở chỗ ấy bây giờ:",
    passage_gone="Tài liệu này không còn nữa.",
    passage_hidden="Tài liệu này chỉ xem được ở nơi nó được mở.",
    answer_gone="Câu trả lời này cũ quá, xin hỏi lại.",
    page_of="Đoạn {number}/{count}",
    thanks="Cảm ơn bạn!",
    taken_back="Đã bỏ đánh giá.",
    button_next="Đoạn khác ▸",
    button_previous="◂ Trước",
    button_context="Xem ngữ cảnh",
    button_back="◂ Quay lại",
    button_reader="📖 Mở trong tài liệu",
    button_source="Mở nguồn",
    button_copy="Chép trích dẫn",
    button_privately="Xem riêng",
    button_ask_more="Hỏi tiếp",
    quota_reached="Bạn đã hỏi {quota} câu hôm nay ở đây; mai hãy hỏi tiếp.",
    closed="Bot này chỉ dành cho người được mời. Hãy xin người quản lý một đường dẫn mời.",
    query_empty="Bạn chưa hỏi gì. Hãy gõ một câu hỏi bằng chữ.",
    query_too_long="Câu hỏi dài {length} ký tự; xin rút gọn còn tối đa {limit}.",
    overloaded="Đang bận quá, xin hỏi lại sau ít phút.",
    too_much_at_once=(
        "Nhiều tin đến cùng lúc quá: tin này, và có thể vài tin sau, không được trả lời. "
        "Xin đợi các câu trước có trả lời rồi gửi lại."
    ),
    deadline="Tìm lâu quá nên đã dừng, xin hỏi lại.",
    no_index="Chưa có tài liệu nào được lập chỉ mục. Quản trị viên cần chạy /reindex.",
    failed="Có lỗi ở phía tôi, câu hỏi chưa được trả lời. Xin hỏi lại sau.",
    out_of_reach="Lúc này chưa tìm được trong tài liệu; xin hỏi lại sau ít phút.",
    greeting=(
        "Chào bạn! Hãy hỏi một điều có trong tài liệu, tôi sẽ trích đúng đoạn trả lời. "
        "/nguon cho biết tôi có những tài liệu nào, /trogiup chỉ cách hỏi."
    ),
    welcome="Không có gì! Cần tìm gì trong tài liệu, bạn cứ hỏi.",
    only_text="Tôi chỉ đọc được chữ. Hãy gõ câu hỏi của bạn.",
    only_text_no_voice="Tôi chưa nghe được lời nói. Hãy gõ câu hỏi bằng chữ, ngắn thôi cũng được.",
    start=(
        "Chào bạn! Tôi trả lời câu hỏi bằng cách trích nguyên văn từ {documents} tài liệu, "
        "kèm nguồn để bạn kiểm tra. Cứ gõ câu hỏi, có dấu hay không dấu đều được."
    ),
    help=(
        "• Ở đây: gõ câu hỏi.\n"
        "• Trong nhóm: nhắc @{username}, trả lời tin nhắn của tôi, hoặc /hoi câu hỏi.\n"
        "• Trong kênh: đăng /hoi câu hỏi (tôi phải là quản trị viên của kênh).\n"
        "• /nguon: tôi đang có những tài liệu nào. /caidat: tôi làm việc ở đây ra sao.\n"
        "• /riengtu: tôi giữ gì về bạn. /xoadulieu: xóa hết đi.\n"
        "Tôi chỉ trích nguyên văn, không tự bịa; không thấy thì nói là không thấy."
    ),
    group_usage="Hãy viết câu hỏi sau lệnh, ví dụ: /hoi Đề án 06 là gì?",
    unknown_command="Tôi không biết lệnh này.",
    sources_head="Tôi đang tìm trong {documents} tài liệu:",
    sources_more="… và {count} tài liệu nữa.",
    admins_only_files="Chỉ quản trị viên của bot mới gửi thêm tài liệu được.",
    upload_taken="Đã nhận {name} ({documents} tài liệu). Gõ /reindex để đưa vào tìm kiếm.",
    upload_refused="Không nhận tệp này: {reason}.",
    upload_failed="Chưa tải được tệp về. Hãy gửi lại sau ít phút.",
    upload_too_large="Tệp lớn hơn {limit} MB, quá mức bot được tải về. Hãy chép vào máy chủ.",
    upload_unknown_format="Không đọc được loại tệp này. Các loại đọc được: {formats}",
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
    fault_no_encoding="không rõ bảng mã; hãy lưu lại bằng UTF-8",
    fault_lost_marks="chữ có dấu đã hỏng (thành ? hoặc ô vuông); hãy xuất hoặc quét lại",
    fault_binary="là tệp nhị phân, không phải văn bản",
    fault_empty="không có chữ nào",
    fault_broken="tệp hỏng, hoặc không đúng loại như tên gọi",
    fault_encrypted="có mật khẩu; hãy lưu lại bản không mật khẩu",
    fault_scanned="là bản quét, các trang chỉ có ảnh; hãy nhận dạng chữ (OCR) trước",
    fault_no_doc_reader=(
        "tệp Word cũ (.doc) cần có LibreOffice, antiword hoặc catdoc; hoặc lưu lại thành .docx"
    ),
    fault_too_slow="đọc quá lâu",
    fault_too_large_inside="bung ra quá lớn",
    fault_too_many_passages="có hơn 200.000 đoạn; hãy chia thành nhiều tệp",
    fault_bad_header="phần đầu giữa hai dòng --- không đúng cú pháp YAML",
    fault_bad_canaries="mỗi dòng phải là câu hỏi, dấu hai chấm, rồi tài liệu trả lời",
    fault_no_question_set="không phải bộ câu hỏi kiểu BEIR",
    fault_no_questions="mỗi dòng phải có câu hỏi, dấu tab, rồi vài chữ của đoạn trả lời",
    fault_nowhere="không đoạn nào trong tài liệu có những chữ được chờ đợi",
    fault_no_run="không phải tệp kết quả TREC cho các câu hỏi này",
    cli_undone="Đã quay về chỉ mục {name}. Gõ lại lần nữa để đi tới.",
    cli_watching="Đang theo dõi {corpus}; nhấn Ctrl-C để dừng.",
    cli_documents="{count} tài liệu.",
    cli_no_document="Không có tài liệu {id}. Xem danh sách: hoidap docs list",
    cli_added="Đã thêm {count} tệp vào {corpus}. Lập lại chỉ mục: hoidap index",
    cli_not_added="Không thêm {name}: {reason}",
    cli_unknown_format="không phải loại tệp đọc được ({formats})",
    cli_name_taken="đã có tệp cùng tên; dùng --replace để thay",
    cli_removed=(
        "Đã bỏ {id}, cất ở {kept}; bot xóa hẳn sau {days} ngày. Lập lại chỉ mục: hoidap index"
    ),
    cli_verified="Đã đối chiếu {documents} tài liệu, {passages} đoạn với nguồn.",
    cli_verify_wrong="{id}: chỉ mục không khớp với nguồn; chạy hoidap index --force",
    cli_verify_changed="{id}: nguồn đã đổi từ lúc lập chỉ mục; chạy hoidap index",
    reindex_would=(
        "Sẽ có {documents} tài liệu, {passages} đoạn: "
        "thêm {added} · sửa {changed} · bỏ {removed} · lỗi {failed}"
    ),
    error_missing="Chưa có chỉ mục nào. Chạy: hoidap index",
    error_canaries=(
        "Chỉ mục mới sai {count} câu hỏi canh (canary.yaml) nên không được đưa vào dùng; "
        "chỉ mục cũ vẫn phục vụ."
    ),
    canary_failure="• {question} → {found}, đáng lẽ {expected}",
    canary_nothing="(không trả lời)",
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
        "Đặt tài liệu vào đó, hoặc trỏ HOIDAP_CORPUS tới thư mục khác."
    ),
    error_busy="Một tiến trình khác đang lập chỉ mục; xin chờ nó xong.",
    error_corrupt="Chỉ mục bị hỏng ({detail}). Chạy `hoidap index --force` để lập lại.",
    error_incompatible="Chỉ mục không hợp với phiên bản hay mô hình này. Chạy `hoidap index`.",
    error_is_local=(
        "Chỉ mục nằm trong tệp, còn HOIDAP_INDEX là milvus. Chuyển sang bằng "
        "`hoidap index --to milvus`, hoặc đặt HOIDAP_INDEX=local."
    ),
    error_is_in_milvus=(
        "Chỉ mục nằm trong Milvus, còn HOIDAP_INDEX là local. Đặt HOIDAP_INDEX=milvus, hoặc đưa về "
        "bằng `hoidap index --to local`."
    ),
    error_unreachable=(
        "Milvus ở MILVUS_URI không trả lời ({detail}). Chỉ mục ở đó vẫn nguyên; "
        "hãy thử lại khi nó chạy."
    ),
    error_refused="Milvus không làm theo yêu cầu: {detail}",
    error_no_client="Milvus cần thư viện của nó: pip install 'hoidap[milvus]'",
    cli_moved="Chỉ mục {name} nay tìm trong {kind}; từ giờ hãy đặt HOIDAP_INDEX={kind}.",
    error_data="Không ghi được dữ liệu: {detail}",
    error_model="Không nạp được mô hình: {detail}",
)
