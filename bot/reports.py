"""What a build did, and how far it is, in words: for chats and terminals alike."""

from bot.texts import Sentences
from retrieval.build import BuildReport, Progress

_FAILURES_SHOWN = 10


def progress_text(progress: Progress, say: Sentences) -> str:
    """Return how far a reindex is, in one line."""
    stages = {
        "read": say.stage_read,
        "embed": say.stage_embed,
        "index": say.stage_index,
        "publish": say.stage_publish,
    }
    stage = stages.get(progress.stage, progress.stage)
    return say.reindex_stage.format(stage=stage, done=progress.done, total=progress.total)


def report_text(report: BuildReport, say: Sentences) -> str:
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
        lines += [f"• {name}: {reason}" for name, reason in report.failed[:_FAILURES_SHOWN]]
        if len(report.failed) > _FAILURES_SHOWN:
            lines.append(say.failed_more.format(count=len(report.failed) - _FAILURES_SHOWN))
    return "\n".join(lines)
