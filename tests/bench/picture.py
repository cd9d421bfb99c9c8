"""Draw README's picture: the real answer of the real index, as the terminal shows it.

python -m tests.bench.picture .github/answer.svg
"""

import sys
import tempfile
from pathlib import Path

from rich.console import Console

from bot.terminal import Terminal
from bot.texts import VI
from retrieval.build import build_generation
from retrieval.embedding import BUNDLED_MODEL, CALIBRATION_FILE, load_embedder
from retrieval.fusion import Calibration
from retrieval.search import open_serving
from tests.bench.seed import CORPUS

_QUESTION = "de an 06 la gi?"
_COLUMNS = 92


def main() -> None:
    """Ask, draw, write."""
    with tempfile.TemporaryDirectory() as name:
        embedder = load_embedder()
        calibration = Calibration.load(BUNDLED_MODEL / CALIBRATION_FILE)
        build_generation(CORPUS, Path(name), embedder, calibration)
        searcher, _ = open_serving(Path(name), embedder)
        answer = searcher.ask(_QUESTION, 1)
    console = Console(record=True, width=_COLUMNS, highlight=False, force_terminal=True)
    console.print(f"[bold green]$[/] hoidap ask [bold]'{_QUESTION}'[/]")
    Terminal(VI, out=console).show_answer(answer)
    Path(sys.argv[1]).write_text(console.export_svg(title="hoidap"), encoding="utf-8")


if __name__ == "__main__":
    main()
