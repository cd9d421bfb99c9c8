"""A process whose children do as told and die by SIGKILL where told to; `serve` is its program."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn


class Victim:
    """For each order one child, which may die of it."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def obey(self, **order: object) -> tuple[int, int]:
        """Have an order carried out; return (the signal that ended the child or 0, its steps)."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        print(json.dumps(order), file=stdin, flush=True)
        ended, steps = json.loads(stdout.readline())
        return int(ended), int(steps)


@contextmanager
def running(module: str) -> Iterator[Victim]:
    """Yield one process for many orders, which runs `module` as a program."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", module]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        yield Victim(process)
        assert process.stdin is not None
        process.stdin.close()


def serve(carry_out: Callable[[dict[str, Any]], int]) -> None:
    """Fork a child per line of input; print [signal or 0, steps] for each.

    Args:
        carry_out: Does as ordered, and dies as ordered; returns the steps made if alive.
    """
    for line in sys.stdin:
        readable, writable = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(writable, str(carry_out(json.loads(line))).encode())
            os._exit(0)
        os.close(writable)
        _, status = os.waitpid(child, 0)
        with os.fdopen(readable) as report:
            steps = report.read() or "0"
        ended = os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        print(json.dumps([ended, int(steps)]), flush=True)


def die(*_: object) -> NoReturn:
    """Die as by `kill -9`."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


class StepCounter:
    """A profiler that counts calls and returns in the code that writes, and dies at one."""

    def __init__(self, last: int | None, counts: Callable[[str], bool]) -> None:
        """Begin at nought.

        Args:
            last: The step to die at; None to live.
            counts: Whether what happens in a file, by its path, is a step.
        """
        self.steps = 0
        self._last = last
        self._counts = counts

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:
        """One event of `sys.setprofile`."""
        if self._counts(frame.f_code.co_filename):
            self.steps += 1
            if self.steps == self._last:
                die()
