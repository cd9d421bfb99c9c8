"""One cold process that answers one question and says where its time went; run by seed.py.

The stages are the same calls, in the same order, as `hoidap ask` makes.
"""

import json
import os
import sys
import time
from pathlib import Path


def main() -> None:
    """Answer argv[2] from the data folder argv[1]; print stage → seconds, and memory, as JSON."""
    # When the parent started this process, by the clock that both share.
    marks = [("", float(os.environ["BENCH_STARTED_AT"]))]

    def mark(stage: str) -> None:
        marks.append((stage, time.time()))

    mark("interpreter")
    import bot.cli  # noqa: F401  # timed, not used

    mark("import the command")
    from bot.session import Session  # noqa: F401  # timed, not used
    from retrieval.embedding import load_embedder
    from retrieval.search import open_serving

    mark("import retrieval, faiss, tantivy, rich")
    embedder = load_embedder()
    mark("load model")
    searcher, _ = open_serving(Path(sys.argv[1]), embedder)
    mark("open and check index")
    searcher.ask(sys.argv[2])
    mark("first question")
    spent = {name: at - marks[i][1] for i, (name, at) in enumerate(marks[1:])}
    # Not getrusage: its peak begins with that of the process that forked this one.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    peak_mb = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    stages = {**spent, "total": marks[-1][1] - marks[0][1]}
    print(json.dumps({"stages": stages, "peak_mb": peak_mb}))


if __name__ == "__main__":
    main()
