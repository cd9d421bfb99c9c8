"""The wording: complete in both languages, with a sentence for every error a person can meet."""

from collections.abc import Iterator
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from string import Formatter

import pytest

from bot import explaining, refusals, texts
from bot.backup import Lack
from bot.errors import (
    BackupError,
    BackupFault,
    BotError,
    ConfigError,
    DeadlineExceeded,
    Overloaded,
    ReindexFailed,
    StoreError,
)
from bot.reports import failure_text, fault_text
from bot.settings import Language, Settings
from bot.texts import EN, VI, Sentences, language_of, sentences
from bot.texts.upkeep import fault_words, upkeep_texts
from retrieval.errors import (
    BuildBusy,
    CanaryFailed,
    CollectionMissing,
    CorpusError,
    CorpusMissing,
    EmbedderError,
    Fault,
    GenerationCorrupt,
    GenerationElsewhere,
    GenerationError,
    GenerationIncompatible,
    GenerationMissing,
    IndexRefused,
    IndexUnreachable,
    MilvusMissing,
    QueryEmpty,
    QueryError,
    QueryTooLong,
    RetrievalError,
)

SUBJECTS = [f"bot.texts.{module.name}" for module in iter_modules(texts.__path__)]
LANGUAGES: tuple[Language, ...] = ("vi", "en")

# In a chat and at the command line: the field of Sentences that says it.
SAID: dict[type[Exception], tuple[str, str]] = {
    QueryError: ("failed", "error_data"),
    QueryEmpty: ("query_empty", "query_empty"),
    QueryTooLong: ("query_too_long", "query_too_long"),
    CorpusError: ("failed", "error_corpus"),
    CorpusMissing: ("failed", "error_no_corpus"),
    GenerationError: ("failed", "error_data"),
    GenerationMissing: ("no_index", "error_missing"),
    GenerationCorrupt: ("failed", "error_corrupt"),
    GenerationIncompatible: ("failed", "error_incompatible"),
    CollectionMissing: ("failed", "error_corrupt"),
    GenerationElsewhere: ("failed", "error_is_in_milvus"),
    IndexUnreachable: ("out_of_reach", "error_unreachable"),
    IndexRefused: ("failed", "error_refused"),
    MilvusMissing: ("failed", "error_no_client"),
    BuildBusy: ("failed", "error_busy"),
    CanaryFailed: ("failed", "error_canaries"),
    EmbedderError: ("failed", "error_model"),
    Overloaded: ("overloaded", "error_data"),
    DeadlineExceeded: ("deadline", "error_data"),
    ReindexFailed: ("failed", "error_data"),
    StoreError: ("failed", "error_data"),
    BackupError: ("failed", "fault_newer"),
    ConfigError: ("failed", ""),  # said in English by its faults: it comes before the language
}
DETAILS: dict[type[Exception], Exception] = {
    QueryTooLong: QueryTooLong(1_234, 1_000),
    CorpusError: CorpusError(Path("a/b.txt"), Fault.BINARY),
    CorpusMissing: CorpusMissing(Path("a/b"), Fault.BINARY),
    GenerationElsewhere: GenerationElsewhere("milvus"),
    CanaryFailed: CanaryFailed([("Ai?", "a.txt", "")]),
    BackupError: BackupError(BackupFault.NEWER, "the detail"),
    ConfigError: ConfigError(["one fault", "another fault"]),
}


def subclasses(base: type[Exception]) -> Iterator[type[Exception]]:
    for child in base.__subclasses__():
        yield child
        yield from subclasses(child)


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def settings_in(language: Language) -> Settings:
    return Settings(Path("corpus"), Path("data"), None, frozenset(), language, "https://x")


def wordings() -> Iterator[tuple[str, str, str]]:
    """Yield (name, Vietnamese, English) of every sentence of every subject."""
    for module in [texts, *map(import_module, SUBJECTS)]:
        if hasattr(module, "VI") and hasattr(module, "EN"):
            english = asdict(module.EN)
            for name, vietnamese in asdict(module.VI).items():
                yield f"{module.__name__}.{name}", vietnamese, english[name]


@pytest.mark.parametrize(
    ("vietnamese", "english"), [pytest.param(vi, en, id=name) for name, vi, en in wordings()]
)
def test_both_languages_say_it(vietnamese: str, english: str) -> None:
    """Every sentence has words in both languages, with the same placeholders."""
    assert vietnamese.strip()
    assert english.strip()
    if any(literal.strip(" :·–—…") for literal, *_ in Formatter().parse(vietnamese)):
        assert vietnamese != english
    assert placeholders(vietnamese) == placeholders(english)


def test_every_error_has_its_words() -> None:
    """Whoever adds an error decides what people are told of it."""
    ours = {*subclasses(RetrievalError), *subclasses(BotError)}
    assert {kind for kind in ours if kind.__module__ in {"bot.errors", "retrieval.errors"}} == set(
        SAID
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SAID, ids=lambda kind: kind.__name__)
def test_what_people_are_told_of_an_error(kind: type[Exception], language: Language) -> None:
    """An error is told in the person's language, with its details, in a chat and a terminal."""
    error = DETAILS.get(kind) or kind("the detail")
    say = sentences(language)
    values = {"length": 1_234, "limit": 1_000, "reason": say.fault_binary, "detail": error}
    values["count"] = 1
    values["path"] = getattr(error, "path", "")
    values["detail"] = getattr(error, "detail", error)
    words = asdict(upkeep_texts(language)) | asdict(say)
    in_chat, in_terminal = (words.get(name, "") for name in SAID[kind])
    assert refusals.explain(error, say)[1] == in_chat.format(**values)
    told = explaining.explain(error, settings_in(language))
    first, *others = told.splitlines()
    assert first == (in_terminal.format(**values) or "one fault; another fault")
    failure = say.canary_failure.format(question="Ai?", expected="a.txt", found=say.canary_nothing)
    assert others == ([failure] if kind is CanaryFailed else [])


@pytest.mark.parametrize("say", [VI, EN], ids=["vi", "en"])
def test_every_fault_of_a_document_has_its_words(say: Sentences) -> None:
    """Whatever is wrong with a document is told in the reader's language, each fault its own."""
    told = [fault_text(fault, say) for fault in Fault]
    assert len(set(told)) == len(Fault)
    assert fault_text(str(Fault.BINARY), VI) == "là tệp nhị phân, không phải văn bản"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_of_a_backup_has_its_words(language: Language) -> None:
    """Why a backup cannot be made or put back, or lacks something, is told, each its own."""
    told = [fault_words(BackupError(fault, "x"), language) for fault in BackupFault]
    assert len(set(told)) == len(BackupFault)
    words = asdict(upkeep_texts(language))
    assert len({words[f"lack_{lack.name.lower()}"] for lack in Lack}) == len(Lack)


def test_why_a_reindex_failed_is_told_in_words() -> None:
    """A child's own reason is passed on; one that died without a word is told with its code."""
    assert failure_text(ReindexFailed("hết đĩa", 2), EN) == "hết đĩa"
    assert "(mã -9)" in failure_text(ReindexFailed(code=-9), VI)
    assert "(code -9)" in failure_text(ReindexFailed(code=-9), EN)
    assert failure_text(GenerationCorrupt("x"), VI) == VI.reindex_corrupt


def test_a_foreign_error_is_not_shown_in_a_chat() -> None:
    """An error that nobody foresaw is told as a failure, without its details."""
    outcome, told = refusals.explain(RuntimeError("secret"), VI)
    assert (outcome, told) == ("failed", VI.failed)


@pytest.mark.parametrize(
    ("code", "language"),
    [("vi", "vi"), ("vi-VN", "vi"), ("VI", "vi"), ("en", "en"), ("fr", "en"), (None, "vi")],
)
def test_the_language_of_a_telegram_code(code: str | None, language: Language) -> None:
    """Vietnamese for Vietnamese and for those whose language is unknown, English for others."""
    assert language_of(code) == language
