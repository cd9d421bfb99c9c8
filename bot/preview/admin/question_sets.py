"""Which sets of questions there are to be measured on."""

from pathlib import Path

SETS = "evaluation"
"""Folder in the data folder that has question sets."""
_ENDINGS = (".tsv", ".csv", ".txt")


def question_sets(data: Path) -> list[Path]:
    """Return the question sets of a data folder: what `hoidap eval` takes."""
    folder = data / SETS
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if not path.name.startswith(".")
        and ((path / "qrels.tsv").is_file() or (path.is_file() and path.suffix in _ENDINGS))
    )
