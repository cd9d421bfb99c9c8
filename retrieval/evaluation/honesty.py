"""Whether a ranking knows when the corpus has no answer.

Each question is asked twice: as it is, and with what answers it taken out of the corpus, the
judged documents and all others of the same title.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sklearn.metrics import roc_auc_score

from retrieval.fusion import ranked
from retrieval.passage_table import PassageTable
from retrieval.ranking import Ranker, Ranking
from retrieval.types import Query


@dataclass(frozen=True, slots=True)
class Honesty:
    """What confidence is worth on a set.

    Attributes:
        auroc: Probability, 0 to 1, that a question whose article is there gets more confidence
            than one whose article is not.
        answered: Share of the questions that are answered.
        right_answered: Share answered of those whose first passage is right.
        false_answers: Share answered although what answers them is not there.
    """

    auroc: float
    answered: float
    right_answered: float
    false_answers: float


def honesty(
    ranker: Ranker,
    queries: Sequence[Query],
    rankings: Sequence[Ranking],
    relevant: Sequence[Mapping[str, int]],
) -> Honesty | None:
    """Return what confidence is worth; None where a set has no question to tell.

    Args:
        ranker: Over the set's documents.
        queries: The questions.
        rankings: The ranker's, of each.
        relevant: Of each question, document → relevance.
    """
    table = ranker.index.passages
    there: list[tuple[float, bool, bool]] = []
    gone: list[tuple[float, bool]] = []
    for query, ranking, judged in zip(queries, rankings, relevant, strict=True):
        without = ranker.without(query, ranking, _answering(table, ranking, judged))
        confidence, answered, first = believed(ranker, ranking)
        right = first is not None and table.document_of(first).id in judged
        there.append((confidence, answered, right))
        gone.append(believed(ranker, without)[:2])
    if not there:
        return None
    labels = [1] * len(there) + [0] * len(gone)
    rights = [answered for _, answered, right in there if right]
    return Honesty(
        auroc=float(roc_auc_score(labels, [c for c, *_ in there] + [c for c, _ in gone])),
        answered=_share([answered for _, answered, _ in there]),
        right_answered=_share(rights),
        false_answers=_share([answered for _, answered in gone]),
    )


def believed(ranker: Ranker, ranking: Ranking) -> tuple[float, bool, int | None]:
    """Return the confidence in the first passage, whether it is enough, and which it is."""
    hits = ranked(ranking.fused, 1)
    if not hits:
        return 0.0, False, None
    return (*ranker.confidence(hits[0], ranking), hits[0].passage)


def _answering(table: PassageTable, ranking: Ranking, judged: Mapping[str, int]) -> frozenset[int]:
    """Return the candidates of the judged documents, and of others that have their titles."""
    own = [row.ref for row in table.documents if row.ref.id in judged]
    titles = {ref.title for ref in own if ref.title != ref.id} - {""}
    return frozenset(
        passage
        for passage in ranking.fused
        if table.document_of(passage).id in judged or table.document_of(passage).title in titles
    )


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 0.0
