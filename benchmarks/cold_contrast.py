"""`item-contrast` against `text-to-cf` on new items: the same folds, options chosen within training."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from cold_folds import EASE, Data, Scores, component, metric_values
from cold_items import HELD_OUT, ColdItems, no_items, text_to_cf, three, warm_items

from palate import Query
from palate.pipeline import FittedBranch

GRID = {"power": (0.5, 1.0)}
WEIGHTS = (0.3, 0.5, 0.7)
T_QUANTILES = {1: 12.71, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}


def against_kernel(data: Data, seeds: int, options: dict[str, float]) -> dict[str, Any]:
    """Means of both, and of the two fused, over draws of new items, with the paired differences.

    `low` and `high` are a 95% t interval of the difference over draws: which items are drawn decides far more
    than which users there are.
    """
    picked = _picked(data, options)
    runs: dict[str, list[float]] = {}
    for seed in range(seeds):
        every = np.ones(len(data.train), bool)
        fold = ColdItems.draw(data, np.random.default_rng(seed), every, no_items(data))
        kernel, contrast = _both(fold, options, {name: picked[name] for name in GRID})
        named = {
            "text-to-cf": kernel,
            "item-contrast": contrast,
            "fused": _fused(fold, kernel, contrast, picked["weight"]),
        }
        for name, scores in named.items():
            runs.setdefault(name, []).append(_value(fold, scores))
        said = ", ".join(f"{name} {values[-1]:.4f}" for name, values in runs.items())
        print(f"new items, draw {seed}: ndcg@10 {said}", flush=True)
    base = np.array(runs["text-to-cf"])
    fused = _paired(np.array(runs["fused"]), base)
    found = _paired(np.array(runs["item-contrast"]), base)
    return found | {"text-to-cf": round(float(base.mean()), 4), "fused": fused, "options": picked}


def _picked(data: Data, options: dict[str, float]) -> dict[str, float]:
    """The options and the share in the fusion that are best on items held out of what trains."""
    every = np.ones(len(data.train), bool)
    outer = ColdItems.draw(data, np.random.default_rng(0), every, no_items(data))
    alone: dict[tuple[float, ...], float] = {}
    fused: dict[tuple[float, ...], float] = {}
    for seed in range(HELD_OUT):
        inner = ColdItems.draw(data, np.random.default_rng(100 + seed), data.train & outer.rows, outer.cold)
        for values in product(*GRID.values()):
            kernel, contrast = _both(inner, options, dict(zip(GRID, values, strict=True)))
            alone[values] = alone.get(values, 0.0) + _value(inner, contrast) / HELD_OUT
            for weight in WEIGHTS:
                found = _value(inner, _fused(inner, kernel, contrast, weight)) / HELD_OUT
                fused[*values, weight] = fused.get((*values, weight), 0.0) + found
    best = max(alone, key=lambda at: alone[at])
    for values, value in alone.items():
        mixed = ", ".join(f"{weight}: {fused[*values, weight]:.4f}" for weight in WEIGHTS)
        print("held out:", dict(zip(GRID, values, strict=True)), f"{value:.4f}; fused {mixed}", flush=True)
    weight = max(WEIGHTS, key=lambda at: fused[*best, at])
    return dict(zip(GRID, best, strict=True)) | {"weight": weight}


def _both(fold: ColdItems, options: dict[str, float], tried: dict[str, float]) -> tuple[Scores, Scores]:
    """The scores of `text-to-cf` and of `item-contrast`, fitted on the same events and vectors."""
    vectors = three(fold.data, warm_items(fold), options["genres"])
    crossed = text_to_cf(gamma=options["gamma"], l2=options["l2"])
    contrast = component("ranker", "item-contrast", teacher=EASE, **tried)
    training = fold.data.training(fold.rows, vectors)
    one, other = (FittedBranch("cold", each.fit(training), None, vectors) for each in (crossed, contrast))
    return one.score, other.score


def _fused(fold: ColdItems, one: Scores, other: Scores, weight: float) -> Scores:
    """Scores among the new items: `weight` for the other's z-scores, the rest for the one's."""

    def scores(query: Query) -> np.ndarray:
        found = np.full((len(query), len(fold.cold)), np.nan, np.float32)
        a, b = (_standard(each(query)[:, fold.cold]) for each in (one, other))
        found[:, fold.cold] = (1 - weight) * a + weight * b
        return found

    return scores


def _standard(scores: np.ndarray) -> np.ndarray:
    return (scores - scores.mean(axis=1, keepdims=True)) / scores.std(axis=1, keepdims=True)


def _value(fold: ColdItems, scores: Scores) -> float:
    return metric_values(scores, fold.query, fold.answers, fold.query.history, fold.cold)["ndcg@10"]


def _paired(values: np.ndarray, base: np.ndarray) -> dict[str, float]:
    difference = values - base
    found = {"ndcg@10": float(values.mean()), "diff": float(difference.mean())}
    n = len(difference)
    if n > 1:
        half = T_QUANTILES.get(n - 1, 2.0) * float(difference.std(ddof=1)) / n**0.5
        found |= {"low": found["diff"] - half, "high": found["diff"] + half}
    return {name: round(value, 4) for name, value in found.items()}
