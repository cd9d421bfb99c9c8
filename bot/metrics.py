"""Figures for Prometheus: what is counted and under which names. The only importer of its client.

A process has one set of figures, as it has one log, and they are counted where things happen. A
label has one of a few values that are written here: nothing that people write, and no number of
theirs, is ever one.
"""

import math
import time
from collections.abc import Callable, Mapping

from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from bot import __version__

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
SURFACES = ("private", "group", "uncalled", "channel", "inline", "guest")
"""`uncalled`: in groups, what nobody had addressed to the bot; its misses are not said."""
OUTCOMES = ("answered", "missed", "refused", "turned_away", "overloaded", "deadline", "failed")
"""`missed`: nothing, or the nearest passage; `refused`: empty or too long; `turned_away`: not
invited, or asked too often today."""
TELEGRAM_OUTCOMES = (
    "ok",
    "rate_limited",
    "forbidden",
    "conflict",
    "refused",
    "server_error",
    "timeout",
    "network",
)
DROPPED = ("again", "malformed", "stale", "surplus")
REINDEXED = ("published", "unchanged", "failed")
WEBHOOK_OUTCOMES = (
    "taken",
    "wrong_secret",
    "wrong_type",
    "too_large",
    "too_slow",
    "too_many",
    "malformed",
    "failed",
)

PAGES = ("passage", "document", "search")
PAGE_OUTCOMES = ("shown", "gone", "locked", "invalid", "busy", "failed")
"""`locked`: not for everybody, and no valid signature came with it."""

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0)
"""A search is given up after 10 s, a turn to speak after 25."""
_REINDEX_SECONDS = (1, 5, 15, 60, 300, 900, 3_600, 14_400)

# When a series began is half as many series again, and nobody asks.
disable_created_metrics()  # type: ignore[no-untyped-call]

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)

BUILD = Info("hoidap_build", "The program.", registry=REGISTRY)
BUILD.info({"version": __version__})

QUESTIONS = Counter(
    "hoidap_questions",
    "Questions, by where they were asked and what came of them.",
    ("surface", "outcome"),
    registry=REGISTRY,
)
QUESTION_SECONDS = Histogram(
    "hoidap_question_seconds",
    "From a question to what was said; inline and as a guest, to what was found.",
    ("surface",),
    buckets=_SECONDS,
    registry=REGISTRY,
)
_STAGE_SECONDS = Histogram(
    "hoidap_question_stage_seconds",
    "What a question's time goes to: waiting for the search, searching, sending.",
    ("stage",),
    buckets=_SECONDS,
    registry=REGISTRY,
)
WAITING = _STAGE_SECONDS.labels("waiting")
SEARCHING = _STAGE_SECONDS.labels("searching")
SENDING = _STAGE_SECONDS.labels("sending")
QUEUE = Gauge("hoidap_queue_questions", "Questions waiting to be searched.", registry=REGISTRY)
QUEUE_LIMIT = Gauge(
    "hoidap_queue_limit_questions", "From so many on, questions are refused.", registry=REGISTRY
)

UPDATES_RECEIVED = Counter(
    "hoidap_updates_received", "Updates that came, all of them.", registry=REGISTRY
)
UPDATES_DROPPED = Counter(
    "hoidap_updates_dropped", "Updates not dealt with, by reason.", ("reason",), registry=REGISTRY
)
UPDATES_FAILED = Counter(
    "hoidap_updates_failed", "Updates that ended in a fault nobody foresaw.", registry=REGISTRY
)
UPDATES_PENDING = Gauge(
    "hoidap_updates_pending", "Updates that are waiting or being dealt with.", registry=REGISTRY
)

TELEGRAM_REQUESTS = Counter(
    "hoidap_telegram_requests",
    "Calls of the Bot API, by what came of them.",
    ("outcome",),
    registry=REGISTRY,
)
WEBHOOK_REQUESTS = Counter(
    "hoidap_webhook_requests",
    "Requests to the webhook, by what came of them.",
    ("outcome",),
    registry=REGISTRY,
)
PAGES_ASKED = Counter(
    "hoidap_pages",
    "Pages of the reader that were asked for, by what came of them.",
    ("page", "outcome"),
    registry=REGISTRY,
)

_GENERATION = Info("hoidap_generation", "The index that answers.", registry=REGISTRY)
_GENERATION.info({"generation": ""})
_GENERATION_AGE = Gauge(
    "hoidap_generation_age_seconds",
    "Since the index that answers was made; not a number without one.",
    registry=REGISTRY,
)
_GENERATION_AGE.set(math.nan)
_DOCUMENTS = Gauge(
    "hoidap_generation_documents", "Documents in the index that answers.", registry=REGISTRY
)
_PASSAGES = Gauge(
    "hoidap_generation_passages", "Passages in the index that answers.", registry=REGISTRY
)
GENERATIONS_REFUSED = Counter(
    "hoidap_generations_refused",
    "Times that a newly published index could not be opened.",
    registry=REGISTRY,
)
_REINDEXES = Counter(
    "hoidap_reindexes", "Times the bot read the documents again.", ("result",), registry=REGISTRY
)
_REINDEX_SECONDS_SPENT = Histogram(
    "hoidap_reindex_seconds",
    "How long it took to read the documents again.",
    buckets=_REINDEX_SECONDS,
    registry=REGISTRY,
)
REINDEXING = Gauge(
    "hoidap_reindexing", "Whether documents are being read again.", registry=REGISTRY
)

DATABASE_UNWRITTEN = Gauge(
    "hoidap_database_unwritten_rows", "Rows that wait to be written.", registry=REGISTRY
)
DATABASE_FAILURES = Counter(
    "hoidap_database_failures", "Times the database could not be used.", registry=REGISTRY
)

SEARCH_PROCESS_UP = Gauge(
    "hoidap_search_process_up",
    "Whether the process that searches lives; not a number where there is none.",
    registry=REGISTRY,
)
SEARCH_PROCESS_UP.set(math.nan)
SEARCH_PROCESS_RESTARTS = Counter(
    "hoidap_search_process_restarts",
    "Times that another process took the place of one that searched.",
    registry=REGISTRY,
)

LIVE = Gauge("hoidap_live", "Whether a part of the bot goes on.", ("part",), registry=REGISTRY)
READY = Gauge(
    "hoidap_ready", "Whether what an answer needs is there.", ("part",), registry=REGISTRY
)


def _from_nought() -> None:
    """Let each series begin with 0: of one that begins with 1, nobody sees the first increase."""
    for surface in SURFACES:
        QUESTION_SECONDS.labels(surface)
        for outcome in OUTCOMES:
            QUESTIONS.labels(surface, outcome)
    for page in PAGES:
        for outcome in PAGE_OUTCOMES:
            PAGES_ASKED.labels(page, outcome)
    for counter, values in (
        (UPDATES_DROPPED, DROPPED),
        (TELEGRAM_REQUESTS, TELEGRAM_OUTCOMES),
        (WEBHOOK_REQUESTS, WEBHOOK_OUTCOMES),
        (_REINDEXES, REINDEXED),
    ):
        for value in values:
            counter.labels(value)


_from_nought()


def asked(surface: str, outcome: str, seconds: float) -> None:
    """Count a question and its time."""
    QUESTIONS.labels(surface, outcome).inc()
    QUESTION_SECONDS.labels(surface).observe(seconds)


def reindexed(result: str, seconds: float) -> None:
    """Count a reindex, by one of REINDEXED."""
    _REINDEXES.labels(result).inc()
    _REINDEX_SECONDS_SPENT.observe(seconds)


def serving(name: str, documents: int, passages: int, created: float) -> None:
    """Note which generation answers from now on, and when (POSIX) it was made."""
    _GENERATION.info({"generation": name})
    _DOCUMENTS.set(documents)
    _PASSAGES.set(passages)
    _GENERATION_AGE.set_function(lambda: time.time() - created)


def watch_search_process(pid: Callable[[], int]) -> None:
    """Have the process that searches looked at; `pid` is 0 where there is none just now."""
    SEARCH_PROCESS_UP.set_function(lambda: float(pid() != 0))
    ProcessCollector(namespace="hoidap_search", pid=pid, registry=REGISTRY)


def show(live: Mapping[str, bool], ready: Mapping[str, bool]) -> bytes:
    """Return all figures as Prometheus reads them."""
    for gauge, parts in ((LIVE, live), (READY, ready)):
        for part, holds in parts.items():
            gauge.labels(part).set(float(holds))
    return generate_latest(REGISTRY)
