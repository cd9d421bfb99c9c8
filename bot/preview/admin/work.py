"""The work under way on the index, or the last that was: as a page shows it, and as it streams."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.links import document_key
from bot.preview.admin.standing import Standing
from bot.reindexing import Course
from bot.reports import failure_text, fault_text, progress_text
from bot.settings import Language
from bot.texts import Sentences, sentences
from bot.texts.admin_pages import AdminTexts, admin_texts
from retrieval.build import BuildReport

_MOST_NAMES = 200


@dataclass(frozen=True, slots=True)
class Names:
    """Documents to which the same happens.

    Attributes:
        sign: One character, as a diff has it.
        label: What happens.
        names: (id, address of its page or "", what is wrong with it or "") of the first.
        more: How many others there are.
    """

    sign: str
    label: str
    names: Sequence[tuple[str, str, str]]
    more: int

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.names) + self.more


@dataclass(frozen=True, slots=True)
class WorkView:
    """What a page says of work on the index.

    Attributes:
        head: What is done, or was.
        text: How far it is, or how it ended.
        done: Of `total`.
        total: 0 where it is not known.
        diff: Its documents.
        failure: Why it failed, a line each.
    """

    head: str
    text: str
    done: int = 0
    total: int = 0
    diff: Sequence[Names] = ()
    failure: Sequence[str] = ()


def told(course: Course, say: Sentences) -> dict[str, object]:
    """Return how work goes, as it is streamed."""
    progress = course.progress
    if progress is None:
        return {"running": course.running, "stage": "", "text": "", "done": 0, "total": 0}
    return {
        "running": course.running,
        "stage": progress.stage,
        "text": progress_text(progress, say),
        "done": progress.done,
        "total": progress.total,
    }


def work_view(
    course: Course, standing: Standing, known: Mapping[str, int], spoken: Language
) -> WorkView | None:
    """Return what to say of work on the index; None where there has been none.

    Args:
        course: Of the work.
        standing: After it.
        known: Keys of the documents that have pages.
        spoken: To say it in.
    """
    if not course.act:
        return None
    say, words = sentences(spoken), admin_texts(spoken)
    head = {"reindex": words.act_reindex, "dry-run": words.act_dry_run, "undo": words.act_undo}
    title = head[course.act]
    if course.running:
        if not course.apart:
            title = f"{title} {words.begun_in_chat}"
        if course.progress is None:
            return WorkView(title, words.starting)
        progress = course.progress
        return WorkView(title, progress_text(progress, say), progress.done, progress.total)
    if course.failure is not None:
        kept = words.nothing_changed if course.act != "undo" else words.undo_failed
        return WorkView(title, kept, failure=failure_text(course.failure, say).splitlines())
    if course.act == "undo":
        name = "" if standing.serving is None else standing.serving.name
        return WorkView(title, words.undone.format(name=name))
    if course.report is None:
        return WorkView(title, words.nothing_changed)
    text = _summary(course.report, standing, words, dry_run=course.act == "dry-run")
    return WorkView(title, text, diff=diff_of(course.report, known, spoken))


def _summary(report: BuildReport, standing: Standing, words: AdminTexts, *, dry_run: bool) -> str:
    if not dry_run:
        template = words.reindexed if report.published else words.unchanged
        seconds = f"{report.seconds:.1f}"
        return template.format(
            name=report.generation,
            documents=report.documents,
            passages=report.passages,
            seconds=seconds,
        )
    before = standing.serving
    if not (report.added or report.changed or report.removed):
        return words.would_change_nothing
    return words.would.format(
        documents=report.documents,
        passages=report.passages,
        documents_now=0 if before is None else before.documents,
        passages_now=0 if before is None else before.passages,
    )


def diff_of(report: BuildReport, known: Mapping[str, int], spoken: Language) -> list[Names]:
    """Return the documents of a report by what happens to them; those that cannot be read first."""
    say, words = sentences(spoken), admin_texts(spoken)

    def shown(names: Sequence[str]) -> list[tuple[str, str, str]]:
        return [(name, _address(name, known), "") for name in names[:_MOST_NAMES]]

    failed = [
        (name, _address(name, known), fault_text(fault, say))
        for name, fault in report.failed[:_MOST_NAMES]
    ]
    found = [
        Names("!", words.diff_failed, failed, max(0, len(report.failed) - _MOST_NAMES)),
        *(
            Names(sign, label, shown(names), max(0, len(names) - _MOST_NAMES))
            for sign, label, names in (
                ("+", words.diff_added, report.added),
                ("~", words.diff_changed, report.changed),
                ("−", words.diff_removed, report.removed),
            )
        ),
    ]
    return [one for one in found if one.names]


def _address(name: str, known: Mapping[str, int]) -> str:
    key = document_key(name)
    return f"/corpus/{key}" if key in known else ""
