"""The writer: a corpus folder → a published generation.

Nothing that is being served is touched until the last step, one rename; a build that is killed,
refused or fails leaves the current generation as it was.
"""

import hashlib
import logging
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from retrieval.alignment import word_vectors
from retrieval.dense import DenseIndex
from retrieval.documents import document_id, document_paths
from retrieval.documents.metadata import side_files
from retrieval.embedding import CALIBRATION_FILE, Embedder, Embeddings, bundled_identity
from retrieval.errors import GenerationError, RetrievalError
from retrieval.fusion import Calibration
from retrieval.generation import (
    FORMAT_VERSION,
    GenerationStore,
    Manifest,
    file_digests,
    seal,
)
from retrieval.lexical import Entry, LexicalIndex
from retrieval.passage_table import DocumentRow, PassageTable, context
from retrieval.sources import (
    Before,
    Reading,
    Slots,
    Source,
    dense_rows,
    given_slots,
    read_sources,
)
from retrieval.text.terms import ANALYSIS_VERSION
from retrieval.word_table import PassageWords, WordTable

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is; `stage` is read, embed, index or publish."""

    stage: str
    done: int
    total: int


@dataclass(slots=True)
class BuildReport:
    """What a build did; document ids, and for `failed` the fault too, as `errors.Fault` has it.

    `published` is False when nothing had changed and the current generation was kept.
    """

    published: bool = False
    generation: str = ""
    documents: int = 0
    passages: int = 0
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    seconds: float = 0.0


def build_generation(
    corpus: Path,
    data: Path,
    embedder: Embedder,
    calibration: Calibration,
    *,
    force: bool = False,
    dry_run: bool = False,
    check: Callable[[Path], None] = lambda _: None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> BuildReport:
    """Index every document under `corpus` and publish the result in `data`.

    Args:
        corpus: Folder of documents.
        data: Folder of generations; made if absent.
        embedder: The model for the dense leg.
        calibration: The model's, kept with the generation.
        force: Build even when no document, nor the model, has changed, and take nothing over.
        dry_run: Only read the documents and say what would change.
        check: Called with the folder of the new index before it is published; what it raises
            leaves the current generation as it is.
        progress: Called as the build goes, from this thread.

    Raises:
        CorpusMissing: There is no folder, or not one readable document in it.
        BuildBusy: Another process is building in `data`.
        GenerationError: `data` cannot be written.
    """
    started = time.monotonic()
    store = GenerationStore(data)
    with store.building() as folder:
        state = corpus_state(corpus)
        before = Before(store, embedder.identity, afresh=force)
        reading = read_sources(corpus, before, lambda *done: progress(Progress("read", *done)))
        report = _diff(reading, before.rows)
        up_to_date = not (report.added or report.changed or report.removed)
        if dry_run:
            report.passages = sum(len(source.passages) for source in reading.sources)
        elif up_to_date and _fits(before, store, embedder, calibration):
            report.generation = store.current().name
            report.passages = sum(row.passages for row in before.rows)
        else:
            report.passages = write_index(
                folder, reading.sources, embedder, calibration, progress, before
            )
            check(folder)
            try:
                seal(folder, _manifest(folder, embedder, corpus, state, report))
                store.publish(folder)
            except OSError as error:
                raise GenerationError(f"the new index cannot be published: {error}") from error
            progress(Progress("publish", 1, 1))
            report.published, report.generation = True, folder.name
    report.seconds = time.monotonic() - started
    _log.info(
        "build.done generation=%s published=%s documents=%d passages=%d failed=%d seconds=%.2f",
        report.generation,
        report.published,
        report.documents,
        report.passages,
        len(report.failed),
        report.seconds,
    )
    return report


def corpus_state(corpus: Path, *, times: bool = False) -> str:
    """Return a digest of the names and sizes of the document files under `corpus`.

    Args:
        corpus: The folder.
        times: When each was last written counts too.

    Raises:
        CorpusMissing: There is no such folder.
    """
    digest = hashlib.sha256()
    for path in document_paths(corpus):
        for file in (path, *side_files(path)):
            with suppress(OSError):  # it vanished meanwhile: it is not part of the state
                status = file.stat()
                written = status.st_mtime_ns if times else 0
                name = document_id(corpus, file)
                digest.update(f"{name}\0{status.st_size}\0{written}\0".encode())
    return digest.hexdigest()[:32]


def _diff(reading: Reading, before: Sequence[DocumentRow]) -> BuildReport:
    old = {row.ref.id: row.digest for row in before}
    new = {source.document.id: source.digest for source in reading.sources}
    unreadable = {name for name, _ in reading.failed}
    return BuildReport(
        documents=len(new),
        added=[name for name in new if name not in old],
        changed=[name for name, digest in new.items() if old.get(name, digest) != digest],
        removed=[name for name in old if name not in new and name not in unreadable],
        failed=reading.failed,
    )


def _fits(
    before: Before, store: GenerationStore, embedder: Embedder, calibration: Calibration
) -> bool:
    """Return whether the current generation is intact and of these models."""
    models = (embedder.identity, bundled_identity())
    if before.manifest is None or (before.manifest.embedder, before.manifest.words) != models:
        return False
    try:
        return Calibration.load(store.current() / CALIBRATION_FILE) == calibration
    except RetrievalError:
        return False


def write_index(
    folder: Path,
    sources: Sequence[Source],
    embedder: Embedder,
    calibration: Calibration,
    progress: Callable[[Progress], None] = lambda _: None,
    before: Before | None = None,
) -> int:
    """Write every file of a generation but its manifest to `folder`; return how many passages.

    Args:
        folder: Exists, empty.
        sources: In the order of their passages.
        embedder: The model for the dense leg.
        calibration: Kept with the index.
        progress: Called as it goes.
        before: The generation that sources were taken over from.

    Raises:
        GenerationError: `folder` cannot be written, or its disk is too full.
    """
    total = sum(len(source.passages) for source in sources)
    if shutil.disk_usage(folder).free < _needed_bytes(total, embedder.dimension):
        raise GenerationError(f"{folder.parent}: too little disk space for the new index")
    try:
        slots = given_slots(sources, before)
        documents = [
            (own.document, own.digest, slot) for own, slot in zip(sources, slots.given, strict=True)
        ]
        PassageTable.write(folder, documents, [source.passages for source in sources])
        _write_dense(folder, sources, embedder, progress)
        WordTable.write(_words(sources), folder / "words", word_vectors())
        _write_lexical(folder, sources, slots, progress)
        calibration.save(folder / CALIBRATION_FILE)
    except (OSError, RuntimeError) as error:  # RuntimeError: how faiss reports a full disk
        raise GenerationError(f"the new index cannot be written: {error}") from error
    return total


def _needed_bytes(passages: int, dimension: int) -> int:
    """A generous estimate: vectors, texts, two fields of terms, and room to spare."""
    return passages * (4 * dimension + 6_000) + 20_000_000


def _write_dense(
    folder: Path,
    sources: Sequence[Source],
    embedder: Embedder,
    progress: Callable[[Progress], None],
) -> None:
    def embed(texts: list[str]) -> Embeddings:
        return embedder.embed_passages(
            texts, lambda done: progress(Progress("embed", done, len(texts)))
        )

    DenseIndex.write(dense_rows(sources, embed, embedder.dimension), folder / "dense.faiss")


def _write_lexical(
    folder: Path,
    sources: Sequence[Source],
    slots: Slots,
    progress: Callable[[Progress], None],
) -> None:
    new = [
        (source, slot)
        for source, slot in zip(sources, slots.given, strict=True)
        if slots.base is None or source.slot is None
    ]
    total = sum(len(source.passages) for source, _ in new)

    def entries() -> Iterator[Entry]:
        done = 0
        for source, slot in new:
            for number, (text, above) in enumerate(_entries([source])):
                yield Entry(slot, number, text, above)
                done += 1
                if done % 500 == 0 or done == total:
                    progress(Progress("index", done, total))

    LexicalIndex.write(entries(), folder / "lexical", slots.base, slots.gone)


def _words(sources: Sequence[Source]) -> Iterator[tuple[str, str] | PassageWords]:
    for source in sources:
        if source.words is not None:
            yield source.words
        else:
            yield from _entries([source])


def _entries(sources: Sequence[Source]) -> Iterator[tuple[str, str]]:
    """Yield each passage's text and what stands above it."""
    for source in sources:
        for passage in source.passages:
            yield passage.text, context(source.document.title, passage.heading)


def _manifest(
    folder: Path, embedder: Embedder, corpus: Path, state: str, report: BuildReport
) -> Manifest:
    return Manifest(
        format=FORMAT_VERSION,
        analysis=ANALYSIS_VERSION,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        embedder=embedder.identity,
        model=embedder.name,
        words=bundled_identity(),
        corpus=str(corpus.resolve()),
        corpus_state=state,
        documents=report.documents,
        passages=report.passages,
        files=file_digests(folder),
    )
