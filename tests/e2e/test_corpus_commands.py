"""Looking after a corpus by command: documents, dry runs, canaries, undo, checks, watching."""

import asyncio
import sys
import zipfile
from pathlib import Path

import pytest

from tests.e2e.papers import note, where_is
from tests.e2e.processes import PATIENCE_S, Outcome, clean_environment, command

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def run(folder: Path, *arguments: str) -> Outcome:
    """Run `hoidap` in a folder; no traceback is ever seen."""
    done = await command(*arguments, folder=folder, environment=clean_environment())
    assert "Traceback" not in done.err, done.err
    return done


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a corpus of two documents."""
    (tmp_path / "corpus").mkdir()
    for subject, place in {"kèn đồng": "gác chuông", "đàn bầu": "nhà ông Tư"}.items():
        path = tmp_path / "corpus" / f"{subject.split()[0]}.txt"
        path.write_text(note(subject, place), encoding="utf-8")
    return tmp_path


async def test_documents_come_and_go(folder: Path) -> None:
    """A file is read before it is taken, listed, shown, and kept aside when it is removed."""
    (folder / "phuong.csv").write_text("Tên,Số dân\nHàng Bạc,5000\n", encoding="utf-8")
    (folder / "hong.pdf").write_bytes(b"%PDF-1.4")
    added = await run(folder, "docs", "add", "phuong.csv", "hong.pdf", "khong-co.txt")
    assert added.code == 1
    assert "Đã thêm 1 tệp vào corpus." in added.err
    assert "Không thêm hong.pdf: tệp hỏng" in added.err
    assert "Không thêm khong-co.txt: không mở được tệp" in added.err
    assert (
        (await run(folder, "docs", "add", "phuong.csv")).err.strip().endswith("--replace để thay")
    )
    assert (await run(folder, "docs", "add", "--replace", "phuong.csv")).code == 0

    assert "Chưa có chỉ mục nào" in (await run(folder, "docs", "list")).err
    assert "3 tài liệu" in (await run(folder, "index")).err
    listed = (await run(folder, "docs", "list")).out.splitlines()
    assert [line.split("\t")[:2] for line in listed] == [
        ["kèn.txt", "1"],
        ["phuong.csv", "1"],
        ["đàn.txt", "1"],
    ]
    assert "Hàng Bạc" in (await run(folder, "docs", "show", "phuong.csv")).out
    assert (await run(folder, "docs", "show", "khac.txt")).code == 1

    removed = await run(folder, "docs", "remove", "phuong.csv")
    (kept,) = (folder / "data" / "removed").iterdir()
    assert f"cất ở data/removed/{kept.name}" in removed.err
    assert not (folder / "corpus" / "phuong.csv").exists()
    assert (await run(folder, "docs", "remove", "phuong.csv")).code == 1


async def test_a_document_in_an_archive_is_not_removed_alone(folder: Path) -> None:
    """Removing what lies in an archive is refused with what can be removed instead: all of it."""
    with zipfile.ZipFile(folder / "corpus" / "goi.zip", "w") as archive:
        archive.writestr("trong.txt", note("phách tre", "quán cóc"))
    refused = await run(folder, "docs", "remove", "goi.zip/trong.txt")
    assert refused.code == 1
    assert "chỉ bỏ được cả tệp: hoidap docs remove goi.zip" in refused.err
    assert (await run(folder, "docs", "remove", "goi.zip")).code == 0
    assert not (folder / "corpus" / "goi.zip").exists()


async def test_a_change_can_be_seen_before_and_undone_after(folder: Path) -> None:
    """A dry run names every change; --undo goes back to the index before, and answers are its."""
    await run(folder, "index")
    (folder / "corpus" / "sáo.txt").write_text(note("sáo trúc", "lớp nhạc"), encoding="utf-8")
    (folder / "corpus" / "kèn.txt").unlink()
    planned = await run(folder, "index", "--dry-run")
    assert "Sẽ có 2 tài liệu, 2 đoạn: thêm 1 · sửa 0 · bỏ 1 · lỗi 0" in planned.err
    assert "+ sáo.txt\n- kèn.txt" in planned.err
    assert (await run(folder, "ask", where_is("kèn đồng"))).code == 0
    await run(folder, "index")
    assert (await run(folder, "ask", where_is("kèn đồng"))).code == 1
    assert "Đã quay về chỉ mục 000001" in (await run(folder, "index", "--undo")).err
    assert "gác chuông" in (await run(folder, "ask", where_is("kèn đồng"))).out


async def test_a_failed_canary_is_told(folder: Path) -> None:
    """An index that fails a canary question is not published, and the command says which."""
    line = f'"{where_is("kèn đồng")}": kèn.txt\n'
    (folder / "corpus" / "canary.yaml").write_text(line, encoding="utf-8")
    assert (await run(folder, "index")).code == 0
    (folder / "corpus" / "kèn.txt").write_text(note("trống", "đình"), encoding="utf-8")
    failed = await run(folder, "index")
    assert failed.code == 2
    assert "Chỉ mục mới sai 1 câu hỏi canh" in failed.err
    assert f"• {where_is('kèn đồng')} → (không trả lời), đáng lẽ kèn.txt" in failed.err
    assert "gác chuông" in (await run(folder, "ask", where_is("kèn đồng"))).out


async def test_an_index_is_compared_with_its_sources(folder: Path) -> None:
    """An intact index is verified; a source that changed is named, a broken file refused."""
    await run(folder, "index")
    intact = await run(folder, "verify")
    assert (intact.code, "Đã đối chiếu 2 tài liệu, 2 đoạn với nguồn." in intact.err) == (0, True)
    (folder / "corpus" / "kèn.txt").write_text(note("trống", "đình"), encoding="utf-8")
    changed = await run(folder, "verify")
    assert (changed.code, "kèn.txt: nguồn đã đổi" in changed.err) == (0, True)
    texts = folder / "data" / "generations" / "000001" / "texts.bin"
    texts.write_bytes(texts.read_bytes().replace(b"k", b"K", 1))
    broken = await run(folder, "verify")
    assert (broken.code, "Chỉ mục bị hỏng" in broken.err) == (2, True)


async def test_a_watched_folder_is_read_again_when_it_changes(folder: Path) -> None:
    """--watch stays, and a document that is added is answered from soon after."""
    watching = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.cli", "index", "--watch"),
        cwd=folder,
        env=clean_environment(),
        stderr=asyncio.subprocess.PIPE,
    )
    assert watching.stderr is not None
    try:
        async with asyncio.timeout(PATIENCE_S):
            await _line_with(watching.stderr, "Đang theo dõi")
            path = folder / "corpus" / "sáo.txt"
            path.write_text(note("sáo trúc", "lớp nhạc"), encoding="utf-8")
            await _line_with(watching.stderr, "Thêm 1")
    finally:
        watching.terminate()
        await watching.wait()
    assert "lớp nhạc" in (await run(folder, "ask", where_is("sáo trúc"))).out


async def _line_with(stream: asyncio.StreamReader, words: str) -> None:
    while words not in (line := (await stream.readline()).decode()):
        assert line, f"it ended without saying {words!r}"
