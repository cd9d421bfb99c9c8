"""The alias of a data folder, and the end of a collection."""

import logging
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from retrieval.errors import CollectionMissing, GenerationCorrupt, GenerationError, IndexRefused
from retrieval.milvus.checking import check
from retrieval.milvus.connection import MAKE_S, connection
from retrieval.milvus.naming import Named, is_in_milvus
from retrieval.types import MilvusAddress

_log = logging.getLogger(__name__)


def announce(folder: Path, address: MilvusAddress | None) -> None:
    """Point the alias of the data folder at the collection of the generation in `folder`.

    Nothing is done for a generation that is not in Milvus, or where the server knows no aliases.

    Raises:
        GenerationError: The server cannot be reached, has not the collection, or refuses.
    """
    if address is None or not is_in_milvus(folder):
        return
    named, server = Named.read(folder), connection(address)
    check(server, named)
    try:
        try:
            server.make(lambda c: c.create_alias(named.collection, named.alias, timeout=MAKE_S))
        except IndexRefused:  # it is there already
            server.make(lambda c: c.alter_alias(named.collection, named.alias, timeout=MAKE_S))
    except IndexRefused as error:
        # It serves nobody but people who look: an index is published without.
        _log.warning("milvus.no_alias collection=%s error=%s", named.collection, error)


def release(folder: Path, address: MilvusAddress | None) -> bool:
    """Drop the collection of a generation that is to be removed; return whether it is gone.

    One that cannot be dropped now is by a later build, as long as the folder stays.
    """
    if not is_in_milvus(folder):
        return True
    try:
        named = Named.read(folder)
    except GenerationCorrupt:
        return True  # it died while it wrote the name: there is no collection yet
    if address is None:
        _log.warning("milvus.not_dropped collection=%s error=%s", named.collection, "no MILVUS_URI")
        return False
    server = connection(address)
    try:
        # Milvus drops nothing that an alias points at. Not every build knows aliases.
        with suppress(IndexRefused, CollectionMissing):
            told = server.make(lambda c: c.list_aliases(named.collection, timeout=MAKE_S))
            for alias in told["aliases"]:
                server.make(partial(_drop_alias, alias))
        with suppress(CollectionMissing):
            server.make(lambda c: c.drop_collection(named.collection, timeout=MAKE_S))
    except GenerationError as error:
        _log.warning("milvus.not_dropped collection=%s error=%s", named.collection, error)
        return False
    return True


def _drop_alias(alias: str, client: Any) -> None:
    client.drop_alias(alias, timeout=MAKE_S)
