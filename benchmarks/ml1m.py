"""MovieLens-1M as recipes: the data, the text of a film, and each ranker with what is searched for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

SEED = 7
VALIDATION = 0.2  # as the test part has: with fewer to be found, options are hard to tell apart

TITLES, WORDS = "{title}. {genres}", "{description}"
MINILM = {"use": "transformers", "model": "all-MiniLM-L6-v2"}
VIEWS = [{**MINILM, "text": [{"use": "template", "template": text}]} for text in (TITLES, WORDS)]


def log(low: float, high: float) -> dict[str, Any]:
    return {"search": "log", "low": low, "high": high}


def between(low: float, high: float) -> dict[str, Any]:
    return {"search": "float", "low": low, "high": high}


def whole(low: int, high: int, step: int) -> dict[str, Any]:
    return {"search": "int", "low": low, "high": high, "step": step}


def among(*values: Any) -> dict[str, Any]:
    return {"search": "choice", "values": list(values)}


SEARCHED: dict[str, dict[str, Any]] = {
    "ease": {"l2": log(50, 5000)},
    "dlae": {"l2": log(50, 5000), "dropout": between(0.1, 0.8)},
    "l3ae": {"l2": log(50, 5000), "pull": log(50, 5000), "vectors_l2": log(0.1, 100)},
    "slim": {"l1": log(0.05, 20), "l2": log(20, 2000), "sweeps": 20},
    "gfcf": {"rank": whole(32, 256, 32), "low_pass": between(0, 1)},
    "rp3beta": {"alpha": between(0.4, 1.6), "beta": between(0, 1), "neighbours": whole(50, 500, 50)},
    "ials": {"l2": log(0.003, 0.03), "unobserved": log(0.1, 1), "factors": 128},
    "als": {"regularization": log(1, 200), "alpha": log(1, 20), "factors": 64, "iterations": 15},
    "pure-svd": {"factors": whole(8, 128, 4)},
    "item-knn": {
        "neighbours": whole(20, 600, 20),
        "similarity": among("cosine", "jaccard", "tfidf", "bm25"),
    },
    "user-knn": {
        "neighbours": whole(20, 300, 20),
        "similarity": among("cosine", "jaccard", "tfidf", "bm25"),
    },
    "bpr": {"learning_rate": log(0.0005, 0.1), "regularization": log(0.001, 0.1), "iterations": 60},
    "lmf": {"learning_rate": log(0.1, 2), "regularization": log(0.05, 10), "iterations": 20},
}
"""What is searched for each ranker; single values are not."""


def data(folder: str) -> dict[str, Any]:
    """The block `data` of a recipe: the split that came, and a fifth of training to validate on."""
    path = Path(folder).resolve()
    return {
        "source": {
            "use": "files", "interactions": str(path / "train.parquet"),
            "test": str(path / "test.parquet"), "items": str(path / "items.parquet"),
        },
        "split": {"use": "column", "validation": VALIDATION},
    }  # fmt: skip


def recipe(folder: str, name: str, options: dict[str, Any]) -> dict[str, Any]:
    """One ranker alone."""
    branch: dict[str, Any] = {"rank": {"use": name, **options}}
    if name == "l3ae":
        branch["encode"] = VIEWS
    return {
        "recipe": 1, "name": name, "seed": SEED, "data": data(folder), "branches": {name: branch}, "top": 20,
        "evaluate": ["ndcg@10", "recall@20"],
    }  # fmt: skip
