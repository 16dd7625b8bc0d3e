"""Read, fit, recommend 20 for everyone and evaluate, on MovieLens-1M: palate beside RecTools in one run.

    python benchmarks/rank.py --data FOLDER

FOLDER holds train.parquet and test.parquet with the columns user_id and item_id. The last line is
`{"ease": {"time_ratio", "memory_ratio"}, "item-knn": {...}, "als": {...}, "growth": {...}}`, palate over
RecTools: medians of the time from reading to values (imports not counted, for either), and of the peak
of resident memory. `growth` is palate alone, on 0.2, 2 and 20 million synthetic interactions; see
`growth.py`. `--growth 0.2,2` takes other sizes, `--growth ""` none, `--only growth` nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from growth import growth
from peer_env import measured, peer_python

OPTIONS: dict[str, dict[str, Any]] = {
    "ease": {"l2": 1000.0},
    "item-knn": {"neighbours": 100},
    "als": {"factors": 64, "alpha": 2.0, "regularization": 20.0, "iterations": 15},
    "popularity": {},
}
COMPARED = ("ease", "item-knn", "als")


def palate_once(name: str, data: str) -> dict[str, Any]:
    """One run of palate in this process."""
    clock = [time.perf_counter()]
    from palate import Training
    from palate.evaluation import evaluate
    from palate.pipeline import FittedBranch, Pipeline
    from palate.registry import installed

    registry = installed()
    source = registry.find("source", "files").make(
        {"interactions": f"{data}/train.parquet", "test": f"{data}/test.parquet"}
    )
    splitter = registry.find("splitter", "column").make()
    ranker = registry.find("ranker", name).make(OPTIONS[name])
    metrics = {
        "ndcg@10": registry.find("metric", "ndcg").make({"k": 10}),
        "recall@20": registry.find("metric", "recall").make({"k": 20}),
    }
    import numpy as np
    import scipy.linalg
    import scipy.special  # noqa: F401

    imports = time.perf_counter() - clock[0]
    imported = resident_mb()
    clock = [time.perf_counter()]
    dataset = source.load()
    (fold,) = splitter.split(dataset, np.random.default_rng(0))
    clock.append(time.perf_counter())
    training = fold.training(dataset)
    ranker.fit(Training(training, dataset.items, dataset.users))
    clock.append(time.perf_counter())
    branch = FittedBranch(name, ranker)
    pipeline = Pipeline(
        (branch,), None, (), None, dataset.items, dataset.users, fold.seen(dataset), training.counts > 0
    )
    ranking = pipeline.rank(fold.query(dataset, "test"), 20)
    clock.append(time.perf_counter())
    found = evaluate(ranking, fold.truth(dataset, "test"), metrics)
    clock.append(time.perf_counter())
    stages = zip(("read", "fit", "recommend", "evaluate"), (b - a for a, b in pairwise(clock)), strict=True)
    figures = {label: summary.mean for label, summary in found.summary.items()}
    return {
        "imports": imports, "imported_mb": imported, "seconds": clock[-1] - clock[0], "stages": dict(stages),
        "metrics": figures,
    }  # fmt: skip


def resident_mb() -> float:
    """What the process holds now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def compare(name: str, data: str, peer: str, runs: int) -> dict[str, float]:
    """Medians of alternating runs, each in a process of its own."""
    ours: list[dict[str, Any]] = []
    theirs: list[dict[str, Any]] = []
    here = str(Path(__file__).resolve())
    beside = str(Path(__file__).resolve().parent / "peers" / "rectools_rank.py")
    for _ in range(runs):
        theirs.append(measured([peer, beside, name, data]))
        ours.append(measured([sys.executable, here, "--once", name, "--data", data]))
    for who, found in (("palate", ours), ("rectools", theirs)):
        stages = {
            stage: statistics.median(run["stages"][stage] for run in found) for stage in found[0]["stages"]
        }
        shown = " ".join(f"{stage} {seconds:.2f}" for stage, seconds in stages.items())
        figures = " ".join(f"{label} {value:.4f}" for label, value in found[-1]["metrics"].items())
        wall = statistics.median(run["wall"] for run in found)
        peak = statistics.median(run["peak_mb"] for run in found)
        print(f"{name:9} {who:9} {shown} | process {wall:.2f} s, peak {peak:.0f} MB | {figures}")

    def ratio(key: str) -> float:
        return round(statistics.median(r[key] for r in ours) / statistics.median(r[key] for r in theirs), 3)

    return {"time_ratio": ratio("seconds"), "memory_ratio": ratio("peak_mb"), "process_ratio": ratio("wall")}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", help="the folder of train.parquet and test.parquet")
    parser.add_argument(
        "--peer", help="an interpreter that has RecTools (default: made once, in the cache folder)"
    )
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--growth", default="0.2,2,20", help="millions of synthetic interactions, by commas")
    parser.add_argument("--only", choices=["peer", "growth"], help="measure only this")
    parser.add_argument("--once", choices=sorted(OPTIONS), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.once:
        print(json.dumps(palate_once(given.once, given.data)))
        return
    found: dict[str, Any] = {}
    if given.only != "growth":
        if not given.data:
            parser.error("--data is needed to compare with RecTools")
        peer = peer_python("rectools", given.peer)
        found = {name: compare(name, given.data, peer, given.runs) for name in COMPARED}
    sizes = [float(size) for size in given.growth.split(",") if size]
    if given.only != "peer" and sizes:
        found["growth"] = growth(str(Path(__file__).resolve()), sizes)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
