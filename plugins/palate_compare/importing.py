"""Rankings made elsewhere, judged as those of a run are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.arrays.topk import tie_order
from palate.data import Ranking
from palate.errors import DataError, listed
from palate.evaluation import evaluate
from palate.registry import Registry
from palate.runs import Run
from palate.runs.ground_truth import GroundTruth
from palate_compare.entry import Entry, Figures
from palate_compare.ranking_files import read_ranking
from palate_compare.rankings import metrics_of, rows_of


def imported(name: str, file: Path, host: Run, registry: Registry) -> Entry:
    """A ranking from a file as an entry, judged under the protocol of `host`.

    Items that the person had met are taken out, as palate masks them; the rest move up. People
    whom the file leaves out count with nothing found, so that nobody is dropped for being hard.
    Lines of equal rank, or without one of equal score, are put in the run's seeded tie order.
    Raises DataError where nothing in the file is about the people or items of the run.
    """
    judged, metrics = host.judged, metrics_of(host, registry)
    depth = max([int(getattr(metric, "k", 0) or 0) for metric in metrics.values()] + [1])
    frame = read_ranking(file)
    user, item, remarks = _placed(frame, judged, int(host.recipe["seed"]), file)
    ranking = _filled(user, item, len(judged), depth)
    counts = np.bincount(user, minlength=len(judged))
    remarks |= {
        "people": int(np.count_nonzero(counts == 0)),
        "short": int(np.count_nonzero((counts > 0) & (counts < min(depth, len(judged.items))))),
    }
    result = evaluate(ranking, judged.truth, metrics)
    ids = judged.people["id"]
    per_user = result.per_user.with_columns(ids.gather(result.per_user["user"]).alias("user"))
    place = np.arange(len(user)) - (np.cumsum(counts) - counts)[user] + 1
    named = pl.DataFrame(
        {
            "user": ids.gather(pl.Series(user)),
            "rank": place.astype(np.int32),
            "item": judged.items.ids.gather(pl.Series(item)),
            "title": judged.items.titles.gather(pl.Series(item)),
        }
    )
    return Entry(name, (Figures(host, name, per_user, result.overall, foreign=named, remarks=remarks),))


def _placed(
    frame: pl.DataFrame, judged: GroundTruth, seed: int, file: Path
) -> tuple[NDArray[np.int64], NDArray[np.int64], dict[str, int]]:
    """Row numbers of people and items, by person and best first, and what had to be left out."""
    user, item = rows_of(judged.people["id"], frame["user"]), rows_of(judged.items.ids, frame["item"])
    for what, rows, known in (("user", user, judged.people["id"]), ("item", item, judged.items.ids)):
        if not (rows >= 0).any():
            raise DataError(
                f"{file}: none of its {what}s is known; they begin with {listed(frame[what].head(3))}, those "
                f"of the run with {listed(known.head(3))}"
            )
    remarks = {"strangers": frame["user"].filter(pl.Series(user < 0)).n_unique()}
    remarks["items"] = int(np.count_nonzero((user >= 0) & (item < 0)))
    kept = (user >= 0) & (item >= 0)
    user, item, order = user[kept], item[kept], frame["order"].to_numpy()[kept]
    ties = tie_order(len(judged.items), seed)
    sorted_rows = np.lexsort((ties[item], order, user))
    user, item = user[sorted_rows], item[sorted_rows]
    key = user * len(judged.items) + item
    first = np.zeros(len(key), bool)
    first[np.unique(key, return_index=True)[1]] = True
    before = judged.truth.history or judged.history
    met = np.isin(key, before.owners.astype(np.int64) * len(judged.items) + before.items)
    remarks |= {"repeated": int(np.count_nonzero(~first)), "seen": int(np.count_nonzero(first & met))}
    return user[first & ~met], item[first & ~met], remarks


def _filled(user: NDArray[np.int64], item: NDArray[np.int64], n: int, depth: int) -> Ranking:
    """Rows of at least `depth` places, padded with -1."""
    counts = np.bincount(user, minlength=n)
    place = np.arange(len(user)) - (np.cumsum(counts) - counts)[user]
    items = np.full((n, max(depth, int(counts.max(initial=0)))), -1, np.int32)
    items[user, place] = item
    scores = np.where(items >= 0, -np.arange(items.shape[1], dtype=np.float32), -np.inf).astype(np.float32)
    return Ranking(np.arange(n, dtype=np.int32), items, scores)
