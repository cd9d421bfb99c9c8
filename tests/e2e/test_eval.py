"""`hoidap eval` as a person runs it."""

import json
from pathlib import Path

import pytest

from tests.e2e.processes import clean_environment, command

pytestmark = pytest.mark.asyncio(loop_scope="session")

PASSAGES = {
    "p1": "Trụ sở Uỷ ban nhân dân phường mở cửa từ thứ Hai đến thứ Sáu.",
    "p2": "Lệ phí đăng ký khai sinh quá hạn là năm nghìn đồng.",
    "p3": "Thư viện phường cho mượn sách trong mười bốn ngày.",
}


def write_set(folder: Path) -> None:
    rows = [json.dumps({"id": name, "title": "", "text": text}) for name, text in PASSAGES.items()]
    (folder / "corpus.jsonl").write_text("\n".join(rows), encoding="utf-8")
    questions = [{"id": "q1", "text": "Lệ phí khai sinh quá hạn bao nhiêu?"}]
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, questions)), encoding="utf-8")
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\tp2\t1\n", encoding="utf-8")


async def test_a_judged_set_is_measured_leg_by_leg(tmp_path: Path) -> None:
    """The JSON has every set, variant, leg and measure, and a question easily answered scores 1."""
    folder = tmp_path / "phuong"
    folder.mkdir()
    write_set(folder)
    done = await command(
        "eval",
        str(folder),
        "--variant",
        "plain",
        "--variant",
        "no-accents",
        "--json",
        folder=tmp_path,
        environment=clean_environment(),
    )
    assert done.code == 0, done.err
    sets = json.loads(done.out)["sets"]
    assert [(one["name"], one["variant"], one["queries"]) for one in sets] == [
        ("phuong", "plain", 1),
        ("phuong", "no-accents", 1),
    ]
    for one in sets:
        assert list(one["legs"]) == ["lexical", "dense", "hybrid"]
        for leg in one["legs"].values():
            assert {leg[name] for name in ("ndcg@10", "mrr@10", "recall@1", "recall@20")} == {1.0}


async def test_a_folder_that_is_no_question_set_is_refused(tmp_path: Path) -> None:
    """A wrong folder ends with exit code 2 and says what was expected."""
    done = await command("eval", str(tmp_path), folder=tmp_path, environment=clean_environment())
    assert done.code == 2
    assert "BEIR" in done.err
    assert "Traceback" not in done.err


async def test_runs_are_written_and_compared_with(tmp_path: Path) -> None:
    """A run written by one call is the baseline of the next; own questions name the failures."""
    folder = tmp_path / "phuong"
    folder.mkdir()
    write_set(folder)
    environment = clean_environment()
    where, runs = str(folder), str(tmp_path / "runs")
    done = await command("eval", where, "--runs", runs, folder=tmp_path, environment=environment)
    assert done.code == 0, done.err
    written = sorted(path.name for path in (tmp_path / "runs").iterdir())
    assert written == [f"phuong.plain.{leg}.run" for leg in ("dense", "hybrid", "lexical")]
    done = await command("eval", where, "--compare", runs, folder=tmp_path, environment=environment)
    assert done.code == 0, done.err
    assert "may be chance" in done.out
    comparison = json.loads(done.out.splitlines()[-1])["sets"][0]["comparison"]
    assert (comparison["better"], comparison["worse"], comparison["real"]) == (0, 0, False)


async def test_own_questions_are_asked_of_the_own_documents(tmp_path: Path) -> None:
    """A two-column file is measured on the index, and what failed is listed."""
    (tmp_path / "corpus").mkdir()
    text = "\n\n".join(PASSAGES.values())
    (tmp_path / "corpus" / "phuong.txt").write_text(text, encoding="utf-8")
    rows = "Lệ phí khai sinh quá hạn?\tnăm nghìn đồng\nMượn sách bao lâu?\tthứ Hai đến thứ Sáu\n"
    (tmp_path / "own.tsv").write_text(rows, encoding="utf-8")
    done = await command("eval", "own.tsv", folder=tmp_path, environment=clean_environment())
    assert done.code == 0, done.err
    assert "line 2: rank" in done.out
    (one,) = json.loads(done.out.splitlines()[-1])["sets"]
    assert (one["queries"], [failure["line"] for failure in one["failures"]]) == (2, [2])
