"""`hoidap eval`: sets of questions measured, compared and written as runs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.calibration import calibration_for
from bot.session import Session
from retrieval.errors import CorpusError, Fault
from retrieval.evaluation.comparison import Comparison, compare
from retrieval.evaluation.evaluate import Evaluation, evaluate, evaluate_own
from retrieval.evaluation.own_questions import load_own_questions
from retrieval.evaluation.question_set import load_question_set
from retrieval.evaluation.report import as_json, table_head, table_rows
from retrieval.evaluation.runs import read_run, write_run


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for on the command line.

    Attributes:
        paths: Folders in BEIR's layout, and files of the operator's own questions.
        variants: How the questions are typed.
        compare: A TREC run, or a folder of such as `runs` has; None to compare nothing.
        runs: Folder to write runs to, `SET.VARIANT.LEG.run`; None to write nothing.
        table: Whether to print a table before the line of JSON.
    """

    paths: Sequence[Path]
    variants: Sequence[str]
    compare: Path | None
    runs: Path | None
    table: bool


def measure(wanted: Wanted, session: Session, model: str | None) -> None:
    """Measure and print; `model` as in the settings.

    Raises:
        RetrievalError: A file is not what it should be, or the index cannot be used.
        OSError: The runs cannot be written.
    """
    if wanted.runs is not None:
        wanted.runs.mkdir(parents=True, exist_ok=True)
    if wanted.table:
        print(table_head())
    done: list[tuple[Evaluation, Comparison | None]] = []
    for one in _evaluations(wanted, session, model):
        comparison = _comparison(one, wanted.compare)
        done.append((one, comparison))
        if wanted.runs is not None:
            for leg, run in one.runs.items():
                write_run(wanted.runs / _run_name(one, leg), run, f"hoidap-{leg}")
        if wanted.table:
            print(*table_rows(one, comparison), sep="\n", flush=True)
    print(as_json(done))


def _evaluations(wanted: Wanted, session: Session, model: str | None) -> Iterator[Evaluation]:
    # Every file is read before the first is measured: a slip in the last one is told at once.
    sets = [load_question_set(path) if path.is_dir() else path for path in wanted.paths]
    own = {path: load_own_questions(path) for path in wanted.paths if not path.is_dir()}
    for one in sets:
        if isinstance(one, Path):
            ranker = session.searcher().ranker
            yield from evaluate_own(one, own[one], wanted.variants, ranker)
        else:
            calibration = calibration_for(model)
            yield from evaluate(
                one, wanted.variants, session.embedder, calibration, session.reranker
            )


def _comparison(one: Evaluation, run: Path | None) -> Comparison | None:
    if run is None:
        return None
    path = run / _run_name(one, "hybrid") if run.is_dir() else run
    if not path.is_file():
        raise CorpusError(path, Fault.NO_RUN)
    return compare(one.qrels, one.runs["hybrid"], read_run(path, one.qrels))


def _run_name(one: Evaluation, leg: str) -> str:
    return f"{one.name}.{one.variant}.{leg}.run"
