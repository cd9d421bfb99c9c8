"""What the readers make of real files: passages, characters, seconds, or the refusal, per file.

    python -m tests.bench.formats --data ../shared/data/formats

Files are read as a build reads them, in the process that may die of them. Prints a table, then one
line of JSON with the figures of each format.
"""

import argparse
import json
import time
from collections import defaultdict
from pathlib import Path

from retrieval.documents import DocumentReader, document_paths
from retrieval.errors import Fault
from retrieval.passages import split


def main() -> None:
    """Read and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the files")
    folder: Path = parser.parse_args().data
    formats: defaultdict[str, dict[str, float]] = defaultdict(
        lambda: dict.fromkeys(("files", "read", "refused", "passages", "characters", "seconds"), 0)
    )
    with DocumentReader(folder) as reader:
        for path in document_paths(folder):
            started = time.perf_counter()
            found = list(reader.documents(path))
            seconds = time.perf_counter() - started
            of = formats[path.suffix.lower().removeprefix(".")]
            of["files"] += 1
            of["seconds"] += seconds
            for name, document in found:
                if isinstance(document, Fault):
                    of["refused"] += 1
                    print(f"{name[:60]:60} {seconds:6.2f} s  refused: {document}")
                    continue
                passages = split(document)
                of["read"] += 1
                of["passages"] += len(passages)
                of["characters"] += len(document.text)
                print(
                    f"{name[:60]:60} {seconds:6.2f} s {len(passages):5} passages "
                    f"{len(document.text):7} characters  {document.title[:60]}"
                )
    shown = {name: {k: round(v, 2) for k, v in of.items()} for name, of in formats.items()}
    print(json.dumps({"formats": shown}))


if __name__ == "__main__":
    main()
