"""What the steps of a plan do. Each takes its work order and what the steps before it made."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palate.data import Dataset, Fold, Items, Query, Ranking, Training
from palate.data.fold import Part
from palate.data.query import Progress
from palate.errors import ComponentError, DataError, listed
from palate.evaluation import Evaluation, evaluate
from palate.pipeline import FittedBranch, Pipeline
from palate.pipeline.candidates import recalls
from palate.plan.encoding import encode, join
from palate.plan.reading import with_reader
from palate.plan.steps import Step
from palate.plan.transforming import learned
from palate.plan.validation import tuning


def unheard(message: str) -> None:
    """Nobody is watching."""


@dataclass
class StepContext:
    """A step to be done: where the vectors of texts are kept, whom to tell, and what is worth noting."""

    step: Step
    texts: Path
    progress: Progress
    notes: dict[str, Any] = field(default_factory=dict)
    notice: Callable[[str], None] = unheard

    def components(self) -> list[Any]:
        return [block.make() for block in self.step.blocks]

    @property
    def params(self) -> dict[str, Any]:
        return self.step.params

    @property
    def part(self) -> Part:
        """The part on which what is made is judged."""
        part: Part = self.params.get("part", "test")
        return part

    def rng(self) -> np.random.Generator:
        return np.random.default_rng(self.params["seed"])


def source(work: StepContext) -> Dataset:
    (component,) = work.components()
    dataset: Dataset = component.load()
    return dataset


def clean(work: StepContext, dataset: Dataset) -> Dataset:
    for component in work.components():
        before = dataset.interactions.height
        dataset = component.apply(dataset)
        if not dataset.interactions.height:
            raise DataError(f"cleaner {component.name!r} leaves none of {before:,} interactions")
        work.notes[component.name] = f"{before:,} -> {dataset.interactions.height:,} interactions"
    return dataset


def split(work: StepContext, dataset: Dataset) -> Fold:
    (component,) = work.components()
    folds = list(component.split(dataset, work.rng()))
    if len(folds) != 1:
        raise ComponentError(
            f"splitter {component.name!r} gives {len(folds)} folds; a recipe is judged on one"
        )
    fold: Fold = folds[0].check(dataset)
    work.notes |= fold.summary()
    return fold


def everything(work: StepContext, dataset: Dataset) -> Fold:
    return Fold.everything(dataset)


def text(work: StepContext, dataset: Dataset) -> Items:
    items = dataset.items
    for component in work.components():
        items = component.apply(items)
    blank = items.text.is_null() | (items.text.str.strip_chars() == "")
    if blank.any():
        without = items.ids.filter(blank)
        raise DataError(
            f"{work.step.name}: {len(without):,} of {len(items):,} items have no text, such as "
            f"{listed(without, 3)}; write a template from columns that they have, or add the preprocessor "
            "`fill` behind it"
        )
    return items


def transform(
    work: StepContext, dataset: Dataset, fold: Fold, vectors: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The item vectors after every transform, each fitted on the items met in training."""
    trained = fold.training(dataset, work.params["part"]).popularity > 0
    for component in work.components():
        vectors = learned(component, vectors, trained, dataset.items).apply(vectors)
        if vectors.dtype != np.float32 or vectors.shape[0] != len(dataset.items):
            raise ComponentError(
                f"transform {component.name!r} must give float32 vectors for {len(dataset.items)} items; "
                f"got {vectors.dtype} {vectors.shape}"
            )
        if not np.isfinite(vectors).all():
            raise ComponentError(f"transform {component.name!r} makes NaN or infinite vectors")
    return vectors


def fit(work: StepContext, dataset: Dataset, fold: Fold, vectors: Any = None, *read: Any) -> tuple[Any, Any]:
    """The fitted ranker, and the fitted aggregator or None.

    `read` are the items with their texts and the vectors before any transform, for one that reads.
    """
    ranker, *rest = work.components()
    aggregator = rest[0] if rest else None
    history = fold.training(dataset, work.params["part"])
    training = Training(history, dataset.items, dataset.users, vectors, work.params["seed"], work.progress)
    if read:
        training = with_reader(work, training, *read)
    if aggregator is not None and hasattr(aggregator, "fit"):
        aggregator.fit(training)
    ranker.fit(training)
    return ranker, aggregator


def index(work: StepContext, vectors: NDArray[np.float32]) -> Any:
    """The index of the item vectors; how long that took and how much memory stands beside the step."""
    (component,) = work.components()
    built = component.build(vectors)
    work.notes |= {"items": len(vectors), "dimensions": vectors.shape[1], "candidates": component.candidates}
    return built


def make(work: StepContext) -> Any:
    (component,) = work.components()
    return component


def tune(work: StepContext, dataset: Dataset, fold: Fold, *fitted: Any) -> Any:
    """The fuser, tuned on the validation part with branches that have not seen it."""
    if not fold.count("validation"):
        raise DataError("the fuser is to be tuned, and the split has no validation part; give it a share")
    if len(work.step.blocks) < 2:
        raise DataError(
            "the fuser is to be tuned, and no metric of `evaluate` gives a figure for each person"
        )
    fuser, metric = work.components()
    seed = work.params["seed"]
    if hasattr(fuser, "fit"):
        history = fold.training(dataset, "validation")
        fuser.fit(Training(history, dataset.items, dataset.users, None, seed))
    branches = _branches(work.params["branches"], fitted, work.params["names"])
    lengths = fuser.lengths() if hasattr(fuser, "lengths") else ()
    fuser.tune(tuning(dataset, fold, branches, metric, seed, lengths))
    return fuser


def assemble(work: StepContext, dataset: Dataset, fold: Fold, *parts: Any) -> Pipeline:
    layout, names = work.params["branches"], work.params["names"]
    rest = list(parts[sum(layout) :])
    branches = _branches(layout, parts, names)
    fuser = copy(rest.pop()) if work.params["fuser"] else None  # others may fit the same one otherwise
    fallback = _branches([1], rest, ["fallback"])[0] if rest else None
    training = fold.training(dataset, work.part)
    vectors = next((branch.vectors for branch in branches if branch.vectors is not None), None)
    known = Training(training, dataset.items, dataset.users, vectors, work.params["seed"])
    rerankers = work.components()
    for component in (fuser, *rerankers):
        if hasattr(component, "fit"):
            component.fit(known)
    return Pipeline(
        branches=tuple(branches),
        fuser=fuser,
        rerankers=tuple(rerankers),
        fallback=fallback,
        items=dataset.items,
        users=dataset.users,
        history=fold.seen(dataset, work.part),
        trained=training.counts > 0,
        seed=work.params["seed"],
    )


def recommend(work: StepContext, dataset: Dataset, fold: Fold, pipeline: Pipeline) -> Ranking:
    """The rankings of everyone in the part that is judged, or of a share drawn by the seed.

    `users` are the row numbers of the data set.
    """
    people = fold.people(dataset, work.part)
    if not len(people):
        raise DataError(f"the split leaves nobody in the {work.part} part; give it a larger share")
    if "share" in work.params:
        size = max(1, round(work.params["share"] * len(people)))
        people = np.sort(work.rng().choice(people, size, replace=False))
    query = fold.query(dataset, work.part, people)
    ranking = pipeline.rank(query, work.params["top"], progress=work.progress)
    work.notes |= _served(pipeline, query) | recalls(pipeline, query, work.rng())
    return Ranking(people, ranking.items, ranking.scores)


def judge(work: StepContext, dataset: Dataset, fold: Fold, ranking: Ranking) -> Evaluation:
    truth = fold.truth(dataset, work.part, ranking.users)
    metrics = dict(zip(work.params["labels"], work.components(), strict=True))
    return evaluate(ranking, truth, metrics)


OPERATIONS: dict[str, Callable[..., Any]] = {
    "source": source,
    "clean": clean,
    "split": split,
    "everything": everything,
    "text": text,
    "encode": encode,
    "join": join,
    "transform": transform,
    "fit": fit,
    "make": make,
    "index": index,
    "tune": tune,
    "assemble": assemble,
    "recommend": recommend,
    "evaluate": judge,
}


def _branches(layout: list[int], parts: Any, names: list[str]) -> list[FittedBranch]:
    """Fitted branches from a flat row of inputs: each a (ranker, aggregator), vectors, an index."""
    found, at = [], 0
    for name, size in zip(names, layout, strict=True):
        (ranker, aggregator), *more = parts[at : at + size]
        found.append(FittedBranch(name, ranker, aggregator, *more))
        at += size
    return found


def _served(pipeline: Pipeline, query: Query) -> dict[str, int]:
    served = np.zeros(len(query), bool)
    for branch in pipeline.branches:
        served |= branch.serves(query)
    return {"people": len(query), "by fallback": int((~served).sum())}
