"""Promises of an index whose files are broken: the one before answers, and the next build mends."""

import os
import random
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from retrieval.errors import GenerationCorrupt, GenerationError
from retrieval.generation import read_manifest
from retrieval.verifying import verify_generation
from tests.integration.disk_faults import Commands
from tests.integration.indexed import ANSWERED, BEFORE, NEXT, NOW, QUESTION, Indexed

Damage = Callable[[Path], object]
_EXACT = ("texts.bin", "passages.npy", "headings.json", "dense.faiss")
"""What two builds of one corpus have alike to the byte, as they have all of `words`."""


def flip(path: Path, at: int, bit: int) -> None:
    """Change one bit of a file where it lies, as a failing disk does."""
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1 << bit]))


def flips(path: Path, count: int) -> Iterator[Damage]:
    """Yield changes of one bit: at both ends, and at some places picked for the file."""
    picked = random.Random(path.name.rpartition(".")[2])  # a segment's name is another each time
    size = path.stat().st_size
    for at in [0, size - 1, *(picked.randrange(size) for _ in range(count))] if size else []:
        yield partial(flip, at=at, bit=picked.randrange(8))


def cuts(path: Path) -> Iterator[Damage]:
    """Yield ways to lose a file's end, or all of it."""
    size = path.stat().st_size
    for left in sorted({0, size // 2, size - 1} & set(range(size))):
        yield partial(os.truncate, length=left)
    yield Path.unlink


def broken(original: Indexed, folder: Path, name: str, damage: Damage) -> Indexed:
    """Return a copy whose current generation has a damaged file."""
    copy = original.copied(folder)
    damage(copy.store.current() / name)
    return copy


def names(indexed: Indexed) -> list[str]:
    """Return the files of the current generation, but its manifest."""
    return sorted(read_manifest(indexed.store.current()).files)


def assert_refused(indexed: Indexed, name: str) -> None:
    """The broken file is named, and the generation before answers unless it has the same file."""
    path = indexed.store.current() / name
    with pytest.raises(GenerationCorrupt) as raised:
        verify_generation(indexed.store.current(), indexed.corpus)
    assert str(path) in str(raised.value)
    if path.exists() and path.stat().st_nlink > 1:
        with pytest.raises(GenerationCorrupt) as raised:
            indexed.served()
        assert str(path) in str(raised.value)
    else:
        state, fault = indexed.served()
        assert (state, str(fault)) == (BEFORE, str(raised.value))


def exact(indexed: Indexed) -> dict[str, bytes]:
    """Return what a generation has that does not depend on how it came about."""
    folder = indexed.store.current()
    found = [*(folder / name for name in _EXACT), *folder.glob("words/*")]
    return {path.name: path.read_bytes() for path in found}


def test_flipped_bit_in_each_file(original: Indexed, tmp_path: Path) -> None:
    """Wherever a bit of whichever file flips, no answer comes of it, and it is not handed on."""
    sound = original.copied(tmp_path / "sound")
    sound.recover()
    for number, name in enumerate(names(original)):
        for turn, damage in enumerate(flips(original.store.current() / name, 1)):
            indexed = broken(original, tmp_path / f"{number}-{turn}", name, damage)
            assert_refused(indexed, name)
            if turn == 2:
                indexed.recover()
                assert exact(indexed) == exact(sound)


def test_each_file_cut_short_or_gone(original: Indexed, tmp_path: Path) -> None:
    """A file that is empty, half there, a byte short or gone is named, and the next build mends."""
    for number, name in enumerate(names(original)):
        for turn, damage in enumerate(cuts(original.store.current() / name)):
            indexed = broken(original, tmp_path / f"{number}-{turn}", name, damage)
            assert_refused(indexed, name)
            if turn == 0:
                indexed.recover()


def test_flipped_bits_in_a_header(original: Indexed, tmp_path: Path) -> None:
    """However the head of a table is broken, which numpy reads as Python, a build mends it."""
    for at in range(4, 128, 11):
        damage = partial(flip, at=at, bit=3)
        broken(original, tmp_path / str(at), "passages.npy", damage).recover()


def test_the_command_names_each_broken_file(
    original: Indexed, hoidap: Commands, tmp_path: Path
) -> None:
    """`hoidap verify` says which file is broken and what to do; no command shows a word of it."""
    for number, name in enumerate(names(original)):
        damage = next(flips(original.store.current() / name, 0))
        indexed = broken(original, tmp_path / str(number), name, damage)
        path = indexed.store.current() / name
        told = [
            f"hoidap: Chỉ mục bị hỏng ({path} is not what was written). "
            "Chạy `hoidap index --force` để lập lại."
        ]
        shown = name in ("documents.json", "texts.bin")
        for arguments in [["verify"], *([["docs", "list"], ["docs", "show", "cho.md"]] * shown)]:
            outcome = hoidap.run(*arguments, *indexed.folders)
            assert (outcome.code, outcome.out, outcome.complaints) == (2, "", told)


@pytest.mark.parametrize("name", ["texts.bin", "lexical/meta.json"])
def test_a_question_to_a_broken_index(
    original: Indexed, hoidap: Commands, tmp_path: Path, name: str
) -> None:
    """The command answers from the index before, and says that it does and what to do."""
    indexed = broken(original, tmp_path / "data", name, lambda path: flip(path, 3, 3))
    outcome = hoidap.run("ask", QUESTION, *indexed.folders)
    assert (outcome.code, outcome.complaints) == (0, [])
    assert ANSWERED in outcome.out
    assert "Chỉ mục hiện tại bị hỏng nên đang dùng bản trước" in outcome.err


def test_a_question_when_no_index_is_whole(
    original: Indexed, hoidap: Commands, tmp_path: Path
) -> None:
    """With both generations broken the command indexes anew, and answers from all documents."""
    for number, name in enumerate(["texts.bin", "manifest.json"]):
        indexed = original.copied(tmp_path / str(number))
        for folder in (indexed.data / "generations").iterdir():
            flip(folder / name, 3, 3)
        outcome = hoidap.run("ask", QUESTION, *indexed.folders)
        assert (outcome.code, outcome.complaints) == (0, [])
        assert ANSWERED in outcome.out
        assert indexed.served() == (NEXT, None)
        indexed.recover()


def lengths(size: int, dense: int, stride: int) -> list[int]:
    """Return lengths below `size`: all near both ends, some between."""
    return sorted({*range(dense), *range(0, size, stride), *range(size - dense, size)})


def test_half_written_manifest(original: Indexed, tmp_path: Path) -> None:
    """However much of a manifest is there, short of all, the generation before answers."""
    indexed = original.copied(tmp_path / "data")
    path = indexed.store.current() / "manifest.json"
    whole = path.read_bytes()
    for length in lengths(len(whole), 12, 61):
        path.write_bytes(whole[:length])
        state, fault = indexed.served()
        assert (state, str(fault)) == (BEFORE, f"{path} is missing or unreadable")
    indexed.recover()


def test_flipped_bit_in_a_manifest(original: Indexed, tmp_path: Path) -> None:
    """A manifest with a bit changed is refused, or guards the same files, which answer the same."""
    path = original.store.current() / "manifest.json"
    refused = 0
    for turn, damage in enumerate(flips(path, 40)):
        indexed = broken(original, tmp_path / str(turn), "manifest.json", damage)
        state, fault = indexed.served()
        assert (state, fault is None) in [(BEFORE, False), (NOW, True)]
        refused += fault is not None
        if turn % 10 == 0:
            indexed.recover()
    assert refused > 20


def test_half_written_pointer(original: Indexed, hoidap: Commands, tmp_path: Path) -> None:
    """However much of current.json is there, a question is answered rightly, after a build."""
    indexed = original.copied(tmp_path / "data")
    path = indexed.data / "current.json"
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(GenerationCorrupt, match=r"current\.json is unreadable"):
            indexed.served()
    for length in (0, len(whole) // 2, len(whole) - 1):
        copy = indexed.copied(tmp_path / str(length))
        (copy.data / "current.json").write_bytes(whole[:length])
        outcome = hoidap.run("ask", QUESTION, *copy.folders)
        assert (outcome.code, ANSWERED in outcome.out) == (0, True)
        copy.recover()


def test_flipped_bit_in_the_pointer(original: Indexed, hoidap: Commands, tmp_path: Path) -> None:
    """With any bit of current.json changed a whole index answers, or none; a failed build too."""
    whole = (original.data / "current.json").read_bytes()
    for at in range(len(whole)):
        indexed = original.copied(tmp_path / str(at))
        flip(indexed.data / "current.json", at, at % 8)
        before = served_or_fault(indexed)
        assert before in (NOW, BEFORE, GenerationCorrupt)
        if at % 6 == 0:
            assert hoidap.run("index", *indexed.folders, file_bytes=1).code == 2
            assert served_or_fault(indexed) == before
            indexed.recover()


def served_or_fault(indexed: Indexed) -> str | type[GenerationError]:
    """Return which whole index answers, or the kind of error where none does."""
    try:
        return indexed.served()[0]
    except GenerationError as error:
        return type(error)
