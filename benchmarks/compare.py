"""What a comparison costs and whether it can be trusted, on MovieLens-1M.

    python benchmarks/compare.py --data FOLDER

FOLDER holds train.parquet and test.parquet with the columns user_id and item_id, and items.parquet
with item_id, title and genres. The last line is one JSON object:

- `compare_ratio`: the time of comparing 6 recipes, five of them over one encoding of the titles,
  from nothing to verdicts, over the time of their fit, rank and encode steps, each different step
  counted once; `without_encoding` is the same with the encode step taken from both, and `encoded`
  how many encode steps ran.
- `evaluate_s`: seconds to evaluate 6 rankings by 8 metrics and to compare all pairs with 10,000
  bootstraps and as many sign flips.
- `evaluate_ratio`: the time to evaluate them, palate over ranx, null without ranx; `largest_difference`
  is the largest difference between the two in any value of any user.
- `false_positives` and `coverage`: of 1,000 simulated comparisons without a difference the share
  that finds one, and of 1,000 with a known one the share whose 95% interval covers it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from peer_env import peer_python

METRICS = (
    "ndcg@10", "ndcg@20", "recall@10", "recall@20", "precision@10", "precision@20", "hit-rate@10", "mrr@10",
)  # fmt: skip
OWN_STEPS = ("fit", "tune", "recommend", "encode", "transform")
TEXT = {
    "text": [{"use": "template", "template": "{title}. {genres}"}],
    "encode": {"use": "transformers", "model": "all-MiniLM-L6-v2"},
    "transform": ["center", "l2"],
    "aggregate": "mean",
    "rank": "cosine",
}
OTHERS: dict[str, dict[str, Any]] = {
    "linear": {"rank": {"use": "ease", "l2": 1000}},
    "near": {"rank": {"use": "item-knn", "neighbours": 100}},
    "factors": {"rank": {"use": "als", "factors": 64, "alpha": 2, "regularization": 20}},
}
MIXES = (
    ("text",),
    ("text", "linear"),
    ("text", "near"),
    ("text", "factors"),
    ("text", "linear", "factors"),
    ("linear",),
)


def recipes(data: Path) -> list[dict[str, Any]]:
    """Six recipes: text alone, four hybrids over it, and EASE alone."""
    files = {"interactions": "train.parquet", "test": "test.parquet", "items": "items.parquet"}
    source = {"use": "files"} | {what: str(data / name) for what, name in files.items()}
    parts = {"text": TEXT} | OTHERS
    return [
        {
            "recipe": 1,
            "name": "-".join(mix),
            "seed": 7,
            "data": {"source": source, "split": "column"},
            "branches": {name: parts[name] for name in mix},
            "fuse": {"use": "weighted", "normalize": "z-score", "weights": "equal"} if len(mix) > 1 else None,
            "top": 20,
            "evaluate": [*METRICS, "coverage@10"],
        }
        for mix in MIXES
    ]


def compared(data: Path) -> tuple[dict[str, Any], Any]:
    """Six recipes from an empty store, and the comparison."""
    import palate
    from palate.registry import Registry, plugin_entries
    from palate.store import Store

    registry = Registry()
    for door in plugin_entries():
        registry.load(door)
    seen: list[Any] = []
    registry.listen(type("Watch", (), {"on_event": lambda self, event: seen.append(event)})())
    with tempfile.TemporaryDirectory() as folder:
        plain = [{key: value for key, value in each.items() if value is not None} for each in recipes(data)]
        started = time.perf_counter()
        found = palate.compare(*plain, folder=f"{folder}/runs", store=f"{folder}/store", registry=registry)
        wall = time.perf_counter() - started
        operations = operation_seconds(plain, Store(Path(folder) / "store"), registry)
        for entry in found.entries:
            _ = (
                entry.evaluations[0].ranking,
                entry.evaluations[0].run.ground_truth,
            )  # read while the folder is there
        _ = found.entries[0].evaluations[0].run.recipe, found.entries[0].evaluations[0].run.results
    print(f"compared in {wall:.1f} s; steps " + ", ".join(f"{n} {s:.1f}" for n, s in operations.items()))
    print(found.verdict)
    own = sum(operations.get(name, 0.0) for name in OWN_STEPS)
    encoding = operations["encode"]
    encoded = sum(event.what == "step-finished" and event.step.endswith(".encode") for event in seen)
    ratios = {
        "compare_ratio": round(wall / own, 3),
        "without_encoding": round((wall - encoding) / (own - encoding), 3),
    }
    return ratios | {"encoded": encoded}, found


def operation_seconds(plain: list[dict[str, Any]], store: Any, registry: Any) -> dict[str, float]:
    """Seconds of all steps by operation, each different step once."""
    from palate.plan import MergedPlan, compile_plan
    from palate.recipe import load_recipe

    union = MergedPlan(
        tuple(compile_plan(load_recipe(each, (), registry), store, registry) for each in plain)
    )
    found: dict[str, float] = {}
    for step in union.steps:
        if step.kept and store.has(step.fingerprint):
            found[step.operation] = found.get(step.operation, 0.0) + store.meta(step.fingerprint).seconds
    return found


def evaluated(found: Any, peer: str | None, runs: int) -> dict[str, Any]:
    """Evaluate the six rankings again, alone, and compare them; and let the peer evaluate them."""
    from palate.evaluation import evaluate
    from palate.registry import installed
    from palate_compare.paired_differences import paired_differences
    from palate_compare.rankings import as_ranking, metrics_of

    run = found.entries[0].evaluations[0].run
    known = run.ground_truth
    metrics = {name: each for name, each in metrics_of(run, installed()).items() if name in METRICS}
    rankings = [as_ranking(entry.evaluations[0].ranking, known) for entry in found.entries[:6]]
    alone, whole = [], []
    for _ in range(runs):
        started = time.perf_counter()
        results = [evaluate(ranking, known.truth, metrics) for ranking in rankings]
        alone.append(time.perf_counter() - started)
        figures = np.stack([each.per_user.drop("user").to_numpy() for each in results], axis=1)
        paired_differences(figures, list(combinations(range(6), 2)))
        whole.append(time.perf_counter() - started)
    result: dict[str, Any] = {"evaluate_s": round(statistics.median(whole), 3)}
    print(
        f"evaluating alone {statistics.median(alone):.3f} s, with comparing {statistics.median(whole):.3f} s"
    )
    theirs = peer and ranx(peer, known, rankings, runs)
    if not theirs:
        return result | {"evaluate_ratio": None, "largest_difference": None}
    seconds, values = theirs
    print(f"ranx {seconds:.3f} s")
    apart = float(np.abs(values - figures).max())
    return result | {
        "evaluate_ratio": round(statistics.median(alone) / seconds, 3),
        "largest_difference": apart,
    }


def ranx(python: str, known: Any, rankings: list[Any], runs: int) -> tuple[float, Any] | None:
    """Seconds and values float64[users, rankings, metrics] of ranx on the same, or None where it fails."""
    beside = Path(__file__).resolve().parent / "peers" / "ranx_judge.py"
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        arrays = {f"ranking{at}": each.items for at, each in enumerate(rankings)}
        np.savez(place / "in.npz", indptr=known.truth.indptr, relevant=known.truth.relevant, **arrays)
        command = [python, str(beside), folder, str(runs), *METRICS]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(done.stderr[-2000:], file=sys.stderr)
            return None
        values = np.load(place / "out.npy")
        return float(json.loads(done.stdout.strip().splitlines()[-1])["seconds"]), values[
            known.truth.counts > 0
        ]


def simulated(users: int = 300, times: int = 1000) -> dict[str, float]:
    """How often nothing is taken for something, and how often an interval holds the truth."""
    from palate_compare.paired_differences import paired_differences

    rng = np.random.default_rng(2024)
    shape = (users, 2, times)
    same = rng.beta(0.4, 1, shape) * (rng.random(shape) < 0.7)
    null = paired_differences(same, [(0, 1)])
    known = rng.beta(0.4, 1, shape) * (rng.random(shape) < 0.7)
    known[:, 0] = known[:, 1] * 0.5 + 0.5 * rng.beta(0.5, 1, (users, times))
    true = 0.5 / 3 - 0.5 * 0.7 * 0.4 / 1.4
    found = paired_differences(known, [(0, 1)])
    return {
        "false_positives": round(float(np.mean(null.p <= 0.05)), 4),
        "coverage": round(float(np.mean((found.low <= true) & (true <= found.high))), 4),
    }


def smaller(data: Path, users: int, folder: Path) -> Path:
    """The same files with only so many users, to try the script."""
    for name in ("train", "test"):
        frame = pl.read_parquet(data / f"{name}.parquet")
        frame.filter(pl.col("user_id").rank("dense") <= users).write_parquet(folder / f"{name}.parquet")
    (folder / "items.parquet").write_bytes((data / "items.parquet").read_bytes())
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder of the three Parquet files")
    parser.add_argument(
        "--peer", help="an interpreter that has ranx (default: made once); `none` leaves it out"
    )
    parser.add_argument("--users", type=int, help="take only so many users, to try the script")
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    peer = None if given.peer == "none" else peer_python("ranx", given.peer)
    with tempfile.TemporaryDirectory() as folder:
        data = given.data.resolve()
        data = smaller(data, given.users, Path(folder)) if given.users else data
        result, found = compared(data)
    result |= evaluated(found, peer, given.runs)
    print(json.dumps(result | simulated()))


if __name__ == "__main__":
    main()
