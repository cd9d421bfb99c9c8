"""What all systems are given: passages as hoidap cuts them, questions, and what is right."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.build import build_generation
from retrieval.embedding import BUNDLED_MODEL, CALIBRATION_FILE, load_embedder
from retrieval.evaluation.metrics import measure
from retrieval.evaluation.question_set import load_question_set
from retrieval.fusion import Calibration
from retrieval.passage_table import PassageTable
from tests.bench.corpus import PARAGRAPHS, asked_of, write_documents
from tests.bench.peers.contract import PASSAGES, QUESTIONS, TOP

_SEED = 11
_MADE_QUESTIONS = 2_000


@dataclass(frozen=True, slots=True)
class Given:
    """One input; its passages and questions lie in `folder`, for the processes that measure.

    Attributes:
        name: For people.
        folder: Has `PASSAGES` and `QUESTIONS`.
        passages: How many.
        owners: Passage → the name by which it is judged.
        right: Of each question, in order: name → relevance.
        judged: Whether people judged them; if not, the passage that its words are from is right.
    """

    name: str
    folder: Path
    passages: int
    owners: Sequence[str]
    right: Sequence[Mapping[str, int]]
    judged: bool

    def ndcg(self, found: Sequence[Sequence[int]]) -> float:
        """Return the mean nDCG@10 of the first questions, given the passages found for each."""
        qrels, run = {}, {}
        for number, passages in enumerate(found):
            names = dict.fromkeys(self.owners[passage] for passage in passages)
            qrels[str(number)] = self.right[number]
            run[str(number)] = {name: float(TOP - rank) for rank, name in enumerate(names)}
        return measure(qrels, run)["ndcg@10"]


def judged(data: Path, folder: Path) -> Given:
    """Return a judged set; each of its passages becomes a text file without a title."""
    questions = load_question_set(data)
    corpus = folder / "corpus"
    corpus.mkdir(parents=True)
    for document in questions.documents:
        (corpus / f"{document.id}.txt").write_text(document.text, encoding="utf-8")
    table = _cut(corpus, folder)
    owners = [Path(table.document_of(number).id).stem for number in range(len(table))]
    _write(folder, corpus, table, list(questions.questions.values()))
    right = [questions.qrels[name] for name in questions.questions]
    return Given(questions.name, folder, len(table), owners, right, judged=True)


def made(size: int, folder: Path) -> Given:
    """Return made documents of `size` passages in all; questions are a few words of a passage."""
    corpus = folder / "corpus"
    write_documents(corpus, size // PARAGRAPHS)
    table, chance = _cut(corpus, folder), random.Random(_SEED)
    asked: dict[str, int] = {}
    while len(asked) < _MADE_QUESTIONS:
        number = chance.randrange(len(table))
        asked[asked_of(table[number].text, chance)] = number
    _write(folder, corpus, table, list(asked))
    owners = [str(number) for number in range(len(table))]
    right = [{str(number): 1} for number in asked.values()]
    return Given(f"made {len(table)}", folder, len(table), owners, right, judged=False)


def _cut(corpus: Path, folder: Path) -> PassageTable:
    calibration = Calibration.load(BUNDLED_MODEL / CALIBRATION_FILE)
    report = build_generation(corpus, folder / "cut", load_embedder(), calibration)
    return PassageTable.open(folder / "cut" / "generations" / report.generation)


def _write(folder: Path, corpus: Path, table: PassageTable, questions: list[str]) -> None:
    texts = [table[number].text for number in range(len(table))]
    for name, value in (
        (PASSAGES, {"corpus": str(corpus), "texts": texts}),
        (QUESTIONS, questions),
    ):
        (folder / name).write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
