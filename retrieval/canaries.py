"""Questions that a new index must answer from the right document before it is served.

An operator keeps them in `canary.yaml` beside the documents, question → document id; a question
whose value is empty must not be answered. Owns the file and the judgement; a build decides what
follows from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.documents.metadata import parsed_mapping
from retrieval.embedding import Embedder
from retrieval.errors import CanaryFailed, CorpusError, Fault, QueryError
from retrieval.index import Index
from retrieval.search import Searcher, parse_query
from retrieval.types import LOCAL, Place

CANARY_FILE = "canary.yaml"


@dataclass(frozen=True, slots=True)
class Canary:
    """A question and the document that must come first; "" where it must not be answered."""

    question: str
    document: str


def load_canaries(corpus: Path) -> list[Canary]:
    """Return what the corpus's file has, in its order; [] where there is none.

    Raises:
        CorpusError: It cannot be read, or is no mapping of questions to documents.
    """
    path = corpus / CANARY_FILE
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return []
    except UnicodeDecodeError as error:
        raise CorpusError(path, Fault.BAD_CANARIES) from error
    except OSError as error:
        raise CorpusError(path, Fault.UNREADABLE) from error
    try:
        found = parsed_mapping(text, path)
        canaries = [Canary(question, document) for question, document in found.items()]
        for canary in canaries:
            parse_query(canary.question)
    except QueryError as error:
        raise CorpusError(path, Fault.BAD_CANARIES) from error
    return canaries


def check_canaries(
    folder: Path, embedder: Embedder, canaries: Sequence[Canary], place: Place = LOCAL
) -> None:
    """Ask the canaries of the index in `folder`, whose legs are in `place`.

    Raises:
        CanaryFailed: Which of them were answered from elsewhere, or not at all.
    """
    if not canaries:
        return
    searcher = Searcher(Index.open(folder, place), embedder, folder)
    answers = searcher.ask_many([parse_query(canary.question) for canary in canaries], k=1)
    failures = []
    for canary, answer in zip(canaries, answers, strict=True):
        found = answer.citations[0].document.id if answer.answered else ""
        if found != canary.document:
            failures.append((canary.question, canary.document, found))
    if failures:
        raise CanaryFailed(failures)
