"""A plan whose rankers go on from those of an earlier run instead of being fitted again."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from palate.components.calling import calling
from palate.data import Added, Dataset, Fold, Training, change
from palate.data.fold import Part
from palate.errors import ComponentError, StoreError
from palate.plan.context import StepContext
from palate.plan.earlier import Earlier, is_exact, reason_to_fit
from palate.plan.fitting import fit, remark
from palate.plan.steps import Plan, Row, Step
from palate.plan.training_data import training_data


def updated(plan: Plan, earlier: Earlier, tune: bool = False, exact: bool = False) -> Plan:
    """The plan with rankers that go on from earlier ones where they can, and, unless `tune`, its fusers.

    A ranker goes on where it has `partial_fit`, and the store what it was fitted on and what came of it. With
    `exact` only those do that end where a fit on the new data would, so that what they make is of these data
    alone; `ways` says which do.
    """
    places: dict[str, int] = {}
    seen: Counter[str] = Counter()
    for step in plan.steps:
        places[step.fingerprint] = seen[step.name]
        seen[step.name] += 1
    done: dict[str, Step] = {}

    def visit(step: Step) -> Step:
        if step.fingerprint not in done:
            done[step.fingerprint] = replaced(step)
        return done[step.fingerprint]

    def known(step: Step) -> str | None:
        return earlier.artifact(step.name, places.get(step.fingerprint, 0))

    def replaced(step: Step) -> Step:
        if step.operation == "tune" and not tune and (fuser := known(step)):
            params = {"artifact": fuser, "sources": list(earlier.sources(fuser))}
            return Step(step.name, "carried", step.blocks[:1], (), params)
        again = replace(step, inputs=tuple(map(visit, step.inputs)))
        if step.operation != "fit" or reason_to_fit(step, exact):
            return again
        before = [known(each) for each in (step, *step.inputs[:2])]
        if not all(before):
            return again
        sources = sorted({name for each in before if each and not exact for name in earlier.sources(each)})
        more = {"before": before[0], "sources": sources}
        what = (*again.inputs, _change(again, before[1:], sources))
        return replace(again, operation="update", inputs=what, params=step.params | more)

    return _with(plan, visit)


def _change(step: Step, before: list[str | None], sources: list[str]) -> Step:
    """What has changed in what a ranker is fitted on: once for all that are fitted on the same."""
    part = step.params["part"]
    name = "data.change" if part == "test" else f"data.change@{part}"
    params = {"before": before, "sources": sources, "part": part, "seed": 0}
    return Step(name, "change", (), step.inputs[:2], params, fleeting=True)


def changed(context: StepContext, dataset: Dataset, fold: Fold) -> tuple[Added, Training] | None:
    """What came and went since an earlier run; None where its data cannot be read any more."""
    try:
        old_data, old_fold = map(context.artifact, context.params["before"])
    except StoreError as error:
        context.notice(f"{error}; rankers are fitted again")
        return None
    part: Part = context.params["part"]
    before = training_data(context, old_data, old_fold, part)
    return change(before, training_data(context, dataset, fold, part))


def update(context: StepContext, dataset: Dataset, fold: Fold, *inputs: Any) -> tuple[Any, Any]:
    """The ranker of an earlier run, brought up to date, and the aggregator, fitted again.

    Where what the earlier run left cannot be read any more both are fitted.
    """
    *rest, parts = inputs
    ranker = None if parts is None else _before(context, *parts)
    if ranker is None:
        return fit(context, dataset, fold, *rest)

    def go_on(training: Training) -> Any:
        added, removed = parts[0].within(training), parts[1]
        context.notes["changed users"] = int(
            ((added.history.counts > 0) | (removed.history.counts > 0)).sum()
        )
        with calling(f"ranker {ranker.name!r}"):
            if ranker.partial_fit(added, removed) is not ranker:
                raise ComponentError(
                    f"ranker {ranker.name!r}: partial_fit() must return the component itself"
                )
        return ranker

    return fit(context, dataset, fold, *rest, go_on=go_on)


def _before(context: StepContext, added: Added, removed: Training) -> Any:
    """The earlier ranker; None where it cannot be read, or most of what it counts is to be counted again."""
    moved = len(added.history.items) + len(removed.history.items)
    if is_exact(context.step) and moved > len(added.whole.history.items):
        context.notice("most of what it was fitted on has changed, so it is fitted again")
        return None
    try:
        return context.artifact(context.params["before"])[0]
    except StoreError as error:
        context.notice(f"{error}; the ranker is fitted again")
        return None


def carried(context: StepContext) -> Any:
    """The fuser of an earlier run as it was tuned."""
    fuser = context.artifact(context.params["artifact"])
    remark(context, fuser)
    return fuser


def _with(plan: Plan, visit: Any) -> Plan:
    def row(each: Row) -> Row:
        return replace(each, ranking=visit(each.ranking), evaluation=visit(each.evaluation))

    return replace(
        plan,
        data=visit(plan.data),
        fold=visit(plan.fold),
        rows=tuple(map(row, plan.rows)),
        pipeline=visit(plan.pipeline),
        folds=tuple(_with(each, visit) for each in plan.folds),
    )
