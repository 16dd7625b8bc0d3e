"""Evaluate rankings with ranx: `python ranx_judge.py FOLDER RUNS METRIC...`.

FOLDER/in.npz has `indptr` and `relevant` (compressed rows of relevant items) and `ranking0`,
`ranking1`, ... (users x k, best first, -1 where there is none). Values float64[users, rankings,
metrics] go to FOLDER/out.npy; the last line is `{"seconds": ...}`, the median time of evaluating alone,
without building ranx's own structures and after one run to compile its code.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np
from ranx import Qrels, Run, evaluate

NAMES = {"hit-rate": "hit_rate"}


def main(folder: Path, runs: int, labels: list[str]) -> None:
    given = np.load(folder / "in.npz")
    indptr, relevant = given["indptr"], given["relevant"]
    users = [at for at in range(len(indptr) - 1) if indptr[at] < indptr[at + 1]]
    right = {
        str(at): dict.fromkeys(map(str, relevant[indptr[at] : indptr[at + 1]].tolist()), 1) for at in users
    }
    qrels = Qrels(right)
    metrics = [
        NAMES.get(label.split("@")[0], label.split("@")[0]) + "@" + label.split("@")[1] for label in labels
    ]
    rankings = []
    for name in sorted(name for name in given.files if name.startswith("ranking")):
        items = given[name]
        lists = {
            str(at): {
                str(item): float(len(items[at]) - place)
                for place, item in enumerate(items[at].tolist())
                if item >= 0
            }
            for at in users
        }
        rankings.append(Run(lists))

    def metric_values() -> list[dict[str, np.ndarray]]:
        return [evaluate(qrels, run, metrics, return_mean=False) for run in rankings]

    metric_values()
    taken = []
    for _ in range(runs):
        started = time.perf_counter()
        found = metric_values()
        taken.append(time.perf_counter() - started)
    order = np.argsort([int(query) for query in qrels.keys()])  # noqa: SIM118
    out = np.full((len(indptr) - 1, len(rankings), len(metrics)), np.nan)
    for at, each in enumerate(found):
        for place, metric in enumerate(metrics):
            out[np.sort(users), at, place] = np.asarray(each[metric])[order]
    np.save(folder / "out.npy", out)
    print(json.dumps({"seconds": statistics.median(taken)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
