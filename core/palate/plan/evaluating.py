"""Steps that recommend and evaluate."""

from __future__ import annotations

import numpy as np

from palate.data import Dataset, Fold, Query, Ranking
from palate.errors import DataError
from palate.evaluation import Evaluation, evaluate
from palate.pipeline import Pipeline
from palate.pipeline.recall import recalls
from palate.plan.context import StepContext


def recommend(context: StepContext, dataset: Dataset, fold: Fold, pipeline: Pipeline) -> Ranking:
    """The rankings of everyone in the part that is judged, or of a share drawn by the seed.

    `users` are the row numbers of the data set.
    """
    people = fold.people(dataset, context.part)
    if not len(people):
        raise DataError(f"the split leaves nobody in the {context.part} part; give it a larger share")
    if "share" in context.params:
        size = max(1, round(context.params["share"] * len(people)))
        people = np.sort(context.rng().choice(people, size, replace=False))
    query = fold.query(dataset, context.part, people)
    ranking = pipeline.rank(query, context.params["top"], progress=context.progress)
    context.notes |= _served(pipeline, query) | recalls(pipeline.branches, query, context.rng())
    return Ranking(people, ranking.items, ranking.scores)


def evaluate_ranking(context: StepContext, dataset: Dataset, fold: Fold, ranking: Ranking) -> Evaluation:
    truth = fold.truth(dataset, context.part, ranking.users)
    metrics = dict(zip(context.params["labels"], context.components(), strict=True))
    return evaluate(ranking, truth, metrics)


def _served(pipeline: Pipeline, query: Query) -> dict[str, int]:
    served = np.zeros(len(query), bool)
    for branch in pipeline.branches:
        served |= branch.serves(query)
    return {"people": len(query), "by fallback": int((~served).sum())}
