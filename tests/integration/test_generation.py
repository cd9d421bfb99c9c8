"""Promises of a generation on disk: what was published is what is read, or it is refused."""

import json
import shutil
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

import pytest

from retrieval.errors import (
    BuildBusy,
    GenerationCorrupt,
    GenerationError,
    GenerationIncompatible,
    GenerationMissing,
)
from retrieval.generation import FORMAT_VERSION, GenerationStore, file_digests, read_manifest
from retrieval.passages import split
from retrieval.search import Searcher, open_serving
from tests.builders import PAPERS, build, generations, places, read_document, serving, write_corpus
from tests.embedders import HashEmbedder

QUESTION = "Cầu Long Biên bắc qua sông nào?"
FILES = {
    "dense.faiss",
    "dense.signs",
    "documents.json",
    "fusion.json",
    "headings.json",
    "passages.npy",
    "texts.bin",
    "lexical/meta.json",
}


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """The data folder of one published generation."""
    build(write_corpus(tmp_path / "corpus", PAPERS), tmp_path / "data")
    return tmp_path / "data"


def test_what_is_read_is_what_was_published(published: Path) -> None:
    """Documents, passages and quotes come back as the source has them."""
    corpus = published.parent / "corpus"
    table = serving(published).index.passages
    assert [row.ref.id for row in table.documents] == sorted(PAPERS)
    expected = []
    for number, name in enumerate(sorted(PAPERS)):
        document = read_document(corpus, corpus / name)
        assert table.text_of(number) == document.text
        expected += split(document)
    assert [table[index] for index in range(len(table))] == expected


def test_quotes_equal_the_source_at_their_place(published: Path) -> None:
    """A citation's quote and sentence are the document's own words between its offsets."""
    searcher = serving(published)
    answer = searcher.ask(QUESTION)
    assert answer.answered
    assert answer.citations[0].document.id == "giao-thong.txt"
    for citation in answer.citations:
        text = PAPERS[citation.document.id]
        assert text[citation.start : citation.end] == citation.quote
        if citation.sentence is not None:
            assert text[citation.sentence.start : citation.sentence.end] == citation.sentence.text
    assert answer.citations[0].sentence is not None


def test_manifest_names_every_file_with_its_digest(published: Path) -> None:
    """The manifest lists all files but itself and says what was indexed, with what."""
    folder = GenerationStore(published).current()
    manifest = read_manifest(folder)
    on_disk = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json" and path.suffix != ".lock"
    }
    assert manifest.files.keys() == on_disk >= FILES
    assert (manifest.documents, manifest.passages) == (3, 3)
    assert (manifest.embedder, manifest.model) == ("hash", "hash")
    assert manifest.corpus == str((published.parent / "corpus").resolve())


def test_manifest_is_written_last(published: Path) -> None:
    """A folder with everything but its manifest is no generation."""
    folder = GenerationStore(published).current()
    (folder / "manifest.json").unlink()
    with pytest.raises(GenerationCorrupt, match=r"manifest\.json is missing or unreadable"):
        Searcher.open(folder, HashEmbedder())


def test_flipped_byte_in_any_file_is_found(published: Path) -> None:
    """One changed byte, in whichever file and at either end or the middle, is refused by name."""
    folder = GenerationStore(published).current()
    names = read_manifest(folder).files
    assert names.keys() >= FILES
    for name in names:
        path = folder / name
        intact = path.read_bytes()
        for at in {0, len(intact) // 2, len(intact) - 1}:
            path.write_bytes(intact[:at] + bytes([intact[at] ^ 1]) + intact[at + 1 :])
            with pytest.raises(GenerationCorrupt) as raised:
                Searcher.open(folder, HashEmbedder())
            assert str(raised.value) == f"{path} is not what was written"
        path.write_bytes(intact)
    assert Searcher.open(folder, HashEmbedder()).ask(QUESTION).answered


def test_missing_or_longer_file_is_found(published: Path) -> None:
    """A file that is gone, cut short or longer than written is refused by name."""
    folder = GenerationStore(published).current()
    for name in read_manifest(folder).files:
        path = folder / name
        intact = path.read_bytes()
        path.unlink()
        with pytest.raises(GenerationCorrupt, match="is missing or unreadable"):
            Searcher.open(folder, HashEmbedder())
        for changed in (intact[:-1], intact + b"\0"):
            path.write_bytes(changed)
            with pytest.raises(GenerationCorrupt, match="is not what was written"):
                Searcher.open(folder, HashEmbedder())
        path.write_bytes(intact)


def test_damaged_manifest_never_changes_an_answer(published: Path) -> None:
    """A manifest with any one byte changed is refused, or what it guards still answers the same."""
    folder = GenerationStore(published).current()
    expected = Searcher.open(folder, HashEmbedder()).ask(QUESTION)
    path = folder / "manifest.json"
    intact = path.read_bytes()
    refused = 0
    for at in range(0, len(intact), 7):
        path.write_bytes(intact[:at] + bytes([intact[at] ^ 1]) + intact[at + 1 :])
        try:
            searcher = Searcher.open(folder, HashEmbedder())
        except GenerationError:
            refused += 1
        else:
            assert searcher.ask(QUESTION) == expected
    assert refused > len(intact) / 7 / 2


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "{}", '{"format": 1}'])
def test_manifest_of_another_shape_is_corrupt(published: Path, content: str) -> None:
    """A manifest cut short or of another shape is refused by name."""
    folder = GenerationStore(published).current()
    (folder / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(GenerationCorrupt, match=r"manifest\.json is missing or unreadable"):
        Searcher.open(folder, HashEmbedder())


@pytest.mark.parametrize("field", ["files", "documents", "created"])
def test_manifest_without_a_field_is_corrupt(published: Path, field: str) -> None:
    """A manifest that lacks what it must say, or says it in another way, is refused."""
    path = GenerationStore(published).current() / "manifest.json"
    fields = json.loads(path.read_text(encoding="utf-8"))
    for damaged in ({**fields, "files": []}, {k: v for k, v in fields.items() if k != field}):
        path.write_text(json.dumps(damaged), encoding="utf-8")
        with pytest.raises(GenerationCorrupt, match=r"manifest\.json is missing or unreadable"):
            Searcher.open(path.parent, HashEmbedder())


@pytest.mark.parametrize("version", ["format", "analysis"])
def test_other_format_or_analysis_is_incompatible(published: Path, version: str) -> None:
    """A generation of another format or analysis is refused, with both versions named."""
    path = GenerationStore(published).current() / "manifest.json"
    fields = json.loads(path.read_text(encoding="utf-8"))
    fields = {"added later": 1, **fields, version: fields[version] + 1}
    path.write_text(json.dumps(fields), encoding="utf-8")
    with pytest.raises(GenerationIncompatible, match=rf"this hoidap reads {FORMAT_VERSION}\."):
        Searcher.open(path.parent, HashEmbedder())


def test_other_model_is_incompatible(published: Path) -> None:
    """Vectors of two models never mix: a generation of another model is refused."""
    with pytest.raises(GenerationIncompatible, match="built with model hash, not other"):
        open_serving(published, HashEmbedder(identity="other"))


def test_words_of_another_bundled_model_are_incompatible(published: Path) -> None:
    """Token numbers mean nothing to another vocabulary: refused on open, built anew on reindex."""
    path = GenerationStore(published).current() / "manifest.json"
    fields = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**fields, "words": "sha256:0"}), encoding="utf-8")
    with pytest.raises(GenerationIncompatible, match="another bundled model"):
        Searcher.open(path.parent, HashEmbedder())
    corpus = Path(fields["corpus"])
    assert build(corpus, published).published
    assert not build(corpus, published).published


def test_without_a_model_any_generation_answers_from_words(published: Path) -> None:
    """Where no model could be loaded, the words alone answer, and the answer says so."""
    searcher, fault = open_serving(published, None)
    answer = searcher.ask(QUESTION)
    assert fault is None
    assert (answer.answered, answer.degraded) == (True, True)
    assert places(answer)[0] == ("giao-thong.txt", 1)


def test_broken_current_generation_falls_back_to_the_previous(published: Path) -> None:
    """The generation before answers, with what it knew, and the fault is told."""
    before = serving(published).ask(QUESTION)
    write_corpus(published.parent / "corpus", {"moi.txt": "Một văn bản mới về cầu Long Biên."})
    build(published.parent / "corpus", published)
    store = GenerationStore(published)
    (store.current() / "texts.bin").write_bytes(b"")
    searcher, fault = open_serving(published, HashEmbedder())
    assert searcher.folder == store.previous()
    assert isinstance(fault, GenerationCorrupt)
    assert searcher.ask(QUESTION) == before


def test_when_both_are_broken_the_current_fault_is_told(published: Path) -> None:
    """Without any generation to fall back to, the error is that of the current one."""
    build(write_corpus(published.parent / "corpus", {"moi.txt": "Văn bản mới."}), published)
    store = GenerationStore(published)
    previous = store.previous()
    assert previous is not None
    (previous / "texts.bin").unlink()
    (store.current() / "passages.npy").unlink()
    with pytest.raises(GenerationCorrupt, match=r"passages\.npy is missing"):
        open_serving(published, HashEmbedder())
    shutil.rmtree(previous)
    with pytest.raises(GenerationCorrupt, match=r"passages\.npy is missing"):
        open_serving(published, HashEmbedder())


def test_nothing_published_is_missing_not_corrupt(tmp_path: Path) -> None:
    """Before the first build there is nothing to open, and the error says just that."""
    with pytest.raises(GenerationMissing, match="nothing has been indexed"):
        open_serving(tmp_path / "data", HashEmbedder())


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"null"])
def test_unreadable_pointer_is_corrupt_and_the_next_build_mends_it(
    published: Path, content: bytes
) -> None:
    """Not knowing which generation is current is an error that a build repairs."""
    (published / "current.json").write_bytes(content)
    with pytest.raises(GenerationCorrupt, match=r"current\.json is unreadable"):
        open_serving(published, HashEmbedder())
    report = build(published.parent / "corpus", published)
    assert report.published
    assert serving(published).ask(QUESTION).answered


def test_lock_of_another_holder_refuses_a_second_build(published: Path) -> None:
    """While someone builds nobody else does, and the one who serves is not disturbed."""
    with (published / "build.lock").open("a") as other:
        flock(other, LOCK_EX | LOCK_NB)
        with pytest.raises(BuildBusy):
            build(published.parent / "corpus", published)
        assert generations(published) == ["000001"]
        assert serving(published).ask(QUESTION).answered
    assert not build(published.parent / "corpus", published).published


def test_data_folder_that_cannot_be_made_is_a_generation_error(tmp_path: Path) -> None:
    """A data path that is a file is refused by name."""
    (tmp_path / "data").write_text("not a folder", encoding="utf-8")
    corpus = write_corpus(tmp_path / "corpus", PAPERS)
    with pytest.raises(GenerationError, match="data"):
        build(corpus, tmp_path / "data")


def test_folder_that_is_not_published_is_removed(tmp_path: Path) -> None:
    """A build that ends without publishing leaves no folder behind."""
    store = GenerationStore(tmp_path)
    with pytest.raises(ZeroDivisionError), store.building() as folder:
        (folder / "half").write_text("half", encoding="utf-8")
        raise ZeroDivisionError
    assert generations(tmp_path) == []


def test_opening_and_asking_change_no_file(published: Path) -> None:
    """A reader leaves a generation exactly as its digests say."""
    folder = GenerationStore(published).current()
    for _ in range(3):
        searcher = Searcher.open(folder, HashEmbedder())
        searcher.ask(QUESTION)
    assert file_digests(folder) == read_manifest(folder).files
    assert Searcher.open(folder, None).ask(QUESTION).degraded
