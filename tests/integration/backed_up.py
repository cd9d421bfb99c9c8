"""A bot's folders, to be backed up and restored by tests; and what can be seen of them."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.backup import Backup, Restored, back_up, restore
from bot.store.migrations import MIGRATIONS
from retrieval.generation import GenerationStore
from retrieval.passage_table import PassageTable
from tests.builders import PAPERS, build, write_corpus


@dataclass(frozen=True)
class Seen:
    """All that a backup is of: documents, what the index has, what the database has."""

    papers: dict[str, bytes]
    indexed: list[str]
    marks: list[tuple[str, str]]


@dataclass(frozen=True)
class House:
    """A corpus, its index and a database, in a folder of their own."""

    folder: Path

    @classmethod
    def made(cls, folder: Path, mark: str) -> "House":
        """Make one whose documents, index and database all tell `mark`."""
        house = cls(folder)
        house.change(mark)
        return house

    def copied(self, folder: Path) -> "House":
        """Return a copy."""
        shutil.copytree(self.folder, folder)
        return House(folder)

    @property
    def corpus(self) -> Path:
        """The documents."""
        return self.folder / "corpus"

    @property
    def data(self) -> Path:
        """The index and the database."""
        return self.folder / "data"

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.data / "hoidap.sqlite3"

    def change(self, mark: str) -> None:
        """Let the documents, the index and the database all tell `mark`."""
        note = {f"{mark}.txt": f"Văn bản này kể về {mark}.", f"{mark}.txt.yaml": f"title: {mark}\n"}
        write_corpus(self.corpus, PAPERS | note)
        build(self.corpus, self.data)
        new = not self.database.exists()
        with closing(sqlite3.connect(self.database, isolation_level=None)) as opened:
            opened.execute("PRAGMA journal_mode = WAL")
            if new:
                opened.executescript("".join(MIGRATIONS))
                opened.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
            opened.execute("INSERT INTO marks VALUES (?, '')", (mark,))

    def seen(self) -> Seen:
        """Return what is there now."""
        with closing(sqlite3.connect(self.database)) as opened:
            assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            marks = opened.execute("SELECT * FROM marks ORDER BY name").fetchall()
        table = PassageTable.open(GenerationStore(self.data).current())
        papers = {
            path.relative_to(self.corpus).as_posix(): path.read_bytes()
            for path in self.corpus.rglob("*")
            if path.is_file() and ".before-restore" not in str(path)
        }
        return Seen(papers, [row.ref.id for row in table.documents], marks)

    def names(self) -> list[str]:
        """Return what lies in the two folders, hidden or not; locks come and stay."""
        found = [*self.data.iterdir(), *self.corpus.iterdir()]
        return sorted(path.name for path in found if path.suffix != ".lock")

    def back_up(self, file: Path, *, corpus: bool = True) -> Backup:
        """Back all of it up."""
        return back_up(file, self.data, self.database, self.corpus if corpus else None)

    def restore(self, file: Path) -> Restored:
        """Put a backup back."""
        return restore(file, self.data, self.database, self.corpus)
