"""The corpus of a soak: what each document said at which time, so that any quote can be judged."""

import math
import random
from dataclasses import dataclass, field
from pathlib import Path

from retrieval.text import canonical_text
from tests.e2e.papers import note, where_is

_THINGS = """hòm rương tủ thang ghế bàn giường võng nón áo khăn chiếu đèn nồi chảo mâm bát ấm
chum vại cối chày cuốc xẻng liềm rìu búa cưa đục kìm""".split()
_KINDS = "gỗ lim|sắt tây|đồng thau|tre già|mây đan|đá ong|gốm nâu|nhựa xanh|thiếc cũ|da bò".split(
    "|"
)
_PLACES = """gác chuông|đình Đông|nhà ông Tư|lớp nhạc|bản Mường|chùa Làng|nhà rông|rạp hát|bến đò
|quán cóc|trạm xá|kho thóc|lò gạch|vườn cau|chợ huyện|bưu điện|ga xép|nhà kèn""".replace("\n", "")


@dataclass(slots=True)
class Version:
    """What a document said from one moment to another, of `time.monotonic`."""

    text: str
    place: str
    since: float
    until: float = math.inf


@dataclass(slots=True)
class Note:
    """A document that says where one thing is.

    Attributes:
        id: Its path in the corpus.
        subject: The thing.
        versions: What it has said, oldest first; the last one stands on the disk.
    """

    id: str
    subject: str
    versions: list[Version] = field(default_factory=list)

    @property
    def question(self) -> str:
        """What it answers."""
        return where_is(self.subject)

    def says_in(self, text: str, since: float, until: float) -> bool:
        """Whether `text` begins with what it said at some time between the two."""
        return any(
            text.startswith(f"Cái {self.subject} đang được giữ ở {version.place} ")
            for version in self._between(since, until)
        )

    def has(self, quote: str, until: float) -> bool:
        """Whether `quote` is, letter by letter, a part of what it has said until then."""
        return any(quote in version.text for version in self._between(-math.inf, until))

    def _between(self, since: float, until: float) -> list[Version]:
        return [one for one in self.versions if one.until > since and one.since <= until]


class Library:
    """Documents on the disk, those that may be asked about, and when the index was made anew."""

    def __init__(self, corpus: Path, chance: random.Random) -> None:
        self._corpus = corpus
        self._chance = chance
        self._subjects = [f"{thing} {kind}" for thing in _THINGS for kind in _KINDS]
        self._places = _PLACES.split("|")
        chance.shuffle(self._subjects)
        self.notes: dict[str, Note] = {}
        self.askable: list[Note] = []
        self._builds: list[tuple[float, float]] = []

    def fill(self, count: int, now: float) -> None:
        """Write the first documents."""
        self._corpus.mkdir(parents=True)
        for number in range(count):
            one = Note(f"{number}.txt", self.new_subject())
            self.notes[one.id] = one
            self.askable.append(one)
            self._write(one, self.new_place(), now)

    def new_subject(self) -> str:
        """Return a thing that no document is about yet."""
        return self._subjects.pop()

    def new_place(self) -> str:
        """Return somewhere."""
        return f"{self._chance.choice(self._places)} gian {self._chance.randrange(100)}"

    def change(self, now: float) -> Note:
        """Write one of the documents anew, as its operator does beside the bot."""
        one = self._chance.choice([note for note in self.askable if "/" not in note.id])
        self._write(one, self.new_place(), now)
        return one

    def taken(self, name: str, subject: str, text: str, place: str, since: float) -> Note:
        """Take note of a document that came by chat."""
        one = self.notes[name] = Note(name, subject)
        one.versions.append(Version(canonical_text(text), place, since))
        return one

    def built(self, began: float, ended: float) -> None:
        """Take note that an index was published, made of what stood there when it began."""
        self._builds.append((began, ended))

    def oldest_known(self, asked_at: float) -> float:
        """Return since when, at the latest, what stood on the disk is what a question finds."""
        done = [began for began, ended in self._builds if ended <= asked_at]
        return max(done, default=-math.inf)

    def _write(self, one: Note, place: str, now: float) -> None:
        text = text_about(one.subject, place, self._chance)
        if one.versions:
            one.versions[-1].until = now
        one.versions.append(Version(canonical_text(text), place, now))
        path = self._corpus / one.id
        # As an editor saves: nobody reads half of it.
        path.with_suffix(".part").write_text(text, encoding="utf-8")
        path.with_suffix(".part").replace(path)


def text_about(subject: str, place: str, chance: random.Random) -> str:
    """Return a document of two paragraphs about `subject`, with letters that are easily broken."""
    hours = (
        f"Giờ mở cửa là {chance.randrange(6, 10)} giờ; giá vé “{chance.randrange(10, 99)}.000 đ”"
    )
    return f"{note(subject, place)}\n\n{hours} & quà <tặng> 🎁 kèm theo."
