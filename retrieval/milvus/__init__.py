"""The legs of an index on a Milvus server: one collection for each generation.

A generation keeps its folder: documents, passages, texts, headings and words are read at a
passage's place, hundreds of times a question, and belong beside whoever answers. Only what has to
be searched through is in the collection: the embeddings, and the terms for BM25. In the folder,
`milvus.json` says which collection it is.

Publishing has this order, so that a crash between any two steps leaves something that serves:

1. `milvus.json` names the collection to come, which has a name of chance. A build that dies leaves
   folder and collection behind; the next build finds the name in the folder and drops both.
2. The collection is filled, flushed, indexed, loaded and counted.
3. The folder is sealed by its manifest.
4. The alias is pointed at the collection.
5. `current.json` is replaced, by one rename.

The pointer decides which generation answers, not the alias: texts and legs must be of one
generation, and no server can switch both at once. Questions go to the collection by its own name.
The alias is for people and tools that look at the server. A crash between 4 and 5 leaves it ahead
of the pointer until the next build, or undo, sets it right; whoever answers never touches it, and
needs no rights but to read.

The only importer of pymilvus, and not before a server is wanted. `retrieval` is synchronous and
knows no network; this package is the exception, and keeps both to itself: searches run on an event
loop in a thread of its own.
"""

from retrieval.milvus.checking import CollectionRows, open_rows
from retrieval.milvus.dense import MilvusDense
from retrieval.milvus.lexical import MilvusLexical
from retrieval.milvus.naming import is_in_milvus
from retrieval.milvus.publishing import announce, release
from retrieval.milvus.reading import OpenCollection
from retrieval.milvus.writing import write_collection

__all__ = [
    "CollectionRows",
    "MilvusDense",
    "MilvusLexical",
    "OpenCollection",
    "announce",
    "is_in_milvus",
    "open_rows",
    "release",
    "write_collection",
]
