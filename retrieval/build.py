"""The writer: a corpus folder → a published generation.

Nothing that is being served is touched until the last step, one rename; a build that is killed,
refused or fails leaves the current generation as it was.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from retrieval.chunks import passages_in
from retrieval.documents import corpus_files, state_of
from retrieval.embedding import CALIBRATION_FILE, Embedder, bundled_identity
from retrieval.errors import GenerationCorrupt, GenerationError, RetrievalError
from retrieval.fusion import Calibration
from retrieval.generation import FORMAT_VERSION, GenerationStore, Manifest, seal
from retrieval.index_writer import Progress, write_index
from retrieval.milvus import announce, is_in_milvus, release
from retrieval.sources import Reading, read_sources
from retrieval.taking_over import Before, Kept
from retrieval.text.terms import ANALYSIS_VERSION
from retrieval.types import LOCAL, Place
from retrieval.workers import ALONE, Workers

__all__ = [
    "BuildReport",
    "Progress",
    "build_generation",
    "corpus_state",
    "generations",
    "move_generation",
    "undo",
    "write_index",
]

_log = logging.getLogger(__name__)


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
    place: Place = LOCAL,
    check: Callable[[Path], None] = lambda _: None,
    progress: Callable[[Progress], None] = lambda _: None,
    workers: Workers | None = None,
) -> BuildReport:
    """Index every document under `corpus` and publish the result in `data`.

    Args:
        corpus: Folder of documents.
        data: Folder of generations; made if absent.
        embedder: The model for the dense leg.
        calibration: The model's, kept with the generation.
        force: Build even when no document, nor the model, has changed, and take nothing over.
        dry_run: Only read the documents and say what would change.
        place: Where the legs of the index are to be.
        check: Called with the folder of the new index before it is published; what it raises
            leaves the current generation as it is.
        progress: Called as the build goes, from this thread.
        workers: Share what takes long.

    Raises:
        CorpusMissing: There is no folder, or not one readable document in it.
        BuildBusy: Another process is building in `data`.
        GenerationError: `data` cannot be written; or the server of the legs cannot be reached.
    """
    started = time.monotonic()
    store = generations(data, place)
    with store.building() as folder:
        files = corpus_files(corpus)
        before = Before.open(store, embedder.identity, afresh=force, milvus=place.milvus)
        reading = read_sources(
            corpus,
            files,
            before,
            lambda *done: progress(Progress("read", *done)),
            workers or ALONE,
        )
        report = _diff(reading, before)
        up_to_date = not (report.added or report.changed or report.removed)
        if dry_run:
            report.passages = sum(map(passages_in, reading.parts))
        elif up_to_date and _fits(before, store, embedder, calibration, state_of(files), place):
            report.generation = store.current().name
            report.passages = before.passages
            # A build that died between the alias and the pointer left the alias ahead.
            announce(store.current(), place.milvus)
        else:
            report.passages = write_index(
                folder, reading.parts, embedder, calibration, progress, before, place, workers
            )
            check(folder)
            manifest = _manifest(embedder, corpus, state_of(files), report)
            _publish(store, folder, manifest, before, place)
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


def move_generation(
    data: Path,
    embedder: Embedder,
    place: Place,
    progress: Callable[[Progress], None] = lambda _: None,
) -> str:
    """Publish the current generation once more, with its legs in `place`; return its name.

    No document is read and nothing is embedded: all is taken over. Where the legs are there
    already, nothing is done.

    Raises:
        GenerationError: There is none, it is broken, or the server cannot be reached.
    """
    store = generations(data, place)
    with store.building() as folder:
        current = store.current()
        if is_in_milvus(current) == (place.kind == "milvus"):
            announce(current, place.milvus)
            return current.name
        before = Before.open(store, embedder.identity, milvus=place.milvus)
        if before.manifest is None or before.dense is None:
            raise GenerationCorrupt(
                f"{current} cannot be moved: it is not whole, or of another model"
            )
        calibration = Calibration.load(current / CALIBRATION_FILE)
        parts = [before.run(0, len(before.ids))]
        write_index(folder, parts, embedder, calibration, progress, before, place)
        created = datetime.now(UTC).isoformat(timespec="seconds")
        _publish(store, folder, replace(before.manifest, created=created), before, place)
        progress(Progress("publish", 1, 1))
    return folder.name


def undo(data: Path, place: Place) -> str:
    """Make the previous generation current again, the alias first, and return its name.

    Raises:
        GenerationMissing: There is none.
        BuildBusy: Another process is building.
        GenerationError: Its collection is not whole, or the server cannot be reached.
    """
    return generations(data, place).undo(lambda folder: announce(folder, place.milvus))


def generations(data: Path, place: Place) -> GenerationStore:
    """Return the generations in `data`; one that is removed takes its collection with it."""
    return GenerationStore(data, lambda folder: release(folder, place.milvus))


def _publish(
    store: GenerationStore, folder: Path, manifest: Manifest, before: Before, place: Place
) -> None:
    try:
        seal(folder, manifest, before.known)
        announce(folder, place.milvus)
        store.publish(folder)
    except OSError as error:
        raise GenerationError(f"the new index cannot be published: {error}") from error


def corpus_state(corpus: Path, *, times: bool = False) -> str:
    """Return a digest of the names and sizes of the document files under `corpus`.

    Args:
        corpus: The folder.
        times: When each was last written counts too.

    Raises:
        CorpusMissing: There is no such folder.
    """
    return state_of(corpus_files(corpus), times=times)


def _diff(reading: Reading, before: Before) -> BuildReport:
    kept = bytearray(len(before.ids))
    for part in reading.parts:
        if isinstance(part, Kept):
            kept[part.first : part.last] = b"\1" * (part.last - part.first)
    old = {
        name: digest
        for name, digest, same in zip(before.ids, before.digests, kept, strict=True)
        if not same
    }
    new = {source.document.id: source.digest for source in reading.sources}
    unreadable = {name for name, _ in reading.failed}
    return BuildReport(
        documents=sum(kept) + len(reading.sources),
        added=[name for name in new if name not in old],
        changed=[name for name, digest in new.items() if old.get(name, digest) != digest],
        removed=[name for name in old if name not in new and name not in unreadable],
        failed=reading.failed,
    )


def _fits(
    before: Before,
    store: GenerationStore,
    embedder: Embedder,
    calibration: Calibration,
    state: str,
    place: Place,
) -> bool:
    """Return whether the current generation is intact, there, of these models and this corpus."""
    if before.dense is None or is_in_milvus(store.current()) != (place.kind == "milvus"):
        return False
    models = (embedder.identity, bundled_identity())
    if before.manifest is None or (before.manifest.embedder, before.manifest.words) != models:
        return False
    if before.manifest.corpus_state != state:
        # Of files that cannot be read some are new: it is no news from now on.
        return False
    try:
        return Calibration.load(store.current() / CALIBRATION_FILE) == calibration
    except RetrievalError:
        return False


def _manifest(embedder: Embedder, corpus: Path, state: str, report: BuildReport) -> Manifest:
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
        files={},
    )
