"""Made data and fitted pipelines of three sizes for `serve.py`, kept in a folder so that they are made once.

Users have a few of many topics, and items one each, whose words are in their titles. At 1,000,000 items there
are vectors instead of texts: topics in a space of 128 dimensions with noise about them.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

import palate
from palate.data import History, Items
from palate.data.query import Training
from palate.pipeline import Pipeline
from palate.pipeline.branch import FittedBranch
from palate.registry import installed

SIZES = {"3k": (3_000, 6_000, 40), "100k": (100_000, 40_000, 25), "1m": (1_000_000, 20_000, 25)}
"""Items, users, and events of a user."""
HISTORY, K = 50, 20
_WIDTH, _KINDS = 128, 8


def pipelines(name: str, folder: Path, scale: float) -> Path:
    """The folder of the fitted pipeline of this size, under `folder`; made where it is not there yet."""
    target = folder / f"{name}-{scale:g}"
    if not target.exists():
        print(f"making {target}", file=sys.stderr)
        start = time.perf_counter()
        made = _vectors(scale) if name == "1m" else _text(name, folder, scale)
        made.save(target)
        print(f"made in {time.perf_counter() - start:.0f} s", file=sys.stderr)
    return target


def other(folder: Path, scale: float) -> Path:
    """Another pipeline on the data of the smallest size, to swap to: with other weights."""
    target = folder / f"3k-other-{scale:g}"
    if not target.exists():
        _text("3k", folder, scale, weights=(1.0, 1.0)).save(target)
    return target


def alone(rank: Mapping[str, Any], folder: Path, scale: float) -> Path:
    """One collaborative branch alone on the data of the smallest size, as peers have it."""
    target = folder / f"3k-{rank['use']}-{scale:g}"
    if not target.exists():
        recipe = {
            "recipe": 1,
            "data": {"source": tables("3k", folder, scale), "split": "leave-one-out"},
            "branches": {"one": {"rank": dict(rank)}},
            "top": K,
            "evaluate": ["ndcg@10"],
        }
        palate.fit(recipe, store=folder / "store").save(target)
    return target


def sizes(name: str, scale: float) -> tuple[int, int, int]:
    """Items, users, and events of a user."""
    n_items, n_users, events = SIZES[name]
    return max(200, round(n_items * scale)), max(200, round(n_users * scale)), events


def histories(n_items: int, many: int, seed: int) -> list[list[int]]:
    """Histories of 50 different items, by row number: most of a few topics, some of any."""
    rng = np.random.default_rng(seed)
    return [_choice(rng, n_items, HISTORY) for _ in range(many)]


def tables(name: str, folder: Path, scale: float) -> dict[str, Any]:
    """The source `files` of made interactions and items."""
    n_items, n_users, events = sizes(name, scale)
    rng = np.random.default_rng(7)
    where = folder / f"{name}-{n_items}-data"
    if not where.exists():
        shutil.rmtree(room := where.with_suffix(".part"), ignore_errors=True)
        room.mkdir(parents=True)
        chosen = [_choice(rng, n_items, events) for _ in range(n_users)]
        items = np.concatenate(chosen)
        counts = [len(own) for own in chosen]
        pl.DataFrame(
            {
                "user_id": np.repeat(np.arange(n_users), counts),
                "item_id": items,
                "timestamp": 1_600_000_000 + 3600 * np.concatenate([np.arange(n) for n in counts]),
            }
        ).write_parquet(room / "events.parquet")
        _catalogue(n_items, rng).write_parquet(room / "items.parquet")
        room.rename(where)
    return {
        "use": "files",
        "interactions": str(where / "events.parquet"),
        "items": str(where / "items.parquet"),
    }


def _text(name: str, folder: Path, scale: float, weights: tuple[float, float] = (1.0, 0.3)) -> Pipeline:
    """A collaborative and a text branch: EASE for few items, item-knn and an index of texts for many."""
    small = name == "3k"
    content: dict[str, Any] = {
        "text": {"use": "template", "template": "{title}. {genres}"},
        "encode": {"use": "hash", "dimensions": 256},
        "transform": ["center", "l2"],
        "aggregate": "mean",
        "rank": "cosine",
    }
    if not small:
        content["retrieve"] = {"use": "hnsw", "candidates": 200, "precision": "int8"}
    recipe = {
        "recipe": 1,
        "seed": 7,
        "data": {"source": tables(name, folder, scale), "split": "leave-one-out"},
        "branches": {
            "linear": {"rank": {"use": "ease", "l2": 100.0} if small else "item-knn"},
            "text": content,
        },
        "fuse": {"use": "weighted", "weights": dict(zip(("linear", "text"), weights, strict=True))},
        "top": K,
        "evaluate": ["ndcg@10"],
    }
    return palate.fit(recipe, store=folder / "store")


def _vectors(scale: float) -> Pipeline:
    """Vectors in an index, the ranker scoring what it finds."""
    n_items, n_users, events = sizes("1m", scale)
    rng = np.random.default_rng(7)
    topics = _topics(n_items)
    centres = rng.standard_normal((topics, _WIDTH), dtype=np.float32)
    vectors = rng.standard_normal((n_items, _WIDTH), dtype=np.float32)
    vectors += 1.5 * centres[np.arange(n_items) % topics]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    items = Items(_catalogue(n_items, rng).rename({"item_id": "id"}))
    lists = [_choice(rng, n_items, events) for _ in range(n_users)]
    history = History.from_lists(lists, n_items)
    find = installed().find
    ranker = find("ranker", "cosine").make()
    users = pl.DataFrame({"id": np.arange(n_users)})
    ranker.fit(Training(history, items, users, vectors))
    options = {"candidates": 200, "precision": "int8", "search_effort": 1280}
    index = find("index", "hnsw").make(options).build(vectors)
    branch = FittedBranch("text", ranker, find("aggregator", "mean").make(), vectors, index)
    popular = find("ranker", "popularity").make()
    popular.fit(Training(history, items, users))
    return Pipeline(
        (branch,),
        None,
        (),
        FittedBranch("popularity", popular),
        items,
        users,
        history,
        np.ones(n_users, bool),
    )


def _catalogue(n_items: int, rng: np.random.Generator) -> pl.DataFrame:
    topics = _topics(n_items)
    own = np.arange(n_items) % topics
    words = rng.integers(0, 20, (n_items, 3))
    each = enumerate(zip(own.tolist(), words.tolist(), strict=True))
    titles = [f"t{topic}w{a} t{topic}w{b} v{c} number {at}" for at, (topic, (a, b, c)) in each]
    return pl.DataFrame(
        {
            "item_id": np.arange(n_items),
            "title": titles,
            "genres": [f"kind{topic % _KINDS}" for topic in own],
            "year": rng.integers(1950, 2025, n_items),
        }
    )


def _choice(rng: np.random.Generator, n_items: int, many: int) -> list[int]:
    """Different items: four of five of three topics, the rest of any."""
    topics = _topics(n_items)
    about = rng.integers(0, topics, 3)[rng.integers(0, 3, 4 * many)]
    near = about + topics * rng.integers(0, max(1, n_items // topics), 4 * many)
    found = np.where(rng.random(4 * many) < 0.8, near, rng.integers(0, n_items, 4 * many))
    kept: list[int] = list(dict.fromkeys((found % n_items).tolist()))[:many]
    return kept


def _topics(n_items: int) -> int:
    return max(10, min(2000, n_items // 60))
