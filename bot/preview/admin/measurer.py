"""Measuring in a child process: one at a time, with a bound, watched like a reindex."""

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.changing import Changing
from bot.reindexing import child_environment
from bot.settings import Language, Settings

_LONGEST_S = 900.0
_LINE_BYTES = 64 * 1024 * 1024
_MODULE = "bot.preview.admin.measuring"


@dataclass(frozen=True, slots=True)
class MeasuredSet:
    """What was measured of one set of questions.

    Attributes:
        kind: `canaries`, `own` or `judged`.
        threshold: Confidence that most of its questions needed.
        legs: Leg → measure → mean, 0 to 1.
        beliefs: (confidence, whether it was answered, whether the first passage is right) of each.
        wrong: Of the questions that went wrong: the question, what was due, what came.
    """

    name: str
    kind: str
    questions: int
    threshold: float
    legs: Mapping[str, Mapping[str, float]]
    beliefs: Sequence[tuple[float, bool, bool]]
    wrong: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Measuring:
    """How the measuring under way goes, or how the last ended.

    Attributes:
        name: Of the set that is measured.
        done: Of `total` sets.
        sets: What was measured last; it stays while the next is under way.
        generation: Of which.
        ended: When.
        failure: Why the last failed; `time` where it took too long, "" where it did not fail.
    """

    running: bool = False
    name: str = ""
    done: int = 0
    total: int = 0
    sets: Sequence[MeasuredSet] = ()
    generation: str = ""
    ended: datetime | None = None
    failure: str = ""


class Measurer:
    """Measures when it is told to."""

    def __init__(self, settings: Settings, longest_s: float = _LONGEST_S) -> None:
        """Take note of what to measure; it is given up after `longest_s`."""
        self._settings = settings
        self._longest_s = longest_s
        self.state = Changing(Measuring())

    def claim(self) -> bool:
        """Mark it as under way; return whether it was not so already."""
        if self.state.value.running:
            return False
        self._goes(running=True, name="", done=0, total=0, failure="")
        return True

    async def run(self, spoken: Language) -> None:
        """Measure; what comes of it is in `state`."""
        try:
            async with asyncio.timeout(self._longest_s):
                await self._run(spoken)
        except TimeoutError:
            self._goes(failure="time")
        except OSError as error:
            self._goes(failure=str(error.strerror or type(error).__name__))
        finally:
            self._goes(running=False)

    async def _run(self, spoken: Language) -> None:
        child = await asyncio.create_subprocess_exec(
            *self._command(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            env=child_environment(self._settings, spoken),
            limit=_LINE_BYTES,
        )
        try:
            ended = False
            if child.stdout is not None:
                async for line in child.stdout:
                    ended = self._take(line) or ended
            code = await child.wait()
            if not ended:
                self._goes(failure=f"code {code}")
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()

    def _take(self, line: bytes) -> bool:
        """Take a line of the child's; return whether it is the last that counts."""
        try:
            event: dict[str, Any] = json.loads(line)
            if "progress" in event:
                self._goes(**event["progress"])
                return False
            if "measured" in event:
                told = event["measured"]
                sets = [_set(fields) for fields in told["sets"]]
                now = datetime.now().astimezone()
                self._goes(sets=sets, generation=str(told["generation"]), ended=now)
                return True
            self._goes(failure=str(event["failure"]))
        except (ValueError, TypeError, KeyError, AttributeError):
            return False  # a library's stray line
        return True

    def _goes(self, **changes: Any) -> None:
        self.state.become(replace(self.state.value, **changes))

    def _command(self) -> list[str]:
        settings = self._settings
        command = [sys.executable, "-m", _MODULE]
        command += ["--corpus", str(settings.corpus), "--data", str(settings.data)]
        return command + (["--model", settings.model] if settings.model else [])


def _set(fields: Mapping[str, Any]) -> MeasuredSet:
    beliefs = [
        (float(b["confidence"]), bool(b["answered"]), bool(b["right"])) for b in fields["beliefs"]
    ]
    wrong = [(str(w["question"]), str(w["due"]), str(w["came"])) for w in fields["wrong"]]
    name, kind, questions = str(fields["name"]), str(fields["kind"]), int(fields["questions"])
    threshold = float(fields["threshold"])
    return MeasuredSet(name, kind, questions, threshold, fields["legs"], beliefs, wrong)
