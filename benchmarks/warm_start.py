"""Networks that read order, trained on after new events, and trained afresh, on made sequences or on data.

    python benchmarks/warm_start.py [--data FOLDER --users 4000]

Without `--data`, users have some 9 events, as in Beauty; an item has a few successors that mostly come next.
The last 1% or 5% of events in time are new. With it, FOLDER holds `interactions.parquet` (user_id, item_id,
position), of which the users with most events are taken, and of these the items that ten of them have. As
there is no clock, new are the last tenth of the events of users drawn at random, until these are 1% or 5%.

A network is fitted on the events before, and then brought up to date by `partial_fit`, fitted afresh on all,
or left as it is. Each user's last event is held out of all of it and ranked by NDCG@10: over all users, and
over those with new events. Medians of `--seeds`, each with made data or a draw of its own. The last line is
JSON: `{"NAME SHARE": {"epochs": {...}, "ndcg": {...}, "ndcg of changed users": {...}}}`. Epochs are those
that ran; times are not measured. `--only a,b` takes some networks.
"""

from __future__ import annotations

import argparse
import json
import statistics
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

NETWORKS = ("sasrec", "gru")
OPTIONS = {"dimensions": 32, "length": 20, "batch": 128, "epochs": 100, "learning_rate": 0.003}
SHARES = (0.01, 0.05)
EVENTS, LEFT = 10, 4  # of an item that is kept, and of a user then
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


def of_most(path: Path, users: int) -> pl.DataFrame:
    """`user`, `item`, `time` of the users with most events, numbered anew; time is the place of the event."""
    frame = pl.read_parquet(path).select(
        user="user_id", item="item_id", time=pl.col("position").cast(pl.Int64)
    )
    chosen = frame.group_by("user").len().sort("len", "user", descending=[True, False]).head(users)
    frame = frame.join(chosen, on="user", how="semi").filter(pl.len().over("item") >= EVENTS)
    numbered = [pl.col(name).rank("dense").cast(pl.Int64) - 1 for name in ("user", "item")]
    return frame.filter(pl.len().over("user") >= LEFT).with_columns(numbered).sort("user", "time")


def is_new(rest: pl.DataFrame, share: float, drawn: np.random.Generator | None) -> pl.Series:
    """bool[events]: the last of all in time, or with a generator the last tenth of users that are drawn."""
    if drawn is None:
        return rest["time"] >= rest["time"].sort()[int(rest.height * (1 - share))]
    users = rest.group_by("user").len().sort("user")
    last = pl.max_horizontal(pl.col("len") // 10, 1)
    some = users.sample(fraction=1, shuffle=True, seed=int(drawn.integers(2**31))).with_columns(last=last)
    some = some.filter(pl.col("last").cum_sum() <= share * rest.height)
    left = pl.len().over("user") - pl.int_range(pl.len()).over("user")
    return (
        rest.join(some, on="user", how="left", maintain_order="left")
        .select((left <= pl.col("last")).fill_null(False))
        .to_series()
    )


def training(frame: pl.DataFrame, size: tuple[int, int], seed: int) -> Any:
    from palate.data import Dataset, Training

    users, items = (pl.DataFrame({"id": range(count)}) for count in size)
    dataset = Dataset.from_frames(frame, items, users)
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


def measured(name: str, frame: pl.DataFrame, seed: int, clock: bool) -> dict[float, Any]:
    """For each share of new events: epochs, and NDCG@10 over all users and over those with new events."""
    from palate.data import change
    from palate.registry import installed

    size = (frame["user"].max() + 1, frame["item"].max() + 1)
    is_last = pl.int_range(pl.len()).over("user") == pl.len().over("user") - 1
    rest, last = frame.filter(~is_last), frame.filter(is_last)
    target = np.full(size[0], -1)
    target[last["user"].to_numpy()] = last["item"].to_numpy()
    component, after = installed().find("ranker", name), training(rest, size, seed)
    fresh, said = component.make(OPTIONS).fit(after), {}
    for share in SHARES:
        new = is_new(rest, share, None if clock else np.random.default_rng(seed))
        before = training(rest.filter(~new), size, seed)
        changed = np.zeros(size[0], bool)
        changed[rest.filter(new)["user"].unique().to_numpy()] = True
        stale = component.make(OPTIONS).fit(before)
        warm = deepcopy(stale).partial_fit(*change(before, after))
        found: dict[str, dict[str, float]] = {"epochs": {}, "ndcg": {}, "ndcg of changed users": {}}
        for label, ranker in (("before", stale), ("updated", warm), ("fresh", fresh)):
            values = ndcg(ranker, after.history, target)
            found["epochs"][label] = ranker.remarks_["epochs"]
            found["ndcg"][label] = float(values[target >= 0].mean())
            found["ndcg of changed users"][label] = float(values[(target >= 0) & changed].mean())
        print(name, share, seed, int(changed.sum()), json.dumps(found), flush=True)
        said[share] = found
    return said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=",".join(NETWORKS))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--users", type=int, default=4000)
    given = parser.parse_args()
    read = given.data and of_most(given.data / "interactions.parquet", given.users)
    said = {}
    for name in given.only.split(","):
        frames = [
            events(np.random.default_rng(seed)) if read is None else read for seed in range(given.seeds)
        ]
        runs = [measured(name, frame, seed, read is None) for seed, frame in enumerate(frames)]
        for share in SHARES:
            said[f"{name} {share:.0%}"] = {
                what: {
                    label: round(statistics.median(run[share][what][label] for run in runs), 4)
                    for label in of
                }
                for what, of in runs[0][share].items()
            }
    print(json.dumps(said))


if __name__ == "__main__":
    main()
