"""Rankers brought up to date, and fitted afresh, on MovieLens-1M.

    python benchmarks/update.py --data FOLDER

FOLDER holds `ml-1m-sequences/interactions.parquet` (user_id, item_id, position), or `ml-1m/train.parquet`
without positions. The last line is JSON: `{NAME: {"largest_difference", "time_ratio"}}`, by ranker for a day
of 1% more events, and as `NAME -1000 users` for a thousand users fewer. `largest_difference` is that of any
score from that of a fresh fit, as a share of the largest score; `time_ratio` the processor time of
`partial_fit` over that of `fit`, medians of `--times`. Finding out what changed, once for
all rankers of a run, is printed as `change`. `--only a,b` takes some rankers.

A day: of users drawn at random the last tenth of their events each, until that is 1% of all events; every
twentieth of them is new.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import polars as pl

RANKERS: dict[str, tuple[str, dict[str, Any]]] = {
    "popularity": ("popularity", {}),
    "item-knn": ("item-knn", {"neighbours": 100, "similarity": "cosine"}),
    "user-knn": ("user-knn", {}),
    "markov": ("markov", {"smoothing": 1.0, "decay": 0.5}),
    "rp3beta": ("rp3beta", {}),
    "ease": ("ease", {"l2": 1000.0}),
    "ease-auto": ("ease", {}),
    "dlae": ("dlae", {"l2": 1000.0}),
    "dlae-steps": ("dlae", {"l2": 1000.0, "steps": 8}),
    "als": ("als", {"factors": 64, "threads": 1}),
    "ials": ("ials", {"factors": 64}),
}
PLACES = (
    "ml-1m-sequences/interactions.parquet",
    "interactions.parquet",
    "ml-1m/train.parquet",
    "train.parquet",
)


def events(folder: Path) -> pl.DataFrame:
    """`user`, `item`, `time`: the order of each user's events, that of the file where it gives none."""
    path = next(folder / place for place in PLACES if (folder / place).is_file())
    frame = pl.read_parquet(path)
    order = pl.col("position") if "position" in frame.columns else pl.int_range(pl.len()).over("user_id")
    return frame.select(user=pl.col("user_id"), item=pl.col("item_id"), time=order.cast(pl.Int64))


def without_a_day(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """The events before the day that brings 1% more."""
    wanted, taken, gone = frame.height // 101, 0, []
    users = frame["user"].unique(maintain_order=True).to_numpy()
    counts = dict(frame["user"].value_counts().iter_rows())
    for number, user in enumerate(rng.permutation(users).tolist()):
        last = counts[user] if number % 20 == 0 else max(counts[user] // 10, 1)
        gone.append((user, last))
        taken += last
        if taken >= wanted:
            break
    drawn = pl.DataFrame(gone, schema={"user": frame.schema["user"], "last": pl.Int64}, orient="row")
    rank = pl.col("time").rank("ordinal", descending=True).over("user")
    marked = frame.join(drawn, on="user", how="left").with_columns(rank.alias("rank"))
    return marked.filter(pl.col("last").is_null() | (pl.col("rank") > pl.col("last"))).select(frame.columns)


def training(frame: pl.DataFrame, items: pl.Series) -> Any:
    """What a ranker is fitted on; nothing of it is computed yet."""
    from palate.data import Dataset, Training

    dataset = Dataset.from_frames(frame, pl.DataFrame({"id": items}))
    return Training(dataset.history(), dataset.items, dataset.users)


def clocked(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of processor time, and what came of it."""
    started = time.process_time()
    found = work()
    return time.process_time() - started, found


def measured(name: str, options: dict[str, Any], make: Callable[[str], Any], times: int) -> dict[str, float]:
    """How a ranker fares from `before` to `after`."""
    from palate.data import Query, change
    from palate.registry import installed

    component = installed().find("ranker", name)
    fitted = component.make(options).fit(make("before"))
    fits, updates, changes = [], [], []
    for _ in range(times):
        again = deepcopy(fitted)
        fresh, whole = component.make(options), make("after")
        seconds, _ = clocked(lambda fresh=fresh, whole=whole: fresh.fit(whole))
        fits.append(seconds)
        if not hasattr(again, "partial_fit"):
            return {"largest_difference": 0.0, "time_ratio": 1.0}
        before, after = make("before"), make("after")
        seconds, parts = clocked(lambda before=before, after=after: change(before, after))
        changes.append(seconds)
        seconds, _ = clocked(lambda again=again, parts=parts: again.partial_fit(*parts))
        updates.append(seconds)
    history = whole.history.take(np.random.default_rng(1).choice(len(whole.history), 500, replace=False))
    query = Query(np.full(500, -1, np.int32), history)
    right, found = fresh.score(query), again.score(query)
    away = float(np.nanmax(np.abs(found - right)) / np.nanmax(np.abs(right)))
    fit, update, compared = map(statistics.median, (fits, updates, changes))
    print(
        f"  fit {fit:.3f} s, partial_fit {update:.3f} s, change {compared:.3f} s, off by {away:.2g}",
        flush=True,
    )
    return {"largest_difference": round(away, 9), "time_ratio": round(update / max(fit, 1e-9), 3)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", default=",".join(RANKERS))
    parser.add_argument("--times", type=int, default=3)
    given = parser.parse_args()
    whole, rng = events(given.data), np.random.default_rng(0)
    items = whole["item"].unique().sort()
    earlier = without_a_day(whole, rng)
    fewer = whole.filter(
        ~pl.col("user").is_in(rng.permutation(whole["user"].unique().sort().to_numpy())[:1000].tolist())
    )
    cases = {"": (earlier, whole), " -1000 users": (whole, fewer)}
    found = {}
    for behind, (before, after) in cases.items():
        print(f"{before.height:,} -> {after.height:,} events", flush=True)
        frames = {"before": before, "after": after}
        for label in given.only.split(","):
            name, options = RANKERS[label]
            print(label + behind, flush=True)
            found[label + behind] = measured(
                name, options, lambda which, frames=frames: training(frames[which], items), given.times
            )
    print(json.dumps(found))


if __name__ == "__main__":
    main()
