"""MovieLens-100K under four protocols: the same rankers, and values that differ by a factor of ten.

Means over five seeds. A split of so few users moves a value by .003, the last event of each by .01,
and a quarter that is rounded to the nearest instead of down by .004.
"""

from __future__ import annotations

from statistics import fmean

import numpy as np
from cold_folds import component

from palate import Dataset, Fold, Ranking, Training
from palate.arrays.topk import top_k
from palate.evaluation import evaluate
from palate.pipeline import FittedBranch, Pipeline

RANKERS = {
    "popularity": {},
    "item-knn": {"neighbours": 50, "similarity": "cosine", "shrink": 0},
    "ease": {"l2": 200.0},
}
SAMPLED = "leave-last-out, 99 sampled negatives"
PROTOCOLS = (
    "per-user random 75/25",
    "leave-last-out, full ranking",
    SAMPLED,
    "global time 80/20, warm users",
)
SEEDS = (1, 2, 3, 4, 5)
NEGATIVES = 99


def protocols() -> dict[str, dict[str, float]]:
    """NDCG@10 by protocol and ranker; the data are fetched on first use."""
    dataset = component("source", "movielens", size="100k").load()
    found = {}
    for protocol in PROTOCOLS:
        folds = [(seed, split(dataset, protocol, seed)) for seed in SEEDS]
        found[protocol] = {
            name: round(
                fmean(evaluated(dataset, fold, name, protocol == SAMPLED, seed) for seed, fold in folds), 4
            )
            for name in RANKERS
        }
        print(protocol, found[protocol], flush=True)
    return found


def split(dataset: Dataset, protocol: str, seed: int) -> Fold:
    rng = np.random.default_rng(seed)
    if protocol.startswith("per-user random"):
        return quarter(dataset, rng)
    if protocol.startswith("leave-last-out"):
        splitter = component("splitter", "leave-one-out", validation=False, single=True)
    else:
        splitter = component("splitter", "temporal", test=0.2, validation=0.0)
    return next(splitter.split(dataset, rng))


def quarter(dataset: Dataset, rng: np.random.Generator) -> Fold:
    """A quarter of each user's ratings, rounded down, at random."""
    user = dataset.interactions["user"].to_numpy()
    counts = np.bincount(user)
    order = np.lexsort((rng.random(len(user)), user))
    test = np.zeros(len(user), bool)
    test[order] = np.arange(len(user)) - (np.cumsum(counts) - counts)[user] < counts[user] // 4
    return Fold.from_masks(len(user), test=test)


def evaluated(dataset: Dataset, fold: Fold, name: str, sampled: bool, seed: int) -> float:
    """Mean NDCG@10 over the users of the test part who trained."""
    history = fold.training(dataset)
    ranker = component("ranker", name, **RANKERS[name]).fit(
        Training(history, dataset.items, dataset.users, seed=seed)
    )
    users = fold.users(dataset, "test")
    users = users[history.counts[users] > 0]
    query, truth = fold.query(dataset, "test", users), fold.truth(dataset, "test", users)
    pipeline = Pipeline(
        (FittedBranch(name, ranker),), None, (), None, dataset.items, dataset.users, fold.seen(dataset),
        history.counts > 0, seed,
    )  # fmt: skip
    if sampled:
        scores = pipeline.scores(query)
        scores[~candidates(dataset, fold, users, seed)] = -np.inf
        found = top_k(scores, 10, query.history.matrix, query.ties(seed))
        ranking = Ranking(users, *found)
    else:
        ranked = pipeline.rank(query, 10)
        ranking = Ranking(users, ranked.items, ranked.scores)
    result = evaluate(ranking, truth, {"ndcg@10": component("metric", "ndcg", k=10)})
    return result.summary["ndcg@10"].mean


def candidates(dataset: Dataset, fold: Fold, users: np.ndarray, seed: int) -> np.ndarray:
    """bool[users, items]: the held-out item, and 99 others that the user never interacted with, at random."""
    answers = dataset.history(fold.rows("test")).take(users).matrix.toarray() > 0
    seen = dataset.history().take(users).matrix.toarray() > 0
    lots = np.where(seen, np.inf, np.random.default_rng(seed).random(seen.shape))
    drawn = np.argpartition(lots, NEGATIVES, axis=1)[:, :NEGATIVES]
    answers[np.arange(len(users))[:, None], drawn] = True
    return answers
