"""Whether likes are told from dislikes: made data with planted tastes, for each kind of feedback.

Users like one of two classes of items. What they see is drawn without regard to class, as by a shop's
front page; what they say of it is the truth, turned over for a share of events that are slips: a rating,
a label, or a type of event. For each feedback, and for none, it prints the share of the first five places
that go to the class a user likes, the share that go to items which the user had disliked before the cut
and afterwards, and how far the metrics are from those computed by polars alone; then what rankers gain by
using dislikes, where users have many events (`plenty`) and where they have few, and many slips (`few`).
The last line is JSON.

    python benchmarks/truth.py [--users 600] [--items 200] [--seed 7]
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

import palate

WORLDS = {"plenty": (40, 0.1), "few": (10, 0.3)}  # events of each user, share of them that are slips
SHOWN = 5
FEEDBACKS: dict[str, dict[str, Any] | None] = {
    "none": None,
    "ratings": {"use": "ratings", "like": 4, "dislike": 3},
    "labels": {"use": "labels", "column": "label"},
    "events": {"use": "events", "weights": {"purchase": 3, "cart": 2, "view": 0, "hide": -1}},
}
RANKERS: dict[str, Any] = {"item-knn": {}, "ease": {"l2": 50}}
DISLIKED = (0.0, 0.25, 0.5, 1.0)


def made(users: int, items: int, events: int, slips: float, seed: int) -> pl.DataFrame:
    """Events in order of time: `user`, `item`, `time`, and what is said of the item in three ways."""
    rng = np.random.default_rng(seed)
    pull = rng.zipf(1.6, items).clip(max=30).astype(float)
    rows = [rng.choice(items, events, replace=False, p=pull / pull.sum()) for _ in range(users)]
    user, item = np.repeat(np.arange(users), events), np.concatenate(rows)
    likes = user % 2 == item % 2
    said = likes ^ (rng.random(len(user)) < slips)
    sure = rng.random(len(user))
    rating = np.where(said, np.where(sure < 0.5, 5, 4), np.where(sure < 0.3, 3, np.where(sure < 0.6, 2, 1)))
    kinds = np.where(said, np.where(sure < 0.4, "purchase", "cart"), np.where(sure < 0.5, "view", "hide"))
    frame = pl.DataFrame(
        {
            "user": user, "item": item, "time": 1_700_000_000 + rng.permutation(len(user)),
            "rating": rating, "label": said.astype(int), "type": kinds,
        }
    )  # fmt: skip
    return frame.sort("time")


def recipe(file: Path, feedback: dict[str, Any] | None, ranker: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {
        "source": {"use": "files", "interactions": str(file)},
        "split": {"use": "temporal", "test": 0.2, "validation": 0},
    }
    return {
        "recipe": 1,
        "data": data | ({"feedback": feedback} if feedback else {}),
        "branches": {"one": {"rank": ranker}},
        "top": 10,
        "evaluate": ["ndcg@10", "recall@10", "precision@5", "hit-rate@5"],
    }


def liked_by(events: pl.DataFrame, kind: str) -> pl.DataFrame:
    """`events` with `said`: 1 a like, 0 seen, -1 a dislike, by the feedback's rule written once more."""
    rules = {
        "none": pl.lit(1),
        "ratings": pl.when(pl.col("rating") >= 4).then(1).when(pl.col("rating") < 3).then(-1).otherwise(0),
        "labels": 2 * pl.col("label") - 1,
        "events": pl.col("type").replace_strict({"purchase": 1, "cart": 1, "view": 0, "hide": -1}),
    }
    return events.with_columns(said=rules[kind])


def computed(ranking: pl.DataFrame, events: pl.DataFrame, kind: str) -> dict[str, float]:
    """The metrics of a ranking by polars: relevant are likes of the newest fifth not seen before it."""
    marked = liked_by(events, kind)
    cut = marked["time"].sort()[marked.height - round(0.2 * marked.height)]
    before = marked.filter(pl.col("time") < cut).select("user", "item").unique()
    test = marked.filter((pl.col("time") >= cut) & (pl.col("said") > 0)).select("user", "item").unique()
    relevant = test.join(before, on=["user", "item"], how="anti")
    hits = ranking.join(relevant.with_columns(hit=1), on=["user", "item"], how="left").fill_null(0)
    counts = relevant.group_by("user").agg(relevant=pl.len())
    gain = pl.col("hit") / (pl.col("rank") + 1).log(2)
    found = counts.join(
        hits.group_by("user").agg(
            dcg=gain.filter(pl.col("rank") <= 10).sum(),
            ten=pl.col("hit").filter(pl.col("rank") <= 10).sum(),
            five=pl.col("hit").filter(pl.col("rank") <= 5).sum(),
        ),
        on="user", how="left",
    ).fill_null(0)  # fmt: skip
    ideal = [0.0, *np.cumsum([1 / math.log2(place + 1) for place in range(1, 11)])]
    best = (
        found["relevant"].clip(upper_bound=10).replace_strict(dict(enumerate(ideal)), return_dtype=pl.Float64)
    )
    return {
        "ndcg@10": (found["dcg"] / best).mean(),
        "recall@10": (found["ten"] / found["relevant"]).mean(),
        "precision@5": (found["five"] / 5).mean(),
        "hit-rate@5": (found["five"] > 0).mean(),
    }  # type: ignore[dict-item]


def measured(
    events: pl.DataFrame, room: Path, ranker: dict[str, Any]
) -> Iterator[tuple[str, dict[str, float]]]:
    """For each feedback the shares and values of one ranker."""
    file = room / "events.csv"
    events.write_csv(file)
    for kind, feedback in FEEDBACKS.items():
        run = palate.run(recipe(file, feedback, ranker), folder=room / "runs", store=room / "store")
        ranking = run.ranking("one")
        values = run.metrics.row(0, named=True)
        own = computed(ranking, events, kind)
        top = ranking.filter(pl.col("rank") <= SHOWN)
        marked = liked_by(events, "events" if kind == "none" else kind)
        cut = marked["time"].sort()[marked.height - round(0.2 * marked.height)]
        against = marked.filter(pl.col("said") < 0)
        before, later = (against.filter(part) for part in (pl.col("time") < cut, pl.col("time") >= cut))
        yield (
            kind,
            {
                "liked_class": (top["user"] % 2 == top["item"] % 2).mean(),
                "disliked_before": top.join(before, on=["user", "item"]).height / top.height,
                "disliked_later": top.join(later, on=["user", "item"]).height / top.height,
                "ndcg@10": values["ndcg@10"],
                "apart": max(abs(values[label] - own[label]) for label in own),
            },
        )  # type: ignore[misc]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])  # type: ignore[union-attr]
    for name, default in (("--users", 600), ("--items", 200), ("--seed", 7)):
        parser.add_argument(name, type=int, default=default)
    asked = parser.parse_args()
    found: dict[str, Any] = {"feedback": {}, "dislikes": {}}
    for world, (count, slips) in WORLDS.items():
        events = made(asked.users, asked.items, count, slips, asked.seed)
        for label, disliked, values in compared(events):
            place = found["dislikes" if disliked else "feedback"]
            place[f"{world} {label}"] = {key: round(value, 12) for key, value in values.items()}
            print(f"{world} {label:36}", *(f"{key} {value:.4f}" for key, value in values.items()), flush=True)
    everything = [*found["feedback"].values(), *found["dislikes"].values()]
    apart = max(values["apart"] for values in everything)
    print(json.dumps(found | {"metrics_equal": apart < 1e-9, "users": asked.users, "items": asked.items}))


def compared(events: pl.DataFrame) -> Iterator[tuple[str, float, dict[str, float]]]:
    """(Label, `disliked`, values) of each ranker."""
    with tempfile.TemporaryDirectory() as folder:
        for name, options in RANKERS.items():
            for disliked in DISLIKED:
                ranker = {"use": name, **options, "disliked": disliked}
                for kind, values in measured(events, Path(folder), ranker):
                    if kind != "none" or not disliked:
                        behind = f" disliked={disliked:g}" if disliked else ""
                        yield f"{name} {kind}{behind}", disliked, values


if __name__ == "__main__":
    main()
