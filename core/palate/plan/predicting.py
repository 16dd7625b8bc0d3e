"""Predicting the ratings of the part that is evaluated."""

from __future__ import annotations

import numpy as np

from palate.data import Dataset, Fold
from palate.data.fold import Part
from palate.data.rated import Rated
from palate.pipeline import Pipeline

CELLS = 2**22
"""Users and items whose scores are held at once."""


def predicted(dataset: Dataset, fold: Fold, part: Part, pipeline: Pipeline) -> Rated | None:
    """Every rating of the part beside the pipeline's score of the pair.

    None where its scores are no ratings, or the source has none.
    """
    if not (dataset.has_ratings and pipeline.predicts_ratings):
        return None
    frame = dataset.interactions
    rows = np.flatnonzero(fold.rows(part) & np.isfinite(frame["rating"].to_numpy()))
    user, item, given = (frame[name].to_numpy()[rows] for name in ("user", "item", "rating"))
    users, place = np.unique(user, return_inverse=True)
    query = fold.query(dataset, part, users)
    scores = np.empty(len(rows), np.float32)
    step = max(1, CELLS // max(len(dataset.items), 1))
    for start in range(0, len(users), step):
        block = pipeline.scores(query.take(slice(start, start + step)))
        some = (place >= start) & (place < start + step)
        scores[some] = block[place[some] - start, item[some]]
    return Rated(user, item, given, scores)
