"""Ordered histories as recipes: data, each ranker with what is searched for it, the hybrids."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ml1m import MINILM, among, between, log, whole

SEED = 7
TOP = 10
METRICS = ["ndcg@10", "hit-rate@10"]
FOLDERS = {"beauty": "beauty", "ml-1m": "ml-1m-sequences", "yelp": "yelp"}
TEXTS = {"beauty": "{title}", "ml-1m": "{title}. {genres}", "yelp": "{title}. {categories}"}
LENGTH = {"beauty": 50, "ml-1m": 200, "yelp": 50}
WIDTH = {"beauty": 64, "ml-1m": 128, "yelp": 64}
LINEAR = ("ease", "item-knn", "markov")
NETWORKS = ("sasrec", "sasrec-delta", "gru", "two-tower")

Options = dict[str, Any]


def spaces(name: str) -> dict[str, Options]:
    """What is searched for each ranker of a data set; single values are not."""
    network = {
        "dimensions": WIDTH[name], "length": LENGTH[name], "epochs": 70, "patience": 7,
        "dropout": among(0.2, 0.35, 0.5),
    }  # fmt: skip
    return {
        "ease": {"l2": log(50, 2000)},
        "item-knn": {"neighbours": whole(50, 600, 50), "similarity": among("cosine", "tfidf", "bm25")},
        "markov": {"smoothing": log(0.1, 10), "last": whole(1, 10, 1), "decay": between(0.2, 0.9)},
        "sasrec": {**network, "learning_rate": among(0.0005, 0.001)},
        "sasrec-delta": {**network, "items": "delta", "learning_rate": among(0.0005, 0.001)},
        "gru": {**network, "learning_rate": among(0.0005, 0.001)},
        "two-tower": {**network, "loss": "softmax", "pooling": among("mean", "attention")},
    }


def data(folder: Path, shuffled: Path | None = None) -> Options:
    """The block `data`: the last event of each user is the test, the one before it validates."""
    events = shuffled or folder / "interactions.parquet"
    return {
        "source": {
            "use": "files", "interactions": str(events), "items": str(folder / "items.parquet"),
            "columns": {"time": "position"},
        },
        "split": {"use": "leave-one-out", "single": True},
    }  # fmt: skip


def branch(name: str, ranker: str, options: Options) -> Options:
    """A branch with one ranker, and vectors of the texts where it reads them."""
    found: Options = {"rank": {"use": ranker.removesuffix("-delta"), **options}}
    if options.get("items", "ids") != "ids":
        found["encode"] = views(name)
    return found


def views(name: str) -> list[Options]:
    """The texts of the items as vectors, each text a view, centred and of one length."""
    found = [{**MINILM, "text": [{"use": "template", "template": TEXTS[name]}], "weight": 3.0}]
    if name == "beauty":  # numbers of categories and brands, whose words no language model knows
        numbers = [{"use": "template", "template": "{attributes}"}, {"use": "fill", "text": "none"}]
        found.append({"use": "tfidf", "dimensions": 128, "text": numbers, "weight": 1.0})
    return found


def content(name: str) -> Options:
    return {"encode": views(name), "aggregate": "mean", "rank": "cosine"}


def recipe(name: str, block: Options, branches: dict[str, Options], fused: bool = False) -> Options:
    """A recipe of these branches beside popularity; `fused` by weights tuned on the validation events."""
    tuned = {"use": "weighted", "normalize": "z-score", "weights": "tune"}
    return {
        "recipe": 1, "name": name, "seed": SEED, "data": block,
        "branches": {"popularity": {"rank": "popularity"}, **branches},
        "fuse": tuned if fused else "rrf",
        "top": TOP, "evaluate": METRICS,
    }  # fmt: skip
