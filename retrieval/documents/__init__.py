"""Files → Documents: one reader per format, one canonical text for all.

Owns which files are documents, their metadata and their structure. Refuses to know passages
and indexes.
"""

from retrieval.documents.reading import SUFFIXES, document_id, document_paths, read_document

__all__ = ["SUFFIXES", "document_id", "document_paths", "read_document"]
