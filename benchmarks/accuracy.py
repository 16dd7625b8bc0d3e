"""Every ranker and the hybrid on MovieLens-1M, and three rankers on MovieLens-100K under four protocols.

    python benchmarks/accuracy.py --data FOLDER [--only ease,dlae,hybrid,ml-100k] [--options FILE]

FOLDER holds train.parquet and test.parquet (user_id, item_id) and items.parquet (item_id, title, genres,
description). Every item is ranked, what trained is masked, every interaction is a like. Options come
from `benchmarks/results/search.json`, which `search.py` writes from a validation part of training; weights
of the hybrid are tuned on such a part with branches that have not seen it. What has been computed is in
the store (PALATE_STORE) and is not computed again.

The last line is `{"rows": {NAME: {"ndcg@10", "recall@20"}}, "hybrid_vs_ease": {"diff", "low", "high", "p"},
"hybrid_vs_no_text": {...}, "ml-100k": {PROTOCOL: {NAME: NDCG@10}}}`: differences in NDCG@10 over the same
users, 95% bootstrap intervals, p of a sign-flip test after Holm.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from hundred import protocols
from ml1m import SEARCHED, data, recipe

import palate
from palate.runs import Run

RESULTS = Path(__file__).resolve().parent / "results"
FIXED = ("popularity",)
HYBRIDS: dict[str, dict[str, Any]] = {
    "hybrid": {},
    "hybrid-without-text": {
        "branches.text": None, "branches.crossing": None, "fuse.new_items": None,
    },
}  # fmt: skip
METRICS = ("ndcg@10", "recall@20")


def ranker_run(folder: str, name: str, options: dict[str, Any], runs: Path) -> Run:
    return palate.run(recipe(folder, name, options), folder=runs)


def hybrid_run(folder: str, name: str, runs: Path) -> Run:
    """The shipped recipe on this folder, whole or without text."""
    where = data(folder)["source"]
    settings = {f"data.source.{key}": where[key] for key in ("interactions", "test", "items")}
    return palate.run("movielens-1m", {"name": name, **settings, **HYBRIDS[name]}, folder=runs)


def figures(run: Run, row: str) -> dict[str, float]:
    (found,) = run.metrics.filter(run.metrics["name"] == row).to_dicts()
    return {metric: round(found[metric], 4) for metric in METRICS}


def rows(given: argparse.Namespace, runs: Path) -> tuple[dict[str, Any], dict[str, Run]]:
    """Values by name, and the finished runs."""
    options = {name: {} for name in FIXED}
    options |= {
        name: model["options"] for name, model in json.loads(given.options.read_text())["models"].items()
    }
    found, done = {}, {}
    for name in given.only:
        if name in HYBRIDS:
            done[name], row = hybrid_run(given.data, name, runs), "hybrid"
        elif name in options:
            done[name], row = ranker_run(given.data, name, options[name], runs), name
        else:
            continue
        found[name] = figures(done[name], row)
        shown = " ".join(f"{metric} {value:.4f}" for metric, value in found[name].items())
        print(f"{name:20} {shown}  {json.dumps(options.get(name, {}))}", flush=True)
    return found, done


def against(done: dict[str, Run]) -> dict[str, Any]:
    """The hybrid beside EASE, and beside itself without text, in NDCG@10."""
    others = {"hybrid_vs_ease": "ease", "hybrid_vs_no_text": "hybrid-without-text"}
    if not {"hybrid", *others.values()} <= set(done):
        return {}
    three = [done["hybrid"], *(done[name] for name in others.values())]
    compared = palate.compare(*three, baseline="hybrid", metric="ndcg@10")
    found = {}
    for key, name in others.items():
        pairs = compared.pairs.filter(compared.pairs["metric"] == "ndcg@10").to_dicts()
        (pair,) = (pair for pair in pairs if {pair["first"], pair["second"]} == {"hybrid", name})
        sign = 1 if pair["first"] == "hybrid" else -1
        low, high = sorted((sign * pair["low"], sign * pair["high"]))
        found[key] = {"diff": sign * pair["difference"], "low": low, "high": high, "p": pair["adjusted"]}
    return found


def main() -> None:
    names = [*FIXED, *SEARCHED, *HYBRIDS, "ml-100k"]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", required=True, help="the folder of train, test and items.parquet")
    parser.add_argument("--only", type=lambda text: text.split(","), default=names, metavar="NAMES")
    parser.add_argument("--options", type=Path, default=RESULTS / "search.json", help="what search.py wrote")
    parser.add_argument("--runs", type=Path, help="where the runs are kept (default: nowhere)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        found, done = rows(given, given.runs or Path(scratch))
        result = {"rows": found, **against(done)}
    if "ml-100k" in given.only:
        result["ml-100k"] = protocols()
    print(json.dumps(result))


if __name__ == "__main__":
    main()
