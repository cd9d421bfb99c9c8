"""Judged question sets in BEIR's layout: corpus.jsonl, queries.jsonl, qrels.tsv."""

import json
from dataclasses import dataclass
from pathlib import Path

from retrieval.documents.draft import Draft, DraftBlock, assemble
from retrieval.errors import CorpusError, Fault
from retrieval.types import BlockKind, Document


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Documents, questions by id, and for each question the relevance of documents by id."""

    name: str
    documents: list[Document]
    questions: dict[str, str]
    qrels: dict[str, dict[str, int]]


def load_question_set(folder: Path) -> QuestionSet:
    """Read the set in `folder`; questions without a judgement are left out.

    Raises:
        CorpusError: A file is missing or not in the layout.
    """
    try:
        documents = [_document(row) for row in _rows(folder / "corpus.jsonl")]
        qrels = _qrels(folder / "qrels.tsv")
        questions = {str(row["id"]): str(row["text"]) for row in _rows(folder / "queries.jsonl")}
    except (OSError, ValueError, KeyError) as error:
        raise CorpusError(folder, Fault.NO_QUESTION_SET) from error
    judged = {name: text for name, text in questions.items() if name in qrels}
    return QuestionSet(folder.name, documents, judged, qrels)


def _rows(path: Path) -> list[dict[str, object]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def _qrels(path: Path) -> dict[str, dict[str, int]]:
    qrels: dict[str, dict[str, int]] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        question, document, score = line.split("\t")
        qrels.setdefault(question, {})[document] = int(score)
    return qrels


def _document(row: dict[str, object]) -> Document:
    # A unit that a set judges is one paragraph, however its lines break.
    draft = Draft([DraftBlock(BlockKind.PARAGRAPH, str(row["text"]))])
    title = str(row.get("title") or "").replace("_", " ")
    return assemble(draft, str(row["id"]), title)
