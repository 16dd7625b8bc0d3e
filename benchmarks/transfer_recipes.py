"""Four data sets as recipes, what is searched for each ranker, and the hybrids with and without texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from ml1m import MINILM, among, between, log, whole
from sequence_recipes import FOLDERS, METRICS, SEED, TOP

Options = dict[str, Any]
HUNDRED = "ml-100k"
NAMES = (*FOLDERS, HUNDRED)
MOST_ITEMS = 5000  # of `slim`, whose time grows with items³ in each of its sweeps
FUSE: Options = {"use": "switch", "weights": "tune", "new_users": {"popularity": 1}, "events": 1}

SPACES: dict[str, Options] = {
    "ease": {"l2": log(5, 3000)},
    "dlae": {"l2": log(5, 3000), "dropout": between(0.1, 0.8)},
    "slim": {"l1": log(0.05, 20), "l2": log(20, 2000), "sweeps": 20},
    "gfcf": {"rank": whole(32, 512, 32), "low_pass": between(0, 1.5)},
    "rp3beta": {"alpha": between(0.3, 1.2), "beta": between(0, 1), "neighbours": whole(50, 500, 50)},
    "item-knn": {
        "neighbours": whole(20, 600, 20), "similarity": among("cosine", "jaccard", "tfidf", "bm25"),
        "shrink": among(0, 5, 20, 80),
    },
    "user-knn": {
        "neighbours": whole(20, 500, 20), "similarity": among("cosine", "jaccard", "tfidf", "bm25"),
        "shrink": among(0, 2, 10),
    },
    "pure-svd": {"factors": whole(8, 256, 8)},
    "ials": {"l2": log(0.002, 0.2), "unobserved": log(0.002, 1), "factors": 128},
    "als": {"regularization": log(1, 300), "alpha": log(1, 300), "factors": 64},
    "bpr": {"learning_rate": log(0.0005, 0.2), "regularization": log(0.0003, 0.1)},
    "lmf": {"learning_rate": log(0.05, 3), "regularization": log(0.05, 10)},
    "markov": {"smoothing": log(0.03, 30), "last": whole(1, 20, 1), "decay": between(0.3, 1)},
    "session-knn": {"neighbours": whole(20, 500, 20), "last": whole(1, 20, 1), "decay": between(0.5, 1)},
}  # fmt: skip
"""What is searched for each ranker, the same on all data; single values are not."""

LIBRARIES = {"als": "implicit", "bpr": "implicit", "lmf": "implicit"}
TEMPLATES = {
    "beauty": ("{title}", "{attributes}"),
    "ml-1m": ("{title}. {genres}", "{description}"),
    "yelp": ("{title}. {categories}",),
    HUNDRED: ("{title}. {genres}",),
}
"""The texts of an item, each a view of its own."""


@dataclass(frozen=True)
class Place:
    """A data set where it lies, whole or cut to so many users drawn by the seed."""

    name: str
    folder: Path
    scratch: Path
    users: int | None = None
    _cut: dict[str, Path] = field(default_factory=dict, compare=False)

    def data(self) -> Options:
        """The block `data`.

        The last event of each user is the test and the one before it validates; of MovieLens-100K, where 943
        events could not tell rankers apart, the newest fifth of each user's ratings, and the newest tenth of
        what is left.
        """
        if self.name == HUNDRED:
            source: Options = {"use": "movielens", "size": "100k"}
            if self.folder.is_dir():
                source["folder"] = str(self.folder)
            return {"source": source, "split": {"use": "user-temporal", "test": 0.2, "validation": 0.1}}
        return {
            "source": {
                "use": "files", "interactions": str(self.events()),
                "items": str(self.catalogue()), "columns": {"time": "position"},
            },
            "split": {"use": "leave-one-out", "single": True},
        }  # fmt: skip

    def events(self) -> Path:
        """The file of events, without those of users who were not drawn."""
        whole_file = self.folder / "interactions.parquet"
        if self.users is None:
            return whole_file
        if "file" not in self._cut:
            events = pl.read_parquet(whole_file)
            known = events["user_id"].unique().sort().to_numpy()
            size = min(self.users, len(known))
            drawn = np.random.default_rng(SEED).choice(known, size, replace=False)
            self._cut["file"] = self.scratch / f"{self.name}-{size}.parquet"
            events.filter(pl.col("user_id").is_in(drawn.tolist())).write_parquet(self._cut["file"])
        return self._cut["file"]

    def items(self) -> int:
        """How many items there are, also those that no drawn user has."""
        if self.name == HUNDRED:
            return 1682
        return pl.read_parquet(self.catalogue()).height

    def catalogue(self) -> Path:
        return self.folder / "items.parquet"

    def rankers(self) -> list[str]:
        """The rankers that can be fitted on it with what is installed."""
        missing = {name for name, library in LIBRARIES.items() if find_spec(library) is None}
        large = {"slim"} if self.items() > MOST_ITEMS else set()
        return [name for name in SPACES if name not in missing | large]

    def recipe(self, name: str, branches: Options, fuse: Options | None = None) -> Options:
        """A recipe of these branches on this data set."""
        found: Options = {
            "recipe": 1, "name": f"{self.name}-{name}", "seed": SEED, "data": self.data(),
            "branches": branches, "top": TOP, "evaluate": METRICS,
        }  # fmt: skip
        return found | ({"fuse": fuse} if fuse else {})


def alone(ranker: str, options: Options) -> Options:
    return {ranker: {"rank": {"use": ranker, **options}}}


def views(name: str, encoder: str) -> list[Options]:
    """The texts of the items as vectors, by TF-IDF or by MiniLM."""
    found = []
    for template in TEMPLATES[name]:
        text: list[Options] = [{"use": "template", "template": template}, {"use": "fill", "text": "none"}]
        words = encoder == "tfidf" or template == "{attributes}"  # numbers no language model knows
        vectors = {"use": "tfidf", "dimensions": 128, "sublinear": True} if words else MINILM
        found.append({**vectors, "text": text})
    return found


def hybrid(name: str, text: str | None, encoder: str) -> Options:
    """The branches of the recipe `auto` with its defaults, and texts in one of the ways of `TEXTS`."""
    linear: Options = {"rank": {"use": "ease"}}
    neighbours: Options = {"rank": {"use": "item-knn"}}
    encoded: Options = {"encode": views(name, encoder)}
    found = {
        "linear": linear, "neighbours": neighbours, "factors": {"rank": {"use": "ials"}},
        "popularity": {"rank": "popularity"},
    }  # fmt: skip
    if text == "side":
        for branch in (linear, neighbours):
            branch["rank"]["side"] = "vectors"
            branch |= encoded | {"transform": ["center", "l2"]}
    if text == "content":
        found["text"] = {**encoded, "aggregate": "mean", "rank": "cosine"}
    if text == "crossing":
        crossing = {"use": "text-to-cf", "teacher": {"use": "ease"}, "kernel": "linear"}
        found["crossing"] = {**encoded, "rank": crossing}
    return found


TEXTS = ("content", "side", "crossing")
"""Texts as a branch of their own, beside the users of EASE and item-knn, or as `text-to-cf`."""
