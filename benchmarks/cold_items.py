"""The folds of cold items: a fifth of the items leaves training; their text vectors, and values on them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from cold_folds import EASE, Data, component, metric_values

from palate import History, Query
from palate.pipeline import FittedBranch

SHARE = 0.2
GRID = {"gamma": (0.25, 0.5, 1.0), "l2": (0.1, 0.3), "genres": (0.0, 0.1, 0.2)}
HELD_OUT = 2


def views(warm: np.ndarray, weighted: list[tuple[np.ndarray, float]]) -> np.ndarray:
    """Views centred on the items that train, each of length one, beside one another by weight."""
    return np.hstack(
        [unit(part - part[warm].mean(axis=0)) * np.float32(weight**0.5) for part, weight in weighted]
    )


def three(data: Data, warm: np.ndarray, genres: float) -> np.ndarray:
    """Title and description, and the genres' words with this share."""
    rest = (1 - genres) / 2
    return views(warm, [(data.titles, rest), (data.words, rest), (data.genres, genres)])


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


@dataclass
class ColdItems:
    """A fold in which some items have no interaction in training."""

    data: Data
    cold: np.ndarray
    rows: np.ndarray
    query: Query
    answers: History

    @classmethod
    def draw(cls, data: Data, rng: np.random.Generator, rows: np.ndarray, out: np.ndarray) -> ColdItems:
        """A fifth of the items among `rows`, besides those already `out`; nothing of either trains."""
        seen = np.flatnonzero(np.bincount(data.item[rows], minlength=len(data.dataset.items)))
        cold = np.zeros(len(data.dataset.items), bool)
        cold[rng.choice(np.setdiff1d(seen, np.flatnonzero(out)), round(SHARE * len(seen)), replace=False)] = (
            True
        )
        training = data.dataset.history(rows & ~cold[data.item] & ~out[data.item] & data.train)
        answers = data.dataset.history(rows & cold[data.item])
        users = np.flatnonzero((training.counts > 0) & (answers.counts > 0)).astype(np.int32)
        query = Query(users, training.take(users))
        kept = rows & ~cold[data.item] & ~out[data.item] & data.train
        return cls(data, cold, kept, query, answers.take(users))

    def figures(self, ranker: Any, vectors: np.ndarray | None = None) -> dict[str, float]:
        """The ranker, fitted without the cold items, on these among themselves."""
        ranker.fit(self.data.training(self.rows, vectors))
        needs = getattr(ranker, "needs", frozenset())
        mean = component("aggregator", "mean") if "interests" in needs else None
        branch = FittedBranch("cold", ranker, mean, vectors)
        return metric_values(branch.score, self.query, self.answers, self.query.history, self.cold)


def text_to_cf(**options: Any) -> Any:
    return component("ranker", "text-to-cf", teacher=EASE, **options)


def chosen(data: Data) -> dict[str, float]:
    """Gamma, l2 and the share of genres, from items held out of what trains under the first seed."""
    outer = ColdItems.draw(data, np.random.default_rng(0), np.ones(len(data.train), bool), no_items(data))
    tried: dict[tuple[float, ...], float] = {}
    for seed in range(HELD_OUT):
        inner = ColdItems.draw(data, np.random.default_rng(100 + seed), data.train & outer.rows, outer.cold)
        for gamma, l2, share in product(*GRID.values()):
            vectors = three(data, warm_items(inner), share)
            found = inner.figures(text_to_cf(gamma=gamma, l2=l2), vectors)["ndcg@10"]
            tried[gamma, l2, share] = tried.get((gamma, l2, share), 0.0) + found / HELD_OUT
    for values, figure in tried.items():
        print("held out:", dict(zip(GRID, values, strict=True)), f"ndcg@10 {figure:.4f}", flush=True)
    return dict(zip(GRID, max(tried, key=lambda at: tried[at]), strict=True))


def no_items(data: Data) -> np.ndarray:
    return np.zeros(len(data.dataset.items), bool)


def warm_items(fold: ColdItems) -> np.ndarray:
    return np.flatnonzero(np.bincount(fold.data.item[fold.rows], minlength=len(fold.cold)))
