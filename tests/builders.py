"""What the tests of retrieval share: documents, corpora, and a searcher over them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from retrieval.build import BuildReport, build_generation
from retrieval.documents import DocumentReader
from retrieval.documents.draft import Draft, DraftBlock, assemble
from retrieval.embedding import Embedder
from retrieval.errors import CorpusError, Fault
from retrieval.search import Searcher, open_serving
from retrieval.types import LOCAL, Answer, Block, BlockKind, Document, Place
from tests.embedders import CALIBRATION, HashEmbedder

SEED_CORPUS = Path(__file__).parent.parent / "corpus"
SEED_ARTICLE = SEED_CORPUS / "ha-noi-de-an-06.txt"
LEFTOVERS = ("Phản hồi", "Các tin khác", "Mới nhất", "Xem nhiều nhất")
PAPERS = {
    "dan-so.txt": "Năm 2018 thành phố Hà Nội có hơn bảy triệu người dân sinh sống.",
    "giao-thong.txt": "Cầu Long Biên bắc qua sông Hồng được xây xong năm 1902.",
    "an-ninh/mang.txt": "Luật An ninh mạng được Quốc hội thông qua ngày 12-6-2018.",
}
"""Three documents of one paragraph each."""


def paragraph(text: str) -> DraftBlock:
    """A paragraph of a draft."""
    return DraftBlock(BlockKind.PARAGRAPH, text)


def heading(text: str, level: int = 1) -> DraftBlock:
    """A heading of a draft."""
    return DraftBlock(BlockKind.HEADING, text, level)


def read_document(corpus: Path, path: Path) -> Document:
    """The one document in `path`, read as a build reads it; what is wrong with it is raised."""
    with DocumentReader(corpus) as reader:
        ((_, found),) = reader.documents(path)
    if isinstance(found, Fault):
        raise CorpusError(path, found)
    return found


def document(*blocks: DraftBlock, name: str = "van-ban.txt") -> Document:
    """A document of `blocks`."""
    return assemble(Draft(list(blocks)), name, name)


def text_of(whole: Document, block: Block) -> str:
    """The words of one block of a document."""
    return whole.text[block.start : block.end]


def write_corpus(folder: Path, papers: Mapping[str, str | bytes]) -> Path:
    """Write `papers`, path → content, under `folder` and return it."""
    for name, content in papers.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def build(
    corpus: Path, data: Path, embedder: Embedder | None = None, place: Place = LOCAL
) -> BuildReport:
    """Build with the tests' embedder and calibration."""
    return build_generation(corpus, data, embedder or HashEmbedder(), CALIBRATION, place=place)


def serving(data: Path, embedder: Embedder | None = None, place: Place = LOCAL) -> Searcher:
    """The searcher of the current generation, which must not be a fallback."""
    searcher, fault = open_serving(data, embedder or HashEmbedder(), place=place)
    assert fault is None
    return searcher


def generations(data: Path) -> list[str]:
    """The names of the generations on disk, in order."""
    return sorted(folder.name for folder in (data / "generations").iterdir())


def places(answer: Answer) -> Sequence[tuple[str, int]]:
    """(document, passage number) of each citation, best first."""
    return [(citation.document.id, citation.passage) for citation in answer.citations]
