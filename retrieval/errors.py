"""Everything that `retrieval` raises.

```
RetrievalError
├─ QueryError
│  ├─ QueryEmpty          nothing to search for
│  └─ QueryTooLong        more than the limit
├─ CorpusError            a document that cannot be read: (path, fault)
│  └─ CorpusMissing       the corpus folder itself is not there or has no documents
├─ GenerationError
│  ├─ GenerationMissing   nothing has been published yet
│  ├─ GenerationCorrupt   a file is missing or its checksum is wrong
│  │  └─ CollectionMissing    its collection is not on the server
│  ├─ GenerationIncompatible  written by another format, analysis or model
│  ├─ GenerationElsewhere     its legs are in files, the settings say Milvus; or the reverse
│  ├─ IndexUnreachable    the server of an index does not answer
│  ├─ IndexRefused        it answers, and refuses
│  ├─ MilvusMissing       its client is not installed
│  ├─ BuildBusy           another process is building in the same folder
│  └─ CanaryFailed        a new index does not answer what it must: it is not published
└─ EmbedderError          the model is absent, broken or of the wrong dimension
```

"Nothing found" is an Answer, not an error. Foreign exceptions are translated at the one module
that imports their library, with `raise … from`.
"""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path


class RetrievalError(Exception):
    """Base of everything here; catch it at the edges."""


class QueryError(RetrievalError):
    """The question cannot be searched as it is."""


class QueryEmpty(QueryError):
    """The question has no letter or digit in it."""


class QueryTooLong(QueryError):
    """The question is longer than the limit.

    Attributes:
        length: Characters in the question.
        limit: Characters allowed.
    """

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"the question has {length} characters; at most {limit} are searched")
        self.length = length
        self.limit = limit


class Fault(StrEnum):
    """Why a document or a corpus cannot be read; `bot.texts` says each in the reader's language."""

    NO_FOLDER = "there is no such folder"
    NO_DOCUMENTS = "no documents in it"
    NONE_READABLE = "not one of its documents can be read"
    UNREADABLE = "it cannot be read"
    TOO_LARGE = "it is larger than 50 MB"
    NO_ENCODING = "its encoding is none that is known; save it as UTF-8"
    LOST_MARKS = "its Vietnamese letters are lost (? or boxes); export or scan it again"
    BINARY = "it is a binary file, not text"
    EMPTY = "it has no text"
    BROKEN = "it is damaged, or not what its name says"
    ENCRYPTED = "it is protected by a password; save it without one"
    SCANNED = "its pages are pictures without text; put a text layer on it (OCR)"
    NO_DOC_READER = "old Word files need LibreOffice, antiword or catdoc; or save it as .docx"
    TOO_SLOW = "reading it took too long"
    TOO_LARGE_INSIDE = "it is far too large unpacked"
    TOO_MANY_PASSAGES = "it has more than 200,000 passages; divide it into several files"
    BAD_HEADER = "the header between the --- lines is not valid YAML"
    BAD_CANARIES = "each line must be a question, a colon, and the document that answers it"
    NO_QUESTION_SET = "it is not a question set in BEIR's layout"
    NO_QUESTIONS = "each line must have a question, a tab, and words of the passage that answers it"
    NOWHERE = "the expected words are in no passage of the documents"
    NO_RUN = "it is not a TREC run for these questions"


class CorpusError(RetrievalError):
    """A document that could not be read.

    Attributes:
        path: The file or folder.
        fault: Why, in one clause a person can act on.
    """

    def __init__(self, path: Path, fault: Fault) -> None:
        super().__init__(f"{path}: {fault}")
        self.path = path
        self.fault = fault


class CorpusMissing(CorpusError):
    """The corpus folder does not exist, or holds nothing that can be indexed."""


class GenerationError(RetrievalError):
    """The index on disk cannot be used."""


class GenerationMissing(GenerationError):
    """No generation has been published in the data folder."""


class GenerationCorrupt(GenerationError):
    """A file of the generation is missing or is not what was written."""


class GenerationIncompatible(GenerationError):
    """The generation was written with another format, analysis or model than the one in use."""


class CollectionMissing(GenerationCorrupt):
    """The server no longer has the collection of a generation."""


class GenerationElsewhere(GenerationError):
    """The legs of a generation are not where the settings say.

    Attributes:
        kind: Where they are, `local` or `milvus`.
    """

    def __init__(self, kind: str) -> None:
        super().__init__(f"the index is {kind}, and the settings say otherwise")
        self.kind = kind


class IndexUnreachable(GenerationError):
    """The server that has the legs of an index does not answer."""


class IndexRefused(GenerationError):
    """The server that has the legs of an index refuses what it is asked."""


class MilvusMissing(GenerationError):
    """The client for Milvus is not installed."""


class BuildBusy(GenerationError):
    """Another process is building a generation in the same data folder."""


class CanaryFailed(GenerationError):
    """A new index does not answer the questions that it must.

    Attributes:
        failures: (question, document that should come first, the one that did or "") of each.
    """

    def __init__(self, failures: Sequence[tuple[str, str, str]]) -> None:
        asked = "; ".join(f"{question} → {found or '?'}" for question, _, found in failures)
        super().__init__(f"the new index fails {len(failures)} canary questions: {asked}")
        self.failures = tuple(failures)


class EmbedderError(RetrievalError):
    """The embedding model is absent, cannot be loaded, or gives vectors of the wrong shape."""
