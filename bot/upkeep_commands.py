"""`hoidap backup`, `restore` and `doctor`: what keeps a bot running."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.settings import Settings
from bot.texts import sentences
from bot.texts.upkeep import upkeep_texts

DONE, NOT_ALL = 0, 1
_MARKS = {"ok": "ok  ", "note": "·   ", "todo": "→   "}
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

    doctor = commands.add_parser(
        "doctor", parents=[common], help="look at all that the bot needs; say what has to be done"
    )
    doctor.add_argument("--offline", action="store_true", help="ask nothing of Telegram")
    doctor.add_argument("--json", action="store_true", help="print one line of JSON")
    doctor.set_defaults(act=_doctor)


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


def _doctor(options: argparse.Namespace, settings: Settings) -> int:
    from bot.doctor import State, findings
    from bot.texts.doctor import doctor_texts

    say = doctor_texts(settings.language)
    found = []
    for finding in findings(settings, options.faults, offline=options.offline):
        found.append(finding)
        if not options.json:
            name = asdict(say)[f"name_{finding.check}"]
            print(f"{_MARKS[finding.state]}{name}: {finding.text}", flush=True)
    is_well = all(finding.state is not State.TODO for finding in found)
    if options.json:
        print(json.dumps({"ok": is_well, "checks": list(map(asdict, found))}, ensure_ascii=False))
    elif is_well:
        print(say.well)
    return DONE if is_well else NOT_ALL
