"""Files → Documents: one reader per format, one canonical text for all.

Owns which files are documents, their metadata and their structure. Refuses to know passages
and indexes.
"""

from retrieval.documents.formats import SUFFIXES
from retrieval.documents.reading import (
    DocumentReader,
    document_id,
    document_paths,
    file_digest,
    tried,
)

__all__ = [
    "SUFFIXES",
    "DocumentReader",
    "document_id",
    "document_paths",
    "file_digest",
    "tried",
]
