"""Programs of the machine that convert files: run with bounds on time, memory and output.

Owns their lives: whatever one started ends with it. Refuses to know what they are for.
"""

import os
import resource
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_MEMORY_BYTES = 4_000_000_000
"""The worker's own bound on memory is too low for LibreOffice."""
_MAX_OUTPUT_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended: its exit status, what it wrote and what it complained of."""

    status: int
    output: bytes
    complaints: bytes


def run_program(command: Sequence[str], folder: Path, seconds: float) -> Ran:
    """Run a program in `folder`, without a shell, and return how it ended.

    Args:
        command: The program and its arguments.
        folder: Its home; what it writes is kept there.
        seconds: After so long it is ended, with whatever it started.

    Raises:
        subprocess.TimeoutExpired: It took too long.
        OSError: It cannot be started.
    """
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    written, complaints = folder / "written", folder / "complaints"
    with written.open("wb") as output, complaints.open("wb") as errors:
        process = subprocess.Popen(  # noqa: S603  # no shell, and a file name of our own
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            cwd=folder,
            env=environment,
            process_group=0,
            preexec_fn=lambda: _limit(seconds),
        )
        try:
            status = process.wait(seconds)
        finally:
            # LibreOffice is a script that starts a program that starts another.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if written.stat().st_size > _MAX_OUTPUT_BYTES:
        return Ran(-signal.SIGXFSZ, b"", complaints.read_bytes())
    return Ran(status, written.read_bytes(), complaints.read_bytes())


def _limit(seconds: float) -> None:
    for what, most in (
        (resource.RLIMIT_CPU, int(2 * seconds) + 1),
        (resource.RLIMIT_AS, _MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 5 * _MAX_OUTPUT_BYTES),
    ):
        _, hard = resource.getrlimit(what)
        soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (soft, hard))
