"""Steps that fit: rankers with their aggregators, indexes, fusers, and the pipeline of them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.arrays.read_only import read_only
from palate.components.calling import calling
from palate.data import Dataset, Fold, Training
from palate.errors import ComponentError, DataError
from palate.findings.fitted import of_options, of_remarks, of_state
from palate.pipeline import FittedBranch, Pipeline
from palate.plan.context import StepContext
from palate.plan.encoding import keep_remarks
from palate.plan.reading import with_reader
from palate.plan.training_data import training_data
from palate.plan.validation import tuning


def fit(
    context: StepContext,
    dataset: Dataset,
    fold: Fold,
    vectors: Any = None,
    *read: Any,
    parts: Sequence[Any] | None = None,
    go_on: Callable[[Training], Any] | None = None,
) -> tuple[Any, Any]:
    """The fitted ranker, and the fitted aggregator or None.

    `read` are the items with their texts and the vectors before any transform, for one that reads. With
    `go_on` that makes the ranker of what it is to be fitted on.
    """
    ranker, *rest = context.components()
    aggregator = rest[0] if rest else None
    training = training_data(context, dataset, fold, context.params["part"], vectors)
    training = replace(training, checkpoints=context.checkpoints)
    if read:
        training = with_reader(context, training, aggregator, 2, *read)
    if aggregator is not None and hasattr(aggregator, "fit"):
        with calling(f"aggregator {aggregator.name!r}"):
            aggregator.fit(training)
        keep_remarks(context, aggregator)
    if go_on is None:
        fit_ranker(context, ranker, training, parts)
    else:
        ranker = go_on(training)
        _remarks(context, ranker, training)
    if aggregator is not None:
        _report(context, aggregator, "aggregator", training)
    return ranker, aggregator


def fit_shard(context: StepContext, dataset: Dataset, fold: Fold, *inputs: Any) -> Any:
    """What the ranker makes of one of so many parts of the data; see `fit_joined`."""
    number, count = context.params["shard"]
    ranker = context.components()[0]
    training = training_data(context, dataset, fold, context.params["part"])
    with calling(f"ranker {ranker.name!r}"):
        return ranker.fit_part(training, number, count)


def fit_round(context: StepContext, part: Any, *others: Any) -> Any:
    """What the ranker makes of a part, given what it made of all parts in the round before.

    `others` are those, behind what it made of this part one round earlier, where there is such.
    """
    _, count = context.params["shard"]
    number, ranker = context.params["round"], context.components()[0]
    before = others[-count:] if number else ()
    own = others[0] if len(others) > count else None
    with calling(f"ranker {ranker.name!r}"):
        return ranker.fit_round(part, number, before, own)


def fit_joined(
    context: StepContext, parts: Sequence[Any], dataset: Dataset, fold: Fold, *inputs: Any
) -> tuple[Any, Any]:
    """What `fit` gives, from what the ranker made of all parts, in the last round if there are several."""
    return fit(context, dataset, fold, *inputs, parts=parts)


def fit_ranker(
    context: StepContext, ranker: Any, training: Training, parts: Sequence[Any] | None = None
) -> None:
    """Fit a ranker; what it has to say stands beside the step."""
    with calling(f"ranker {ranker.name!r}"):
        if parts is None:
            ranker.fit(training)
        else:
            ranker.fit_from(training, parts)
    _remarks(context, ranker, training)


def _remarks(context: StepContext, ranker: Any, training: Training) -> None:
    """Keep and report what a ranker has to say of its fit."""
    if callable(getattr(ranker, "remarks", None)):
        remarks = ranker.remarks()
        context.notes |= remarks
        if context.params["part"] == "test":
            context.report(of_remarks(ranker, "ranker", remarks))
    _report(context, ranker, "ranker", training)


def _report(context: StepContext, component: Any, kind: str, training: Training) -> None:
    """Report what is likely to be a mistake; what validates is fitted alike, and would say the same again."""
    if context.params["part"] == "test":
        context.report([*of_options(component, kind, training), *of_state(component, kind)])


def index(context: StepContext, vectors: NDArray[np.float32]) -> Any:
    """The index of the item vectors; how long that took and how much memory stands beside the step."""
    (component,) = context.components()
    who = f"index {component.name!r}"
    with calling(who):
        built = component.build(read_only(vectors))
    if built is not component:
        raise ComponentError(f"{who}: build() must return the index itself")
    context.notes |= {
        "items": len(vectors),
        "dimensions": vectors.shape[1],
        "candidates": component.candidates,
    }
    return built


def make(context: StepContext) -> Any:
    (component,) = context.components()
    return component


def tune(context: StepContext, dataset: Dataset, fold: Fold, *fitted: Any) -> Any:
    """The fuser, tuned on the validation part with branches that have not seen it."""
    if not fold.count("validation"):
        raise DataError("the fuser is to be tuned, and the split has no validation part; give it a share")
    if len(context.step.blocks) < 2:
        raise DataError("the fuser is to be tuned, and no metric of `evaluate` gives a value for each user")
    fuser, metric = context.components()
    seed = context.params["seed"]
    if hasattr(fuser, "fit"):
        fuser.fit(training_data(context, dataset, fold, "validation"))
    branches = _branches(context.params["branches"], fitted, context.params["names"])
    lengths = fuser.lengths() if hasattr(fuser, "lengths") else ()
    with calling(f"fuser {fuser.name!r}"):
        fuser.tune(tuning(dataset, fold, branches, metric, seed, lengths))
    remark(context, fuser)
    return fuser


def remark(context: StepContext, fuser: Any) -> None:
    """Keep and report what a fuser found when it was tuned."""
    if callable(getattr(fuser, "remarks", None)):
        found = fuser.remarks()
        context.notes |= found
        for message in found.get("said", ()):
            context.notice(message)


def assemble(context: StepContext, dataset: Dataset, fold: Fold, *parts: Any) -> Pipeline:
    layout, names = context.params["branches"], context.params["names"]
    rest = list(parts[sum(layout) :])
    branches = _branches(layout, parts, names)
    fuser = copy(rest.pop()) if context.params["fuser"] else None  # others may fit the same one otherwise
    fallback = _branches([1], rest, ["fallback"])[0] if rest else None
    vectors = next((branch.vectors for branch in branches if branch.vectors is not None), None)
    training = training_data(context, dataset, fold, context.part, vectors)
    asked = fold.asked(dataset, context.part)
    *rerankers, feedback = (
        context.components() if context.params["feedback"] else (*context.components(), None)
    )
    for component in (fuser, *rerankers):
        if hasattr(component, "fit"):
            with calling(repr(component.name)):
                component.fit(training)
    return Pipeline(
        branches=tuple(branches),
        fuser=fuser,
        rerankers=tuple(rerankers),
        fallback=fallback,
        items=dataset.items,
        users=dataset.users,
        history=asked.history,
        trained=training.history.counts > 0,
        seed=context.params["seed"],
        seen=asked.seen,
        disliked=asked.disliked,
        repeats=fold.repeats,
        feedback=feedback,
    )


def _branches(layout: list[int], parts: Any, names: list[str]) -> list[FittedBranch]:
    """Fitted branches from a flat row of inputs: each a (ranker, aggregator), vectors, an index."""
    found, at = [], 0
    for name, size in zip(names, layout, strict=True):
        (ranker, aggregator), *more = parts[at : at + size]
        found.append(FittedBranch(name, ranker, aggregator, *more))
        at += size
    return found
