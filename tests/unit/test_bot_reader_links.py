"""Addresses of the reader: where they lead, and what a signature opens and what not."""

import stat
from pathlib import Path

import pytest

from bot.addresses import Public
from bot.links import KeptPassage, document_key
from bot.reader_links import (
    KEY_FILE,
    NO_READER,
    VALID_S,
    Lock,
    ReaderLinks,
    links_of,
    reader_key,
)
from bot.settings import Settings
from retrieval.types import Citation, DocumentRef, Sentence

KEY = b"k" * 32
PAPER = DocumentRef("a.txt", "A", "a.txt")
SECRET = DocumentRef("mat/b.txt", "B", "mat/b.txt", tags=("nội bộ",))
ROOT = "https://bot.example.vn/hoidap"


def citation(document: DocumentRef, sentence: Sentence | None = None) -> Citation:
    """A citation of the third passage of a document."""
    return Citation(1, 1.0, document, 3, 10, 30, "Một câu. Hai câu nữa.", "", sentence)


def at(now: float, *, closed: bool = False, restricted: frozenset[str] = frozenset()) -> Lock:
    """A lock at some time."""
    return Lock(closed, restricted, KEY, lambda: now)


def test_an_address_names_the_place() -> None:
    """An address has the passage's link, what is marked of it, and the place on the page."""
    cited = citation(PAPER, Sentence(19, 31, "Hai câu nữa."))
    kept = KeptPassage.of(cited)
    assert ReaderLinks(ROOT).to(cited) == f"{ROOT}/r/{kept.link}?m=9-21#passage"
    assert ReaderLinks(ROOT).to(citation(PAPER)) == f"{ROOT}/r/{kept.link}#passage"


def test_without_a_reader() -> None:
    """Where documents cannot be read in a browser there is no address, whatever is cited."""
    assert NO_READER.to(citation(PAPER)) == ""
    assert ReaderLinks("", at(0, closed=True)).to(citation(SECRET)) == ""


@pytest.mark.parametrize(
    ("lock", "document", "signed"),
    [
        (at(0), SECRET, False),
        (at(0, restricted=frozenset({"mat/"})), PAPER, False),
        (at(0, restricted=frozenset({"mat/"})), SECRET, True),
        (at(0, restricted=frozenset({"#noi bo"})), SECRET, True),
        (at(0, closed=True), PAPER, True),
    ],
)
def test_what_is_signed(lock: Lock, document: DocumentRef, signed: bool) -> None:
    """What not everybody may read is signed where the bot showed it, and never for anybody."""
    links = ReaderLinks(ROOT, lock)
    address = links.to(citation(document))
    assert ("s=" in address) is signed
    assert links.to(citation(document), to_anybody=True) == ("" if signed else address)


def test_a_signature_opens_its_document_for_some_days() -> None:
    """A signature is good for its document from the start and until its time is over."""
    key = document_key(SECRET.id)
    signature = at(1_000).sign(key)
    assert at(1_000).opens(key, signature)
    assert at(1_000 + VALID_S - 1).opens(key, signature)
    assert not at(1_000 + VALID_S).opens(key, signature)


def test_signatures_that_open_nothing() -> None:
    """Another document's, another key's, a longer one's, a cut or a changed one opens nothing."""
    lock, key = at(1_000), document_key(SECRET.id)
    signature = lock.sign(key)
    expiry, _, mac = signature.partition("-")
    wrong = [
        "",
        "-",
        mac,
        f"{int(expiry) + 1}-{mac}",
        f"0{expiry}-{mac}",
        f"{expiry}-{mac[:-1]}",
        f"{expiry}-{mac}=",
        f"{expiry}-{mac}\n",
        f"{expiry}-{mac[:-1]}{'A' if mac[-1] != 'A' else 'E'}",
        f"{expiry}-{'x' * 43}",
        f"{'9' * 40}-{mac}",
        f"{expiry}-{mac.swapcase()}",
        lock.sign(document_key(PAPER.id)),
        Lock(key=b"q" * 32, now=lambda: 1_000).sign(key),
    ]
    assert [one for one in wrong if lock.opens(key, one)] == []
    assert lock.opens(key, signature)


def test_without_a_key_nothing_is_opened() -> None:
    """A lock that has no key gives out no address for what is locked, and opens nothing."""
    lock = Lock(closed=True)
    assert not lock.opens("x", lock.sign("x"))
    assert ReaderLinks(ROOT, lock).to(citation(PAPER)) == ""


def test_a_key_is_made_once_and_for_its_owner(tmp_path: Path) -> None:
    """A data folder has one key of 32 bytes, that nobody else may read, and nothing beside it."""
    data = tmp_path / "data"
    key = reader_key(data)
    assert (len(key), reader_key(data)) == (32, key)
    assert stat.S_IMODE((data / KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in data.iterdir()] == [KEY_FILE]
    assert reader_key(tmp_path / "other") != key


def test_a_key_that_is_none(tmp_path: Path) -> None:
    """A key that was cut short is refused instead of signing by nothing."""
    (tmp_path / KEY_FILE).write_bytes(b"")
    with pytest.raises(OSError, match="0 bytes instead of 32"):
        reader_key(tmp_path)


@pytest.mark.parametrize(
    ("closed", "restricted", "has_key"),
    [(False, frozenset(), False), (True, frozenset(), True), (False, frozenset({"mat/"}), True)],
)
def test_a_key_is_made_where_it_is_needed(
    tmp_path: Path, closed: bool, restricted: frozenset[str], has_key: bool
) -> None:
    """A bot that keeps nothing from anybody needs no key and makes none."""
    public = Public(ROOT, "127.0.0.1", 8443)
    settings = Settings(
        *(tmp_path, tmp_path / "data", None, frozenset(), "vi", "https://x"),
        closed=closed,
        restricted=restricted,
        public=public,
    )
    links = links_of(settings)
    assert links.root == ROOT
    assert bool(links.lock.key) is has_key
    assert (tmp_path / "data" / KEY_FILE).exists() is has_key


def test_a_disk_that_keeps_no_key(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Where the key cannot be kept, links are good until the next start, and the log says so."""
    data = tmp_path / "data"
    data.write_text("no folder")
    settings = Settings(
        *(tmp_path, data, None, frozenset(), "vi", "https://x"),
        closed=True,
        public=Public(ROOT, "127.0.0.1", 8443),
    )
    lock = links_of(settings).lock
    assert lock.opens("x", lock.sign("x"))
    assert [record.message.split()[0] for record in caplog.records] == ["reader.key_not_kept"]
    assert "k" * 32 not in repr(at(0))
