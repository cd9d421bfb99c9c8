"""What the commands share: the model, the index (built when there is none), the terminal."""

import logging
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from bot.calibration import calibration_for
from bot.errors import ConfigError
from bot.last_build import keep
from bot.reindexing import child_environment, failure_in, index_command
from bot.settings import Settings
from bot.terminal import Terminal
from bot.texts import sentences
from retrieval.build import (
    BuildReport,
    Progress,
    build_generation,
    corpus_state,
    move_generation,
)
from retrieval.canaries import Canary, check_canaries, load_canaries
from retrieval.embedding import Embedder, load_embedder
from retrieval.errors import (
    CanaryFailed,
    CorpusMissing,
    EmbedderError,
    GenerationCorrupt,
    GenerationError,
    GenerationIncompatible,
    GenerationMissing,
)
from retrieval.generation import GenerationStore, Manifest, read_manifest, verify
from retrieval.passage_table import DocumentRow, PassageTable
from retrieval.reranking import Reranker, load_reranker
from retrieval.search import Searcher, open_serving
from retrieval.types import Kind, Passage
from retrieval.workers import Workers

_log = logging.getLogger(__name__)


class Session:
    """One run of the command; loads nothing before it is needed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._say = sentences(settings.language)
        self.terminal = Terminal(self._say)

    @cached_property
    def embedder(self) -> Embedder:
        """The model that the settings name.

        Raises:
            EmbedderError: It cannot be loaded.
        """
        return load_embedder(self._settings.model)

    @cached_property
    def reranker(self) -> Reranker | None:
        """The second stage that the settings name, if any.

        Raises:
            EmbedderError: It cannot be loaded.
        """
        name = self._settings.reranker
        return None if name is None else load_reranker(name)

    def build_with(
        self, progress: Callable[[Progress], None], *, force: bool = False, dry_run: bool = False
    ) -> BuildReport:
        """Index the corpus, telling `progress`; what fails a canary question is not published.

        Raises:
            RetrievalError: It cannot be done, or not be published; the old index stays.
        """
        canaries = load_canaries(self._settings.corpus)
        try:
            report = self._report(progress, canaries, force=force, dry_run=dry_run)
        except CanaryFailed as refusal:
            keep(self._settings.data, refusal)
            raise
        if not dry_run:
            keep(self._settings.data, report)
        return report

    def _report(
        self,
        progress: Callable[[Progress], None],
        canaries: Sequence[Canary],
        *,
        force: bool,
        dry_run: bool,
    ) -> BuildReport:
        with Workers() as workers:
            return build_generation(
                self._settings.corpus,
                self._settings.data,
                self.embedder,
                calibration_for(self._settings.model),
                force=force,
                dry_run=dry_run,
                place=self._settings.place,
                check=lambda folder: check_canaries(
                    folder, self.embedder, canaries, self._settings.place
                ),
                progress=progress,
                workers=workers,
            )

    def build(self, *, force: bool = False, dry_run: bool = False) -> BuildReport:
        """Index the corpus, with bars in the terminal."""
        self.terminal.note(self._say.cli_indexing.format(corpus=self._settings.corpus))
        with self.terminal.progress() as show:
            return self.build_with(show, force=force, dry_run=dry_run)

    def move(self, kind: Kind) -> str:
        """Move the legs of the current index, with bars in the terminal; return its new name.

        Raises:
            ConfigError: Nobody has said where the Milvus server is.
            GenerationError: There is no index, it is broken, or the server cannot be reached.
        """
        place = replace(self._settings.place, kind=kind)
        if place.milvus is None:
            raise ConfigError(["say in MILVUS_URI where the Milvus server is"])
        with self.terminal.progress() as show:
            return move_generation(self._settings.data, self.embedder, place, show)

    def documents(self) -> Sequence[DocumentRow]:
        """Return the documents of the current generation, by id.

        Raises:
            GenerationError: There is none, or it is broken.
        """
        return self._table().documents

    def passages_of(self, name: str) -> list[Passage]:
        """Return the passages of a document in order; none where there is no such document."""
        table = self._table()
        names = [row.ref.id for row in table.documents]
        return table.passages_of(names.index(name)) if name in names else []

    def _table(self) -> PassageTable:
        folder = GenerationStore(self._settings.data).current()
        verify(folder, read_manifest(folder))
        return PassageTable.open(folder)

    def prepare_to_serve(self) -> int:
        """Build when there is no index that can be served; return the exit code of the build.

        In a process of its own: a build imports torch, and a bot that only answers need not keep
        half a gigabyte of it.
        """
        if not self._must_build():
            return 0
        environment = child_environment(self._settings, self._settings.language)
        if self._settings.log == "json":
            return _built(index_command(self._settings, "--events"), environment)
        command = index_command(self._settings)
        return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603

    @cached_property
    def serving_embedder(self) -> Embedder | None:
        """The model, or None when it cannot be loaded but an index is there.

        A bot that answers from words alone, and says so, is better than none.

        Raises:
            EmbedderError: There is neither a model nor an index.
        """
        try:
            return self.embedder
        except EmbedderError as error:
            try:
                open_serving(self._settings.data, None, place=self._settings.place)
            except GenerationError:
                raise error from None
            self.terminal.complain(self._say.error_model.format(detail=error))
            return None

    def _must_build(self) -> bool:
        try:
            searcher, _ = open_serving(
                self._settings.data, self.serving_embedder, place=self._settings.place
            )
        except (GenerationMissing, GenerationIncompatible, GenerationCorrupt):
            return True
        return not self._is_of_this_corpus(read_manifest(searcher.folder))

    def searcher(self) -> Searcher:
        """Return the current generation, built first when that is needed."""
        try:
            searcher, problem = self._opened()
        except (GenerationMissing, GenerationIncompatible, GenerationCorrupt):
            return self._built()
        manifest = read_manifest(searcher.folder)
        if not self._is_of_this_corpus(manifest):
            return self._built()
        if problem is not None:
            self.terminal.note(self._say.cli_fallback)
        if self._is_stale(manifest):
            self.terminal.note(self._say.cli_index_stale.format(corpus=self._settings.corpus))
        return searcher

    def _built(self) -> Searcher:
        self.terminal.show_report(self.build())
        return self._opened()[0]

    def _opened(self) -> tuple[Searcher, GenerationError | None]:
        place = self._settings.place
        return open_serving(self._settings.data, self.embedder, self.reranker, place)

    def _is_of_this_corpus(self, manifest: Manifest) -> bool:
        return Path(manifest.corpus) == self._settings.corpus.resolve()

    def _is_stale(self, manifest: Manifest) -> bool:
        try:
            return corpus_state(self._settings.corpus) != manifest.corpus_state
        except CorpusMissing:  # it is gone or closed, and what was indexed of it answers
            return False


def _built(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Build where nobody looks at bars: say in the log that it begins, and why it failed."""
    _log.info("index.building")
    done = subprocess.run(command, env=environment, check=False, stdout=subprocess.PIPE)  # noqa: S603
    if done.returncode:
        reason = failure_in(done.stdout)
        _log.error("index.failed reason=%s code=%d", reason, done.returncode)
    return done.returncode
