"""The words every other module speaks: immutable values, no behaviour beyond their own fields.

Offsets are counted in characters (code points) of a document's canonical text, start inclusive,
end exclusive. Scores are higher-is-better; ranks and passage numbers start at 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal


class BlockKind(StrEnum):
    """What a stretch of a document is."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"


@dataclass(frozen=True, slots=True)
class Block:
    """One title, heading or paragraph of a document.

    Attributes:
        level: Of a heading, 1 outermost.
        page: Where it begins, from 1; 0 where there are no pages.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    page: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """One source text, already canonical.

    Attributes:
        id: Path relative to the corpus folder, with forward slashes; unique in a corpus.
        title: What a citation calls it.
        source: Link to the original, or None when nobody knows one (the id stands in for it).
        text: Canonical text: the blocks, in order, joined by one empty line.
        blocks: Spans of `text`, in order, not overlapping.
        publisher: Who published it, as written in its front matter.
        date: When it was published, as written in its front matter (ISO 8601 advised).
        tags: What it is about, as an operator names it.
        in_force_from: Date from which it holds, ISO 8601.
        in_force_to: Date after which it no longer does.
        replaced_by: What holds in its place, as people call it.
    """

    id: str
    title: str
    source: str | None
    text: str
    blocks: tuple[Block, ...] = field(repr=False)
    publisher: str | None = None
    date: str | None = None
    tags: tuple[str, ...] = ()
    in_force_from: str | None = None
    in_force_to: str | None = None
    replaced_by: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of one document that can be found and quoted.

    Attributes:
        document_id: The document it belongs to.
        number: 1 for the first passage of its document.
        start: First character in the document's text.
        end: One past the last character.
        text: Exactly `document.text[start:end]`.
        heading: The headings above it, outermost first, joined by " › "; empty at the top.
        page: Where it begins, from 1; 0 where there are no pages.
    """

    document_id: str
    number: int
    start: int
    end: int
    text: str
    heading: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class Scope:
    """Which documents a question may see; as it stands, all of them.

    Attributes:
        only: Labels (see `retrieval.labels`), of which a document must have one; empty for any.
        hidden: Labels that hide a document, whatever others it has.
        document: Id of the one document to look in, or "".
    """

    only: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    document: str = ""


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class Query:
    """A question made canonical.

    Attributes:
        raw: What the person typed.
        text: What is searched.
        completed: The same with what it takes from the question before, or "".
        brings: What the question itself names where it is completed; an answer must have it.
        leans: Whether it means nothing without that; if not, the reading that is answered counts.
        scope: Which documents it may see.
    """

    raw: str
    text: str
    completed: str = ""
    leans: bool = False
    brings: str = ""
    scope: Scope = EVERYTHING


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage (by its index in the generation, from 0) with its score and 1-based rank."""

    passage: int
    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage, with offsets in the document's canonical text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class DocumentRef:
    """What a citation needs to say about a document; see `Document`."""

    id: str
    title: str
    source: str
    publisher: str | None = None
    date: str | None = None
    tags: tuple[str, ...] = ()
    in_force_from: str | None = None
    in_force_to: str | None = None
    replaced_by: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """An exact quote with its place.

    Attributes:
        rank: 1 for the best.
        score: Fused ranking score; comparable inside one answer only.
        document: Where the quote is from.
        passage: The passage's number in its document, from 1.
        start: First character of the quote in the document's canonical text.
        end: One past its last character.
        quote: Exactly the document's text between the two.
        heading: The headings above it, or "".
        sentence: The sentence that answers, or None when unsure.
        page: Where the quote begins, from 1; 0 where there are no pages.
        clause: Its place in a statute ("điểm a khoản 2 Điều 5"), that of the answering sentence
            where one is marked; or "".
        lapsed: Whether its document no longer holds.
    """

    rank: int
    score: float
    document: DocumentRef
    passage: int
    start: int
    end: int
    quote: str
    heading: str
    sentence: Sentence | None
    page: int = 0
    clause: str = ""
    lapsed: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What the corpus has to say to a question.

    Attributes:
        question: The question as asked.
        answered: Whether `confidence` reached the generation's threshold.
        confidence: Calibrated probability, 0 to 1, that the first citation answers.
        documents_searched: How many documents the generation holds.
        citations: Best first. When not answered: at most one, the nearest miss.
        degraded: True when only the lexical leg could be asked.
        understood: The question that was answered, where the one before completed it; or "".
    """

    question: str
    answered: bool
    confidence: float
    documents_searched: int
    citations: Sequence[Citation]
    degraded: bool = False
    understood: str = ""


Kind = Literal["local", "milvus"]


@dataclass(frozen=True, slots=True)
class MilvusAddress:
    """A Milvus server, or a file of Milvus Lite; nothing of it shows in a repr or a log."""

    uri: str = field(repr=False)
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the legs of an index are built and looked for.

    Attributes:
        kind: `local` for files beside the passages, `milvus` for a collection.
        milvus: The server; where the kind is local, so that what was there can be brought back
            and cleared away.
    """

    kind: Kind = "local"
    milvus: MilvusAddress | None = None


LOCAL = Place()
