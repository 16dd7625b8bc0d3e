"""What the benchmark of engines runs, and what is compared of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
from ml1m import data

FIXED = {"linear": 0.5, "near": 0.3, "content": 0.2}


def recipe(folder: Path, weights: Any = "tune") -> dict[str, Any]:
    """EASE, item-knn and texts, fused."""
    branches = {
        "linear": {"rank": {"use": "ease", "l2": 300}},
        "near": {"rank": {"use": "item-knn", "neighbours": 100}},
        "content": {
            "text": {"use": "template", "template": "{title}. {genres}"},
            "encode": {"use": "hash", "dimensions": 256}, "transform": ["center", "l2"],
            "aggregate": "mean", "rank": "cosine",
        },
    }  # fmt: skip
    whole = ranking(folder, {})
    return whole | {"branches": branches, "fuse": {"use": "weighted", "weights": weights}}


def ranking(folder: Path, rankers: dict[str, Any]) -> dict[str, Any]:
    """Rankers alone, a branch each."""
    return {
        "recipe": 1, "name": "engines", "seed": 7, "data": data(str(folder)),
        "branches": {name: {"rank": options} for name, options in rankers.items()},
        "top": 20, "evaluate": ["ndcg@10", "recall@20"],
    }  # fmt: skip


def plan_of(given: dict[str, Any], place: Any) -> Any:
    """The plan of a recipe over the store of a place."""
    from palate.plan import compile_plan
    from palate.recipe import load_recipe
    from palate.store.place import store_at

    return compile_plan(load_recipe(given), store_at(place))


def shrunk(source: Path, target: Path, users: int, items: int) -> Path:
    """The interactions of the first so many users with the first so many items."""
    target.mkdir(parents=True, exist_ok=True)
    train = pl.read_parquet(source / "train.parquet")
    kept = {"user_id": users, "item_id": items}
    wanted = [pl.col(name).is_in(train[name].unique().sort().head(n).implode()) for name, n in kept.items()]
    for name in ("train", "test"):
        frame = pl.read_parquet(source / f"{name}.parquet").filter(*wanted)
        frame.write_parquet(target / f"{name}.parquet")
    pl.read_parquet(source / "items.parquet").write_parquet(target / "items.parquet")
    return target


def artifacts(root: Path) -> dict[str, bytes]:
    """Every file of every artifact but its record, which says when it was made and how long that took."""
    found = sorted((root / "artifacts").rglob("*"))
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in found
        if path.is_file() and path.name != "meta.json"
    }
