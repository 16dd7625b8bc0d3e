"""Networks that read order, trained on after new events, and trained afresh, on made sequences.

    python benchmarks/warm_start.py

Users have some 9 events, as in Beauty; an item has a few successors that mostly come next. The last 1% or 5%
of events in time are new. A network is fitted on the events before, and then brought up to date by
`partial_fit`, fitted afresh on all, or left as it is. Each user's last event is held out of all of it and
ranked by NDCG@10: over all users, and over those with new events. Medians of `--seeds`. The last line is
JSON: `{"NAME SHARE": {"epochs": {...}, "ndcg": {...}, "ndcg of changed users": {...}}}`. Epochs are those
that ran; times are not measured. `--only a,b` takes some networks.
"""

from __future__ import annotations

import argparse
import json
import statistics
from copy import deepcopy
from typing import Any

import numpy as np
import polars as pl

NETWORKS = ("sasrec", "gru")
OPTIONS = {"dimensions": 32, "length": 20, "batch": 128, "epochs": 100, "learning_rate": 0.003}
SHARES = (0.01, 0.05)
USERS, ITEMS, SUCCESSORS, FOLLOWS = 2000, 500, 3, 0.6


def events(rng: np.random.Generator) -> pl.DataFrame:
    """`user`, `item`, `time` of made sequences; no user has an item twice."""
    weight = 1 / (np.arange(ITEMS) + 10.0)
    weight /= weight.sum()
    after = rng.choice(ITEMS, (ITEMS, SUCCESSORS), p=weight)
    rows = []
    for user in range(USERS):
        time, seen, item = rng.uniform(0, 300), set(), -1
        for _ in range(5 + rng.geometric(0.2)):
            follow = item >= 0 and rng.random() < FOLLOWS
            item = int(after[item, rng.integers(SUCCESSORS)] if follow else rng.choice(ITEMS, p=weight))
            time += rng.exponential(5)
            if item not in seen:
                rows.append((user, item, time))
                seen.add(item)
    frame = pl.DataFrame(rows, schema=["user", "item", "time"], orient="row")
    return frame.with_columns((pl.col("time") * 86_400).cast(pl.Int64)).sort("user", "time")


def training(frame: pl.DataFrame, seed: int) -> Any:
    from palate.data import Dataset, Training

    catalogue = pl.DataFrame({"id": range(ITEMS)})
    dataset = Dataset.from_frames(frame, catalogue, pl.DataFrame({"id": range(USERS)}))
    return Training(dataset.history(), dataset.items, dataset.users, seed=seed)


def ndcg(ranker: Any, history: Any, target: np.ndarray) -> np.ndarray:
    """float64[users]: of each user's held-out event; -1 for a user without one."""
    from palate.arrays.topk import top_k
    from palate.data import Query

    scores = ranker.score(Query(np.full(len(history), -1, np.int32), history))
    best, _ = top_k(scores, 10, history.matrix)
    row, place = np.nonzero(best == target[:, None])
    found = np.where(target < 0, -1.0, 0.0)
    found[row] = 1 / np.log2(place + 2)
    return found


def measured(name: str, share: float, seed: int) -> dict[str, dict[str, float]]:
    from palate.data import change
    from palate.registry import installed

    frame = events(np.random.default_rng(seed))
    is_last = pl.int_range(pl.len()).over("user") == pl.len().over("user") - 1
    rest, last = frame.filter(~is_last), frame.filter(is_last)
    cut = rest["time"].sort()[int(rest.height * (1 - share))]
    before, after = training(rest.filter(pl.col("time") < cut), seed), training(rest, seed)
    target = np.full(USERS, -1)
    target[last["user"].to_numpy()] = last["item"].to_numpy()
    changed = np.zeros(USERS, bool)
    changed[rest.filter(pl.col("time") >= cut)["user"].unique().to_numpy()] = True

    component = installed().find("ranker", name)
    stale, fresh = component.make(OPTIONS).fit(before), component.make(OPTIONS).fit(after)
    warm = deepcopy(stale).partial_fit(*change(before, after))
    found: dict[str, dict[str, float]] = {"epochs": {}, "ndcg": {}, "ndcg of changed users": {}}
    for label, ranker in (("before", stale), ("updated", warm), ("fresh", fresh)):
        values = ndcg(ranker, after.history, target)
        found["epochs"][label] = ranker.remarks_["epochs"]
        found["ndcg"][label] = float(values[target >= 0].mean())
        found["ndcg of changed users"][label] = float(values[(target >= 0) & changed].mean())
    print(name, share, seed, int(changed.sum()), json.dumps(found), flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=",".join(NETWORKS))
    parser.add_argument("--seeds", type=int, default=3)
    given = parser.parse_args()
    said = {}
    for name in given.only.split(","):
        for share in SHARES:
            runs = [measured(name, share, seed) for seed in range(given.seeds)]
            said[f"{name} {share:.0%}"] = {
                what: {label: round(statistics.median(run[what][label] for run in runs), 4) for label in of}
                for what, of in runs[0].items()
            }
    print(json.dumps(said))


if __name__ == "__main__":
    main()
