"""Promises of a build after a change: it reads what was touched, and ends as a fresh one does."""

import json
import os
import random
import shutil
import time
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from retrieval import digests, sources
from retrieval.build import BuildReport, build_generation
from retrieval.documents import corpus_files, file_bytes
from retrieval.documents.reading import MAX_FILE_BYTES
from retrieval.embedding import Embeddings
from retrieval.errors import Fault
from retrieval.generation import GenerationStore, file_digests, read_manifest
from retrieval.text import analyse
from tests.builders import PAPERS, build, serving, write_corpus
from tests.embedders import CALIBRATION, HashEmbedder

_WORDS = "chi bộ thôn họp hằng tháng tại nhà văn hoá trạm bơm tưới cánh đồng làng chợ phiên".split()
_LATER_NS = 10_000_000_000


class CountingEmbedder(HashEmbedder):
    """Counts the passages that it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.embedded = 0

    def embed_passages(self, texts, progress=None) -> Embeddings:  # type: ignore[no-untyped-def]
        """The rows of the texts, which are counted."""
        self.embedded += len(texts)
        return super().embed_passages(texts, progress)


class FilesRead:
    """Reads files for a build, and remembers which."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, path: Path) -> bytes:
        """What is in a file."""
        self.names.append(path.name)
        return file_bytes(path)

    def by_building(
        self, corpus: Path, data: Path, embedder: HashEmbedder | None = None, *, force: bool = False
    ) -> tuple[list[str], BuildReport]:
        """The names of the files that a build reads, and its report."""
        self.names.clear()
        report = build_generation(
            corpus, data, embedder or HashEmbedder(), CALIBRATION, force=force
        )
        return sorted(self.names), report


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """The papers."""
    return write_corpus(tmp_path / "corpus", PAPERS)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Where they are indexed."""
    return tmp_path / "data"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> FilesRead:
    """What builds read from here on."""
    files = FilesRead()
    monkeypatch.setattr(sources, "file_bytes", files)
    return files


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Corpora are listed long after their files were written."""
    now_ns = time.time_ns
    with monkeypatch.context() as patch:
        patch.setattr(time, "time_ns", lambda: now_ns() + _LATER_NS)
        yield


def write_archive(path: Path, members: Mapping[str, str | bytes]) -> None:
    """A zip file of these."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def assert_as_from_nothing(data: Path, corpus: Path, last: BuildReport) -> None:
    """The current index, and what the `last` build says, are those of a build from nothing."""
    fresh = data.parent / "fresh"
    shutil.rmtree(fresh, ignore_errors=True)
    report = build(corpus, fresh)
    assert (last.documents, last.passages) == (report.documents, report.passages)
    assert last.failed == report.failed
    ours, theirs = (GenerationStore(place).current() for place in (data, fresh))
    names = ["passages.npy", "texts.bin", "headings.json", "dense.faiss"]
    names += sorted(f"words/{file.name}" for file in (theirs / "words").iterdir())
    for name in names:
        assert (ours / name).read_bytes() == (theirs / name).read_bytes(), name
    columns = [json.loads((folder / "documents.json").read_text()) for folder in (ours, theirs)]
    for column in columns[0].keys() - {"slot", "stamp"}:
        assert columns[0][column] == columns[1][column], column
    assert len(set(columns[0]["slot"])) == len(columns[0]["slot"])
    lexical = [serving(place).index.lexical for place in (data, fresh)]
    assert len(lexical[0]) == len(lexical[1])
    for word in _WORDS:
        found = [{passage for passage, _ in one.search(analyse(word), 999)} for one in lexical]
        assert found[0] == found[1], word
    assert file_digests(ours) == read_manifest(ours).files


class LivingCorpus:
    """A folder of documents, archives and side files that people change at random."""

    names = ("a.txt", "b.md", "c/d.txt", "c/e.md", "g.txt", "kho.zip", "c/tu.zip")

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self._chance = random.Random(seed)
        write_corpus(folder, {"luon-co.txt": "Văn bản này lúc nào cũng có ở đây."})
        for name in self.names:
            self._write(folder / name)

    def live(self) -> None:
        """Change something, one to three times."""
        acts = (
            *(self._write, self._write, self._edit_in_secret, os.utime, self._tell),
            *(self._remove, self._rename, self._become_a_folder),
        )
        for _ in range(self._chance.randint(1, 3)):
            act = self._chance.choice(acts)
            path = self.folder / self._chance.choice(self.names)
            if path.is_file() or act == self._write:
                act(path)

    def _sentence(self) -> str:
        return " ".join(self._chance.choices(_WORDS, k=self._chance.randint(8, 14))) + "."

    def _text(self) -> str:
        lines = [f"# {self._chance.choice(_WORDS)}"] if self._chance.random() < 0.5 else []
        for _ in range(self._chance.randint(1, 4)):
            if self._chance.random() < 0.5:
                lines.append(f"## {self._chance.choice(_WORDS)}")
            lines.append(self._sentence())
        return "\n\n".join(lines)

    def _write(self, path: Path) -> None:
        if path.is_dir():
            shutil.rmtree(path)
        if path.suffix != ".zip":
            write_corpus(path.parent, {path.name: self._text()})
            return
        inside: dict[str, str | bytes] = {f"{n}.txt": self._text() for n in range(3)}
        if self._chance.random() < 0.5:
            inside["hong.pdf"] = b"%PDF broken"
        if self._chance.random() < 0.3:
            inside["../0.txt"] = self._text()  # by the same id as another
        write_archive(path, inside)

    def _edit_in_secret(self, path: Path) -> None:
        """As many bytes as before, written as long ago as before."""
        status, text = path.stat(), path.read_bytes()
        path.write_bytes(text.replace(b"a", b"e", 1) if path.suffix != ".zip" else text)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    def _tell(self, path: Path) -> None:
        side = path.with_name(f"{path.name}.yaml")
        if side.exists() and self._chance.random() < 0.5:
            side.unlink()
        else:
            side.write_text(f"title: {self._sentence()}", encoding="utf-8")

    def _remove(self, path: Path) -> None:
        path.unlink()

    def _rename(self, path: Path) -> None:
        other = self.folder / self._chance.choice(self.names)
        if path.suffix == other.suffix and not other.is_dir():
            path.replace(other)

    def _become_a_folder(self, path: Path) -> None:
        """Of the same name as an archive, so that its documents' ids are an archive's."""
        if path.suffix == ".zip":
            path.unlink()
            write_corpus(path, {"0.txt": self._text(), "1.txt": self._text()})


def builds_after_changes(corpus: Path, data: Path, seed: int) -> None:
    """Let a corpus live and be indexed, round after round."""
    living = LivingCorpus(corpus, seed)
    report = build(corpus, data)
    for _ in range(8):
        assert_as_from_nothing(data, corpus, report)
        living.live()
        report = build(corpus, data)
    assert_as_from_nothing(data, corpus, report)


@pytest.mark.parametrize("seed", [1, 2])
def test_any_changes_end_where_a_build_from_nothing_does(
    tmp_path: Path, data: Path, seed: int
) -> None:
    """Texts, passages, headings, embeddings, words, postings and faults are those of all afresh."""
    builds_after_changes(tmp_path / "living", data, seed)


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("seed", [3, 4])
def test_trusting_stamps_makes_no_difference(tmp_path: Path, data: Path, seed: int) -> None:
    """The same where files are old enough for their stamps to be trusted."""
    builds_after_changes(tmp_path / "living", data, seed)


@pytest.mark.usefixtures("later")
def test_a_file_that_nobody_touched_is_not_opened(
    corpus: Path, data: Path, read: FilesRead
) -> None:
    """A build opens what is new or was touched, once; by force, everything."""
    assert len(read.by_building(corpus, data)[0]) == len(PAPERS)
    assert read.by_building(corpus, data)[0] == []
    write_corpus(corpus, {"dan-so.txt": "Một câu khác hẳn.", "moi.txt": "Một câu mới tinh."})
    assert read.by_building(corpus, data)[0] == ["dan-so.txt", "moi.txt"]
    assert len(read.by_building(corpus, data, force=True)[0]) == len(PAPERS) + 1


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("way", ["in place", "by another file"])
def test_a_change_that_hides_itself_is_noticed(corpus: Path, data: Path, way: str) -> None:
    """As many bytes, written as long ago: the kernel's own time and number give it away."""
    build(corpus, data)
    path = corpus / "dan-so.txt"
    status, changed = path.stat(), path.read_bytes().replace(b"2018", b"2019")
    target = path if way == "in place" else corpus / ".khac"
    target.write_bytes(changed)
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))
    target.replace(path)
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (status.st_size, status.st_mtime_ns)
    assert build(corpus, data).changed == ["dan-so.txt"]
    assert "2019" in serving(data).ask("Hà Nội có bao nhiêu người dân?").citations[0].quote


def test_a_file_written_just_before_is_looked_at_again(
    corpus: Path, data: Path, read: FilesRead
) -> None:
    """What may be written once more within a tick of the clock is read by the next build too."""
    os.utime(corpus / "dan-so.txt", (1, 1))  # its content says that it is old
    build(corpus, data)
    assert len(read.by_building(corpus, data)[0]) == len(PAPERS)


@pytest.mark.usefixtures("later")
def test_a_touched_file_is_kept_and_known_from_then_on(
    corpus: Path, data: Path, read: FilesRead
) -> None:
    """A file that says what it said is read once more, not indexed again."""
    embedder = CountingEmbedder()
    build(corpus, data, embedder)
    os.utime(corpus / "dan-so.txt", (1, 1))
    write_corpus(corpus, {"moi.txt": "Một câu mới tinh."})
    names, report = read.by_building(corpus, data, embedder)
    assert names == ["dan-so.txt", "moi.txt"]
    assert (report.added, report.changed) == (["moi.txt"], [])
    assert embedder.embedded == len(PAPERS) + 1
    assert read.by_building(corpus, data)[0] == []


@pytest.mark.usefixtures("later")
def test_what_lies_beside_a_file_is_watched_too(corpus: Path, data: Path, read: FilesRead) -> None:
    """A side file that comes, changes or goes changes its document, and no other."""
    build(corpus, data)
    side = corpus / "dan-so.yaml"
    for content in ("title: A", "title: B", None):
        if content is None:
            side.unlink()
        else:
            side.write_text(content, encoding="utf-8")
        names, report = read.by_building(corpus, data)
        assert names == report.changed == ["dan-so.txt"]
    assert read.by_building(corpus, data)[0] == []


@pytest.mark.usefixtures("later")
def test_an_archive_is_read_again_only_while_some_of_it_fails(
    corpus: Path, data: Path, read: FilesRead
) -> None:
    """A whole archive is not opened; what fails in another is told by every build."""
    write_archive(corpus / "lanh.zip", {"a.txt": "Câu một ở đây.", "b.txt": "Câu hai ở đây."})
    write_archive(corpus / "vo.zip", {"a.txt": "Câu ba ở đây.", "hong.pdf": b"%PDF broken"})
    embedder = CountingEmbedder()
    failed = [("vo.zip/hong.pdf", str(Fault.BROKEN))]
    assert build(corpus, data, embedder).failed == failed
    for number in range(2):
        write_corpus(corpus, {f"moi-{number}.txt": "Một câu mới tinh."})
        names, report = read.by_building(corpus, data, embedder)
        assert names == [f"moi-{number}.txt", "vo.zip"]
        assert (report.failed, report.changed, report.removed) == (failed, [], [])
        assert embedder.embedded == len(PAPERS) + 4 + number
    os.utime(corpus / "lanh.zip", (1, 1))
    assert read.by_building(corpus, data, embedder)[0] == ["lanh.zip", "vo.zip"]
    assert embedder.embedded == len(PAPERS) + 5


@pytest.mark.usefixtures("later")
def test_documents_of_one_id_are_never_mixed_up(corpus: Path, data: Path) -> None:
    """Two members of an archive, or two files, may have one id; both stay, and stay themselves."""
    one, other = "Câu một ở đây.", "Câu hai ở đây."
    broken = b"%PDF broken"
    write_archive(corpus / "vo.zip", {"a.txt": one, "../a.txt": other, "hong.pdf": broken})
    for name in (b"t\xe0.txt", b"t\\udce0.txt"):
        Path(os.fsdecode(os.fsencode(corpus) + b"/" + name)).write_text("Chi bộ thôn.", "utf-8")
    build(corpus, data)
    assert not build(corpus, data).published
    for number in range(2):
        write_corpus(corpus, {"moi.txt": f"Một câu mới tinh, câu số {number}."})
        assert_as_from_nothing(data, corpus, build(corpus, data))


@pytest.mark.usefixtures("later")
def test_what_two_indices_share_is_hashed_once(
    corpus: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file checked in the index before is not read again where the new one links to it."""
    write_corpus(corpus, {f"{number}.txt": f"Câu số {number} ở đây." for number in range(9)})
    build(corpus, data)
    hashed: list[Path] = []
    sha256 = digests._sha256

    def remembered(path: Path) -> str:
        hashed.append(path)
        return sha256(path)

    monkeypatch.setattr(digests, "_sha256", remembered)
    write_corpus(corpus, {"moi.txt": "Một câu mới tinh."})
    build(corpus, data)
    folder = GenerationStore(data).current()
    shared = [path for path in folder.rglob("*") if path.stat().st_nlink > 1 and path.is_file()]
    assert len(shared) > 3
    assert not set(shared) & set(hashed)
    assert {path.name for path in shared} <= {path.name for path in hashed}  # where they were
    assert file_digests(folder) == read_manifest(folder).files


@pytest.mark.usefixtures("later")
def test_a_file_that_can_no_longer_be_read_is_told_and_not_taken_for_removed(
    corpus: Path, data: Path
) -> None:
    """It is told by every build, and what it said is kept until it can be read again or is gone."""
    build(corpus, data)
    os.truncate(corpus / "dan-so.txt", MAX_FILE_BYTES + 1)
    report = build(corpus, data)
    failed = [("dan-so.txt", str(Fault.TOO_LARGE))]
    assert (report.failed, report.removed) == (failed, [])
    assert len(serving(data).documents) == len(PAPERS)
    write_corpus(corpus, {"moi.txt": "Một câu mới tinh."})
    report = build(corpus, data)
    assert (report.published, report.failed, report.removed) == (True, failed, [])
    assert len(serving(data).documents) == len(PAPERS) + 1
    report = build(corpus, data)
    assert (report.published, report.failed) == (False, failed)
    (corpus / "dan-so.txt").unlink()
    report = build(corpus, data)
    assert (report.removed, report.failed) == (["dan-so.txt"], [])
    assert_as_from_nothing(data, corpus, report)


@pytest.mark.usefixtures("later")
def test_a_flipped_byte_is_not_handed_on(corpus: Path, data: Path) -> None:
    """Whichever file of the index before has one, nothing of that index is in the next."""
    build(corpus, data)
    names = list(read_manifest(GenerationStore(data).current()).files)
    for number, name in enumerate(names):
        folder = GenerationStore(data).current()
        if not (folder / name).exists():
            continue  # a segment that this index does not have
        path, embedder = folder / name, CountingEmbedder()
        status, intact = path.stat(), path.read_bytes()
        middle = len(intact) // 2
        path.write_bytes(intact[:middle] + bytes([intact[middle] ^ 1]) + intact[middle + 1 :])
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        write_corpus(corpus, {"moi.txt": f"Một câu mới tinh, câu số {number}."})
        report = build(corpus, data, embedder)
        assert embedder.embedded == len(PAPERS) + 1, name
        assert_as_from_nothing(data, corpus, report)


def test_a_listing_has_files_and_what_lies_beside_them(tmp_path: Path) -> None:
    """Links to files count, links to folders and pipes do not; side files are no documents."""
    corpus = write_corpus(tmp_path / "corpus", {"a.txt": "A.", "a.yaml": "", "c/b.md": "B."})
    outside = write_corpus(tmp_path / "outside", {"x.txt": "X.", "thu-muc/y.txt": "Y."})
    (corpus / "x.txt").symlink_to(outside / "x.txt")
    (corpus / "mat.txt").symlink_to(outside / "khong-co.txt")
    (corpus / "thu-muc").symlink_to(outside / "thu-muc")
    (corpus / "kho.txt").mkdir()
    os.mkfifo(corpus / "ong.txt")
    files = corpus_files(corpus)
    assert [file.id for file in files] == ["a.txt", "c/b.md", "x.txt"]
    assert [[side.id for side in file.sides] for file in files] == [["a.yaml"], [], []]
    assert [Path(file.path) for file in files] == [corpus / file.id for file in files]
