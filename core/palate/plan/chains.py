"""Steps that train what is trainable in a branch, and put it to use."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.components.calling import calling
from palate.components.trainable import is_trainable
from palate.data import Dataset, Fold, Training
from palate.errors import ComponentError
from palate.findings.fitted import of_options, of_remarks, of_state
from palate.plan.context import StepContext
from palate.plan.fitting import fit_ranker
from palate.plan.reading import with_reader
from palate.plan.training_data import training_data
from palate.plan.transforming import learned, transformed
from palate.training import Chain, train_chain

Trained = tuple[Any, ...]
"""The ranker where it is trainable, else None; the aggregator or None; the trainable transforms."""


def train(
    context: StepContext, dataset: Dataset, fold: Fold, vectors: NDArray[np.float32], *read: Any
) -> Trained:
    """The trainable components of a branch, trained together, with its aggregator.

    `read` are the items with their texts and the vectors before any transform, for an aggregator that reads.
    """
    places = context.params["places"]
    made = list(zip(places, context.components(), strict=False))
    ranker, aggregator = (next((each for at, each in made if at == place), None) for place in _ALONE)
    transforms = tuple(each for at, each in made if at == "transform")
    training = training_data(context, dataset, fold, context.params["part"], vectors)
    training = replace(training, checkpoints=context.checkpoints)
    if read:
        training = with_reader(context, training, aggregator, len(places), *read)
    for transform in transforms:
        learned(transform, vectors, training.history.popularity > 0, dataset.items)
    for kind, component in (("aggregator", aggregator), ("ranker", ranker)):
        if component is not None and hasattr(component, "fit"):
            with calling(f"{kind} {component.name!r}"):
                component.fit(training)
    try:
        remarks = train_chain(Chain(transforms, aggregator, ranker), training)
    except ComponentError as error:
        raise ComponentError(f"{_named(ranker, aggregator, transforms)}: {error}") from error
    context.notes |= remarks
    if transforms and aggregator is not None and hasattr(aggregator, "fit") and not is_trainable(aggregator):
        behind = features(context, (ranker, aggregator, *transforms), vectors)
        with calling(f"aggregator {aggregator.name!r}"):
            aggregator.fit(replace(training, vectors=behind))
    _report(context, training, ranker, aggregator, transforms, remarks)
    return (ranker, aggregator, *transforms)


def features(context: StepContext, found: Trained, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The item vectors after the trained transforms."""
    for transform in found[2:]:
        vectors = transformed(transform, vectors)
    return vectors


def trained(context: StepContext, found: Trained) -> tuple[Any, Any]:
    """The trained ranker, and the aggregator or None."""
    return found[0], found[1]


def fit_behind(
    context: StepContext, dataset: Dataset, fold: Fold, vectors: NDArray[np.float32], found: Trained
) -> tuple[Any, Any]:
    """A ranker that is not trainable, fitted behind what is; and the aggregator or None."""
    (ranker,) = context.components()
    training = training_data(context, dataset, fold, context.params["part"], vectors)
    fit_ranker(context, ranker, replace(training, checkpoints=context.checkpoints))
    return ranker, found[1]


_ALONE = ("rank", "aggregate")


def _named(ranker: Any, aggregator: Any, transforms: tuple[Any, ...]) -> str:
    return " + ".join(repr(each.name) for _, each in Chain(transforms, aggregator, ranker).trainable)


def _report(
    context: StepContext,
    training: Training,
    ranker: Any,
    aggregator: Any,
    transforms: tuple[Any, ...],
    remarks: dict[str, Any],
) -> None:
    """Report what is likely to be a mistake, for the models that are tested."""
    if context.params["part"] != "test":
        return
    last = ranker or (aggregator if is_trainable(aggregator) else transforms[-1])
    kinds = {id(ranker): "ranker", id(aggregator): "aggregator"}
    context.report(of_remarks(last, kinds.get(id(last), "transform"), remarks))
    for kind, component in (("aggregator", aggregator), ("ranker", ranker)):
        if component is not None:
            context.report([*of_options(component, kind, training), *of_state(component, kind)])
