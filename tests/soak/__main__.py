"""The bot under everything at once: what is asked, what breaks, and what came of it.

    python -m tests.soak [--minutes 30] [--seed 1] [--rate 8] [--webhook 8443] [--keep FOLDER]

Prints a table, then a line of JSON; ends with 1 if anything was lost, doubled, wrong, out of order
or not quoted to the letter. `--keep` leaves the bot's log and data behind.
"""

import argparse
import asyncio
import json
import logging
import sys
import tempfile
from pathlib import Path

from tests.soak.reporting import figures, table
from tests.soak.running import Plan, soak

_SHOWN = 40


def main() -> int:
    """Run and print; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=8.0)
    parser.add_argument("--webhook", type=int, default=0)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    plan = Plan(options.seed, 60 * options.minutes, options.rate, options.webhook)
    with tempfile.TemporaryDirectory(prefix="hoidap-soak-") as folder:
        where = options.keep or Path(folder)
        where.mkdir(parents=True, exist_ok=True)
        outcome = asyncio.run(soak(plan, where))
    print(table(outcome))
    for fault in outcome.faults[:_SHOWN]:
        print(f"FAULT {fault}")
    print(json.dumps({"seed": plan.seed, "minutes": options.minutes, **figures(outcome)}))
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main())
