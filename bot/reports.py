"""What a build did, and how far it is, in words: for chats and terminals alike."""

from typing import TYPE_CHECKING

from bot.errors import ReindexFailed
from bot.texts import Sentences
from retrieval.errors import CanaryFailed, Fault, GenerationCorrupt

if TYPE_CHECKING:
    from retrieval.build import BuildReport, Progress

_FAILURES_SHOWN = 10
_FAULT_FIELDS = {str(fault): f"fault_{fault.name.lower()}" for fault in Fault}


def progress_text(progress: "Progress", say: Sentences) -> str:
    """Return how far a reindex is, in one line."""
    stages = {
        "read": say.stage_read,
        "embed": say.stage_embed,
        "index": say.stage_index,
        "publish": say.stage_publish,
    }
    stage = stages.get(progress.stage, progress.stage)
    return say.reindex_stage.format(stage=stage, done=progress.done, total=progress.total)


def report_text(report: "BuildReport", say: Sentences) -> str:
    """Return what a reindex did, with the first documents that failed and why."""
    template = say.reindex_done if report.published else say.reindex_unchanged
    lines = [
        template.format(
            documents=report.documents,
            passages=report.passages,
            seconds=f"{report.seconds:.1f}",
            added=len(report.added),
            changed=len(report.changed),
            removed=len(report.removed),
            failed=len(report.failed),
        )
    ]
    if report.failed:
        lines.append(say.failed_documents)
        shown = report.failed[:_FAILURES_SHOWN]
        lines += [f"• {name}: {fault_text(fault, say)}" for name, fault in shown]
        if len(report.failed) > _FAILURES_SHOWN:
            lines.append(say.failed_more.format(count=len(report.failed) - _FAILURES_SHOWN))
    return "\n".join(lines)


def diff_text(report: "BuildReport", say: Sentences) -> str:
    """Return what a reindex would do, every document by its name."""
    counts = say.reindex_would.format(
        documents=report.documents,
        passages=report.passages,
        added=len(report.added),
        changed=len(report.changed),
        removed=len(report.removed),
        failed=len(report.failed),
    )
    lines = [counts]
    for sign, names in (("+", report.added), ("~", report.changed), ("-", report.removed)):
        lines += [f"{sign} {name}" for name in names]
    lines += [f"! {name}: {fault_text(fault, say)}" for name, fault in report.failed]
    return "\n".join(lines)


def canaries_text(error: CanaryFailed, say: Sentences) -> str:
    """Return which canary questions a new index failed, and that the old one still serves."""
    nothing = say.canary_nothing
    lines = [say.error_canaries.format(count=len(error.failures))]
    lines += [
        say.canary_failure.format(
            question=question, expected=expected or nothing, found=found or nothing
        )
        for question, expected, found in error.failures[:_FAILURES_SHOWN]
    ]
    return "\n".join(lines)


def fault_text(fault: str, say: Sentences) -> str:
    """Return what is wrong with a document; a `fault` that is no `errors.Fault` says itself."""
    text: str = getattr(say, _FAULT_FIELDS[fault]) if fault in _FAULT_FIELDS else fault
    return text


def failure_text(error: Exception, say: Sentences) -> str:
    """Return why a reindex failed, in one clause."""
    if isinstance(error, ReindexFailed):
        return error.reason or say.reindex_died.format(code=error.code)
    if isinstance(error, GenerationCorrupt):
        return say.reindex_corrupt
    return str(error)
