"""What went wrong and what to do about it, in the operator's language."""

from bot.errors import BackupError, ConfigError
from bot.reports import canaries_text, fault_text
from bot.settings import Settings
from bot.texts import sentences
from bot.texts.upkeep import fault_words
from retrieval.errors import (
    BuildBusy,
    CanaryFailed,
    CorpusError,
    CorpusMissing,
    EmbedderError,
    GenerationCorrupt,
    GenerationElsewhere,
    GenerationIncompatible,
    GenerationMissing,
    IndexRefused,
    IndexUnreachable,
    MilvusMissing,
    QueryEmpty,
    QueryTooLong,
)


def explain(error: Exception, settings: Settings) -> str:
    """Return what went wrong and what to do, in the operator's language."""
    say = sentences(settings.language)
    match error:
        case ConfigError():
            return "; ".join(error.faults)
        case BackupError():
            return fault_words(error, settings.language)
        case CorpusMissing():
            return say.error_no_corpus.format(path=error.path, reason=fault_text(error.fault, say))
        case CorpusError():
            return say.error_corpus.format(path=error.path, reason=fault_text(error.fault, say))
        case QueryEmpty():
            return say.query_empty
        case QueryTooLong():
            return say.query_too_long.format(length=error.length, limit=error.limit)
        case BuildBusy():
            return say.error_busy
        case GenerationCorrupt():
            return say.error_corrupt.format(detail=error)
        case CanaryFailed():
            return canaries_text(error, say)
        case GenerationMissing():
            return say.error_missing
        case GenerationIncompatible():
            return say.error_incompatible
        case GenerationElsewhere():
            return say.error_is_in_milvus if error.kind == "milvus" else say.error_is_local
        case IndexUnreachable():
            return say.error_unreachable.format(detail=error)
        case IndexRefused():
            return say.error_refused.format(detail=error)
        case MilvusMissing():
            return say.error_no_client
        case EmbedderError():
            return say.error_model.format(detail=error)
        case _:
            return say.error_data.format(detail=error)
