"""Rankings from other tools, evaluated as those of a run are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from palate.arrays.ties import places, tie_keys
from palate.data import Ranking
from palate.errors import DataError, listed
from palate.evaluation import evaluate
from palate.registry import Registry
from palate.runs import Run
from palate.runs.ground_truth import GroundTruth
from palate_compare.entry import Entry, EvaluatedRanking
from palate_compare.ranking_files import read_ranking
from palate_compare.rankings import metrics_of, rows_of


def imported(name: str, file: Path, host: Run, registry: Registry) -> Entry:
    """A ranking from a file as an entry, evaluated under the protocol of `host`.

    Seen items are removed, as palate masks them; the rest move up. Users without a line in the file
    count with no relevant item found, so that no user is dropped for being hard to serve.
    Lines of equal rank, or without one of equal score, are put in the run's seeded tie order.
    Raises DataError where no user or no item of the file is in the run.
    """
    if "events" in host.results["evaluated"]:
        raise DataError(
            f"{host.folder} asks for each event after all before it, and a file has one ranking a user: "
            "compare it with a run that says `ask: each-user`"
        )
    ground_truth, metrics = host.ground_truth, metrics_of(host, registry)
    depth = max([int(getattr(metric, "k", 0) or 0) for metric in metrics.values()] + [1])
    frame = read_ranking(file)
    user, item, corrections = _placed(frame, ground_truth, int(host.recipe["seed"]), file)
    ranking = _filled(user, item, len(ground_truth), depth)
    counts = np.bincount(user, minlength=len(ground_truth))
    corrections |= {
        "without ranking": int(np.count_nonzero(counts == 0)),
        "short": int(np.count_nonzero((counts > 0) & (counts < min(depth, len(ground_truth.items))))),
    }
    result = evaluate(ranking, ground_truth.truth, metrics)
    ids = ground_truth.users["id"]
    per_user = result.per_user.with_columns(ids.gather(result.per_user["user"]).alias("user"))
    place = np.arange(len(user)) - (np.cumsum(counts) - counts)[user] + 1
    named = pl.DataFrame(
        {
            "user": ids.gather(pl.Series(user)),
            "rank": place.astype(np.int32),
            "item": ground_truth.items.ids.gather(pl.Series(item)),
            "title": ground_truth.items.titles.gather(pl.Series(item)),
        }
    )
    return Entry(
        name,
        (EvaluatedRanking(host, name, per_user, result.overall, imported=named, corrections=corrections),),
    )


def _placed(
    frame: pl.DataFrame, ground_truth: GroundTruth, seed: int, file: Path
) -> tuple[NDArray[np.int64], NDArray[np.int64], dict[str, int]]:
    """Row numbers of users and items, by user and best first, and what had to be left out."""
    users, items = ground_truth.users["id"], ground_truth.items.ids
    user, item = rows_of(users, frame["user"]), rows_of(items, frame["item"])
    for what, rows, known in (("user", user, users), ("item", item, items)):
        if not (rows >= 0).any():
            raise DataError(
                f"{file}: none of its {what} ids is in the run; they begin with "
                f"{listed(frame[what].head(3))}, those of the run with {listed(known.head(3))}"
            )
    corrections = {"unknown users": frame["user"].filter(pl.Series(user < 0)).n_unique()}
    corrections["unknown items"] = int(np.count_nonzero((user >= 0) & (item < 0)))
    kept = (user >= 0) & (item >= 0)
    user, item, order = user[kept], item[kept], frame["order"].to_numpy()[kept]
    ties = places(item, tie_keys(np.arange(len(ground_truth)), seed)[user])
    sorted_rows = np.lexsort((ties, order, user))
    user, item = user[sorted_rows], item[sorted_rows]
    key = user * len(ground_truth.items) + item
    first = np.zeros(len(key), bool)
    first[np.unique(key, return_index=True)[1]] = True
    before = ground_truth.truth.history or ground_truth.history
    known = before.owners.astype(np.int64) * len(ground_truth.items) + before.items
    seen = np.isin(key, known) if ground_truth.truth.masks else np.zeros(len(key), bool)
    corrections |= {"repeated": int(np.count_nonzero(~first)), "seen": int(np.count_nonzero(first & seen))}
    return user[first & ~seen], item[first & ~seen], corrections


def _filled(user: NDArray[np.int64], item: NDArray[np.int64], n: int, depth: int) -> Ranking:
    """Rows of at least `depth` places, padded with -1."""
    counts = np.bincount(user, minlength=n)
    place = np.arange(len(user)) - (np.cumsum(counts) - counts)[user]
    items = np.full((n, max(depth, int(counts.max(initial=0)))), -1, np.int32)
    items[user, place] = item
    scores = np.where(items >= 0, -np.arange(items.shape[1], dtype=np.float32), -np.inf).astype(np.float32)
    return Ranking(np.arange(n, dtype=np.int32), items, scores)
