"""Promises of backups: whole under writes, put back all or not at all, nothing foreign let in."""

import gzip
import io
import json
import shutil
import sqlite3
import stat
import tarfile
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot import __version__
from bot.backup import Lack, back_up, restoring
from bot.backup.layout import DIGESTS, FORMAT, HEAD
from bot.data_lock import alone, in_use
from bot.errors import BackupError, BackupFault
from bot.reader_links import KEY_FILE, reader_key
from retrieval.errors import BuildBusy
from retrieval.generation import GenerationStore, read_manifest
from tests.builders import build
from tests.integration.backed_up import House
from tests.integration.disk_faults import Commands
from tests.integration.indexed import NOW, Indexed, permitted, read_only

Members = list[tuple[tarfile.TarInfo, bytes]]


@pytest.fixture(scope="module")
def first_day(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house that tells of the first day, to be copied."""
    return House.made(tmp_path_factory.mktemp("first") / "house", "ngay-dau")


@pytest.fixture(scope="module")
def backup(first_day: House) -> Path:
    """A backup of the first day, to be copied."""
    made = first_day.folder.parent / "hoidap.tar.gz"
    assert first_day.back_up(made).lacks == []
    return made


@pytest.fixture(scope="module")
def second_day(first_day: House, backup: Path, tmp_path_factory: pytest.TempPathFactory) -> House:
    """The same house a day later, to be copied."""
    house = first_day.copied(tmp_path_factory.mktemp("second") / "house")
    house.change("ngay-sau")
    return house


@pytest.fixture
def house(second_day: House, tmp_path: Path) -> House:
    """A house on the second day."""
    return second_day.copied(tmp_path / "house")


@pytest.fixture
def file(backup: Path, tmp_path: Path) -> Path:
    """A backup of the first day."""
    return Path(shutil.copy(backup, tmp_path / "hoidap.tar.gz"))


def members(file: Path) -> Members:
    """Return what an archive has."""
    with tarfile.open(file) as archive:
        return [(one, (archive.extractfile(one) or io.BytesIO()).read()) for one in archive]


def rewritten(file: Path, change: Callable[[Members], Members | None]) -> Path:
    """Write an archive again as somebody else would have it."""
    found = members(file)
    found = change(found) or found
    with tarfile.open(file, "w:gz", format=tarfile.PAX_FORMAT) as archive:
        for info, content in found:
            if info.isreg():
                info.size = len(content)
            archive.addfile(info, io.BytesIO(content) if info.isreg() else None)
    return file


def refusal(house: House, file: Path) -> BackupFault:
    """Return why a restore is refused, after which all is as it was."""
    before, names = house.seen(), house.names()
    with pytest.raises(BackupError) as caught:
        house.restore(file)
    assert house.seen() == before
    assert house.names() == names
    return caught.value.fault


def test_there_and_back(house: House, file: Path) -> None:
    """A restore brings documents, index and database back; what gave way is kept and named."""
    second = house.seen()
    restored = house.restore(file)
    first = house.seen()
    assert first.marks == [("ngay-dau", "")]
    assert "ngay-dau.txt" in first.indexed
    assert "ngay-sau.txt" not in {*first.indexed, *first.papers}
    assert restored.head.hoidap == __version__
    assert restored.files == len(first.papers)
    kept, kept_papers = restored.kept
    assert {path.name for path in kept_papers.rglob("*") if path.is_file()} == {
        Path(name).name for name in second.papers
    }
    with closing(sqlite3.connect(kept / "hoidap.sqlite3")) as opened:
        assert opened.execute("SELECT name FROM marks ORDER BY name").fetchall() == [
            (name,) for name, _ in second.marks
        ]
    assert build(house.corpus, house.data).published is False


def test_to_another_machine(house: House, file: Path, tmp_path: Path) -> None:
    """Where nothing was, all is as in the backup, and the index is that of the new place."""
    other = House(tmp_path / "elsewhere")
    restored = other.restore(file)
    assert other.seen().marks == [("ngay-dau", "")]
    assert restored.kept == []
    manifest = read_manifest(GenerationStore(other.data).current())
    assert manifest.corpus == str(other.corpus.resolve())
    assert build(other.corpus, other.data).published is False
    assert stat.S_IMODE(other.database.stat().st_mode) == 0o600


def test_index_that_gave_way_can_be_had_again(house: House, file: Path) -> None:
    """The index that was current before a restore is the previous one after it."""
    second = house.seen().indexed
    house.restore(file)
    GenerationStore(house.data).undo()
    assert house.seen().indexed == second


def test_nobody_else_reads_a_backup(file: Path) -> None:
    """An archive can be read by its owner alone, and has no more than was promised."""
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    names = [info.name for info, _ in members(file)]
    assert (names[0], names[-1]) == (HEAD, DIGESTS)
    assert {name.split("/")[0] for name in names[1:-1]} == {"database", "generation", "corpus"}


def test_secrets_are_not_backed_up(house: House, tmp_path: Path) -> None:
    """What is hidden, the data folder and the archive itself are never taken for documents."""
    token = b"123456:AAsecret-token-of-the-bot"
    (house.corpus / ".env").write_bytes(b"TELEGRAM_BOT_TOKEN=" + token)
    (house.data / ".env").write_bytes(token)
    (house.data / "other").write_bytes(token)
    (house.corpus / ".git").mkdir()
    (house.corpus / ".git" / "config").write_bytes(token)
    (house.corpus / "link").symlink_to(house.data)
    key = reader_key(house.data)
    made = tmp_path / "hoidap.tar.gz"
    house.back_up(made)
    archive = gzip.decompress(made.read_bytes())
    assert token not in archive
    assert key not in archive
    assert KEY_FILE.encode() not in archive


def test_words_under_way_are_not_backed_up(house: House, tmp_path: Path) -> None:
    """Of messages that wait to be answered an archive has the numbers, not the words."""
    with closing(sqlite3.connect(house.database)) as opened:
        opened.execute("INSERT INTO inbox VALUES (7, 1.0, 'một câu hỏi riêng tư', 0)")
        opened.execute("INSERT INTO jobs VALUES (1, 'reindex', 5, 6, 'vi', 1.0)")
        opened.commit()
    made = tmp_path / "hoidap.tar.gz"
    house.back_up(made)
    assert "một câu hỏi riêng tư".encode() not in gzip.decompress(made.read_bytes())
    house.restore(made)
    with closing(sqlite3.connect(house.database)) as opened:
        assert opened.execute("SELECT update_id, body FROM inbox").fetchall() == [(7, None)]
        assert opened.execute("SELECT * FROM jobs").fetchall() == []


def test_backup_while_the_database_is_written(house: House, tmp_path: Path) -> None:
    """Under a stream of transactions of two rows each, a backup has whole ones and hinders none."""
    stop, written = threading.Event(), [0]

    def write() -> None:
        with closing(sqlite3.connect(house.database, isolation_level=None)) as opened:
            while not stop.is_set():
                opened.execute("BEGIN IMMEDIATE")
                for side in "ab":
                    opened.execute("INSERT INTO marks VALUES (?, '')", (f"{side}{written[0]:06d}",))
                opened.execute("COMMIT")
                written[0] += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while written[0] < 50:
            stop.wait(0.001)
        for number in range(3):
            house.back_up(tmp_path / f"{number}.tar.gz")
    finally:
        stop.set()
        writer.join()
    for number in range(3):
        other = House(tmp_path / f"other-{number}")
        other.restore(tmp_path / f"{number}.tar.gz")
        names = [name for name, _ in other.seen().marks if name[0] in "ab"]
        assert len(names) >= 100
        assert {name[1:] for name in names if name[0] == "a"} == {
            name[1:] for name in names if name[0] == "b"
        }


def test_without_the_documents(house: House, tmp_path: Path) -> None:
    """A backup without the documents leaves those that are there alone."""
    made = tmp_path / "hoidap.tar.gz"
    house.back_up(made, corpus=False)
    before = house.seen()
    (house.corpus / "moi.txt").write_text("Một văn bản mới.", encoding="utf-8")
    with closing(sqlite3.connect(house.database, isolation_level=None)) as opened:
        opened.execute("DELETE FROM marks")
    house.restore(made)
    assert house.seen().papers.keys() - before.papers.keys() == {"moi.txt"}
    assert house.seen().marks == before.marks


def test_what_is_broken_is_left_out_and_said(house: House, tmp_path: Path) -> None:
    """A broken index and a broken database do not keep the documents from being saved."""
    (GenerationStore(house.data).current() / "texts.bin").write_bytes(b"x")
    for path in house.data.glob("hoidap.sqlite3*"):
        path.unlink()
    house.database.write_bytes(b"no database " * 1_000)
    made = house.back_up(tmp_path / "hoidap.tar.gz")
    assert sorted(lack for _, lack in made.lacks) == [Lack.BROKEN_DATABASE, Lack.BROKEN_INDEX]
    assert made.files == len(list(house.corpus.rglob("*.*")))
    assert not made.complete


def test_before_the_first_run(tmp_path: Path) -> None:
    """Where there is no index nor a database yet there is nothing to complain about."""
    empty = House(tmp_path / "empty")
    empty.corpus.mkdir(parents=True)
    made = empty.back_up(tmp_path / "hoidap.tar.gz")
    assert sorted(lack for _, lack in made.lacks) == [Lack.NO_DATABASE, Lack.NO_INDEX]
    assert made.complete


def test_archive_among_the_documents(house: House) -> None:
    """An archive that would become a document is refused."""
    with pytest.raises(BackupError) as caught:
        house.back_up(house.corpus / "hoidap.tar.gz")
    assert caught.value.fault is BackupFault.IN_CORPUS


def test_two_at_once(house: House, tmp_path: Path) -> None:
    """A second backup to the same place is refused while the first is written, which goes on."""
    file = tmp_path / "hoidap.tar.gz"
    refused: list[BackupFault] = []

    def second(done: int, total: int) -> None:
        if not refused:
            with pytest.raises(BackupError) as caught:
                house.back_up(file)
            refused.append(caught.value.fault)

    back_up(file, house.data, house.database, house.corpus, second)
    assert refused == [BackupFault.TWICE]
    before = house.seen()
    house.restore(file)
    assert house.seen() == before


def test_a_place_that_cannot_be_written(house: House, tmp_path: Path) -> None:
    """Where an archive cannot be written the reason is said."""
    (tmp_path / "folder").mkdir()
    for place in (tmp_path / "nowhere" / "x.tar.gz", tmp_path / "folder"):
        with pytest.raises(BackupError) as caught:
            house.back_up(place)
        assert caught.value.fault is BackupFault.FAILED
    assert not list(tmp_path.glob(".*"))


def test_under_a_bot(house: House, file: Path) -> None:
    """A restore under a bot or a build is refused, and a bot is refused under a restore."""
    with in_use(house.data), in_use(house.data):
        assert refusal(house, file) is BackupFault.IN_USE
    with GenerationStore(house.data).locked(), pytest.raises(BuildBusy):
        house.restore(file)
    with alone(house.data), pytest.raises(BackupError) as caught, in_use(house.data):
        pass
    assert caught.value.fault is BackupFault.RESTORING


def test_a_newer_version(house: House, file: Path) -> None:
    """An archive of a newer hoidap, format or database is refused as such."""

    def newer(**fields: object) -> Callable[[Members], None]:
        def change(found: Members) -> None:
            info, content = found[0]
            found[0] = (info, json.dumps(json.loads(content) | fields).encode())

        return change

    for fields in ({"hoidap": "99.0.0"}, {"format": FORMAT + 1, "other": 1}):
        rewritten(file, newer(**fields))
        assert refusal(house, file) is BackupFault.NEWER
        rewritten(file, newer(hoidap=__version__, format=FORMAT))
    with closing(sqlite3.connect(house.database)) as opened:
        opened.execute("PRAGMA user_version = 99")
    house.back_up(file)
    assert refusal(house, file) is BackupFault.NEWER


def test_any_byte_that_is_wrong(house: House, file: Path) -> None:
    """An archive that is cut, or has one other byte, anywhere, is refused."""
    whole = file.read_bytes()
    size = len(whole)
    for end in (0, 1, 50, size // 3, size // 2, size - 9, size - 1):
        file.write_bytes(whole[:end])
        assert refusal(house, file) is BackupFault.BROKEN
    # Not among the zeros at the end, which another byte may stand for just as well.
    for place in (0, 1, 50, size // 3, size // 2, size - 8, size - 1):
        flipped = bytearray(whole)
        flipped[place] ^= 0x10
        file.write_bytes(flipped)
        assert refusal(house, file) in (BackupFault.BROKEN, BackupFault.UNSAFE)


def test_a_digest_that_is_wrong(house: House, file: Path) -> None:
    """What is not what was backed up, missing or added is refused, though the archive is whole."""

    def other_words(found: Members) -> None:
        at = next(i for i, (info, _) in enumerate(found) if info.name.startswith("corpus/"))
        found[at] = (found[at][0], b"other words")

    def one_less(found: Members) -> None:
        del found[3]

    def one_more(found: Members) -> None:
        found.insert(3, (tarfile.TarInfo("corpus/more.txt"), b"more"))

    def no_digests(found: Members) -> None:
        del found[-1]

    whole = file.read_bytes()
    for change in (other_words, one_less, one_more, no_digests):
        file.write_bytes(whole)
        assert refusal(house, rewritten(file, change)) is BackupFault.BROKEN


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("corpus/../../x.txt", tarfile.REGTYPE),
        ("corpus/..", tarfile.REGTYPE),
        ("/tmp/x.txt", tarfile.REGTYPE),  # noqa: S108
        ("corpus//x.txt", tarfile.REGTYPE),
        ("corpus/./x.txt", tarfile.REGTYPE),
        ("corpus", tarfile.REGTYPE),
        ("other/x.txt", tarfile.REGTYPE),
        (".env", tarfile.REGTYPE),
        ("corpus/.env", tarfile.REGTYPE),
        ("corpus/a/.git/config", tarfile.REGTYPE),
        ("", tarfile.REGTYPE),
        ("database/hoidap.sqlite3-wal", tarfile.REGTYPE),
        ("corpus/x", tarfile.SYMTYPE),
        ("corpus/x", tarfile.LNKTYPE),
        ("corpus/x", tarfile.CHRTYPE),
        ("corpus/x", tarfile.BLKTYPE),
        ("corpus/x", tarfile.FIFOTYPE),
        ("corpus/x", tarfile.DIRTYPE),
    ],
)
def test_members_that_no_backup_has(house: House, file: Path, name: str, kind: bytes) -> None:
    """Names that lead elsewhere, links, devices and folders are refused."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, str(house.folder)
    rewritten(file, lambda found: [found[0], (info, b""), *found[1:]])
    assert refusal(house, file) is BackupFault.UNSAFE
    assert not (house.folder.parent / "x.txt").exists()


def test_header_that_is_too_long(house: House, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is longer than memory would be is refused before it is read."""
    monkeypatch.setattr(restoring, "_MOST_AT_ONCE", 1 << 20)
    header = tarfile.TarInfo("long")
    header.type = tarfile.XHDTYPE
    header.size = 2 << 20
    found = members(file)
    with tarfile.open(file, "w:gz") as archive:
        archive.addfile(found[0][0], io.BytesIO(found[0][1]))
        archive.addfile(header, io.BytesIO(bytes(header.size)))
    assert refusal(house, file) is BackupFault.BROKEN


def test_a_file_that_is_no_backup(house: House, tmp_path: Path) -> None:
    """Another file, another archive, or none at all is refused."""
    other = tmp_path / "other.tar.gz"
    other.write_bytes(b"something else")
    assert refusal(house, other) is BackupFault.BROKEN
    with tarfile.open(other, "w:gz") as archive:
        archive.add(house.corpus, "corpus")
    assert refusal(house, other) in (BackupFault.BROKEN, BackupFault.UNSAFE)
    assert refusal(house, tmp_path / "nowhere.tar.gz") is BackupFault.FAILED


def test_disk_that_is_full(indexed: Indexed, hoidap: Commands, tmp_path: Path) -> None:
    """Without room a backup or a restore says so, and leaves everything as it was."""
    whole, part = tmp_path / "whole.tar.gz", tmp_path / "part.tar.gz"
    own = indexed.copied(tmp_path / "own", tmp_path / "own-corpus")
    assert hoidap.run("backup", whole, *own.folders).code == 0
    (own.corpus / "cho.md").unlink()
    before = sorted(path.name for path in (*own.data.iterdir(), *own.corpus.iterdir()))
    for arguments in (("backup", part), ("restore", whole)):
        outcome = hoidap.run(*arguments, *own.folders, file_bytes=1_000)
        assert outcome.code == 2
        (complaint,) = outcome.complaints
        assert complaint.startswith("hoidap: Không đọc hoặc ghi được: ")
        assert "File too large" in complaint
        assert own.served() == (NOW, None)
        after = [*own.data.iterdir(), *own.corpus.iterdir()]
        assert sorted(path.name for path in after if path.name != "use.lock") == before
    assert [path.name for path in tmp_path.glob("*part*")] == []
    assert hoidap.run("restore", whole, *own.folders).code == 0
    assert (own.corpus / "cho.md").exists()


def test_document_that_cannot_be_opened(indexed: Indexed, hoidap: Commands, tmp_path: Path) -> None:
    """A document that may not be read is named, the rest is backed up, and the exit code is 1."""
    own = indexed.copied(tmp_path / "own", tmp_path / "own-corpus")
    file = tmp_path / "hoidap.tar.gz"
    with permitted(0, own.corpus / "cho.md"):
        outcome = hoidap.run("backup", file, *own.folders)
    assert outcome.code == 1
    assert "Không có trong bản sao lưu, corpus/cho.md: không mở được" in outcome.err
    assert "corpus/cho.md" not in [info.name for info, _ in members(file)]
    assert hoidap.run("restore", file, *own.folders).code == 0


def test_documents_that_nobody_may_move(indexed: Indexed, hoidap: Commands, tmp_path: Path) -> None:
    """Where the documents may not be moved nothing is: not the index, and not the database."""
    own = indexed.copied(tmp_path / "own", tmp_path / "own-corpus")
    file = tmp_path / "hoidap.tar.gz"
    assert hoidap.run("backup", file, *own.folders).code == 0
    name = own.store.current().name
    with read_only(own.corpus):
        outcome = hoidap.run("restore", file, *own.folders)
    assert outcome.code == 2
    assert "Permission denied" in outcome.err
    assert own.store.current().name == name
    assert not (own.data / "restore.json").exists()
