"""Steps that are wide, as several that can run on as many machines."""

from __future__ import annotations

from collections.abc import Callable

from palate.errors import StoreError
from palate.plan.operations import JOINING
from palate.plan.steps import Step, kept_below
from palate.store import Store

FIT = 1000
"""Interactions of training that count as one: a fit by sums reads many in little time."""


def shards_of(step: Step, store: Store, count: int, least: int) -> tuple[Step, ...]:
    """The shards of a step whose inputs are in the store; none where it is not wide or cannot be divided.

    Users to rank are divided from `least` interactions of the part that is evaluated on; texts to encode
    from `least` texts, unless the encoder is fitted on them; users to fit on from `least` times 1,000
    interactions in training, for rankers that can be fitted from parts (`fits_in_parts`). A shard is a step
    with a fingerprint of its own, so that what is lost or stopped costs the shards that were not done.
    `compute(step, ..., shards=...)` puts them together to what the step makes by itself, to the byte.
    """
    width = _WIDTHS.get(step.operation)
    if count < 2 or step.operation not in JOINING or width is None or width(step, store) < least:
        return ()
    return tuple(
        Step(
            f"{step.name}#{number + 1}", f"{step.operation}_shard", step.blocks, step.inputs,
            step.params | {"shard": [number, count]},
        )
        for number in range(count)
    )  # fmt: skip


def _interactions(step: Step, store: Store) -> int:
    """Of the part for whose users it ranks."""
    fold = next((below for below in kept_below(step) if below.operation == "split"), None)
    return 0 if fold is None else _noted(fold, store, step.params.get("part", "test"))


def _fitted(step: Step, store: Store) -> int:
    """A thousandth of the interactions in training, for a ranker that can be fitted from parts."""
    ranker = step.blocks[0]
    if not hasattr(ranker.component.cls, "fit_part") or not ranker.make().fits_in_parts():
        return 0
    fold = next((below for below in step.inputs if below.operation == "split"), None)
    return 0 if fold is None else _noted(fold, store, "train") // FIT


def _texts(step: Step, store: Store) -> int:
    if any(callable(getattr(block.component.cls, "fit", None)) for block in step.blocks):
        return 0
    return _noted(step.inputs[0], store, "items")


def _noted(step: Step, store: Store, name: str) -> int:
    try:
        found = store.meta(step.fingerprint).notes.get(name, 0)
    except StoreError:
        return 0
    return found if isinstance(found, int) else 0


_WIDTHS: dict[str, Callable[[Step, Store], int]] = {
    "recommend": _interactions,
    "encode": _texts,
    "fit": _fitted,
}
