"""The search for the options of every ranker on MovieLens-1M: the same number of trials for each.

    python benchmarks/search.py --data FOLDER [--trials 25] [--only ease,dlae] [--output FILE]

A fifth of each user's training interactions, drawn by the seed, validates; the test part is never
read. Ranges are those of `ml1m.SEARCHED`, trials are drawn by TPE (optuna), NDCG@10 counts. A search
that was stopped goes on where it was. Results are written after each ranker, to
`benchmarks/results/search.json`, which `accuracy.py` reads; the last line is the same as one JSON object.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from ml1m import SEARCHED, SEED, VALIDATION, recipe

import palate

RESULTS = Path(__file__).resolve().parent / "results" / "search.json"


def search(folder: str, name: str, trials: int) -> dict[str, Any]:
    """The best options found, and what they reached on the validation part."""
    started = time.perf_counter()
    tuned = palate.tune(recipe(folder, name, SEARCHED[name]), trials=trials, metric="ndcg@10", display=False)
    found = {path.rsplit(".", 1)[-1]: value for path, value in tuned.values.items()}
    fixed = {key: value for key, value in SEARCHED[name].items() if not isinstance(value, dict)}
    print(f"{name:10} {tuned.value:.4f} {found} ({time.perf_counter() - started:.0f} s)", flush=True)
    return {
        "ndcg@10 on validation": round(tuned.value, 5),
        "trials": tuned.trials.height,
        "options": {**fixed, **{key: rounded(value) for key, value in found.items()}},
    }


def rounded(value: Any) -> Any:
    """Three values are as many as a search of this length can tell apart."""
    return float(f"{value:.3g}") if isinstance(value, float) else value


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", required=True, help="the folder of train, test and items.parquet")
    parser.add_argument("--trials", type=int, default=25)
    parser.add_argument("--only", default=",".join(SEARCHED), help="rankers, separated by commas")
    parser.add_argument("--output", type=Path, default=RESULTS)
    given = parser.parse_args()
    about = {"data": "ml-1m", "metric": "ndcg@10", "sampler": "tpe", "seed": SEED, "validation": VALIDATION}
    known = json.loads(given.output.read_text()) if given.output.is_file() else {}
    models = known.get("models", {})
    for name in given.only.split(","):
        models[name] = search(given.data, name, given.trials)
        given.output.parent.mkdir(exist_ok=True)
        kept = {key: models[key] for key in SEARCHED if key in models}
        given.output.write_text(json.dumps({**about, "models": kept}, indent=1) + "\n")
    print(json.dumps({**about, "models": models}))


if __name__ == "__main__":
    main()
