"""Promises of a living corpus: archives, hostile files, what is taken over, canaries, undo."""

import base64
import io
import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from bot.setting_list import SECRETS
from retrieval.build import build_generation, corpus_state
from retrieval.canaries import CANARY_FILE, Canary, check_canaries, load_canaries
from retrieval.documents import DocumentReader
from retrieval.embedding import Embeddings
from retrieval.errors import CanaryFailed, CorpusError, Fault, GenerationMissing
from retrieval.generation import GenerationStore
from retrieval.types import Document
from retrieval.verifying import verify_generation
from tests.builders import PAPERS, build, generations, serving, write_corpus
from tests.embedders import CALIBRATION, HashEmbedder

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
CSV = "Tên phường,Số dân\nHàng Bạc,5000\nHàng Đào,6000\n"


class CountingEmbedder(HashEmbedder):
    """Counts the passages that it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.embedded: list[str] = []

    def embed_passages(self, texts, progress=None) -> Embeddings:  # type: ignore[no-untyped-def]
        """The rows of the texts, which are remembered."""
        self.embedded += texts
        return super().embed_passages(texts, progress)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """The papers."""
    return write_corpus(tmp_path / "corpus", PAPERS)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Where they are indexed."""
    return tmp_path / "data"


def read(corpus: Path, name: str, seconds: float = 60.0) -> list[tuple[str, Document | Fault]]:
    """What one file of the corpus has."""
    with DocumentReader(corpus, seconds) as reader:
        return list(reader.documents(corpus / name))


def test_an_archive_has_several_documents(corpus: Path) -> None:
    """Each readable file in a zip is a document of its own; the others are told by name."""
    with zipfile.ZipFile(corpus / "tu.zip", "w") as archive:
        archive.writestr("luat/dan-so.txt", "Hà Nội có hơn bảy triệu dân.")
        archive.writestr("../../ngoai.txt", "Tên tệp không thoát ra ngoài.")
        archive.writestr("hong.pdf", b"not a pdf")
        archive.writestr("anh.png", b"\x89PNG")
    found = dict(read(corpus, "tu.zip"))
    assert set(found) == {"tu.zip/luat/dan-so.txt", "tu.zip/ngoai.txt", "tu.zip/hong.pdf"}
    inside = found["tu.zip/luat/dan-so.txt"]
    assert isinstance(inside, Document)
    assert inside.text == "Hà Nội có hơn bảy triệu dân."
    assert found["tu.zip/hong.pdf"] is Fault.BROKEN
    assert not (corpus.parent.parent / "ngoai.txt").exists()


def test_a_table_is_read_in_a_process_of_its_own(corpus: Path) -> None:
    """A row of a CSV file is a paragraph with the names of its columns."""
    write_corpus(corpus, {"phuong.csv": CSV})
    ((name, document),) = read(corpus, "phuong.csv")
    assert name == "phuong.csv"
    assert isinstance(document, Document)
    assert "Hàng Đào" in document.text
    assert document.text.count("Số dân") == 2


@pytest.mark.parametrize(
    ("content", "fault"),
    [(b"", Fault.BROKEN), (b"PK\x03\x04 no zip", Fault.BROKEN), (b"%PDF-1.7 broken", Fault.BROKEN)],
)
def test_a_broken_file_stops_nothing(corpus: Path, content: bytes, fault: Fault) -> None:
    """A file that no parser understands is named, and the next is read."""
    for name in ("hong.docx", "hong.pdf", "hong.xlsx", "hong.odt", "hong.epub", "hong.zip"):
        write_corpus(corpus, {name: content})
    write_corpus(corpus, {"phuong.csv": CSV})
    with DocumentReader(corpus) as reader:
        for name in ("hong.docx", "hong.pdf", "hong.xlsx", "hong.odt", "hong.epub", "hong.zip"):
            assert list(reader.documents(corpus / name)) == [(name, fault)]
        ((_, found),) = reader.documents(corpus / "phuong.csv")
    assert isinstance(found, Document)


def worker_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    """Let the reader's process do `act` instead of reading."""
    script = tmp_path / "python"
    script.write_text(f"#!/bin/sh\n{act}\n")
    script.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(script))


def test_a_file_that_takes_for_ever_is_given_up(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A parser that hangs is ended after its time, with what it started."""
    worker_that(tmp_path, monkeypatch, f"sleep 600 & echo $! > {tmp_path}/pid; wait")
    write_corpus(corpus, {"cham.pdf": b"%PDF"})
    started = time.monotonic()
    assert read(corpus, "cham.pdf", seconds=0.5) == [("cham.pdf", Fault.TOO_SLOW)]
    assert time.monotonic() - started < 30
    child = int((tmp_path / "pid").read_text())
    state = Path(f"/proc/{child}/stat")
    while state.exists() and state.read_text().split()[2] != "Z":
        assert time.monotonic() - started < 30  # a signal takes a moment to arrive
        time.sleep(0.05)


@pytest.mark.parametrize("act", ["kill -SEGV $$", "read line; echo nonsense", "echo '{}'", "exit"])
def test_a_parser_that_dies_is_named(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    """A crash of the reading process, or an answer that is none, is a broken file and no more."""
    worker_that(tmp_path, monkeypatch, act)
    write_corpus(corpus, {"hong.pdf": b"%PDF"})
    assert read(corpus, "hong.pdf") == [("hong.pdf", Fault.BROKEN)]


def test_the_reading_process_ends_with_the_build(corpus: Path, tmp_path: Path) -> None:
    """A build that is killed leaves no reader behind, whatever that is doing."""
    write_corpus(corpus, {"phuong.csv": CSV})
    script = (
        "import sys, time; from pathlib import Path; from retrieval.documents import sandbox\n"
        "reader = sandbox.Sandbox(); reader.drafts(Path(sys.argv[1]))\n"
        "print(reader._worker.pid, flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-c", script, str(corpus / "phuong.csv")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as builder:
        assert builder.stdout is not None
        reader = Path(f"/proc/{builder.stdout.readline().strip()}")
        assert reader.exists()
        builder.kill()
    patience = time.monotonic() + 30
    while reader.exists() and (reader / "stat").read_text().split()[2] != "Z":
        assert time.monotonic() < patience
        time.sleep(0.05)


def test_the_reading_process_knows_no_token(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the environment it gets what a program needs to run, and nothing else."""
    for name in SECRETS:
        monkeypatch.setenv(name, "1:secret")
    worker_that(tmp_path, monkeypatch, f"env > {tmp_path}/env")
    write_corpus(corpus, {"a.pdf": b"%PDF"})
    read(corpus, "a.pdf")
    told = (tmp_path / "env").read_text()
    assert "PATH=" in told
    assert "secret" not in told


def test_only_what_is_new_is_embedded(corpus: Path, data: Path) -> None:
    """Unchanged documents keep their embeddings; the index is that of a build from nothing."""
    embedder = CountingEmbedder()
    build(corpus, data, embedder)
    assert len(embedder.embedded) == len(PAPERS)
    embedder.embedded.clear()
    write_corpus(corpus, {"moi.txt": "Trường học khai giảng ngày mồng năm tháng chín."})
    assert build(corpus, data, embedder).added == ["moi.txt"]
    assert embedder.embedded == ["Trường học khai giảng ngày mồng năm tháng chín."]
    fresh = data.parent / "fresh"
    build(corpus, fresh, CountingEmbedder())
    ours, theirs = serving(data).index, serving(fresh).index
    indices = range(len(theirs.passages))
    assert [ours.passages[i] for i in indices] == [theirs.passages[i] for i in indices]
    everything = np.array(indices)
    np.testing.assert_array_equal(ours.dense.vectors(everything), theirs.dense.vectors(everything))
    assert [d.ref for d in ours.passages.documents] == [d.ref for d in theirs.passages.documents]
    for question in ("Trường học khai giảng ngày nào?", "Cầu Long Biên bắc qua sông nào?"):
        assert serving(data).ask(question).citations == serving(fresh).ask(question).citations


def test_many_changes_end_where_a_build_from_nothing_does(corpus: Path, data: Path) -> None:
    """After rounds of adding, changing and removing, what is found is that of a fresh index."""
    for number in range(20):
        name = f"tram-{number}.txt"
        write_corpus(corpus, {name: f"Trạm bơm {number} tưới cho cánh đồng làng thứ {number}."})
    build(corpus, data)
    anew = 0
    for round_ in range(12):
        write_corpus(corpus, {f"tram-{round_}.txt": f"Trạm bơm {round_} tạm dừng, sửa máy."})
        (corpus / f"tram-{19 - round_ // 2}.txt").unlink(missing_ok=True)
        write_corpus(corpus, {f"cau-{round_}.txt": f"Cầu số {round_} bắc qua con kênh chính."})
        build(corpus, data)
        table = serving(data).index.passages
        anew += [row.slot for row in table.documents] == list(range(len(table.documents)))
    assert 0 < anew < 12  # now and then the slots are given anew
    fresh = data.parent / "fresh"
    build(corpus, fresh)
    for question in ("Trạm bơm 3 thế nào?", "Trạm bơm 12 tưới cho đâu?", "Cầu số 7 bắc qua đâu?"):
        ours, theirs = serving(data).ask(question, 1), serving(fresh).ask(question, 1)
        assert [c.quote for c in ours.citations] == [c.quote for c in theirs.citations]


def test_another_model_embeds_everything(corpus: Path, data: Path) -> None:
    """Embeddings of another model are never taken over."""
    build(corpus, data, HashEmbedder(identity="other"))
    embedder = CountingEmbedder()
    assert build(corpus, data, embedder).published
    assert len(embedder.embedded) == len(PAPERS)


def test_nothing_is_taken_over_by_force_or_from_a_broken_index(corpus: Path, data: Path) -> None:
    """A forced build reads and embeds everything again, and so does one after a flipped byte."""
    embedder = CountingEmbedder()
    build(corpus, data, embedder)
    build_generation(corpus, data, embedder, CALIBRATION, force=True)
    assert len(embedder.embedded) == 2 * len(PAPERS)
    texts = GenerationStore(data).current() / "texts.bin"
    texts.write_bytes(texts.read_bytes().replace(b"b", b"B", 1))
    write_corpus(corpus, {"moi.txt": "Một câu mới trong tài liệu mới."})
    build(corpus, data, embedder)
    assert len(embedder.embedded) == 3 * len(PAPERS) + 1
    folder = GenerationStore(data).current()
    assert verify_generation(folder, corpus).wrong == []


def test_a_dry_run_changes_nothing(corpus: Path, data: Path) -> None:
    """What would change is told, and the index stays."""
    build(corpus, data)
    write_corpus(corpus, {"moi.txt": "Một câu mới trong tài liệu mới."})
    (corpus / "dan-so.txt").unlink()
    report = build_generation(corpus, data, HashEmbedder(), CALIBRATION, dry_run=True)
    assert (report.published, report.added, report.removed) == (False, ["moi.txt"], ["dan-so.txt"])
    assert generations(data) == ["000001"]


def test_undo_goes_back_and_forth(corpus: Path, data: Path) -> None:
    """The generation before is current again; once more, and the later one is."""
    build(corpus, data)
    with pytest.raises(GenerationMissing):
        GenerationStore(data).undo()
    write_corpus(corpus, {"moi.txt": "Một câu mới trong tài liệu mới."})
    build(corpus, data)
    assert GenerationStore(data).undo() == "000001"
    assert len(serving(data).documents) == len(PAPERS)
    assert GenerationStore(data).undo() == "000002"
    assert len(serving(data).documents) == len(PAPERS) + 1


def test_a_failed_canary_keeps_the_old_index(corpus: Path, data: Path) -> None:
    """A new index that answers a canary from elsewhere is not published, and says which."""
    lines = '"Cầu Long Biên bắc qua sông nào?": giao-thong.txt\n"Giá vàng bao nhiêu?":\n'
    (corpus / CANARY_FILE).write_text(lines, encoding="utf-8")
    canaries = load_canaries(corpus)
    assert canaries[1] == Canary("Giá vàng bao nhiêu?", "")

    def checked() -> None:
        build_generation(
            corpus,
            data,
            HashEmbedder(),
            CALIBRATION,
            check=lambda folder: check_canaries(folder, HashEmbedder(), canaries),
        )

    checked()
    (corpus / "giao-thong.txt").unlink()
    with pytest.raises(CanaryFailed) as raised:
        checked()
    ((question, expected, _),) = raised.value.failures
    assert (question, expected) == ("Cầu Long Biên bắc qua sông nào?", "giao-thong.txt")
    assert generations(data) == ["000001"]
    assert serving(data).name == "000001"


@pytest.mark.parametrize("content", ["- a\n", "a: [b]\n", "…: a.txt\n", "a: b: c\n"])
def test_a_file_of_canaries_that_is_none_is_refused(corpus: Path, content: str) -> None:
    """Each entry is a question that can be asked, and a document."""
    (corpus / CANARY_FILE).write_text(content, encoding="utf-8")
    with pytest.raises(CorpusError) as raised:
        load_canaries(corpus)
    assert raised.value.fault is Fault.BAD_CANARIES


def test_verification_compares_every_quote_with_its_source(corpus: Path, data: Path) -> None:
    """An index as it was written is right; a source that changed or went is told apart."""
    build(corpus, data)
    folder = GenerationStore(data).current()
    found = verify_generation(folder, corpus)
    assert (found.documents, found.passages) == (len(PAPERS), len(PAPERS))
    assert (found.wrong, found.changed) == ([], [])
    write_corpus(corpus, {"dan-so.txt": "Một câu khác hẳn."})
    (corpus / "giao-thong.txt").unlink()
    assert verify_generation(folder, corpus).changed == ["dan-so.txt", "giao-thong.txt"]


def test_the_state_of_a_corpus_may_count_times(corpus: Path) -> None:
    """A file written again with as many bytes is a change for who watches."""
    before = corpus_state(corpus), corpus_state(corpus, times=True)
    os.utime(corpus / "dan-so.txt", (1, 1))
    assert corpus_state(corpus) == before[0]
    assert corpus_state(corpus, times=True) != before[1]


def test_what_has_lapsed_comes_after_what_holds(corpus: Path, data: Path) -> None:
    """Of two documents that say alike, the one in force is first, and the other says so."""
    shutil.rmtree(corpus)
    text = "Tuổi nghỉ hưu của người lao động được quy định tại văn bản này."
    old = f"---\ntitle: Cũ\nhiệu lực đến: 1/1/2020\nthay bằng: Mới\n---\n{text} Số 60."
    write_corpus(corpus, {"a-cu.txt": old, "b-moi.txt": f"---\ntitle: Mới\n---\n{text}"})
    build(corpus, data)
    first, second = serving(data).ask("Tuổi nghỉ hưu của người lao động?").citations
    assert (first.document.id, first.lapsed) == ("b-moi.txt", False)
    assert (second.document.id, second.lapsed) == ("a-cu.txt", True)
    assert second.document.replaced_by == "Mới"


def a_scan() -> bytes:
    """A page that is one picture."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(200, 200))
    picture = ImageReader(io.BytesIO(PICTURE))
    canvas.drawImage(picture, 0, 0, 200, 200)
    canvas.save()
    return buffer.getvalue()


def test_a_scan_is_read_where_its_text_can_be_recognised(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the programs a scan is refused by name; with them it has the text they find."""
    write_corpus(corpus, {"quet.pdf": a_scan()})
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    if shutil.which("ocrmypdf") is None:
        assert read(corpus, "quet.pdf") == [("quet.pdf", Fault.SCANNED)]
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.drawString(72, 700, "What the programs recognised on the page.")
    canvas.save()
    (tmp_path / "text.pdf").write_bytes(buffer.getvalue())
    for name, act in {
        "tesseract": "echo vie; echo eng",
        "ocrmypdf": f'test "$2" = vie+eng && cp {tmp_path}/text.pdf text.pdf',
    }.items():
        (programs / name).write_text(f"#!/bin/sh\n{act}\n")
        (programs / name).chmod(0o755)
    ((_, document),) = read(corpus, "quet.pdf")
    assert isinstance(document, Document)
    assert document.text == "What the programs recognised on the page."
