"""The documents that the tests put into a corpus, and what is asked about them."""

import shutil
from pathlib import Path

from retrieval.text import canonical_text
from tests.builders import read_document

SEED = Path(__file__).parents[2] / "corpus" / "ha-noi-de-an-06.txt"

LIBRARY = """---
title: Quy chế làm việc của Thư viện Lâm Bình
source: https://thuvien.example.vn/quy-che?ban=1&trang=2
date: 2024-03-01
---
# Giờ mở cửa

Thư viện mở cửa từ 7 giờ 30 đến 17 giờ các ngày trong tuần. Thứ Hai hằng tuần thư viện đóng cửa \
để kiểm kê kho sách. Bạn đọc gửi túi ở quầy lễ tân trước khi vào phòng đọc.

# Thẻ bạn đọc

Trẻ em dưới 15 tuổi được miễn mọi khoản thu. Lệ phí làm thẻ bạn đọc là 20.000 đồng một năm. \
Thẻ bị mất được cấp lại sau 3 ngày làm việc.
"""
LIBRARY_TITLE = "Quy chế làm việc của Thư viện Lâm Bình"
FEE_QUESTION = "Lệ phí làm thẻ bạn đọc là bao nhiêu?"
FEE_SENTENCE = "Lệ phí làm thẻ bạn đọc là 20.000 đồng một năm."
FEE_QUOTE = (
    "Trẻ em dưới 15 tuổi được miễn mọi khoản thu. Lệ phí làm thẻ bạn đọc là 20.000 đồng một năm. "
    "Thẻ bị mất được cấp lại sau 3 ngày làm việc."
)
FEE_PLACE = f"— {LIBRARY_TITLE} (nguồn), Thẻ bạn đọc, đoạn 2, 2024-03-01"
NONSENSE = "xyzzy qwrtplk vvbnm"

HOSTILE = {
    "the-html.txt": (
        "Sổ tay <b>thẻ lạ</b> & 'dấu nháy' \"kép\"\n\n"
        'Mã chào hỏi của trang Bồ Câu là <script>alert("1 < 2 && 3 > 2")</script> &lt;b&gt; &amp; '
        '</blockquote></b> <a href="tg://user?id=1">. Sau đó là &#x3C; &nbsp; <br/> và hết.'
    ),
    "huong-chu.txt": (
        "Đội ca Sơn Ca\n\n"
        "Khẩu hiệu của đội ca Sơn Ca là \u202eđảo ngược\u202c \u2067\u05d0\u05d1\u2069 \u200f"
        "👨\u200d👩\u200d👧\u200d👦🇻🇳 𝕏𝕐ℤ \ufeffe\u0301\u0323. "
        "Đội tập mỗi tuần hai buổi ở nhà văn hóa."
    ),
    "khong-dau-cach.txt": "Bảng mã Thiên Nga bắt đầu từ đây: " + "k" * 100_000,
    "cap-thay-the.txt": "Dải băng Hải Âu gồm các dấu sau đây: " + "𝕏" * 6_000,
}
HOSTILE_QUESTIONS = {
    "the-html.txt": "Mã chào hỏi của trang Bồ Câu là gì?",
    "huong-chu.txt": "Khẩu hiệu của đội ca Sơn Ca là gì?",
    "khong-dau-cach.txt": "Bảng mã Thiên Nga bắt đầu từ đâu?",
    "cap-thay-the.txt": "Dải băng Hải Âu gồm các dấu nào?",
}


def note(subject: str, place: str) -> str:
    """Return a document of one paragraph: where `subject` is."""
    return (
        f"Sổ ghi chép về {subject}\n\n"
        f"Cái {subject} đang được giữ ở {place} từ mùa thu năm ngoái. "
        "Ai muốn xem thì báo trước cho người trực một ngày."
    )


def where_is(subject: str) -> str:
    """Return the question that `note` answers."""
    return f"Cái {subject} đang được giữ ở đâu?"


def write_papers(corpus: Path) -> None:
    """Fill `corpus` with the seed article, the library's rules and the hostile documents."""
    corpus.mkdir(parents=True)
    shutil.copy(SEED, corpus)
    (corpus / "thu-vien.md").write_text(LIBRARY, encoding="utf-8")
    for name, text in HOSTILE.items():
        encoding = "utf-16" if name == "huong-chu.txt" else "utf-8"
        (corpus / name).write_text(text, encoding=encoding)


DOCUMENTS = 2 + len(HOSTILE)


def text_of(corpus: Path, name: str) -> str:
    """Return the canonical text of a document."""
    return read_document(corpus, corpus / name).text


def same_text(first: str, second: str) -> bool:
    """Whether two texts are one but for what Telegram trims at a message's edges."""
    return canonical_text(first) == canonical_text(second)
