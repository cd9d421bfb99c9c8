"""Promises of old encodings: they are read as they were meant, and right text stays right."""

import unicodedata
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.documents.legacy import decoded, has_lost_marks, recovered
from tests.builders import SEED_ARTICLE, read_document

SMALL = "àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđ"  # the 67
# The bytes of these letters, from the tables of the GNU C library.
TCVN3 = bytes.fromhex(
    "b5b6b7b8b9a8bbbcbdbec6a9c7c8c9cacbcccecfd0d1aad2d3d4d5d6d7d8dcdddedfe1e2e3e4abe5e6e7e8e9acea"
    "ebecedeeeff1f2f3f4adf5f6f7f8f9fafbfcfdfeae"
).decode("latin-1")
VISCII = bytes.fromhex(
    "e0e4e3e1d5e5a2c6c7a1a3e2a5a6e7a4a7e8eba8e9a9eaabacadaaaeecefeeedb8f2f6f5f3f7f4b0b1b2afb5bdb6"
    "b7debefef9fcfbfaf8dfd7d8e6d1f1cfd6dbfddcf0"
).decode("latin-1")
VISCII_CAPITALS = bytes.fromhex(
    "c0c4c3c180c58202058183c28586068487c8cb88c989ca8b8c8d8a8ecc9bcecd98d299a0d39ad49091928f93b496"
    "97b39594d99c9dda9ebfbbbcffbab99f1419dd1ed0"
).decode("latin-1")
VNI = (
    "aø aû aõ aù aï aê aè aú aü aé aë aâ aà aå aã aá aä eø eû eõ eù eï eâ eà eå eã eá eä ì æ ó í ò "
    "oø oû oõ où oï oâ oà oå oã oá oä ô ôø ôû ôõ ôù ôï uø uû uõ uù uï ö öø öû öõ öù öï yø yû yõ yù "
    "î ñ"
).split()
CAPITALS_OF_TCVN3 = dict(zip("ĂÂÊÔƠƯĐ", "¡¢£¤¥¦§", strict=True))
TO_TCVN3 = dict(zip(SMALL.upper() + SMALL, TCVN3 * 2, strict=True)) | CAPITALS_OF_TCVN3
TO_VNI = dict(zip(SMALL + SMALL.upper(), VNI + [x.upper() for x in VNI], strict=True))
TO_VISCII = dict(zip(SMALL + SMALL.upper(), VISCII + VISCII_CAPITALS, strict=True))

PREAMBLE = "Cộng hòa xã hội chủ nghĩa Việt Nam. Độc lập, tự do, hạnh phúc."
PARAGRAPHS = (
    PREAMBLE,
    "Điều 1. Phạm vi điều chỉnh: Nghị định này quy định chi tiết một số điều của Luật Đất đai về "
    "bồi thường, hỗ trợ, tái định cư khi Nhà nước thu hồi đất (từ ngày 01/7/2014).",
    "Ăn quả nhớ kẻ trồng cây, uống nước nhớ nguồn; những ngõ nhỏ Hà Nội vẫn ngẩn ngơ mỗi chiều.",
    "Ông Nguyễn Văn Ơn – ở Mỹ Tho – được “khen thưởng” 5.000.000 đồng, tức 15% quỹ lương.",
)
OTHERS = (
    "The court's decision cites § 5 and §a of the act; see café menus, naïve readers and a résumé.",
    "Samples of 10 µm, 20 µm and 30 µm at 25 °C ± 2 °C cost £5 ½ each. © 2020 Microsoft®",
    "L'Assemblée nationale a adopté, à l'été dernier, « le projet » déjà examiné où il était né.",
    "Noël approche : Saül, naïf héroïque, a goûté le maïs jusqu'au dernier août à Capharnaüm.",
    "Die Prüfung der Anträge über größere Flächen könnte für Müller schwierig werden (§ 7).",
    "El niño comió más después del almuerzo; él está aquí, ¿dónde está usted? ¡Mañana, señor!",
    "A Câmara não aprovou as alterações à lei; João e Sebastião têm opiniões próprias só aí.",
    "För att få en högre lön måste även små företag växa. På en ö är det så.",
    "La città è più bella perché così si può vivere là, cioè già nella realtà.",
)
WORDS = (
    "là có nhà bà tôi mà và hà nam cho năm được người Việt đã thôn cá bò mũ sông ý né tôt "
    "the decision of naïve café où été né thé déjà goût bête für über schön Öl Straße § µm 10µm "
    "25°C ½ £5 1. (2) 3,5% « » – “a” ? Microsoft® A·B · é è ö ü ñ ó"
).split()


def in_font(text: str, letters: dict[str, str]) -> str:
    """`text` as the bytes of another table, seen as windows-1252."""
    return "".join(letters.get(char, char) for char in text)


def in_1258(text: str) -> bytes:
    """`text` as windows-1258 has it: the tones apart, everything else composed."""
    apart = ""
    for char in text:
        tone = [
            x for x in unicodedata.normalize("NFD", char) if x in "\u0300\u0301\u0303\u0309\u0323"
        ]
        bare = [x for x in unicodedata.normalize("NFD", char) if x not in tone]
        apart += unicodedata.normalize("NFC", "".join(bare)) + "".join(tone)
    return apart.encode("cp1258")


def test_the_letters_of_these_tests_are_all_there_are() -> None:
    """Vietnamese has 134 letters that ASCII has not."""
    assert len(set(SMALL + SMALL.upper())) == 134
    assert unicodedata.is_normalized("NFC", SMALL)


@pytest.mark.parametrize("letter", SMALL + SMALL.upper())
def test_every_letter_is_read_in_every_encoding(letter: str) -> None:
    """Each table knows every letter; capitals with tones are small ones in TCVN3."""
    text = f"{PREAMBLE} {letter}"
    in_tcvn3 = letter if letter in CAPITALS_OF_TCVN3 else letter.lower()
    assert recovered(in_font(text, TO_TCVN3)) == f"{PREAMBLE} {in_tcvn3}"
    assert recovered(in_font(text, TO_VNI)) == text
    assert decoded(in_font(text, TO_TCVN3).encode("cp1252")) == f"{PREAMBLE} {in_tcvn3}"
    assert decoded(in_font(text, TO_VNI).encode("cp1252")) == text
    assert decoded(in_font(text, TO_VISCII).encode("latin-1")) == text
    assert decoded(in_1258(text)) == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [*PARAGRAPHS, *OTHERS])
def test_unicode_is_read_with_and_without_its_mark(text: str, encoding: str) -> None:
    """Any of its forms gives the same text."""
    assert decoded(text.encode(encoding)) == text


@pytest.mark.parametrize("text", PARAGRAPHS)
def test_paragraphs_are_read_in_every_encoding(text: str) -> None:
    """Punctuation of Word, dates and numbers come through as they are."""
    assert decoded(in_font(text, TO_TCVN3).encode("cp1252")) == text
    assert decoded(in_font(text, TO_VNI).encode("cp1252")) == text
    assert decoded(in_1258(text)) == text
    assert recovered(in_font(text, TO_TCVN3)) == text
    assert recovered(in_font(text, TO_VNI)) == text


@pytest.mark.parametrize(
    "text", [*OTHERS, "Só cria se não existir", "Navnet må starte her", "no té tipus", "gã", "café"]
)
def test_western_text_is_read_as_such(text: str) -> None:
    """Bytes of windows-1252 that are no Vietnamese are taken for what they are."""
    assert decoded(text.encode("cp1252")) == text


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"plain\x00text",
        b"\xff\xfe\x00\x00a\x00\x00\x00",
        bytes(range(256)),
        "Это не западный текст".encode("cp1251"),
        "这是中文".encode("gbk"),
        b"\x01\x02\xff\xfe\x03",
    ],
)
def test_what_fits_no_encoding_is_not_text(data: bytes) -> None:
    """Binary files and unknown alphabets are refused, not guessed at."""
    assert decoded(data) is None


def test_an_empty_file_is_empty_text() -> None:
    """No bytes are no letters."""
    assert decoded(b"") == ""


def test_a_file_cut_within_a_letter_is_still_read() -> None:
    """One broken byte at the end of a long UTF-8 file does not make it another encoding."""
    data = ("".join(PARAGRAPHS) + "ế").encode()[:-1]
    assert decoded(data) == "".join(PARAGRAPHS) + "\ufffd"


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("Céng hoµ x· héi chñ nghÜa ViÖt Nam", "Cộng hoà xã hội chủ nghĩa Việt Nam"),
        ("Céng hoμ x· héi chñ nghÜa ViÖt Nam", "Cộng hoà xã hội chủ nghĩa Việt Nam"),
        ("§éc lËp - Tù do - H¹nh phóc", "Độc lập - Tự do - Hạnh phúc"),
        ("Thñ t\xadíng ChÝnh phñ, Bé tr\xadëng", "Thủ tướng Chính phủ, Bộ trưởng"),
        ("§iÒu 1.", "Điều 1."),
        ("Hµ Néi", "Hà Nội"),
        ("CéNG HOµ X· HéI CHñ NGHÜA VIÖT NAM", "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("Môc 10 THñ TôC §èI VíI H¶I QUAN", "Mục 10 THỦ TỤC ĐỐI VỚI HẢI QUAN"),
        ("céng hoµ x· héi", "cộng hoà xã hội"),
        ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("COÄNG HOØA XAÕ HOÄI CHUÛ NGHÓA VIEÄT NAM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("Ñoäc laäp - Töï do - Haïnh phuùc", "Độc lập - Tự do - Hạnh phúc"),
        ("Oâng Leâ Vaên Taùm", "Ông Lê Văn Tám"),
        ("THAÅM QUYEÀN BAN HAØNH", "THẨM QUYỀN BAN HÀNH"),
    ],
)
def test_known_samples_of_old_fonts_are_put_right(seen: str, meant: str) -> None:
    """Small and capital letters, Word's corrected capitals and clear short lines are read."""
    assert recovered(seen) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Bé",
        "Céng",
        "né tôt",
        "été",
        "où est né",
        "10 µm, 20 µm",
        "µm",
        "Ö",
        "Köln",
        "Nestlé®",
        "§ 5",
        "·",
        "Hà Nam",
        "Có bà là cô",
        "1.234,5 ± 3°",
        "ASCII only",
    ],
)
def test_short_text_stays_unless_it_is_clear(text: str) -> None:
    """A word or two may be anything."""
    assert recovered(text) == text


@pytest.mark.parametrize("text", [*PARAGRAPHS, *OTHERS])
def test_right_text_stays(text: str) -> None:
    """Vietnamese, composed or not, and other languages are not touched, alone or together."""
    decomposed = unicodedata.normalize("NFD", text)
    for right in (text, text.upper(), text.lower(), decomposed, "\n".join([text, *OTHERS])):
        assert recovered(right) == right


def test_the_corpus_stays() -> None:
    """A real article is read as it is, and has lost nothing."""
    data = SEED_ARTICLE.read_bytes()
    text = data.decode()
    assert decoded(data) == text
    assert recovered(text) == text
    assert not has_lost_marks(text)


@given(st.lists(st.sampled_from(WORDS), max_size=12))
def test_right_words_in_any_order_stay(chosen: list[str]) -> None:
    """Words of four languages, signs and numbers together never look like an old font."""
    text = " ".join(chosen)
    assert recovered(text) == text


@given(st.text())
def test_any_text_is_read_once(text: str) -> None:
    """What was put right is right: reading it again changes nothing."""
    assert recovered(recovered(text)) == recovered(text)


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_are_not(data: bytes) -> None:
    """No bytes raise an error, and no text has a zero in it."""
    text = decoded(data)
    assert text is None or "\x00" not in text


@given(st.text(st.characters(exclude_characters="\x00\ufeff", exclude_categories=["Cs"])))
def test_utf8_is_never_taken_for_anything_else(text: str) -> None:
    """A file that is UTF-8 is read as such."""
    assert decoded(text.encode()) == text


def test_lines_in_an_old_font_are_read_among_others() -> None:
    """A heading too short to judge goes by the rest; lines in Unicode stay."""
    lines = [PARAGRAPHS[1], "Bộ Nội dung 1", PARAGRAPHS[2]]
    seen = "\n".join([PARAGRAPHS[3], *(in_font(line, TO_TCVN3) for line in lines), "Hà Nam"])
    assert recovered(seen) == "\n".join([PARAGRAPHS[3], *lines, "Hà Nam"])


@pytest.mark.parametrize(
    "text",
    [
        "C?ng hòa x? h?i ch? ngh?a Vi?t Nam",
        "C?NG HÒA X? H?I CH? NGH?A VI?T NAM",
        "C\ufffdng hòa x\ufffd h\ufffdi ch\ufffd ngh\ufffda Vi\ufffdt Nam",
        "C□ng hòa x□ h□i ch□ ngh□a Vi□t Nam",
        "Ngh? ??nh này quy ??nh chi ti?t m?t s? ?i?u c?a Lu?t ??t ?ai v? b?i th??ng, h? tr?",
    ],
)
def test_lost_marks_are_noticed(text: str) -> None:
    """Signs where letters were, in many words, are no text to quote."""
    assert has_lost_marks(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        *PARAGRAPHS,
        *OTHERS,
        "Đề án là gì? Ai ký? Ở đâu? Khi nào? Vì sao? Bao nhiêu?",
        "Là gì?Ai ký?Ở đâu?Khi nào?Vì sao?",
        "http://a.vn/tim?q=a http://b.vn/x?y=z www.c.vn?d a.php?id e.aspx?f g.vn/h?i",
        "□ Nam □ Nữ □Có □Không □Khác",
        "Vi?t",
        "The company?s plan doesn?t say what it?s for; nobody knew what the new people in the town "
        "had thought about it then, nor did any of them ask the mayor why he left so early, and "
        "still it was said again and again that the plan was good",
    ],
)
def test_questions_addresses_and_boxes_are_no_lost_marks(text: str) -> None:
    """What ordinary text has of these signs does not count, nor do a few in a long text."""
    assert not has_lost_marks(text)


def test_headings_in_an_old_font_are_judged_with_their_document(tmp_path: Path) -> None:
    """In a Word file made with old fonts a line too short to tell is converted with the others."""
    document = docx.Document()
    document.add_paragraph("§iÒu 5. Môc ®Ých")
    for _ in range(3):
        document.add_paragraph(
            "Céng hoµ x· héi chñ nghÜa ViÖt Nam lµ mét n­íc ®éc lËp, cã chñ quyÒn."
        )
    document.save(str(tmp_path / "cu.docx"))
    text = read_document(tmp_path, tmp_path / "cu.docx").text
    assert "Điều 5. Mục đích" in text
    assert "Cộng hoà xã hội chủ nghĩa Việt Nam là một nước độc lập, có chủ quyền." in text
