"""Rankers that read order beside those that do not, on three data sets, and the speed of training.

    python benchmarks/sequences.py --data DIR [--only beauty,ml-1m,yelp,speed] [--search TRIALS]

DIR holds `beauty`, `ml-1m-sequences` and `yelp`, each with `interactions.parquet` (user_id, item_id,
position, part) and `items.parquet`. The last event of each user is the test, all items are ranked, what a
user has interacted with before is masked. Options come from `results/sequences.json`, which `--search`
writes: as many trials for each ranker, evaluated on the event before the last of users, on models that
have not seen it. The test events are read by a run without `--search` only.

The last line is one JSON object. Of each data set: `{NAME: {"ndcg@10", "hit-rate@10"}}` for each ranker and
`hybrid` (sequence, EASE, item-knn and texts, fused on validation) and `hybrid-without-sequence`; differences
in NDCG@10 over the same users with 95% bootstrap intervals: `delta_vs_ids`, `hybrid_vs_best` (the best ranker
alone), `hybrid_vs_without`, and `unseen_targets`, the same as `delta_vs_ids` for users whose test item is in
nobody's training data. Of Yelp also `shuffled`: SASRec fitted and asked with the histories in random order.
`speed` is palate over RecTools: SASRec on Beauty, 64 wide, two layers of one head, length 50, full softmax,
batches of 128, the same epochs, on all cores: time of an epoch, peak memory, and NDCG@10 less theirs.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from peer_env import measured, peer_python
from sequence_recipes import FOLDERS, LINEAR, NETWORKS, SEED, branch, content, data, recipe, spaces

import palate
from palate.runs import Run

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "sequences.json"
RESAMPLES = 2000


def searched(name: str, folder: Path, trials: int, only: list[str]) -> dict[str, Any]:
    """The best options of each ranker on the validation events."""
    found = {}
    for ranker, space in spaces(name).items():
        if only and ranker not in only:
            continue
        started, one = time.perf_counter(), {ranker: branch(name, ranker, space)}
        asked = recipe(f"{name}-{ranker}", data(folder), one)
        asked["branches"].pop("popularity")
        tuned = palate.tune(asked, trials=trials, metric="ndcg@10", display=False)
        values = {path.rsplit(".", 1)[-1]: value for path, value in tuned.values.items()}
        fixed = {key: value for key, value in space.items() if not isinstance(value, dict)}
        found[ranker] = {
            "options": fixed | {key: rounded(value) for key, value in values.items()},
            "ndcg@10 on validation": round(tuned.value, 5),
            "trials": tuned.trials.height,
        }
        print(f"{name} {ranker}: {found[ranker]} ({time.perf_counter() - started:.0f} s)", flush=True)
    return found


def rounded(value: Any) -> Any:
    return float(f"{value:.3g}") if isinstance(value, float) else value


class Values:
    """NDCG@10 and hit rate of each row of a run, per user."""

    def __init__(self, run: Run) -> None:
        self.means = {
            row["name"]: {label: round(row[label], 4) for label in ("ndcg@10", "hit-rate@10")}
            for row in run.metrics.to_dicts()
        }
        self.per_user = run.per_user

    def ndcg(self, row: str) -> pl.DataFrame:
        return self.per_user.filter(pl.col("row") == row).select("user", "ndcg@10")


def difference(first: pl.DataFrame, second: pl.DataFrame) -> dict[str, float]:
    """The mean difference in NDCG@10 over the users of both, with a 95% bootstrap interval."""
    both = first.join(second, on="user", suffix="_second").sort("user")
    apart = (both["ndcg@10"] - both["ndcg@10_second"]).to_numpy()
    if not len(apart):
        return {"diff": 0.0, "low": 0.0, "high": 0.0, "users": 0}
    rng = np.random.default_rng(SEED)
    means = [apart[rng.integers(len(apart), size=len(apart))].mean() for _ in range(RESAMPLES)]
    low, high = np.quantile(means, [0.025, 0.975])
    found = {"diff": apart.mean(), "low": low, "high": high}
    return {key: round(float(value), 5) for key, value in found.items()} | {"users": len(apart)}


def evaluated(name: str, folder: Path, options: dict[str, Any], runs: Path) -> dict[str, Any]:
    """All that is said of one data set."""
    parts = {
        ranker: branch(name, ranker, options[ranker]["options"])
        for ranker in (*LINEAR, *NETWORKS)
        if ranker in options
    }
    alone = Values(
        palate.run(recipe(f"{name}-alone", data(folder), parts | {"text": content(name)}), folder=runs)
    )
    alone.means.pop("hybrid")  # equal shares of all of them: a recipe of many branches has to fuse them
    for row, values in alone.means.items():
        print(name, row, values, flush=True)
    base = {key: parts[key] for key in ("ease", "item-knn")} | {"text": content(name)}
    hybrids = {
        "hybrid-without-sequence": base,
        "hybrid": base | {key: parts[key] for key in ("sasrec", "sasrec-delta") if key in parts},
    }
    found: dict[str, Any] = dict(alone.means)
    fused = {}
    for label, branches in hybrids.items():
        run = palate.run(recipe(f"{name}-{label}", data(folder), branches, fused=True), folder=runs)
        fused[label] = Values(run)
        found[label] = fused[label].means["hybrid"]
        print(name, label, found[label], flush=True)
    best = max(alone.means, key=lambda row: alone.means[row]["ndcg@10"])
    hybrid = fused["hybrid"].ndcg("hybrid")
    found["hybrid_vs_best"] = {"best": best} | difference(hybrid, alone.ndcg(best))
    found["hybrid_vs_without"] = difference(hybrid, fused["hybrid-without-sequence"].ndcg("hybrid"))
    if "sasrec-delta" in parts:
        text, ids = alone.ndcg("sasrec-delta"), alone.ndcg("sasrec")
        found["delta_vs_ids"] = difference(text, ids)
        new = unseen(folder)
        found["unseen_targets"] = difference(text.join(new, on="user"), ids.join(new, on="user"))
    return found


def unseen(folder: Path) -> pl.DataFrame:
    """The users whose test item is in nobody's training data."""
    events = pl.read_parquet(folder / "interactions.parquet")
    known = events.filter(pl.col("part") != "test")["item_id"].unique()
    test = events.filter(pl.col("part") == "test")
    return test.filter(~pl.col("item_id").is_in(known.implode())).select(user="user_id")


def shuffled(folder: Path, options: dict[str, Any], runs: Path) -> dict[str, float]:
    """SASRec with each history but its last event in random order."""
    events = pl.read_parquet(folder / "interactions.parquet").sort("user_id", "position")
    rng = np.random.default_rng(SEED)
    test = (events["part"] == "test").to_numpy()
    drawn = np.where(test, 1.0, rng.random(events.height))
    mixed = events.with_columns(drawn=pl.Series(drawn)).sort("user_id", "drawn")
    mixed = mixed.with_columns(position=pl.int_range(pl.len()).over("user_id"))
    file = runs / "shuffled.parquet"
    mixed.drop("drawn", "part").write_parquet(file)
    one = {"sasrec": branch("yelp", "sasrec", options["sasrec"]["options"])}
    return Values(palate.run(recipe("yelp-shuffled", data(folder, file), one), folder=runs)).means["sasrec"]


def speed(folder: Path, peer: str | None, epochs: int) -> dict[str, float]:
    """palate over RecTools in one run: the same network, loss, batches and number of epochs."""
    ours = [sys.executable, str(HERE / "peers" / "palate_sasrec.py"), str(folder), str(epochs)]
    theirs = [
        peer_python("rectools-torch", peer), str(HERE / "peers" / "rectools_sasrec.py"),
        str(folder), str(epochs),
    ]  # fmt: skip
    palate_found, peer_found = measured(ours), measured(theirs)
    print("palate", palate_found, "\nrectools", peer_found, flush=True)
    return {
        "time_ratio": round(palate_found["epoch_s"] / peer_found["epoch_s"], 3),
        "memory_ratio": round(palate_found["peak_mb"] / peer_found["peak_mb"], 3),
        "ndcg_difference": round(palate_found["ndcg@10"] - peer_found["ndcg@10"], 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder of the three data sets")
    parser.add_argument("--only", type=lambda text: text.split(","), default=[*FOLDERS, "speed"])
    parser.add_argument("--search", type=int, metavar="TRIALS", help="search options instead of evaluating")
    parser.add_argument("--rankers", type=lambda text: text.split(","), default=[], help="of the search")
    parser.add_argument("--options", type=Path, default=RESULTS, help="what --search wrote")
    parser.add_argument("--epochs", type=int, default=5, help="of the measurement of speed")
    parser.add_argument("--peer", help="the interpreter that has RecTools with torch")
    given = parser.parse_args()
    known = json.loads(given.options.read_text()) if given.options.is_file() else {}
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for name in given.only:
            folder = (given.data / FOLDERS.get(name, "beauty")).resolve()
            if name == "speed":
                found[name] = speed(folder, given.peer, given.epochs)
            elif given.search:
                known.setdefault(name, {}).update(searched(name, folder, given.search, given.rankers))
                given.options.write_text(json.dumps(known, indent=1) + "\n")
                found[name] = known[name]
            else:
                found[name] = evaluated(name, folder, known[name], Path(scratch))
                if name == "yelp":
                    found[name]["shuffled"] = shuffled(folder, known[name], Path(scratch))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
