"""The commands for looking after a corpus: `hoidap index`, `docs` and `verify`."""

import argparse
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.errors import ConfigError
from bot.reports import diff_text, fault_text
from bot.settings import Settings
from bot.texts import sentences
from bot.texts.documents import documents_texts

if TYPE_CHECKING:
    from bot.session import Session

DONE, NOTHING_FOUND, WRONG_USE = 0, 1, 2
_POLL_SECONDS = 2.0


def add_corpus_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands to the parser's; `common` has the settings' flags."""
    index = commands.add_parser("index", parents=[common], help="read the documents again")
    index.add_argument("--force", action="store_true", help="rebuild even if nothing has changed")
    index.add_argument(
        "--dry-run", action="store_true", help="say what would change, and change nothing"
    )
    index.add_argument(
        "--undo", action="store_true", help="go back to the index before the current one"
    )
    index.add_argument(
        "--to", choices=["local", "milvus"], help="move the index, without reading the documents"
    )
    index.add_argument(
        "--watch", action="store_true", help="stay, and read again whenever a document changes"
    )
    index.add_argument("--events", action="store_true", help=argparse.SUPPRESS)
    index.set_defaults(act=_index)

    docs = commands.add_parser("docs", help="list, show, add or remove documents")
    acts = docs.add_subparsers(dest="docs", metavar="ACTION", required=True)
    listed = acts.add_parser("list", parents=[common], help="the documents that are searched")
    listed.set_defaults(act=_list)
    show = acts.add_parser("show", parents=[common], help="a document as it was read")
    show.add_argument("id", metavar="ID")
    show.set_defaults(act=_show)
    add = acts.add_parser("add", parents=[common], help="copy files into the corpus")
    add.add_argument("files", nargs="+", type=Path, metavar="FILE")
    add.add_argument("--replace", action="store_true", help="also where one of that name is there")
    add.set_defaults(act=_add)
    remove = acts.add_parser("remove", parents=[common], help="take a document out of the corpus")
    remove.add_argument("id", metavar="ID")
    remove.set_defaults(act=_remove)

    check = commands.add_parser(
        "verify", parents=[common], help="compare the index with its sources, quote by quote"
    )
    check.set_defaults(act=_verify)


def _session(settings: Settings) -> "Session":
    from bot.session import Session

    return Session(settings)


def _index(options: argparse.Namespace, settings: Settings) -> int:
    session = _session(settings)
    say = sentences(settings.language)
    if options.events:
        return _index_for_parent(session, force=options.force, dry_run=options.dry_run)
    if options.undo:
        from retrieval.build import undo

        session.terminal.note(say.cli_undone.format(name=undo(settings.data, settings.place)))
        return DONE
    if options.to:
        name = session.move(options.to)
        session.terminal.note(say.cli_moved.format(name=name, kind=options.to))
        return DONE
    if options.dry_run:
        session.terminal.note(diff_text(session.build(dry_run=True), say))
        return DONE
    # Before it is read: what changes meanwhile is a change.
    before = _state(settings.corpus, "") if options.watch else ""
    session.terminal.show_report(session.build(force=options.force))
    if options.watch:
        session.terminal.note(say.cli_watching.format(corpus=settings.corpus))
        for _ in _changes(settings.corpus, before):
            _again(session, settings)
    return DONE


def _index_for_parent(session: "Session", *, force: bool, dry_run: bool) -> int:
    from bot.reindexing import encode_event, lower_priority
    from retrieval.build import Progress

    lower_priority()
    last_told = 0.0

    def tell(progress: Progress) -> None:
        nonlocal last_told
        if progress.done == progress.total or time.monotonic() - last_told > 0.2:
            last_told = time.monotonic()
            print(encode_event(progress), flush=True)

    print(encode_event(session.build_with(tell, force=force, dry_run=dry_run)), flush=True)
    return DONE


def _again(session: "Session", settings: Settings) -> None:
    """Index once more; what goes wrong is said, and does not end the watch."""
    from bot.explaining import explain
    from retrieval.errors import RetrievalError

    try:
        session.terminal.show_report(session.build())
    except RetrievalError as error:
        session.terminal.complain(explain(error, settings))


def _changes(corpus: Path, indexed: str) -> Iterator[None]:
    """Yield when documents are no longer as they were indexed, and stay so for a moment."""
    seen = indexed
    while True:
        time.sleep(_POLL_SECONDS)
        now = _state(corpus, seen)
        if now == seen != indexed:
            yield
            indexed = now
        seen = now


def _state(corpus: Path, seen: str) -> str:
    """Return the state of the documents; what was `seen` last while they cannot be looked at."""
    from retrieval.build import corpus_state
    from retrieval.errors import CorpusMissing

    try:
        return corpus_state(corpus, times=True)
    except CorpusMissing:
        return seen


def _list(_: argparse.Namespace, settings: Settings) -> int:
    session = _session(settings)
    say = sentences(settings.language)
    documents = session.documents()
    for row in documents:
        told = [row.ref.date or "", *row.ref.tags]
        print(
            "\t".join([row.ref.id, str(row.passages), row.ref.title, ", ".join(filter(None, told))])
        )
    session.terminal.note(say.cli_documents.format(count=len(documents)))
    return DONE if documents else NOTHING_FOUND


def _show(options: argparse.Namespace, settings: Settings) -> int:
    session = _session(settings)
    passages = session.passages_of(options.id)
    if not passages:
        session.terminal.complain(
            sentences(settings.language).cli_no_document.format(id=options.id)
        )
        return NOTHING_FOUND
    heading = ""
    for passage in passages:
        if passage.heading != heading:
            heading = passage.heading
            print(f"\n# {heading}")
        page = f" · {passage.page}" if passage.page else ""
        print(f"\n[{passage.number}{page}] {passage.text}")
    return DONE


def _add(options: argparse.Namespace, settings: Settings) -> int:
    say = sentences(settings.language)
    terminal = _session(settings).terminal
    added = 0
    for file in options.files:
        problem = _refusal(file, settings, replace=options.replace)
        if problem is None:
            _copy(file, settings.corpus)
            added += 1
        else:
            terminal.complain(say.cli_not_added.format(name=file, reason=problem))
    if added:
        terminal.note(say.cli_added.format(count=added, corpus=settings.corpus))
    return DONE if added == len(options.files) else NOTHING_FOUND


def _refusal(file: Path, settings: Settings, *, replace: bool) -> str | None:
    """Return why a file cannot be added, or None: it is read before it is taken."""
    from retrieval.documents import SUFFIXES, tried
    from retrieval.errors import Fault

    say = sentences(settings.language)
    if not file.is_file():
        return fault_text(Fault.UNREADABLE, say)
    if not file.name.lower().endswith(SUFFIXES):
        return say.cli_unknown_format.format(formats=" ".join(SUFFIXES))
    if (settings.corpus / file.name).exists() and not replace:
        return say.cli_name_taken
    _, fault = tried(file.resolve())
    return None if fault is None else fault_text(fault, say)


def _copy(file: Path, corpus: Path) -> None:
    """Copy a file so that a build under way sees all of it or nothing."""
    temporary = corpus / f".{file.name}.new"
    try:
        corpus.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, temporary)
        temporary.replace(corpus / file.name)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise ConfigError([f"{corpus}: {error.strerror}"]) from error


def _remove(options: argparse.Namespace, settings: Settings) -> int:
    from bot.removing import KEPT_DAYS, locate, remove

    say = sentences(settings.language)
    terminal = _session(settings).terminal
    located = locate(settings.corpus, options.id)
    if located is None:
        terminal.complain(say.cli_no_document.format(id=options.id))
        return NOTHING_FOUND
    if located.id != options.id:
        inside = documents_texts(settings.language).cli_inside
        terminal.complain(inside.format(id=options.id, archive=located.id))
        return NOTHING_FOUND
    try:
        kept = remove(settings.corpus, settings.data, located, datetime.now(UTC))
    except OSError as error:
        raise ConfigError([f"{located.path}: {error.strerror}"]) from error
    terminal.note(say.cli_removed.format(id=options.id, kept=kept, days=KEPT_DAYS))
    return DONE


def _verify(_: argparse.Namespace, settings: Settings) -> int:
    from retrieval.generation import GenerationStore
    from retrieval.verifying import verify_generation

    say = sentences(settings.language)
    terminal = _session(settings).terminal
    current = GenerationStore(settings.data).current()
    found = verify_generation(current, settings.corpus, settings.place)
    for name in found.wrong:
        print(say.cli_verify_wrong.format(id=name), file=sys.stderr)
    for name in found.changed:
        terminal.note(say.cli_verify_changed.format(id=name))
    terminal.note(say.cli_verified.format(documents=found.documents, passages=found.passages))
    return WRONG_USE if found.wrong else DONE
