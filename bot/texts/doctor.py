"""What `hoidap doctor` says of each thing that it looks at: that it is well, or what to do."""

from dataclasses import dataclass

from bot.settings import Language


@dataclass(frozen=True, slots=True)
class DoctorTexts:
    """The wording of one language; `name_…` is what a check is called."""

    name_settings: str
    name_operators: str
    name_login: str
    name_groups: str
    name_inline: str
    name_guests: str
    name_webhook: str
    name_clock: str
    name_model: str
    name_reranker: str
    name_index: str
    name_collection: str
    name_sources: str
    name_database: str
    name_disk: str
    name_permissions: str
    name_restores: str
    name_old_word: str
    name_scans: str
    well: str
    failed: str
    settings_ok: str
    operators_ok: str
    operators_none: str
    operators_unmet: str
    login_ok: str
    login_none: str
    login_refused: str
    unreachable: str
    groups_all: str
    groups_called: str
    groups_none: str
    inline_on: str
    inline_off: str
    guests_on: str
    guests_off: str
    webhook_polling: str
    webhook_ok: str
    webhook_unwanted: str
    webhook_elsewhere: str
    webhook_error: str
    webhook_waiting: str
    clock_ok: str
    clock_wrong: str
    clock_unknown: str
    model_ok: str
    model_broken: str
    index_ok: str
    index_none: str
    index_broken: str
    index_other_version: str
    index_other_model: str
    index_other_corpus: str
    collection_ok: str
    collection_missing: str
    collection_not_whole: str
    collection_unreachable: str
    collection_refused: str
    collection_elsewhere: str
    sources_ok: str
    sources_changed: str
    sources_unread: str
    database_ok: str
    database_none: str
    database_damaged: str
    database_locked: str
    database_read_only: str
    database_older: str
    database_newer: str
    disk_ok: str
    disk_full: str
    permissions_ok: str
    readable_by_all: str
    writable_by_all: str
    not_writable: str
    not_readable: str
    restore_cut_short: str
    restore_kept: str
    old_word_ok: str
    old_word_none: str
    scans_ok: str
    scans_none: str


VI = DoctorTexts(
    name_settings="cài đặt",
    name_operators="quản trị viên",
    name_login="token của bot",
    name_groups="trong nhóm",
    name_inline="hỏi inline",
    name_guests="hỏi khi là khách",
    name_webhook="nhận tin",
    name_clock="đồng hồ",
    name_model="mô hình",
    name_reranker="mô hình xếp lại",
    name_index="chỉ mục",
    name_collection="máy chủ Milvus",
    name_sources="tài liệu",
    name_database="cơ sở dữ liệu",
    name_disk="ổ đĩa",
    name_permissions="quyền tệp",
    name_restores="khôi phục",
    name_old_word="tệp .doc",
    name_scans="bản quét",
    well="Mọi thứ đều ổn.",
    failed="không kiểm tra được: {detail}",
    settings_ok="tài liệu ở {corpus}, dữ liệu ở {data}",
    operators_ok="{count} người",
    operators_none=(
        "chưa có ai; ghi số id Telegram của bạn vào HOIDAP_ADMINS (@userinfobot cho biết số ấy)"
    ),
    operators_unmet="{id} chưa bắt đầu bot nên không được báo tin gì; hãy gửi /start cho bot",
    login_ok="đúng, của @{username}",
    login_none=(
        "chưa có; nhắn /newbot cho @BotFather rồi ghi token nhận được vào .env: "
        "TELEGRAM_BOT_TOKEN=…"
    ),
    login_refused="Telegram không nhận token này; chép lại TELEGRAM_BOT_TOKEN từ @BotFather",
    unreachable="không hỏi được {server} ({reason}); xem lại mạng, tường lửa và proxy",
    groups_all="bot thấy mọi tin nhắn trong nhóm",
    groups_called=(
        "bot chỉ thấy lệnh, tin nhắc tên nó và trả lời nó; muốn nó tự trả lời câu hỏi thì "
        "tắt Group Privacy (/setprivacy) rồi thêm bot vào nhóm lại, hoặc cho nó làm quản trị viên"
    ),
    groups_none="không thêm bot vào nhóm được; muốn thêm thì nhắn /setjoingroups cho @BotFather",
    inline_on="đã bật",
    inline_off="chưa bật; muốn dùng thì nhắn /setinline cho @BotFather",
    guests_on="đã bật",
    guests_off="chưa bật; muốn dùng thì bật Guest Mode trong @BotFather",
    webhook_polling="bot tự hỏi Telegram; {waiting} tin đang chờ",
    webhook_ok="webhook {url}; {waiting} tin đang chờ",
    webhook_unwanted=(
        "Telegram đang gửi tin tới {url} mà HOIDAP_WEBHOOK_URL không có; "
        "đặt nó, hoặc chạy hoidap run để bỏ webhook ấy"
    ),
    webhook_elsewhere=(
        "Telegram gửi tin tới {url}, không phải {wanted}; chạy hoidap run để đặt lại, "
        "và xem có chương trình khác dùng token này không"
    ),
    webhook_error="Telegram không gửi được tin tới webhook: {error}; {waiting} tin đang chờ",
    webhook_waiting="{waiting} tin đang chờ; xem bot có đang chạy không: hoidap run",
    clock_ok="đúng",
    clock_wrong="lệch {seconds} giây so với Telegram; bật đồng bộ giờ (timedatectl set-ntp true)",
    clock_unknown="máy chủ không cho biết giờ",
    model_ok="{name}",
    model_broken="không dùng được: {detail}; bot chỉ tìm theo từ. Xem lại HOIDAP_MODEL",
    index_ok="{name}: {documents} tài liệu, {passages} đoạn, nguyên vẹn",
    index_none="chưa có; chạy hoidap index",
    index_broken="bị hỏng ({detail}); chạy hoidap index --force",
    index_other_version="của một phiên bản khác; chạy hoidap index",
    index_other_model="được lập bằng mô hình khác ({name}); chạy hoidap index",
    index_other_corpus="được lập từ {corpus}; chạy hoidap index",
    collection_ok="collection {name} có đủ {passages} đoạn",
    collection_missing="collection của chỉ mục không có trên máy chủ; chạy hoidap index",
    collection_not_whole=("collection không phải cái đã ghi ({detail}); chạy hoidap index"),
    collection_unreachable="không hỏi được máy chủ; xem nó có chạy không, và MILVUS_URI",
    collection_refused=(
        "máy chủ từ chối ({detail}); xem lại MILVUS_TOKEN và quyền của người dùng ấy"
    ),
    collection_elsewhere="chỉ mục không nằm ở nơi HOIDAP_INDEX nói; chạy hoidap index",
    sources_ok="{count} tệp, chỉ mục có đủ",
    sources_changed="{count} tệp mới, đã sửa hoặc đã bỏ ({names}); chạy hoidap index",
    sources_unread="{reason}: {path}",
    database_ok="nguyên vẹn, ghi được",
    database_none="chưa có; bot tạo ra khi chạy lần đầu",
    database_damaged=(
        "bị hỏng hoặc không đọc được ({detail}); dừng bot, khôi phục bản sao lưu: hoidap restore"
    ),
    database_locked="chương trình khác đang khóa nó; đóng chương trình ấy",
    database_read_only="không ghi được; xem lại quyền của {path}",
    database_older="của phiên bản trước; bot tự nâng lên khi chạy",
    database_newer="do một hoidap mới hơn ghi; cài bản ấy",
    disk_ok="{path}: còn {free} MB",
    disk_full="{path}: chỉ còn {free} MB, nên có {needed} MB; dọn bớt",
    permissions_ok="đúng",
    readable_by_all="người khác trên máy đọc được {path}; chạy chmod 600 {path}",
    writable_by_all="người khác trên máy ghi được vào {path}; chạy chmod o-w {path}",
    not_writable="không ghi được vào {path}; chạy bằng đúng người dùng, hoặc chown",
    not_readable="không đọc được {path}; chạy bằng đúng người dùng, hoặc chown",
    restore_cut_short="một lần khôi phục bị ngắt giữa chừng; chạy lại hoidap restore",
    restore_kept="{path} giữ những gì có trước một lần khôi phục ({size} MB); không cần thì xóa đi",
    old_word_ok="đọc bằng {program}",
    old_word_none="chưa đọc được; cài LibreOffice, antiword hoặc catdoc nếu có tệp Word cũ",
    scans_ok="đọc bằng ocrmypdf",
    scans_none="chưa đọc được; cài ocrmypdf và tesseract-ocr-vie nếu có bản quét",
)
EN = DoctorTexts(
    name_settings="settings",
    name_operators="operators",
    name_login="bot token",
    name_groups="in groups",
    name_inline="inline",
    name_guests="as a guest",
    name_webhook="updates",
    name_clock="clock",
    name_model="model",
    name_reranker="reranker",
    name_index="index",
    name_collection="Milvus server",
    name_sources="documents",
    name_database="database",
    name_disk="disk",
    name_permissions="permissions",
    name_restores="restores",
    name_old_word=".doc files",
    name_scans="scans",
    well="All is well.",
    failed="could not be looked at: {detail}",
    settings_ok="documents in {corpus}, data in {data}",
    operators_ok="{count}",
    operators_none="none; put your numeric Telegram id in HOIDAP_ADMINS (@userinfobot tells it)",
    operators_unmet="{id} has never started the bot, which can tell them nothing; send it /start",
    login_ok="right, of @{username}",
    login_none=(
        "none; send /newbot to @BotFather and put the token that it gives you in .env: "
        "TELEGRAM_BOT_TOKEN=…"
    ),
    login_refused="Telegram refuses it; copy TELEGRAM_BOT_TOKEN from @BotFather again",
    unreachable="{server} cannot be asked ({reason}); look at the network, firewall and proxy",
    groups_all="the bot sees all messages of its groups",
    groups_called=(
        "the bot sees commands, mentions of it and replies to it; for it to answer questions "
        "uncalled, turn Group Privacy off (/setprivacy) and add it again, or make it administrator"
    ),
    groups_none="the bot cannot be added to groups; /setjoingroups at @BotFather allows it",
    inline_on="on",
    inline_off="off; /setinline at @BotFather turns it on",
    guests_on="on",
    guests_off="off; Guest Mode at @BotFather turns it on",
    webhook_polling="the bot asks Telegram itself; {waiting} updates wait",
    webhook_ok="webhook {url}; {waiting} updates wait",
    webhook_unwanted=(
        "Telegram sends updates to {url}, and HOIDAP_WEBHOOK_URL is not set; "
        "set it, or start hoidap run, which takes that webhook away"
    ),
    webhook_elsewhere=(
        "Telegram sends updates to {url}, not to {wanted}; start hoidap run, which sets it, "
        "and see whether another program uses this token"
    ),
    webhook_error="Telegram cannot send to the webhook: {error}; {waiting} updates wait",
    webhook_waiting="{waiting} updates wait; see whether the bot is running: hoidap run",
    clock_ok="right",
    clock_wrong="{seconds} s off Telegram's; let it be set (timedatectl set-ntp true)",
    clock_unknown="the server does not tell the time",
    model_ok="{name}",
    model_broken="cannot be used: {detail}; the bot searches by words only. See HOIDAP_MODEL",
    index_ok="{name}: {documents} documents, {passages} passages, intact",
    index_none="none yet; run hoidap index",
    index_broken="broken ({detail}); run hoidap index --force",
    index_other_version="of another version; run hoidap index",
    index_other_model="built with another model ({name}); run hoidap index",
    index_other_corpus="built from {corpus}; run hoidap index",
    collection_ok="collection {name} has all {passages} passages",
    collection_missing="the index's collection is not on the server; run hoidap index",
    collection_not_whole="the collection is not what was written ({detail}); run hoidap index",
    collection_unreachable="the server does not answer; see whether it runs, and MILVUS_URI",
    collection_refused="the server refuses ({detail}); see MILVUS_TOKEN and its user's rights",
    collection_elsewhere="the index is not where HOIDAP_INDEX says; run hoidap index",
    sources_ok="{count} files, all in the index",
    sources_changed="{count} files are new, changed or gone ({names}); run hoidap index",
    sources_unread="{reason}: {path}",
    database_ok="intact, can be written",
    database_none="none yet; the bot makes it when it first runs",
    database_damaged=(
        "broken, or cannot be read ({detail}); stop the bot, put a backup back: hoidap restore"
    ),
    database_locked="another program has locked it; end that program",
    database_read_only="cannot be written; see the permissions of {path}",
    database_older="of an earlier version; the bot brings it up to date when it starts",
    database_newer="a newer hoidap wrote it; install that version",
    disk_ok="{path}: {free} MB free",
    disk_full="{path}: only {free} MB free, and {needed} MB may be needed; make room",
    permissions_ok="right",
    readable_by_all="others on this machine can read {path}; run chmod 600 {path}",
    writable_by_all="others on this machine can write to {path}; run chmod o-w {path}",
    not_writable="{path} cannot be written; run as the right user, or chown it",
    not_readable="{path} cannot be read; run as the right user, or chown it",
    restore_cut_short="a restore was cut short; run hoidap restore again",
    restore_kept="{path} keeps what was there before a restore ({size} MB); delete it if you can",
    old_word_ok="read by {program}",
    old_word_none="not read; install LibreOffice, antiword or catdoc if there are old Word files",
    scans_ok="read by ocrmypdf",
    scans_none="not read; install ocrmypdf and tesseract-ocr-vie if there are scans",
)
_LANGUAGES: dict[Language, DoctorTexts] = {"vi": VI, "en": EN}


def doctor_texts(language: Language) -> DoctorTexts:
    """Return the wording of `language`."""
    return _LANGUAGES[language]
