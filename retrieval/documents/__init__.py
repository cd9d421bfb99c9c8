"""Files → Documents: one reader per format, one canonical text for all.

Owns which files are documents, their metadata and their structure. Refuses to know passages
and indexes.
"""

from retrieval.documents.formats import SUFFIXES
from retrieval.documents.listing import (
    CorpusFile,
    corpus_files,
    document_id,
    document_paths,
    state_of,
)
from retrieval.documents.ocr import can_recognise
from retrieval.documents.reading import (
    DocumentReader,
    digest_of,
    file_bytes,
    file_digest,
    tried,
)

__all__ = [
    "SUFFIXES",
    "CorpusFile",
    "DocumentReader",
    "can_recognise",
    "corpus_files",
    "digest_of",
    "document_id",
    "document_paths",
    "file_bytes",
    "file_digest",
    "state_of",
    "tried",
]
