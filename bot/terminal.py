"""Answers, reports and progress as a terminal shows them. The only importer of rich."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.progress import Progress as Bars
from rich.text import Text

from bot.places import place_parts
from bot.reports import report_text
from bot.texts import Sentences
from retrieval.build import BuildReport, Progress
from retrieval.types import Answer, Citation


def answer_json(answer: Answer) -> str:
    """Return the answer as the JSON contract of `hoidap ask --json` (README)."""
    return json.dumps(
        {
            "question": answer.question,
            "answered": answer.answered,
            "confidence": round(answer.confidence, 4),
            "documents_searched": answer.documents_searched,
            "citations": [_citation_fields(citation) for citation in answer.citations],
        },
        ensure_ascii=False,
    )


def _citation_fields(citation: Citation) -> dict[str, Any]:
    document = citation.document
    return {
        "rank": citation.rank,
        "score": round(citation.score, 6),
        "document": {"id": document.id, "title": document.title, "source": document.source},
        "passage": citation.passage,
        "page": citation.page or None,
        "clause": citation.clause or None,
        "lapsed": citation.lapsed,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "sentence": asdict(citation.sentence) if citation.sentence else None,
    }


class _Output(Console):
    """A console that leaves a reader who has gone to the command; rich would exit with 1."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


class Terminal:
    """Writes answers to standard output, everything else to standard error."""

    def __init__(self, say: Sentences, out: Console | None = None) -> None:
        self._say = say
        self._out = out or _Output(highlight=False)
        self._err = Console(highlight=False, stderr=True)

    @property
    def interactive(self) -> bool:
        """Whether a person is at both ends."""
        return sys.stdin.isatty() and sys.stdout.isatty()

    def show_answer(self, answer: Answer) -> None:
        """Print the answer: quotes with the answering sentence in bold, and their places."""
        if answer.understood:
            meant = self._say.understood.format(question=answer.understood)
            self._out.print(Text(meant, style="italic"))
        if not answer.answered:
            self._out.print(Text(self._say.miss.format(documents=answer.documents_searched)))
            if answer.citations:
                self._out.print(Text(self._say.nearest))
        for citation in answer.citations:
            self._out.print()
            self._out.print(Padding(_quote(citation), (0, 2)))
            self._out.print(Padding(_place(citation, self._say), (0, 2)))
        self._out.print()
        if answer.degraded:
            self._out.print(Text(self._say.degraded, style="yellow"))
        if answer.answered:
            percent = round(answer.confidence * 100)
            footer = self._say.confidence.format(
                percent=percent, documents=answer.documents_searched
            )
            self._out.print(Text(footer, style="dim"))

    def show_report(self, report: BuildReport) -> None:
        """Print what a build did."""
        self._err.print(Text(report_text(report, self._say)))

    def note(self, text: str) -> None:
        """Print a remark to standard error."""
        self._err.print(Text(text, style="dim"))

    def complain(self, text: str) -> None:
        """Print an error to standard error."""
        self._err.print(Text(text, style="red"))

    def ask(self) -> str | None:
        """Read a question from the person; None when they leave."""
        try:
            return self._out.input("[bold cyan]? [/]")
        except (EOFError, KeyboardInterrupt):
            self._out.print()
            return None

    @contextmanager
    def progress(self) -> Iterator[Callable[[Progress], None]]:
        """Show bars for a build while the context lasts."""
        names = {
            "read": self._say.stage_read,
            "embed": self._say.stage_embed,
            "index": self._say.stage_index,
            "publish": self._say.stage_publish,
        }
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Bars(*columns, console=self._err) as bars:
            # Not every build has every stage.
            tasks = {
                stage: bars.add_task(name, total=None, visible=False)
                for stage, name in names.items()
            }

            def show(event: Progress) -> None:
                bars.update(
                    tasks[event.stage], completed=event.done, total=event.total, visible=True
                )

            yield show

    @contextmanager
    def bytes_done(self, name: str) -> Iterator[Callable[[int, int], None]]:
        """Show a bar of how many bytes of how many are done while the context lasts."""
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TimeElapsedColumn(),
        )
        with Bars(*columns, console=self._err) as bars:
            task = bars.add_task(name, total=None)

            def show(done: int, total: int) -> None:
                bars.update(task, completed=done, total=total)

            yield show


def _quote(citation: Citation) -> Text:
    text = Text("“") + Text(citation.quote) + Text("”")
    if citation.sentence is not None:
        start = citation.sentence.start - citation.start + 1
        text.stylize("bold", start, start + len(citation.sentence.text))
    return text


def _place(citation: Citation, say: Sentences) -> Text:
    document = citation.document
    parts = [citation.clause] if citation.clause else []
    parts += [document.title, *place_parts(citation, say)]
    return Text("— " + ", ".join(parts) + f" ({document.source})", style="italic cyan")
