"""What a build can take over from the generation before, and what of it still holds.

Owns what counts as unchanged: a file that has not been touched is not opened, and its passages keep
their terms, words and embeddings.
"""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from retrieval.dense import DenseRows
from retrieval.digests import NONE_KNOWN, KnownDigests, known_digests
from retrieval.documents import CorpusFile
from retrieval.embedding import bundled_identity
from retrieval.errors import GenerationCorrupt, GenerationError
from retrieval.generation import GenerationStore, Manifest, read_manifest, verify
from retrieval.milvus import CollectionRows, is_in_milvus, open_rows
from retrieval.passage_table import PassageTable
from retrieval.types import MilvusAddress
from retrieval.word_table import WordTable


@dataclass(frozen=True, slots=True)
class Kept:
    """Neighbouring documents of the generation before, taken over as they lie there.

    Attributes:
        first: The first document, by index.
        last: One past the last.
        start: The first passage.
        end: One past the last.
    """

    first: int
    last: int
    start: int
    end: int


class Before:
    """The current generation, as far as a build can take something over from it."""

    def __init__(self) -> None:
        """Nothing to take over."""
        self.ids: list[str] = []
        self.digests: list[str] = []
        self.passages = 0
        self.manifest: Manifest | None = None
        self.table: PassageTable | None = None
        self.words: WordTable | None = None
        self.folder: Path | None = None
        self.dense: DenseRows | CollectionRows | None = None
        self.lexical: Path | None = None
        self.known: KnownDigests = NONE_KNOWN
        self._stamps: list[str] = []
        self._archives: list[str] = []
        self._of_file: dict[str, list[int]] = {}

    @classmethod
    def open(
        cls,
        store: GenerationStore,
        embedder: str,
        *,
        afresh: bool = False,
        milvus: MilvusAddress | None = None,
    ) -> "Before":
        """Open it; one that is missing, broken or of another format has nothing to give.

        `ids`, `digests` and `passages` are its own, broken or not; `manifest`, `table`, `words`,
        `dense` and `lexical` are None where they cannot be taken over.

        Args:
            store: Where it is.
            embedder: Identity of the model that embeds now.
            afresh: Take nothing over.
            milvus: The server, where its legs may be.

        Raises:
            GenerationError: The server that has them cannot be reached, or refuses.
        """
        before = cls()
        with suppress(GenerationError):
            folder = before.folder = store.current()
            manifest = None if afresh else _intact(folder)
            table = PassageTable.open(folder)
            before.ids, before.digests = table.columns["id"], table.columns["digest"]
            before.passages = len(table)
            if manifest is not None:
                before._take_over(folder, manifest, table)
        if before.folder is not None and before.manifest is not None:
            before.dense = _dense_rows(before.folder, before.manifest, embedder, milvus)
        return before

    def _take_over(self, folder: Path, manifest: Manifest, table: PassageTable) -> None:
        if manifest.words == bundled_identity():
            self.words = WordTable.open(folder / "words")
        self.lexical = None if is_in_milvus(folder) else folder / "lexical"
        self.known = known_digests(folder, manifest.files)
        self.manifest, self.table = manifest, table
        self._stamps, self._archives = table.columns["stamp"], table.columns["archive"]
        for index, (name, archive) in enumerate(zip(self.ids, self._archives, strict=True)):
            self._of_file.setdefault(archive or name, []).append(index)

    def untouched(self, file: CorpusFile) -> list[int]:
        """Return the documents of `file` if it has not been touched; none if it may have been."""
        own = self._documents_of(file)
        if not file.stamp or any(self._stamps[index] != file.stamp for index in own):
            return []
        return own

    def unseen(self, file: CorpusFile) -> list[int]:
        """Return the documents of a file, or of all in a folder, that cannot be read just now."""
        own = self._documents_of(file)
        if not own and self.table is not None:
            own = [i for i, name in enumerate(self.ids) if name.startswith(f"{file.id}/")]
        for index in own:
            self._stamps[index] = ""
        return own

    def unchanged(self, file: CorpusFile, digest: str) -> list[int]:
        """Return the documents of `file` if it still has what it had and all of it was read."""
        own = self._documents_of(file)
        for index in own:
            partly_read = self._archives[index] and not self._stamps[index]
            if self.digests[index] != digest or partly_read:
                return []
        for index in own:
            # The new generation has it by this stamp.
            self._stamps[index] = file.stamp
        return own

    def unchanged_inside(self, file: CorpusFile, digest: str, stamp: str) -> dict[str, int]:
        """Return id → document of what an archive had, some of which could not be read.

        The documents have `stamp` from now on. Two that have one id cannot be told apart.
        """
        own = self._documents_of(file)
        names = [self.ids[index] for index in own]
        found = {
            name: index
            for name, index in zip(names, own, strict=True)
            if self.digests[index] == digest and names.count(name) == 1
        }
        for index in found.values():
            self._stamps[index] = stamp
        return found

    def _documents_of(self, file: CorpusFile) -> list[int]:
        own = self._of_file.get(file.id, [])
        # Two files have one id where a name that is no text is spelled out and the other is so by
        # itself: then neither is known.
        return own if len(own) == 1 or all(self._archives[index] for index in own) else []

    def run(self, first: int, last: int) -> Kept:
        """Return the documents `first` to before `last`, to be taken over."""
        if self.table is None:
            raise ValueError("there is nothing to take over")
        start, end = self.table.starts[[first, last]].tolist()
        return Kept(first, last, start, end)


def _dense_rows(
    folder: Path, manifest: Manifest, embedder: str, milvus: MilvusAddress | None
) -> DenseRows | CollectionRows | None:
    """Return the embeddings of a generation; None where they are another model's, or lost."""
    if manifest.embedder != embedder:
        return None
    with suppress(GenerationCorrupt):
        if not is_in_milvus(folder):
            return DenseRows.of(folder / "dense.faiss")
        if milvus is not None:
            return open_rows(folder, milvus)
    return None


def _intact(folder: Path) -> Manifest | None:
    """Return the manifest of a generation that is whole."""
    with suppress(GenerationError):
        manifest = read_manifest(folder)
        # A flipped byte must not be handed from one generation to the next.
        verify(folder, manifest)
        return manifest
    return None
