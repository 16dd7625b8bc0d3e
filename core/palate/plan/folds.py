"""The steps of each fold told apart by name, and the values of all folds put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from palate.plan.steps import Row, Step, rewritten
from palate.recipe.model import Block


def n_folds(split: Block) -> int:
    """How many folds the splitter of a recipe gives: what its `n_folds()` says, else one."""
    splitter = split.make()
    return int(splitter.n_folds()) if callable(getattr(splitter, "n_folds", None)) else 1


def wants_fold(cleaner: Block) -> bool:
    """Whether a cleaner looks at what trains, and so comes after the split."""
    if not hasattr(cleaner.component.cls, "wants_fold"):
        return False
    return bool(cleaner.make().wants_fold())


def marked(rows: Sequence[Row], fold: Step, number: int) -> tuple[Row, ...]:
    """The rows of a fold, with its number (from 1) behind the name of each step that depends on it."""

    def mark(step: Step, inputs: tuple[Step, ...]) -> Step:
        own = step.fingerprint == fold.fingerprint
        depends = own or any(new is not old for new, old in zip(inputs, step.inputs, strict=True))
        return replace(step, name=f"{step.name}[{number}]", inputs=inputs) if depends else step

    return rewritten(rows, mark)


def pooled_rows(folds: Sequence[Sequence[Row]]) -> tuple[Row, ...]:
    """One row for each of a fold's: the ranking of the last fold, and the evaluation of all together."""
    found = []
    for same in zip(*folds, strict=True):
        name = same[-1].evaluation.name.partition("[")[0].replace(".evaluate", ".pool")
        pool = Step(name, "pool", (), tuple(row.evaluation for row in same))
        found.append(replace(same[-1], evaluation=pool))
    return tuple(found)
