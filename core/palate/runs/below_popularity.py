"""Branches that recommend worse than popularity does, on the same users."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from palate.evaluation import EVENTS, Evaluation, lower_is_better, summarise
from palate.plan import Plan
from palate.recipe.model import Branch

FEWEST = 30
"""Users from which a difference is reported: of fewer, an interval of means says little."""


def below_popularity(plan: Plan, evaluations: Mapping[str, Evaluation]) -> list[str]:
    """A sentence for each branch whose first metric is significantly worse, with what to try.

    That is where the 95% interval of the paired difference, user by user, lies wholly on the worse side.
    """
    popular = plan.popularity
    metric = next((block for block in plan.recipe.evaluate if hasattr(block.component.cls, "score")), None)
    if popular is None or metric is None:
        return []
    sign = -1 if lower_is_better(metric.component.cls) else 1
    said = []
    for row, branch in zip(plan.rows, plan.recipe.branches, strict=False):
        if row.name == popular:
            continue
        own, other = evaluations[row.name], evaluations[popular]
        both = own.per_user.join(other.per_user, on="user", suffix=" of popularity").sort("user")
        apart = (both[metric.label] - both[f"{metric.label} of popularity"]).to_numpy()
        events = both[EVENTS].to_numpy() if EVENTS in both.columns else None
        found = summarise(sign * apart, events)
        if found.users >= FEWEST and found.high < 0:
            low, high = sorted((sign * found.low, sign * found.high))
            said.append(
                f"branches.{branch.name}: below popularity on the same {found.users:,} users: {metric.label} "
                f"{own.summary[metric.label].mean:.4f} against {other.summary[metric.label].mean:.4f} "
                f"({sign * found.mean:+.4f}, 95% interval {low:+.4f} to {high:+.4f}); " + _to_try(branch)
            )
    return said


def _to_try(branch: Branch) -> str:
    """What usually helps, by what the branch is made of."""
    if branch.has_vectors:
        centred = {block.name for block in branch.transform} & {"center", "whiten", "standardise"}
        first = "`transform: [center, l2]` (vectors of texts often point in about one direction), "
        return f"try {'' if centred else first}a text with more in it, or another encoder"
    usual = {option.name: option.default for option in fields(branch.rank.component.cls)}
    numbers = {name for name, value in branch.rank.options.items() if isinstance(value, float | int)}
    chosen = sorted(name for name in numbers if branch.rank.options[name] != usual.get(name))
    named = ", ".join(f"`{name}`" for name in chosen)
    return (f"{named} may suit other data: leave out what was set, or " if chosen else "") + (
        "search its options (`palate tune`), and compare with `palate tune auto --minutes 10`, whose rankers "
        "go by the size of the data"
    )
