"""`item-contrast` against `text-to-cf` on new items: the same folds, options chosen within training."""

from __future__ import annotations

from typing import Any

import numpy as np
from cold_folds import EASE, Data, component, metric_values
from cold_items import ColdItems, no_items, text_to_cf, three, warm_items

from palate.pipeline import FittedBranch

POWERS, SHARES, FOLDS = (0.5, 1.0), (1.0, 0.5, 0.25), 3
T_QUANTILES = {1: 12.71, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}


def against_kernel(data: Data, seeds: int, options: dict[str, float]) -> dict[str, Any]:
    """Means of `item-contrast` that adds to `text-to-cf`, of both alone, and the paired differences.

    `low` and `high` are a 95% t interval of the difference over draws of new items: which are drawn decides
    far more than which users there are.
    """
    picked = _picked(data, options)
    runs: dict[str, list[float]] = {}
    for seed in range(seeds):
        every = np.ones(len(data.train), bool)
        fold = ColdItems.draw(data, np.random.default_rng(seed), every, no_items(data))
        named = {
            "text-to-cf": text_to_cf(gamma=options["gamma"], l2=options["l2"]),
            "item-contrast": _contrast(options, **picked),
            "without base": component("ranker", "item-contrast", teacher=EASE, power=picked["power"]),
        }
        for name, ranker in named.items():
            runs.setdefault(name, []).append(_value(fold, _fitted(fold, ranker, options)))
        said = ", ".join(f"{name} {values[-1]:.4f}" for name, values in runs.items())
        print(f"new items, draw {seed}: ndcg@10 {said}", flush=True)
    base = np.array(runs["text-to-cf"])
    alone = _paired(np.array(runs["without base"]), base)
    found = _paired(np.array(runs["item-contrast"]), base)
    return found | {"text-to-cf": round(float(base.mean()), 4), "without_base": alone, "options": picked}


def _picked(data: Data, options: dict[str, float]) -> dict[str, float]:
    """The options that are best, on average, for items held out of what trains under the first seed."""
    every = np.ones(len(data.train), bool)
    outer = ColdItems.draw(data, np.random.default_rng(0), every, no_items(data))
    tried: dict[tuple[float, float], list[float]] = {}
    for seed in range(FOLDS):
        inner = ColdItems.draw(data, np.random.default_rng(100 + seed), data.train & outer.rows, outer.cold)
        crossed = _value(inner, _fitted(inner, text_to_cf(gamma=options["gamma"], l2=options["l2"]), options))
        for power in POWERS:
            branch = _fitted(inner, _contrast(options, power=power), options)
            for share in SHARES:
                branch.ranker.share = share
                tried.setdefault((power, share), []).append(_value(inner, branch) - crossed)
    for (power, share), found in tried.items():
        said = ", ".join(f"{difference:+.4f}" for difference in found)
        print(f"held out: power {power}, share {share}: over text-to-cf {said}", flush=True)
    best = max(tried, key=lambda at: np.mean(tried[at]))
    return dict(zip(("power", "share"), best, strict=True))


def _contrast(options: dict[str, float], **more: float) -> Any:
    kernel = {"gamma": options["gamma"], "l2": options["l2"], "warm": "text"}
    base = {"use": "text-to-cf", "teacher": EASE, **kernel}
    return component("ranker", "item-contrast", teacher=EASE, base=base, **more)


def _fitted(fold: ColdItems, ranker: Any, options: dict[str, float]) -> FittedBranch:
    vectors = three(fold.data, warm_items(fold), options["genres"])
    return FittedBranch("new", ranker.fit(fold.data.training(fold.rows, vectors)), None, vectors)


def _value(fold: ColdItems, branch: FittedBranch) -> float:
    return metric_values(branch.score, fold.query, fold.answers, fold.query.history, fold.cold)["ndcg@10"]


def _paired(values: np.ndarray, base: np.ndarray) -> dict[str, float]:
    difference = values - base
    found = {"ndcg@10": float(values.mean()), "diff": float(difference.mean())}
    n = len(difference)
    if n > 1:
        half = T_QUANTILES.get(n - 1, 2.0) * float(difference.std(ddof=1)) / n**0.5
        found |= {"low": found["diff"] - half, "high": found["diff"] + half}
    return {name: round(value, 4) for name, value in found.items()}
