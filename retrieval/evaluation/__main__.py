"""Measure the ranking on judged question sets: a table, then one line of JSON.

Usage: python -m retrieval.evaluation FOLDER… [--variant plain --variant no-accents …]
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from retrieval.embedding import BUNDLED_MODEL, CALIBRATION_FILE, load_embedder
from retrieval.evaluation.evaluate import Evaluation, evaluate
from retrieval.evaluation.question_set import load_question_set
from retrieval.evaluation.variants import VARIANTS
from retrieval.fusion import Calibration


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--variant", action="append", choices=VARIANTS, help="default: plain")
    parser.add_argument("--model", type=Path, default=BUNDLED_MODEL, help="model folder")
    options = parser.parse_args()
    embedder = load_embedder(None if options.model == BUNDLED_MODEL else str(options.model))
    calibration = Calibration.load(options.model / CALIBRATION_FILE)
    print(f"{'set':22} {'variant':11} {'questions':>9} {'leg':8} nDCG@10  MRR@10     R@1     R@5")
    sets = []
    for folder in options.folders:
        variants = options.variant or ["plain"]
        for result in evaluate(load_question_set(folder), variants, embedder, calibration):
            _print(result)
            fields = asdict(result)
            sets.append({**fields, "queries": fields.pop("questions")})
    print(json.dumps({"sets": sets}))


def _print(result: Evaluation) -> None:
    for leg, values in result.legs.items():
        columns = "  ".join(
            f"{values[name]:6.4f}" for name in ("ndcg@10", "mrr@10", "recall@1", "recall@5")
        )
        head = f"{result.name:22} {result.variant:11} {result.questions:9}"
        print(f"{head} {leg:8}  {columns}", flush=True)


if __name__ == "__main__":
    main()
