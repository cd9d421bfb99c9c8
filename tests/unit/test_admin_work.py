"""Work on the index in words: what would change, what did, and why not."""

from datetime import UTC, datetime

from bot.errors import ReindexFailed
from bot.links import document_key
from bot.preview.admin.standing import Index, Standing
from bot.preview.admin.work import diff_of, told, work_view
from bot.reindexing import Course
from bot.texts import EN
from retrieval.build import BuildReport, Progress
from retrieval.errors import Fault

NOW = Index("000002", datetime(2026, 11, 25, tzinfo=UTC), 6, 9)
STANDING = Standing(NOW, None, None, ())
REPORT = BuildReport(
    documents=7, passages=12, added=["a"], changed=["b"], removed=["c"], failed=[("d", Fault.EMPTY)]
)


def test_a_diff() -> None:
    """What cannot be read comes first, what has a page leads to it, and nothing empty is shown."""
    key = document_key("b")
    found = diff_of(REPORT, {key: 0}, "en")
    assert [(one.sign, one.label, one.count) for one in found] == [
        ("!", "Cannot be read", 1),
        ("+", "Added", 1),
        ("~", "Changed", 1),
        ("−", "Removed", 1),
    ]
    assert found[0].names == [("d", "", "there is no text in it")]
    assert found[2].names == [("b", f"/corpus/{key}", "")]
    assert diff_of(BuildReport(), {}, "en") == []


def test_a_long_diff() -> None:
    """Of very many documents the first are named, and the others counted."""
    names = [f"{number}.txt" for number in range(250)]
    [found] = diff_of(BuildReport(added=names), {}, "en")
    assert (len(found.names), found.more, found.count) == (200, 50, 250)


def test_what_is_said_of_work() -> None:
    """Each state of each act has its words, with the numbers before and after."""

    def said(course: Course) -> str:
        view = work_view(course, STANDING, {}, "en")
        assert view is not None
        return f"{view.head}: {view.text}"

    assert work_view(Course(), STANDING, {}, "en") is None
    dry = Course("dry-run", apart=True, report=REPORT)
    would = "There would be 7 documents (6 now) and 12 passages (9 now)."
    assert said(dry) == f"What would change: {would}"
    same = Course("dry-run", apart=True, report=BuildReport(documents=6))
    assert said(same).endswith("Nothing would change.")
    begun = Course("reindex", running=True, progress=Progress("read", 1, 4))
    assert said(begun) == "Reindex (begun by the bot, not on this page): " + (
        "Reindexing: reading documents 1/4"
    )
    assert said(Course("undo", apart=True)) == (
        "Undo: Index 000002 answers now. The same once more goes forward again."
    )


def test_a_failure() -> None:
    """Why work failed is told line by line, and that the old index goes on."""
    failed = Course("reindex", apart=True, failure=ReindexFailed("one\ntwo"))
    view = work_view(failed, STANDING, {}, "en")
    assert view is not None
    assert view.failure == ["one", "two"]
    assert view.text == "It failed; the old index goes on answering."


def test_what_is_streamed() -> None:
    """A stream tells the stage and how far it is, and whether there is more to come."""
    course = Course("reindex", running=True, progress=Progress("embed", 3, 9))
    streamed = told(course, EN)
    assert streamed["text"] == "Reindexing: computing meaning 3/9"
    assert (streamed["stage"], streamed["done"], streamed["total"]) == ("embed", 3, 9)
    assert streamed["running"] is True
    assert told(Course("reindex"), EN)["running"] is False
