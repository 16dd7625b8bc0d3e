"""What two values must share before they may be compared."""

from __future__ import annotations

import json
from typing import Any

from palate.plan import Plan
from palate.plan.code import core_code

ASKING = (
    "each event of the test part, after all events of the user before it; values are means over events, "
    "intervals over users"
)
_MASKING = {
    "discover": "every item a user has interacted with before is masked, and not relevant",
    "allow": "nothing is masked: items that a user has interacted with before count again",
}


def protocol(plan: Plan, fold: str = "") -> dict[str, str]:
    """The terms under which a plan's values are measured, each in text.

    `code` holds a hash of the code that measures: the core's own, and that of each component which
    reads, cleans, splits or evaluates. `fold` says which of several it is about, such as "fold 1 of 5".
    """
    recipe = plan.recipe
    source = next(step for step in plan.data.walk() if step.operation == "source")
    each = {"asking": ASKING} if recipe.asks_each_event else {}
    return {
        "data": _text([recipe.source.plain(), source.params["data"]]),
        "cleaning": _text([block.plain() for block in recipe.clean]),
        "feedback": _text(recipe.feedback.plain()) if recipe.feedback else "every interaction is a like",
        "split": _text([recipe.split.plain(), recipe.seed, *([fold] if fold else [])]),
        "masking": _MASKING[str(recipe.split.options.get("repeats", "discover"))],
        **each,
        "candidates": "all items",
        "ties": "a permutation of the items for each user, seeded by the recipe",
        "metrics": _text([block.plain() for block in recipe.evaluate]),
        "code": _text(_code(plan)),
    }


def _code(plan: Plan) -> dict[str, str]:
    recipe = plan.recipe
    told = (recipe.feedback,) if recipe.feedback else ()
    measuring = (recipe.source, *recipe.clean, *told, recipe.split, *recipe.evaluate)
    parts = {f"{block.component.kind} {block.name}": block.component.code for block in measuring}
    return {"palate": core_code(), **parts}


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
