"""Promises of the build: what changed is reported, and a failure never costs what is served."""

import errno
import os
import resource
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from retrieval.build import Progress, build_generation, corpus_state
from retrieval.errors import CorpusMissing, EmbedderError, Fault, GenerationError
from retrieval.generation import GenerationStore
from tests.builders import PAPERS, SEED_ARTICLE, build, generations, places, serving, write_corpus
from tests.embedders import CALIBRATION, HashEmbedder

QUESTION = "Cầu Long Biên bắc qua sông nào?"
NEW = {"moi.txt": "Một văn bản mới nói về chi bộ thôn và tổ dân phố ở Hà Nội."}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus of three documents."""
    return write_corpus(tmp_path / "corpus", PAPERS)


@pytest.fixture
def data(tmp_path: Path, corpus: Path) -> Path:
    """The data folder after a first build of the corpus."""
    build(corpus, tmp_path / "data")
    return tmp_path / "data"


def test_first_build_reports_everything_as_added(corpus: Path, tmp_path: Path) -> None:
    """A first build publishes generation 1 and counts what is in it."""
    report = build(corpus, tmp_path / "data")
    assert (report.published, report.generation) == (True, "000001")
    assert (report.documents, report.passages) == (3, 3)
    assert report.added == sorted(PAPERS)
    assert (report.changed, report.removed, report.failed) == ([], [], [])
    assert generations(tmp_path / "data") == ["000001"]


def test_unchanged_corpus_keeps_the_generation(corpus: Path, data: Path) -> None:
    """Without a change nothing is written, and the report still counts."""
    manifest = GenerationStore(data).current() / "manifest.json"
    before = manifest.stat().st_mtime_ns
    report = build(corpus, data)
    assert (report.published, report.generation) == (False, "000001")
    assert (report.documents, report.passages) == (3, 3)
    assert (report.added, report.changed, report.removed, report.failed) == ([], [], [], [])
    assert manifest.stat().st_mtime_ns == before


def test_changes_are_reported_exactly(corpus: Path, data: Path) -> None:
    """Each document is added, changed, removed or failed, by id, and the index follows."""
    (corpus / "dan-so.txt").unlink()
    write_corpus(corpus, {**NEW, "giao-thong.txt": "Cầu Chương Dương bắc qua sông Hồng."})
    write_corpus(corpus, {"a/anh.txt": b"\x81\x8d\x8f\x90\x9d", "trong.md": ""})
    report = build(corpus, data)
    assert (report.published, report.generation) == (True, "000002")
    assert report.added == ["moi.txt"]
    assert report.changed == ["giao-thong.txt"]
    assert report.removed == ["dan-so.txt"]
    assert report.failed == [
        ("a/anh.txt", "its encoding is none that is known; save it as UTF-8"),
        ("trong.md", "it has no text"),
    ]
    served = [row.ref.id for row in serving(data).documents]
    assert served == ["an-ninh/mang.txt", "giao-thong.txt", "moi.txt"]
    assert "Chương Dương" in serving(data).ask("Cầu Chương Dương").citations[0].quote


def test_file_with_an_odd_name_does_not_stop_the_build(corpus: Path, tmp_path: Path) -> None:
    """A file name that is not UTF-8 is indexed under a name that is."""
    Path(os.fsdecode(os.fsencode(corpus) + b"/t\xe0.txt")).write_text("Chi bộ thôn.", "utf-8")
    assert build(corpus, tmp_path / "data").added[-1] == "t\\udce0.txt"
    assert places(serving(tmp_path / "data").ask("chi bộ thôn"))[0] == ("t\\udce0.txt", 1)


def test_force_rebuilds_what_has_not_changed(corpus: Path, data: Path) -> None:
    """Asked to, a build publishes anew, and the answers stay the same."""
    before = serving(data).ask(QUESTION)
    report = build_generation(corpus, data, HashEmbedder(), CALIBRATION, force=True)
    assert (report.published, report.generation) == (True, "000002")
    assert serving(data).ask(QUESTION) == before


def test_other_model_or_calibration_rebuilds(corpus: Path, data: Path) -> None:
    """A generation of another model or calibration is out of date though no file changed."""
    other = HashEmbedder(32, "other")
    assert build(corpus, data, other).published
    assert serving(data, other).index.dense.dimension == 32
    stricter = replace(CALIBRATION, threshold=0.9)
    assert build_generation(corpus, data, other, stricter).published
    assert serving(data, other).index.calibration == stricter
    assert not build_generation(corpus, data, other, stricter).published


@pytest.mark.parametrize("name", ["dense.faiss", "documents.json", "texts.bin", "manifest.json"])
def test_corrupt_current_generation_is_rebuilt(corpus: Path, data: Path, name: str) -> None:
    """A broken file of the current generation is mended though no document changed."""
    path = GenerationStore(data).current() / name
    path.write_bytes(path.read_bytes()[:-1])
    assert build(corpus, data).published
    assert serving(data).ask(QUESTION).answered


def test_only_current_and_previous_are_kept(corpus: Path, data: Path) -> None:
    """However often one builds, two generations are on disk, and orphans are removed."""
    (data / "generations" / "000000").mkdir()
    for number in range(2, 6):
        write_corpus(corpus, {"dem.txt": f"Lần dựng thứ {number} của văn bản này."})
        assert build(corpus, data).generation == f"{number:06d}"
        assert generations(data) == [f"{number - 1:06d}", f"{number:06d}"]
        assert GenerationStore(data).previous() == data / "generations" / f"{number - 1:06d}"


def test_progress_counts_each_stage_to_its_end(corpus: Path, tmp_path: Path) -> None:
    """Whoever watches a build sees every stage reach its total, in order."""
    seen: list[Progress] = []
    build_generation(corpus, tmp_path / "data", HashEmbedder(), CALIBRATION, progress=seen.append)
    assert seen == [
        Progress("read", 1, 3),
        Progress("read", 2, 3),
        Progress("read", 3, 3),
        Progress("embed", 3, 3),
        Progress("index", 3, 3),
        Progress("publish", 1, 1),
    ]


@pytest.mark.parametrize("damage", ["absent", "empty", "unreadable"])
def test_corpus_without_documents_keeps_the_old_generation(
    corpus: Path, data: Path, damage: str
) -> None:
    """A corpus that has vanished is an error, never an empty index."""
    before = serving(data).ask(QUESTION)
    shutil.rmtree(corpus)
    if damage != "absent":
        corpus.mkdir()
    if damage == "unreadable":
        write_corpus(corpus, {"a.txt": b"\x81\x8d\x8f\x90\x9d", "b.txt": b""})
    faults = {
        "absent": Fault.NO_FOLDER,
        "empty": Fault.NO_DOCUMENTS,
        "unreadable": Fault.NONE_READABLE,
    }
    with pytest.raises(CorpusMissing) as raised:
        build(corpus, data)
    assert (raised.value.path, raised.value.fault) == (corpus, faults[damage])
    assert generations(data) == ["000001"]
    assert serving(data).ask(QUESTION) == before


def test_disk_that_is_nearly_full_is_refused_at_once(
    corpus: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without room for a new index none is begun, and the old one answers."""
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(100, 99, 1))
    write_corpus(corpus, NEW)
    with pytest.raises(GenerationError, match="too little disk space"):
        build(corpus, data)
    assert generations(data) == ["000001"]
    assert serving(data).ask(QUESTION).answered


@pytest.mark.parametrize("limit", [100, 400, 2_000, 5_500, 9_000, 15_000])
def test_disk_that_fills_up_midway_keeps_the_old_generation(
    corpus: Path, data: Path, limit: int
) -> None:
    """Whichever file no longer fits, the build fails as one thing and the old index answers."""
    write_corpus(corpus, {"moi.txt": SEED_ARTICLE.read_bytes()})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        with pytest.raises(GenerationError, match="cannot be written"):
            build(corpus, data)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert generations(data) == ["000001"]
    assert serving(data).ask(QUESTION).answered
    assert build(corpus, data).added == ["moi.txt"]


class FullDisk:
    """An `os` call that fails from its n-th use on, as on a disk that has just become full."""

    def __init__(self, uses: int) -> None:
        self.left = uses

    def __call__(self, *_: object) -> None:
        """Counts down, then fails."""
        self.left -= 1
        if self.left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("uses", [0, 1, 5, 12])
def test_disk_that_fails_to_make_durable_keeps_the_old_generation(
    corpus: Path, data: Path, monkeypatch: pytest.MonkeyPatch, uses: int
) -> None:
    """What could not be made durable is not published."""
    write_corpus(corpus, NEW)
    disk = FullDisk(uses)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", disk)
        with pytest.raises(GenerationError, match=r"cannot be published: .*No space left"):
            build(corpus, data)
    assert disk.left == -1
    assert generations(data) == ["000001"]
    assert serving(data).ask(QUESTION).answered


class FailingEmbedder(HashEmbedder):
    """A model that fails on passages."""

    def embed_passages(self, *_: object) -> NoReturn:
        """Always raises."""
        raise EmbedderError("no memory for the passages")


def test_model_that_fails_keeps_the_old_generation(corpus: Path, data: Path) -> None:
    """A model's failure is told as such; what was served is served on."""
    with pytest.raises(EmbedderError, match="no memory for the passages"):
        build(corpus, data, FailingEmbedder(identity="other"))
    assert generations(data) == ["000001"]
    assert serving(data).ask(QUESTION).answered


def test_corpus_state_tells_names_and_sizes(corpus: Path) -> None:
    """The cheap digest changes with a file added, renamed or resized, and only then."""
    states = [corpus_state(corpus)]
    assert corpus_state(corpus) == states[0]
    (corpus / ".an.txt").write_text("ẩn", encoding="utf-8")
    assert corpus_state(corpus) == states[0]
    write_corpus(corpus, NEW)
    states.append(corpus_state(corpus))
    (corpus / "moi.txt").rename(corpus / "cu.txt")
    states.append(corpus_state(corpus))
    (corpus / "cu.txt").write_text("ngắn", encoding="utf-8")
    states.append(corpus_state(corpus))
    assert len(set(states)) == 4


_OTHER_PROCESS = """
import sys
from pathlib import Path
from retrieval.errors import BuildBusy
from tests.builders import build
try:
    print(build(Path(sys.argv[1]), Path(sys.argv[2])).published)
except BuildBusy:
    print("busy")
"""


def test_second_process_is_told_that_one_is_building(corpus: Path, data: Path) -> None:
    """Two processes never build in one data folder at once."""
    command = [sys.executable, "-c", _OTHER_PROCESS, str(corpus), str(data)]

    def built_elsewhere() -> str:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    with GenerationStore(data).building():
        assert built_elsewhere() == "busy"
    assert built_elsewhere() == "False"
    assert serving(data).ask(QUESTION).answered
