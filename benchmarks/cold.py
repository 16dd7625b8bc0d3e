"""New items, new users and sparse training, on MovieLens-1M.

    python benchmarks/cold.py --data FOLDER [--seeds 10] [--only items,contrast,users,sparse]

FOLDER holds train.parquet, test.parquet (user_id, item_id) and items.parquet (item_id, title, genres,
description). The last line is `{"items", "items_among_all", "controls", "contrast", "users", "sparse"}`.

- items: a fifth of the items leaves training entirely and is ranked among itself; right is whatever
  a user did with them. `text-to-cf` from three views: title with genres, description, and the genres'
  words. `controls` have the same with other vectors, and simpler rankers. Its options are chosen on
  fifths of the other items, held out in the same way. Means over `--seeds` draws: which popular items
  are drawn moves a value by .03, so that means over few draws say little.
- items_among_all: the hybrid ranks every item a user has not seen, new and known together (three draws).
- contrast: `item-contrast`, which adds to `text-to-cf`, against it on the same draws and vectors,
  `{"ndcg@10", "diff", "low", "high", "text-to-cf", "without_base"}` with 95% t intervals over draws; its
  options are chosen as those above.
- users: a fifth of the users leaves training; m of their items, drawn at random, are their history.
- sparse: m training interactions of each user are kept, all are masked, and the usual test evaluates.

Fusers are tuned on a tenth of what trains. Text vectors come from the store (PALATE_STORE).
"""

from __future__ import annotations

import argparse
import json
from typing import Any

import numpy as np
from cold_contrast import against_kernel
from cold_folds import Data, Scores, component, hybrid, metric_values, read
from cold_items import SHARE, ColdItems, chosen, no_items, text_to_cf, three, unit, views, warm_items

from palate import History, Query
from palate.pipeline import Pipeline

LENGTHS = (0, 1, 3, 5, 10)
KEPT = (5, 10, 20)
AMONG_ALL = 3


def items(data: Data, seeds: int) -> dict[str, Any]:
    options = chosen(data)
    crossing = text_to_cf(gamma=options["gamma"], l2=options["l2"])
    runs: dict[str, list[dict[str, float]]] = {}
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        fold = ColdItems.draw(data, rng, np.ones(len(data.train), bool), no_items(data))
        warm = warm_items(fold)
        whole, both = three(data, warm, options["genres"]), three(data, warm, 0.0)
        titles = views(warm, [(data.titles, 1.0)])
        noise = unit(rng.normal(size=whole.shape)).astype(np.float32)
        named = {
            "text-to-cf": (crossing, whole),
            "title and description": (crossing, both),
            "titles and genres only": (crossing, titles),
            "titles only": (crossing, views(warm, [(data.names, 1.0)])),
            "linear ridge": (text_to_cf(kernel="linear", l2=1.0), whole),
            "genres": (crossing, views(warm, [(data.genres, 1.0)])),
            "shuffled vectors": (crossing, whole[rng.permutation(len(whole))]),
            "random vectors": (crossing, noise),
            "cosine, raw titles": (component("ranker", "cosine"), data.titles),
            "cosine, centred titles": (component("ranker", "cosine"), titles),
            "cosine, two views": (component("ranker", "cosine"), both),
            "random": (component("ranker", "random"), None),
        }
        for name, (ranker, vectors) in named.items():
            runs.setdefault(name, []).append(fold.figures(ranker, vectors))
            print(f"cold items, seed {seed}: {name}: {runs[name][-1]}", flush=True)
        for name, figures in (among_all(data, fold, options) if seed < AMONG_ALL else {}).items():
            runs.setdefault(f"among all: {name}", []).append(figures)
            print(f"cold items among all, seed {seed}: {name}: {figures}", flush=True)
    means = {
        name: {label: round(float(np.mean([run[label] for run in found])), 4) for label in found[0]}
        for name, found in runs.items()
    }
    everything = {name[11:]: figures for name, figures in means.items() if name.startswith("among all: ")}
    controls = {name: figures for name, figures in means.items() if not name.startswith("among all: ")}
    return {
        "items": controls.pop("text-to-cf") | {"interval": half_interval(runs["text-to-cf"])},
        "items_among_all": everything.pop("hybrid"),
        "controls": controls | {f"among all: {name}": figures for name, figures in everything.items()},
        "options": options,
    }


def half_interval(found: list[dict[str, float]]) -> float:
    """Half a 95% interval of the mean NDCG@10 over draws (normal approximation)."""
    values = np.array([run["ndcg@10"] for run in found])
    return round(float(1.96 * values.std(ddof=1) / len(values) ** 0.5), 4) if len(values) > 1 else 0.0


def among_all(data: Data, fold: ColdItems, options: dict[str, float]) -> dict[str, dict[str, float]]:
    """Everything a user has not seen is ranked; relevant are their new items and those of the usual test."""
    pipeline = hybrid(data, fold.rows, options)
    users = fold.query.users
    later = data.dataset.history(fold.cold[data.item] | ~data.train).take(users)
    ease = next(branch for branch in pipeline.branches if branch.name == "linear")
    return {
        "hybrid": metric_values(pipeline.scores, fold.query, later, fold.query.history),
        "hybrid, new items only as answers": metric_values(
            pipeline.scores, fold.query, fold.answers, fold.query.history
        ),
        "ease": metric_values(ease.score, fold.query, later, fold.query.history),
    }


def rows_of(pipeline: Pipeline, name: str) -> Scores:
    """One branch alone; a user that it cannot serve gets the fallback, as in a run."""
    branch = next(branch for branch in pipeline.branches if branch.name == name)
    alone = Pipeline(
        (branch,),
        None,
        (),
        pipeline.fallback,
        pipeline.items,
        pipeline.users,
        pipeline.history,
        pipeline.trained,
    )
    return alone.scores


def compared(pipeline: Pipeline, query: Query, answers: History, masked: History) -> dict[str, Any]:
    named = {"hybrid": pipeline.scores} | {
        shown: rows_of(pipeline, name) for shown, name in (("ease", "linear"), ("popularity", "popularity"))
    }
    return {name: metric_values(score, query, answers, masked) for name, score in named.items()}


def some_of(history: History, m: int, rng: np.random.Generator) -> History:
    """m random events of each user."""
    order = np.lexsort((rng.random(len(history.items)), history.owners))
    place = np.arange(len(order)) - np.repeat(history.indptr[:-1], history.counts)
    return History.from_lists(
        [
            part.tolist()
            for part in np.split(history.items[order][place < m], np.cumsum(np.minimum(history.counts, m)))[
                :-1
            ]
        ],
        history.n_items,
    )


def users(data: Data, options: dict[str, float]) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    users = np.flatnonzero(np.bincount(data.user, minlength=data.dataset.users.height)).astype(np.int32)
    out = np.sort(rng.choice(users, round(SHARE * len(users)), replace=False)).astype(np.int32)
    pipeline = hybrid(data, data.train & ~np.isin(data.user, out), options)
    whole = data.dataset.history(np.ones(len(data.train), bool)).take(out)
    found = {}
    for m in LENGTHS:
        given = some_of(whole, m, np.random.default_rng(m))
        query = Query(np.full(len(out), -1, np.int32), given)
        found[str(m)] = compared(pipeline, query, whole, given)
        print(f"cold users, m = {m}: {found[str(m)]}", flush=True)
    return found


def sparse(data: Data, options: dict[str, float]) -> dict[str, Any]:
    found = {}
    whole = data.dataset.history(data.train)
    test = data.dataset.history(~data.train)
    users = np.flatnonzero((whole.counts > 0) & (test.counts > 0)).astype(np.int32)
    for m in KEPT:
        rows = kept_rows(data, m)
        pipeline = hybrid(data, rows, options)
        query = Query(users, data.dataset.history(rows).take(users))
        figures = compared(pipeline, query, test.take(users), whole.take(users))
        ratio = figures["hybrid"]["ndcg@10"] / figures["ease"]["ndcg@10"] - 1
        found[str(m)] = figures | {"over_ease": round(ratio, 4)}
        print(f"sparse, m = {m}: {found[str(m)]}", flush=True)
    return found


def kept_rows(data: Data, m: int) -> np.ndarray:
    """bool[interactions]: m random ones of each user, of those that train."""
    at = np.flatnonzero(data.train)
    order = at[np.lexsort((np.random.default_rng(m).random(len(at)), data.user[at]))]
    first = np.searchsorted(data.user[order], data.user[order])
    kept = np.zeros(len(data.train), bool)
    kept[order[np.arange(len(order)) - first < m]] = True
    return kept


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", required=True, help="the folder of MovieLens-1M")
    parser.add_argument("--seeds", type=int, default=10, help="how many draws of cold items")
    parser.add_argument("--only", default="items,contrast,users,sparse", help="which parts, by commas")
    given = parser.parse_args()
    parts = given.only.split(",")
    data = read(given.data)
    found: dict[str, Any] = items(data, given.seeds) if "items" in parts else {}
    options = found.pop("options", {"gamma": 0.25, "l2": 0.1, "genres": 0.1})
    if "contrast" in parts:
        found["contrast"] = against_kernel(data, given.seeds, options)
    if "users" in parts:
        found["users"] = users(data, options)
    if "sparse" in parts:
        found["sparse"] = sparse(data, options)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
