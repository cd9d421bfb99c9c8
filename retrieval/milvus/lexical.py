"""Passages by their words, from a collection: the sums of `retrieval.lexical`, in two steps.

Milvus counts BM25 of one text in one field, all terms alike. A question is more: fields that count
differently, and other names of a word of which the best counts. So first each field is asked for
candidates, with all that may count there; then for what each part of the question is worth in each
candidate, and these are added up here.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retrieval.legs import FieldWeights, SlotFilter, fields_asked
from retrieval.milvus.dense import by_score
from retrieval.milvus.naming import CONTEXT, NUMBERS, WORDS
from retrieval.milvus.reading import OpenCollection, Search
from retrieval.milvus.terms import among_passages, among_slots, both, text_of, token
from retrieval.text import Terms
from retrieval.text.synonyms import Synonyms, Way

_FIELDS = {"accented": WORDS, "folded": WORDS, "context": CONTEXT, "numbers": NUMBERS}
_MORE = 2
"""Times the passages wanted: so many candidates come from each field."""
_MOST_TIMES = 4
"""A term is repeated at most so often to count more."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a question: terms of one field that count alike.

    Attributes:
        word: Which word it is another name of; None for the question's own terms.
    """

    field: str
    text: str
    weight: float
    word: int | None = None


class MilvusLexical:
    """The lexical leg in a collection; see `retrieval.legs.LexicalLeg`."""

    def __init__(self, collection: OpenCollection, weights: FieldWeights | None = None) -> None:
        self.collection = collection
        self._weights = weights or FieldWeights()

    def __len__(self) -> int:
        return len(self.collection)

    def search(
        self,
        terms: Terms,
        k: int,
        others: Sequence[Synonyms] = (),
        holding: str | None = None,
        among: SlotFilter | None = None,
    ) -> list[tuple[int, float]]:
        """Return up to `k` (passage, score), best first, ties by passage; see `LexicalLeg`."""
        parts = self.parts(terms, others)
        if not parts or k < 1 or (among is not None and not among.slots and not among.hides):
            return []
        chosen = both(
            "" if among is None else among_slots(among.slots, hides=among.hides),
            "" if holding is None else f'array_contains(keys, "{token(NUMBERS, holding)}")',
        )
        candidates = self.candidates(parts, min(_MORE * k, len(self)), chosen)
        return by_score(*self.added_up(parts, candidates))[:k] if candidates else []

    def parts(self, terms: Terms, others: Sequence[Synonyms]) -> list[Part]:
        """Return what a question is made of."""
        own = [
            Part(_FIELDS[name], text_of(token(name, term) for term in asked), weight)
            for name, asked, weight in fields_asked(terms, self._weights)
        ]
        return own + list(_other_parts(others))

    def candidates(self, parts: Sequence[Part], limit: int, among: str) -> list[int]:
        """Return the passages that may be among the best, in order."""
        asked: dict[str, list[str]] = defaultdict(list)
        for part in parts:
            if part.word is None:
                asked[part.field].append(part.text)
        together = {field: [" ".join(texts)] for field, texts in asked.items()}
        others = [_repeated(part) for part in parts if part.word is not None]
        if others:
            together.setdefault(WORDS, []).append(" ".join(asked[WORDS] + others))
        searches = [Search(field, texts, limit, among) for field, texts in together.items()]
        found = self.collection.search(searches)
        return sorted({int(p) for hits in found for passages, _ in hits for p in passages})

    def added_up(
        self, parts: Sequence[Part], candidates: Sequence[int]
    ) -> tuple[list[int], list[float]]:
        """Return the candidates and their scores."""
        among = among_passages(candidates)
        of_field: dict[str, list[Part]] = defaultdict(list)
        for part in parts:
            of_field[part.field].append(part)
        found = self.collection.search(
            [
                Search(field, [part.text for part in own], len(candidates), among)
                for field, own in of_field.items()
            ]
        )
        scores = dict.fromkeys(candidates, 0.0)
        best: dict[tuple[int, int], float] = {}
        for own, hits in zip(of_field.values(), found, strict=True):
            for part, (passages, values) in zip(own, hits, strict=True):
                for passage, value in zip(passages.tolist(), values.tolist(), strict=True):
                    if part.word is None:
                        scores[passage] += part.weight * value
                    else:
                        place = (passage, part.word)
                        best[place] = max(best.get(place, 0.0), part.weight * value)
        for (passage, _), value in best.items():
            scores[passage] += value
        return list(scores), list(scores.values())


def _other_parts(others: Sequence[Synonyms]) -> Iterator[Part]:
    for word, other in enumerate(others):
        for way in other.ways:
            yield Part(WORDS, _said(way), way.weight / len(way.terms) ** 0.5, word)


def _said(way: Way) -> str:
    return text_of(token("accented", term) for term in way.terms)


def _repeated(part: Part) -> str:
    """Return the part's text so often that it counts about as much as it should beside the rest."""
    times = round(part.weight / FieldWeights().accented)
    return " ".join([part.text] * min(max(times, 1), _MOST_TIMES))
