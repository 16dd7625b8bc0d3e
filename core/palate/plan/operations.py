"""What the steps of a plan do. Each takes its context and what the steps before it made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.components.calling import calling, checked_type
from palate.data import Dataset, Fold, Items
from palate.data.content import content_digest
from palate.errors import ComponentError, DataError, StoreError, listed
from palate.findings import Finding, lost, of_dataset, of_fold, size
from palate.findings.logs import logged
from palate.findings.ratings import of_attributes
from palate.findings.words import columns_in
from palate.plan.chains import features, fit_behind, train, trained
from palate.plan.context import CONTENT, StepContext
from palate.plan.encoding import encode, encode_joined, encode_shard, join, keep_remarks
from palate.plan.evaluating import evaluate_ranking, pool, recommend, recommend_joined, recommend_shard
from palate.plan.finetuning import finetune
from palate.plan.fitting import assemble, fit, fit_joined, fit_round, fit_shard, index, make, tune
from palate.plan.steps import SEALED
from palate.plan.transforming import learned, transformed
from palate.plan.updating import carried, changed, update
from palate.store.answers import OF_ITEMS, answers_beside


def source(context: StepContext) -> Dataset:
    component, *cleaners = context.components()
    with logged(component) as said:
        dataset: Dataset = checked_type(component.load(), f"source {component.name!r}", Dataset)
    context.report(Finding("source", message) for message in said)
    dataset = cleaned(context, dataset, cleaners)
    context.notes[CONTENT] = content_digest(dataset)
    return dataset


def clean(context: StepContext, dataset: Dataset) -> Dataset:
    return cleaned(context, dataset, context.components())


def cleaned(context: StepContext, dataset: Dataset, cleaners: Sequence[Any]) -> Dataset:
    """The dataset after each cleaner; what each took out stands beside the step."""
    had = size(dataset)
    for component in cleaners:
        who = f"cleaner {component.name!r}"
        with calling(who):
            dataset = checked_type(component.apply(dataset), who, Dataset)
        has = size(dataset)
        if not has.events:
            raise DataError(f"{who} leaves none of {had.events:,} interactions")
        seen = has.events - has.likes
        context.notes[component.name] = f"{had.events:,} -> {has.events:,} interactions" + (
            f", {seen:,} of them seen only" if seen else ""
        )
        context.report(lost(who, had, has))
        had = has
    return dataset


def feedback(context: StepContext, dataset: Dataset) -> Dataset:
    """The dataset whose events are told apart; how many say what stands beside the step."""
    (component,) = context.components()
    marked: Dataset = component.mark(dataset)
    if marked.interactions.height != dataset.interactions.height or not marked.has_strengths:
        raise ComponentError(
            f"feedback {component.name!r} gives no strengths: return `dataset.with_strengths(...)`"
        )
    said = np.sign(marked.interactions["strength"].to_numpy())
    if not (said > 0).any():
        raise DataError(f"feedback {component.name!r} finds no like among {len(said):,} interactions")
    counts = (("likes", 1), ("seen only", 0), ("dislikes", -1))
    context.notes |= {name: int(np.count_nonzero(said == sign)) for name, sign in counts}
    return marked


def _nth(splitter: Any, dataset: Dataset, context: StepContext) -> Fold:
    """The fold that the step is about. Raises ComponentError where the splitter gives another number."""
    who, number = f"splitter {splitter.name!r}", context.params.get("fold")
    promised = 1 if number is None else splitter.n_folds()
    with calling(who):
        found, count = None, 0
        for fold in splitter.split(dataset, context.rng()):
            if count == (number or 0):
                found = checked_type(fold, who, Fold)
            count += 1
    if found is None or count != promised:
        raise ComponentError(
            f"{who} gives {count} folds and promises {promised}; n_folds() must say how many it gives"
        )
    return found  # type: ignore[no-any-return]


def split(context: StepContext, dataset: Dataset) -> Fold:
    component, *cleaners = context.components()
    given = _nth(component, dataset, context).check(dataset)
    fold = restricted(given, dataset, cleaners).check(dataset)
    fold = replace(fold, repeats=getattr(component, "repeats", "discover"))
    context.notes |= fold.summary()
    first = not context.params.get("fold")  # the data are the same for every fold
    context.report([*(of_dataset(dataset) if first else ()), *of_fold(dataset, fold, vars(component))])
    return fold


def everything(context: StepContext, dataset: Dataset) -> Fold:
    context.report(of_dataset(dataset))
    return restricted(Fold.everything(dataset), dataset, context.components())


def restricted(fold: Fold, dataset: Dataset, cleaners: Sequence[Any]) -> Fold:
    """The fold after the cleaners that look at what trains."""
    for cleaner in cleaners:
        fold = cleaner.restrict(dataset, fold)
    return fold


def text(context: StepContext, dataset: Dataset) -> Items:
    items = dataset.items
    used = columns_in([vars(component) for component in context.components()]) & set(items.attributes)
    context.report(of_attributes(items.frame.select(sorted(used)), "items", used))
    for component in context.components():
        before, who = len(items), f"preprocessor {component.name!r}"
        if hasattr(component, "keep_in"):
            component.keep_in(answers_beside(context.texts, OF_ITEMS), context.progress)
        items = checked_type(component.apply(items), who, Items)
        keep_remarks(context, component)
        if len(items) != before or "text" not in items.frame.columns:
            raise ComponentError(f"{who} must give the same {before:,} items, with a column `text`")
    blank = items.text.is_null() | (items.text.str.strip_chars() == "")
    if blank.any():
        some = listed(items.ids.filter(blank), 3)
        said = f"{int(blank.sum()):,} of {len(items):,} items have no text, such as {some}"
        instead = "write a template from columns that they have, or add the preprocessor `fill` behind it"
        if blank.all():
            raise DataError(f"{context.step.name}: {said}; {instead}")
        context.report(
            [Finding("no-text", f"{said}: the branch has no opinion on them; {instead} if it should")]
        )
    context.notes["items"] = len(items)
    return items


def transform(
    context: StepContext, dataset: Dataset, fold: Fold, vectors: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The item vectors after every transform, each fitted on the items with events in training."""
    trained = fold.training(dataset, context.params["part"]).popularity > 0
    for component in context.components():
        vectors = transformed(learned(component, vectors, trained, dataset.items), vectors)
    return vectors


def sealed(context: StepContext) -> Any:
    """Raises StoreError: what it was made of is not known here."""
    raise StoreError(
        f"what {context.step.name!r} made is not in the store any more, and is needed by what stands on it. "
        "Run the same command again: it is made anew"
    )


OPERATIONS: dict[str, Callable[..., Any]] = {
    "source": source,
    "clean": clean,
    "feedback": feedback,
    "split": split,
    "everything": everything,
    "text": text,
    "finetune": finetune,
    "encode": encode,
    "join": join,
    "transform": transform,
    "fit": fit,
    "train": train,
    "trained": trained,
    "features": features,
    "fit_behind": fit_behind,
    "change": changed,
    "update": update,
    "carried": carried,
    "make": make,
    "index": index,
    "tune": tune,
    "assemble": assemble,
    "recommend": recommend,
    "evaluate": evaluate_ranking,
    "pool": pool,
    "recommend_shard": recommend_shard,
    "encode_shard": encode_shard,
    "fit_shard": fit_shard,
    "fit_round": fit_round,
    SEALED: sealed,
}

JOINING: dict[str, Callable[..., Any]] = {
    "recommend": recommend_joined,
    "encode": encode_joined,
    "fit": fit_joined,
}
"""What makes a step's value of those of its shards: takes its context, theirs, and the step's own inputs."""
