"""`hoidap backup`, `restore` and `doctor`: what keeps a bot running."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.settings import Settings
from bot.texts import sentences
from bot.texts.upkeep import upkeep_texts

DONE, NOT_ALL = 0, 1
_MEGABYTE = 1e6


def add_upkeep_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands to the parser's; `common` has the settings' flags."""
    backup = commands.add_parser(
        "backup", parents=[common], help="write database, index and documents to one archive"
    )
    backup.add_argument("file", type=Path, metavar="FILE", help="such as hoidap.tar.gz")
    backup.add_argument(
        "--without-corpus", action="store_true", help="leave out the documents themselves"
    )
    backup.set_defaults(act=_backup)

    restore = commands.add_parser("restore", parents=[common], help="put an archive back")
    restore.add_argument("file", type=Path, metavar="FILE")
    restore.set_defaults(act=_restore)


def recover_data(settings: Settings) -> None:
    """Put everything back, and say so, if a restore was cut short.

    Raises:
        BackupError: One is under way, or it cannot be put back.
    """
    from bot.backup.swapping import interrupted, recover

    if interrupted(settings.data) and recover(settings.data, settings.corpus):
        from bot.terminal import Terminal

        say = upkeep_texts(settings.language)
        Terminal(sentences(settings.language)).complain(say.put_back)


def _backup(options: argparse.Namespace, settings: Settings) -> int:
    from bot.backup import back_up
    from bot.terminal import Terminal

    say, terminal = upkeep_texts(settings.language), Terminal(sentences(settings.language))
    corpus = None if options.without_corpus else settings.corpus
    with terminal.bytes_done(say.backing_up) as show:
        made = back_up(options.file, settings.data, settings.database, corpus, show)
    for name, lack in made.lacks:
        reason = asdict(say)[f"lack_{lack.name.lower()}"]
        terminal.complain(say.left_out.format(name=name, reason=reason))
    megabytes = f"{made.bytes / _MEGABYTE:.1f}"
    terminal.note(say.backed_up.format(file=options.file, files=made.files, megabytes=megabytes))
    terminal.note(say.sensitive)
    return DONE if made.complete else NOT_ALL


def _restore(options: argparse.Namespace, settings: Settings) -> int:
    from bot.backup import restore
    from bot.terminal import Terminal

    say, terminal = upkeep_texts(settings.language), Terminal(sentences(settings.language))
    with terminal.bytes_done(say.restoring) as show:
        done = restore(options.file, settings.data, settings.database, settings.corpus, show)
    head = done.head
    terminal.note(say.restored.format(created=head.created, version=head.hoidap, files=done.files))
    for folder in done.kept:
        terminal.note(say.kept.format(folder=folder))
    if not head.generation:
        terminal.note(say.index_again)
    return DONE
