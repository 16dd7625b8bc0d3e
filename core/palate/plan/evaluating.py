"""Steps that recommend and evaluate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.data import Dataset, Fold, Query, Ranking
from palate.data.questions import Questions
from palate.errors import DataError
from palate.evaluation import Evaluation, evaluate, evaluate_each_event, pooled
from palate.findings.fitted import of_scores
from palate.pipeline import Pipeline
from palate.pipeline.recall import recalls
from palate.pipeline.silence import Silence
from palate.plan.asking import answers, each_event
from palate.plan.context import StepContext
from palate.plan.predicting import predicted

SAMPLE, CELLS = 100, 10_000_000
"""How many users' scores are looked at for whether they mean anything, and how many scores in all."""


def recommend(context: StepContext, dataset: Dataset, fold: Fold, pipeline: Pipeline) -> Ranking:
    """The rankings of all users of the part that is evaluated, or of a share drawn by the seed.

    `users` are the row numbers of the data set.
    """
    users = _users(context, dataset, fold)
    query = fold.query(dataset, context.part, users)
    ranking, silence = _ranked(context, dataset, fold, pipeline, query, users)
    return _reported(context, pipeline, query, ranking, silence)


def recommend_shard(
    context: StepContext, dataset: Dataset, fold: Fold, pipeline: Pipeline
) -> tuple[Ranking, dict[str, Any]]:
    """The rankings of one of so many shards of the users, and how many of them were served by whom."""
    number, count = context.params["shard"]
    users = np.array_split(_users(context, dataset, fold), count)[number]
    query = fold.query(dataset, context.part, users)
    ranking, silence = _ranked(context, dataset, fold, pipeline, query, users)
    return ranking, silence.counts()


def recommend_joined(
    context: StepContext,
    parts: Sequence[tuple[Ranking, dict[str, Any]]],
    dataset: Dataset,
    fold: Fold,
    pipeline: Pipeline,
) -> Ranking:
    """What `recommend` gives, from the rankings of all shards."""
    rankings = [ranking for ranking, _ in parts]
    users, items, scores = (
        np.concatenate([getattr(each, name) for each in rankings]) for name in ("users", "items", "scores")
    )
    silence = Silence()
    for _, counts in parts:
        silence.add(counts)
    query = fold.query(dataset, context.part, np.unique(users))
    return _reported(context, pipeline, query, Ranking(users, items, scores), silence)


def _users(context: StepContext, dataset: Dataset, fold: Fold) -> NDArray[np.int32]:
    """The rows of the users that are evaluated, ascending."""
    users = fold.users(dataset, context.part)
    if not len(users):
        raise DataError(f"the split leaves no user in the {context.part} part; give it a larger share")
    if "share" in context.params:
        size = max(1, round(context.params["share"] * len(users)))
        users = np.sort(context.rng().choice(users, size, replace=False))
    return users


def _ranked(
    context: StepContext,
    dataset: Dataset,
    fold: Fold,
    pipeline: Pipeline,
    query: Query,
    users: NDArray[np.int32],
) -> tuple[Ranking, Silence]:
    """The rankings of these users, or of their questions; a user's do not depend on the others."""
    silence, top = Silence(), context.params["top"]
    if each_event(context):
        questions = Questions.of(dataset, fold, context.part, users)
        return answers(pipeline, questions, top, context.progress, silence), silence
    ranking = pipeline.rank(query, top, progress=context.progress, silence=silence)
    return Ranking(users, ranking.items, ranking.scores), silence


def _reported(
    context: StepContext, pipeline: Pipeline, query: Query, ranking: Ranking, silence: Silence
) -> Ranking:
    """The ranking of all users, once what stands out in it is reported."""
    _report(context, pipeline, ranking, silence)
    if len(pipeline.branches) == 1 and context.part == "test":
        context.report(of_scores(*_sampled(pipeline, query)))
    context.notes |= recalls(pipeline.branches, query, context.rng())
    return ranking


def evaluate_ranking(
    context: StepContext, dataset: Dataset, fold: Fold, ranking: Ranking, pipeline: Pipeline | None = None
) -> Evaluation:
    """The values of every metric; with the `pipeline` those of predicted ratings, too."""
    metrics = dict(zip(context.params["labels"], context.components(), strict=True))
    if each_event(context):
        questions = Questions.of(dataset, fold, context.part)
        if len(questions) != len(ranking):  # those of a share of the users
            questions = Questions.of(dataset, fold, context.part, np.unique(ranking.users))
        return evaluate_each_event(ranking, questions, metrics)
    truth = fold.truth(dataset, context.part, ranking.users)
    if pipeline is not None:
        truth = replace(truth, rated=predicted(dataset, fold, context.part, pipeline))
    return evaluate(ranking, truth, metrics)


def pool(context: StepContext, *folds: Evaluation) -> Evaluation:
    """The values of all folds together."""
    found = pooled(folds)
    context.notes |= {"folds": len(folds), "users": found.per_user.height}
    return found


def _sampled(pipeline: Pipeline, query: Query) -> tuple[str, NDArray[np.float32], NDArray[np.bool_]]:
    """The branch, its scores of the first users for items in training, and which of them they had seen."""
    (branch,) = pipeline.branches
    some = query.take(slice(0, max(1, min(SAMPLE, CELLS // len(pipeline.items)))))
    scores = np.where(pipeline.history.popularity > 0, branch.score(some), np.float32(np.nan))
    seen = np.zeros(scores.shape, bool)
    seen[some.masked.owners, some.masked.items] = True
    return f"branch {branch.name!r}", scores, seen


def _report(context: StepContext, pipeline: Pipeline, ranking: Ranking, silence: Silence) -> None:
    """Note how many users the fallback served, and report who scored nothing though it should have."""
    users, what = len(ranking), "users"
    if each_event(context):
        users, what = len(np.unique(ranking.users)), "questions"
        context.notes["questions"] = len(ranking)
    context.notes |= {"users": users, "by fallback": silence.fallback}
    reports = silence.notices(what)
    if pipeline.fuser is not None:  # what a branch is silent on is reported by its own row
        reports = [said for said in reports if not said.startswith("branch ")]
    empty = int(np.count_nonzero(ranking.items[:, 0] < 0)) if ranking.k else 0
    if empty:
        reports.append(f"{empty:,} of {len(ranking):,} {what} get no recommendation at all")
    if reports:
        context.notes["silent"] = reports
    for said in reports:
        context.notice(said)
