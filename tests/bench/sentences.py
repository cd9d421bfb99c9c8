"""How often the marked sentence has the answer, the right passage given, on XQuAD-vi.

    python -m tests.bench.sentences --data ../shared/data/eval

The judged sets name passages, not answers: where each answer stands was marked by the project
(`xquad_vi_answers.tsv`, character offsets in the passage), for reporting only. The peer is the
passage's best sentence by BM25; the ceiling counts answers that stand in one sentence.
"""

import argparse
import csv
import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from retrieval.embedding import BUNDLED_MODEL, CALIBRATION_FILE, load_embedder
from retrieval.evaluation.evaluate import ranker_over, sentence_for
from retrieval.evaluation.own_questions import has_words
from retrieval.evaluation.question_set import load_question_set
from retrieval.evaluation.variants import VARIANTS
from retrieval.fusion import Calibration
from retrieval.legs import Entry, IndexedTerms
from retrieval.lexical import LexicalIndex, LexicalWriter
from retrieval.passage_table import PassageTable
from retrieval.search import parse_query
from retrieval.text import analyse, sentence_spans

ANSWERS = Path(__file__).with_name("xquad_vi_answers.tsv")
_ASKED = (
    ("wiki-xquad-vi", "plain"),
    ("wiki-xquad-vi", "no-accents"),
    ("wiki-xquad-en-vi", "plain"),
)


def main() -> None:
    """Measure and print a table, then one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the judged sets")
    data: Path = parser.parse_args().data
    calibration = Calibration.load(BUNDLED_MODEL / CALIBRATION_FILE)
    answers = _answers(data / "wiki-xquad-vi")
    figures = []
    with tempfile.TemporaryDirectory(prefix="hoidap-sentences-") as folder:
        passages = load_question_set(data / "wiki-xquad-vi")
        ranker = ranker_over(passages, Path(folder), load_embedder(), calibration)
        table = ranker.index.passages
        places = {table.document_of(passage).id: passage for passage in range(len(table))}
        sentences = _Sentences(table, Path(folder) / "sentences")
        for name, variant in _ASKED:
            asked = load_question_set(data / name)
            ours = theirs = possible = 0
            for question, text in asked.questions.items():
                query = parse_query(VARIANTS[variant](text))
                place, words = places[next(iter(asked.qrels[question]))], answers[question]
                ours += has_words(sentence_for(ranker, query, place), words)
                theirs += has_words(sentences.best(query.text, place), words)
                possible += any(has_words(one, words) for one in sentences.of(place))
            count = len(asked.questions)
            shares = [round(hits / count, 4) for hits in (ours, theirs, possible)]
            figures.append(dict(zip(("hoidap", "bm25", "ceiling"), shares, strict=True)))
            print(f"{name:18} {variant:10} {count:5} questions: hoidap {shares[0]:.4f}, "
                  f"best sentence by BM25 {shares[1]:.4f}, ceiling {shares[2]:.4f}")  # fmt: skip
    rows = [{"set": n, "variant": v, **f} for (n, v), f in zip(_ASKED, figures, strict=True)]
    print(json.dumps({"answering_sentence": rows}))


def _answers(folder: Path) -> Mapping[str, str]:
    """Return question → the words of its passage that answer it."""
    with (folder / "corpus.jsonl").open(encoding="utf-8") as lines:
        texts = {row["id"]: row["text"] for row in map(json.loads, lines)}
    qrels = load_question_set(folder).qrels
    with ANSWERS.open(encoding="utf-8", newline="") as stream:
        return {
            row["question"]: texts[next(iter(qrels[row["question"]]))][
                int(row["start"]) : int(row["end"])
            ]
            for row in csv.DictReader(stream, delimiter="\t")
        }


class _Sentences:
    """The sentences of every passage, searched by words."""

    def __init__(self, table: PassageTable, folder: Path) -> None:
        self._own: dict[int, list[str]] = {}
        for passage in range(len(table)):
            text = table[passage].text
            self._own[passage] = [text[start:end] for start, end in sentence_spans(text)]
        folder.mkdir()
        with LexicalWriter(folder) as writer:
            writer.add(self._entries())
        self._index = LexicalIndex.open(folder)
        self._passages = [place for place, own in self._own.items() for _ in own]
        self._texts = [text for own in self._own.values() for text in own]

    def _entries(self) -> Iterator[Entry]:
        texts = (text for own in self._own.values() for text in own)
        for number, text in enumerate(texts):
            yield Entry(0, number, IndexedTerms.of(text, ""))

    def of(self, passage: int) -> list[str]:
        """Return the sentences of a passage."""
        return self._own[passage]

    def best(self, question: str, passage: int) -> str:
        """Return the sentence of `passage` with the highest BM25, or "" if none shares a word."""
        for sentence, _ in self._index.search(analyse(question), len(self._texts)):
            if self._passages[sentence] == passage:
                return self._texts[sentence]
        return ""


if __name__ == "__main__":
    main()
