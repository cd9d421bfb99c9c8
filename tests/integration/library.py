"""Documents to be read in a browser, their index, and a reader that serves them on loopback."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from lxml import html

from bot.addresses import Public
from bot.calibration import calibration_for
from bot.reader_links import Lock
from bot.service import AnswerService
from bot.web.public import PublicPages, PublicServer
from retrieval.build import build_generation
from retrieval.types import Citation
from tests.builders import write_corpus
from tests.e2e.papers import FEE_QUESTION, HOSTILE, LIBRARY
from tests.integration.indexed import embedder

LONG = "quy-trinh.md"
SECTIONS = 90
PER_SECTION = 4
LONG_PASSAGES = SECTIONS * PER_SECTION
SECRET_QUESTION = "Phụ cấp trực đêm của tổ bảo vệ là bao nhiêu?"
_SECRET = (
    "# Phụ cấp\n\nPhụ cấp trực đêm của tổ bảo vệ là 150.000 đồng một đêm.\n\n"
    "Tổ trưởng chấm công vào ngày cuối tháng.\n"
)
_LAPSED = (
    "---\ntitle: Nội quy cũ\npublisher: Phòng Hành chính\ndate: 2010-05-04\n"
    "source: https://noiquy.example.vn/cu\nin_force_to: 2015-01-01\n"
    "replaced_by: Nội quy 2015\n---\n"
    "Nhân viên cũ đeo thẻ màu xanh khi vào cổng số hai.\n"
)


def _long() -> str:
    parts = ["---\ntitle: Quy trình dài\n---\n"]
    for section in range(1, SECTIONS + 1):
        if section % 30 == 1:
            parts.append(f"# Chương {section // 30 + 1}\n")
        parts.append(f"## Bước {section}\n")
        parts += [
            f"Ở bước {section}, việc thứ {step + 1} là kiểm tra van số {section * 10 + step} "
            "và ghi áp suất vào sổ trực ca theo đúng mẫu đã phát cho tổ vận hành.\n"
            for step in range(PER_SECTION)
        ]
    return "\n".join(parts)


PAPERS: Mapping[str, str] = {
    "thu-vien.md": LIBRARY,
    "the-html.txt": HOSTILE["the-html.txt"],
    "mat/phu-cap.md": _SECRET,
    "noi-quy-cu.md": _LAPSED,
    LONG: _long(),
}
RESTRICTED = frozenset({"mat/"})


def make_library(folder: Path) -> Path:
    """Index PAPERS in `folder`; return the data folder."""
    corpus, data = write_corpus(folder / "corpus", PAPERS), folder / "data"
    index(corpus, data)
    return data


def index(corpus: Path, data: Path) -> None:
    """Index a corpus as the command does."""
    build_generation(corpus, data, embedder(), calibration_for(None))


@dataclass(frozen=True)
class Page:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def tree(self) -> html.HtmlElement:
        """The page as a browser has it."""
        return html.fromstring(self.text)

    def texts(self, path: str) -> list[str]:
        """The whole text of every element that an XPath names."""
        return [str(one.text_content()) for one in self.tree.xpath(path)]

    def links(self) -> list[str]:
        """Where its links lead."""
        return [str(one) for one in self.tree.xpath("//a/@href")]


@dataclass(frozen=True)
class Reading:
    """A reader on loopback and whoever reads there."""

    root: str
    public: Public
    answers: AnswerService
    session: aiohttp.ClientSession

    async def get(self, address: str, **headers: str) -> Page:
        """Open an address, relative to this machine or whole."""
        whole = address if address.startswith("http") else self.root + address
        async with self.session.get(whole, headers=headers) as response:
            return Page(response.status, dict(response.headers), await response.text())

    async def cited(self, question: str = FEE_QUESTION) -> Citation:
        """The first citation of an answer, whoever may see it."""
        answer, _ = await self.answers.ask(question, 1)
        assert answer.answered
        return answer.citations[0]


@asynccontextmanager
async def reading(
    data: Path, port: int, lock: Lock, *, prefix: str = "", deadline_s: float = 60.0
) -> AsyncIterator[Reading]:
    """Serve the documents of a data folder on a port."""
    answers = AnswerService(data, embedder(), deadline_s=deadline_s, watch_s=3_600)
    public = Public(f"http://127.0.0.1:{port}{prefix}", "127.0.0.1", port)
    server = PublicServer(public, PublicPages(public, answers, lock, "vi"))
    await answers.start()
    await server.start()
    try:
        async with aiohttp.ClientSession() as session:
            yield Reading(f"http://127.0.0.1:{port}", public, answers, session)
    finally:
        await server.stop()
        await answers.stop()
