"""Commands of hoidap, struck by a fault of the disk at a given moment.

Run as a program, this file is the process that has everything imported and forks a child for each
command; a child limits itself, or changes files as another program would, and runs the command.
"""

import ctypes
import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import F_SETPIPE_SZ, fcntl
from functools import cache
from pathlib import Path
from subprocess import PIPE, Popen
from types import FrameType
from typing import Any, TextIO

_CAPABILITY_VERSION_3 = 0x20080522
_MOST_OUTPUT_BYTES = 1 << 20
_AROUND_FILES = "/retrieval/"
_AWAY_FROM_FILES = tuple(
    f"/retrieval/{part}" for part in ("text/", "documents/", "embedding.py", "token_vectors.py")
)


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def complaints(self) -> list[str]:
        """The lines that say what went wrong."""
        return [line for line in self.err.splitlines() if line.startswith("hoidap: ")]


class Commands:
    """Runs `hoidap` in children.

    A fault is `file_bytes`, how large a file may become, or an `act` (see `_acts`) at a `step`, or
    just before a file whose path ends as `opens` says is opened, or started, for the `nth` time.
    """

    def __init__(self, process: "Popen[str]") -> None:
        self._process = process

    def run(self, *arguments: str | Path, **fault: object) -> Outcome:
        """Run `hoidap` with `arguments` to its end; no traceback is ever seen."""
        outcome = self._told({"arguments": arguments, "fault": fault})
        assert isinstance(outcome, Outcome)
        return outcome

    def stopped(self, *arguments: str | Path, **fault: object) -> int:
        """Start `hoidap`, which stops at the fault's moment; return its process's id."""
        pid = self._told({"arguments": arguments, "fault": {"act": "stop", **fault}})
        assert isinstance(pid, int), pid
        return pid

    def resumed(self, pid: int) -> Outcome:
        """Let a command that was stopped run to its end."""
        outcome = self._told({"resume": pid})
        assert isinstance(outcome, Outcome)
        return outcome

    def _told(self, order: dict[str, object]) -> Outcome | int:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        print(json.dumps(order, default=os.fspath), file=stdin, flush=True)
        answer = json.loads(stdout.readline())
        if isinstance(answer, int):
            return answer
        outcome = Outcome(*answer)
        assert "Traceback" not in outcome.err, outcome.err
        return outcome


def environment() -> dict[str, str]:
    """Return this machine's environment without its owner's settings of hoidap."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("HOIDAP_")}
    # COLUMNS: a path in the terminal stays on one line.
    return mine | {"HOIDAP_LANGUAGE": "vi", "LANG": "C.UTF-8", "COLUMNS": "2000"}


@contextmanager
def commands() -> Iterator[Commands]:
    """The process that forks them, for as long as the context lasts."""
    command = [sys.executable, "-m", "tests.integration.disk_faults"]
    with Popen(command, stdin=PIPE, stdout=PIPE, text=True, env=environment()) as process:
        yield Commands(process)
        assert process.stdin is not None
        process.stdin.close()


# What follows runs in the child.


def _acts(act: str, path: Path, other: Path) -> Callable[[], object]:
    """Return what happens at the moment of the fault."""
    return {
        "full": lambda: _limit_files(0),
        "delete": path.unlink,
        "replace": lambda: other.replace(path),
        "move": lambda: path.rename(other),
        "forbid": lambda: path.chmod(0),
        "fill": lambda: fill(path),
        "stop": lambda: os.kill(os.getpid(), signal.SIGSTOP),
    }[act]


def fill(ballast: Path, leave_bytes: int = 0) -> None:
    """Let a file take all the room of its disk but `leave_bytes`."""
    disk = os.statvfs(ballast.parent)
    with ballast.open("ab") as file:
        os.posix_fallocate(file.fileno(), 0, disk.f_bavail * disk.f_frsize - leave_bytes)


def _limit_files(size: int) -> None:
    """Let no file become larger than `size` bytes; what is written beyond fails."""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))


class Steps:
    """A profiler that counts calls and returns around files, and acts at one of them."""

    def __init__(self, step: int, act: Callable[[], object]) -> None:
        self.done = 0
        self._step = step
        self._act = act

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:
        """One event of `sys.setprofile`."""
        if not _counts(frame.f_code.co_filename):
            return
        self.done += 1
        if self.done == self._step:
            self._act()
        self.looked()

    def looked(self) -> None:
        """Called after each step."""


@cache
def _counts(file: str) -> bool:
    return _AROUND_FILES in file and not any(part in file for part in _AWAY_FROM_FILES)


class Survey(Steps):
    """Counts the steps, and notes those at which files appeared in a data folder."""

    def __init__(self, data: Path) -> None:
        super().__init__(0, lambda: None)
        self._data = data
        self._names = self._listed()
        self.found: list[tuple[int, list[str]]] = []

    def looked(self) -> None:
        names = self._listed()
        if new := names - self._names:
            self.found.append((self.done, sorted(new)))
        self._names = names

    def _listed(self) -> set[str]:
        """Return what is in the folder, and in the newest generation."""
        newest = max((self._data / "generations").iterdir())
        inside = {path.relative_to(newest).as_posix() for path in newest.rglob("*")}
        return inside | {path.name for path in self._data.iterdir()}


def _prepare(fault: dict[str, Any]) -> Survey | None:
    """Let the fault come at its moment."""
    if "file_bytes" in fault:
        _limit_files(fault["file_bytes"])
    if "survey" in fault:
        survey = Survey(Path(fault["survey"]))
        sys.setprofile(survey)
        return survey
    if "act" in fault:
        act = _acts(fault["act"], Path(fault.get("path", "")), Path(fault.get("other", "")))
        if "step" in fault:
            sys.setprofile(Steps(fault["step"], act))
        else:
            sys.addaudithook(_on_open(fault["opens"], fault.get("nth", 1), act))
    return None


def _on_open(
    end: str, nth: int, act: Callable[[], object]
) -> Callable[[str, tuple[Any, ...]], None]:
    """Return a hook that acts just before the `nth` time that a path with this `end` is opened."""
    left = nth

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        if event in ("open", "subprocess.Popen") and str(arguments[0]).endswith(end):
            left -= 1
            if left == 0:
                act()

    return hook


def _obey_permissions() -> None:
    """Give up what root may do: from here on the owner's permissions hold, as for anyone."""
    nothing = (ctypes.c_uint32 * 6)()
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    if ctypes.CDLL(None, use_errno=True).capset(header, nothing):
        raise OSError(ctypes.get_errno(), "capset")


def _child(order: dict[str, Any]) -> int:
    from bot.cli import main

    try:
        _obey_permissions()
        survey = _prepare(order["fault"])
        code = main(order["arguments"])
        sys.setprofile(None)
        if survey is not None:
            print(json.dumps(survey.found))
    except BaseException:
        sys.setprofile(None)
        traceback.print_exc()
        code = 1
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    return code


def _forked(order: dict[str, Any]) -> tuple[int, list[TextIO]]:
    """Return the id of the child that obeys the order, and what it prints to."""
    pipes = [os.pipe(), os.pipe()]
    for readable, _ in pipes:
        fcntl(readable, F_SETPIPE_SZ, _MOST_OUTPUT_BYTES)
    pid = os.fork()
    if pid == 0:
        for descriptor, (_, writable) in enumerate(pipes, start=1):
            os.dup2(writable, descriptor)
        os._exit(_child(order))
    for _, writable in pipes:
        os.close(writable)
    return pid, [os.fdopen(readable, encoding="utf-8") for readable, _ in pipes]


def main() -> None:
    """Obey an order a line; print [code, output, errors], or the id of a child that stopped."""
    import bot.session  # noqa: F401
    import retrieval.verifying  # noqa: F401
    from retrieval.alignment import word_vectors
    from retrieval.embedding import bundled_identity

    # What is loaded once need not be by every child.
    word_vectors().words(["a"])
    bundled_identity()
    children: dict[int, list[TextIO]] = {}
    for line in sys.stdin:
        order = json.loads(line)
        if "resume" in order:
            pid = order["resume"]
            os.kill(pid, signal.SIGCONT)
        else:
            pid, printed = _forked(order)
            children[pid] = printed
        _, status = os.waitpid(pid, os.WUNTRACED)
        if os.WIFSTOPPED(status):
            print(pid, flush=True)
            continue
        out, err = (stream.read() for stream in children.pop(pid))
        print(json.dumps([os.waitstatus_to_exitcode(status), out, err]), flush=True)
    for pid in children:  # those that a test which failed has left stopped
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
