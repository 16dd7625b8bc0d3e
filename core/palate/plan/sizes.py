"""Whether rankers can be fitted on so much, asked of all of them before any step is computed on the data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from palate.components.nested import inner
from palate.data.size import Size
from palate.errors import ComponentError
from palate.plan.steps import Step

DATA = frozenset({"source", "clean", "feedback", "split", "everything"})
FITTING = frozenset({"fit", "train", "fit_behind", "update"})


def check_sizes(
    steps: Sequence[Step], at_hand: Callable[[Step], bool], value: Callable[[Step], Any]
) -> list[tuple[Step, str]]:
    """What rankers will do otherwise than their options say, in words, each with its step.

    `steps` are those to be computed, `value` what a step made where it is `at_hand`. A fold that is not yet
    split is as large as the others. Raises ComponentError with all refusals together.
    """
    said, refused = [], []
    sizes: dict[tuple[str, str, str], Size] = {}
    for step in steps:
        asked = [each for block in _rankers(step) for each in _asked(block.make())]
        if not asked or not all(map(at_hand, step.inputs[:2])):
            continue
        data, fold = step.inputs[:2]
        part = step.params["part"]
        key = (data.fingerprint, fold.fingerprint, part)
        if key not in sizes:
            sizes[key] = Size.of(value(fold).fitted_on(value(data), part).history)
        for ranker in asked:
            try:
                otherwise = ranker.check_size(sizes[key])
            except ComponentError as error:
                refused.append(f"{step.name}: {error}")
            else:
                said += [(step, otherwise)] if otherwise else []
    if refused:
        raise ComponentError("\n".join(dict.fromkeys(refused)))
    return said


def _rankers(step: Step) -> list[Any]:
    if step.operation not in FITTING:
        return []
    return [block for block in step.blocks if block.component.kind == "ranker"]


def _asked(component: Any) -> Iterator[Any]:
    """The component and those that it holds, where they say what they can be fitted on."""
    if callable(getattr(component, "check_size", None)):
        yield component
    for held in inner(component):
        yield from _asked(held)
