"""What `cold.py` uses: the data with its texts, one way of evaluating, and the hybrid on any part of it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from ml1m import MINILM, TITLES, WORDS

from palate import Dataset, History, Query, Ranking, Training, Truth
from palate.arrays.topk import top_k
from palate.paths import store_folder
from palate.pipeline import Pipeline
from palate.plan import compile_plan
from palate.plan.execute import Execution
from palate.recipe import load_recipe
from palate.registry import installed
from palate.store import Store

GENRES, NAMES = "{genres}", "{title}"
EASE = {"use": "ease", "l2": 1000.0}

Scores = Callable[[Query], np.ndarray]


@dataclass
class Data:
    """All interactions as row numbers, which of them train, and four views of each item's text."""

    dataset: Dataset
    train: np.ndarray
    titles: np.ndarray
    words: np.ndarray
    genres: np.ndarray
    names: np.ndarray

    @property
    def user(self) -> np.ndarray:
        return self.dataset.interactions["user"].to_numpy()

    @property
    def item(self) -> np.ndarray:
        return self.dataset.interactions["item"].to_numpy()

    def training(self, rows: np.ndarray, vectors: np.ndarray | None = None) -> Training:
        return Training(self.dataset.history(rows), self.dataset.items, self.dataset.users, vectors)


def read(folder: str) -> Data:
    source = component(
        "source", "files", interactions=f"{folder}/train.parquet", test=f"{folder}/test.parquet",
        items=f"{folder}/items.parquet",
    )  # fmt: skip
    dataset = source.load()
    plans = []
    for template, encoder in ((TITLES, MINILM), (WORDS, MINILM), (GENRES, {"use": "tfidf"}), (NAMES, MINILM)):
        branch = {"text": [{"use": "template", "template": template}], "encode": encoder}
        branch |= {"aggregate": "mean", "rank": "cosine"}
        recipe = {"data": {"source": plain(source), "split": "column"}, "branches": {"text": branch}}
        plans.append(fitted(recipe | {"recipe": 1}).branches[0].vectors)
    train = dataset.interactions["part"].to_numpy() == 0
    return Data(dataset, train, *plans)


def component(kind: str, name: str, **options: Any) -> Any:
    return installed().find(kind, name).make(options)


def plain(source: Any) -> dict[str, Any]:
    return {"use": "files", "interactions": source.interactions, "test": source.test, "items": source.items}


def fitted(recipe: dict[str, Any]) -> Pipeline:
    """The pipeline of a recipe, from the store as far as it goes; nothing is recommended or evaluated."""
    plan = compile_plan(load_recipe(recipe), Store(store_folder()))
    pipeline: Pipeline = Execution(plan, lambda event: None).value(plan.pipeline)
    return pipeline


def metric_values(
    score: Scores, query: Query, answers: History, masked: History, among: np.ndarray | None = None
) -> dict[str, float]:
    """Mean NDCG@10 and Recall@20 over users with an answer; only items `among` (bool[items]) are ranked."""
    n_items = query.history.n_items
    ties, seen = query.ties(0), masked.matrix
    items, values = np.empty((len(query), 20), np.int32), np.empty((len(query), 20), np.float32)
    for start in range(0, len(query), 500):
        rows = slice(start, start + 500)
        block = score(query.take(rows)).copy()
        if among is not None:
            block[:, ~among] = np.nan
        items[rows], values[rows] = top_k(block, 20, seen[rows], ties[rows])
    truth = Truth.of(answers, masked, np.zeros(n_items, np.int64))
    ranking = Ranking(query.users, items, values)
    figures = {"ndcg@10": ("ndcg", 10), "recall@20": ("recall", 20)}
    return {
        label: round(float(np.nanmean(component("metric", name, k=k).score(ranking, truth))), 4)
        for label, (name, k) in figures.items()
    }


def hybrid(data: Data, rows: np.ndarray, options: dict[str, float]) -> Pipeline:
    """The hybrid, fitted on these interactions and tuned on a tenth of each user's."""
    share = options["genres"]
    views = [
        (TITLES, MINILM, (1 - share) / 2),
        (WORDS, MINILM, (1 - share) / 2),
        (GENRES, {"use": "tfidf"}, share),
    ]
    text = [
        {**encoder, "text": [{"use": "template", "template": template}], "weight": weight}
        for template, encoder, weight in views
        if weight
    ]
    settings = {key: options[key] for key in ("gamma", "l2")}
    branches = {
        "content": {"encode": text, "transform": ["l2"], "aggregate": "mean", "rank": "cosine"},
        "crossed": {
            "encode": text,
            "transform": ["l2"],
            "rank": {"use": "text-to-cf", "teacher": EASE, "warm": "text", **settings},
        },
        "linear": {"rank": EASE},
        "factors": {"rank": {"use": "als", "factors": 64, "alpha": 2, "regularization": 20}},
        "popularity": {"rank": "popularity"},
    }
    fuse = {
        "use": "switch", "weights": "tune", "new_users": "tune", "events": "tune",
        "new_items": {"crossed": 1.0},
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        source = write_parts(data, rows, Path(folder))
        recipe = {
            "recipe": 1,
            "data": {"source": source, "split": "column"},
            "branches": branches,
            "fuse": fuse,
        }
        pipeline = fitted(recipe)
    print(f"hybrid: {learned(pipeline.fuser)}")
    if pipeline.items.ids.to_list() != data.dataset.items.ids.to_list():
        raise SystemExit("the items have other numbers in the files of the fold")
    return pipeline


def learned(fuser: Any) -> dict[str, Any]:
    return {
        name: getattr(fuser, f"{name}_")
        for name in ("weights", "new_users", "events")
        if hasattr(fuser, f"{name}_")
    }


def write_parts(data: Data, rows: np.ndarray, folder: Path) -> dict[str, str]:
    """The interactions as files: a tenth of each user's validates, one row tests, as one must."""
    frame = data.dataset.interactions.select("user", "item").filter(pl.Series(rows))
    raw = pl.DataFrame(
        {
            "user_id": data.dataset.users["id"].gather(frame["user"]),
            "item_id": data.dataset.items.ids.gather(frame["item"]),
        }
    )
    lot = np.random.default_rng(7).random(len(raw)) < 0.1
    data.dataset.items.frame.rename({"id": "item_id"}).write_parquet(folder / "items.parquet")
    raw.filter(pl.Series(~lot)).write_parquet(folder / "train.parquet")
    raw.filter(pl.Series(lot)).write_parquet(folder / "validation.parquet")
    one = int(np.flatnonzero(~rows)[0])
    pl.DataFrame(
        {
            "user_id": data.dataset.users["id"].gather([int(data.user[one])]),
            "item_id": data.dataset.items.ids.gather([int(data.item[one])]),
        }
    ).write_parquet(folder / "test.parquet")
    parts = {"interactions": "train", "validation": "validation", "test": "test", "items": "items"}
    return {"use": "files"} | {key: str(folder / f"{name}.parquet") for key, name in parts.items()}
