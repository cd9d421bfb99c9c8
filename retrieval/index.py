"""The opened parts of one index, wherever its legs are.

Owns which modules read which files; refuses to know how they are asked.
"""

from dataclasses import dataclass
from pathlib import Path

from retrieval.dense import DenseIndex
from retrieval.embedding import CALIBRATION_FILE
from retrieval.errors import (
    EmbedderError,
    GenerationCorrupt,
    GenerationElsewhere,
    IndexUnreachable,
)
from retrieval.fusion import Calibration
from retrieval.legs import DenseLeg, LexicalLeg
from retrieval.lexical import LexicalIndex
from retrieval.milvus import MilvusDense, MilvusLexical, OpenCollection, is_in_milvus
from retrieval.passage_table import PassageTable
from retrieval.types import LOCAL, Place
from retrieval.word_table import WordTable


@dataclass(frozen=True, slots=True)
class Index:
    """The opened parts of one index; `apart` says whether its legs are waited for, on a server."""

    passages: PassageTable
    words: WordTable
    lexical: LexicalLeg
    dense: DenseLeg
    calibration: Calibration
    apart: bool = False

    @classmethod
    def open(cls, folder: Path, place: Place = LOCAL) -> "Index":
        """Map what `build.write_index` wrote; its legs are where `place` says.

        Raises:
            GenerationCorrupt: A part is missing or unreadable.
            GenerationElsewhere: The legs are not there, but in the other place.
            GenerationError: The server of the legs cannot be reached, or refuses.
        """
        check_place(folder, place)
        try:
            calibration = Calibration.load(folder / CALIBRATION_FILE)
        except EmbedderError as error:
            raise GenerationCorrupt(str(error)) from error
        passages = PassageTable.open(folder)
        lexical, dense = _legs(folder, passages, place)
        words = WordTable.open(folder / "words")
        return cls(passages, words, lexical, dense, calibration, place.kind != "local")


def check_place(folder: Path, place: Place) -> None:
    """Check that the legs of the generation in `folder` are of the kind that `place` says.

    Raises:
        GenerationElsewhere: They are not.
    """
    if is_in_milvus(folder) != (place.kind == "milvus"):
        raise GenerationElsewhere("milvus" if is_in_milvus(folder) else "local")


def _legs(folder: Path, passages: PassageTable, place: Place) -> tuple[LexicalLeg, DenseLeg]:
    starts = passages.starts_by_slot()
    if place.kind == "local":
        lexical = LexicalIndex.open(folder / "lexical", starts)
        return lexical, DenseIndex.open(folder / "dense.faiss")
    if place.milvus is None:
        raise IndexUnreachable("nobody has said where the Milvus server is")
    collection = OpenCollection.open(folder, place.milvus)
    return MilvusLexical(collection), MilvusDense(collection, starts)
