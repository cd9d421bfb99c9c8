"""Promises of spelling keys: the ways in which people write one word lead to one key."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.evaluation.variants import VARIANTS
from retrieval.text import analyse, canonical_text, fold, normalise_spelling
from retrieval.text.spelling import folded_key, syllable_key
from tests.builders import SEED_ARTICLE

_LETTERS = "abcdeghiklmnopqrstuvxyâăêôơưđàáảãạèéẻẽẹìíỉĩịòóỏõọùúủũụỳýỷỹỵấầẩẫậắằẳẵặếềểễệốồổỗộớờởỡợ"
VIETNAMESE = st.text(st.sampled_from(_LETTERS + _LETTERS.upper() + " .,-/0123456789\n"))


@pytest.mark.parametrize(
    ("spellings", "keys"),
    [
        (("hòa bình", "hoà bình", "HÒA BÌNH", "Hoà Bình"), ["hoa2", "binh2"]),
        (("thủy lợi", "thuỷ lợi", "THUỶ LỢI"), ["thuy3", "lơi5"]),
        (("khỏe", "khoẻ", "KHOẺ"), ["khoe3"]),
        (("túy", "tuý"), ["tuy1"]),
        (("kỹ thuật", "kĩ thuật", "KỸ THUẬT"), ["ki4", "thuât5"]),
        (("bác sĩ", "bác sỹ"), ["bac1", "si4"]),
        (("lý do", "lí do"), ["li1", "do"]),
        (("quý", "quí", "QUÝ"), ["qui1"]),
        (("Mỹ", "mĩ"), ["mi4"]),
        (("y tá", "i tá"), ["i", "ta1"]),
        (("đề án", "ĐỀ ÁN"), ["đê2", "an1"]),
    ],
)
def test_spellings_of_a_word_share_its_key(spellings: tuple[str, ...], keys: list[str]) -> None:
    """Tone placement, y or i, capitals and decomposition do not change a key."""
    forms = [form for text in spellings for form in (text, unicodedata.normalize("NFD", text))]
    assert {tuple(analyse(canonical_text(form)).accented) for form in forms} == {tuple(keys)}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("de an so 06", "Đề án số 06"),
        ("thuy loi", "thuỷ lợi"),
        ("ky thuat", "kĩ thuật"),
        ("ki thuat", "kỹ thuật"),
        ("quy III", "quí III"),
        ("nguoi dung dau", "người đứng đầu"),
    ],
)
def test_text_without_accents_shares_the_folded_keys(typed: str, meant: str) -> None:
    """A question typed without accents has the folded keys of what was meant."""
    assert analyse(typed).folded == analyse(meant).folded


@pytest.mark.parametrize(
    ("first", "second"),
    [("tay", "tai"), ("hay", "hai"), ("ma", "má"), ("dân", "dần"), ("ban", "bân"), ("da", "đa")],
)
def test_different_words_keep_different_keys(first: str, second: str) -> None:
    """Words that differ in more than spelling are not merged."""
    assert syllable_key(first) != syllable_key(second)


@pytest.mark.parametrize("variant", ["nfd", "old-tones", "upper"])
def test_spelling_variants_of_an_article_have_its_terms(variant: str) -> None:
    """A whole article typed in another convention yields exactly its own terms."""
    article = canonical_text(SEED_ARTICLE.read_text(encoding="utf-8"))
    changed = VARIANTS[variant](article)
    assert changed != article
    assert analyse(canonical_text(changed)) == analyse(article)


def test_article_without_accents_has_its_folded_terms_and_numbers() -> None:
    """A whole article without accents yields its folded terms and document numbers."""
    article = canonical_text(SEED_ARTICLE.read_text(encoding="utf-8"))
    bare = analyse(VARIANTS["no-accents"](article))
    assert bare.folded == analyse(article).folded
    assert bare.numbers == analyse(article).numbers
    assert bare.accented == bare.folded


@given(VIETNAMESE)
def test_normalise_spelling_keeps_offsets(raw: str) -> None:
    """Moving tones keeps the count of characters and is done once."""
    text = unicodedata.normalize("NFC", raw)
    moved = normalise_spelling(text)
    assert len(moved) == len(text)
    assert normalise_spelling(moved) == moved


@given(VIETNAMESE)
def test_fold_keeps_offsets_and_leaves_ascii(raw: str) -> None:
    """Folding NFC Vietnamese leaves one lower-case ASCII character per character."""
    text = unicodedata.normalize("NFC", raw)
    folded = fold(text)
    assert len(folded) == len(text)
    assert folded.isascii()
    assert folded == folded.lower()


@given(VIETNAMESE)
def test_fold_is_the_same_for_nfc_and_nfd(raw: str) -> None:
    """How a letter is encoded does not show once its marks are gone."""
    assert fold(unicodedata.normalize("NFD", raw)) == fold(unicodedata.normalize("NFC", raw))


@given(VIETNAMESE)
def test_folded_key_does_not_depend_on_marks(raw: str) -> None:
    """The folded key of a word is that of the word without its marks."""
    word = unicodedata.normalize("NFC", raw).lower()
    assert folded_key(word) == folded_key(fold(word))


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ("hoà", "hòa"),
        ("HOÀ", "HÒA"),
        ("hoạ sĩ", "họa sĩ"),
        ("thuỷ", "thủy"),
        ("hoàn", "hoàn"),
        ("quý", "quý"),
        ("toán", "toán"),
        ("khuya", "khuya"),
    ],
)
def test_normalise_spelling_moves_tones_of_open_syllables_only(newer: str, older: str) -> None:
    """Only oa, oe and uy at the end of a syllable, and not after q, move their tone."""
    assert normalise_spelling(newer) == older
