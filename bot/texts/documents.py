"""The list of documents and what can be done with one, as operators read it."""

from dataclasses import dataclass

from bot.settings import Language


@dataclass(frozen=True, slots=True)
class DocumentTexts:
    """The wording of one language."""

    head: str
    head_found: str
    none_found: str
    hint: str
    passages: str
    awaits_reindex: str
    file: str
    source: str
    publisher: str
    date: str
    in_force_from: str
    labels: str
    inside: str
    confirm: str
    removed: str
    restored: str
    taken: str
    gone: str
    nothing_to_undo: str
    disk_failed: str
    button_open: str
    button_remove: str
    button_confirm: str
    button_cancel: str
    button_undo: str
    button_list: str
    cli_inside: str


VI = DocumentTexts(
    head="{count} tài liệu · trang {page}/{pages}",
    head_found="{count} tài liệu có “{words}” · trang {page}/{pages}",
    none_found="Không có tài liệu nào có “{words}” trong tên. Gõ /tailieu để xem tất cả.",
    hint="Bấm số để xem một tài liệu. Tìm theo tên: /tailieu vài chữ",
    passages="{count} đoạn",
    awaits_reindex="đã bỏ, còn trong chỉ mục cho tới lần lập lại",
    file="Tệp: {value}",
    source="Nguồn: {value}",
    publisher="Nơi ban hành: {value}",
    date="Ngày: {value}",
    in_force_from="Có hiệu lực từ: {value}",
    labels="Nhãn: {value}",
    inside="Tài liệu này nằm trong {archive} nên không bỏ riêng được; chỉ bỏ được cả tệp nén.",
    confirm=(
        "Bỏ {id} khỏi kho?\nTệp được cất đi {days} ngày rồi mới xóa. "
        "Tôi thôi trích nó sau khi lập lại chỉ mục."
    ),
    removed=(
        "Đã bỏ {id}, cất ở {kept}; sau {days} ngày tôi xóa hẳn.\n"
        "Cho tới khi lập lại chỉ mục, câu trả lời vẫn có thể trích tài liệu này."
    ),
    restored="Đã đưa {id} về chỗ cũ.",
    taken="Ở chỗ cũ của {id} nay đã có tệp khác, nên tôi để yên cả hai.",
    gone="Tệp {id} không còn trong kho. Lập lại chỉ mục để danh sách đúng trở lại.",
    nothing_to_undo="Không còn gì để hoàn tác: tệp đã được đưa về, hoặc không còn ở chỗ cất.",
    disk_failed="Không chuyển được tệp; xem lại quyền ghi và chỗ trống trên đĩa.",
    button_open="Mở đoạn đầu",
    button_remove="Bỏ khỏi kho",
    button_confirm="Bỏ tài liệu này",
    button_cancel="Thôi",
    button_undo="Hoàn tác",
    button_list="◂ Danh sách",
    cli_inside="{id} nằm trong {archive}, chỉ bỏ được cả tệp: hoidap docs remove {archive}",
)
EN = DocumentTexts(
    head="{count} documents · page {page}/{pages}",
    head_found="{count} documents with “{words}” · page {page}/{pages}",
    none_found="No document has “{words}” in its name. Send /documents to see them all.",
    hint="Press a number to see a document. To search by name: /documents some words",
    passages="{count} passages",
    awaits_reindex="removed, but in the index until the next reindex",
    file="File: {value}",
    source="Source: {value}",
    publisher="Publisher: {value}",
    date="Date: {value}",
    in_force_from="In force from: {value}",
    labels="Labels: {value}",
    inside="This document is in {archive}, so it cannot be removed alone; only all of that file.",
    confirm=(
        "Remove {id} from the corpus?\nThe file is put aside and deleted after {days} days. "
        "I stop quoting it after the next reindex."
    ),
    removed=(
        "{id} is removed and kept at {kept}; I delete it for good after {days} days.\n"
        "Until the next reindex, answers may still quote it."
    ),
    restored="{id} is back where it was.",
    taken="Another file is now where {id} was, so I leave both as they are.",
    gone="The file {id} is no longer in the corpus. Reindex to bring this list up to date.",
    nothing_to_undo="There is nothing left to undo: the file is back, or no longer where it was.",
    disk_failed="The file could not be moved; check its permissions and the space on the disk.",
    button_open="Open its first passage",
    button_remove="Remove",
    button_confirm="Remove this document",
    button_cancel="Cancel",
    button_undo="Undo",
    button_list="◂ All documents",
    cli_inside="{id} is in {archive}, which goes as a whole only: hoidap docs remove {archive}",
)
_LANGUAGES: dict[Language, DocumentTexts] = {"vi": VI, "en": EN}


def documents_texts(language: Language) -> DocumentTexts:
    """Return the wording of `language`."""
    return _LANGUAGES[language]
