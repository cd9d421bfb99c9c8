"""The model, the index, and the documents that it was built from."""

from collections.abc import Iterator

import numpy as np

from bot.doctor.findings import Finding, todo, well
from bot.reports import fault_text
from bot.settings import Settings
from bot.texts import sentences
from bot.texts.doctor import DoctorTexts
from retrieval.embedding import Embedder, load_embedder
from retrieval.errors import (
    CollectionMissing,
    CorpusError,
    EmbedderError,
    GenerationCorrupt,
    GenerationError,
    GenerationIncompatible,
    GenerationMissing,
    IndexUnreachable,
    MilvusMissing,
)
from retrieval.generation import GenerationStore, Manifest, read_manifest, verify
from retrieval.milvus import is_in_milvus, open_rows
from retrieval.reranking import load_reranker
from retrieval.verifying import changed_sources

_ASKED = "Đề án 06 là gì?"
_NAMES_SHOWN = 3


def index_findings(settings: Settings, say: DoctorTexts) -> Iterator[Finding]:
    """Yield what there is to say of them."""
    embedder, finding = _model(settings, say)
    yield finding
    if settings.reranker is not None:
        yield _reranker(settings.reranker, say)
    manifest, finding = _index(settings, embedder, say)
    yield finding
    if manifest is not None:
        yield from _collection(settings, say)
        yield _sources(settings, manifest, say)


def _model(settings: Settings, say: DoctorTexts) -> tuple[Embedder | None, Finding]:
    """Return the model, if it answers, and what there is to say of it."""
    try:
        embedder = load_embedder(settings.model)
        (row,) = embedder.embed_queries([_ASKED])
    except EmbedderError as error:
        return None, todo("model", say.model_broken.format(detail=error))
    if not np.isclose(np.linalg.norm(row), 1.0, atol=1e-3):
        return None, todo("model", say.model_broken.format(detail="|v| ≠ 1"))
    return embedder, well("model", say.model_ok.format(name=embedder.name))


def _reranker(name: str, say: DoctorTexts) -> Finding:
    try:
        load_reranker(name)
    except EmbedderError as error:
        return todo("reranker", say.model_broken.format(detail=error))
    return well("reranker", say.model_ok.format(name=name))


def _index(
    settings: Settings, embedder: Embedder | None, say: DoctorTexts
) -> tuple[Manifest | None, Finding]:
    """Return the manifest of an index that is whole, and what there is to say of it."""
    try:
        folder = GenerationStore(settings.data).current()
        manifest = read_manifest(folder)
        verify(folder, manifest)
    except GenerationMissing:
        return None, todo("index", say.index_none)
    except GenerationIncompatible:
        return None, todo("index", say.index_other_version)
    except GenerationError as error:
        return None, todo("index", say.index_broken.format(detail=error))
    corpus = str(settings.corpus.resolve())
    if embedder is not None and manifest.embedder != embedder.identity:
        told = say.index_other_model.format(name=manifest.model or "—")
    elif manifest.corpus != corpus:
        told = say.index_other_corpus.format(corpus=manifest.corpus)
    else:
        counts = {"documents": manifest.documents, "passages": manifest.passages}
        return manifest, well("index", say.index_ok.format(name=folder.name, **counts))
    return manifest, todo("index", told)


def _collection(settings: Settings, say: DoctorTexts) -> Iterator[Finding]:
    """Yield whether Milvus has what the current generation says, where it is to be there."""
    folder, address = GenerationStore(settings.data).current(), settings.place.milvus
    if is_in_milvus(folder) != (settings.place.kind == "milvus"):
        yield todo("collection", say.collection_elsewhere)
    elif is_in_milvus(folder) and address is not None:
        try:
            # It is loaded if it is not, as by whoever answers; nothing else is changed.
            rows = open_rows(folder, address)
        except CollectionMissing:
            yield todo("collection", say.collection_missing)
        except GenerationCorrupt as error:
            yield todo("collection", say.collection_not_whole.format(detail=error))
        except IndexUnreachable:
            yield todo("collection", say.collection_unreachable)
        except MilvusMissing as error:
            yield todo("collection", say.failed.format(detail=error))
        except GenerationError as error:
            yield todo("collection", say.collection_refused.format(detail=error))
        else:
            told = say.collection_ok.format(name=rows.named.collection, passages=rows.end)
            yield well("collection", told)


def _sources(settings: Settings, manifest: Manifest, say: DoctorTexts) -> Finding:
    try:
        folder = GenerationStore(settings.data).current()
        files, changed = changed_sources(folder, manifest, settings.corpus)
    except CorpusError as error:
        reason = fault_text(error.fault, sentences(settings.language))
        return todo("sources", say.sources_unread.format(path=error.path, reason=reason))
    except GenerationError as error:
        return todo("sources", say.failed.format(detail=error))
    if not changed:
        return well("sources", say.sources_ok.format(count=files))
    shown = ", ".join(changed[:_NAMES_SHOWN]) + (" …" if len(changed) > _NAMES_SHOWN else "")
    return todo("sources", say.sources_changed.format(count=len(changed), names=shown))
