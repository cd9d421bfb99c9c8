"""How the index stands: which serves, which was before, what the last build said, what is amiss."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.last_build import LastBuild, last_build
from bot.settings import Settings
from retrieval.build import corpus_state
from retrieval.errors import CorpusMissing, GenerationError
from retrieval.generation import GenerationStore, Manifest, read_manifest


@dataclass(frozen=True, slots=True)
class Index:
    """One generation.

    Attributes:
        built: With this machine's time zone.
    """

    name: str
    built: datetime
    documents: int
    passages: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How the index stands.

    Attributes:
        serving: None where nothing is served.
        previous: What an undo would go back to.
        last: How the last build ended, as far as that is known.
        warnings: `no_corpus`, `stale`, `elsewhere`, `fallback`.
    """

    serving: Index | None
    previous: Index | None
    last: LastBuild | None
    warnings: tuple[str, ...]


def standing_of(settings: Settings, serving: Path | None) -> Standing:
    """Return how the index stands, by looking at the disk; `serving` is the folder that answers."""
    store = GenerationStore(settings.data)
    current = previous = None
    with suppress(GenerationError):
        current, previous = store.current(), store.previous()
    manifest = _manifest(serving)
    warnings = list(_warnings(settings, manifest))
    if serving is not None and current is not None and serving != current:
        warnings.append("fallback")
    return Standing(
        _index(serving, manifest),
        _index(previous, _manifest(previous)),
        last_build(settings.data),
        tuple(warnings),
    )


def _warnings(settings: Settings, manifest: Manifest | None) -> list[str]:
    try:
        state = corpus_state(settings.corpus)
    except CorpusMissing:
        return ["no_corpus"]
    if manifest is None:
        return []
    if Path(manifest.corpus) != settings.corpus.resolve():
        return ["elsewhere"]
    return [] if manifest.corpus_state == state else ["stale"]


def _manifest(folder: Path | None) -> Manifest | None:
    if folder is not None:
        with suppress(GenerationError):
            return read_manifest(folder)
    return None


def _index(folder: Path | None, manifest: Manifest | None) -> Index | None:
    if folder is None or manifest is None:
        return None
    built = datetime.fromisoformat(manifest.created).astimezone()
    return Index(folder.name, built, manifest.documents, manifest.passages)
