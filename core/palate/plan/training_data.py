"""What the components of a step may be fitted on."""

from __future__ import annotations

from typing import Any

from palate.data import Dataset, Fold, Training
from palate.data.fold import Part
from palate.plan.context import StepContext


def training_data(
    context: StepContext, dataset: Dataset, fold: Fold, part: Part, vectors: Any = None
) -> Training:
    """What a component of this step may be fitted on where it is evaluated on `part`."""
    known = fold.fitted_on(dataset, part)
    return Training(
        known.history,
        dataset.items,
        dataset.users,
        vectors,
        context.params["seed"],
        context.progress,
        disliked=known.disliked,
        seen=known.seen,
    )
