"""Whether a generation still is what its sources say: checksums, offsets, quotes.

Owns the check that an operator asks for; what opening a generation checks is `search`'s.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from retrieval.documents import (
    CorpusFile,
    DocumentReader,
    corpus_files,
    digest_of,
    file_bytes,
    state_of,
)
from retrieval.errors import CorpusError, Fault
from retrieval.generation import Manifest, read_manifest, verify
from retrieval.index import check_place
from retrieval.milvus import is_in_milvus, open_rows
from retrieval.passage_table import DocumentRow, PassageTable
from retrieval.types import LOCAL, Place


@dataclass(slots=True)
class Verification:
    """What was checked.

    Attributes:
        documents: How many.
        passages: How many quotes were compared with their documents.
        wrong: Ids of documents whose file says something else than the index, though it has not
            changed.
        changed: Ids whose file has changed, or gone, since it was read.
    """

    documents: int = 0
    passages: int = 0
    wrong: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)


def verify_generation(
    folder: Path,
    corpus: Path,
    place: Place = LOCAL,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Verification:
    """Check every file's digest, then every quote against the file that it was read from.

    Of legs in Milvus it is checked that the collection is loaded, whole, and the one written.

    Raises:
        GenerationError: A file is not what was written.
        CorpusMissing: There is no corpus to compare with.
    """
    check_place(folder, place)
    verify(folder, read_manifest(folder))
    if place.milvus is not None and is_in_milvus(folder):
        open_rows(folder, place.milvus)
    table = PassageTable.open(folder)
    found = Verification(documents=len(table.documents))
    texts = dict(_texts(corpus, table.documents))
    for index, row in enumerate(table.documents):
        text = table.text_of(index)
        if any(text[p.start : p.end] != p.text for p in table.passages_of(index)):
            found.wrong.append(row.ref.id)
        elif row.ref.id not in texts:
            found.changed.append(row.ref.id)
        elif texts[row.ref.id] != text:
            found.wrong.append(row.ref.id)
        found.passages += row.passages
        progress(index + 1, len(table.documents))
    return found


def changed_sources(folder: Path, manifest: Manifest, corpus: Path) -> tuple[int, list[str]]:
    """Return how many files there are, and which are new, changed or gone since they were indexed.

    Only files that were touched are opened, and what a build could not read is no news.

    Raises:
        GenerationError: The generation in `folder` cannot be read.
        CorpusMissing: There is no corpus.
    """
    files = corpus_files(corpus)
    columns = PassageTable.open(folder).columns
    rows = zip(*(columns[name] for name in ("id", "archive", "digest", "stamp")), strict=True)
    known = {archive or name: (digest, stamp) for name, archive, digest, stamp in rows}
    changed = sorted(known.keys() - {file.id for file in files})
    all_known = state_of(files) == manifest.corpus_state
    for file in files:
        if file.id not in known:
            changed += [] if all_known else [file.id]
        elif not _is_as_indexed(file, *known[file.id]):
            changed.append(file.id)
    return len(files), changed


def _is_as_indexed(file: CorpusFile, digest: str, stamp: str) -> bool:
    if file.stamp and file.stamp == stamp:
        return True
    try:
        data = file_bytes(Path(file.path))
        return digest_of(data, [Path(side.path) for side in file.sides]) == digest
    except CorpusError:
        return True  # what it said is kept until it can be read


def _texts(corpus: Path, rows: Sequence[DocumentRow]) -> Iterator[tuple[str, str]]:
    """Yield (id, text) of each document whose file is as it was when it was indexed."""
    digests = {row.archive or row.ref.id: row.digest for row in rows}
    with DocumentReader(corpus) as reader:
        for file in corpus_files(corpus):
            path = Path(file.path)
            try:
                data = file_bytes(path)
                digest = digest_of(data, [Path(side.path) for side in file.sides])
            except CorpusError:
                continue
            if digests.get(file.id) == digest:
                for name, found in reader.documents(path, data):
                    if not isinstance(found, Fault):
                        yield name, found.text
