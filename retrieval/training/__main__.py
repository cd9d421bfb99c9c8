"""`python -m retrieval.training`: make the bundled model, or measure it."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import torch

from retrieval.training.pipeline import Recipe, make_model, report


def main() -> None:
    """Parse the command line, run the recipe and print the figures as one JSON line."""
    parser = argparse.ArgumentParser(prog="python -m retrieval.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of training files")
    parser.add_argument("--eval", type=Path, help="evaluation sets; default: DATA/../eval")
    parser.add_argument("--out", type=Path, required=True, help="model folder to write")
    parser.add_argument("--work", type=Path, help="scratch folder; keeps finished stages")
    parser.add_argument("--steps", type=int, help="batches; default: the shipped model's")
    parser.add_argument("--threads", type=int, default=2, help="CPU threads (default 2)")
    parser.add_argument("--report", action="store_true", help="only measure the folder OUT")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    eval_dir = options.eval or options.data.parent / "eval"
    if not eval_dir.is_dir():
        parser.error(f"no evaluation sets at {eval_dir}: they must be kept out of training")
    if options.report:
        print(json.dumps(report(options.data, eval_dir, options.out)))
        return
    if options.work is None:
        parser.error("--work is needed to train")
    recipe = Recipe()
    if options.steps is not None:
        recipe = replace(recipe, settings=replace(recipe.settings, steps=options.steps))
    print(json.dumps(make_model(options.data, eval_dir, options.out, options.work, recipe)))


if __name__ == "__main__":
    main()
