"""Files that strangers wrote, read by a process that may die of them: time and memory are bounded.

Owns the worker's life. A worker that hangs or crashes is ended, with whatever it started, and the
next file gets a new one; nothing of it can stop a build.
"""

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from retrieval.documents.draft import Draft
from retrieval.documents.wire import draft_from
from retrieval.errors import Fault

SECONDS_PER_FILE = 120.0
_FILES_PER_WORKER = 500
"""Parsers leak; a fresh worker now and then bounds it."""
_CHUNK = 1 << 20
_ENVIRONMENT = frozenset({"HOME", "LANG", "LC_ALL", "PATH", "PYTHONPATH", "TMPDIR"})
"""What the worker is told; no token is among it."""
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""On a machine of many cores the threads of numpy alone would fill the memory that it may have."""
_MOST_ANSWER_BYTES = 600_000_000

Drafts = list[tuple[str, Draft | Fault]]


class Sandbox:
    """Reads files in a worker process, started when the first one comes, until it is closed."""

    def __init__(self, seconds_per_file: float = SECONDS_PER_FILE) -> None:
        self._seconds = seconds_per_file
        self._worker: subprocess.Popen[bytes] | None = None
        self._read = 0

    def close(self) -> None:
        """End the worker and everything that it started."""
        worker, self._worker = self._worker, None
        if worker is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(worker.pid, signal.SIGKILL)
        worker.communicate()

    def drafts(self, path: Path, seconds: float | None = None) -> Drafts:
        """Return (name inside an archive or "", draft or what is wrong) of each document.

        Args:
            path: The file.
            seconds: How long it may take, where that is longer than for others.
        """
        if self._read >= _FILES_PER_WORKER:
            self.close()
        worker = self._started()
        self._read += 1
        try:
            line = self._asked(worker, path, max(self._seconds, seconds or 0.0))
        except TimeoutError:
            self.close()
            return [("", Fault.TOO_SLOW)]
        except OSError:
            line = b""
        try:
            return _decoded(line)
        except (ValueError, KeyError, TypeError):
            # It died, or a parser wrote where only answers belong.
            self.close()
            return [("", Fault.BROKEN)]

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._worker is not None and self._worker.poll() is None:
            return self._worker
        self.close()
        self._read = 0
        self._worker = subprocess.Popen(  # our own module, no shell
            [sys.executable, "-m", "retrieval.documents.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={n: v for n, v in os.environ.items() if n in _ENVIRONMENT} | _ONE_THREAD,
            start_new_session=True,
        )
        return self._worker

    def _asked(self, worker: "subprocess.Popen[bytes]", path: Path, seconds: float) -> bytes:
        if worker.stdin is None or worker.stdout is None:
            raise OSError("the worker has no pipes")
        worker.stdin.write(json.dumps({"path": os.fspath(path.resolve())}).encode() + b"\n")
        worker.stdin.flush()
        deadline = time.monotonic() + seconds
        pieces: list[bytes] = []
        size = 0
        with selectors.DefaultSelector() as ready:
            ready.register(worker.stdout, selectors.EVENT_READ)
            while not (pieces and pieces[-1].endswith(b"\n")):
                if not ready.select(max(0.0, deadline - time.monotonic())):
                    raise TimeoutError
                piece = os.read(worker.stdout.fileno(), _CHUNK)
                size += len(piece)
                if not piece or size > _MOST_ANSWER_BYTES:
                    break
                pieces.append(piece)
        return b"".join(pieces)


def _decoded(line: bytes) -> Drafts:
    found: Drafts = []
    for name, answer in json.loads(line)["drafts"]:
        found.append((name, draft_from(answer) if isinstance(answer, dict) else Fault(str(answer))))
    return found
