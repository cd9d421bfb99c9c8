"""The `hoidap` command."""

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import fill
from typing import TYPE_CHECKING

from bot import __version__
from bot.corpus_commands import add_corpus_commands
from bot.errors import BotError, ConfigError
from bot.explaining import explain
from bot.preview.command import add_preview_command
from bot.setting_list import SECRETS, SETTINGS
from bot.settings import Settings, read_settings
from bot.texts import sentences
from bot.upkeep_commands import add_upkeep_commands, recover_data
from retrieval.errors import QueryEmpty, QueryTooLong, RetrievalError
from retrieval.evaluation.variants import VARIANTS

if TYPE_CHECKING:
    from bot.session import Session

ANSWERED, NOTHING_FOUND, WRONG_USE = 0, 1, 2
SEED = Path(__file__).parent / "seed"
"""The article of `corpus/` as it is installed with the command."""
_DEMO_QUESTION = "Đề án 06 là gì?"

_EPILOG = """\
exit codes: 0 answered or done, 1 nothing found, or not all well, 2 wrong use, settings or corpus

settings come from flags, the environment, or a .env file; deploy/env.example explains each:
"""
_EPILOG += fill(
    "  ".join(setting.name for setting in SETTINGS), initial_indent="  ", subsequent_indent="  "
)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    common = argparse.ArgumentParser(add_help=False)
    folders = common.add_argument_group("settings")
    folders.add_argument("--corpus", metavar="FOLDER", help="documents (HOIDAP_CORPUS; corpus)")
    folders.add_argument("--data", metavar="FOLDER", help="index and database (HOIDAP_DATA; data)")
    folders.add_argument("--model", metavar="NAME", help="embedding model (HOIDAP_MODEL; bundled)")
    folders.add_argument("--verbose", action="store_true", help="log what happens")

    parser = argparse.ArgumentParser(
        prog="hoidap",
        description="Answer questions from your documents with exact, cited quotes.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"hoidap {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    ask = commands.add_parser("ask", parents=[common], help="answer one question")
    ask.add_argument("question", nargs="+", metavar="QUESTION")
    ask.add_argument("--json", action="store_true", help="print the answer as one line of JSON")
    ask.add_argument("-k", type=_count, default=3, metavar="N", help="passages to show (3)")
    ask.set_defaults(act=_ask)

    chat = commands.add_parser("chat", parents=[common], help="ask in the terminal, as in a chat")
    chat.add_argument("question", nargs="*", metavar="QUESTION", help="answered first")
    chat.set_defaults(act=_chat)

    demo = commands.add_parser("demo", help="answer from an article that comes with hoidap")
    demo.add_argument(
        "question", nargs="*", metavar="QUESTION", default=[_DEMO_QUESTION], help="answered first"
    )
    demo.set_defaults(act=_demo, corpus=None, data=None, model=None, verbose=False)

    add_preview_command(commands, common, SEED)
    add_corpus_commands(commands, common)
    add_upkeep_commands(commands, common)

    judge = commands.add_parser("eval", parents=[common], help="measure the ranking")
    judge.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="SET",
        help="a folder in BEIR's layout, or a file of your own questions: question, tab, words of "
        "the passage that answers it",
    )
    judge.add_argument(
        "--variant",
        action="append",
        choices=VARIANTS,
        help="how questions are typed; may be given again (plain)",
    )
    judge.add_argument(
        "--compare", type=Path, metavar="RUN", help="a TREC run, or a folder of runs: is it better?"
    )
    judge.add_argument("--runs", type=Path, metavar="FOLDER", help="write TREC runs there")
    judge.add_argument("--json", action="store_true", help="print one line of JSON, no table")
    judge.set_defaults(act=_eval)

    run = commands.add_parser("run", parents=[common], help="run the Telegram bot")
    run.set_defaults(act=_run)
    return parser


def _count(value: str) -> int:
    from retrieval.search import MAX_K

    if not value.isdigit() or not 1 <= int(value) <= MAX_K:
        raise argparse.ArgumentTypeError(f"{value!r} is not a number from 1 to {MAX_K}")
    return int(value)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    options = build_parser().parse_args(arguments)
    settings, faults = read_settings(
        {
            "HOIDAP_CORPUS": options.corpus,
            "HOIDAP_DATA": options.data,
            "HOIDAP_MODEL": options.model,
        },
        serves=options.command in {"run", "doctor"},
    )
    options.faults = faults  # the doctor says them, beside all else that it finds
    if faults and options.command != "doctor":
        print("hoidap: " + "\n        ".join(faults), file=sys.stderr)
        return WRONG_USE
    if options.command not in {"index", "eval"}:
        _spare_the_cores()
    from bot.logging import configure_logging

    level = logging.INFO if options.verbose or options.command == "run" else logging.ERROR
    webhook_secret = "" if settings.webhook is None else settings.webhook.secret
    milvus_token = "" if settings.place.milvus is None else settings.place.milvus.token
    secrets = (settings.token or "", webhook_secret, milvus_token)
    configure_logging(level, secrets, settings.log)
    act: Callable[[argparse.Namespace, Settings], int] = options.act
    try:
        if options.command != "doctor":
            recover_data(settings)
        return act(options, settings)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read the output has gone; the interpreter must not complain on exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ANSWERED
    except (RetrievalError, BotError) as error:
        if getattr(options, "events", False):
            from bot.reindexing import encode_failure

            print(encode_failure(explain(error, settings)), flush=True)
        else:
            print(f"hoidap: {explain(error, settings)}", file=sys.stderr)
        return WRONG_USE


def _spare_the_cores() -> None:
    """Have numpy and torch, before they are loaded, not keep cores busy between questions.

    What a question multiplies is too small to be worth a second thread, which spins while it waits.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def _session(settings: Settings) -> "Session":
    # Half a second of imports that --help, --version and a bad flag need not pay.
    from bot.session import Session

    return Session(settings)


def _ask(options: argparse.Namespace, settings: Settings) -> int:
    from retrieval.search import parse_query

    question = " ".join(options.question)
    parse_query(question)  # before the model is loaded: a bad question should not wait for it
    session = _session(settings)
    answer = session.searcher().ask(question, options.k)
    if options.json:
        from bot.terminal import answer_json

        print(answer_json(answer))
    else:
        session.terminal.show_answer(answer)
    return ANSWERED if answer.answered else NOTHING_FOUND


def _chat(options: argparse.Namespace, settings: Settings) -> int:
    from retrieval.search import parse_query

    session = _session(settings)
    searcher = session.searcher()
    previous = ""
    if options.question:
        previous = " ".join(options.question)
        session.terminal.note(f"? {previous}")
        session.terminal.show_answer(searcher.ask(previous))
        if not session.terminal.interactive:
            return ANSWERED
    say = sentences(settings.language)
    session.terminal.note(say.cli_chat_hint)
    while (typed := session.terminal.ask()) is not None:
        try:
            (answer,) = searcher.ask_many([parse_query(typed, previous)])
            session.terminal.show_answer(answer)
            previous = answer.understood or typed
        except (QueryEmpty, QueryTooLong) as error:
            session.terminal.note(explain(error, settings))
    session.terminal.note(say.cli_bye)
    return ANSWERED


def _demo(options: argparse.Namespace, settings: Settings) -> int:
    """Chat about the article that comes along, whatever is set; nothing is left behind."""
    with TemporaryDirectory(prefix="hoidap-") as data:
        own = replace(settings, corpus=SEED, data=Path(data), model=None, reranker=None)
        return _chat(options, own)


def _eval(options: argparse.Namespace, settings: Settings) -> int:
    try:
        from bot.evaluating import Wanted, measure
    except ImportError as error:
        raise ConfigError(["hoidap eval needs ir-measures: pip install 'hoidap[eval]'"]) from error
    wanted = Wanted(
        paths=options.paths,
        variants=options.variant or ["plain"],
        compare=options.compare,
        runs=options.runs,
        table=not options.json,
    )
    measure(wanted, _session(settings), settings.model)
    return ANSWERED


def _run(_: argparse.Namespace, settings: Settings) -> int:
    settings.require_token()
    for name in SECRETS:
        # They are in the settings; the environment is handed on to whatever is started.
        os.environ.pop(name, None)
    from telegram.error import InvalidToken

    from bot.app import BotApp
    from bot.data_lock import in_use

    with in_use(settings.data):
        session = _session(settings)
        if code := session.prepare_to_serve():
            return code
        try:
            BotApp(settings, session.serving_embedder, session.reranker).run()
        except InvalidToken:
            print(f"hoidap: {sentences(settings.language).cli_refused_login}", file=sys.stderr)
            return WRONG_USE
    return ANSWERED


if __name__ == "__main__":
    sys.exit(main())
