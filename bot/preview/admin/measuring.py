"""`python -m bot.preview.admin.measuring`: measures what answers, in a process of its own.

Prints a JSON object a line: progress, then what was measured, or why it could not be. Asks the
canary questions of the corpus, and the question sets in DATA/evaluation, as `hoidap eval` does.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.calibration import calibration_for
from bot.errors import BotError
from bot.explaining import explain
from bot.preview.admin.question_sets import question_sets
from bot.reindexing import encode_failure, lower_priority
from bot.settings import Settings, load_settings
from retrieval.canaries import Canary, load_canaries
from retrieval.embedding import Embedder, load_embedder
from retrieval.errors import RetrievalError
from retrieval.search import Searcher, open_serving, parse_query

_MOST_TOLD = 50


def main() -> None:
    """Measure, and tell how far it is."""
    lower_priority()
    parser = argparse.ArgumentParser()
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--model")
    options = parser.parse_args()
    flags = {
        "HOIDAP_CORPUS": options.corpus,
        "HOIDAP_DATA": options.data,
        "HOIDAP_MODEL": options.model,
    }
    settings = load_settings(flags, serves=False)
    try:
        _tell({"measured": _measured(settings)})
    except (RetrievalError, BotError) as error:
        print(encode_failure(explain(error, settings)), flush=True)


def _measured(settings: Settings) -> dict[str, Any]:
    canaries = load_canaries(settings.corpus)
    paths = question_sets(settings.data)
    total = len(paths) + bool(canaries)
    _progress("", 0, total)
    embedder = load_embedder(settings.model)
    searcher, _ = open_serving(settings.data, embedder, place=settings.place)
    sets = []
    if canaries:
        _progress("canary.yaml", 0, total)
        sets.append(_of_canaries(canaries, searcher))
    for path in paths:
        _progress(path.name, len(sets), total)
        sets += _of_set(path, searcher, embedder, settings)
    return {"generation": searcher.name, "sets": sets}


def _of_canaries(canaries: list[Canary], searcher: Searcher) -> dict[str, Any]:
    from retrieval.evaluation.evaluate import evaluate_documents
    from retrieval.evaluation.honesty import believed
    from retrieval.evaluation.question_set import QuestionSet

    due = {str(n): one for n, one in enumerate(canaries) if one.document}
    questions = {name: one.question for name, one in due.items()}
    qrels = {name: {one.document: 1} for name, one in due.items()}
    legs, beliefs = {}, []
    if due:
        found = evaluate_documents(
            QuestionSet("canary.yaml", [], questions, qrels), searcher.ranker
        )
        legs, beliefs = found.legs, [asdict(one) for one in found.beliefs]
    # What must not be answered: whatever is found is wrong.
    for one in canaries:
        if not one.document:
            [ranking] = searcher.ranker.rank_many([parse_query(one.question)])
            confidence, answered, _ = believed(searcher.ranker, ranking)
            beliefs.append({"confidence": confidence, "answered": answered, "right": False})
    wrong = [
        {"question": one.question, "due": one.document, "came": came}
        for one, came in zip(canaries, _answered_from(canaries, searcher), strict=True)
        if came != one.document
    ]
    threshold = searcher.ranker.usual_threshold()
    return _set("canary.yaml", "canaries", len(canaries), threshold, legs, beliefs, wrong)


def _answered_from(canaries: list[Canary], searcher: Searcher) -> Iterator[str]:
    answers = searcher.ask_many([parse_query(one.question) for one in canaries], k=1)
    for answer in answers:
        yield answer.citations[0].document.id if answer.answered else ""


def _of_set(
    path: Path, searcher: Searcher, embedder: Embedder, settings: Settings
) -> list[dict[str, Any]]:
    from retrieval.evaluation.evaluate import evaluate, evaluate_own
    from retrieval.evaluation.own_questions import load_own_questions
    from retrieval.evaluation.question_set import load_question_set

    if path.is_dir():
        calibration = calibration_for(settings.model)
        found = evaluate(load_question_set(path), ["plain"], embedder, calibration)
        kind = "judged"
    else:
        found = evaluate_own(path, load_own_questions(path), ["plain"], searcher.ranker)
        kind = "own"
    sets = []
    for one in found:
        wrong = [
            {"question": of.question, "due": "" if of.rank is None else str(of.rank), "came": ""}
            for of in one.failures
        ]
        beliefs = [asdict(belief) for belief in one.beliefs]
        sets.append(_set(one.name, kind, one.questions, one.threshold, one.legs, beliefs, wrong))
    return sets


def _set(
    name: str,
    kind: str,
    questions: int,
    threshold: float,
    legs: dict[str, dict[str, float]],
    beliefs: list[dict[str, Any]],
    wrong: list[dict[str, str]],
) -> dict[str, Any]:
    return {
        "name": name,
        "kind": kind,
        "questions": questions,
        "threshold": threshold,
        "legs": legs,
        "beliefs": beliefs,
        "wrong": wrong[:_MOST_TOLD],
    }


def _progress(name: str, done: int, total: int) -> None:
    _tell({"progress": {"name": name, "done": done, "total": total}})


def _tell(event: dict[str, Any]) -> None:
    print(json.dumps(event, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    try:
        main()
    except ImportError as error:
        missing = "pip install 'hoidap[eval]'"
        print(encode_failure(f"{error.name or error}: {missing}"), flush=True)
