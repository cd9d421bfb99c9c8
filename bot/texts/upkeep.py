"""What the commands that back up and restore say."""

from dataclasses import asdict, dataclass

from bot.errors import BackupError
from bot.settings import Language


@dataclass(frozen=True, slots=True)
class UpkeepTexts:
    """The wording of one language; those of faults and lacks are named as these are."""

    backing_up: str
    backed_up: str
    sensitive: str
    left_out: str
    lack_unreadable: str
    lack_no_index: str
    lack_broken_index: str
    lack_no_database: str
    lack_broken_database: str
    restoring: str
    restored: str
    kept: str
    put_back: str
    index_again: str
    fault_failed: str
    fault_changed: str
    fault_in_corpus: str
    fault_twice: str
    fault_broken: str
    fault_unsafe: str
    fault_newer: str
    fault_in_use: str
    fault_restoring: str


VI = UpkeepTexts(
    backing_up="Đang sao lưu",
    backed_up="Đã sao lưu vào {file}: {files} tệp tài liệu, {megabytes} MB.",
    sensitive=(
        "Bản sao lưu đáng giữ kín như chính thư mục dữ liệu; ra khỏi máy này thì hãy mã hóa nó."
    ),
    left_out="Không có trong bản sao lưu, {name}: {reason}",
    lack_unreadable="không mở được",
    lack_no_index="chưa có chỉ mục nào",
    lack_broken_index="chỉ mục bị hỏng; chạy hoidap index --force rồi sao lưu lại",
    lack_no_database="chưa có cơ sở dữ liệu, bot chưa chạy lần nào",
    lack_broken_database="cơ sở dữ liệu bị hỏng hoặc không đọc được; chạy hoidap doctor",
    restoring="Đang khôi phục",
    restored="Đã khôi phục bản sao lưu lúc {created} (hoidap {version}): {files} tệp tài liệu.",
    kept="Những gì có trước đó được cất ở {folder}; khi không cần nữa thì xóa đi.",
    put_back="Lần khôi phục trước bị ngắt giữa chừng; mọi thứ đã được đặt lại như cũ.",
    index_again="Bản sao lưu này không có chỉ mục. Chạy: hoidap index",
    fault_failed="Không đọc hoặc ghi được: {detail}. Mọi thứ vẫn như cũ.",
    fault_changed="{detail} thay đổi trong lúc được đọc. Hãy sao lưu lại.",
    fault_in_corpus=(
        "{detail} nằm trong kho tài liệu, nó sẽ bị coi là tài liệu. Hãy để nó ở nơi khác."
    ),
    fault_twice="Một lần sao lưu khác đang ghi vào {detail}; xin chờ nó xong.",
    fault_broken="Bản sao lưu bị hỏng, hoặc không phải của hoidap ({detail}). Mọi thứ vẫn như cũ.",
    fault_unsafe=(
        "Bản sao lưu có thứ mà hoidap không bao giờ ghi vào ({detail}), nên nó bị từ chối. "
        "Mọi thứ vẫn như cũ."
    ),
    fault_newer=(
        "Bản sao lưu do một hoidap mới hơn tạo ra ({detail}). "
        "Hãy cài bản ấy rồi khôi phục. Mọi thứ vẫn như cũ."
    ),
    fault_in_use="Một bot đang chạy trên {detail}. Hãy dừng nó rồi khôi phục.",
    fault_restoring="Dữ liệu ở {detail} đang được khôi phục; xin chờ xong rồi chạy lại.",
)
EN = UpkeepTexts(
    backing_up="Backing up",
    backed_up="Backed up to {file}: {files} files of documents, {megabytes} MB.",
    sensitive="Keep the backup as safe as the data folder itself; encrypt it before it travels.",
    left_out="Not in the backup, {name}: {reason}",
    lack_unreadable="it cannot be opened",
    lack_no_index="there is no index yet",
    lack_broken_index="the index is broken; run hoidap index --force, then back up again",
    lack_no_database="there is no database yet, the bot has never run",
    lack_broken_database="the database is broken or cannot be read; run hoidap doctor",
    restoring="Restoring",
    restored="Restored the backup of {created} (hoidap {version}): {files} files of documents.",
    kept="What was there before is kept in {folder}; delete it when it is not needed any more.",
    put_back="The last restore was cut short; everything is as it was before it.",
    index_again="There is no index in this backup. Run: hoidap index",
    fault_failed="Reading or writing failed: {detail}. Everything is as it was.",
    fault_changed="{detail} changed while it was read. Please back up again.",
    fault_in_corpus="{detail} is among the documents and would be taken for one. Put it elsewhere.",
    fault_twice="Another backup is being written to {detail}; please wait for it.",
    fault_broken="The backup is damaged, or none of hoidap's ({detail}). Everything is as it was.",
    fault_unsafe=(
        "The backup has something that hoidap never puts in ({detail}), so it is refused. "
        "Everything is as it was."
    ),
    fault_newer=(
        "A newer hoidap made this backup ({detail}). Install that version, then restore. "
        "Everything is as it was."
    ),
    fault_in_use="A bot is running on {detail}. Stop it, then restore.",
    fault_restoring="The data in {detail} are being restored; wait for that, then try again.",
)
_LANGUAGES: dict[Language, UpkeepTexts] = {"vi": VI, "en": EN}


def upkeep_texts(language: Language) -> UpkeepTexts:
    """Return the wording of `language`."""
    return _LANGUAGES[language]


def fault_words(error: BackupError, language: Language) -> str:
    """Return why a backup could not be made or put back, and what to do."""
    template = str(asdict(_LANGUAGES[language])[f"fault_{error.fault.name.lower()}"])
    return template.format(detail=error.detail)
